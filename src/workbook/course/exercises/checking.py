"""Exercises that check themselves: right, one of the usual mistakes, or a hint; hints, solutions, and filling them in."""

import ast
import math
import numbers
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from workbook.course import lessons
from workbook.course.display import MIME
from workbook.course.exercises.exercise import CannotAnswer, Exercise
from workbook.formatting.safe import markup, visible
from workbook.tables.errors import choose


@dataclass(frozen=True)
class Checked:
    """What came of a check, for the reader and for the run."""

    id: str
    status: str
    message: str
    colours: dict[str, str] = field(
        default_factory=lambda: {"right": "#1a7f37", "wrong": "#b35900"}, repr=False
    )

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        mark = {"right": "✓", "wrong": "✗", "unanswered": "…", "not_applicable": "–"}[self.status]
        plain = visible(f"{mark} {self.message}")
        style = f"border-left:4px solid {self.colours.get(self.status, '#888')};padding:4px 10px"
        page = f'<div style="{style}">{markup(plain)}</div>'
        return {
            MIME: {"check": {"id": self.id, "status": self.status}},
            "text/html": page,
            "text/plain": plain,
        }


def exercises() -> dict[str, Exercise]:
    """Return all exercises by id."""
    return {e.id: e for lesson in lessons.lessons().values() for e in lesson.exercises}


def find(id: str) -> Exercise:
    """Find one exercise.

    Raises
    ------
    DataError
        for an id that no exercise has, with the nearest.
    """
    known = exercises()
    if id not in known:
        raise choose("The exercise", id, known)
    return known[id]


def check(id: str, answer: Any, *, of: Any) -> Checked:
    """Check an answer against the data ``of``; never raises for an answer, whatever it is."""
    exercise = find(id)
    try:
        expected = exercise.expected(of)
    except CannotAnswer as reason:
        return Checked(id, "not_applicable", f"This data can't answer the question: {reason}")
    if answer is ...:
        return Checked(
            id,
            "unanswered",
            f'Not answered yet: put your answer in place of the dots. wb.hint("{id}") gives a hint, '
            f'wb.reveal("{id}") shows the solution.',
        )
    # A number may be rounded, but one that a usual mistake gives to the last digit is that mistake.
    if same(answer, expected, EXACT) or (
        same(answer, expected, exercise.tolerance) and not mistaken(exercise, answer, of, EXACT)
    ):
        return Checked(id, "right", f"Right: {in_words(expected)}.")
    return Checked(id, "wrong", complaint(exercise, answer, expected, of))


def mistaken(exercise: Exercise, answer: Any, of: Any, tolerance: float) -> str:
    """What is said of the usual mistake that gives this answer; "" if none does."""
    for mistake in exercise.wrong:
        made = evaluate(mistake.expression, of)
        if made is not IMPOSSIBLE and same(answer, made, tolerance):
            return mistake.says
    return ""


def complaint(exercise: Exercise, answer: Any, expected: Any, of: Any) -> str:
    """Say what is wrong with an answer, without giving the right one away."""
    for tolerance in (EXACT, exercise.tolerance):
        if says := mistaken(exercise, answer, of, tolerance):
            return f"Not yet. {says}"
    if kind(answer) != kind(expected):
        return f"Not yet. The answer should be {kind(expected)}; this is {kind(answer)}."
    if (
        isinstance(expected, float)
        and abs(expected) <= 1
        and same(answer, float(expected) * 100, exercise.tolerance)
    ):
        return "Not yet, but close: a share is a number between 0 and 1, and this looks like percent."
    return f"Not yet. Hint: {exercise.hint}"


IMPOSSIBLE = object()
EXACT = 1e-9


def evaluate(expression: str, of: Any) -> Any:
    """Work out a usual mistake; one that the data makes impossible matches nothing."""
    try:
        with np.errstate(all="ignore"):
            return eval(expression, {"of": of, "pd": pd, "np": np})
    except (ArithmeticError, LookupError, ValueError):
        return IMPOSSIBLE


def kind(value: Any) -> str:
    """What sort of thing an answer is, in words."""
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, numbers.Real):
        return "a number"
    if isinstance(value, str):
        return "text"
    names = {
        "Series": "a Series",
        "DataFrame": "a DataFrame",
        "ndarray": "an array",
        "NoneType": "nothing (None)",
    }
    return names.get(type(value).__name__, f"something else ({type(value).__name__})")


def same(answer: Any, expected: Any, tolerance: float) -> bool:
    """Whether an answer equals the right one, numbers within the tolerance."""
    if kind(answer) != kind(expected):
        return False
    if kind(expected) == "a number":
        try:
            return math.isclose(float(answer), float(expected), rel_tol=tolerance, abs_tol=1e-9)
        except OverflowError:
            return False
    if isinstance(expected, str):
        return str(answer).strip().casefold() == expected.casefold()
    return bool(np.all(answer == expected))


def in_words(expected: Any) -> str:
    """The right answer as it is read."""
    if kind(expected) == "a number":
        value = float(expected)
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 2 else f"{value:,.4g}"
    return str(expected)


def hint(id: str) -> None:
    """Print the hint of an exercise."""
    print(f"Hint: {find(id).hint}")


def reveal(id: str) -> None:
    """Print the lines that solve an exercise."""
    print(f"answer = {find(id).solution}")


def solve(source: str) -> str:
    """Put the solution in place of the blank in an exercise cell.

    The blank is the ``...`` of a top-level ``answer = ...``, and the exercise is the one that the cell checks;
    both are found in the syntax tree. A cell without a blank is returned as it is.
    """
    tree = ast.parse(source)
    blank = next(
        (
            node.value
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and node.targets[0].id == "answer"
            and isinstance(node.value, ast.Constant)
            and node.value.value is ...
        ),
        None,
    )
    called = checked_id(tree)
    if blank is None or called is None:
        return source
    lines = source.encode().splitlines(
        keepends=True
    )  # as Python counts: in bytes, and \n and \r alone end a line
    row, start, end = blank.lineno - 1, blank.col_offset, blank.end_col_offset
    lines[row] = lines[row][:start] + find(called).solution.encode() + lines[row][end:]
    return b"".join(lines).decode()


def checked_id(tree: ast.AST) -> str | None:
    """Id in the ``check("id", …)`` of a cell."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "check":
            return str(ast.literal_eval(node.args[0]))
    return None
