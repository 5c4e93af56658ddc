"""Those of whom little is known: people with a short history, and products that nobody has bought yet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.recommenders.comparison import Contest, contest
from workbook.analytics.recommenders.histories import Split, counts
from workbook.analytics.recommenders.rankers import item_neighbours
from workbook.analytics.recommenders.ranking import best, quality
from workbook.tables.matching import is_in

HISTORIES = {1: "1", 2: "2", 3: "3–5", 6: "6+"}  # from so many orders on


def orders_before(split: Split) -> pd.Series:
    """How many orders each of the people had before the cut, in groups."""
    number = split.past.groupby("customer_id")["order_id"].nunique().reindex(split.people)
    edges = [*HISTORIES, np.inf]
    return pd.cut(number, edges, right=False, labels=list(HISTORIES.values())).rename("history")


def by_history(split: Split, results: pd.DataFrame) -> pd.DataFrame:
    """The mean of each way (row) by length of history (column, named with its number of people)."""
    grouped = results.groupby(orders_before(split), observed=True)
    names = {history: f"{history} ({n:,})" for history, n in grouped.size().items()}
    return grouped.mean().rename(index=names).T


def newcomers(bought: pd.DataFrame, split: Split) -> Split:
    """The same split for those who have never bought before: what they order first is what is to be found."""
    later = bought[(bought["ordered_at"] >= split.cut) & ~is_in(bought["customer_id"], split.customers)]
    first = later.groupby("customer_id")["order_id"].first()
    upcoming = later[later["order_id"].isin(first)].reset_index(drop=True)
    return replace(
        split, upcoming=upcoming, people=pd.Index(upcoming["customer_id"].unique(), name="customer_id")
    )


def popular_among(split: Split, group: pd.Series, days: int) -> np.ndarray:
    """Shares of products in the lines of the same group of the last days, (people, products).

    Parameters
    ----------
    group : by customer_id, as for gender; who has none counts with all
    """
    recent = split.past[split.past["ordered_at"] >= split.cut - pd.Timedelta(days=days)]
    column = split.products.get_indexer(recent["product_id"])
    whose = recent["customer_id"].map(group).to_numpy()
    names = pd.Index(pd.unique(group.dropna()))
    n = len(split.products)
    sold = np.bincount(column[column >= 0], minlength=n).astype(float)
    table = np.vstack(
        [*[np.bincount(column[(column >= 0) & (whose == name)], minlength=n) for name in names], sold]
    )
    share = table + sold / max(sold.sum(), 1)  # a line's worth of what all buy, where a group is small
    return (share / share.sum(axis=1, keepdims=True))[names.get_indexer(group.reindex(split.people))]


def looked_at(split: Split, views: pd.DataFrame, sessions: pd.DataFrame, worth: float) -> csr_array:
    """What customers bought, and a part of it for each product that they only looked at, before the cut.

    Parameters
    ----------
    worth : of a view, where a purchase is 1
    """
    seen = views.merge(sessions[["session_id", "customer_id", "started_at"]], on="session_id")
    before = seen[seen["started_at"] < split.cut]
    return split.bought.sign() + worth * counts(before, split.customers, split.products).sign()


WORTH = {"nothing": 0.0, "0.1 of a purchase": 0.1, "0.3 of a purchase": 0.3, "a purchase": 1.0}  # of a view


def lookers(split: Split, views: pd.DataFrame, sessions: pd.DataFrame) -> pd.Index:
    """Those of the people who looked at a product before the cut, as far as the log reaches back."""
    before = sessions.loc[sessions["started_at"] < split.cut, ["session_id", "customer_id"]]
    who = before.loc[is_in(before["session_id"], views["session_id"]), "customer_id"]
    return split.people[split.people.isin(who)]


def with_views(split: Split, views: pd.DataFrame, sessions: pd.DataFrame, k: int) -> pd.DataFrame:
    """Recall of similar products if a view counts so much of a purchase: a row a person, a column a worth."""
    found = {}
    for name, worth in WORTH.items():
        history = looked_at(split, views, sessions, worth)
        found[name] = quality(split, best(item_neighbours(split, history), k))["recall"]
    return pd.DataFrame(found)


@dataclass(frozen=True)
class Shortest(Contest):
    """The contest among those with the shortest history: what it is, and how many they are."""

    history: str = ""
    people: int = 0


def shortest(split: Split, results: pd.DataFrame, seed: int = 0) -> Shortest:
    """Which way finds most for those with the fewest orders."""
    history = orders_before(split)
    if history.empty:
        return Shortest("unknown")
    own = results[(history == history.min()).to_numpy()]
    return Shortest(**vars(contest(own, seed=seed)), history=str(history.min()), people=len(own))


def launched(products: pd.DataFrame, split: Split) -> pd.Index:
    """Products that are on sale at the cut and were never bought before."""
    there = split.products[np.asarray(split.bought.sum(axis=0)).ravel() == 0]
    if "launched_on" not in products:
        return there[:0]
    known = products.loc[products["launched_on"].notna(), "product_id"]
    return there[there.isin(known)]


def found_new(
    split: Split, new: pd.Index, later: pd.DataFrame, lists: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Whose list had the new product that they then bought.

    Parameters
    ----------
    new : products
    later : lines from the cut on; each of ``split.people`` counts once, with the first new product
    lists : columns of ``split.products`` by way, (people, k)

    Returns
    -------
    pandas.DataFrame
        a row a person, a column a way: whether the product was in the list.
    """
    ours = later["product_id"].isin(new) & later["customer_id"].isin(split.people)
    first = later[ours].drop_duplicates("customer_id")
    row = split.people.get_indexer(first["customer_id"])
    column = split.products.get_indexer(first["product_id"])
    hits = {name: (items[row] == column[:, None]).any(axis=1) for name, items in lists.items()}
    return pd.DataFrame(hits, index=pd.Index(first["customer_id"]))


def shares(found: pd.DataFrame) -> pd.DataFrame:
    """By way: how many people, of how many the list had it, their share, and Wilson's interval."""
    ends = [share_interval(found[way]) for way in found]
    table = pd.DataFrame({"people": len(found), "had it": found.sum(), "share": found.mean()})
    return table.assign(low=[low for low, _ in ends], high=[high for _, high in ends])


def with_a_place(split: Split, items: np.ndarray, new: pd.Index, scores: np.ndarray) -> np.ndarray:
    """Lists whose last place is kept for a new product: of those that are not in the list the one that fits each person best.

    Parameters
    ----------
    items : columns of ``split.products``, (people, k)
    new : products
    scores : by which a new product fits, (people, products)
    """
    column = split.products.get_indexer(new)
    if not len(column) or not len(items):
        return items
    fits = np.where((items[:, :, None] == column).any(axis=1), -np.inf, scores[:, column])
    chosen = np.where(np.isfinite(fits.max(axis=1)), column[fits.argmax(axis=1)], items[:, -1])
    return np.column_stack([items[:, :-1], chosen])
