"""Runs: whole files, what was recorded, and going on where one stopped."""

import json
import os
from dataclasses import replace

import pandas as pd
import pytest
from tests.course.conftest import put_notebook

from workbook.course import catalogue, runner
from workbook.course.catalogue import Parameter
from workbook.course.jobs import begun
from workbook.tables.dataset import UNKNOWN_DAY, Dataset
from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder, save, stamp


def run(shelf, plain, out, **more):
    """Run without a progress bar."""
    return runner.run(shelf, plain, more.pop("parameters", {}), out, progress=False, **more)


@pytest.mark.slow
def test_a_run_says_what_was_recorded_and_what_was_skipped(shelf, plain, tmp_path):
    """run.json has status, reason, figures and checks, and is what the call returns."""
    content = run(shelf, plain, tmp_path)
    assert content == json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    ran, skipped = content["notebooks"]
    assert ran["status"] == "passed"
    assert [(f["name"], f["unit"]) for f in ran["figures"]] == [("orders", "orders")]
    assert [(c["id"], c["status"]) for c in ran["checks"]] == [("start-orders-per-customer", "unanswered")]
    assert (skipped["status"], skipped["reason"]) == ("skipped", "the data has no returns")
    assert (ran["lacks"], skipped["lacks"]) == ([], ["returns"])
    assert content["data"]["synthetic"] is False
    assert not (tmp_path / "01_a/02_needy.html").exists()
    assert [p.name for p in tmp_path.rglob(".*")] == []


@pytest.mark.slow
def test_a_run_leaves_out_what_the_data_cannot_show(tmp_path, plain):
    """A section without its table is a line, an exercise is gone, and the report says what would bring the section back."""
    path = tmp_path / "shelf" / "01_a" / "01_small.ipynb"
    put_notebook(path, ["orders"], section=["surveys"])
    page = json.loads(path.read_text(encoding="utf-8"))
    loads, asks = page["cells"][2], page["cells"][2]["source"].splitlines()[-1]
    page["cells"].insert(3, loads | {"id": "e", "metadata": {"tags": ["exercise"]}, "source": asks})
    loads["source"] = loads["source"].removesuffix(asks)
    path.write_text(json.dumps(page), encoding="utf-8")
    (ran,) = run(catalogue.notebooks(tmp_path / "shelf"), plain, tmp_path / "out")["notebooks"]
    assert (ran["status"], ran["checks"], ran["lacks"]) == ("passed", [], ["surveys"])
    text = (tmp_path / "out/01_a/01_small.ipynb").read_text(encoding="utf-8")
    assert "*Left out: More.* The data has no surveys; `workbook data import FILE --to plain" in text
    assert "wb.check" not in text
    assert "no_such_table" not in text
    assert "--table surveys" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_failure_is_kept_and_said(shelf, plain, tmp_path):
    """A failed notebook is written with its error, and the reason is its last line."""
    result = run(shelf[:1], plain, tmp_path, parameters={"fail": True})["notebooks"][0]
    assert result["status"] == "failed"
    assert result["reason"] == "AssertionError: as asked"
    assert result["parameters"] == {"fail": True}
    assert "AssertionError" in (tmp_path / "01_a/01_small.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_resume_runs_only_what_did_not_pass(shelf, plain, tmp_path):
    """What passed on the same data and parameters is kept; other parameters run again."""
    first = run(shelf, plain, tmp_path)
    assert run(shelf, plain, tmp_path, resume=True) == first
    again = run(shelf[:1], plain, tmp_path, resume=True, parameters={"fail": True})
    assert again["notebooks"][0]["status"] == "failed"


@pytest.mark.slow
def test_resume_forgets_a_run_on_other_data(shelf, plain, tmp_path):
    """A fingerprint that differs is another run."""
    run(shelf[:1], plain, tmp_path)
    content = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert runner.finished(tmp_path, content["data"]) != {}
    assert runner.finished(tmp_path, content["data"] | {"fingerprint": "0"}) == {}
    (tmp_path / "run.json").write_text("{ half", encoding="utf-8")
    assert runner.finished(tmp_path, content["data"]) == {}


@pytest.mark.slow
def test_several_at_once_give_the_same(shelf, plain, tmp_path):
    """Two processes find what one finds."""
    twice = [shelf[0], shelf[0].__class__(**{**vars(shelf[0]), "id": "01_a/03_copy"})]
    alone = run(twice, plain, tmp_path / "one")
    together = run(twice, plain, tmp_path / "two", jobs=2)
    for a, b in zip(alone["notebooks"], together["notebooks"], strict=True):
        assert a | {"seconds": 0} == b | {"seconds": 0}


@pytest.fixture
def with_last_cell(tmp_path):
    """Notebooks of which the middle one ends with a cell of the test's own."""

    def made(last):
        for name in ("01_before", "02_this", "03_after"):
            put_notebook(
                tmp_path / "shelf" / "01_a" / f"{name}.ipynb",
                ["orders"],
                last if name == "02_this" else "pass",
            )
        return catalogue.notebooks(tmp_path / "shelf")

    return made


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills in another way")
def test_a_kernel_that_is_killed_costs_only_its_notebook(with_last_cell, plain, tmp_path):
    """As when memory is short: that notebook failed, with what it recorded until then, and the others ran."""
    notebooks = with_last_cell("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    content = run(notebooks, plain, tmp_path / "out")
    assert [n["status"] for n in content["notebooks"]] == ["passed", "failed", "passed"]
    killed = content["notebooks"][1]
    assert killed["reason"].startswith("its kernel ended, as when memory is short")
    assert [f["name"] for f in killed["figures"]] == ["orders"]
    assert "its kernel ended" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills in another way")
def test_a_process_that_is_killed_costs_only_its_notebook(with_last_cell, plain, tmp_path):
    """The notebook whose process ended is written without the outputs that it was stored with."""
    parent = 'int(os.environ["JPY_PARENT_PID"])'  # who asked for the kernel, wherever that was forked
    notebooks = with_last_cell(f"import os, signal; os.kill({parent}, signal.SIGKILL)")
    content = run(notebooks, plain, tmp_path / "out", jobs=2)
    assert [n["status"] for n in content["notebooks"]] == ["passed", "failed", "passed"]
    assert content["notebooks"][1]["reason"].startswith("the process that ran it ended")
    assert (tmp_path / "out" / "01_a" / "02_this.html").exists()


@pytest.mark.slow
def test_data_that_changes_during_a_run_is_told(with_last_cell, plain, tmp_path):
    """What ran on other data than the run began with is marked, with both fingerprints; run.json mixes nothing."""
    folder, text = tmp_path / "mine", "amount=shop.orders['amount'] + 1"
    save(load_folder(plain), folder)
    notebooks = with_last_cell(
        "import dataclasses\nfrom pathlib import Path\nfrom workbook.tables.folders import save\n"
        f"more = dataclasses.replace(shop, tables={{'orders': shop.orders.assign({text})[list(shop.tables['orders'])]}})\n"
        "save(more, Path(data), replace=True)"
    )
    before = load_folder(folder).fingerprint
    content = run(notebooks, folder, tmp_path / "out")
    after = load_folder(folder).fingerprint
    assert [n["status"] for n in content["notebooks"]] == ["passed", "failed", "failed"]
    told = f"the data set was changed during the run (its fingerprint was {before} and is {after} now); run this again"
    assert [n["reason"] for n in content["notebooks"][1:]] == [told, told]
    assert content["data"]["fingerprint"] == before


def test_the_same_data_written_anew_is_no_change(plain, tmp_path):
    """Files that are written again with the same content change nothing; what can't be read any more does."""
    folder = tmp_path / "mine"
    save(load_folder(plain), folder)
    source = runner.Source(folder, stamp(folder), runner.describe(load_folder(folder)))
    assert source.changed() == ""
    save(load_folder(plain), folder, format="parquet", replace=True)
    assert stamp(folder) != source.seen
    assert source.changed() == ""
    (folder / "orders.parquet").unlink()
    assert source.changed().startswith(
        "the data set was changed during the run, and can't be used any more: "
    )


def test_a_data_set_is_read_again_only_when_its_files_have_changed(plain, tmp_path):
    """The runs of a sweep share it; whatever is written there makes it a new one."""
    folder = tmp_path / "mine"
    save(load_folder(plain), folder)
    _, first = runner.opened(folder)
    assert runner.opened(folder)[1] is first
    (folder / "orders.csv").touch()
    assert runner.opened(folder)[1] is not first


def test_as_of_must_lie_in_the_data():
    """A date before the first order or after the data's end is refused, before a kernel starts."""
    orders = pd.DataFrame(
        {"order_id": ["a"], "customer_id": ["c"], "ordered_at": [pd.Timestamp("2024-03-05 10:00")]}
    )
    data = Dataset("d", {"orders": orders}, pd.Timestamp("2024-01-01"), pd.Timestamp("2024-12-31"))
    runner.check_as_of({"as_of": "2024-03-05"}, data)
    runner.check_as_of({"as_of": ""}, data)
    for wrong in ("2024-03-04", "2025-01-01"):
        with pytest.raises(DataError, match="2024-03-05 to 2024-12-31; got"):
            runner.check_as_of({"as_of": wrong}, data)


def test_data_without_dates_has_no_as_of():
    """Where nothing says when, a day can't be asked for, and run.json invents none."""
    data = Dataset("d", {"customers": pd.DataFrame({"customer_id": ["a"]})}, UNKNOWN_DAY, UNKNOWN_DAY)
    runner.check_as_of({"as_of": ""}, data)
    with pytest.raises(DataError, match="as_of needs data with dates, and 'd' isn't dated; got 1970-01-02"):
        runner.check_as_of({"as_of": "1970-01-02"}, data)
    assert runner.describe(data)["start"] is None
    assert runner.describe(data)["end"] is None


def test_a_seed_is_told_whether_given_or_not(shelf, plain, tmp_path):
    """run.json says which seed a notebook drew with: the one given, its own, or none."""
    data = load_folder(plain)
    seeded = replace(shelf[0], parameters=(*shelf[0].parameters, Parameter("seed", "int", 7, "")))
    for notebook, given, seed in ((seeded, {"seed": 3}, 3), (seeded, {}, 7), (shelf[0], {"seed": 3}, None)):
        assert runner.prepare(notebook, data, "x", given, tmp_path, {}).seed == seed


def test_numbers_that_nobody_gave_are_known(shelf, plain, tmp_path):
    """A decision that rests on a price must show whose price it is; the seed and texts are none."""
    data = load_folder(plain)
    more = (
        Parameter("seed", "int", 7, ""),
        Parameter("margin", "float", 0.5, ""),
        Parameter("cost", "int", 3, ""),
    )
    notebook = replace(shelf[0], parameters=(*shelf[0].parameters, *more))
    assert runner.prepare(notebook, data, "x", {"cost": 2}, tmp_path, {}).assumed == {"margin": 0.5}


def test_latest_points_at_the_last_run(tmp_path):
    """The link moves; what it pointed at stays."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(name)
        runner.point_latest(tmp_path / name, tmp_path / "latest")
        assert (tmp_path / "latest" / "index.html").read_text() == name
    assert (tmp_path / "one" / "index.html").exists()


def test_what_else_is_called_latest_stays(tmp_path):
    """A user's own folder or file of that name isn't removed."""
    (tmp_path / "latest").mkdir()
    for name in ("index.html", "mine.txt"):
        (tmp_path / "latest" / name).write_text("mine")
    runner.point_latest(tmp_path / "one", tmp_path / "latest")
    assert {p.name for p in (tmp_path / "latest").iterdir()} == {"index.html", "mine.txt"}
    (tmp_path / "file").write_text("mine")
    runner.point_latest(tmp_path / "one", tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


def test_latest_without_links(tmp_path, monkeypatch):
    """Where a system allows no links, a page leads on."""
    (tmp_path / "one").mkdir()
    monkeypatch.setattr("pathlib.Path.symlink_to", lambda *_, **__: (_ for _ in ()).throw(OSError()))
    runner.point_latest(tmp_path / "one", tmp_path / "latest")
    runner.point_latest(tmp_path / "one", tmp_path / "latest")
    assert "../one/index.html" in (tmp_path / "latest" / "index.html").read_text()


def test_new_folders_never_collide(tmp_path):
    """Two runs in one second get two folders."""
    first = runner.new_folder(tmp_path)
    first.mkdir()
    assert runner.new_folder(tmp_path) != first


def test_a_run_killed_at_its_first_file_can_be_resumed(tmp_path):
    """A run.json that isn't written to its end is the run's own, not something else."""
    begun(tmp_path / "run.json").write_text("{")
    runner.check_out(tmp_path)
    assert runner.finished(tmp_path, {}) == {}


def test_results_never_overwrite_something_else(shelf, plain, tmp_path):
    """A folder of other files, such as a trainee's answers, is refused before anything is run."""
    (tmp_path / "my").mkdir()
    (tmp_path / "my" / "answers.ipynb").write_text("mine")
    for out in (tmp_path / "my", tmp_path / "my" / "answers.ipynb"):
        with pytest.raises(DataError, match="--out must be a new folder"):
            run(shelf, plain, out)
    assert [p.name for p in (tmp_path / "my").iterdir()] == ["answers.ipynb"]
