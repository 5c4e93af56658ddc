"""What high and low R mean in days."""

import pandas as pd
import pytest

from workbook.analytics.segments import class_words


def scored(days, R, **more):
    """Customers with their days and R."""
    return pd.DataFrame({"days_since_last": days, "R": R, **more})


@pytest.mark.parametrize(
    ("days", "R", "case"),
    [
        ([10, 40, 200, 300], [5, 4, 2, 1], "usual"),
        ([1, 2, 8, 9], [5, 4, 2, 1], "short"),
        ([100, 319, 500, 700], [5, 4, 2, 1], "long"),
        ([1, 2], [5, 4], "unknown"),
        ([1, 2], [1, 1], "unknown"),
    ],
)
def test_how_long_ago_the_words_mean(days, R, case):
    """Half of the low ones away for less than a month is short; a high one of over half a year is long."""
    assert class_words.silence(scored(days, R), 4).case == case


def test_the_days_in_both_directions():
    """The last of the high ones, the first of the low ones, and the middle of these."""
    found = class_words.silence(scored([10, 40, 60, 200, 300], [5, 4, 3, 2, 1]), 4)
    assert f"{found.high_up_to}, {found.low_from}, {found.low_half}" == "40 days, 60 days, 200 days"


def test_recent_and_new():
    """Of two with the best R one came for the first time within 90 days."""
    found = class_words.new_among_recent(scored([1, 2, 9], [5, 5, 1], days_since_first=[90, 500, 9]), 90)
    assert (found.value, found.n) == (0.5, 2)


@pytest.mark.parametrize(
    ("R", "F", "case"), [([5, 1], [1, 1], "mixed"), ([5, 5], [1, 1], "one_kind"), ([5, 1], [5, 5], "unknown")]
)
def test_whom_a_rule_without_r_flags(R, F, case):
    """Customers of high and of low R together, of one kind, or nobody."""
    found = class_words.few_and_little(scored([3, 90], R, F=F, M=1), 4)
    assert found.case == case
    assert found.customers == (0 if case == "unknown" else 2)


def test_how_long_the_flagged_are_silent():
    """Half of those of high R within 3 days, half of the others for 90 or longer."""
    found = class_words.few_and_little(scored([3, 90], [5, 1], F=1, M=1), 4)
    assert (found.recent.value, found.recent_half.value, found.silent_half.value) == (0.5, 3, 90)
