"""What a forecast would have been worth: made on days that are past, and held against what then came.

Source of the idea: evaluation on a rolling origin, Tashman (2000), doi 10.1016/S0169-2070(00)00065-0.
"""

from typing import Literal

import pandas as pd

from workbook.analytics.complaints.calibration import bins_of
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.value.btyd import Kind, fit_purchases, fit_spend
from workbook.analytics.value.forecast import log_ratio
from workbook.tables.summary import split_history

MOST = 5  # cut-offs: more of them overlap nearly wholly, and each is a fit
TENTHS = 10
COLUMNS = ["days", "customers", "purchases_came", "purchases_forecast", "spend_came", "spend_forecast"]


def cut_offs(first: pd.Timestamp, today: pd.Timestamp, days: int) -> list[pd.Timestamp]:
    """Days on which a forecast could have been made and checked by today, the newest first.

    Each has as long a past as the time to forecast, or longer. They lie a quarter of that time apart; where there are
    less than twice as many days as should be forecast, half of the days are forecast instead.

    Parameters
    ----------
    first, today : first and last day of the data
    days : to forecast
    """
    span = (today.normalize() - first.normalize()).days
    hidden = min(days, span // 2)
    step = max(1, hidden // 4)
    ages = range(span - hidden, hidden - 1, -step) if hidden else range(0)
    return [first.normalize() + pd.Timedelta(days=age) for age in ages[:MOST]]


def windows(first: pd.Timestamp, today: pd.Timestamp, days: int) -> list[tuple[pd.Timestamp, int]]:
    """Cut-offs and the days to forecast from each: `cut_offs`, and the last third of the time as one more."""
    starts, span = cut_offs(first, today, days), (today.normalize() - first.normalize()).days
    found = [(start, (today.normalize() - starts[0]).days) for start in starts]
    third = today.normalize() - pd.Timedelta(days=span // 3), span // 3
    return [*found, third] if third[1] and third not in found else found


def backtests(
    orders: pd.DataFrame, today: pd.Timestamp, days: int, kind: Kind = "bgnbd", *, spend: bool = True
) -> pd.DataFrame:
    """Forecast in each of the `windows`, and hold it against what came.

    Parameters
    ----------
    orders : customer_id, ordered_at, up to ``today``; amount, if ``spend`` is forecast
    today : last day of the data
    days : to forecast
    kind : of the model of purchases
    spend : whether amounts are forecast too

    Returns
    -------
    pandas.DataFrame
        index cut_off, the last third last; days (that were forecast), customers, purchases_came and purchases_forecast, spend_came and
        spend_forecast; a forecast is missing where there was no fit.
    """
    tests = [] if orders.empty else windows(orders["ordered_at"].min(), today, days)
    rows = [backtest(orders, start, ahead, kind, spend=spend) for start, ahead in tests]
    starts = pd.DatetimeIndex([start for start, _ in tests], name="cut_off")
    return pd.DataFrame(rows, index=starts, columns=COLUMNS)


def backtest(
    orders: pd.DataFrame, cut_off: pd.Timestamp, days: int, kind: Kind, *, spend: bool
) -> dict[str, float]:
    """One row of `backtests`."""
    amount = "amount" if spend else None
    past = split_history(orders, cut_off, cut_off + pd.Timedelta(days=days), amount=amount)
    expected = fit_purchases(past, kind).expected_purchases(past, past["holdout_T"].iloc[0])
    each = fit_spend(past).expected_spend(past)
    return {
        "days": days,
        "customers": len(past),
        "purchases_came": past["holdout_purchases"].sum(),
        "purchases_forecast": expected.sum(min_count=1),
        "spend_came": past["holdout_spend"].sum(min_count=1),
        "spend_forecast": (expected * each).sum(min_count=1),
    }


def worst_miss(tests: pd.DataFrame, of: Literal["purchases", "spend"] = "purchases") -> float:
    """Largest miss of the tests, in either direction: how far off, it must be feared, the next forecast is.

    Parameters
    ----------
    tests : of `backtests`
    of : which of the two forecasts

    Returns
    -------
    float
        as a logarithm; missing where no forecast could be tested.
    """
    misses = [log_ratio(c, f) for c, f in zip(tests[f"{of}_came"], tests[f"{of}_forecast"], strict=True)]
    return float(pd.Series(misses, dtype=float).abs().max())


def activity_by_tenths(quarter: pd.DataFrame) -> pd.DataFrame:
    """Hold the chance of being active against who bought in the time that followed, by tenths of that chance.

    Who is active and comes seldom need not have bought, so fewer may have bought than are active; the chance to buy is
    what should agree. Customers with the same chance, in tenths of a percent, are never parted, so there may be fewer groups than ten.

    Parameters
    ----------
    quarter : a row per customer: active, and to_buy and bought in the time that followed; see `holdouts.hidden_quarter`

    Returns
    -------
    pandas.DataFrame
        index group, from 1, the least active first; customers, active (mean chance), to_buy (mean chance), bought (share), low
        and high (95 %, Wilson); without rows where there are no chances.
    """
    known = quarter.dropna(subset=["active", "to_buy"])
    tenth = bins_of(known["active"].round(3), TENTHS)
    groups = known.groupby(tenth.rank(method="dense").astype(int).rename("group"))
    found = groups.agg(
        customers=("bought", "size"),
        active=("active", "mean"),
        to_buy=("to_buy", "mean"),
        bought=("bought", "mean"),
    )
    ends = [share_interval(came) for _, came in groups["bought"]]
    return found.assign(low=[low for low, _ in ends], high=[high for _, high in ends])
