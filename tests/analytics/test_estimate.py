"""Estimates: on which side they lie, and how they are written."""

from math import nan

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate, known


@pytest.mark.parametrize(
    ("estimate", "verdict"),
    [
        (Estimate(0.49, 0.33, 0.68, "change"), "up"),
        (Estimate(-0.49, -0.68, -0.33, "change"), "down"),
        (Estimate(0.1, -0.1, 0.3, "points"), "unclear"),
        (Estimate(1.2, 1.1, 1.3), "up"),
        (Estimate(0.9, 0.8, 0.95), "down"),
        (Estimate(1.2, 0.9, 1.3), "unclear"),
        (Estimate(12.0, 10.0, 14.0, "hours", against=15.0), "down"),
        (Estimate(12.0, 10.0, nan, "hours"), "up"),
        (Estimate(12.0, nan, 14.0, "hours"), "unclear"),
        (Estimate(12.0, unit="hours"), "unclear"),
        (Estimate(unit="share"), "unknown"),
    ],
)
def test_the_side_of_no_difference(estimate, verdict):
    """An interval wholly on one side of no difference decides; an open end or none decides nothing on that side."""
    assert estimate.verdict == verdict


@pytest.mark.parametrize(
    ("estimate", "words"),
    [
        (Estimate(0.49, 0.33, 0.68, "change"), "+49 % (+33 to +68 %)"),
        (Estimate(0.2134, 0.19, 0.24, "share"), "21 % (19 to 24 %)"),
        (Estimate(0.034, 0.001, 0.067, "points"), "+3.4 points (+0.1 to +6.7 points)"),
        (Estimate(1240.4, 1100, 1400, "CNY"), "CNY 1,240 (CNY 1,100 to 1,400)"),
        (Estimate(7.3, 6.5, nan, "hours"), "7.3 hours (from 6.5 hours on)"),
        (Estimate(12 / 3600, 10 / 3600, 15 / 3600, "hours"), "12 seconds (10 to 15 seconds)"),
        (Estimate(7.3, unit="hours"), "7.3 hours"),
        (Estimate(unit="share"), "(not known)"),
    ],
)
def test_an_estimate_in_words(estimate, words):
    """Digits and scale follow unit and size; the unit stands once where it can."""
    assert f"{estimate}" == words


def test_a_factor_of_numpy_changes_nothing():
    """A mean of a table is one of NumPy's numbers: what is scaled by it is written like any other."""
    whole = Estimate(2.0, 1.0, 3.0, "orders")
    assert str(whole.scaled(np.float64(10.0), "CNY")) == str(whole.scaled(10.0, "CNY"))


def test_an_end_keeps_its_side():
    """An interval that just misses nothing doesn't read as if it touched it."""
    assert f"{Estimate(0.12, 0.0004, 0.24, 'change'):interval}" == "+0.04 to +24.00 %"
    assert f"{Estimate(1.3, 1.004, 1.6):interval}" == "1.004 to 1.600"


def test_parts_of_an_estimate():
    """Value and interval can be said apart; any other format is refused."""
    lift = Estimate(0.49, 0.33, 0.68, "change", n=2000)
    assert f"{lift:value} / {lift:interval}" == "+49 % / +33 to +68 %"
    assert repr(lift) == "+49 %, 95 % interval +33 to +68 %, n = 2,000"
    with pytest.raises(ValueError, match=r"'value', 'interval' or ''; got '\.2f'"):
        f"{lift:.2f}"


def test_what_an_interval_contains():
    """Ends belong to it; an open end reaches as far as one likes; without an interval there is nothing to contain."""
    assert Estimate(2.0, 1.0, 3.0).contains(3.0)
    assert not Estimate(2.0, 1.0, 3.0).contains(3.1)
    assert Estimate(2.0, 1.0, nan).contains(99.0)
    assert not Estimate(2.0).contains(2.0)


def test_scaling_turns_the_interval_with_its_sign():
    """A loss of 2 to 4 is a gain of -4 to -2."""
    lost = Estimate(3.0, 2.0, 4.0, "CNY", n=5).scaled(-1, "CNY")
    assert (lost.value, lost.low, lost.high, lost.n) == (-3.0, -4.0, -2.0, 5)
    assert Estimate(3.0, 2.0, nan, "CNY").scaled(-1, "CNY").high == -2.0


def test_a_row_of_a_table_as_an_estimate():
    """A frame of estimates has value, low, high, unit and n, any of which may be missing."""
    frame = pd.DataFrame({"value": [0.2, nan], "low": [0.1, nan], "high": [0.3, nan], "n": [10, nan]})
    found = [Estimate.of(row, "share") for _, row in frame.iterrows()]
    assert repr(found[0]) == "20 %, 95 % interval 10 to 30 %, n = 10"
    assert not found[1].known
    assert found[1].n is None


def test_what_is_known_is_kept_by_name():
    """An estimate without a value is left out."""
    found = known({"a": Estimate(0.1), "b": Estimate()})
    assert list(found) == ["a"]


@pytest.mark.parametrize(
    ("estimate", "read"),
    [
        (Estimate(0.039, -1.728, 1.574, "ratio"), "0.04 (-1.73 to 1.57)"),
        (Estimate(0.05, 0.01, 0.09, "ratio"), "0.050 (0.010 to 0.090)"),
        (Estimate(12.3, 2, 340, "ratio"), "12 (2 to 340)"),
        (Estimate(0.003, -0.41, 0.44, "CNY"), "CNY 0.00 (CNY -0.41 to 0.44)"),
        (Estimate(0.003, -120.3, 130.4, "CNY"), "CNY 0 (CNY -120 to 130)"),
        (Estimate(0.003, 0.002, 0.004, "CNY"), "CNY 0.003 (CNY 0.002 to 0.004)"),
        (Estimate(0.039, -1.728, unit="ratio"), "0.039 (from -1.728 on)"),
    ],
)
def test_a_ratio_or_an_amount_is_no_finer_than_its_interval(estimate, read):
    """A value near nothing in a wide interval pretends no third decimal."""
    assert f"{estimate}" == read
