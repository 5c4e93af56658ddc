"""Notebooks executed within the tests, so that what their exercises are asked of can be looked at."""

import ast
import gc
import hashlib
import io
import json
import sys
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import IPython.display
import matplotlib.pyplot as plt
import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib.figure import Figure
from nbformat.v4 import new_output
from papermill.exceptions import PapermillExecutionError
from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook
from traitlets.config import Config

import workbook as wb
from workbook.charts.alt_text import alternative_text
from workbook.course import catalogue, runner
from workbook.course.catalogue import Notebook
from workbook.course.exercises import checking
from workbook.course.exercises.exercise import Exercise
from workbook.course.exercises.solving import solve
from workbook.course.fitted import fitted
from workbook.tables.dataset import Dataset
from workbook.tables.folders import keep, open_folder
from workbook.tables.locations import data_folder

NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}
QUIET = Config(
    {
        "HistoryManager": {"enabled": False},
        # Without old results there is no search for garbage at each reset, which takes a fifth of the time.
        "InteractiveShell": {"xmode": "Plain", "colors": "nocolor", "cache_size": 0},
    }
)


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
    loaded(data)

    def check(id, answer, *, of):
        found[id] = Asked(checking.find(id), answer, of)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wb, "check", check, raising=False)
        patch.setattr(wb, "quiz", lambda name, answers: None, raising=False)
        patch.setattr(IPython.display, "display", lambda *shown: None)
        patch.setattr(plt, "show", lambda *args: None)
        notebook = json.loads(NOTEBOOKS[id].path.read_text(encoding="utf-8"))
        execute_cells(fitted(notebook, None, exercises=True)["cells"], data)
    return found


def execute_cells(cells: list[dict], data: str) -> None:
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


def run(notebook: Notebook, data: Path, out: Path, *, page: bool = False, **parameters: object) -> dict:
    """Run one notebook on a data set, fitted to it as `workbook run` does, but in this process; its page takes as long again."""
    given = {"seed": 5} | parameters
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "execute", execute_here)
        if not page:
            patch.setattr(runner.report, "page", lambda *_, **__: "")
        return runner.run_one(runner.prepare(notebook, loaded(data), str(data), given, out, {}))


@cache
def loaded(data: str | Path) -> Dataset:
    """A data set that many notebooks run on, which is read once for all."""
    keep(data_folder(data))
    return open_folder(data_folder(data))


def execute_here(source: Path, target: Path, parameters: dict | None = None) -> None:
    """Run a notebook as `workbook.course.execute.execute` does, but in this process, pictures small.

    A kernel takes three times as long. Warnings are errors here, as in all tests.
    """
    notebook = parameterize_notebook(load_notebook_node(str(source)), parameters or {})
    main = sys.modules["__main__"]  # which a shell replaces
    shell = InteractiveShell.instance(config=QUIET)
    shell.reset(new_session=False)
    plt.switch_backend("agg")
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                run_cell(shell, cell)
    finally:
        nbformat.write(notebook, target)
        InteractiveShell.clear_instance()
        sys.modules["__main__"] = main
        gc.unfreeze()  # what panels leave out of the search for garbage


def run_cell(shell: InteractiveShell, cell: nbformat.NotebookNode) -> None:
    """Run one cell, and keep what it shows."""
    with capture_output() as shown, warnings.catch_warnings():
        if "exercise" in cell.metadata.tags:  # a trainee's line divides by nothing where the data has nothing
            warnings.simplefilter("ignore", RuntimeWarning)
        quiet = cell.source.rstrip().endswith(";")
        shell.display_trap.hook = (lambda value: None) if quiet else sys.displayhook
        shell.display_pub.clear_output = lambda wait=False: (
            None
        )  # a terminal's way to clear a panel's old picture
        result = shell.run_cell(cell.source)
    cell.outputs = [new_output("display_data", o.data, metadata=o.metadata or {}) for o in shown.outputs]
    if shown.stdout:
        cell.outputs.append(new_output("stream", name="stdout", text=shown.stdout))
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        print(shown.stdout)
        raise PapermillExecutionError(0, 0, cell.source, type(error).__name__, str(error), [])
    cell.outputs += [picture(plt.figure(number)) for number in plt.get_fignums()]
    plt.close("all")


def picture(figure: Figure) -> nbformat.NotebookNode:
    """What a figure looks like, small, as a number; with its words."""
    file = io.BytesIO()
    figure.savefig(file, format="raw", dpi=30)
    looks = hashlib.sha256(file.getvalue()).hexdigest()
    return new_output(
        "display_data", {"image/png": looks}, metadata={"image/png": {"alt": alternative_text(figure)}}
    )
