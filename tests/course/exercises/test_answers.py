"""When a number is the right one, and what a wrong one was confused with."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.course.exercises.answers import (
    STATED,
    another_unit,
    answer_in_words,
    as_number,
    confused,
    exact,
    figures,
    guessed,
    kind,
    rounded,
)
from workbook.course.exercises.typed import read_number


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
     ("1 234 567", 1_234_567), ("0,34", 0.34), ("0,345", 0.345), ("12,34", 12.34), ("1,2345", 1.2345), ("1 234,5", 1234.5),
     ("1.2 million", 1_200_000), ("5k", 5000), ("2,5 billion yuan", 2.5e9), ("-¥5", -5), ("¥-5", -5), ("12days.", 12),
     ("about 5", None), ("", None), ("1,234,5", None), ("5 of 6", None), ("12 km", None), ("- -5", None),
     ("CNY 5 CNY", None), ("5 apples", None)],
)  # fmt: skip
def test_a_number_may_be_written_as_pages_and_people_write_it(text, number):
    """Thousands are separated or not, a comma that cannot separate them is decimal, a scale and a unit stand beside it or not."""
    found = read_number(text)
    assert (found and found.value) == number


def test_a_text_is_compared_without_case_and_spaces():
    """Text has no rounding; a table is equal in all cells."""
    assert exact(" Online ", "online")
    assert exact("y, y N", "yyn")
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
     (12, "hours", "12 hours"), ("12 days", "hours", "12 days"), ("12 hours", "hours", "12 hours"), ("no idea", "share", "no idea"), ("40", "share", "40 %"), ("5,000", "orders", "5,000 orders"), ("10 %", "change", "+10 %"), (10, "change", "+10 %"), (1.5, "change", "+150 %"), (-3, "points", "-3 points"), (0.1, "change", "+10 %"),
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


@pytest.mark.parametrize(
    ("answer", "unit", "meant"),
    [("-3.5 points", "points", -0.035), ("+3.5 pp", "points", 0.035), ("136 CNY", "CNY", 136), ("CNY 136", "CNY", 136),
     ("¥136", "CNY", 136), ("\uffe5136", "CNY", 136), ("¥136", "JPY", 136), ("136 yuan", "money", 136), ("€1.2 million", "EUR", 1_200_000),
     ("12 days", "days", 12), ("1 day", "days", 1), ("12,5 %", "share", 0.125), ("12.5 percent", "change", 0.125),
     ("3 h", "hours", 3), ("1.3 times", "ratio", 1.3), ("12.6 bits", "ratio", 12.6), ("×14", "change", 13), ("1.25x", "change", 0.25), ("1,234 orders", "orders", 1234), ("1.2 million customers", "customers", 1_200_000)],
)  # fmt: skip
def test_a_number_with_the_unit_of_what_is_expected_is_read(answer, unit, meant):
    """Whoever writes the unit that is asked for, by its name or its sign, gives the same answer as without it."""
    expected = Estimate(1.0, unit=unit)
    assert as_number(answer, expected) == pytest.approx(meant, rel=1e-12)
    assert figures(as_number(answer, expected)) == figures(meant)
    assert another_unit(answer, expected) == ""


@pytest.mark.parametrize(
    ("answer", "expected", "wanted"),
    [("12 days", Estimate(12, unit="hours"), "in hours; this is in days"),
     ("12 h", Estimate(0.2, unit="minutes"), "in minutes; this is in h"),
     ("12 %", Estimate(12, unit="days"), "in days; this is in %"),
     ("¥12", Estimate(12, unit="EUR"), "in EUR; this is in ¥"),
     ("12 days", Estimate(12, unit="money"), "as money; this is in days"),
     ("2 points", Estimate(0.02, unit="change"), "as a share or in %; this is in points"),
     ("130 %", Estimate(1.3, unit="ratio"), "as a number alone; this is in %"),
     ("289 %", 2.89, "as a number alone; this is in %"),
     ("12 days", 12.0, ""), ("12 days", 0.5, ""), (12, Estimate(12, unit="hours"), ""), ("soon", Estimate(12, unit="hours"), "")],
)  # fmt: skip
def test_another_unit_is_answered_by_the_one_that_is_wanted(answer, expected, wanted):
    """A number in another unit is not read, and not called unreadable; a right answer without a unit takes any but parts."""
    assert another_unit(answer, expected) == (f"The answer is wanted {wanted}." if wanted else "")
