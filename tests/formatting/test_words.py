"""Numbers as words."""

import numpy as np
import pandas as pd
import pytest

from workbook.formatting import words

NAN = float("nan")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(12345, 0, "12,345"), (12345.678, 1, "12,345.7"), (0, 0, "0"), (-1234.5, 2, "-1,234.50"),
     (np.int64(7), 0, "7"), (np.float32(0.5), 1, "0.5"), (NAN, 0, "(not known)"), (float("inf"), 0, "(not known)")],
)  # fmt: skip
def test_numbers(value, digits, text):
    """Thousands are set apart, decimals as asked for; what isn't finite isn't known."""
    assert words.number(value, digits) == text


@pytest.mark.parametrize(("value", "digits"), [(-0.2, 0), (-0.0, 0), (-0.001, 2)])
def test_nothing_is_never_minus_nothing(value, digits):
    """A number that rounds to 0 is read as 0."""
    assert not words.number(value, digits).startswith("-")


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.21, 0, "21 %"), (0.214, 1, "21.4 %"), (1.0, 0, "100 %"), (0.0, 0, "0 %"), (12.5, 0, "1250 %"), (-0.2, 0, "-20 %"),
     (0.004, 0, "under 1 %"), (0.996, 0, "over 99 %"), (0.9949, 0, "99 %"), (0.0051, 0, "1 %"), (np.float64(0.5), 0, "50 %"), (NAN, 0, "(not known)")],
)  # fmt: skip
def test_percents(value, digits, text):
    """A share as a percentage, with a space before the sign."""
    assert words.percent(value, digits) == text


def test_a_share_that_is_not_nothing_is_not_called_nothing():
    """What rounds to 0 % but isn't is under 1 %, up to the last share that rounds so."""
    for share in (1e-9, 0.001, 0.00499, 0.005):
        assert words.percent(share) != "0 %"


def test_money():
    """An amount follows its currency; without one it stands alone; an unknown amount has no currency."""
    assert words.money(1234.4, "CNY") == "CNY 1,234"
    assert words.money(1234.4, digits=2) == "1,234.40"
    assert words.money(1234.4, "money") == "1,234"
    assert [words.money(paid) for paid in (10.4, 4.52, 0.0136, -0.5, 0)] == [
        "10",
        "4.5",
        "0.014",
        "-0.50",
        "0",
    ]
    assert words.money(NAN, "CNY") == "(not known)"


def test_intervals():
    """Both ends or neither."""
    assert words.interval(12, 15.4) == "12 to 15"
    assert words.interval(0.5, 1.25, 2) == "0.50 to 1.25"
    assert (
        words.interval(NAN, 3) == words.interval(1, None) == words.interval(1, float("inf")) == "(not known)"
    )


@pytest.mark.parametrize("number", [int, float, np.int64, np.int32, np.float32, np.float64])
def test_numbers_of_any_make_are_known(number):
    """What comes out of pandas is as much a number as what is typed."""
    assert words.known(number(3))
    assert words.interval(number(1), number(3)) == "1 to 3"


@pytest.mark.parametrize("value", [None, NAN, float("inf"), pd.NA, pd.NaT, "3"])
def test_what_is_no_finite_number_is_not_known(value):
    """Gaps, infinities and text are not known."""
    assert not words.known(value)


def test_plurals():
    """One is one and everything else many; irregular ones are given."""
    assert words.plural(1, "customer") == "1 customer"
    assert words.plural(0, "customer") == "0 customers"
    assert words.plural(np.int64(12000), "box", "boxes") == "12,000 boxes"
    assert [words.times(n) for n in (0, 1, 2, 3, 1200)] == [
        "never",
        "once",
        "twice",
        "3 times",
        "1,200 times",
    ]


@pytest.mark.parametrize(
    ("ratio", "text"),
    [(1.12, "12 % too high"), (0.95, "5 % too low"), (1.0, "right"), (3.0, "200 % too high"), (14.2, "14 times too high"), (NAN, "(not known)"),
     (1.001, "under 1 % too high")],
)  # fmt: skip
def test_misses(ratio, text):
    """A promise over what came, in words."""
    assert words.miss(ratio) == text


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.214, 0, "+21 %"), (-0.03, 0, "-3 %"), (0.0, 0, "+0 %"), (-0.0001, 0, "+0 %"), (1.234, 1, "+123.4 %"), (NAN, 0, "(not known)"),
     (2.99, 0, "+299 %"), (3.0, 0, "×4.0"), (13.2018, 0, "×14"), (13.2018, 1, "×14.2"), (1999.0, 0, "×2,000")],
)  # fmt: skip
def test_changes_have_a_sign(value, digits, text):
    """Up is told from down, and nothing is never minus nothing; what is fourfold or more is not counted in hundreds of percent."""
    assert words.change(value, digits) == text
