"""Templates: what is ours is markup, what is a field is text, and what isn't known isn't said."""

import numpy as np
import pandas as pd
import pytest

from hostile import ATTACKS, active, rendered, tags
from workbook.analytics.estimate import Estimate
from workbook.formatting.safe import visible
from workbook.formatting.templates import as_fields, fill, in_words, known


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_field_is_neither_markup_nor_link_nor_formula(attack):
    """Whatever a field holds, the sentence has only the elements that the template has."""
    plain, marked = fill("**{name}** and `code`: {name}", {"name": attack})
    page = rendered(marked)
    assert active(page) == []
    assert tags(page) <= {"p", "strong", "code", "span"}
    assert "$" not in marked
    assert "\\" not in marked
    assert visible(attack) in plain


def test_a_field_is_asked_for_by_its_name_alone():
    """Nothing that hangs on a value can be reached through a template."""
    assert fill("{n:,} orders", {"n": 1234}) == ("1,234 orders", "1,234 orders")
    for template in ("{n.real}", "{n.__class__}", "{n[0]}", "{m}", "{}"):
        with pytest.raises(KeyError):
            fill(template, {"n": 1})


@pytest.mark.parametrize(
    "nothing", [None, float("nan"), np.inf, pd.NaT, pd.NA, "", [], Estimate(unit="share")]
)
def test_a_sentence_with_an_unknown_field_is_not_said(nothing):
    """A gap in the data leaves a gap in the prose, not "(not known)" in its middle."""
    assert not known(nothing)
    assert fill("It was {much}.", {"much": nothing}) is None


@pytest.mark.parametrize(
    ("value", "spec", "words"),
    [
        (1234, "", "1,234"),
        (np.int64(1234), "", "1,234"),
        (0.2134, "share", "21 %"),
        (0.034, "points", "+3.4 points"),
        (1.276, "", "1.28"),
        (1.276, ".1f", "1.3"),
        (True, "", "yes"),
        (pd.Timestamp("2025-06-03 10:00"), "", "3 June 2025"),
        (pd.Timestamp("2025-06-03"), "%Y-%m-%d", "2025-06-03"),
        (pd.Timedelta(seconds=20), "", "20 seconds"),
        (["a", "b", "c"], "", "a, b and c"),
        (Estimate(0.2, 0.1, 0.3, "share"), "value", "20 %"),
    ],
)
def test_values_in_words(value, spec, words):
    """A value is written by its kind, or as the template asks."""
    assert in_words(value, spec) == words


def test_fields_of_a_result():
    """A dataclass gives its attributes as they are, estimates among them."""
    lift = Estimate(0.2, 0.1, 0.3, "share")
    assert as_fields(lift)["value"] == 0.2
    assert as_fields({"lift": lift}) == {"lift": lift}
    assert as_fields(None) == {}


@pytest.mark.parametrize(
    ("template", "value", "said"),
    [
        ("{n} days ago", 1, "1 day ago"),
        ("{n} days ago", 2, "2 days ago"),
        ("{n} days ago", 11, "11 days ago"),
        ("{n} times", 1, "1 times"),
        ("{n} weeks, and {n} months later", 1, "1 week, and 1 month later"),
        ("{n:,} customers", 1, "1 customer"),
        ("the {n} daystar", 1, "the 1 daystar"),
    ],
)
def test_one_of_what_is_counted_is_one(template, value, said):
    """Small data gives one day, not one days; what stands behind a number is told from other words."""
    assert fill(template, {"n": value}) == (said, said)
