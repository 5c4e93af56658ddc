"""One product is shown on the product pages of a session, by a policy drawn at random, with a chance that is logged.

Who sees it clicks, or doesn't: the likelier the more the product is to this customer's taste rather than to everybody's.
What is bought it doesn't change.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import second
from workbook.retailer.core.streams import Block
from workbook.retailer.recommendations.fit import Fit, draw_from, usual
from workbook.retailer.recommendations.visits import Visits
from workbook.retailer.sales.assortment import PER_STEP, STEPS, popularity
from workbook.retailer.sales.season import Season
from workbook.retailer.sales.supply import Shelf

POLICIES = ("random", "popular", "similar")
# Share of sessions of each policy; who hasn't bought yet sees what is popular for what is similar.
SHARES = np.array([0.30, 0.40, 0.30])
MONTHS = 4  # that it has been there at the end of the data
BEST = 20  # best sellers of a month from which the popular policy draws, by how often they are bought
NEAR = 1  # steps of price by which what is similar may differ
CLICK = 0.08  # chance of a click on what fits a customer as it fits people on the whole
FITS = 0.6  # power of how much better it fits
MOST = 0.5  # the chance goes no higher


def make_tile(visits: Visits, fit: Fit, shelf: Shelf, season: Season, block: Block) -> pd.DataFrame:
    """What was shown, and whether it was clicked.

    Returns
    -------
    pandas.DataFrame
        visit (row of visits), product (row of products), policy (code), propensity, clicked, bought.
    """
    rows = visits.rows
    begin = max(season.start, season.end + pd.Timedelta(days=1) - pd.DateOffset(months=MONTHS))
    visit = np.flatnonzero(rows["at"].to_numpy() >= second(begin))
    who, month = rows["who"].to_numpy()[visit], rows["month"].to_numpy()[visit]
    last = place_of(shelf)[visits.last[visit]]
    has_bought = visits.last[visit] >= 0
    policy = draw_policies(has_bought, block.rng("recommendations.policy"))
    place = draw_places(policy, month, last, shelf.places, block.rng("recommendations.tile"))
    product = shelf.product(place, rows["at"].to_numpy()[visit].astype("datetime64[s]"))
    chance = np.minimum(CLICK * fit.lift(who, month, place) ** FITS, MOST)
    shown = pd.DataFrame({"visit": visit, "product": product})
    bought = shown.merge(visits.bought.drop_duplicates(), on=["visit", "product"], how="left", indicator=True)
    return shown.assign(
        policy=policy,
        propensity=propensities(place, month, last, has_bought),
        clicked=block.rng("recommendations.clicked").random(len(visit)) < chance,
        bought=(bought["_merge"] == "both").to_numpy(),
    )


def place_of(shelf: Shelf) -> np.ndarray:
    """The place of each product on the shelf."""
    return shelf.place[np.argsort(shelf.row)]


def draw_policies(has_bought: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a policy (code) for each session."""
    policy = rng.choice(len(POLICIES), len(has_bought), p=SHARES)
    return np.where((policy == 2) & ~has_bought, 1, policy)


def draw_places(
    policy: np.ndarray, month: np.ndarray, last: np.ndarray, places: int, rng: np.random.Generator
) -> np.ndarray:
    """Draw a place by each session's policy."""
    by_policy = [
        rng.integers(0, places, len(policy)),
        draw_from(best_sellers(), month, rng),
        draw_from(similar(), last, rng),
    ]
    return np.choose(policy, by_policy)


def propensities(
    place: np.ndarray, month: np.ndarray, last: np.ndarray, has_bought: np.ndarray
) -> np.ndarray:
    """The chance that each session is shown this place, whichever policy shows it."""
    at_random, popular, alike = SHARES
    as_similar = np.where(has_bought, similar()[last, place], best_sellers()[month, place])
    return at_random / usual().shape[1] + popular * best_sellers()[month, place] + alike * as_similar


def best_sellers() -> np.ndarray:
    """Chances of the popular policy, (12, places)."""
    rank = np.argsort(np.argsort(-usual(), axis=1, kind="stable"), axis=1)
    best = np.where(rank < BEST, usual(), 0.0)
    return best / best.sum(axis=1, keepdims=True)


def similar() -> np.ndarray:
    """Chances of the similar policy: same style, about the same price step, another category; (places, places)."""
    place = np.arange(usual().shape[1])
    category, step, style = place // (STEPS * PER_STEP), place // PER_STEP % STEPS, place % PER_STEP
    near = np.abs(step[:, None] - step) <= NEAR
    alike = (style[:, None] == style) & (category[:, None] != category) & near
    weights = alike * popularity()
    return weights / weights.sum(axis=1, keepdims=True)
