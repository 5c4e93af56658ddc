"""Every notebook keeps the rules of CONTRIBUTING, and runs on another world with its exercises solved."""

import ast
import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from tests.tables.known_by_hand import noised

from executed import run
from workbook.course import catalogue, sections
from workbook.course.display import MIME
from workbook.course.exercises.checking import exercises
from workbook.course.exercises.solving import called_with
from workbook.course.fitted import fitted
from workbook.retailer import generate
from workbook.tables import schema
from workbook.tables.dataset import Dataset
from workbook.tables.folders import load_folder, save
from workbook.tables.locations import home

NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}
PAST = pd.Timestamp("2025-09-15")  # of the trials some are over, others under way
EARLY = ("2024-01-06", "2024-07-31")  # a few days of orders; half a year of them, before most else
LOOKS_FORWARD = (
    "expected_purchase_days",
    "undiscounted_value",
)  # figures whose truth is of the data's end only
OF_THE_COURSE = re.compile(
    r"Lanyu|the (brand )?deck|the handbook|loyalty training|training text|the course\b(?! of)", re.IGNORECASE
)
each_notebook = pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=list(NOTEBOOKS))


def cells(notebook, *tags):
    """Code cells of a notebook, those with the tags if there are any."""
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    found = [c for c in content["cells"] if c["cell_type"] == "code"]
    return [c for c in found if not tags or set(tags) <= set(c["metadata"].get("tags", []))]


def text(notebook):
    """All Markdown of a notebook."""
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    return "\n".join("".join(c["source"]) for c in content["cells"] if c["cell_type"] == "markdown")


@each_notebook
def test_a_notebook_has_the_common_parameters(notebook):
    """Every notebook can be told its data, its date and its seed, each with a comment."""
    known = {p.name: p for p in notebook.parameters}
    assert (known["data"].type, known["data"].default) == ("str", "lanyu")
    assert (known["as_of"].type, known["as_of"].default) == ("str", "")
    assert known["seed"].type == "int"
    assert all(p.comment and p.type in catalogue.TYPES for p in notebook.parameters)


@each_notebook
def test_a_notebook_can_be_checked(notebook):
    """At least three compared outputs, exercises, figures each; nothing skipped, nothing on stderr."""
    assert len(cells(notebook, "nbval-check-output")) >= 3
    assert len(cells(notebook, "exercise")) >= 3
    kept = [o["data"].get(MIME, {}) for c in cells(notebook) for o in c["outputs"] if "data" in o]
    assert sum("figure" in one for one in kept) >= 3
    for cell in cells(notebook):
        assert "nbval-skip" not in cell["metadata"].get("tags", [])
        assert not [o for o in cell["outputs"] if o["output_type"] == "error" or o.get("name") == "stderr"]
    assert any(cell["outputs"] for cell in cells(notebook))


@each_notebook
def test_recorded_money_has_its_currency(notebook):
    """An amount on a page says of what it is."""
    shown = [o["data"] for c in cells(notebook) for o in c["outputs"] if MIME in o.get("data", {})]
    money = [one for one in shown if one[MIME].get("figure", {}).get("unit") == "money"]
    assert not ["".join(one["text/plain"]) for one in money if "CNY" not in "".join(one["text/plain"])]


@each_notebook
def test_a_page_on_own_data_speaks_of_no_other_shop(notebook, lanyu):
    """Somebody who has every table, but is no synthetic retailer, reads nothing of Lanyu, and nothing of the course but that it is left out."""
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    kept = fitted(content, Dataset("mine", lanyu.tables, lanyu.start, lanyu.end), exercises=False)["cells"]
    said = ["".join(c["source"]) for c in kept if c["cell_type"] == "markdown"]
    assert not [text for text in said if OF_THE_COURSE.search(text.replace("what is about the course", ""))]


@each_notebook
def test_cells_are_short(notebook):
    """A cell is read at a glance."""
    long = ["".join(c["source"]) for c in cells(notebook) if len(c["source"]) > 16]
    assert long == []


@each_notebook
def test_no_level_of_headings_is_left_out(notebook):
    """Who moves from heading to heading by ear takes a missing level for a section that was missed."""
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    levels = [part.heading.level for part in sections.parts(content["cells"]) if part.heading]
    assert levels[0] == 1
    assert not any(below > above + 1 for above, below in pairwise(levels))


@each_notebook
def test_a_notebook_opens_and_ends_as_promised(notebook):
    """Title, objectives and tables at the top; what to do on Monday and with one's own data at the end."""
    said = text(notebook)
    for words in (
        "After this notebook you can",
        "**Tables needed:**",
        "On Monday",
        "workbook data import",
    ):
        assert words in said


@each_notebook
def test_stored_outputs_name_no_place_and_no_widget(notebook):
    """Nothing that changes from machine to machine or from run to run is stored."""
    stored = json.dumps([c["outputs"] for c in cells(notebook)])
    assert "widget-view" not in stored
    assert str(home()) not in stored
    assert str(Path.home()) not in stored


def test_every_exercise_is_asked_once():
    """An exercise without a cell, or a cell without an exercise, would be lost."""
    asked = [called_with(runner_tree(c)) for n in NOTEBOOKS.values() for c in cells(n, "exercise")]
    assert Counter(name for function, name in asked if function == "check") == Counter(list(exercises()))
    with_quiz = [n.short for n in NOTEBOOKS.values() if n.lesson.quiz]
    assert [name for function, name in asked if function == "quiz"] == with_quiz


@each_notebook
def test_every_question_goes_with_its_exercise(notebook):
    """Where exercises are left out, so are their questions: Markdown cells with the tag, and with nothing else in them."""
    content = json.loads(notebook.path.read_text(encoding="utf-8"))
    asked = False
    for cell in content["cells"]:
        tagged, source = "exercise" in cell["metadata"].get("tags", []), "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            assert tagged or "### Exercise" not in source, cell["id"]
            asked |= tagged
        elif tagged and "wb.check(" in source:
            assert asked, f"nothing with the tag asks what {cell['id']} checks"
            asked = False


def runner_tree(cell):
    """Syntax tree of a cell."""
    import ast

    return ast.parse("".join(cell["source"]))


@pytest.fixture(scope="module")
def few():
    """Customers of nine months, too few for most methods."""
    return generate(customers=120, months=9, seed=3)


def bare(made, notebook, folder, once=False):
    """Save what a user brings who has what the notebook needs, and nothing else, hence no truth."""
    needs = {
        table: {"amount"} if table == "orders" else set()
        for table in ("orders", *notebook.needs)
        if "." not in table
    }
    for table, _, column in (need.partition(".") for need in notebook.needs if "." in need):
        needs.setdefault(table, set()).add(column)
    tables = {}
    for table, columns in needs.items():
        contract = schema.columns(schema.CONTRACTS[table])
        must = set(contract.loc[contract["required"], "column"]) | columns
        tables[table] = made.table(table)[[c for c in made.table(table) if c in must]]
    if once:
        tables["orders"] = tables["orders"].drop_duplicates("customer_id")
        if "order_lines" in tables:
            lines = tables["order_lines"]
            tables["order_lines"] = lines[lines["order_id"].isin(tables["orders"]["order_id"])]
    save(Dataset("mine", tables, made.start, made.end, "EUR"), folder)
    return folder


@pytest.mark.slow
@each_notebook
def test_runs_on_a_users_own_data(notebook, few, tmp_path):
    """The columns it needs are enough; there is no truth, and nothing claims one."""
    data = bare(few, notebook, tmp_path / "mine")
    result = run(notebook, data, tmp_path)
    assert result["status"] == "passed", result["reason"]
    assert all(f["truth"] is None for f in result["figures"])
    ran = json.loads((tmp_path / f"{notebook.id}.ipynb").read_text(encoding="utf-8"))
    said = json.dumps([c.get("outputs", []) for c in ran["cells"]])
    assert "synthetic" not in said
    assert "<th>tru" not in said


@pytest.mark.slow
@each_notebook
def test_runs_where_nobody_came_back(notebook, few, tmp_path):
    """What can't be modelled is said in a sentence, not in a traceback."""
    data = bare(few, notebook, tmp_path / "once", once=True)
    result = run(notebook, data, tmp_path)
    assert result["status"] == "passed", result["reason"]
    assert {c["status"] for c in result["checks"]} <= {"unanswered", "not_applicable"}


@pytest.mark.slow
@pytest.mark.parametrize("day", EARLY)
@each_notebook
def test_runs_on_the_first_days_of_a_shop(notebook, day, other, tmp_path):
    """Little is on record then, and a change or a project hasn't begun, which is no reason to fail."""
    result = run(notebook, other, tmp_path, as_of=day)
    assert result["status"] == "passed", result["reason"]
    assert all(f["truth"] is None for f in result["figures"] if f["name"] in LOOKS_FORWARD)


@pytest.fixture(scope="module")
def futures(other, tmp_path_factory):
    """Two folders of one shop, whose past is the same up to a day and whose future isn't."""
    made, folder = load_folder(other), tmp_path_factory.mktemp("futures")
    for name, data in {"one": made, "other": noised(made, PAST)}.items():
        (folder / name).mkdir()
        save(data, folder / name / "shop", format="parquet")
    return folder


@pytest.mark.slow
@each_notebook
def test_a_notebook_of_a_past_day_knows_nothing_of_what_came_later(notebook, futures, tmp_path):
    """Whatever the future holds, each output is the same: sentences, tables, pictures, figures."""
    said = {}
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        result = run(notebook, futures / name / "shop", tmp_path / name, as_of=f"{PAST:%Y-%m-%d}")
        assert result["status"] == "passed", result["reason"]
        ran = json.loads((tmp_path / name / f"{notebook.id}.ipynb").read_text(encoding="utf-8"))
        said[name] = ["".join(c["source"]) + said_by(c) for c in ran["cells"] if parameters_not(c)]
    assert said["one"] == said["other"]


def said_by(cell):
    """What a cell has put out, without ids of widgets."""
    kept = [{k: v for k, v in o.get("data", o).items() if "widget" not in k} for o in cell.get("outputs", [])]
    return json.dumps(kept, sort_keys=True)


def parameters_not(cell):
    """Whether a cell isn't the one that papermill puts in, with the folder's name."""
    return "injected-parameters" not in cell["metadata"].get("tags", [])


@each_notebook
def test_nothing_that_is_said_is_lost(notebook):
    """A cell shows its last line only, so a sentence, a table or a decision stands nowhere else."""
    for cell in cells(notebook):
        tree = ast.parse("".join(cell["source"]))
        lost = [
            ast.unparse(line)[:60]
            for line in tree.body[:-1]
            if isinstance(line, ast.Expr)
            and ast.unparse(line).startswith(("wb.say(", "wb.show(", "wb.decide(", "wb.check("))
        ]
        assert not lost
