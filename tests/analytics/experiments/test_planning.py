"""How large a test must be, with arms of any sizes."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests
from workbook.analytics.experiments.planning import (
    Plan,
    by_how_much,
    curve,
    cut_to_plan,
    found_by,
    lifts,
    next_test,
    plan,
    sizes,
    units_needed,
)

DAY = pd.Timestamp("2025-03-28")
EQUAL = Plan("test", Estimate(0.15, unit="share"))


def pair(control: int, treated: int, days: int = 1) -> pd.DataFrame:
    """Make units of two arms, one in five of whom orders, drawn evenly over so many days."""
    n = control + treated
    drawn = DAY - pd.to_timedelta(np.arange(n) % days, unit="D")
    rows = {"treated": [False] * control + [True] * treated, "ordered": (np.arange(n) % 5 == 0).astype(int)}
    return pd.DataFrame(rows | {"assigned_at": drawn})


ORDERS = pd.DataFrame(
    {
        "customer_id": ["a", "b", "c", "d", "a"],
        "ordered_at": [DAY - pd.Timedelta(days=n) for n in (100, 100, 28, 5, 27)],
    }
)


def test_a_plan_takes_rate_split_and_pace_of_the_test():
    """100 units in 10 days are 70 a week; a quarter is treated; one in five of the control orders."""
    found = plan(pair(75, 25, days=10), ORDERS, DAY)
    assert (found.case, found.share, found.a_week) == ("test", 0.25, 70)
    assert found.base.value == 0.2


def test_without_a_test_customers_are_planned_for():
    """Of three who had bought before the last 28 days one ordered in them; who came since isn't counted."""
    found = plan(pair(0, 0), ORDERS, DAY)
    assert (found.case, found.base.n, found.share) == ("orders", 3, 0.5)
    assert found.base.value == pytest.approx(1 / 3)
    assert plan(pair(0, 0), ORDERS.iloc[:0], DAY).case == "example"


def test_equal_arms_need_twice_the_group_size():
    """15 → 18 % takes 2,400 in each of two arms."""
    assert units_needed(EQUAL, 0.03) == 2 * ab_tests.group_size(0.15, 0.18) == 4800


def test_unequal_arms_need_more_and_have_the_power():
    """One in five treated: both arms together reach four of five, and are more than two equal ones."""
    uneven = Plan("test", Estimate(0.15, unit="share"), share=0.2)
    needed = units_needed(uneven, 0.03)
    assert needed > 4800
    chance = ab_tests.power(0.8 * needed, 0.2 * needed, 0.15, 0.18)
    assert 0.8 <= chance < 0.801


def test_half_of_a_lift_takes_about_four_times_as_many():
    """The lift is squared; the rate of the treated changes it a little."""
    assert by_how_much(EQUAL, 0.03) == pytest.approx(4, rel=0.05)
    assert np.isnan(by_how_much(Plan("test", Estimate(0.99, unit="share")), 0.03))


def test_the_table_has_the_least_lift_half_and_double():
    """In points, smallest first; a lift beyond 100 % has no row, and without a pace there are no weeks."""
    assert lifts(0.03) == [1, 1.5, 2, 3, 5, 6, 8]
    table = sizes(Plan("test", Estimate(0.93, unit="share"), a_week=100.0), 0.03)
    assert list(table.index) == ["1", "1.5", "2", "3", "5", "6"]
    assert table.loc["3", "both arms"] == table.loc["3", ["treated", "control"]].sum()
    weeks = table.loc["3", "weeks at the pace of the test"]
    assert weeks == pytest.approx(table.loc["3", "both arms"] / 100, abs=0.05)
    assert "weeks at the pace of the test" not in sizes(EQUAL, 0.03)


def test_the_curve_passes_four_of_five_at_the_needed_size():
    """Up to twice as many units as the least lift needs; nothing where there is no such lift."""
    chance = curve(EQUAL, 0.03, 0.03)
    assert chance.index[-1] == 2 * 4800
    assert np.interp(4800, chance.index, chance) == pytest.approx(0.8, abs=0.003)
    assert curve(Plan("test", Estimate(0.99, unit="share")), 0.03, 0.03).empty


def test_a_test_finds_by_the_sizes_of_both_arms():
    """2,000 against 8,000 find 15 → 18 % in nine tests of ten, though the smaller arm is below 2,400."""
    found = found_by(pair(8000, 2000), EQUAL, 0.03)
    error = np.sqrt(0.15 * 0.85 / 8000 + 0.18 * 0.82 / 2000)
    assert (found.case, found.control, found.treated) == ("enough", 8000, 2000)
    assert found.chance.value == pytest.approx(stats.norm.cdf(0.03 / error - 1.96), abs=1e-3)
    assert found_by(pair(500, 500), EQUAL, 0.03).case == "small"
    assert found_by(pair(500, 0), EQUAL, 0.03).case == "unknown"


def test_a_cut_keeps_what_the_plan_asks_for_and_no_more():
    """15 → 23 % takes 374 in each arm; of an arm with fewer than twice as many, half is kept."""
    cut = cut_to_plan(pair(2000, 400), EQUAL, 0.08, seed=1)
    assert cut.groupby("treated").size().tolist() == [374, 200]
    assert cut.index.is_unique
    assert cut_to_plan(pair(0, 0), EQUAL, 0.08, seed=1).empty


def test_the_next_test_says_what_it_needs():
    """4,800 for three points from 15 %; the rate of customers is that of four weeks."""
    found = next_test(EQUAL, 0.03)
    assert (found.case, found.needed, found.points, found.days) == ("test", 4800, 3, 28)
