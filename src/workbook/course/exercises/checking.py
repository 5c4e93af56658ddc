"""The check of an exercise: right, one of the usual mistakes, or a hint; what a trainee sees, and what a run keeps."""

import hashlib
import numbers
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbook.course import lessons
from workbook.course.display import MIME
from workbook.course.exercises.answers import (
    FEWEST,
    MOST,
    STATED,
    another_unit,
    answer_in_words,
    as_number,
    confused,
    exact,
    figures,
    guessed,
    in_unit_of,
    kind,
    rounded,
    value_of,
)
from workbook.course.exercises.exercise import CannotAnswer, Exercise
from workbook.course.exercises.rivals import IMPOSSIBLE, Rival, distance, evaluate, nearest, rivals
from workbook.formatting.safe import markup, visible
from workbook.formatting.templates import fill
from workbook.tables.errors import choose

MARKS = {"right": "✓", "wrong": "✗", "unanswered": "…", "not_applicable": "–", "recorded": "✎"}
COLOURS = {"right": "#1a7f37", "wrong": "#b35900", "recorded": "#1d6f84"}
LONGEST = 2000  # characters of an answer that are kept
FIRST = "Run the cell of this exercise first: what is right follows from its data."
WORDS = 8  # that a written answer has at least
HINTS: Counter[str] = Counter()  # how often a hint was asked for, in this session
SOLVED: dict[str, str] = {}  # what solves each exercise that was checked in this session, by its data


@dataclass(frozen=True)
class Checked:
    """What came of a check, for the reader and for the run.

    Attributes
    ----------
    id, kind : of the exercise
    status : right, wrong, unanswered, not_applicable, or recorded for what can't be wrong
    message : for the reader
    notes : for the reader too, a line each
    value : the answer, as far as JSON can hold it
    mistake : the usual mistake that was made, as its expression; "" if none
    hints : how many were asked for
    edition : changes with the exercise
    solved : what solves it on this data, for `reveal` alone
    """

    id: str
    kind: str
    status: str
    message: str
    value: float | str | None = None
    mistake: str = ""
    hints: int = 0
    edition: str = ""
    solved: str = ""
    notes: tuple[str, ...] = ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        lines = [f"{MARKS[self.status]} {self.message}", *self.notes]
        style = f"border-left:4px solid {COLOURS.get(self.status, '#888')};padding:4px 10px"
        page = f'<div role="status" style="{style}">{"<br>".join(map(markup, lines))}</div>'
        kept = {
            name: value for name, value in vars(self).items() if name not in ("message", "notes", "solved")
        }
        return {MIME: {"check": kept}, "text/html": page, "text/plain": "\n".join(map(visible, lines))}


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


def check(id: str, answer: Any, *, of: Any) -> None:
    """Show whether an answer is right, of the data ``of``; never raises for an answer, whatever it is."""
    checked = judge(find(id), answer, of)
    SOLVED[id] = checked.solved
    display_now(checked)
    if checked.message.endswith(find(id).hint):
        HINTS[id] += 1  # it was shown, so the next one is nearer
    forget("answer", answer)


def display_now(checked: Any) -> None:
    """Display now, so that what comes after it in the cell doesn't hide it."""
    from IPython.display import display

    display(checked)


def forget(name: str, value: Any) -> None:
    """Take an answer out of a notebook's names once it is read, so that no other exercise is marked by it."""
    from IPython import get_ipython

    shell = get_ipython()
    if shell is not None and shell.user_ns.get(name) is value:
        del shell.user_ns[name]


def judge(exercise: Exercise, answer: Any, of: Any) -> Checked:
    """Judge an answer.

    A number may be rounded, but not so far that it could be a usual mistake's or another row's; a mistake is named only where the
    answer is its value in all the figures that the answer is written with.
    """
    try:
        expected = exercise.expected(of)
    except CannotAnswer as reason:
        solved = f"This data can't answer the question: {reason}"
        status, message, mistake = "not_applicable", solved, ""
    else:
        solved = solution_of(exercise, expected)
        status, message, mistake = judged_answer(exercise, answer, expected, of)
    return Checked(
        id=exercise.id,
        kind=exercise.kind,
        status=status,
        message=message,
        value=kept_value(answer),
        mistake=mistake,
        hints=HINTS[exercise.id],
        edition=exercise_edition(exercise),
        solved=solved,
    )


def judged_answer(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """The status, the message and the mistake of an answer."""
    if answer is ...:
        return "unanswered", what_to_do(exercise), ""
    return BY_KIND[exercise.kind](exercise, answer, expected, of)


def what_to_do(exercise: Exercise) -> str:
    """What to do with an exercise."""
    return f"Not answered yet: put your answer in place of the dots. {help_with(exercise)}"


def help_with(exercise: Exercise) -> str:
    """Where a hint and the solution are to be had."""
    return f'wb.hint("{exercise.id}") gives a hint, wb.reveal("{exercise.id}") shows the solution.'


def computed(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """A number, a text or a table that has one right value."""
    right = "right", f"Right: {answer_in_words(expected)}.", ""
    answer = as_number(answer, expected) if kind(value_of(expected)) == "a number" else answer
    if exact(answer, expected):
        return right
    rival = nearest(rivals(exercise, answer, expected, of), answer)
    if rival and exact(answer, rival.value):
        return "wrong", f"Not yet. {rival.says}", rival.name
    if rounded(answer, expected) and (told := told_apart(answer, expected, rival)):
        return right if told == "right" else ("wrong", UNCLEAR, "")
    if rival and rounded(answer, rival.value, STATED):
        return "wrong", f"Not yet. {rival.says}", rival.name
    if kind(value_of(expected)) == "a number" and (says := another_unit(answer, expected)):
        return "wrong", f"Not yet. {says}", ""
    if kind(answer) != kind(value_of(expected)):
        wanted = kind(value_of(expected))
        return "wrong", f"Not yet. The answer should be {wanted}; this is {kind(answer)}.", ""
    if figures(answer) < FEWEST and rounded(answer, expected, 1):
        return "wrong", "Not yet, but close. Round it less.", ""
    if says := confused(answer, expected):
        return "wrong", f"Not yet, but close. {says}", says
    return "wrong", f"Not yet. Hint: {exercise.hint}", ""


UNCLEAR = (
    "Not clear yet: a usual mistake, or another row, is the same in so few figures. Write one figure more."
)


def told_apart(answer: Any, expected: Any, rival: Rival | None) -> str:
    """Whether a rounded answer is right, unclear because a rival is as near in so few figures, or rather the rival (empty)."""
    if rival is None:
        return "right"
    if figures(answer) <= MOST or all(rounded(answer, one, STATED) for one in (expected, rival.value)):
        return "unclear"
    return "right" if distance(answer, value_of(expected)) <= distance(answer, rival.value) else ""


def repaired(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """A cell that ran with a popular mistake in it, the first of the usual ones."""
    untouched = evaluate(exercise.wrong[0].expression, of)
    if untouched is not IMPOSSIBLE and exact(answer, untouched) and not exact(answer, expected):
        return (
            "unanswered",
            f"The cell gives {in_unit_of(expected, answer)}, as it does with the mistake in it. {help_with(exercise)}",
            exercise.wrong[0].expression,
        )
    return computed(exercise, answer, expected, of)


def chosen(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """A letter."""
    letter = letter_of(str(answer))
    if letter not in exercise.options:
        return "wrong", f"The answer should be one of the letters {', '.join(exercise.options)}.", ""
    if letter == expected:
        return "right", f"Right: {expected}.", ""
    return "wrong", f"Not yet. {exercise.options[letter]}", letter


def letter_of(text: str) -> str:
    """The letter of a choice, as it is written on its own or before its text: B, (b), "b) teams"."""
    found = re.fullmatch(r"\W*([a-z])(?:\W*|[).:]\s.*)", text.casefold(), re.DOTALL)
    return found[1] if found else ""


def predicted(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """A guess, which is never wrong."""
    return "recorded", f"You said {guessed(answer, expected)}; it is {answer_in_words(expected)}.", ""


def wrote(exercise: Exercise, answer: Any, expected: Any, of: Any) -> tuple[str, str, str]:
    """A text or a picture, beside a model."""
    drawn = hasattr(answer, "get_figure") or hasattr(answer, "savefig")
    if not drawn and len(str(answer).split()) < WORDS:
        return "unanswered", f"Write at least {WORDS} words; then a model answer is shown beside yours.", ""
    return "recorded", f"Kept. {model_answer(exercise, expected)}", ""


def model_answer(exercise: Exercise, expected: Any) -> str:
    """A good text by the facts of this data, and what a good one has."""
    sentences = [filled[0] for s in exercise.model if (filled := fill(s, expected))]
    return f"A model answer: {' '.join(sentences)} Look for: {'; '.join(exercise.look_for)}."


BY_KIND: dict[str, Callable[[Exercise, Any, Any, Any], tuple[str, str, str]]] = {
    "predict": predicted,
    "compute": computed,
    "choose": chosen,
    "repair": repaired,
    "write": wrote,
}


def kept_value(answer: Any) -> float | str | None:
    """An answer as JSON can hold it."""
    if answer is ... or answer is None:
        return None
    if isinstance(answer, numbers.Real):
        try:
            return float(answer) if np.isfinite(float(answer)) else str(answer)
        except OverflowError:
            return str(answer)
    return answer[:LONGEST] if isinstance(answer, str) else kind(answer)


def exercise_edition(exercise: Exercise) -> str:
    """Eight hex digits that change with what is asked and what is right."""
    right = [exercise.solution, *exercise.model]
    text = "\n".join([exercise.question, *right, *(w.expression for w in exercise.wrong)])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def hint(id: str) -> None:
    """Print a hint of an exercise; asked for again, a nearer one."""
    exercise = find(id)
    HINTS[id] += 1
    print(f"Hint: {exercise.hints[min(HINTS[id], 2) - 1]}")


def solution_of(exercise: Exercise, expected: Any = None) -> str:
    """What solves an exercise: lines of code; where the data alone decides what is right, the same as its check says."""
    match exercise.kind:
        case "compute":
            return f"answer = {exercise.solution}"
        case "repair":
            return exercise.solution
        case _ if expected is None:
            return FIRST
        case "write":
            return model_answer(exercise, expected)
        case "predict":
            return f"It is {answer_in_words(expected)}."
    return f'answer = "{expected}"'


def reveal(id: str) -> None:
    """Print what solves an exercise, on the data that it was last checked on."""
    print(SOLVED.get(id) or solution_of(find(id)))
