"""Recommenders: recall and its differences on the same people, clicks on what is in a list, and what a tile is credited with.

The clicks are Lanyu's own: its sessions and purchases stay as they are, and policy, product and click of each session are
drawn again.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.recommenders import comparison, exposure, true_chances, ways
from workbook.analytics.recommenders.histories import Split, purchases, time_split
from workbook.retailer.core.streams import Block
from workbook.retailer.core.truth import true_customers, true_tastes
from workbook.retailer.core.world import make_world
from workbook.retailer.marketing.sessions import make_sessions
from workbook.retailer.recommendations import tile
from workbook.retailer.recommendations.fit import Fit
from workbook.retailer.recommendations.recommendations import choices_truth
from workbook.retailer.recommendations.visits import make_visits
from workbook.retailer.sales.sales import make_sales, sales_tables

NOTEBOOK = "02_segmentation/03_recommenders"
CUT, K = pd.Timestamp("2025-09-01"), 20
WAYS = 7  # compared with the baseline


def shares_of(rng: np.random.Generator, people: int = 1470) -> tuple[pd.DataFrame, np.ndarray]:
    """Recall of several ways on the same people: some are easier to foresee, and orders have one to three products."""
    easy = rng.beta(0.6, 2.0, people)
    better = np.concatenate([[0.4], rng.uniform(0.7, 1.3, WAYS)])
    asked = rng.choice([1, 2, 3], people, p=[0.5, 0.3, 0.2])
    chance = np.minimum(easy[:, None] * better, 1.0)
    hits = rng.binomial(asked[:, None], chance)
    truth = np.array([np.minimum(EASY * b, 1.0).mean() for b in better])
    return pd.DataFrame(hits / asked[:, None], columns=["base", *map(str, range(WAYS))]), truth


EASY = np.random.default_rng(0).beta(0.6, 2.0, 400_000)  # people on the whole


def one_recall(rng: np.random.Generator) -> Found:
    """Mean recall of one way."""
    values, truth = shares_of(rng)
    row = comparison.means(values[["0"]], draws=400, seed=int(rng.integers(2**32))).loc["0"]
    return Found(row["value"], truth[1], row["low"], row["high"])


def all_recalls(rng: np.random.Generator) -> Found:
    """Of the mean recalls of eight ways, from which the best is picked, the one furthest off: all hold if its interval does."""
    values, truth = shares_of(rng)
    return furthest(comparison.means(values, draws=400, seed=int(rng.integers(2**32)), at_once=True), truth)


def worst_difference(rng: np.random.Generator) -> Found:
    """Of seven differences that are stated together the one furthest off: all hold if its interval does."""
    values, truth = shares_of(rng)
    found = comparison.differences(values, "base", draws=400, seed=int(rng.integers(2**32)))
    return furthest(found, truth[1:] - truth[0])


def furthest(found: pd.DataFrame, right: np.ndarray) -> Found:
    """The row of a table that is furthest off, by the width of its interval."""
    at = int(np.argmax(np.abs(found["value"].to_numpy() - right) / (found["high"] - found["low"]).to_numpy()))
    return Found(found["value"].iloc[at], right[at], found["low"].iloc[at], found["high"].iloc[at])


@dataclass(frozen=True)
class Shop:
    """Lanyu as it stands before anything is shown."""

    make: object
    split: Split
    orders: pd.DataFrame
    lines: pd.DataFrame
    sessions: pd.DataFrame
    products: pd.DataFrame
    chances: true_chances.Chances


@cache
def shop() -> Shop:
    """Lanyu's sales and sessions, made once."""
    world = make_world()
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    till = sales_tables(sales, world.season, world.goods, block)
    log = make_sessions(till["orders"], till["customers"], sales.campaigns.touches, world.season, block)
    goods = world.goods
    visits, fit = (
        make_visits(log[0]["sessions"], log[1]["session_flags"], till["orders"], sales),
        Fit(*sales.wants),
    )
    sessions, products = visits.rows["session_id"], goods.products["product_id"]
    truth = {
        "customers": true_customers(sales, world.service),
        "tastes": true_tastes(sales),
        **choices_truth(goods),
    }

    def make(seed: int) -> pd.DataFrame:
        other = Block(seed, 0, block.customers)
        shown = tile.make_tile(visits, fit, goods.shelf, world.season, other)
        return pd.DataFrame(
            {
                "session_id": sessions.take(shown["visit"]).array,
                "product_id": products.take(shown["product"]).array,
                "policy": pd.Series(tile.POLICIES).take(shown["policy"]).array,
                "propensity": shown["propensity"],
                "clicked": shown["clicked"],
                "bought": shown["bought"],
            }
        )

    bought = purchases(till["orders"], till["order_lines"])
    return Shop(
        make,
        time_split(bought, goods.products, CUT),
        till["orders"],
        till["order_lines"],
        log[0]["sessions"],
        goods.products,
        true_chances.true_chances(truth, goods.products),
    )


def new_log(rng: np.random.Generator) -> pd.DataFrame:
    """What was shown, drawn anew, to customers who had bought before."""
    shown = shop().make(int(rng.integers(2**31)))  # type: ignore[operator]
    return exposure.of_known(exposure.exposures(shown, shop().sessions), shop().split)


@cache
def lists() -> tuple[Split, np.ndarray]:
    """The lists by factors of all customers who may have a session."""
    known = shop().sessions["customer_id"].dropna().unique()
    split = shop().split
    readers = exposure.readers(
        pd.DataFrame({"customer_id": split.customers[split.customers.isin(known)]}), split
    )
    return readers, ways.lists_of({"factors": ways.als(readers)}, K)["factors"]


def clicks_of_a_list(rng: np.random.Generator) -> Found:
    """Clicks on a product of the own list, by the random slice."""
    readers, items = lists()
    log = new_log(rng)
    found = exposure.value_of_list(log, readers, items)
    return Found(found.value, true_clicks(), found.low, found.high)


@cache
def true_clicks() -> float:
    """Expected share of clicks on a product of the own list, over the sessions, which are the same in each world."""
    readers, items = lists()
    log = new_log(np.random.default_rng(0))
    chance = true_chances.session_clicks(log, readers, shop().chances)
    return float(true_chances.by_place(chance, log, readers, {"own": items})["own"].mean())


def nothing_caused(rng: np.random.Generator) -> Found:
    """What a tile is credited with less what is bought anyway, where it causes nothing."""
    ended = shop().sessions.dropna(subset="order_id").set_index("session_id")["order_id"]
    found = exposure.attribution(new_log(rng), shop().lines, ended, "popular").caused
    return Found(found.value, 0.0, found.low, found.high)


CASES = (
    Case("recall of the next order, by resampling people", NOTEBOOK, one_recall),
    Case("recall of eight ways together, by resampling people", NOTEBOOK, all_recalls),
    Case("seven differences of recall together, by resampling people", NOTEBOOK, worst_difference),
    Case("clicks on what a list holds, by the random slice, on Lanyu", NOTEBOOK, clicks_of_a_list),
    Case("bought because it was shown, where nothing is caused, on Lanyu", NOTEBOOK, nothing_caused),
)
