"""Notebooks executed within the tests, so that what their exercises are asked of can be looked at."""

import ast
import json
from dataclasses import dataclass
from functools import cache

import IPython.display
import matplotlib.pyplot as plt
import pytest

import workbook as wb
from workbook.course import catalogue
from workbook.course.exercises import checking
from workbook.course.exercises.exercise import Exercise
from workbook.course.exercises.solving import solve
from workbook.course.fitted import fitted

NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}


@dataclass(frozen=True)
class Asked:
    """What a notebook handed over to a check: the exercise, the answer, and the thing that is asked about."""

    exercise: Exercise
    answer: object
    of: object


@cache
def asked(id: str, data: str = "lanyu") -> dict[str, Asked]:
    """Execute a notebook on a data set with each solution in its cell; what its checks were handed, by exercise."""
    found: dict[str, Asked] = {}

    def check(id, answer, *, of):
        found[id] = Asked(checking.find(id), answer, of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wb, "check", check, raising=False)
        patch.setattr(wb, "quiz", lambda name, answers: None, raising=False)
        patch.setattr(IPython.display, "display", lambda *shown: None)
        patch.setattr(plt, "show", lambda *args: None)
        notebook = json.loads(NOTEBOOKS[id].path.read_text(encoding="utf-8"))
        execute(fitted(notebook, None, exercises=True)["cells"], data)
    return found


def execute(cells: list[dict], data: str) -> None:
    """Execute code cells one after the other, pictures without a window."""
    scope = {"__name__": "__main__", "display": lambda *shown: None}
    plt.switch_backend("agg")
    for cell in cells:
        if cell["cell_type"] == "code":
            tags = cell["metadata"].get("tags", [])
            source = "".join(cell["source"])
            exec(
                compile(ast.parse(solve(source) if "exercise" in tags else source), cell["id"], "exec"), scope
            )
            if "parameters" in tags:
                scope["data"] = data
            plt.close("all")
