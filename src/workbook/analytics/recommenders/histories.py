"""What each customer has bought, cut at one day: what is known before it, and the order that comes next."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbook.tables.matching import is_in

MOST = 3000  # products that can be recommended: of a larger assortment those that sell best


@dataclass(frozen=True)
class Split:
    """Purchases before a day, and the next order of each customer who has some.

    Attributes
    ----------
    cut : the first day that isn't known yet
    past : lines bought before it: customer_id, order_id, ordered_at, line, product_id; by customer and time
    upcoming : lines of each customer's first order from that day on, of those who have bought before; the same columns
    products : product ids that can be recommended on that day
    people : customers who get a list; all of them have bought before
    """

    cut: pd.Timestamp
    past: pd.DataFrame
    upcoming: pd.DataFrame
    products: pd.Index
    people: pd.Index

    @cached_property
    def customers(self) -> pd.Index:
        """Everybody who has bought before."""
        return pd.Index(self.past["customer_id"].unique(), name="customer_id")

    @cached_property
    def rows(self) -> np.ndarray:
        """Row of each of the people among the customers."""
        return self.customers.get_indexer(self.people)

    @cached_property
    def bought(self) -> csr_array:
        """How many lines each customer bought of each product, (customers, products)."""
        return counts(self.past, self.customers, self.products)


def cut_day(start: pd.Timestamp, today: pd.Timestamp, test_days: int) -> pd.Timestamp:
    """The first of the last ``test_days`` days, but no earlier than the middle of the data."""
    middle = (start + (today - start) / 2).ceil("D")
    return max(today - pd.Timedelta(days=test_days - 1), middle)


def counts(lines: pd.DataFrame, customers: pd.Index, products: pd.Index) -> csr_array:
    """How many of some rows, with customer_id and product_id, each customer has of each product."""
    row, column = customers.get_indexer(lines["customer_id"]), products.get_indexer(lines["product_id"])
    there = (row >= 0) & (column >= 0)
    ones = np.ones(there.sum())
    return csr_array((ones, (row[there], column[there])), shape=(len(customers), len(products)))


def purchases(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """A row per line of an order whose product is known, by customer and time."""
    known = lines.loc[lines["product_id"].notna(), ["order_id", "line", "product_id"]]
    joined = known.merge(orders[["order_id", "customer_id", "ordered_at"]], on="order_id")
    return joined.sort_values(["customer_id", "ordered_at", "order_id", "line"], ignore_index=True)


def on_sale(products: pd.DataFrame | None, bought: pd.DataFrame, day: pd.Timestamp) -> pd.Index:
    """Products that can be recommended on a day: sold before or launched, and not withdrawn; at most `MOST`.

    Parameters
    ----------
    products : with launched_on and withdrawn_on where the shop knows them
    bought : purchases before that day
    """
    sold = bought["product_id"].value_counts()
    here, over = pd.Series(dtype=float), pd.Series(dtype="str")
    if products is not None:
        here = shelf(products, day)
        if "withdrawn_on" in products:
            over = products.loc[products["withdrawn_on"] < day, "product_id"]
    total = sold.add(here, fill_value=0).drop(over, errors="ignore")
    best = total.sort_values(ascending=False, kind="stable").head(MOST)
    return pd.Index(sorted(best.index), name="product_id")


def shelf(products: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Zeros for products that were launched by a day; a shop that doesn't say when has none."""
    if "launched_on" not in products:
        return pd.Series(0, index=pd.Index([], dtype="str"))
    there = products["launched_on"] <= day
    return pd.Series(0, index=pd.Index(products.loc[there, "product_id"]))


def time_split(bought: pd.DataFrame, products: pd.DataFrame | None, cut: pd.Timestamp) -> Split:
    """Cut purchases at a day; the people are those who order again, whose lists can be held against what they order."""
    before = bought["ordered_at"] < cut
    past, later = bought[before].reset_index(drop=True), bought[~before]
    later = later[is_in(later["customer_id"], past["customer_id"])]
    first = later.groupby("customer_id")["order_id"].first()
    upcoming = later[is_in(later["order_id"], first)].reset_index(drop=True)
    people = pd.Index(upcoming["customer_id"].unique(), name="customer_id")
    return Split(cut, past, upcoming, on_sale(products, past, cut), people)
