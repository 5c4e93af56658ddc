"""What moves each customer, for which scenes they buy, and for whom: needs, need scenes, kind of customer.

The segment sets the middle, and each customer's own weights scatter around it. Nothing here changes what is bought or when; it
shows in what is asked and chosen at the checkout (`sales.checkout`), and in what a few say of themselves.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers.personas import by_segment

NEEDS = ("price", "quality", "convenience", "emotion")
# One row a segment, as in SEGMENTS: the middle of what its people's needs weigh.
MOVED_BY = np.array(
    [
        [0.30, 0.15, 0.20, 0.35],
        [0.08, 0.50, 0.32, 0.10],
        [0.52, 0.20, 0.20, 0.08],
        [0.15, 0.52, 0.10, 0.23],
        [0.28, 0.26, 0.36, 0.10],
        [0.15, 0.22, 0.18, 0.45],
    ]
)
NEED_ALIKE = 5.0  # how alike the needs of one segment are (Dirichlet concentration)
WITH_PRICE_LEVEL = 2.0  # who buys basic things minds the price: log weight per unit of price level
SCENES = ("gift", "everyday", "business")
USED_FOR = np.array(
    [
        [0.10, 0.86, 0.04],
        [0.08, 0.42, 0.50],
        [0.12, 0.84, 0.04],
        [0.16, 0.76, 0.08],
        [0.08, 0.88, 0.04],
        [0.62, 0.34, 0.04],
    ]
)
FIRMS_USE = np.array([0.20, 0.10, 0.70])  # the same for who buys for a firm, whatever the segment
SCENE_ALIKE = 8.0  # how alike the scenes of one segment are (Dirichlet concentration)
KINDS = ("private", "family", "firm", "key account")
BUYS_AS = np.array(
    [
        [0.88, 0.10, 0.02],
        [0.62, 0.15, 0.23],
        [0.23, 0.75, 0.02],
        [0.68, 0.28, 0.04],
        [0.88, 0.10, 0.02],
        [0.72, 0.16, 0.12],
    ]
)
KEY_RATE = 0.2  # purchases a week from which a firm is a key account
KIND_SAID = 0.55  # share of the others who say whether they buy for a household; a firm needs its invoices
ANSWERS = 0.2  # chance to answer what matters most
ANSWERS_BY_EMOTION = 0.4  # what a whole weight of emotion adds to it
PRICE_UNSAID = 0.25  # share of those whose answer would be price who say quality


def make_needs(people: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Draw what is true of each customer's needs.

    Parameters
    ----------
    people : segment (code), price_level, rate

    Returns
    -------
    pandas.DataFrame
        the columns of NEEDS and of SCENES (shares that add up to one each), kind (code).
    """
    segment = people["segment"].to_numpy()
    kind = draw_rows(by_segment(BUYS_AS)[segment], block.rng("needs.kind"))
    firm = kind == KINDS.index("firm")
    kind = kind + (firm & (people["rate"].to_numpy() > KEY_RATE))
    away = people["price_level"].to_numpy() - 0.5
    level = WITH_PRICE_LEVEL * np.column_stack([-away, away, np.zeros((len(people), 2))])
    needs = dirichlet(by_segment(MOVED_BY)[segment] * NEED_ALIKE, block.rng("needs.needs")) * np.exp(level)
    middle = np.where(firm[:, None], FIRMS_USE, by_segment(USED_FOR)[segment])
    scenes = dirichlet(middle * SCENE_ALIKE, block.rng("needs.scenes"))
    shares = np.column_stack([needs / needs.sum(axis=1, keepdims=True), scenes])
    return pd.DataFrame(shares, columns=[*NEEDS, *SCENES]).assign(kind=kind)


def dirichlet(weights: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw shares that add up to one, each row by its own weights."""
    drawn = np.maximum(rng.gamma(weights), 1e-12)
    return drawn / drawn.sum(axis=1, keepdims=True)


def kind_known(kind: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The kind that the shop knows of each customer (code); -1 where it knows none."""
    said = (kind >= KINDS.index("firm")) | (rng.random(len(kind)) < KIND_SAID)
    return np.where(said, kind, -1)


def stated_need(needs: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """What each customer says matters most (code of NEEDS); -1 for who doesn't answer.

    An answer is drawn from the customer's needs: nobody has one need alone. Some who mean the price say quality.
    """
    answer = draw_rows(needs[list(NEEDS)].to_numpy(), rng)
    politely = (answer == NEEDS.index("price")) & (rng.random(len(needs)) < PRICE_UNSAID)
    answer = np.where(politely, NEEDS.index("quality"), answer)
    answers = rng.random(len(needs)) < ANSWERS + ANSWERS_BY_EMOTION * needs["emotion"].to_numpy()
    return np.where(answers, answer, -1)


def said_of_needs(needs: pd.DataFrame, block: Block) -> dict[str, pd.Series]:
    """What the shop knows of it: column of the table customers → names, with gaps."""
    kind = kind_known(needs["kind"].to_numpy(), block.rng("needs.kind_said"))
    return {
        "customer_kind": named(KINDS, kind),
        "stated_need": named(NEEDS, stated_need(needs, block.rng("needs.stated"))),
    }


def named(names: tuple[str, ...], code: np.ndarray | pd.Series) -> pd.Series:
    """Names of codes, as a column; empty for -1."""
    code = np.asarray(code)
    return pd.Series(pa.array(names).take(pa.array(code, mask=code < 0)), dtype="str")
