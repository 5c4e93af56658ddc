"""Colours and sizes: which of them each product comes in, and which of them each buyer takes."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers.profiles import COLOUR_SHARE, COLOURS, Profiles, choose
from workbook.retailer.privacy.personal_data import SIZE_SHARE, SIZES, as_column

COLOURS_OF = (3, 6)  # fewest colours of a product, and one more than the most
SHOES = tuple(str(n) for n in range(35, 46))
ONE_SIZE = ("one size",)
SIZED = {"shoes": SHOES, "bag": ONE_SIZE, "accessory": ONE_SIZE}  # all others come in SIZES
SHOE_FROM = {False: 0, True: 4}  # place in SHOES of the smallest size of women and men
TASTE = 1.0  # strength of a buyer's liking in the choice of a colour
OWN_SIZE, OWN_SIZE_OF_GIVERS = (
    0.88,
    0.45,
)  # share of lines in the buyer's own size; of those who buy for others
BETWEEN = 0.15  # share of lines in the own size that are one size larger or smaller, as garments differ
ALL_SIZES = np.add(SIZE_SHARE[False], SIZE_SHARE[True]) / 2  # of anybody else


def make_variants(products: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Colours and sizes in which each product comes, parted by ``|``."""
    number = rng.integers(*COLOURS_OF, len(products))
    order = choose(np.log(np.broadcast_to(COLOUR_SHARE, (len(products), len(COLOURS)))), rng)
    colours = [sorted(row[:k]) for row, k in zip(order, number, strict=True)]
    return pd.DataFrame(
        {
            "colours": ["|".join(COLOURS[c] for c in row) for row in colours],
            "sizes": ["|".join(SIZED.get(c, SIZES)) for c in products["category"]],
        },
        index=products.index,
    )


def taken(
    who: np.ndarray,
    product: np.ndarray,
    products: pd.DataFrame,
    male: np.ndarray,
    profiles: Profiles,
    block: Block,
) -> dict[str, pd.Series]:
    """Size and colour of order lines.

    Parameters
    ----------
    who : buyer (row of profiles) of each line
    product : row of products of each line
    products : category, colours
    male : of each buyer
    """
    return {
        "size": sizes(
            who, products["category"].to_numpy()[product], male, profiles, block.rng("lines.sizes")
        ),
        "colour": colours(who, product, products, profiles, block.rng("lines.colours")),
    }


def sizes(
    who: np.ndarray, category: np.ndarray, male: np.ndarray, profiles: Profiles, rng: np.random.Generator
) -> pd.Series:
    """Size of each line: mostly the buyer's own, now and then the next one, or that of somebody else."""
    n = len(who)
    own = rng.random(n) < np.where(profiles.giver, OWN_SIZE_OF_GIVERS, OWN_SIZE)[who]
    step = rng.choice([-1, 0, 1], n, p=[BETWEEN / 2, 1 - BETWEEN, BETWEEN / 2])
    mine = (profiles.size[who] + step).clip(0, len(SIZES) - 1)
    size = np.where(own, mine, rng.choice(len(SIZES), n, p=ALL_SIZES))
    shoe = size + np.where(male[who], SHOE_FROM[True], SHOE_FROM[False])
    words = pa.array((*SIZES, *SHOES, *ONE_SIZE))
    one = np.isin(category, [c for c, there in SIZED.items() if there == ONE_SIZE])
    code = np.select([category == "shoes", one], [len(SIZES) + shoe, np.full(n, len(words) - 1)], size)
    return as_column(words.take(pa.array(code)))


def colours(
    who: np.ndarray, product: np.ndarray, products: pd.DataFrame, profiles: Profiles, rng: np.random.Generator
) -> pd.Series:
    """Colour of each line, one of those in which its product comes, by what the buyer likes."""
    there = (
        products["colours"].str.get_dummies("|").reindex(columns=list(COLOURS), fill_value=0).to_numpy() > 0
    )
    weights = (COLOUR_SHARE * np.exp(TASTE * profiles.colours))[who] * there[product]
    return as_column(pa.array(COLOURS).take(pa.array(draw_rows(weights, rng))))
