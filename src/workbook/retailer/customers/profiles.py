"""What is true of each person's looks and likes: clothing size, colours, tags and what to read; it shows in what they buy and say.

Every choice among several things is made with chances that go with exp(strength × liking), so a strength of zero leaves
what everybody does. Likings have a mean of 0 and a spread of about 1.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.customers.personas import SEGMENTS, STYLED
from workbook.retailer.privacy.personal_data import SIZES
from workbook.retailer.sales.assortment import POPULAR

COLOURS = ("black", "white", "navy", "grey", "beige", "red", "pink", "green", "blue", "brown")
COLOUR_SHARE = np.array([0.22, 0.15, 0.13, 0.11, 0.10, 0.07, 0.07, 0.06, 0.05, 0.04])
TAGS = ("commuter", "street", "classic", "sport", "minimal", "vintage", "outdoor", "office", "new in", "sale")
# Liking of the segments (rows of SEGMENTS) for the tags that are no style, against the mean.
TAGGED = np.array(
    [
        [0.2, 0.6, -0.4, -0.3, 1.2, 0.2],
        [1.0, -0.8, 0.0, 1.6, -0.2, -0.6],
        [0.0, -0.4, 0.4, 0.0, -0.4, 0.8],
        [0.4, 1.0, -0.2, 0.2, -0.8, 0.0],
        [-0.2, -0.2, 1.6, -0.8, 0.2, 0.0],
        [0.0, 0.4, -0.6, -0.2, 0.4, 0.0],
    ]
)
MIDDLE, SALE = 0.42, 4.0  # price level in the middle; liking of "sale" lost with each unit of it more
CONTENTS = ("outfits", "new arrivals", "offers", "care tips", "behind the scenes", "livestreams")
READS = np.array(
    [
        [1.0, 0.8, -0.2, -0.6, 0.0, 0.8],
        [-0.2, 0.4, -0.6, 0.6, 0.2, -0.6],
        [-0.2, 0.0, 1.2, 0.4, -0.4, 0.4],
        [0.0, 0.2, 0.0, 1.0, 0.4, -0.4],
        [0.4, 0.4, 0.0, -0.2, 0.4, 0.0],
        [0.6, 0.2, 0.2, -0.2, 0.0, 0.2],
    ]
)
OWN = 0.8  # spread of each person's own liking around that of the segment
BEST = 3  # tags that are a person's true ones; of colours, one fewer
OF_GIVERS = SEGMENTS.index[SEGMENTS["segment"] == "gift"][0]


@dataclass(frozen=True)
class Profiles:
    """The people of a block, a row each.

    Attributes
    ----------
    size : row of SIZES
    colours, tags, contents : liking of each of COLOURS, TAGS, CONTENTS; (people, things)
    giver : belongs to the segment of those who buy for others
    """

    size: np.ndarray
    colours: np.ndarray
    tags: np.ndarray
    contents: np.ndarray
    giver: np.ndarray


def make_profiles(folk: pd.DataFrame, people: pd.DataFrame, styles: np.ndarray, block: Block) -> Profiles:
    """Draw what each person likes.

    Parameters
    ----------
    folk : size; see `privacy.personal_data.make_folk`
    people : segment, price_level; see `customers.people.make_people`
    styles : share of each style in what each person buys; see `customers.personas.make_styles`
    """
    segment, n = people["segment"].to_numpy(), len(people)
    own = block.rng("profiles.likings").normal(size=(n, len(COLOURS) + len(TAGS) + len(CONTENTS)))
    colours, tags, contents = np.split(own, np.cumsum([len(COLOURS), len(TAGS)]), axis=1)
    tags[:, : styles.shape[1]] = np.log(styles / POPULAR) - np.log(STYLED).mean(axis=0)
    tags[:, styles.shape[1] :] = OWN * tags[:, styles.shape[1] :] + TAGGED[segment]
    tags[:, TAGS.index("sale")] += SALE * (MIDDLE - people["price_level"].to_numpy())
    return Profiles(
        size=folk["size"].to_numpy(),
        colours=colours,
        tags=tags,
        contents=OWN * contents + READS[segment],
        giver=segment == OF_GIVERS,
    )


def choose(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Order the columns of each row as they are chosen one after the other, with chances that go with exp(score).

    The largest of scores with Gumbel noise is such a choice, the second largest the next, and so on (Gumbel-top-k: Kool,
    van Hoof & Welling 2019).
    """
    return np.argsort(-(scores + rng.gumbel(size=scores.shape)), axis=1)


def true_profiles(profiles: Profiles, ids: pd.Series) -> pd.DataFrame:
    """What is true of each customer; see `tables.contracts.identity.TrueProfiles`."""
    return pd.DataFrame(
        {
            "customer_id": ids,
            "size": np.array(SIZES)[profiles.size],
            "colours": best(profiles.colours, COLOURS, BEST - 1),
            "tags": best(profiles.tags, TAGS, BEST),
            "content": best(profiles.contents, CONTENTS, 1),
        }
    )


def best(likings: np.ndarray, words: tuple[str, ...], number: int) -> np.ndarray:
    """Words of the things that each row likes best, the best first, parted by ``|``."""
    first = np.argsort(-likings, axis=1)[:, :number]
    said = np.array(words, dtype=object)[first]
    return said[:, 0] if number == 1 else np.array(["|".join(row) for row in said], dtype=object)
