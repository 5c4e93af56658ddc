"""Launches of nothing, read before and after."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments.before_after import before_after, best, every_week, false_alarms


def test_before_and_after_by_hand():
    """Of four old customers one orders in the week before and three in the week after: +200 %; newcomers don't count."""
    day = pd.Timestamp("2025-03-01")
    rows = [(c, day - pd.Timedelta(days=100)) for c in "abcd"]
    rows += [
        ("a", day - pd.Timedelta(days=2)),
        ("a", day),
        ("b", day),
        ("b", day + pd.Timedelta(days=1)),
        ("c", day),
    ]
    rows += [("new", day), ("a", day + pd.Timedelta(days=7))]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at"])
    found = before_after(orders, pd.DatetimeIndex([day, day + pd.Timedelta(days=30)]), days=7)
    assert found.loc[day, ["customers", "before", "after", "change"]].tolist() == pytest.approx(
        [4, 0.25, 0.75, 2.0]
    )
    assert list(found.index) == [day]  # the other window reaches beyond the orders
    nobody = orders[orders["ordered_at"] < day]
    assert before_after(
        pd.concat([nobody, orders.tail(1)]), pd.DatetimeIndex([day]), days=7
    ).empty  # no interval
    assert before_after(orders.iloc[:0], pd.DatetimeIndex([day])).empty


def launches(changes: list[float], reach: float) -> pd.DataFrame:
    """Make launches with these changes and intervals of one reach."""
    days = pd.date_range("2025-01-01", periods=len(changes), freq="7D")
    change = np.array(changes, dtype=float)
    rows = {"customers": 100, "before": 0.1, "after": 0.1 * (1 + change), "change": change}
    return pd.DataFrame(rows | {"low": change - reach, "high": change + reach}, index=days)


def test_launches_are_counted_whose_interval_leaves_out_nothing():
    """Two of ten do, which is more than chance would make: the comparison misleads."""
    found = false_alarms(launches([0.5, -0.5, *[0.0] * 8], 0.2))
    assert (found.case, found.launches, found.false.value) == ("misled", 10, 0.2)
    assert (found.least.value, found.most.value) == (-0.5, 0.5)


def test_the_range_is_that_of_the_picture():
    """The largest fall and rise are of all launches that are drawn, also of those with few customers."""
    few = launches([0.9, -0.9, *[0.0] * 8], 0.2)
    few.iloc[:2, 0] = 10
    found = false_alarms(few)
    assert (found.least.value, found.most.value) == (few["change"].min(), few["change"].max())


def test_few_false_alarms_are_calm_and_few_launches_say_nothing():
    """One of twenty is what an interval of 95 % admits, and four of 68 may be chance; of nine launches nothing is said."""
    assert false_alarms(launches([0.5, *[0.0] * 19], 0.2)).case == "calm"
    assert false_alarms(launches([0.5] * 4 + [0.0] * 64, 0.2)).case == "calm"
    assert false_alarms(launches([0.5] * 9, 0.2)).case == "short"
    assert false_alarms(launches([], 0.2)).case == "short"


def test_the_best_launches_come_first():
    """By the lower end of their interval, also where none has risen for sure."""
    shown = best(launches([0.3, 0.5, 0.1, 0.4, 0.6], 0.2), number=3)
    assert list(shown.index) == ["2025-01-29", "2025-01-08", "2025-01-22"]
    assert len(best(launches([0.1, -0.3], 0.2))) == 2
    assert best(launches([], 0.2)).empty


def test_every_seventh_day_is_a_launch():
    """From a week after the first order on; none without orders."""
    orders = pd.DataFrame({"ordered_at": [pd.Timestamp("2025-01-01 12:00")]})
    days = every_week(orders, pd.Timestamp("2025-01-20"))
    assert list(days) == [pd.Timestamp("2025-01-08"), pd.Timestamp("2025-01-15")]
    assert every_week(orders.iloc[:0], pd.Timestamp("2025-01-20")).empty
