"""Solutions in their places: found in the syntax tree, and nothing else is touched."""

import ast

import pytest

from workbook.course.exercises.checking import exercises
from workbook.course.exercises.solving import solve

ALL = exercises()
CHECK = '\nwb.check("rfm-recent-is-not-new", answer, of=rfm)\n'
SOLUTION = ALL["rfm-recent-is-not-new"].solution


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("answer = ...", f"answer = {SOLUTION}"),
        ("answer=...", f"answer={SOLUTION}"),
        ("answer  =  (...)  # put ... here", f"answer  =  ({SOLUTION})  # put ... here"),
        ("# answer = ...\nanswer = ...", f"# answer = ...\nanswer = {SOLUTION}"),
        ('note = "answer = ..."\nanswer = ...', f'note = "answer = ..."\nanswer = {SOLUTION}'),
        (
            'note = """\nanswer = ...\n"""\nanswer = ...',
            f'note = """\nanswer = ...\n"""\nanswer = {SOLUTION}',
        ),
        ("answer = \\\n    ...", f"answer = \\\n    {SOLUTION}"),
        ("x = ...; answer = ...", f"x = ...; answer = {SOLUTION}"),
        ("def f():\n    answer = ...\nanswer = ...", f"def f():\n    answer = ...\nanswer = {SOLUTION}"),
        ("x = f(...)\nanswer = ...", f"x = f(...)\nanswer = {SOLUTION}"),
        ('x = "客户é"; answer = ...  # …', f'x = "客户é"; answer = {SOLUTION}  # …'),
        ("名 = 1; answer = ...", f"名 = 1; answer = {SOLUTION}"),
        ('x = "a\u2028b"\nanswer = ...', f'x = "a\u2028b"\nanswer = {SOLUTION}'),
        ("x = 1  # \x0c page\nanswer = ...", f"x = 1  # \x0c page\nanswer = {SOLUTION}"),
        ("x = 1\r\nanswer = ...", f"x = 1\r\nanswer = {SOLUTION}"),
    ],
)
def test_the_blank_is_found_in_the_syntax_tree(before, after):
    """Only the dots of a top-level `answer = ...` are filled, wherever else dots stand and whatever else is there."""
    found = solve(before + CHECK)
    assert found == after + CHECK
    ast.parse(found)


@pytest.mark.parametrize(
    "source",
    [
        "answer = 3" + CHECK,
        "answer = f(...)" + CHECK,
        "answer = [...]" + CHECK,
        "other = ..." + CHECK,
        "if True:\n    answer = ..." + CHECK,
        "answer = ...\n",
        "x = 1\n",
        "",
    ],
)
def test_a_cell_without_a_blank_is_left_as_it_is(source):
    """An answered cell, dots inside something else, and a cell that checks nothing are not touched."""
    assert solve(source) == source


@pytest.mark.parametrize(
    "call", ['check("rfm-at-risk", answer, of=rfm)', "print(wb.check('rfm-at-risk', answer, of=rfm))"]
)
def test_the_exercise_is_the_one_that_the_cell_checks(call):
    """With or without its module, alone or inside another call: the id is found, and its solution filled in."""
    assert solve(f"answer = ...\n{call}") == f"answer = {ALL['rfm-at-risk'].solution}\n{call}"


def test_a_repair_replaces_the_lines_that_bind_the_same_names():
    """What the solution sets anew takes the place of what was set with the mistake; the rest of the cell stays."""
    cell = (
        "past = 1\nhours = past\nanswer = hours.dropna().median()\n"
        'wb.check("service-repair", answer, of=waiting_times.waits(last_week, "resolution", past.today))'
    )
    found = solve(cell)
    assert found.splitlines()[:2] == ["past = 1", "hours = past"]
    assert found.splitlines()[2] == ALL["service-repair"].solution
    assert found.splitlines()[3] == cell.splitlines()[3]


def test_a_quiz_is_filled_in():
    """The dots become the right letters."""
    found = solve('answers = "....."\nwb.quiz("service_kpis", answers)')
    assert found == "answers = 'abcda'\nwb.quiz(\"service_kpis\", answers)"
