"""When a number is the right one, and what a wrong one was confused with."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.course.exercises.answers import (
    STATED,
    answer_in_words,
    as_number,
    confused,
    exact,
    figures,
    guessed,
    kind,
    read_number,
    rounded,
)


@pytest.mark.parametrize(
    ("expected", "right", "wrong"),
    [
        (653, [653, 650, 653.4], [655, 660, 653.6]),
        (0.358, [0.358, 0.36, 0.3582, 0.3584], [0.355, 0.353, 0.37, 0.3]),
        (-0.1704, [-0.17, -0.1704, -0.1708], [-0.2, 0.17, -0.176, -0.171]),
        (0.0476, [0.048, 0.0476, 0.04763], [0.05, 0.047, 0.0471]),
        (12, [12, 12.04], [13, 12.4, 11.4]),
        (12.6016, [12.6, 12.58, 13], [12.51, 12.7]),
        (51_969, [51_969, 52_000, 51_970, 51_930], [51_860, 53_000]),
        (0, [0], [0.001]),
        (1.0, [1, 1.004], [1.04, 0.94]),
    ],
)
def test_a_number_is_right_in_as_many_figures_as_it_has(expected, right, wrong):
    """What is written with two figures has two right; what has more has three right, whoever computed it from what."""
    assert all(rounded(answer, expected) for answer in right)
    assert not any(rounded(answer, expected) for answer in wrong)


@pytest.mark.parametrize(
    ("number", "count"),
    [(650, 2), (0.36, 2), (0.1 + 0.2, 1), (51_860.0, 4), (12.5133, 6), (0, 1), (10**400, 0), (float("nan"), 0)],
)  # fmt: skip
def test_figures_of_a_number_are_those_that_it_is_written_with(number, count):
    """Zeros at the end count for nothing, and neither does the rounding of a computer."""
    assert figures(number) == count


@pytest.mark.parametrize(
    ("text", "number"),
    [("51,969", 51_969), ("CNY 51,969.50", 51_969.5), ("5_000", 5000), ("−8", -8), ("- 0.5", -0.5), (".25", 0.25),
     ("1 234 567", 1_234_567), ("0,34", None), ("12,34", None), ("about 5", None), ("", None), ("1,2345", None)],
)  # fmt: skip
def test_a_number_may_be_written_as_the_pages_write_it(text, number):
    """Thousands are separated or not, a currency stands before or not; a decimal comma could mean either and is no number."""
    assert read_number(text) == (None if number is None else (number, False))


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
    [(0.4, "share", "40 %"), ("40 %", "share", "40 %"), (40, "share", "40 %"), ("40 %", "hours", "40 %"),
     (12, "hours", "12 hours"), ("no idea", "share", "no idea"), ("40", "share", "40 %"), ("5,000", "orders", "5,000 orders"), ("10 %", "change", "+10 %"), (10, "change", "+10 %"), (1.5, "change", "+150 %"), (-3, "points", "-3 points"), (0.1, "change", "+10 %"),
     ("12.5 %", "change", "+12.5 %"), (0.125, "change", "+12.5 %"), ("-8%", "change", "-8 %"), ("\u22128 \uff05", "change", "-8 %"),
     ("3 %", "points", "+3 points"), ("2.5 %", "points", "+2.5 points"), (0.125, "share", "12.5 %"), (36_571.87, "CNY", "CNY 36,571.87"), (1e9, "money", "1,000,000,000")],
)  # fmt: skip
def test_a_guess_is_read_as_it_was_meant(guess, unit, read):
    """Shares and changes may be guessed in percent, and are read back with the digits given; what is no number is kept as it is."""
    assert guessed(guess, Estimate(0.1, unit=unit)) == read


@pytest.mark.parametrize(
    ("expected", "text"),
    [(1234, "1,234"), (1234.0, "1,234"), (0.21456, "0.2146"), (1.0, "1"), (1234.5678, "1,235"), (-0.0512, "-0.0512"), (36571.87, "36,572"), (10531232.75, "10,531,233"), (0.00001234, "0.00001234"), (0.0, "0"),
     (Estimate(36571.87, unit="money"), "36,572"), (Estimate(36571.87, unit="CNY"), "CNY 36,572"),
     (np.int64(5), "5"), (np.float64(0.5), "0.5"), ("2025-11", "2025-11"), (Estimate(0.21, 0.1, 0.3, "share"), "21 %")],
)  # fmt: skip
def test_the_right_answer_is_confirmed_in_words(expected, text):
    """A reader sees what was right, without noise in the last digits."""
    assert answer_in_words(expected) == text


@pytest.mark.parametrize(
    ("answer", "value", "same"),
    [(0.21, 0.2125, True), (0.2125, 0.2125, True), (0.213, 0.2125, True), (0.2129, 0.2125, False), (0.2, 0.2125, False), (2.4, 2.41, True),
     (36_572, 36_571.87, True), (37_059, 36_571.87, False), (10**400, 1.0, False), (float("nan"), 1.0, False), ("b", "b", True)],
)  # fmt: skip
def test_a_value_is_recognised_by_all_the_figures_of_an_answer(answer, value, same):
    """What is written with two figures has two of the value's; what has more must have them all, as a value that is near by chance has not."""
    assert rounded(answer, value, STATED) is same


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
        ("51,969", Estimate(51_969.1, unit="money"), 51_969),
        ("0.24", 0.24, 0.24),
        (0.24, 0.24, 0.24),
    ],
)
def test_percent_is_read_where_a_share_is_asked_for(answer, expected, meant):
    """A mean of 2.89 orders is not 289 %."""
    assert as_number(answer, expected) == meant
