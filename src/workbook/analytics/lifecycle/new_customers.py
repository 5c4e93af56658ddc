"""When customers were seen for the first time, and whether they were new then."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate

OPENING = 30  # days from the beginning of the records
FEW = 3  # months; fewer say nothing of how steady it is
CROWD = 2.0  # times as many in them as there would be if all days were alike

NOBODY = Estimate(unit="share")


def by_month(days: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    """Count per calendar month, from the first to the last whole one; the month under way only if it is the only one.

    Parameters
    ----------
    days : one per thing that is counted

    Returns
    -------
    pandas.Series
        Index month, as its first day; months without any have 0.
    """
    if days.empty:
        return pd.Series(dtype=int, index=pd.DatetimeIndex([], name="month"))
    months = pd.period_range(days.min(), as_of, freq="M")
    counts = days.dt.to_period("M").value_counts().reindex(months, fill_value=0)
    whole = months.end_time.normalize() <= as_of
    counts = counts[whole] if whole.any() else counts
    return counts.set_axis(counts.index.to_timestamp()).rename_axis("month")


@dataclass(frozen=True)
class Acquisition:
    """How new customers arrive.

    Attributes
    ----------
    case : gone_dry (most months bring nobody), steady, few (fewer than three months), or unknown
    records : opening (the first days of the records have far more than their share of first orders, so that most of those
        customers were probably won before), as_others, or unknown (of records that are hardly longer than these days)
    typical : new customers that at least half of the months bring
    busiest, most : month with most of them, and how many
    without, months : months that bring nobody, and all
    opening : share of all customers whose first order lies in the first days of the records
    """

    case: str
    records: str = "unknown"
    typical: int = 0
    busiest: str = ""
    most: int = 0
    without: int = 0
    months: int = 0
    opening: Estimate = NOBODY


def acquisition(first_days: pd.Series, as_of: pd.Timestamp) -> Acquisition:
    """Look at the day of each customer's first order; of months only whole ones count, as `by_month` has them.

    Parameters
    ----------
    first_days : one per customer
    """
    new = by_month(first_days, as_of)
    if new.empty:
        return Acquisition("unknown")
    without = int((new == 0).sum())
    case = "few" if len(new) < FEW else "gone_dry" if without > len(new) / 2 else "steady"
    return Acquisition(
        case=case,
        records=records(first_days, as_of),
        typical=int(new.quantile(0.5, interpolation="lower")),
        busiest=f"{new.idxmax():%B %Y}",
        most=int(new.max()),
        without=without,
        months=len(new),
        opening=opening_share(first_days),
    )


def opening_share(first_days: pd.Series) -> Estimate:
    """Share of the customers whose first order lies in the first days of the records."""
    early = first_days < first_days.min() + pd.Timedelta(days=OPENING)
    return Estimate(float(early.mean()), unit="share", n=len(first_days))


def records(first_days: pd.Series, as_of: pd.Timestamp) -> str:
    """Whether the `opening_share` has far more than its share of the customers: opening, as_others or unknown."""
    days = (as_of - first_days.min()).days + 1
    usual = OPENING / days
    if CROWD * usual >= 1:
        return "unknown"
    return "opening" if opening_share(first_days).value > CROWD * usual else "as_others"
