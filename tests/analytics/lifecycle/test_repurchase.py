"""The repurchase rate, on customers who can be counted by hand."""

import pandas as pd
import pytest

from workbook.analytics.lifecycle import repurchase

TODAY = pd.Timestamp("2025-12-31")


def orders(**days):
    """Orders by customer: the days on which each ordered."""
    rows = [(name, pd.Timestamp(day)) for name, found in days.items() for day in found]
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at"])


SHOP = orders(
    quick=["2025-01-01 09:00", "2025-01-01 18:00", "2025-01-11 08:00"],
    late=["2025-01-01", "2025-10-01"],
    once=["2025-01-01"],
    edge=["2025-07-04", "2025-12-31"],
    fresh=["2025-12-01", "2025-12-02"],
)


@pytest.fixture
def customers():
    """Give the five customers of the shop."""
    return repurchase.first_and_second(SHOP, TODAY, 180)


def test_a_second_order_of_the_same_day_is_no_return(customers):
    """The second day counts, by the calendar: ten days, not nine and some hours."""
    assert customers.loc["quick", "days_between"] == 10
    assert customers["days_between"].isna().to_dict() == {
        "edge": False, "fresh": False, "late": False, "once": True, "quick": False,
    }  # fmt: skip


def test_who_came_back_who_in_time_and_who_was_watched(customers):
    """180 days are in time, and long enough; 273 are too late; a month is too short to watch."""
    flags = customers[["came_back", "in_time", "long_enough"]].astype(int)
    assert flags.T.to_dict("list") == {
        "edge": [1, 1, 1], "fresh": [1, 1, 0], "late": [1, 0, 1], "once": [0, 0, 1], "quick": [1, 1, 1],
    }  # fmt: skip


def test_the_rate_is_of_those_who_were_watched_long_enough(customers):
    """Two of four, with Wilson's interval; of nobody nothing is known."""
    rate = repurchase.repurchase_rate(customers)
    assert (rate.value, rate.n, rate.unit) == (0.5, 4, "share")
    assert (rate.low, rate.high) == pytest.approx((0.150, 0.850), abs=5e-4)
    assert not repurchase.repurchase_rate(customers.query("not long_enough")).known


def test_three_readings_by_hand(customers):
    """Four of five ever, three of five in time, two of four of those watched."""
    table = repurchase.readings(customers)
    assert table["numerator"].tolist() == [4, 3, 2]
    assert table["denominator"].tolist() == [5, 5, 4]
    found = repurchase.compared(table)
    assert (found.case, found.ever.value, found.of_all.value, found.right.value) == ("apart", 0.8, 0.6, 0.5)


def test_readings_that_say_the_same_or_nothing(customers):
    """All came back in time: alike; one came too late, and all were watched; nobody watched long enough: unknown."""
    watched = repurchase.compared(repurchase.readings(customers.loc[["quick", "late"]]))
    assert (watched.case, watched.ever.value, watched.of_all.value, watched.right.value) == (
        "all_watched",
        1,
        0.5,
        0.5,
    )
    assert repurchase.compared(repurchase.readings(customers.loc[["quick", "edge"]])).case == "alike"
    assert repurchase.compared(repurchase.readings(customers.loc[["fresh"]])).case == "unknown"


@pytest.mark.parametrize(
    ("first", "days", "found"),
    [
        ("2025-01-01", 180, ("asked", 180)),  # 364 days before: half are 183
        ("2025-09-01", 180, ("shorter", 61)),
        ("2025-12-31", 180, ("shorter", 1)),
    ],
)
def test_a_short_history_gets_a_shorter_window(first, days, found):
    """No more than half of the history, so that somebody can be watched; and it is said."""
    window = repurchase.fair_window(orders(a=[first]), TODAY, days)
    assert (window.case, window.days) == found


def test_the_curve_rises_to_the_rate(customers):
    """Of four watched one is back by day 10, two by day 180."""
    curve = repurchase.curve(customers, 180)
    assert curve.loc[[0, 9, 10, 179, 180]].tolist() == [0, 0, 0.25, 0.25, 0.5]
    assert repurchase.curve(customers.loc[["fresh"]], 180).empty


def test_how_soon_they_come(customers):
    """Of two who came back in time after 10 and 180 days, half needed up to 180: one of two is not yet more than a half."""
    pace = repurchase.pace(customers)
    assert (pace.half.value, pace.nine_of_ten.value) == (180, 180)
    assert repurchase.days_until(pd.Series([1.0, 2.0, 3.0, 4.0, 50.0]), 0.5) == 3


@pytest.mark.parametrize(
    ("names", "case"),
    [
        (["quick"] * 30, "some"),
        (["once"] * 30, "nobody"),
        (["quick"] * 29, "few"),
        (["fresh"] * 30, "unknown"),
    ],
)
def test_what_may_be_decided(customers, names, case):
    """Nothing of fewer than 30 who were watched long enough."""
    assert repurchase.pace(customers.loc[names]).case == case


def test_asking_some_of_them():
    """Twenty samples of the size asked for, the same for a seed; nobody is asked twice, so asking all gives the share itself."""
    answers = pd.Series([True] * 30 + [False] * 10)
    calls = repurchase.sample_customers(answers, 10, seed=1)
    assert (len(calls), set(calls["n"])) == (20, {10})
    pd.testing.assert_frame_equal(calls, repurchase.sample_customers(answers, 10, seed=1))
    assert set(repurchase.sample_customers(answers, 100, seed=1)["value"]) == {0.75}
    assert repurchase.first_sample(calls).value == calls["value"].iloc[0]


def test_nobody_can_be_asked():
    """No samples, and an estimate that isn't known."""
    calls = repurchase.sample_customers(pd.Series([], dtype=bool), 10, seed=1)
    assert calls.empty
    assert not repurchase.first_sample(calls).known
    assert repurchase.hits(calls, float("nan")) == repurchase.Hits(0, 0, None)


def test_intervals_that_contain_the_share_are_counted():
    """Ends count as within."""
    calls = pd.DataFrame({"low": [0.2, 0.5, 0.6], "high": [0.4, 0.8, 0.9], "n": 9})
    assert repurchase.hits(calls, 0.5) == repurchase.Hits(1, 3, 9)
