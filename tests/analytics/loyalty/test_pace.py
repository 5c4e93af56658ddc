"""A short lift carried to a year by the pace of members' lives, by hand and where the truth is known."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.loyalty import joining, pace

TODAY = pd.Timestamp("2024-12-31")


def lived(curve: np.ndarray, age: int, days: int = 90) -> pace.Life:
    """One member who joined so many days ago, and buys by a curve."""
    return pace.Life(days, curve, curve, np.bincount([age]), 366)


def short(value: float, low: float = np.nan, high: float = np.nan) -> Estimate:
    """A lift of some days."""
    return Estimate(value, low, high, "change", 40)


def test_what_is_bought_by_each_day_after_joining():
    """A is followed for 4 days and buys on the day of joining, which doesn't count, and on days 2 and 4; b for 2 days, and buys on
    day 1. Day 1: one purchase of two members; day 2: one more of two; day 4: one more of one.
    """
    joined = pd.Series({"a": TODAY - pd.Timedelta(days=4), "b": TODAY - pd.Timedelta(days=2), "c": pd.NaT})
    gaps = [("a", 4), ("a", 2), ("a", 0), ("b", 1), ("c", 3)]
    days = pd.DataFrame([(who, TODAY - pd.Timedelta(days=gap)) for who, gap in gaps], columns=["customer_id", "day"])  # fmt: skip
    assert pace.by_age(days, joined.dropna(), TODAY).tolist() == [0, 0.5, 1, 1, 2]


def test_members_from_before_the_data_enter_when_it_begins():
    """A joined 10 days before the data's first day: nothing is known of its days 1 to 9; b joined on that day and buys on day 2 of 4.
    Days on which nobody is followed get what is usual later.
    """
    begin = TODAY - pd.Timedelta(days=4)
    joined = pd.Series({"a": begin - pd.Timedelta(days=10), "b": begin})
    days = pd.DataFrame({"customer_id": ["x", "a", "b"], "day": [begin, TODAY, begin + pd.Timedelta(days=2)]})
    curve = pace.by_age(days, joined, TODAY)
    assert curve[:5].tolist() == [0, 0, 1, 1, 1]
    assert len(curve) == 15
    usual = 1 / 5  # one purchase in the five days, 10 to 14, on which a is followed
    assert curve[9] == pytest.approx(1 + 5 * usual)
    assert curve[14] == pytest.approx(curve[9] + 1)


def test_where_nobody_stops_coming_the_lift_lasts():
    """Purchases in a straight line: a tenth faster is a tenth more after 90 days and after a year."""
    found = pace.over_year(lived(np.arange(366.0), 365), short(0.1, -0.05, 0.3))
    assert found.value == pytest.approx(0.1, abs=1e-4)
    assert (found.low, found.high) == (pytest.approx(-0.05, abs=1e-4), pytest.approx(0.3, abs=1e-3))
    assert (found.n, found.unit) == (40, "change")


def test_where_members_stop_coming_the_lift_fades():
    """Purchases by day t are 1 - exp(-t / 100). A pace of p has them at p t: what that makes of the year follows from the 90 days."""
    curve = 1 - np.exp(-np.arange(366.0) / 100)
    with_it, faster = (1 - np.exp(-0.9)), 1.2
    of_days = with_it / (1 - np.exp(-0.9 / faster)) - 1
    of_year = (1 - np.exp(-3.65)) / (1 - np.exp(-3.65 / faster)) - 1
    found = pace.over_year(lived(curve, 365), short(of_days))
    assert found.value == pytest.approx(of_year, abs=1e-4)
    assert found.value < of_days / 4
    assert not found.has_interval
    assert pace.fading(short(of_days), found) == "fades"


def test_only_the_year_counts_of_older_members():
    """Who joined 732 days ago bought 2 in the first half of that time and 1 in the second: at a pace of 2 it is the first half of a
    life that counts, 366 to 732 days are what 183 to 366 would have been.
    """
    days = np.arange(733.0)
    curve = np.where(days <= 366, 2 * days / 366, 2 + (days - 366) / 366)
    of = lived(curve, 732)
    assert of.year_lift(np.array([2.0]))[0] == pytest.approx(1 / 1 - 1)
    assert of.year_lift(np.array([0.5]))[0] == pytest.approx(
        1 / 2 - 1
    )  # as in the older half, and twice as long


def test_what_cannot_be_carried_is_unknown():
    """Without a lift, or without members who joined later, there is nothing to carry."""
    flat = np.zeros(100)
    assert not pace.over_year(lived(flat, 99), short(0.1)).known
    assert not pace.over_year(lived(np.arange(366.0), 365), short(np.nan)).known
    nobody = pace.life(
        pd.DataFrame({"customer_id": ["a"], "day": [TODAY]}), pd.Series({"a": pd.NaT}), TODAY, 90
    )
    assert not pace.over_year(nobody, short(0.1)).known
    assert pace.fading(short(0.1), short(np.nan)) == "unknown"


def test_how_the_lift_of_a_year_compares():
    """Nearer to nothing it fades, whatever the sign; within half a point they are alike."""
    assert pace.fading(short(-0.2), short(-0.1)) == "fades"
    assert pace.fading(short(0.1), short(0.2)) == "grows"
    assert pace.fading(short(0.1), short(0.104)) == "alike"


def test_a_bias_and_its_side():
    """A tenth where a twentieth is right is above it by 5 points; within half a point the two are alike."""
    found = pace.bias(0.1, 0.05)
    assert (found.case, found.off.value, found.off.unit) == ("above", pytest.approx(0.05), "points")
    assert pace.bias(0.1, 0.15).case == "below"
    assert pace.bias(0.1, 0.104).case == "alike"
    assert pace.bias(np.nan, 0.1).case == pace.bias(0.1, np.nan).case == "unknown"


def test_the_curve_without_membership_is_slower():
    """By day 110 at a pace of 1.1 members have what they would have had by day 100 of their own curve; an unknown lift leaves it out."""
    line = lived(np.arange(500.0), 365)
    found = pace.curves(line, short(0.1))
    assert found.index.tolist() == list(range(367))
    assert found["members"].tolist() == list(range(367))
    assert found.loc[110, "the same without membership"] == pytest.approx(100, abs=0.02)
    assert pace.curves(line, short(np.nan))["the same without membership"].isna().all()
    assert pace.pace_of(line, short(0.1)).value == pytest.approx(0.1, abs=1e-4)


def test_a_faster_life_is_over_sooner():
    """4,000 who join at their second purchase, buy at a rate and leave after each purchase with a chance of a quarter: what a pace of
    1.3 makes of 90 days is carried to what it makes of the year, within what chance leaves.
    """
    rng, n, faster = np.random.default_rng(5), 4000, 1.3
    age = rng.integers(1, 700, n)
    bought = rng.exponential(60, (n, 40)).cumsum(axis=1)
    stays = rng.random((n, 40)) > 0.25
    there = np.column_stack([np.ones(n, bool), stays.cumprod(axis=1).astype(bool)[:, :-1]])

    def count(start: np.ndarray, end: np.ndarray, factor: float) -> float:
        """Purchases in these days after joining, at this pace."""
        return float((there & (bought > start[:, None] * factor) & (bought <= end[:, None] * factor)).sum())

    zero, ninety = np.zeros(n), np.full(n, 90.0)
    begun = np.maximum(age - 366, 0)
    of_days = count(zero, ninety, faster) / count(zero, ninety, 1.0) - 1
    of_year = count(begun, age, faster) / count(begun, age, 1.0) - 1
    who, which = np.nonzero(there & (bought <= age[:, None] * faster))
    gap = np.ceil(bought[who, which] / faster).clip(max=age[who]).astype(int)
    joined = pd.Series(TODAY - pd.to_timedelta(age, unit="D"), index=[f"c{i}" for i in range(n)])
    ids = joined.index.to_numpy()
    first = pd.DataFrame({"customer_id": ids, "day": joined - pd.Timedelta(days=1)})
    days = pd.DataFrame(
        {"customer_id": ids[who], "day": joined.to_numpy()[who] + pd.to_timedelta(gap, unit="D")}
    )
    orders = pd.concat([first, days]).assign(amount=1.0).rename(columns={"day": "ordered_at"})
    of = pace.life(joining.purchase_days(orders), joined, TODAY, 90)
    found = pace.over_year(of, short(of_days))
    assert of_year < 0.6 * of_days
    assert found.value == pytest.approx(of_year, abs=0.012)
