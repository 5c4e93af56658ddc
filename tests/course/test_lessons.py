"""Lessons: found by their names, in agreement with their notebooks and with each other."""

import math
import pkgutil
import re
import subprocess
import sys

import pytest
from tests.course.conftest import put_lesson

from workbook.analytics.estimate import Estimate
from workbook.analytics.identity import resolution
from workbook.course import catalogue, lessons
from workbook.course.lessons import customer_360
from workbook.course.lessons.lesson import Lesson
from workbook.course.lessons.limits import COMMON, spelt
from workbook.tables.errors import DataError
from workbook.tables.schema import CONTRACTS, columns

NOTEBOOKS = {catalogue.short(n.id): n for n in catalogue.notebooks()}
LIMITED = [(name, key) for name, n in NOTEBOOKS.items() for key in n.lesson.limits]


def test_every_notebook_has_a_lesson_and_every_lesson_a_notebook():
    """A lesson that is named after no notebook would never be used."""
    here = {m.name for m in pkgutil.iter_modules(lessons.__path__[:1])} - set(lessons.BESIDE)
    assert here == set(NOTEBOOKS)


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_lesson_needs_what_is_under_contract(name):
    """Tables and columns that a lesson needs are in the data dictionary, a column's table is needed too."""
    for need in NOTEBOOKS[name].needs:
        table, _, column = need.partition(".")
        assert table in CONTRACTS
        assert table in NOTEBOOKS[name].needs
        assert not column or column in set(columns(CONTRACTS[table])["column"])


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_each_number_among_the_parameters_has_limits(name):
    """Whatever is a number can be typed wrong, and a limit is of a parameter that is there, whose default keeps it."""
    notebook = NOTEBOOKS[name]
    numbers = {p.name for p in notebook.parameters if p.type in ("int", "float")}
    times = {key for key, ends in notebook.lesson.limits.items() if isinstance(ends[0], str)}
    assert numbers | times == set(notebook.lesson.limits) | set(COMMON)
    assert times <= {p.name for p in notebook.parameters if p.type == "str"}
    assert {*notebook.lesson.not_above, *notebook.lesson.not_above.values()} <= numbers
    notebook.lesson.check({p.name: p.default for p in notebook.parameters})


def test_parameters_of_one_name_have_one_meaning():
    """The same name has the same type, and the same limits, in all lessons."""
    limits, types = {}, {}
    for notebook in NOTEBOOKS.values():
        for key, ends in notebook.lesson.limits.items():
            assert limits.setdefault(key, ends) == ends, key
        for parameter in notebook.parameters:
            assert types.setdefault(parameter.name, parameter.type) == parameter.type, parameter.name


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_courses_items_are_short_terms(name):
    """An item is named by a Chinese term (or an abbreviation) of at most twelve characters, once."""
    terms = NOTEBOOKS[name].lesson.teaches
    assert terms
    assert len(set(terms)) == len(terms)
    assert all(len(term) <= 12 for term in terms)


@pytest.mark.parametrize(("name", "key"), LIMITED)
def test_a_limit_has_two_ends(name, key):
    """The least and the most are allowed; what lies beyond is told with the limits and the value."""
    lesson = NOTEBOOKS[name].lesson
    least, most = lesson.limits[key]
    for value in (least, most):
        lesson.check({key: value})
    beyond = (
        ("0 s", "1000 d", "") if isinstance(least, str) else (least - 1, most + 1, float("nan"), float("inf"))
    )
    kind = "time" if isinstance(least, str) else "number"
    for value in beyond:
        sentence = f"{key} must be a {kind} {spelt((least, most))}"
        with pytest.raises(DataError, match=f"^{re.escape(sentence)}.*; got {re.escape(repr(value))}\\.$"):
            lesson.check({key: value})


MARGIN = Lesson((), limits={"margin": (0, 1), "bins": (2, 10), "high_from": (2, 10)}, not_above={"high_from": "bins"})  # fmt: skip


@pytest.mark.parametrize("value", ["0.4", None, True, [0.4], "many"])
def test_what_is_no_number_is_told_like_one_out_of_range(value):
    """A text, a gap, yes or no: none is a number, although Python counts True as 1."""
    with pytest.raises(DataError, match=r"^margin must be a number from 0 to 1; got "):
        MARGIN.check({"margin": value})


def test_the_sentence_in_full():
    """Parameter, limits, value: what the reader needs to correct it; large ones are written out."""
    with pytest.raises(DataError, match=r"^margin must be a number from 0 to 1; got 45\.$"):
        MARGIN.check({"margin": 45})
    with pytest.raises(DataError, match=r"^seed must be a number from 0 to 4294967295; got -1\.$"):
        MARGIN.check({"seed": -1})


def test_a_parameter_may_be_bound_by_another():
    """Of five bins the sixth can't be high; the last can, and where one of the two isn't given there is no bound."""
    MARGIN.check({"bins": 5, "high_from": 5})
    MARGIN.check({"high_from": 10})
    with pytest.raises(DataError, match=r"^high_from must not be above bins, which is 5; got 6\.$"):
        MARGIN.check({"bins": 5, "high_from": 6})


def test_parameters_are_checked_by_the_lessons_name():
    """With a name its limits hold, without one those of all lessons; one without limits may be anything."""
    lessons.check_parameters("service_kpis", {"kpi_days": 90, "margin": 45, "colour": "red"})
    for name in ("customer_lifetime_value", ""):
        with pytest.raises(DataError, match=r"^margin must be"):
            lessons.check_parameters(name, {"margin": 45})
    with pytest.raises(
        DataError, match=r"The lesson must be one of .*; got 'rfm_tires'\. Did you mean 'rfm_tiers'"
    ):
        lessons.check_parameters("rfm_tires", {})


def test_a_lesson_is_found_by_its_name(more_lessons):
    """A module that is laid among the lessons is one, without a list."""
    put_lesson("thrown_away", 'needs=("orders",)')
    assert lessons.lessons()["thrown_away"].needs == ("orders",)
    (more_lessons / "thrown_away.py").unlink()
    assert "thrown_away" not in lessons.names()


def test_to_list_notebooks_takes_no_pandas():
    """`workbook list` answers at once, so neither a lesson nor the catalogue imports what takes a second."""
    source = "import sys; from workbook.course import catalogue as c; c.notebooks(); print('pandas' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize(
    ("case", "off", "pairs", "side"),
    [("high", 0.2, (9, 1), "too high"), ("low", -0.2, (9, 1), "too low"), ("nearest", -0.04, (9, 1), "too low"),
     ("right", 0.01, (9, 1), "about right"), ("many", None, (9, 1), "too high"), ("few", None, (1, 9), "too low"),
     ("even", None, (5, 5), "little off, or too high")],
)  # fmt: skip
def test_the_model_answer_says_which_error_of_a_count_is_larger(case, off, pairs, side):
    """By the truth where it is known, else by the pairs that the model expects; a trainee is asked for no less."""
    told = math.nan if off is None else off
    true = Estimate(math.nan if off is None else 5000, unit="customers")
    missed, wrong = pairs
    off_by = Estimate(told, unit="change")
    count = resolution.Counted(case, 6000, "0.9", true, off_by, 0, "", Estimate(), wrong, missed)
    assert customer_360.number_of_people(count)["side"] == side
