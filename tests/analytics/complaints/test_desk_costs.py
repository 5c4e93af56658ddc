"""Costs of a wrong desk: the matrix, decisions and mistakes by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import desk_costs
from workbook.tables.errors import DataError

MATRIX = desk_costs.costs(3000, 150)


def chances(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Make chances of the three grades, a row a complaint."""
    return pd.DataFrame(rows, columns=[1, 2, 3], dtype=float)


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


def test_the_highest_desk_pays_from_a_small_chance_on():
    """A missed case of 3,000 against an alarm of 150: one in 21. Without senior cases 45 against 300; of one grade nothing."""
    assert desk_costs.break_even(MATRIX, pd.Series([1, 2, 3])).value == pytest.approx(1 / 21)
    assert desk_costs.break_even(MATRIX, pd.Series([2, 1])).value == pytest.approx(45 / 345)
    assert not desk_costs.break_even(MATRIX, pd.Series([2, 2])).known
    assert not desk_costs.break_even(MATRIX, pd.Series([], dtype=int)).known


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
