"""Notebooks keep the limits that make them readable, and the limits are measured right."""

import tomllib

import pytest

import limits
from workbook.course import catalogue
from workbook.tables.locations import home

NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}


@pytest.mark.parametrize("id", NOTEBOOKS)
def test_a_notebook_keeps_the_limits(id):
    """Every notebook, whoever wrote it."""
    assert limits.broken(limits.code_cells(NOTEBOOKS[id])) == {}


def test_notebooks_are_formatted_and_linted():
    """Ruff leaves none of them out."""
    settings = tomllib.loads((home() / "pyproject.toml").read_text(encoding="utf-8"))
    assert not {"exclude", "extend-exclude"} & set(settings["tool"]["ruff"])


def cell(source, *tags, outputs=("x",)):
    """Make a code cell that shows something."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, "outputs": list(outputs)}


GOOD = [
    cell('data: str = "lanyu"', "parameters", outputs=()),
    cell("import pandas as pd\nshop = wb.load(data)", outputs=()),
    cell("waits = shop.tickets\nwb.show(waits)"),
    cell("wb.show(waits)"),
    cell('wb.say("It is {x}.", x=x)', "narration"),
]


def test_a_notebook_in_the_pattern_keeps_all_limits():
    """Parameters, set-up, analysis with an output, and little narration."""
    assert limits.broken(GOOD) == {}


@pytest.mark.parametrize(
    ("more", "limit"),
    [
        (cell('wb.say(f"{x}")', "narration"), "narration with logic"),
        (cell('wb.say("a" if x else "b")', "narration"), "narration with logic"),
        (cell("if x:\n    wb.say('a')", "narration"), "narration with logic"),
        (cell(f"x = {'1 + ' * 22}1"), "wide"),
        (cell("\n".join(f"x{i} = 1" for i in range(13))), "long"),
        (cell('x = f"{y}"'), "with f-string"),
        (cell("x = 1 if y else 2"), "with if"),
        (cell("x = 1", outputs=()), "silent"),
        (cell("answer = ...", "exercise", outputs=()), "silent"),
        (cell("waits = 2"), "bound twice"),
        (cell("waits += 1"), "bound twice"),
        (cell("for waits in x: pass"), "bound twice"),
    ],
)  # fmt: skip
def test_each_limit_is_told(more, limit):
    """One cell too many of a kind breaks its limit."""
    told = limits.broken([*GOOD, *[cell(f"y{i}") for i in range(3)], more])
    assert set(told) == {limit}


def test_narration_is_a_small_part():
    """Two of six cells are too many, one of five is not."""
    assert set(limits.broken([*GOOD, cell('wb.say("b")', "narration")])) == {"narration"}


def test_what_may_be_bound_again():
    """`answer` in exercises, and imports; a name within a function is another one."""
    exercises = [cell("answer = ...\nx", "exercise"), cell("answer = ...\ny", "exercise")]
    functions = [
        cell("def f():\n    a = 1"),
        cell("def g():\n    a = 1"),
        cell("import pandas as pd\npd"),
        cell("from a import pd"),
    ]
    assert limits.bound_twice([*exercises, *functions]) == []


def test_characters_in_strings_by_hand():
    """Of ``x = "abcd"`` six of ten characters are the string with its quotes."""
    assert limits.in_strings([cell('x = "abcd"')]) == pytest.approx(0.6)
    assert limits.in_strings([cell("""x = f'{y["a"]}'""")]) == pytest.approx(11 / 15)
