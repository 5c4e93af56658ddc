"""One's own copy of the notebooks."""

import json

import pytest
from tests.course.conftest import put_notebook

from workbook.course import catalogue, fitted, sections, trainee_copy
from workbook.tables.folders import load_folder


@pytest.fixture
def shelf_of_mine(tmp_path):
    """A notebook with a section that needs surveys, and one that needs returns."""
    put_notebook(tmp_path / "notebooks" / "01_a" / "01_small.ipynb", ["orders"], section=["surveys"])
    put_notebook(tmp_path / "notebooks" / "01_a" / "02_needy.ipynb", ["orders", "returns"])
    return catalogue.notebooks(tmp_path / "notebooks")


def read(path):
    """A notebook's JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def text(page):
    """All that a notebook says."""
    return "\n".join(sections.text(cell) for cell in page["cells"])


def test_a_copy_is_made_once_and_never_overwritten(tmp_path):
    """What a trainee wrote stays, and a copy has the outputs that the notebook is stored with."""
    chosen = catalogue.notebooks()
    done = trainee_copy.copy_notebooks(chosen[:1], tmp_path)
    assert (len(done.made), len(done.kept)) == (1, 0)
    copy = tmp_path / f"{chosen[0].id}.ipynb"
    assert read(copy)["cells"] == read(chosen[0].path)["cells"]
    page = read(copy)
    page["cells"][3]["source"] = "my answers"
    copy.write_text(json.dumps(page))
    done = trainee_copy.copy_notebooks(chosen, tmp_path)
    assert (len(done.made), len(done.kept), done.newer) == (len(chosen) - 1, 1, [])
    assert "my answers" in text(read(copy))


def test_a_copy_has_no_section_whose_extra_is_not_installed(tmp_path, monkeypatch):
    """Whoever runs all cells of it meets no error; once the extra is there, the whole notebook is laid beside it."""
    put_notebook(tmp_path / "notebooks" / "01_a" / "01_small.ipynb", ["orders"], section=["deep"])
    chosen = catalogue.notebooks(tmp_path / "notebooks")
    monkeypatch.setattr(fitted, "not_installed", lambda names: [n for n in names if n == "deep"])
    (copy,) = trainee_copy.copy_notebooks(chosen, tmp_path / "my").made
    assert "It needs more than the core" in text(read(copy))
    monkeypatch.setattr(fitted, "not_installed", lambda names: [])
    (whole,) = trainee_copy.copy_notebooks(chosen, tmp_path / "my").newer
    assert text(read(whole)) == text(read(chosen[0].path))


def test_a_newer_edition_is_laid_beside_an_older_copy(tmp_path, shelf_of_mine):
    """The copy stays as it was left; the new one is named, and laid there once."""
    my = tmp_path / "my"
    trainee_copy.copy_notebooks(shelf_of_mine[:1], my)
    copy = my / "01_a" / "01_small.ipynb"
    before = copy.read_bytes()
    put_notebook(shelf_of_mine[0].path, ["orders"], "something_new")
    done = trainee_copy.copy_notebooks(shelf_of_mine[:1], my)
    (beside,) = done.newer
    assert beside.name.startswith("01_small.new-")
    assert "something_new" in text(read(beside))
    assert copy.read_bytes() == before
    assert f"newer than your copy, laid beside it: 01_a/{beside.name}" in "\n".join(done.lines(my))
    beside.write_text("worked in")
    again = trainee_copy.copy_notebooks(shelf_of_mine[:1], my)
    assert (again.newer, again.kept, beside.read_text()) == ([], [copy], "worked in")
    assert len(list((my / "01_a").iterdir())) == 2


@pytest.mark.parametrize("left", ["{}", "no notebook", '{"metadata": {"workbook": []}}'])
def test_a_copy_that_says_no_edition_is_an_older_one(tmp_path, shelf_of_mine, left):
    """As one of before there were editions, or a file that is none of ours."""
    copy = tmp_path / "my" / "01_a" / "01_small.ipynb"
    copy.parent.mkdir(parents=True)
    copy.write_text(left)
    assert len(trainee_copy.copy_notebooks(shelf_of_mine[:1], tmp_path / "my").newer) == 1
    assert copy.read_text() == left


def test_an_edition_is_of_what_is_said_not_of_what_came_out():
    """New outputs are no new edition; another word, tag or need is one."""
    cells = [{"cell_type": "code", "metadata": {}, "source": "x", "outputs": [1]}]
    own = trainee_copy.notebook_edition(cells)
    assert own == trainee_copy.notebook_edition([{**cells[0], "outputs": [], "source": ["x"]}])
    assert own != trainee_copy.notebook_edition([{**cells[0], "source": "y"}])
    assert own != trainee_copy.notebook_edition([{**cells[0], "metadata": {"tags": ["course"]}}])


def test_a_copy_for_ones_own_data_is_fitted(tmp_path, shelf_of_mine, plain):
    """Its data is set, exercises are there, other data's outputs aren't; what the data can't carry isn't copied."""
    page = read(shelf_of_mine[0].path)
    page["cells"][2] |= {
        "metadata": {"tags": ["exercise"]},
        "outputs": [{"output_type": "stream", "text": "of Lanyu"}],
    }
    page["cells"].append(
        {"cell_type": "markdown", "metadata": {"tags": ["course"]}, "source": "About Lanyu."}
    )
    shelf_of_mine[0].path.write_text(json.dumps(page))
    done = trainee_copy.copy_notebooks(shelf_of_mine, tmp_path / "my", (str(plain), load_folder(plain)))
    (copy,) = done.made
    assert f'data: str = "{plain}"  # data' in text(read(copy))
    assert "wb.check(" in text(read(copy))
    assert f"FILE --to {plain} --add --table surveys` brings it." in text(read(copy))
    assert "no_such_table" not in text(read(copy))
    assert "Lanyu" not in copy.read_text()
    assert done.lacking == {"01_a/02_needy": ["returns"]}
    assert "  not copied: 01_a/02_needy (the data has no returns)" in done.lines(tmp_path / "my")
    again = trainee_copy.copy_notebooks(shelf_of_mine, tmp_path / "my", (str(plain), load_folder(plain)))
    assert (again.made, again.kept, again.newer) == ([], [copy], [])


def test_lab_opens_the_chosen_notebook(tmp_path, monkeypatch):
    """The first selected notebook is opened, in the copy, without a browser where none is wanted."""
    called = []
    monkeypatch.setattr(trainee_copy.subprocess, "call", lambda words, env: called.append(words) or 0)
    done = trainee_copy.copy_notebooks(catalogue.select(["rfm_tiers"], catalogue.notebooks()), tmp_path)
    assert trainee_copy.open_lab(tmp_path, done.first(tmp_path), browser=False) == 0
    assert "--no-browser" in called[0]
    assert "--MappingKernelManager.cull_idle_timeout=3600" in called[0]
    assert "--MappingKernelManager.cull_connected=True" in called[0]
    assert called[0][-1] == "--LabApp.default_url=/lab/tree/02_segmentation/01_rfm_tiers.ipynb"
