"""Stored outputs: what changes from run to run is stripped."""

import gc

import pytest

from workbook.course import execute, fitted, runner
from workbook.course.display import WIDGET
from workbook.course.panels import panel
from workbook.tables.errors import DataError


@pytest.mark.slow
def test_normalise_strips_what_changes():
    """Timings, papermill's notes and widget ids go; a cell's id, its tags and outputs stay."""
    import nbformat  # takes seconds, and every worker collects every module

    cell = nbformat.v4.new_code_cell(
        "x",
        id="mine",
        outputs=[nbformat.v4.new_output("display_data", {"text/plain": "t", WIDGET: {"model_id": "random"}})],
        metadata={"tags": ["exercise"], "papermill": {"duration": 1}, "execution": {"started": "now"}},
    )
    notebook = nbformat.v4.new_notebook(
        cells=[cell],
        metadata={
            "papermill": {},
            "widgets": {},
            "workbook": {"edition": "1"},
            "language_info": {"name": "python", "version": "3.11.7"},
        },
    )
    done = execute.normalise(notebook)
    assert dict(done.metadata) == {"workbook": {"edition": "1"}, "language_info": {"name": "python"}}
    assert done.cells[0].metadata == {"tags": ["exercise"]}
    assert done.cells[0].outputs[0].data == {"text/plain": "t"}
    assert done.cells[0].id == "mine"
    nbformat.validate(done)
    assert execute.normalise(done) == done


@pytest.mark.slow
def test_normalise_keeps_what_authors_say_and_folds_by_it():
    """Needs and alternative texts stay; narration's code and what is for the curious are folded; a parameter's cell has one id."""
    import nbformat

    v4 = nbformat.v4
    picture = v4.new_output(
        "display_data", {"image/png": "eA=="}, metadata={"image/png": {"alt": "bars", "width": 9}}
    )
    cells = [
        v4.new_markdown_cell("## Surveys", metadata={"workbook": {"needs": ["surveys"]}}),
        v4.new_code_cell("plot()", outputs=[picture], metadata={"tags": ["narration"], "collapsed": True}),
        v4.new_markdown_cell("### For the curious: why"),
        v4.new_markdown_cell("said\n\n### For the curious"),
        v4.new_code_cell("seed = 2", metadata={"tags": ["injected-parameters"]}),
    ]
    done = execute.normalise(v4.new_notebook(cells=cells))
    assert [dict(cell.metadata) for cell in done.cells] == [
        {"workbook": {"needs": ["surveys"]}},
        {"tags": ["narration"], "jupyter": {"source_hidden": True}},
        {"jp-MarkdownHeadingCollapsed": True},
        {},
        {"tags": ["injected-parameters"]},
    ]
    assert done.cells[1].outputs[0].metadata == {"image/png": {"alt": "bars"}}
    assert done.cells[4].id == "injected-parameters"
    nbformat.validate(done)
    assert execute.normalise(done) == done


@pytest.mark.slow
def test_a_section_that_was_not_executed_stays_as_it_is_stored(tmp_path, monkeypatch):
    """Where an extra is lacking, its cells keep their outputs, and all cells their counts: nothing shows where it was made."""
    import nbformat

    v4 = nbformat.v4
    old = v4.new_output("stream", text="learned\n")
    cells = [
        v4.new_code_cell("print(1)", id="one", execution_count=1),
        v4.new_markdown_cell("## Networks", metadata={"workbook": {"needs": ["deep"]}}),
        v4.new_code_cell("import no_such_package", id="net", execution_count=2, outputs=[old]),
        v4.new_markdown_cell("## Next"),
        v4.new_code_cell("print(3)\n", id="three"),
    ]
    path = tmp_path / "some.ipynb"
    nbformat.write(v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    monkeypatch.setattr(fitted, "not_installed", lambda names: [n for n in names if n == "deep"])
    execute.restore(path)
    done = nbformat.read(path, as_version=4)
    assert [cell.source for cell in done.cells] == [cell.source for cell in cells]
    code = [cell for cell in done.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == [1, 2, 3]
    assert [cell.outputs[0].text for cell in code] == ["1\n", "learned\n", "3\n"]
    before = path.read_bytes()
    execute.restore(path)
    assert path.read_bytes() == before


def test_a_panel_says_where_to_move_it():
    """Without a kernel, a panel is a line of text; with one, it is a widget that waits for the slider to be let go."""
    shown = panel(lambda high_from=4: high_from, high_from=(2, 5))
    bundle = shown._repr_mimebundle_()
    assert WIDGET in bundle
    assert "move: high from" in bundle["text/plain"]
    assert shown.box.children[0].continuous_update is False


def test_no_move_waits_for_all_to_be_looked_through():
    """What a notebook has loaded before its panel is left out of the search for garbage, which would hold up pictures."""
    before = gc.get_freeze_count()
    panel(lambda high_from=4: high_from, high_from=(2, 5))
    assert gc.get_freeze_count() > before
    gc.unfreeze()


def test_a_panel_starts_where_its_function_does():
    """Its picture is the one above it; a choice is a slider too, since a list would lose the keyboard's focus."""
    shown = panel(lambda high_from=4, limit="1 h": None, high_from=(2, 5), limit=["15 min", "1 h", "4 h"])
    number, choice = shown.box.children[:2]
    assert (number.value, choice.value) == (4, "1 h")
    assert (number.description, choice.description) == ("high from", "limit")
    assert type(choice).__name__ == "SelectionSlider"
    with pytest.raises(DataError, match="give limit a default"):
        panel(lambda limit: None, limit=(1, 2))


def test_notebooks_and_folders_are_executed_and_nothing_else_is_passed_over(tmp_path, capsys):
    """A file is itself, a folder all notebooks in it but copies of checkpoints; any other name is an error, never silence."""
    (tmp_path / "a" / ".ipynb_checkpoints").mkdir(parents=True)
    for name in ("a/one.ipynb", "a/two.ipynb", "a/.ipynb_checkpoints/one.ipynb", "notes.txt"):
        (tmp_path / name).write_text("{}")
    one, two = tmp_path / "a" / "one.ipynb", tmp_path / "a" / "two.ipynb"
    assert execute.notebooks_at([str(two)]) == [two]
    assert execute.notebooks_at([str(tmp_path / "a"), str(one)]) == [one, two]
    (tmp_path / "empty").mkdir()
    for name in ("notes.txt", "missing.ipynb", "empty"):
        with pytest.raises(SystemExit, match="2"):
            execute.main([str(tmp_path / name)])
        assert name in capsys.readouterr().err
    with pytest.raises(SystemExit, match="2"):
        execute.main([])


KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}


@pytest.mark.slow
def test_a_cell_that_never_ends_is_given_up(tmp_path, monkeypatch):
    """It must not hold a run up for ever: it is tried twice, and then told."""
    import nbformat

    tries = []
    once = execute.execute_once
    monkeypatch.setattr(execute, "execute_once", lambda *given: tries.append(given) or once(*given))
    monkeypatch.setattr(execute, "LONGEST", 2)
    cells = [nbformat.v4.new_code_cell(text) for text in ("6 * 7", "import time; time.sleep(60)")]
    nbformat.write(
        nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), tmp_path / "sleeps.ipynb"
    )
    result = runner.run_one(runner.Job("sleeps", "Sleeps", tmp_path / "sleeps.ipynb", tmp_path / "out", {}))
    assert (result["status"], len(tries)) == ("failed", 2)
    assert result["reason"].startswith("a cell took longer than")
    assert "42" in (tmp_path / "out" / "sleeps.html").read_text(encoding="utf-8")
