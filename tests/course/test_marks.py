"""Notebooks that were handed in: who answered what, and how each exercise went."""

import json

import pytest

from workbook.course import catalogue, lessons, marks
from workbook.course.display import MIME
from workbook.tables.errors import DataError

FIRST, REPAIR, GUESS, CHOICE, GONE = lessons.lesson("start_here").exercises


def code(source, *outputs, tags=()):
    """A code cell."""
    return {"cell_type": "code", "source": source, "metadata": {"tags": list(tags)}, "outputs": list(outputs)}


def asked(exercise, status="", mistake=""):
    """The cell of an exercise, with its check if it was run."""
    kept = {MIME: {"check": {"id": exercise.id, "status": status, "mistake": mistake}}}
    shown = [{"output_type": "display_data", "data": kept}] if status else []
    return code([f'answer = 1\nwb.check("{exercise.id}", ', "answer, of=shop)"], *shown)


@pytest.fixture
def hand_in(tmp_path):
    """Write a notebook of some cells into a folder of those that were handed in."""

    def write(name, *cells):
        path = tmp_path / "handed in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
        return path.parent

    return write


def test_a_row_for_each_notebook(hand_in, tmp_path):
    """Signs stand in the order of the exercises; a check that comes twice counts as it is last; what is gone is seen."""
    twice = [asked(FIRST, "wrong"), asked(FIRST, "right")]
    hand_in("t1/00_start_here.ipynb", *twice, asked(GUESS, "recorded"), asked(CHOICE, "unanswered"))
    hand_in("李雷 (final).ipynb", asked(REPAIR), code("1/0", {"output_type": "error", "ename": "Error"}))
    found, notes = marks.marks([tmp_path / "handed in"])
    assert notes == []
    assert {one.name: one.row() for one in found} == {
        "t1/00_start_here.ipynb": ["✓·✎…·", "1", "0", "", ""],
        "李雷 (final).ipynb": ["·····", "0", "0", "1", ""],
    }
    said = "\n".join(marks.lines(found, notes))
    assert "start_here: 2 notebooks" in said
    assert "✓·✎…·" in said


def test_parameters_that_were_changed(hand_in):
    """What is as in the notebook isn't named; a cell that Python can't read names nothing."""
    own = {p.name: p.default for p in catalogue.notebook("start_here").parameters}
    given = 'data: str = "table3"  # ours\nrepurchase_days: int = ' + str(own["repurchase_days"])
    folder = hand_in("a.ipynb", code(given, tags=["parameters"]), asked(FIRST, "right"))
    hand_in("b.ipynb", code("data: str = “x”", tags=["parameters"]), asked(FIRST, "right"))
    found, _ = marks.marks([folder])
    assert [one.row()[-1] for one in found] == ["data = table3", ""]


def test_how_an_exercise_went(hand_in):
    """Right, wrong, kept, open, and the mistake that most made in the words that they read."""
    usual = REPAIR.wrong[-1]
    for n in range(3):
        folder = hand_in(f"{n}.ipynb", asked(REPAIR, "wrong", usual.expression if n else "no such"))
    hand_in("3.ipynb", asked(REPAIR, "right"))
    hand_in("4.ipynb", asked(REPAIR), asked(GUESS, "recorded"))
    found, _ = marks.marks([folder])
    assert marks.of_exercise(REPAIR, found) == ["1", "3", "0", "1", f"2 ×: {usual.says}"]
    assert marks.of_exercise(GUESS, found) == ["0", "0", "1", "4", ""]


def test_what_is_none_of_the_course_is_said(hand_in):
    """A file that can't be read, or without exercises, stops nothing; checkpoints are no copies."""
    folder = hand_in("a.ipynb", asked(FIRST, "right"))
    (folder / "cut.ipynb").write_text('{"cells": [')
    (folder / "odd.ipynb").write_text('{"cells": [1]}')
    hand_in("notes.ipynb", code("1 + 1"))
    hand_in(".ipynb_checkpoints/a-checkpoint.ipynb", asked(FIRST, "wrong"))
    found, notes = marks.marks([folder])
    assert [one.name for one in found] == ["a.ipynb"]
    assert notes == [
        "cut.ipynb can't be read as a notebook.",
        "notes.ipynb has no exercise of this course.",
        "odd.ipynb can't be read as a notebook.",
    ]


def test_places_that_hold_nothing(tmp_path):
    """A place that isn't there, and a folder without notebooks, are named."""
    with pytest.raises(DataError, match="isn't there"):
        marks.marks([tmp_path / "nowhere"])
    with pytest.raises(DataError, match=r"No notebook \(\.ipynb\)"):
        marks.marks([tmp_path])


def test_the_page_does_nothing_of_what_it_was_handed(hand_in):
    """Names of files and values of parameters are text; all exercises have their question."""
    evil = 'data: str = "<script>alert(1)</script>"'
    folder = hand_in("<b>x.ipynb", code(evil, tags=["parameters"]), asked(FIRST, "right"))
    page = marks.page(*marks.marks([folder]))
    assert "<script" not in page
    assert "<b>x" not in page
    assert GONE.question in page
