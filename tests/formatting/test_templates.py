"""Templates: what is ours is markup, what is a field is text, and what isn't known isn't said."""

import ast
import json
import re
from string import Formatter

import numpy as np
import pandas as pd
import pytest

from hostile import ATTACKS, active, rendered, tags
from workbook.analytics.estimate import Estimate
from workbook.formatting.safe import visible
from workbook.formatting.templates import as_fields, fill, in_words, known
from workbook.tables.locations import home


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
        ("{n} complaints are few", 1, "1 complaint is few"),
        ("{n} complaints are few", 2, "2 complaints are few"),
        ("{n} people behind {n} records", 1, "1 person behind 1 record"),
        ("{n} of 24 months bring nobody new", 1, "1 of 24 months brings nobody new"),
        ("the {n} points of the deck lie within", 1, "the 1 point of the deck lies within"),
        ("of {n} the birthdays do not say", 1, "of 1 the birthdays do not say"),
        ("the {n} that would have come", 1, "the 1 that would have come"),
        ("{n} have two, and others have none", 1, "1 has two, and others have none"),
        ("the {n} daystar", 1, "the 1 daystar"),
    ],
)
def test_one_of_what_is_counted_is_one(template, value, said):
    """Small data gives one day, not one days; what stands behind a number is told from other words."""
    assert fill(template, {"n": value}) == (said, said)


def test_of_one_of_many_one_is_said():
    """The verb speaks of the first number, the noun is that of the second one."""
    template = "{some} of {all} orders are booked wrongly"
    said = {(1, 5): "1 of 5 orders is", (2, 5): "2 of 5 orders are", (1, 1): "1 of 1 order is"}
    for (some, all_), begins in said.items():
        assert fill(template, {"some": some, "all": all_})[0] == f"{begins} booked wrongly"


FIELDS = re.compile(r"(?:[^{}]|{\w+(?::[a-z,.0-9]+)?})+", re.DOTALL)  # a text whose braces all are fields


class One(int):
    """A number that is one, as a figure too."""

    def __format__(self, spec):
        return format(int(self), "" if spec.isalpha() else spec)


def templates():
    """Every text with fields in braces in notebooks and lessons."""
    paths = sorted((home() / "notebooks").rglob("*.ipynb"))
    cells = [cell for path in paths for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    code += [
        path.read_text(encoding="utf-8") for path in (home() / "src/workbook/course/lessons").glob("*.py")
    ]
    nodes = [node for text in code for node in ast.walk(ast.parse(text))]
    texts = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return [text for text in texts if re.search(r"{\w+(:[a-z,.0-9]+)?}", text) and FIELDS.fullmatch(text)]


# What follows a number and ends in s without being several things: what one does, and how many times something is.
SINGLE = """is was has does times as its this less decides holds takes tells adds brings contains explains finds follows gets
lies shows speaks rests counts matters"""


def test_every_sentence_agrees_with_one():
    """With one of each thing that it counts, no sentence of the course says "1 customers" or "1 of 5 are"."""
    wrong = []
    for template in templates():
        names = {name for _, name, _, _ in Formatter().parse(template) if name}
        said = fill(template, dict.fromkeys(names, One(1)))[0]
        several = [word for word in re.findall(r"\b1 (?:of 1 )?(\w+s)\b", said) if word not in SINGLE.split()]
        does = re.findall(
            r"\b1(?: of 1)?(?: \w+)?(?: that)? (?:are|were|have)\b(?<!would have)(?<!will have)", said
        )
        wrong += [(template, found) for found in several + does]
    assert wrong == []
