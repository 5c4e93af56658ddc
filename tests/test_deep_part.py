"""The recommenders' deep part: left out where its extra isn't installed, its page as the code has it, whole where it is."""

import json
import re
import subprocess
import sys
from pathlib import Path

import deep_recommenders as benchmark
import pytest
from tests.test_notebooks import NOTEBOOKS, run

from workbook.analytics.recommenders import histories, ways
from workbook.analytics.recommenders.deep import deep_ways, networks
from workbook.course import fitted, sections
from workbook.retailer import generate
from workbook.tables.extras import EXTRAS, not_installed
from workbook.tables.folders import save

ROOT = Path(__file__).parents[1]
NOTEBOOK = NOTEBOOKS["02_segmentation/03_recommenders"]
PAGE = (ROOT / "docs" / "deep_recommenders.md").read_text(encoding="utf-8")
STORED = json.loads(NOTEBOOK.path.read_text(encoding="utf-8"))
lacking = pytest.mark.skipif(bool(not_installed(["deep"])), reason="the extra deep isn't installed")


def deep_cells(notebook):
    """Ids of the code cells in sections that need the extra."""
    return [
        part.cell["id"]
        for part in sections.parts(notebook["cells"])
        if part.cell["cell_type"] == "code" and any("deep" in heading.needs for heading in part.under)
    ]


def code_cells(notebook):
    """Ids of all code cells."""
    return [cell["id"] for cell in notebook["cells"] if cell["cell_type"] == "code"]


def without_extra(monkeypatch):
    """An installation that has the core alone."""
    monkeypatch.setattr(fitted, "not_installed", lambda names: [name for name in names if name in EXTRAS])


def test_without_the_extra_the_section_is_a_sentence(monkeypatch):
    """It names the command; nothing else of the notebook goes, and what came out elsewhere is still linked to."""
    assert len(deep_cells(STORED)) >= 4
    without_extra(monkeypatch)
    left = fitted.fitted(STORED, None, exercises=True)
    assert code_cells(left) == [id for id in code_cells(STORED) if id not in deep_cells(STORED)]
    said = "\n".join(sections.text(cell) for cell in left["cells"])
    assert said.count('`pip install "workbook[deep]"` installs it') == 2
    assert "](../../docs/deep_recommenders.md)" in said


@pytest.mark.slow
def test_nbval_runs_the_cells_whose_extras_are_installed():
    """`pytest --nbval-lax` on the notebook collects those of its fitted copy, no more and no less."""
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--collect-only", "-q", str(NOTEBOOK.path)]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    expected = code_cells(fitted.fitted(STORED, None, exercises=True))
    assert len(re.findall(r"::Cell \d+", said)) == len(expected)


def rows(heading):
    """Cells of the first table under a heading of the page, without its head."""
    _, _, under = PAGE.partition(f"## {heading}\n")
    table = next(part for part in under.strip().split("\n\n") if part.startswith("| "))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_page_has_every_way_of_the_code(small):
    """A way that is added to the code, or taken from it, asks for the benchmark to be run."""
    bought = histories.purchases(small.orders, small.order_lines)
    split = histories.time_split(bought, small.products, histories.cut_day(small.start, small.today, 90))
    counted = ways.ways(split, ways.texts_of(small.products), 1)
    assert [row[0] for row in rows("The next order")] == [*counted, *deep_ways.DEEP, benchmark.CEILING]


def test_the_page_was_written_by_these_settings():
    """Another width, step or patience of the networks asks for the benchmark to be run, too."""
    assert benchmark.settings() in PAGE
    assert all(f"{name} " in PAGE.rpartition("## Versions")[2] for name in benchmark.PACKAGES)


def test_the_page_is_of_the_lessons_split():
    """What counts finds on the page what the notebook's table says that it finds."""
    shown = next(cell for cell in STORED["cells"] if cell["id"] == "ways-table")
    text = "".join(shown["outputs"][0]["data"]["text/plain"])
    found = {name: float(share) for name, share in re.findall(r"^([a-z ]+?) +(0\.\d+)", text, flags=re.M)}
    page = {name: recall for name, recall, *_ in rows("The next order")}
    assert len(found) == 8
    assert {name: page[name] for name in found} == {n: f"{100 * r:.1f}" for n, r in found.items()}


def test_the_page_says_what_the_notebook_says_of_it():
    """No network ahead of factors, the blend first but not clearly before the one without networks, looks as good as sentences."""
    recall = {name: float(share) for name, share, *_ in rows("The next order")}
    assert max(recall[kind] for kind in networks.KINDS) < recall["factors"]
    assert max(recall, key=recall.get) == benchmark.CEILING
    assert max(set(recall) - {benchmark.CEILING}, key=recall.get) == deep_ways.FUSED
    low, high = re.search(r"on the same customers: \S+ points \((\S+) to (\S+) points\)", PAGE).groups()
    assert float(low) <= 0 < float(high)
    seconds = {name: float(took) for name, *_, took in rows("The next order") if took}
    assert seconds["factors"] < 0.1 * seconds["GRU"]
    found = {name: float(share) for name, share, _ in rows("New products, which nobody has bought")}
    assert found["looks"] >= found["sentences"] > 0
    assert found["factors"] == found["GRU"] == 0


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A small shop with everything that the section reads."""
    folder = tmp_path_factory.mktemp("deep") / "shop"
    save(generate(customers=150, months=12, seed=3), folder, format="parquet")
    return folder


@lacking
@pytest.mark.deep
@pytest.mark.parametrize("day", ["", "2025-02-10", "2025-05-01"])
def test_with_the_extra_the_section_runs_on_any_day_of_a_shop(shop, tmp_path, day):
    """Two customers who came back, or nine, are few to learn from, but no reason to fail."""
    result = run(NOTEBOOK, shop, tmp_path, as_of=day)
    assert result["status"] == "passed", result["reason"]
    ran = json.loads((tmp_path / f"{NOTEBOOK.id}.ipynb").read_text(encoding="utf-8"))
    assert {"deep-learned", "deep-picture", "deep-said"} <= set(code_cells(ran))
    assert not [
        cell["id"] for cell in ran["cells"] for out in cell.get("outputs", []) if out.get("name") == "stderr"
    ]
