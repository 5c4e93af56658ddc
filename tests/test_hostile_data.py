"""Data that means harm, from the file to the last page: read, imported, checked, run, swept, compared; nothing of it acts."""

import json
import re
import sys

import pandas as pd
import pytest

from executed import run
from hostile import ATTACKS, TRIPWIRE, active, pages_below, poisoned, shown_by
from workbook import cli
from workbook.course import catalogue
from workbook.course.pages import POLICY
from workbook.retailer import generate
from workbook.tables.folders import save

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
NOTEBOOKS = {n.id: n for n in catalogue.notebooks()}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A folder with all tables, every text and id of which means harm, and so does its name."""
    folder = tmp_path_factory.mktemp("data") / f"<img src=x onerror={TRIPWIRE}> $a_$"
    save(poisoned(generate(customers=300, months=12, seed=8)), folder, format="parquet")
    return folder


@pytest.fixture
def workbook(monkeypatch, capsys, tmp_path):
    """Call the command in an empty folder; nothing that it prints can steer a terminal."""
    monkeypatch.chdir(tmp_path)

    def call(*words):
        monkeypatch.setattr(sys, "argv", ["workbook", *map(str, words)])
        with pytest.raises(SystemExit) as stop:
            cli.main()
        said = capsys.readouterr()
        assert not UNSEEN.search(said.out + said.err)
        return stop.value.code or 0

    return call


def assert_quiet(folder):
    """No page in a folder can run or load anything, or leads to a place that the data names."""
    pages = pages_below(folder)
    assert pages
    for name, page in pages.items():
        assert active(page) == [], name
        assert f'content="{POLICY}"' in page, name
        assert not UNSEEN.search(page), name


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS.values(), ids=list(NOTEBOOKS))
def test_a_notebook_on_hostile_data(notebook, hostile, tmp_path):
    """It runs to its end, without a warning, and neither what it shows nor its page holds anything active."""
    result = run(notebook, hostile, tmp_path, page=True)
    assert result["status"] == "passed", result["reason"]
    assert_quiet(tmp_path)
    ran = tmp_path / f"{notebook.id}.ipynb"
    for page in shown_by(ran):
        assert active(page) == []
        assert "mathjax_ignore" in page or not re.search(r"\$[^<]*\$|\\[(\[]|\\begin", page)
    outputs = [o for c in json.loads(ran.read_text())["cells"] for o in c.get("outputs", [])]
    streams = [o for o in outputs if o["output_type"] == "stream"]
    assert not any(UNSEEN.search("".join(o["text"])) for o in streams)


@pytest.mark.slow
def test_check_sweep_and_compare_on_hostile_data(hostile, tmp_path, workbook):
    """Every page that is written about such data is text and pictures."""
    assert workbook("data", "check", hostile) == 0
    assert workbook("list", "--data", hostile) == 0
    swept = workbook("sweep", "rfm_tiers", "-p", "high_from=3,4", "--data", hostile, "--out", "swept")
    assert swept == 0
    runs = sorted((tmp_path / "swept" / "runs").iterdir())
    assert workbook("compare", *runs, "--out", "compared") == 0
    assert_quiet(tmp_path)


@pytest.mark.slow
def test_a_hostile_file_is_imported(tmp_path, workbook):
    """Names of its columns, customers and categories come out as text, and no rejected row begins a formula."""
    names = [attack for attack in ATTACKS if not attack.startswith("None")]
    rows = [
        (name, day, pay, name, name) for name in names for day, pay in (("2024-01-01", "5"), (name, name))
    ]
    heads = ["customer_id", "ordered_at", "amount", "category", "<img src=x onerror=alert(1)>"]
    frame = pd.DataFrame(rows, columns=heads).assign(**{"=cmd|'/c calc'!A0": "x", "\x1b[31m$x$": "y"})
    file = tmp_path / "=cmd <img src=x onerror=alert(1)>.parquet"
    frame.to_parquet(file)
    assert workbook("data", "import", file, "--to", "mine", "--format", "csv") == 0
    assert workbook("data", "check", "mine") == 0
    assert workbook("run", "00_start_here", "rfm_tiers", "--data", "mine", "--out", "out") == 0
    assert_quiet(tmp_path)
    rejected = pd.read_csv(tmp_path / "mine" / "rejected.csv", dtype=str, keep_default_na=False)
    assert len(rejected) > 20
    for text in [*rejected.columns, *rejected.to_numpy().ravel()]:
        assert not re.match(r"[=@\t\r\n＝＠]|[-+－＋](?![\d.,\s]*$)", text), text
