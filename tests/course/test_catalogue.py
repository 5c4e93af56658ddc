"""Notebooks as they describe themselves, and requests that name them."""

import json
import pickle
import re
from functools import partial

import pytest
from tests.course.conftest import put_lesson

from workbook.course import catalogue
from workbook.course.catalogue import Parameter
from workbook.tables.errors import DataError
from workbook.tables.schema import CONTRACTS

SOURCE = """\
data: str = "lanyu"  # a bundled data set, or a folder
as_of: str = ""  # look at this day; empty: the last
seed: int = 1  # for random draws
margin: float = 0.5  # left of one unit
quick: bool = False
low: int = -3  # below zero
unused = 3
bare: int
"""


def notebook(title="# RFM: who?", parameters=SOURCE, **changes) -> dict:
    """Make the JSON of a small notebook; a source may be a text or a list of lines."""
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": [f"{title}\n", "text"]},
        {"cell_type": "code", "metadata": {"tags": ["other"]}, "source": "wrong: int = 1"},
    ]
    if parameters is not None:
        cells.append({"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": parameters})
    return {"cells": cells, "metadata": {}, "nbformat": 4} | changes


@pytest.fixture
def root(tmp_path):
    """Give a folder with a start page and three notebooks in two chapters, and what else may lie there."""
    names = ["00_start_here", "02_segmentation/01_rfm_tiers", "02_segmentation/02_clusters", "10_more/01_rest",
             "02_segmentation/.ipynb_checkpoints/01_rfm_tiers-checkpoint", ".trash/01_old"]  # fmt: skip
    for name in names:
        path = tmp_path / f"{name}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(notebook()), encoding="utf-8")
    for name in ("clusters", "rest"):
        put_lesson(name, 'needs=("orders",)')
    (tmp_path / "02_segmentation" / "notes.txt").write_text("no notebook")
    return tmp_path


def written(tmp_path, content) -> catalogue.Notebook:
    """Write one notebook and read it."""
    path = tmp_path / "01_one.ipynb"
    put_lesson("one", 'needs=("orders", "orders.amount"), limits={"margin": (0, 1)}')
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return catalogue.read(path, tmp_path)


def test_the_bundled_notebooks_describe_themselves():
    """Every notebook of the course has a question, minutes, tables needed, and the parameters that all share."""
    for found in catalogue.notebooks():
        types = {p.name: (p.type, p.comment != "") for p in found.parameters}
        assert {"data": ("str", True), "as_of": ("str", True), "seed": ("int", True)}.items() <= types.items()
        assert found.topic
        assert found.question
        assert found.reading > 0
        assert {need.partition(".")[0] for need in found.needs} <= set(CONTRACTS)


def test_notebooks_come_in_the_order_of_the_course(root):
    """By path; hidden folders, checkpoints and other files are no notebooks."""
    found = catalogue.notebooks(root)
    assert [n.id for n in found] == [
        "00_start_here", "02_segmentation/01_rfm_tiers", "02_segmentation/02_clusters", "10_more/01_rest"
    ]  # fmt: skip
    assert [n.chapter for n in found] == ["", "02_segmentation", "02_segmentation", "10_more"]


def test_a_notebook_in_full(tmp_path):
    """Title without its mark, topic and question, needs, and parameters with type, default and comment."""
    found = written(tmp_path, notebook())
    assert (found.id, found.title, found.topic, found.question) == ("01_one", "RFM: who?", "RFM", "Who?")
    assert (found.needs, found.section_needs) == (("orders", "orders.amount"), ())
    assert found.parameters == (
        Parameter("data", "str", "lanyu", "a bundled data set, or a folder"),
        Parameter("as_of", "str", "", "look at this day; empty: the last"),
        Parameter("seed", "int", 1, "for random draws"),
        Parameter("margin", "float", 0.5, "left of one unit"),
        Parameter("quick", "bool", False, ""),
        Parameter("low", "int", -3, "below zero"),
    )


def test_a_sign_in_a_text_is_no_comment():
    """A comment begins after the value, whatever is in it."""
    assert catalogue.parameters('colour: str = "#1d6f84"  # of the bars') == [
        Parameter("colour", "str", "#1d6f84", "of the bars")
    ]


@pytest.mark.parametrize(
    "content",
    [
        "", "no JSON", "[]", "{}",
        notebook(cells=[]), notebook("No title"), notebook(parameters=None), notebook(parameters="x: int = ="),
        notebook(parameters="x: int = 1 + y"),
    ],
    ids=["empty", "noise", "a list", "no cells", "no cell", "no title",
         "no parameters", "broken parameters", "computed parameter"],
)  # fmt: skip
def test_a_notebook_that_does_not_describe_itself_is_told(tmp_path, content):
    """Whatever is wrong with it, the sentence names the notebook and what it lacks."""
    with pytest.raises(
        DataError, match=r"Notebook '01_one' must begin with its title and have a cell tagged parameters: "
    ):
        written(tmp_path, content)


def test_a_notebook_without_a_lesson_is_told(tmp_path):
    """The sentence says which file is missing."""
    (tmp_path / "01_orphan.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    with pytest.raises(DataError, match=r"'01_orphan' has no lesson; write course/lessons/orphan\.py\."):
        catalogue.notebooks(tmp_path)


@pytest.mark.parametrize(
    ("request_", "ids"),
    [
        (
            [],
            [
                "00_start_here",
                "02_segmentation/01_rfm_tiers",
                "02_segmentation/02_clusters",
                "10_more/01_rest",
            ],
        ),
        (["02"], ["02_segmentation/01_rfm_tiers", "02_segmentation/02_clusters"]),
        (["02_segmentation"], ["02_segmentation/01_rfm_tiers", "02_segmentation/02_clusters"]),
        (["rfm_tiers"], ["02_segmentation/01_rfm_tiers"]),
        (["01_rfm_tiers"], ["02_segmentation/01_rfm_tiers"]),
        (["02_segmentation/01_rfm_tiers"], ["02_segmentation/01_rfm_tiers"]),
        (["00_start_here"], ["00_start_here"]),
        (["start_here"], ["00_start_here"]),
        (
            ["10", "start_here", "clusters"],
            ["00_start_here", "02_segmentation/02_clusters", "10_more/01_rest"],
        ),
        (["02", "rfm_tiers"], ["02_segmentation/01_rfm_tiers", "02_segmentation/02_clusters"]),
    ],
)
def test_notebooks_are_selected_by_any_of_their_names(root, request_, ids):
    """Chapter, its number, path, file name, bare name; several are a union, each once, in the course's order."""
    assert [n.id for n in catalogue.select(request_, catalogue.notebooks(root))] == ids


def test_parameters_are_described_as_they_are_typed():
    """What -p takes, its default, what it is, and what it may be; the data has an option of its own."""
    (found,) = catalogue.select(["rfm_tiers"], catalogue.notebooks())
    text = "\n".join(catalogue.description_lines(found))
    assert text.startswith("teaches 客户分层原理, ")
    assert "-p bins=5       number of scores; 5 gives quintiles (from 2 to 10)" in text
    assert "(from 0 to 4294967295)" in text
    assert "-p data" not in text
    assert set(re.findall(r"-p (\w+)=", text)) == {p.name for p in found.parameters} - {"data"}


@pytest.mark.parametrize(
    ("name", "nearest"), [("rfm_tires", "rfm_tiers"), ("02_segmentatoin", "02_segmentation")]
)
def test_a_misspelt_notebook_suggests_the_nearest(root, name, nearest):
    """One wrong name is an error, even beside right ones."""
    with pytest.raises(
        DataError, match=f"A notebook or chapter must be one of .*; got '{name}'. Did you mean '{nearest}'"
    ):
        catalogue.select(["02", name], catalogue.notebooks(root))


def test_a_name_like_nothing_gets_no_suggestion(root):
    """A far-fetched suggestion is worse than none; a chapter that isn't there is named with those that are."""
    for name in ("07", "xyz", ""):
        with pytest.raises(DataError, match=f"got '{name}'\\.$"):
            catalogue.select([name], catalogue.notebooks(root))


def test_values_get_their_parameters_types(root):
    """What is typed becomes what the notebook expects: papermill alone would guess."""
    chosen = catalogue.notebooks(root)
    given = ["as_of=2025-06-30", "seed=007", "margin=1", "quick=TRUE", "low=-5"]
    values = catalogue.typed(given, chosen)
    assert values == {"as_of": "2025-06-30", "seed": 7, "margin": 1.0, "quick": True, "low": -5}
    assert {type(v) for v in values.values()} == {str, int, float, bool}
    assert catalogue.typed(["as_of="], chosen) == {"as_of": ""}
    assert catalogue.typed([], chosen) == {}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("as_of=17h", r"as_of must be a date such as 2025-06-30; got '17h'\."),
        ("as_of=2025-02-30", r"as_of must be a date such as 2025-06-30; got '2025-02-30'\."),
        ("as_of=30.06.2025", r"as_of must be a date such as"),
        ("seed=1.5", r"seed must be a whole number; got '1\.5'\."),
        ("seed=", r"seed must be a whole number; got ''\."),
        ("margin=half", r"margin must be a number; got 'half'\."),
        ("quick=maybe", r"quick must be true or false; got 'maybe'\."),
        (
            "sede=3",
            r"A parameter of these notebooks must be one of as_of, low, margin, quick, seed; got 'sede'\. Did you mean 'seed'\?",
        ),
        ("seed", r"-p takes name=value; got 'seed'\."),
        ("data=mine", r"The data is not set by -p; say --data NAME or --data DIR\."),
        ("unused=4", r"A parameter of these notebooks must be one of"),
    ],
)
def test_a_wrong_parameter_is_told_before_anything_runs(root, given, sentence):
    """Name, type and date are checked against the parameters cell; the error says what is allowed and what came."""
    with pytest.raises(DataError, match=sentence):
        catalogue.typed([given], catalogue.notebooks(root))


@pytest.mark.parametrize("text", ["nan", "inf", "-inf"])
def test_a_number_is_finite(root, text):
    """A margin of nan would run through a whole notebook and say nothing."""
    with pytest.raises(DataError, match=f"margin must be a number; got '{text}'"):
        catalogue.typed([f"margin={text}"], catalogue.notebooks(root))


def test_a_parameter_counts_if_any_selected_notebook_has_it(tmp_path):
    """Several notebooks are run with one set of values; each takes those that it has."""
    for name, source in (
        ("a", "data: str = 'x'\nbins: int = 5"),
        ("b", "data: str = 'x'\nmargin: float = 0.5"),
    ):
        put_lesson(name, "needs=()")
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(notebook(parameters=source)))
    both = catalogue.notebooks(tmp_path)
    assert catalogue.typed(["bins=3", "margin=0.4"], both) == {"bins": 3, "margin": 0.4}
    with pytest.raises(DataError, match="got 'margin'"):
        catalogue.typed(["margin=0.4"], both[:1])


def test_every_notebook_can_go_to_another_process():
    """A sweep with several jobs hands notebooks over; with its lesson each comes out as it went in."""
    known = catalogue.notebooks()
    assert pickle.loads(pickle.dumps(known)) == known


def test_a_notebook_that_has_nothing_of_the_data_lacks_all_its_tables():
    """One that needs no table of its own says nothing of a log of calls; with one of its sections' tables it does."""
    ab_test = catalogue.notebook("recommender_ab_test")
    assert ab_test.needs == ()

    def lacks(*needs, there):
        return [need for need in needs if need.partition(".")[0] not in there]

    nothing = ab_test.lacking(partial(lacks, there={"tickets"}))
    assert nothing == ["experiments", "orders", "sessions"]
    assert ab_test.lacking(partial(lacks, there={"tickets", "orders"})) == []
    assert catalogue.notebook("rfm_tiers").lacking(partial(lacks, there={"returns"})) == [
        "orders",
        "orders.amount",
    ]
