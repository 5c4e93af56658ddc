"""What a cluster's category hits, what goes with buying again, and a share of scenes: samples of Lanyu's own customers."""

from functools import cache

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.segments import cuts, purchase_drivers, purchase_traits, targeting
from workbook.retailer import generate
from workbook.tables.dataset import Dataset

SAMPLE = 1000  # customers


@cache
def population() -> tuple[Dataset, pd.DataFrame, pd.Series]:
    """Many customers of Lanyu, their lines, and the clusters of half a year ago."""
    shop = generate(customers=30_000, seed=99)
    lines = purchase_traits.bought(shop.orders, shop.order_lines, shop.products)
    return shop, lines, targeting.past_clusters(lines, shop.end, 6, 8, 1)


@cache
def targeted() -> targeting.Targeted:
    """What each way hits, of all of them."""
    shop, lines, labels = population()
    return targeting.target(lines, labels, shop.end)


@cache
def known_then() -> pd.DataFrame:
    """What was known of all of them."""
    shop, lines, labels = population()
    return purchase_drivers.known_then(lines, labels, shop.customers, shop.end)


@cache
def few_targeted() -> targeting.Targeted:
    """The same of who had too few lines for a cluster."""
    shop, lines, labels = population()
    return targeting.target(lines, targeting.without_cluster(lines, labels, shop.end), shop.end)


def over_all(whole: targeting.Targeted, way: str, rng: np.random.Generator) -> Found:
    """Spent on the category of a way more than on one for all; the ways are fixed, the customers are a sample."""
    some = whole.hits.sample(SAMPLE, random_state=int(rng.integers(2**31)), replace=True)
    found = targeting.mean_difference(some[way] - some[targeting.ALL], "CNY")
    truth = float((whole.hits[way] - whole.hits[targeting.ALL]).mean())
    return Found(found.value, truth, found.low, found.high)


def own_over_all_of_few(rng: np.random.Generator) -> Found:
    """The category of a short history."""
    return over_all(few_targeted(), targeting.OWN, rng)


def cluster_over_all(rng: np.random.Generator) -> Found:
    """The cluster's category."""
    return over_all(targeted(), targeting.CLUSTER, rng)


def worst_driver(rng: np.random.Generator) -> Found:
    """Of all changes that are stated together the one furthest off, per unit as in the sample: all hold if its interval does.

    The truth is the projection in all customers.
    """
    whole = known_then()
    some = whole.sample(SAMPLE, random_state=int(rng.integers(2**31)), replace=True)
    found = purchase_drivers.drivers(some)
    given = whole[found.index]
    by = (some[found.index].std(ddof=0) / given.std(ddof=0)).where(~given.isin([0.0, 1.0]).all(), 1.0)
    ends = found[["value", "low", "high"]].div(by, axis=0)
    truth = projection()[found.index]
    row = ((ends["value"] - truth).abs() / (ends["high"] - ends["low"])).idxmax()
    return Found(ends.loc[row, "value"], truth[row], ends.loc[row, "low"], ends.loc[row, "high"])


@cache
def projection() -> pd.Series:
    """The changes in all customers."""
    return purchase_drivers.drivers(known_then())["value"]


def known_gifts(rng: np.random.Generator) -> Found:
    """Share of gifts among orders whose scene is known, of a sample of customers; the truth is that of all customers."""
    shop = population()[0]
    known = shop.orders[shop.orders["scene"].notna()]
    who = known["customer_id"].drop_duplicates().sample(SAMPLE, random_state=int(rng.integers(2**31)))
    found = cuts.recorded_share(known[known["customer_id"].isin(who)])
    return Found(found.value, float((known["scene"] == "gift").mean()), found.low, found.high)


NOTEBOOK = "02_segmentation/02_clusters_and_personas"
CASES = (
    Case("spent on a cluster's category more than on one for all, on Lanyu", NOTEBOOK, cluster_over_all),
    Case(
        "spent on a short history's category more than on one for all, on Lanyu",
        NOTEBOOK,
        own_over_all_of_few,
    ),
    Case("what goes with buying again, all drivers together, on Lanyu", NOTEBOOK, worst_driver),
    Case("share of a scene among known orders, on Lanyu", NOTEBOOK, known_gifts),
)
