"""Asking people about doubtful complaints: costs by hand, and a share that is chosen before it is judged."""

import pandas as pd
import pytest

from workbook.analytics.complaints import asking, grading

MATRIX = grading.costs(3000, 150)


def chances(*rows: tuple[float, float, float]) -> pd.DataFrame:
    """Make chances of the three grades, a row a complaint."""
    return pd.DataFrame(rows, columns=[1, 2, 3], dtype=float)


def test_the_doubtful_are_asked_first():
    """Two complaints: the sure one free, the other wrong by 3,000. Nobody asked 1,500; the doubtful one 5; both 10."""
    said = chances((0.999, 0.001, 0), (0.7, 0.25, 0.05))
    lone = MATRIX.copy()
    lone.loc[[1, 2], 3] = 1e9
    lone.loc[[1, 3], 2] = 1e9
    curve = asking.abstention_curve(said, pd.Series([1, 3]), lone, reading=10)
    assert curve.index.tolist() == [0, 0.5, 1]
    assert curve["cost"].tolist() == pytest.approx([1500, 5, 10])
    assert curve["complaints"].tolist() == [0, 1, 2]


def test_people_who_slip_are_charged_for_it():
    """A person who files the senior case as advanced costs the reading and 900."""
    said = chances((0.2, 0.2, 0.6))
    curve = asking.abstention_curve(said, pd.Series([3]), MATRIX, reading=10, person=pd.Series([2]))
    assert curve["cost"].tolist() == [0, 910]


def test_a_queue_of_nothing_is_empty():
    """No complaints, no curve."""
    nothing = chances()
    assert asking.abstention_curve(nothing, pd.Series([], dtype=int), MATRIX, reading=10).empty


def test_the_share_is_chosen_before_and_judged_after():
    """Cheapest before is a half; afterwards a half costs 90 instead of 100, though all would have cost 50."""
    before, now = pd.Series({0.0: 80.0, 0.5: 60.0, 1.0: 70.0}), pd.Series({0.0: 100.0, 0.5: 90.0, 1.0: 50.0})
    found = asking.chosen_before(before, now)
    assert (found.case, found.share.value, found.alone.value, found.asked.value) == ("somebody", 0.5, 100, 90)


def test_a_share_between_two_points_costs_what_lies_between():
    """Half of three complaints before is a third and two thirds of later ones: the mean of both costs."""
    before, now = pd.Series({0.0: 9.0, 0.5: 1.0}), pd.Series({0.0: 9.0, 0.25: 8.0, 0.75: 4.0, 1.0: 3.0})
    assert asking.chosen_before(before, now).asked.value == pytest.approx(6)


def test_nobody_to_ask_and_nothing_to_choose_from():
    """Where asking costs more from the first one on, nobody is asked; without complaints nothing is known."""
    rising = pd.Series({0.0: 1.0, 1.0: 2.0})
    assert asking.chosen_before(rising, rising).case == "nobody"
    for before, now in ((rising.iloc[:0], rising), (rising, rising.iloc[:0])):
        assert asking.chosen_before(before, now).case == "unknown"
