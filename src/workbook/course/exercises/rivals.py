"""What a wrong answer may be: a usual mistake, or the value of another row of the table that is asked about."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from workbook.course.exercises.answers import EXACT, exact, kind, rounded, value_of
from workbook.course.exercises.exercise import Exercise

IMPOSSIBLE = object()


class Rival(NamedTuple):
    """A wrong answer: its value, its name for the run's record, and what is said of it."""

    value: Any
    name: str
    says: str


def rivals(exercise: Exercise, answer: Any, expected: Any, of: Any) -> Iterator[Rival]:
    """The usual mistakes that the data makes possible; for an answer that is nearly right also other rows of its column."""
    for mistake in exercise.wrong:
        value = evaluate(mistake.expression, of)
        if value is not IMPOSSIBLE and not the_same(value, expected):
            yield Rival(value, mistake.expression, mistake.says)
    if kind(answer) == "a number" and rounded(answer, expected):
        yield from other_rows(of, float(value_of(answer)), float(value_of(expected)))


def the_same(value: Any, expected: Any) -> bool:
    """Whether a mistake gives the right answer in this data; of tables, whose shapes may differ, the answer is compared alone."""
    return not isinstance(value, pd.Series | pd.DataFrame | np.ndarray) and exact(value, expected)


def evaluate(expression: str, of: Any) -> Any:
    """Work out a usual mistake; one that the data makes impossible matches nothing."""
    try:
        with np.errstate(all="ignore"):
            return eval(expression, {"of": of, "pd": pd, "np": np})
    except (ArithmeticError, LookupError, ValueError):
        return IMPOSSIBLE


def other_rows(of: Any, answer: float, expected: float) -> Iterator[Rival]:
    """Rows of columns in which the right answer stands that hold another value, the nearest to the answer of each column."""
    for name, values in columns(of):
        own = np.isclose(values, expected, rtol=EXACT, atol=0)
        others = values[~own].dropna()
        if own.any() and len(others):
            row = int(np.argmin(np.abs(others.to_numpy() - answer)))
            says = f"This is the value of another row: {label(others.index[row])}."
            yield Rival(float(others.iloc[row]), f"{name} of another row", says)


def columns(of: Any) -> Iterator[tuple[Any, pd.Series]]:
    """Columns of numbers of what is asked about: of a table, or of each of several."""
    if isinstance(of, pd.Series):
        of = of.to_frame()
    if isinstance(of, pd.DataFrame):
        numbers = of.select_dtypes("number").astype(float)
        yield from ((name, numbers[name]) for name in numbers if numbers.columns.is_unique)
    elif isinstance(of, tuple | list | Mapping):
        for one in of.values() if isinstance(of, Mapping) else of:
            yield from columns(one)


def label(row: Any) -> str:
    """A row's name as it is read."""
    return ", ".join(map(str, row)) if isinstance(row, tuple) else str(row)


def nearest(found: Iterator[Rival], answer: Any) -> Rival | None:
    """The rival nearest to an answer, of those that the answer may be, rounded; of equally near ones the first."""
    close = [rival for rival in found if rounded(answer, rival.value)]
    return min(close, key=lambda rival: distance(answer, rival.value), default=None)


def distance(answer: Any, value: Any) -> float:
    """How far two numbers are apart; nothing else that is equal is apart."""
    answer, value = value_of(answer), value_of(value)
    return abs(float(answer) - float(value)) if kind(value) == "a number" else 0.0
