"""Data that means harm, in a live JupyterLab, which trusts what a cell shows: a tripwire that nothing may touch."""

import nbformat
import pytest

from browser import chromium, lab, run_all
from hostile import active, poisoned
from workbook.course import catalogue
from workbook.course.trainee_copy import copy_notebooks
from workbook.retailer import generate
from workbook.tables.folders import load_folder, save
from workbook.tables.locations import home

SHOWS = """
import pandas as pd
import workbook as wb
from workbook import charts
shop = wb.load("mine")
from hostile import ATTACKS
""", """
wb.say(*[f"**{attack}**: {attack}" for attack in ATTACKS])
""", """
wb.decide("**{name}** is {other}.", name=" ".join(ATTACKS), other=ATTACKS[-1])
""", """
wb.show(pd.DataFrame({"text": ATTACKS, ATTACKS[1]: 1}, index=pd.Index(ATTACKS, name=ATTACKS[2])))
""", """
pd.DataFrame({"text": ATTACKS, ATTACKS[1]: 1}, index=pd.Index(ATTACKS, name=ATTACKS[2]))
""", """
display(*[wb.record(attack, 1.0, unit="orders") for attack in ATTACKS])
""", """
from workbook.course.exercises.checking import Checked
display(*[Checked("x", "compute", "wrong", attack) for attack in ATTACKS])
""", """
shop
""", """
def draw(name=ATTACKS[0]):
    return charts.plot_bars(pd.Series(1.0, index=ATTACKS), xlabel=name, title=name)

draw(ATTACKS[0]);
""", """
wb.panel(draw, name=ATTACKS[:10])
"""  # fmt: skip
TROUBLE = (
    "[data-mime-type='application/vnd.jupyter.stderr'], [data-mime-type='application/vnd.jupyter.error']"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two notebooks and such data beside them."""
    folder = tmp_path_factory.mktemp("live")
    save(poisoned(generate(customers=200, months=9, seed=8)), folder / "mine", format="parquet")
    selected = catalogue.select(["recommender_ab_test"], catalogue.notebooks())
    (copy,) = copy_notebooks(selected, folder, (str(folder / "mine"), load_folder(folder / "mine"))).made
    copy.rename(folder / "ours.ipynb")
    write(folder / "shows.ipynb", SHOWS)
    write(
        folder / "control.ipynb",
        ["from IPython.display import HTML\nHTML('<img src=x onerror=window.__hit=1>')"],
    )
    return folder


def write(path, sources):
    """Write a notebook of code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(s.strip()) for s in sources])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


@pytest.mark.slow
def test_nothing_touches_the_tripwire(folder, tmp_path, monkeypatch):
    """No script, dialog, file, request or link comes of such data; what is no data of ours does trip the wire."""
    monkeypatch.setenv("PYTHONPATH", str(home() / "tests"), prepend=":")
    before = {p.name for p in folder.iterdir()}
    with chromium() as session, lab(folder, tmp_path) as address:
        asked, troubles = [], []
        session.on("request", lambda request: asked.append(request.url))
        session.on("dialog", lambda dialog: (troubles.append(dialog.message), dialog.dismiss()))
        session.on("weberror", lambda error: troubles.append(str(error.error)))
        for notebook in ("shows.ipynb", "ours.ipynb"):
            page = run_all(session, address, notebook)
            outputs = page.eval_on_selector_all(
                ".jp-OutputArea-output", "all => all.map(one => one.innerHTML)"
            )
            assert len(outputs) > len(SHOWS)
            assert [found for output in outputs for found in active(output)] == []
            assert page.locator(".jp-OutputArea-output mjx-container").count() == 0
            assert page.locator(TROUBLE).all_inner_texts() == []
            assert page.evaluate("window.__hit") is None
            page.close()
        foreign = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
        assert foreign == []
        assert not [url for url in asked if "evil" in url or "hit" in url or url.endswith("/x")]
        assert troubles == []
        assert {p.name for p in folder.iterdir()} - before <= {".ipynb_checkpoints"}
        page = run_all(session, address, "control.ipynb")
        page.wait_for_function("window.__hit === 1", timeout=20_000)
