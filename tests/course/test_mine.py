"""A trainee's own copy."""

from workbook.course import catalogue, mine


def test_a_copy_is_made_once_and_never_overwritten(tmp_path):
    """What a trainee wrote stays."""
    chosen = catalogue.notebooks()
    assert mine.copy_notebooks(chosen[:1], tmp_path) == (1, 0)
    copy = tmp_path / f"{chosen[0].id}.ipynb"
    assert copy.read_bytes() == chosen[0].path.read_bytes()
    copy.write_text("my answers")
    assert mine.copy_notebooks(chosen, tmp_path) == (len(chosen) - 1, 1)
    assert copy.read_text() == "my answers"


def test_lab_opens_the_chosen_notebook(tmp_path, monkeypatch):
    """The first selected notebook is opened, in the copy, without a browser where none is wanted."""
    called = []
    monkeypatch.setattr(mine.subprocess, "call", lambda words, env: called.append(words) or 0)
    chosen = catalogue.select(["rfm_tiers"], catalogue.notebooks())
    assert mine.open_lab(tmp_path, chosen, browser=False) == 0
    assert "--no-browser" in called[0]
    assert "--MappingKernelManager.cull_idle_timeout=3600" in called[0]
    assert "--MappingKernelManager.cull_connected=True" in called[0]
    assert called[0][-1] == "--LabApp.default_url=/lab/tree/02_segmentation/01_rfm_tiers.ipynb"
