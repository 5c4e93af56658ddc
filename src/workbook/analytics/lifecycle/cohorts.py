"""Cohorts: customers by the month of their first order, and the share of them who order again in each month after it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

TILL = 5  # months of records, in the exercise on its two traps


def months_of(orders: pd.DataFrame) -> pd.DataFrame:
    """A row per customer and month with an order: customer_id, month and cohort (whole numbers of months), age."""
    at = orders["ordered_at"].dt
    rows = pd.DataFrame(
        {"customer_id": orders["customer_id"], "month": at.year * 12 + at.month - 1}
    ).drop_duplicates()
    cohort = rows.groupby("customer_id")["month"].transform("min")
    return rows.assign(cohort=cohort, age=rows["month"] - cohort).reset_index(drop=True)


def last_whole(as_of: pd.Timestamp) -> int:
    """The last month that is over by the end of a day, as a whole number of months."""
    over = as_of + pd.Timedelta(days=1)
    return over.year * 12 + over.month - 2


def as_month(number: int) -> pd.Timestamp:
    """The first day of a month that is given as a whole number."""
    return pd.Timestamp(year=int(number) // 12, month=int(number) % 12 + 1, day=1)


def retention(
    orders: pd.DataFrame, as_of: pd.Timestamp, *, first_is_new: bool = False, ages: int = 12
) -> pd.DataFrame:
    """Share of each cohort that ordered in each month after its first; a row per cohort, a column per month of age.

    Parameters
    ----------
    orders : customer_id, ordered_at, up to ``as_of``
    first_is_new : whether the customers of the first month are new; else that cohort is left out, as many of them bought
        before the records begin
    ages : months that are followed, at most

    Returns
    -------
    pandas.DataFrame
        index cohort (first of the month), column customers, and 1 to ``ages``; what is not over yet is missing.
    """
    rows, last = months_of(orders), last_whole(as_of)
    rows = rows[(rows["month"] <= last) & (rows["cohort"] <= last)]
    if not first_is_new and len(rows):
        rows = rows[rows["cohort"] > rows["cohort"].min()]
    counts = pd.crosstab(rows["cohort"], rows["age"])
    size = counts.get(0, pd.Series(dtype=int))
    shares = counts.reindex(columns=range(1, ages + 1), fill_value=0).div(size, axis=0)
    over = np.add.outer(shares.index.to_numpy(), np.arange(1, ages + 1)) <= last
    shares = shares.where(over)
    shares.insert(0, "customers", size)
    return shares.set_axis(pd.DatetimeIndex([as_month(m) for m in shares.index], name="cohort"), axis=0)


def mean_retention(table: pd.DataFrame) -> pd.Series:
    """Retention by month of age, all cohorts together, each customer counting once."""
    ages = [c for c in table if c != "customers"]
    seen = table[ages].notna().mul(table["customers"], axis=0)
    found = table[ages].mul(table["customers"], axis=0).sum() / seen.sum().replace(0, np.nan)
    return (
        found.rename("share who ordered in that month").rename_axis("months after the first order").dropna()
    )


def newer_less_older(table: pd.DataFrame) -> Estimate:
    """By how many points more of the newer half of the cohorts ordered in the month after their first than of the older half.

    Newcombe's interval (1998), customers being independent; a season may be behind it.

    Parameters
    ----------
    table : from `retention`
    """
    known = table.dropna(subset=[1]) if 1 in table else table[:0]
    half = len(known) // 2
    size = [int(part["customers"].sum()) for part in (known[:half], known[half:])]
    if not min(size):
        return Estimate(unit="points", n=sum(size))
    older, newer = (round(float((p["customers"] * p[1]).sum())) for p in (known[:half], known[half:]))
    low, high = confint_proportions_2indep(newer, size[1], older, size[0], method="newcomb", compare="diff")
    return Estimate(newer / size[1] - older / size[0], float(low), float(high), "points", sum(size))


@dataclass(frozen=True)
class Window:
    """Orders of a shop whose records begin late and end within a month: its rows, the first day and the last one.

    ``known`` has the customers who had ordered before the first day, which the shop itself can't see.
    """

    orders: pd.DataFrame
    begins: pd.Timestamp
    ends: pd.Timestamp
    known: frozenset[str] = frozenset()

    @property
    def rows(self) -> pd.DataFrame:
        """Its `months_of`."""
        return months_of(self.orders)

    def again(self, **drop: bool) -> Estimate:
        """Share who ordered again in the month after their first; see `in_next_month`."""
        return in_next_month(self.orders, self.ends, **drop)


def late_records(orders: pd.DataFrame, as_of: pd.Timestamp) -> Window:
    """What a shop would know whose records began `TILL` months ago, on a 5th: its first cohort and its last ones weigh much."""
    ends = as_of.replace(day=5)
    ends = ends if ends <= as_of else ends - pd.DateOffset(months=1)
    begins = ends.replace(day=1) - pd.DateOffset(months=TILL)
    at = orders["ordered_at"]
    inside = orders[(at >= begins) & (at < ends + pd.Timedelta(days=1))]
    known = frozenset(orders.loc[at < begins, "customer_id"])
    return Window(inside.reset_index(drop=True), begins, ends, known)


def in_next_month(
    orders: pd.DataFrame, last: pd.Timestamp, *, drop_first: bool = True, drop_last: bool = True
) -> Estimate:
    """Share of customers who ordered again in the month after their first.

    Parameters
    ----------
    orders : customer_id, ordered_at
    last : last day of the records
    drop_first : leave out the first cohort, of whom nobody knows whether they are new
    drop_last : leave out the cohort whose next month is not over, and the one whose first is not
    """
    rows = months_of(orders)
    if rows.empty:
        return Estimate(unit="share", n=0)
    end = last_whole(last) if drop_last else int(rows["month"].max()) + 1
    begin = int(rows["cohort"].min()) + drop_first
    mine = rows[(rows["cohort"] >= begin) & (rows["cohort"] < end)]
    people = mine.loc[mine["age"] == 0, "customer_id"]
    again = people.isin(mine.loc[mine["age"] == 1, "customer_id"])
    return Estimate(
        float(again.mean()) if len(again) else np.nan, *share_interval(again), "share", len(again)
    )


def four_ways(of: Window) -> pd.DataFrame:
    """The share who came again in the next month, with each trap avoided or not: value, low, high, n.

    Where older records know who is new, their share stands last: cohorts after the first have regulars in them too.
    """
    ways = {
        "all cohorts": {"drop_first": False, "drop_last": False},
        "without the first": {"drop_last": False},
        "without months that are not over": {"drop_first": False},
        "without both": {},
    }
    found = {name: of.again(**way) for name, way in ways.items()}
    if of.known:
        new = of.orders[~of.orders["customer_id"].isin(of.known)]
        found["without both, new by older records"] = in_next_month(new, of.ends)
    rows = {name: [e.value, e.low, e.high, e.n] for name, e in found.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    return table.rename_axis("cohorts counted")
