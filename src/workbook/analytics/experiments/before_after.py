"""A launch read before and after, on days on which nothing was launched."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import lift, share_interval

UNKNOWN = Estimate()

FEWEST = 10  # launches; of fewer nothing is said
FALSE = 0.05  # share of false alarms that an interval of 95 % admits
COLUMNS = ["customers", "before", "after", "change", "low", "high"]


def every_week(orders: pd.DataFrame, today: pd.Timestamp) -> pd.DatetimeIndex:
    """Every seventh day of the orders, from a week after the first."""
    if orders.empty:
        return pd.DatetimeIndex([])
    return pd.date_range(orders["ordered_at"].min().normalize(), today, freq="7D")[1:]


def before_after(
    orders: pd.DataFrame, launches: pd.DatetimeIndex, *, days: int = 14, settled: int = 90
) -> pd.DataFrame:
    """Read a launch by the share of customers who order in the days after it, against those before.

    The interval would be right for two groups drawn at random; here it isn't: season, sales, and whatever else differs
    between the two windows is read as an effect of the launch.

    Parameters
    ----------
    days : length of each window
    settled : only customers count whose first order is more than so many days older than both windows

    Returns
    -------
    pandas.DataFrame
        a row per launch whose windows lie within the orders, and whose change has an interval: customers, before, after (shares),
        change (relative), low, high.
    """
    day = orders["ordered_at"].dt.normalize()
    who = pd.factorize(orders["customer_id"])[0]
    first = day.groupby(who).min()
    width, age = pd.Timedelta(days=days), pd.Timedelta(days=settled)
    rows = {}
    for launch in launches:
        known = (first < launch - width - age).to_numpy()
        if not known.any() or launch + width > day.max() + pd.Timedelta(days=1):
            continue
        windows = (day >= launch - width) & (day < launch), (day >= launch) & (day < launch + width)
        before, after = (pd.Series(np.isin(np.flatnonzero(known), who[w])) for w in windows)
        rows[launch] = [len(before), before.mean(), after.mean(), *lift(after, before)]
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).dropna()


@dataclass(frozen=True)
class Launches:
    """What became of launches of nothing.

    Attributes
    ----------
    case : misled (more of them "significant" than chance would make, by the interval of their share), calm, or short (fewer than
        `FEWEST`)
    launches, false : how many there are, and the share whose interval leaves out no change
    least, most : the largest fall and the largest rise
    """

    case: str
    launches: int
    false: Estimate
    least: Estimate = UNKNOWN
    most: Estimate = UNKNOWN


def false_alarms(placebo: pd.DataFrame) -> Launches:
    """Count the launches that seem to have done something, from `before_after`."""
    hit = (placebo["low"] > 0) | (placebo["high"] < 0)
    share = Estimate(float(hit.mean()) if len(hit) else np.nan, unit="share", n=len(hit))
    if len(placebo) < FEWEST:
        return Launches("short", len(placebo), share)
    ends = (Estimate(float(end), unit="change") for end in (placebo["change"].min(), placebo["change"].max()))
    return Launches("misled" if share_interval(hit)[0] > FALSE else "calm", len(placebo), share, *ends)


def best(placebo: pd.DataFrame, number: int = 3) -> pd.DataFrame:
    """The launches that look best, by the low end of their interval, the surest rise first."""
    rose = placebo.sort_values("low", ascending=False).head(number)
    return rose.set_axis(rose.index.strftime("%Y-%m-%d") if len(rose) else rose.index).rename_axis("launch")
