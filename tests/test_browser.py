"""The course in a browser: a trainee's first quarter of an hour in JupyterLab."""

import pytest

from browser import chromium, lab, run_all, run_cell, serious
from workbook.course import catalogue
from workbook.course.lessons.start_here import LESSON
from workbook.course.trainee_copy import copy_notebooks

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


def test_every_picture_is_said_in_words(learner):
    """Those that a cell has just drawn too."""
    said = learner.locator(".jp-RenderedImage img").evaluate_all("all => all.map(one => one.alt)")
    assert len(said) >= 3
    assert "" not in said


def test_a_slider_moves_by_keyboard_and_its_picture_changes(learner):
    """It starts at the picture above, and an arrow key draws the next one; words say both to who can't see them."""
    cell = run_cell(learner, "wb.panel(")
    picture = cell.locator("img")
    picture.wait_for()
    before, said = (picture.get_attribute(name) for name in ("src", "alt"))
    above = learner.locator(".jp-RenderedImage img").evaluate_all("all => all.map(one => one.src)")
    assert before in above
    slider = cell.get_by_role("slider", name="number", exact=True)
    assert slider.get_attribute("aria-valuetext") == "50"
    assert serious(learner, ".widget-interact") == []
    slider.focus()
    learner.keyboard.press("ArrowRight")
    assert slider.get_attribute("aria-valuetext") == "100"
    learner.wait_for_function(
        "([img, old]) => img.isConnected ? img.src !== old : true", arg=[picture.element_handle(), before]
    )
    learner.wait_for_timeout(1500)
    assert picture.get_attribute("src") != before
    assert picture.get_attribute("alt").split(". ")[0] != said.split(". ")[0]
    assert "Intervals: across share" in picture.get_attribute("alt")
    assert learner.locator("body > [role=status]").inner_text() == picture.get_attribute("alt")


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
