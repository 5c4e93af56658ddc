"""Adding a notebook takes the notebook and its lesson, and no list of either."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from tests.course.conftest import NOTEBOOK

from workbook.tables.locations import home

LESSON = '''"""What the course knows of thrown_away: what it needs, limits of its parameters, exercises."""

from workbook.course.exercises.exercise import Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

LESSON = Lesson(
    needs=("orders",),
    limits={"least": (1, 9)},
    exercises=(
        Exercise("thrown-away", "How many?", lambda shop: len(shop.orders), "count", "len(shop.orders)",
                 (Wrong("len(of.orders) - 1", "One is missing."),)),
    ),
)
'''


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """Copy the project, and add a notebook and its lesson."""
    root = tmp_path_factory.mktemp("project")
    shutil.copytree(home() / "src", root / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(home() / "notebooks", root / "notebooks")
    (root / "datasets").symlink_to(home() / "datasets", target_is_directory=True)
    shutil.copy(home() / "README.md", root)
    page = json.loads(json.dumps(NOTEBOOK))
    page["cells"][0]["source"] = "# Thrown away: does it count?\n\n**扔掉** · 0 minutes\n"
    page["cells"][1]["source"] = 'data: str = "lanyu"  # data\nleast: int = 2  # a number'
    page["cells"][2]["source"] = (
        "import workbook as wb\nshop = wb.load(data)\nwb.check('thrown-away', len(shop.orders), of=shop)"
    )
    for number, cell in enumerate(page["cells"]):
        cell |= {"id": f"c{number}"} | ({} if number == 0 else {"outputs": [], "execution_count": None})
    (root / "notebooks" / "07_more").mkdir()
    (root / "notebooks" / "07_more" / "01_thrown_away.ipynb").write_text(json.dumps(page), encoding="utf-8")
    (root / "src/workbook/course/lessons/thrown_away.py").write_text(LESSON, encoding="utf-8")
    return root


def workbook(project, *words):
    """Call the command of the copy."""
    place = {"PYTHONPATH": str(project / "src"), "WORKBOOK_HOME": str(project)}
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=project, env=os.environ | place, capture_output=True, text=True
    )
    return done.returncode, done.stdout, done.stderr


def test_it_is_found_and_listed(project):
    """The list has it with its minutes, its needs and the limits of its parameter."""
    status, out, err = workbook(project, "workbook.cli", "list", "thrown_away")
    assert (status, err) == (0, "")
    assert "07_more/01_thrown_away" in out
    assert "5 +  0 min  ready     Thrown away: does it count?" in out
    assert "-p least=2  a number (from 1 to 9)" in out


def test_its_limits_hold_before_it_runs(project):
    """A value beyond them is refused."""
    status, _, err = workbook(project, "workbook.cli", "run", "thrown_away", "-p", "least=10")
    assert (status, err) == (2, "Error: least must be a number from 1 to 9; got 10.\n")


@pytest.mark.slow
def test_it_runs_and_its_exercise_is_checked(project):
    """The run finds its exercise right."""
    status, _, err = workbook(project, "workbook.cli", "run", "thrown_away", "--out", "out")
    assert status == 0, err
    (ran,) = json.loads((project / "out" / "run.json").read_text(encoding="utf-8"))["notebooks"]
    assert ran["status"] == "passed"
    assert [(c["id"], c["status"]) for c in ran["checks"]] == [("thrown-away", "right")]


def test_it_gets_into_the_tables(project):
    """README and the start notebook name it once the command has run, and it has its minutes."""
    assert workbook(project, "workbook.course.contents")[0] == 0
    assert "| `07_more/01_thrown_away` | 5 + 0 | Does it count? |" in (project / "README.md").read_text(
        encoding="utf-8"
    )
    start = (project / "notebooks/00_start_here.ipynb").read_text(encoding="utf-8")
    assert "| 07 more | Does it count? | [thrown_away](07_more/01_thrown_away.ipynb) |" in start
    page = (project / "notebooks/07_more/01_thrown_away.ipynb").read_text(encoding="utf-8")
    assert "· 5 minutes to read" in page
