"""The course in a browser: a trainee's first quarter of an hour in JupyterLab, and pages that everybody can use."""

import itertools

import nbformat
import pandas as pd
import pytest

from browser import browser, chromium, lab, run_all, run_cell
from workbook.course import catalogue, data_report, report, sweep_page
from workbook.course.lessons.start_here import LESSON
from workbook.course.trainee_copy import copy_notebooks
from workbook.tables.locations import load

pytestmark = pytest.mark.slow
FAILED = ".jp-RenderedText[data-mime-type='application/vnd.jupyter.error'], .jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr']"
NUMBERS = [e for e in LESSON.exercises if e.id == "start-orders-per-customer"]


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    """The page of a trainee who has opened the first notebook of a copy, and has run all its cells."""
    folder = tmp_path_factory.mktemp("my")
    copy_notebooks(catalogue.select(["start_here"], catalogue.notebooks()), folder)
    with chromium() as session, lab(folder, tmp_path_factory.mktemp("settings")) as address:
        yield run_all(session, address, "00_start_here.ipynb")


def test_all_cells_run(learner):
    """Run All ends, without an error or a warning, and no news cover the text."""
    assert learner.locator(FAILED).all_inner_texts() == []
    assert learner.locator(".jp-OutputArea-output img").count() >= 3
    assert learner.locator(".Toastify__toast").count() == 0


def test_a_slider_moves_by_keyboard_and_its_picture_changes(learner):
    """It starts at the picture above, and an arrow key draws the next one."""
    cell = run_cell(learner, "wb.panel(")
    picture = cell.locator("img")
    picture.wait_for()
    before = picture.get_attribute("src")
    above = learner.locator(".jp-RenderedImage img").evaluate_all("all => all.map(one => one.src)")
    assert before in above
    slider = cell.locator("[role=slider]")
    slider.focus()
    learner.keyboard.press("ArrowRight")
    learner.wait_for_function(
        "([img, old]) => img.isConnected ? img.src !== old : true", arg=[picture.element_handle(), before]
    )
    learner.wait_for_timeout(1500)
    assert cell.locator("img").get_attribute("src") != before


def test_an_exercise_goes_from_wrong_to_right(learner):
    """A wrong answer is judged, a hint helps, the right answer is right; a text is no number."""
    (exercise,) = NUMBERS
    check = f'\nwb.check("{exercise.id}", answer, of=shop)'
    hint = f'\nwb.check("{exercise.id}", answer, of=shop); wb.hint("{exercise.id}")'
    said = [
        run_cell(learner, check.strip()[:40], f"answer = {answer}{then}")
        .locator(".jp-OutputArea")
        .inner_text()
        for answer, then in (("1", check), ("'many'", check), ("1", hint), (exercise.solution, check))
    ]
    assert "Not yet" in said[0]
    assert said[1] != said[0]
    assert exercise.hint[:30].lower() in said[2].lower()
    assert "Right" in said[3]


def test_a_wrong_name_shows_its_sentence_alone(learner):
    """Who mistypes the data set reads what is allowed, not a traceback."""
    cell = run_cell(learner, "wb.load(data", 'import workbook as wb\nshop = wb.load("lanyo")')
    said = cell.locator(".jp-OutputArea").inner_text()
    assert "lanyo" in said
    assert "lanyu" in said
    assert "Traceback" not in said
    assert len(said.splitlines()) <= 3


def stored(out):
    """All pages that the workbook writes, from what is stored: notebooks, index, check of data, comparison, sweep."""
    ids = [n.id for n in catalogue.notebooks()]
    for n in catalogue.notebooks():
        path = out / f"{n.id}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        notebook = nbformat.read(n.path, as_version=4)
        path.write_text(report.page(notebook, n.title, n.id, ids), encoding="utf-8")
        yield path
    rows = [{"id": f"{i}", "notebook": "m", "status": "passed", "reason": "", "seed": i, "figure": "roi", "value": 0.1 * i,
             "unit": "ratio", "low": 0.0, "high": 1.0, "truth": 0.2, "claim": None} for i in range(1, 4)]  # fmt: skip
    others = {
        "check.html": data_report.page(load("lanyu")),
        "sweep.html": sweep_page.page(
            pd.DataFrame(rows), {f"{i}": {"seed": i} for i in range(1, 4)}, "workbook sweep"
        ),
    }
    for name, text in others.items():
        (out / name).write_text(text, encoding="utf-8")
        yield out / name


def test_pages_can_be_used_by_everybody(tmp_path):
    """On a phone and a screen, light and dark: nothing wider than the page, and no serious finding of axe-core."""
    from axe_playwright_python.sync_playwright import Axe

    found = []
    with browser() as started:
        page = started.new_context(bypass_csp=True).new_page()
        for path in stored(tmp_path):
            page.goto(path.as_uri())
            for number, (width, colours) in enumerate(itertools.product((390, 1366), ("light", "dark"))):
                page.set_viewport_size({"width": width, "height": 800})
                page.emulate_media(color_scheme=colours)
                rules = {"runOnly": ["color-contrast"]} if number else None  # all else is the same
                wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                found += [(path.name, width, f"{wider} px too wide")] * (wider > 0)
                found += [
                    (path.name, width, colours, one["id"], one["nodes"][0]["html"])
                    for one in Axe().run(page, options=rules).response["violations"]
                    if one["impact"] in ("serious", "critical")
                ]
    assert found == []
