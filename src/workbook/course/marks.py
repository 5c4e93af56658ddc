"""What trainees answered: the checks that their notebooks hold, by notebook and by exercise."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.course import catalogue, lessons, sections
from workbook.course.display import MIME
from workbook.course.exercises.checking import MARKS
from workbook.course.exercises.exercise import Exercise
from workbook.course.pages import document, escape, items, table
from workbook.formatting.words import plural
from workbook.tables.errors import DataError, readable_path
from workbook.tables.importing.describing import in_columns

ABSENT = "absent"
SIGNS = {**MARKS, ABSENT: "·"}
LEGEND = (
    "✓ right, ✗ wrong, ✎ kept (it can't be wrong), … not answered, – the data can't answer it, "
    "· not there: its cell was not run, or is gone"
)


@dataclass(frozen=True)
class HandedIn:
    """A notebook as somebody handed it in.

    Attributes
    ----------
    name : its path, as it is told from others
    lesson : the notebook that it is a copy of, by its exercises, whatever the file is called
    checks : what it holds of the exercises' checks, by their ids; of a check that comes twice the last
    failed : cells that ended in an error
    given : its parameters that aren't the notebook's own
    """

    name: str
    lesson: str
    checks: Mapping[str, Mapping[str, Any]]
    failed: int
    given: Mapping[str, Any]

    def status(self, exercise: Exercise) -> str:
        """The status of an exercise's check, or absent."""
        status = str(self.checks.get(exercise.id, {}).get("status"))
        return status if status in MARKS else ABSENT

    def row(self) -> list[str]:
        """Signs of all exercises in their order, how many are right and wrong, failed cells, and parameters that were changed."""
        found = [self.status(one) for one in lessons.lesson(self.lesson).exercises]
        changed = ", ".join(f"{name} = {value}" for name, value in self.given.items())
        right, wrong = (str(found.count(status)) for status in ("right", "wrong"))
        return ["".join(SIGNS[status] for status in found), right, wrong, str(self.failed or ""), changed]


HEADS = ["notebook", "answers", "right", "wrong", "cells in error", "parameters changed"]
WENT = ["right", "wrong", "kept", "open", "most frequent mistake"]


def marks(places: Sequence[Path]) -> tuple[list[HandedIn], list[str]]:
    """Read notebooks that were handed in, and say which files are none of the course.

    Parameters
    ----------
    places : notebooks, or folders of them, such as copies of ``my/``

    Raises
    ------
    DataError
        for a place that isn't there, or if none holds a notebook.
    """
    found, notes = [], []
    for path, name in notebooks_in(places):
        try:
            cells = json.loads(readable_path(path).read_text(encoding="utf-8-sig"))["cells"]
            one = handed_in(name, cells)
        except (ValueError, KeyError, TypeError, AttributeError):
            notes.append(f"{name} can't be read as a notebook.")
            continue
        if one:
            found.append(one)
        else:
            notes.append(f"{name} has no exercise of this course.")
    if not found and not notes:
        raise DataError(f"No notebook (.ipynb) is in {', '.join(repr(str(place)) for place in places)}.")
    return found, notes


def notebooks_in(places: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Each notebook in some places, and its name: its path from the folder, if that is the only place."""
    for place in places:
        if not place.exists():
            raise DataError(f"A notebook or a folder of notebooks is wanted; {str(place)!r} isn't there.")
        inside = catalogue.paths(place) if place.is_dir() else [place]
        for path in inside:
            short = path.relative_to(place) if len(places) == 1 and place.is_dir() else path
            yield path, short.as_posix()


def handed_in(name: str, cells: list[dict[str, Any]]) -> HandedIn | None:
    """What a notebook holds; None if it has no exercise of the course."""
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell.get("outputs", [])]
    kept = [output["data"][MIME] for output in outputs if MIME in output.get("data", {})]
    checks = {one["check"]["id"]: one["check"] for one in kept if "check" in one}
    lesson = lesson_of(checks, "\n".join(map(sections.text, code)))
    failed = [cell for cell in code if any(o["output_type"] == "error" for o in cell.get("outputs", []))]
    return HandedIn(name, lesson, checks, len(failed), changed(cells, lesson)) if lesson else None


def lesson_of(checks: Mapping[str, Any], code: str) -> str:
    """The lesson most of whose exercises are checked or asked here; "" if none is."""
    asked = {
        name: sum(one.id in checks or f'"{one.id}"' in code for one in lesson.exercises)
        for name, lesson in lessons.lessons().items()
    }
    best = max(asked, key=asked.__getitem__)
    return best if asked[best] else ""


def changed(cells: list[dict[str, Any]], lesson: str) -> dict[str, Any]:
    """Parameters of a copy that aren't as the notebook has them; none where they can't be read."""
    try:
        there = catalogue.parameters(catalogue.tagged(cells, "parameters"))
    except (StopIteration, SyntaxError, ValueError):
        return {}
    own = {p.name: p.default for p in catalogue.notebook(lesson).parameters}
    return {p.name: p.default for p in there if p.name in own and p.default != own[p.name]}


def by_lesson(found: Sequence[HandedIn]) -> dict[str, list[HandedIn]]:
    """Notebooks that are copies of the same, in the order of the course."""
    order = dict.fromkeys(n.short for n in catalogue.notebooks())
    several = {name: [one for one in found if one.lesson == name] for name in order}
    return {name: some for name, some in several.items() if some}


def of_exercise(exercise: Exercise, some: Sequence[HandedIn]) -> list[str]:
    """How an exercise went: right, wrong, kept, not answered or not there, and the mistake that most made, as they are told of it."""
    went = Counter(one.status(exercise) for one in some)
    counts = [went["right"], went["wrong"], went["recorded"], went["unanswered"] + went[ABSENT]]
    made = Counter(one.checks[exercise.id].get("mistake") for one in some if one.status(exercise) == "wrong")
    told = {w.expression: w.says for w in exercise.wrong} | dict(exercise.options)
    named = [(told[mistake], n) for mistake, n in made.most_common() if mistake in told][:1]
    said = next((f"{n} ×: {says}" for says, n in named), "")
    return [*map(str, counts), said]


def lines(found: Sequence[HandedIn], notes: Sequence[str]) -> list[str]:
    """The marks as text: a row for each notebook, then one for each exercise."""
    said = [LEGEND]
    for name, some in by_lesson(found).items():
        exercises = lessons.lesson(name).exercises
        said += ["", f"{name}: {plural(len(some), 'notebook')}", ""]
        said += in_columns([HEADS, *([one.name, *one.row()] for one in some)])
        went = [[e.id, *of_exercise(e, some)] for e in exercises]
        said += ["", *in_columns([["exercise", *WENT], *went])]
    return [*said, *(["", *notes] if notes else [])]


def page(found: Sequence[HandedIn], notes: Sequence[str]) -> str:
    """The marks as a page that opens offline: who answered what, and how each exercise went."""
    body = f"<h1>Answers</h1><p>{escape(LEGEND)}</p>{items(notes)}"
    for name, some in by_lesson(found).items():
        exercises = lessons.lesson(name).exercises
        signs = [[one.name, *(SIGNS[one.status(e)] for e in exercises), *one.row()[1:]] for one in some]
        numbers = [str(n) for n in range(1, len(exercises) + 1)]
        body += f"<h2>{escape(catalogue.notebook(name).title)}</h2>"
        body += table([HEADS[0], *numbers, *HEADS[2:]], signs, words=[HEADS[0], HEADS[-1]])
        went = [[f"{n}. {e.id}", e.question, *of_exercise(e, some)] for n, e in enumerate(exercises, 1)]
        body += table(["exercise", "question", *WENT], went, words=["exercise", "question", WENT[-1]])
    return document("Answers", body)
