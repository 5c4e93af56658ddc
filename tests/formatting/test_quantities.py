"""Figures as they are read: units, signs and no more decimals than tell something."""

import math

import pytest

from workbook.formatting.quantities import UNITS, between, decimals, finer, label, written


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        (0.4312, "share", "43 %"),
        (0.0215, "share", "2.1 %"),
        (0.994, "share", "99.4 %"),
        (0.0005, "share", "0.05 %"),
        (0.0, "share", "0 %"),
        (1.0, "share", "100 %"),
        (0.494, "change", "+49 %"),
        (-0.9945, "change", "-99.5 %"),
        (1.385, "change", "+138 %"),
        (0.021, "points", "+2.1 points"),
        (293.4, "CNY", "CNY 293"),
        (38.4, "EUR", "EUR 38.40"),
        (0.0042, "EUR", "EUR 0.004"),
        (-1234.5, "money", "-1,234"),
        (2.41, "days", "2.4 days"),
        (1, "days", "1 day"),
        (7.33, "hours", "7.3 hours"),
        (5000, "customers", "5,000 customers"),
        (50.2, "rewards", "50.2 rewards"),
        (1, "rows", "1 row"),
        (3.388, "ratio", "3.39"),
        (0.047, "ratio", "0.047"),
        (None, "days", "(not known)"),
        (math.nan, "share", "(not known)"),
    ],
)
def test_a_value_is_written_as_a_person_writes_it(value, unit, expected):
    """Shares are percentages, differences have a sign, currencies stand first, and decimals are few."""
    assert written(value, unit) == expected


@pytest.mark.parametrize(
    ("unit", "expected"),
    [
        ("share", "1 to 2 %"),
        ("change", "+1 to +2 %"),
        ("points", "+1 to +2 points"),
        ("EUR", "EUR 0 to 0"),
        ("hours", "0 to 0 hours"),
    ],
)
def test_an_interval_says_its_unit_once(unit, expected):
    """Both ends have the decimals of the value between them; percent is part of the number."""
    assert between(0.01, 0.02, unit, 0) == expected


def test_an_interval_of_factors_is_not_in_percent():
    """Each end has its own way to be read, and a sign of percent is left out only where it follows."""
    assert between(11.3, 15.1, "change", 0) == "×12 to ×16"
    assert between(1.44, 3.2, "change", 0) == "×2.4 to ×4.2"
    assert between(-0.2, 3.2, "change", 0) == "×0.8 to ×4.2"


@pytest.mark.parametrize("ends", [(None, 1.0), (1.0, None), (math.nan, 1.0), (None, None)])
def test_half_an_interval_is_none(ends):
    """An end alone would be read as a bound."""
    assert between(*ends, "share", 0) == ""


def test_what_is_compared_has_a_decimal_more():
    """Two runs that differ by a tenth of a percent must not look the same; counts are whole anyway."""
    assert (decimals(0.26, "share"), finer(0.26, "share")) == (0, 1)
    assert (decimals(5000, "orders"), finer(5000, "orders")) == (0, 0)


def test_a_mean_of_counts_below_one_has_two_decimals():
    """What one message adds is a few hundredths of an order."""
    assert [written(n, "orders") for n in (0.03, 0.26, 1.26)] == ["0.03 orders", "0.26 orders", "1.3 orders"]


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_can_be_written(unit):
    """Whatever can be recorded can be read: a number, and for what is counted its name."""
    assert "2" in written(0.25, unit)


def test_names_are_words():
    """A figure's name in code is its name on a page, without underscores."""
    assert label("bought_once") == "bought once"
