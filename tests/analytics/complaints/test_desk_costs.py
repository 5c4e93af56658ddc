"""Costs of a wrong desk: the matrix, decisions and mistakes by hand, and the interval of a mean cost."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.complaints import desk_costs
from workbook.analytics.estimate import Estimate
from workbook.tables.errors import DataError

MATRIX = desk_costs.costs(3000, 150)


def chances(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Make chances of the three grades, a row a complaint."""
    return pd.DataFrame(rows, columns=[1, 2, 3], dtype=float)


def ends(estimate: Estimate) -> tuple[float, float, float]:
    """Value and both ends of an estimate."""
    return estimate.value, estimate.low, estimate.high


def test_costs_are_zero_on_the_right_desk_and_grow_with_the_parameters():
    """The two parameters are in their corners, the diagonal is free, and a missed senior is the most expensive."""
    assert (np.diag(MATRIX) == 0).all()
    assert (MATRIX.loc[3, 1], MATRIX.loc[1, 3]) == (3000, 150)
    assert MATRIX.loc[3, 1] == MATRIX.max().max()
    assert (desk_costs.costs(6000, 300) == 2 * MATRIX).all(axis=None)


@pytest.mark.parametrize("value", [0, -1, np.nan])
def test_a_cost_must_be_above_zero(value):
    """Free mistakes need no decision: the error names the parameter and what came."""
    with pytest.raises(DataError, match=r"senior_missed must be above 0; got"):
        desk_costs.costs(value, 150)
    with pytest.raises(DataError, match=r"needless_alarm must be above 0; got"):
        desk_costs.costs(3000, value)


def test_the_desk_of_least_expected_cost_by_hand():
    """Basic for sure stays; a senior chance above 150 / 3150 goes up if nothing lies between; equals go to the lower desk."""
    corner = MATRIX.copy()
    corner.loc[:, 2] = 1e9
    even = 150 / 3150
    asked = chances((1, 0, 0), (1 - even - 0.001, 0, even + 0.001), (1 - even + 0.001, 0, even - 0.001))
    assert desk_costs.decide(asked, corner).tolist() == [1, 3, 1]
    assert desk_costs.decide(chances((1, 0, 0)), MATRIX * 0).tolist() == [1]
    # 0.6 basic, 0.3 advanced, 0.1 senior: 0.3 × 300 + 0.1 × 3000; 0.6 × 45 + 0.1 × 900; 0.6 × 150 + 0.3 × 120
    assert desk_costs.expected_costs(chances((0.6, 0.3, 0.1)), MATRIX).iloc[0].tolist() == pytest.approx(
        [390, 117, 126]
    )


def test_each_case_costs_what_the_table_says():
    """A missing grade or desk has no cost, and the index stays."""
    grade = pd.Series([3, 1, 2, None], index=list("abcd"), dtype="Int64")
    found = desk_costs.case_costs(grade, pd.Series([1, 3, 2, 1], index=list("abcd")), MATRIX)
    assert found.tolist()[:3] == [3000, 150, 0]
    assert np.isnan(found["d"])


def test_the_interval_of_a_mean_is_students_where_nothing_is_skewed():
    """Symmetric values have no skewness to transform away."""
    values = pd.Series([-3.0, -1, 0, 1, 3])
    found = desk_costs.mean_cost(values, unit="CNY")
    expected = stats.t.interval(0.95, 4, 0, values.sem())
    assert ends(found) == pytest.approx((0, *expected))
    assert (found.unit, found.n) == ("CNY", 5)


def test_the_interval_of_lopsided_costs_reaches_further_up():
    """Values with a few large ones: the upper arm is the longer; mirrored values give the mirrored interval."""
    values = pd.Series([0.0] * 95 + [3000.0] * 5)
    mean, low, high = ends(desk_costs.mean_cost(values))
    assert mean == 150
    assert 0 < mean - low < high - mean
    assert ends(desk_costs.mean_cost(-values)) == pytest.approx((-mean, -high, -low))


def test_no_interval_without_spread_or_cases():
    """Two values, or all alike, tell nothing about their scatter."""
    assert desk_costs.mean_cost(pd.Series([5.0, 7.0])).value == 6
    assert not desk_costs.mean_cost(pd.Series([5.0, 7.0])).has_interval
    assert not desk_costs.mean_cost(pd.Series([4.0] * 9)).has_interval
    assert not desk_costs.mean_cost(pd.Series([], dtype=float)).known


def test_complaints_of_one_customer_are_one_draw():
    """Each cost four times, by the same customer: the interval is that of the customers, not of four times as many rows."""
    each = pd.Series(np.random.default_rng(1).exponential(100, 50))
    rows, whose = each.repeat(4).reset_index(drop=True), pd.Series(np.repeat(range(50), 4))
    known = ends(desk_costs.mean_cost(each))
    assert ends(desk_costs.mean_cost(rows, cluster=whose)) == pytest.approx(known)
    assert ends(desk_costs.mean_cost(each, cluster=pd.Series(range(50)))) == pytest.approx(known)
    assert not desk_costs.mean_cost(rows, cluster=pd.Series([1] * 200)).has_interval


def test_the_highest_desk_pays_from_a_small_chance_on():
    """A missed case of 3,000 against an alarm of 150: one in 21. Without senior cases 45 against 300; of one grade nothing."""
    assert desk_costs.break_even(MATRIX, pd.Series([1, 2, 3])).value == pytest.approx(1 / 21)
    assert desk_costs.break_even(MATRIX, pd.Series([2, 1])).value == pytest.approx(45 / 345)
    assert not desk_costs.break_even(MATRIX, pd.Series([2, 2])).known
    assert not desk_costs.break_even(MATRIX, pd.Series([], dtype=int)).known


def test_no_mean_of_costs_is_below_nothing():
    """Of nine costs, most of them nothing, the interval ends at 0; of differences it may go below."""
    few = pd.Series([0.0] * 7 + [120, 900])
    assert desk_costs.mean_cost(few).low >= 0
    assert desk_costs.mean_cost(pd.Series([-10.0, 5, 3, 1])).low < 0


def test_mistakes_are_counted_by_grade_and_desk():
    """Only grades that occur have a row, every desk has a column."""
    table = desk_costs.mistakes(pd.Series([1, 1, 3]), pd.Series([1, 2, 2]))
    assert table.index.tolist() == ["basic", "senior"]
    assert table.columns.tolist() == ["front-line staff", "regional manager", "executives"]
    assert table.loc["basic"].tolist() == [1, 1, 0]
    assert table.loc["senior"].tolist() == [0, 1, 0]


def test_the_heaviest_mistake_is_that_of_most_money_in_all():
    """One senior case with the manager costs 900, twenty needless alarms cost 3,000, the manager's time 45."""
    table = desk_costs.mistakes(pd.Series([3] + [1] * 21), pd.Series([2] + [3] * 20 + [2]))
    found = desk_costs.heaviest(table, MATRIX)
    assert (found.case, found.grade, found.desk, found.complaints) == ("one", "basic", "executives", 20)
    assert found.share is not None
    assert found.share.value == pytest.approx(3000 / 3945)
    right = desk_costs.mistakes(pd.Series([1, 3]), pd.Series([1, 3]))
    assert desk_costs.heaviest(right, MATRIX).case == "none"
