"""When a number is the right one, and what a wrong one was confused with."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.course.exercises.answers import (
    answer_in_words,
    as_number,
    confused,
    exact,
    guessed,
    kind,
    rounded,
)


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        (653, [653, 650, 655, 648.1], [660, 658.1]),
        (0.358, [0.358, 0.36, 0.355, 0.353], [0.37, 0.3, 0.35]),
        (-0.1704, [-0.17, -0.1704], [-0.2, 0.17, -0.176]),
        (0.0476, [0.048, 0.0476, 0.0471], [0.05, 0.047]),
        (12, [12, 12.4], [13, 11.4]),
        (0, [0], [0.001]),
        (1.0, [1, 1.04], [1.06, 0.94]),
    ],
)
def test_two_figures_are_enough(expected, right, wrong):
    """Half a unit of the second significant figure is allowed, and no more."""
    assert all(rounded(answer, expected) for answer in right)
    assert not any(rounded(answer, expected) for answer in wrong)


def test_a_text_is_compared_without_case_and_spaces():
    """Text has no rounding; a table is equal in all cells."""
    assert exact(" Online ", "online")
    assert not rounded("on-line", "online")
    assert exact(pd.Series([1, 2]), pd.Series([1, 2]))
    assert not exact(pd.Series([1, 3]), pd.Series([1, 2]))
    assert exact(np.float64(0.25), Estimate(0.25, unit="share"))


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (21, Estimate(0.2125, unit="share", n=400), "percent"),
        (85, Estimate(0.2125, unit="share", n=400), "number"),
        (0.7875, Estimate(0.2125, unit="share", n=400), "others"),
        (0.17, -0.1704, "sign"),
        (-3.4, Estimate(-0.034, unit="points"), "percent"),
        (0.79, 0.2125, "others"),
        (12.0, Estimate(7.0, unit="hours"), ""),
        ("x", 0.2, ""),
        (0, 0.0, ""),
    ],
)
def test_what_a_number_was_confused_with(answer, expected, says):
    """Percent, a count, the complement and the sign are recognised by the right answer's unit and n."""
    found = confused(answer, expected)
    assert says in found
    assert bool(found) == bool(says)


@pytest.mark.parametrize(
    ("guess", "unit", "read"),
    [(0.4, "share", "40 %"), ("40 %", "share", "40 %"), (40, "share", "40 %"), ("40", "share", "40 %"),
     (12, "hours", "12 hours"), ("no idea", "share", "no idea")],
)  # fmt: skip
def test_a_guess_is_read_as_it_was_meant(guess, unit, read):
    """A share may be guessed in percent; what is no number is kept as it is."""
    assert guessed(guess, Estimate(0.1, unit=unit)) == read


@pytest.mark.parametrize(
    ("expected", "text"),
    [(1234, "1,234"), (1234.0, "1,234"), (0.21456, "0.2146"), (1.0, "1"), (1234.5678, "1,235"), (-0.0512, "-0.0512"),
     (np.int64(5), "5"), (np.float64(0.5), "0.5"), ("2025-11", "2025-11"), (Estimate(0.21, 0.1, 0.3, "share"), "21 %")],
)  # fmt: skip
def test_the_right_answer_is_confirmed_in_words(expected, text):
    """A reader sees what was right, without noise in the last digits."""
    assert answer_in_words(expected) == text


@pytest.mark.parametrize(
    ("answer", "this"),
    [("0.2", "text"), (None, "nothing (None)"), (True, "True or False"), (pd.Series([1.0]), "a Series"),
     (pd.DataFrame(), "a DataFrame"), (np.array([1.0]), "an array"), ([0.2], "something else (list)"),
     (Estimate(0.2), "a number")],
)  # fmt: skip
def test_sorts_of_answers(answer, this):
    """Each sort has a name that a trainee knows."""
    assert kind(answer) == this


def test_digits_that_are_a_text_are_read_as_one():
    """Six grades one after the other are no number of thousands."""
    assert guessed("112233", "223131") == "112233"
    assert guessed(112233, "223131") == "112233"


@pytest.mark.parametrize(
    ("answer", "expected", "meant"),
    [
        ("24 %", Estimate(0.24, unit="share"), 0.24),
        ("-8%", Estimate(-0.08, unit="change"), -0.08),
        ("24 %", 0.24, 0.24),
        ("289 %", Estimate(2.89, unit="orders"), "289 %"),
        ("289 %", 2.89, "289 %"),
        ("some %", 0.24, "some %"),
        (0.24, 0.24, 0.24),
    ],
)
def test_percent_is_read_where_a_share_is_asked_for(answer, expected, meant):
    """A mean of 2.89 orders is not 289 %."""
    assert as_number(answer, expected) == meant
