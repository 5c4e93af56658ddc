"""Sweeps: what is combined, what is kept, what a failure does, and going on where one stopped."""

import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pandas as pd
import pytest

from workbook.course import catalogue, runner, sweep_page
from workbook.course.catalogue import Parameter
from workbook.course.jobs import begun
from workbook.course.pages import escape
from workbook.course.sweep import check_out, combinations, slug, sweep, tidy, values
from workbook.course.sweep_page import varied
from workbook.tables.errors import DataError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,2,5", ["1", "2", "5"]),
        ("1..4", ["1", "2", "3", "4"]),
        ("0.5, 1..2", ["0.5", "1", "2"]),
        ("3,3", ["3"]),
        ("-1..1", ["-1", "0", "1"]),
    ],
)
def test_values_are_listed_or_counted(text, expected):
    """Commas part values, two dots count; nothing is run twice."""
    assert values("bins", text) == expected


@pytest.mark.parametrize("text", ["", "1,,2", "5..1", "0.1..0.5", "1..99999"])
def test_wrong_values_are_told(text):
    """An empty value, or a range that can't be counted, is an error that shows it."""
    with pytest.raises(DataError, match=r"Values of bins are listed as 0\.5,1,2 or as 1\.\.20.*; got '"):
        values("bins", text)


@pytest.fixture
def plan(shelf, plain, tmp_path):
    """A sweep of one small notebook over whether it fails."""
    chosen = [n for n in shelf if n.id.endswith("small")]
    return combinations(chosen, [], ["fail=false,true"], str(plain), tmp_path / "out", tmp_path / "worlds")


def test_every_combination_is_planned(shelf, tmp_path):
    """The product of all values, numbered in order, each with a folder that says what it is."""
    found = combinations(
        shelf[:1], ["seed=1..2", "customers=20"], ["fail=true,false"], "lanyu", tmp_path, tmp_path
    )
    assert [c.id for c in found] == [
        "0001-seed=1_customers=20_fail=true",
        "0002-seed=1_customers=20_fail=false",
        "0003-seed=2_customers=20_fail=true",
        "0004-seed=2_customers=20_fail=false",
    ]
    assert found[1].world == {"seed": "1", "customers": "20"}
    assert found[1].parameters == {"fail": False}


@pytest.mark.parametrize(
    ("world", "given", "message"),
    [
        ([], ["flail=true"], "A parameter of these notebooks must be .*Did you mean 'fail'"),
        (["sead=1"], [], "A setting of --world must be .*Did you mean 'seed'"),
        (["seed=one"], [], "--world seed must be a whole number; got 'one'"),
        ([], ["fail"], "A setting is name=values; got 'fail'"),
        ([], ["fail=true", "fail=false"], "fail is given twice; list all its values at once"),
        (["customers=0,300"], [], "customers must be a whole number from 1 on; got 0"),
        (["seed=1..100", "customers=1..11"], [], "from 1 to 1,000 combinations; these settings make 1,100"),
    ],
)
def test_wrong_settings_are_told_before_anything_runs(shelf, tmp_path, world, given, message):
    """A mistyped name doesn't cost an hour."""
    with pytest.raises(DataError, match=message):
        combinations(shelf[:1], world, given, "lanyu", tmp_path, tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x=../../etc", "x=.._.._etc"),
        ("style=a b & c\\d", "style=a_b_c_d"),
        ("seed=1 margin=0.5", "seed=1_margin=0.5"),
        ("门店=上海", "门店=上海"),
        ("", ""),
        ("x" * 200, "x" * 80),
    ],
)
def test_a_slug_parts_no_folders(text, expected):
    """What is typed becomes part of one folder's name: no slash, no blank, not too long."""
    assert slug(text) == expected


def test_no_path_can_be_made_from_a_value(shelf, plain, tmp_path):
    """A value that looks like a path names a folder below that of the sweep."""
    style = Parameter("style", "str", "plain", "")
    notebook = replace(shelf[0], parameters=(*shelf[0].parameters, style))
    (found,) = combinations([notebook], [], ["style=/etc/passwd"], str(plain), tmp_path / "out", tmp_path)
    assert found.parameters == {"style": "/etc/passwd"}
    assert found.out.resolve().parent == (tmp_path / "out" / "runs").resolve()


def test_data_that_cant_be_used_is_told_before_anything_runs(shelf, plain, tmp_path):
    """An unknown data set, a folder of something else, or a day outside the data is an error, not a failure of every run."""
    (tmp_path / "photos").mkdir()
    for data, given, message in (
        ("lanyo", [], "Did you mean 'lanyu'"),
        (str(tmp_path / "photos"), [], "isn't a data set"),
        (str(plain), ["as_of=1999-01-01"], "as_of must lie within the data"),
    ):
        with pytest.raises(DataError, match=message):
            combinations(shelf[:1], [], given, data, tmp_path / "out", tmp_path)
    assert not (tmp_path / "out").exists()
    assert combinations(shelf[:1], [], [], "lanyu", tmp_path, tmp_path)[0].data == "lanyu"
    assert combinations(shelf[:1], [], [], str(plain), tmp_path, tmp_path)[0].data == str(plain.resolve())


def test_the_page_of_a_sweep_escapes_and_says_what_moved():
    """A figure that moved has a picture and a table with its unit; texts from data are text; what stood still is named."""
    evil = "<script>"
    rows = [
        {"id": f"000{n}", "notebook": evil, "status": "passed", "reason": "", "style": style, "figure": name,
         "value": value, "unit": "share", "truth": 0.25}
        for n, style in enumerate((evil, "b"), 1)
        for name, value in ((f"{evil}_share", n / 10), ("still_share", 0.5))
    ]  # fmt: skip
    rows += [{"id": evil, "notebook": "m", "status": "failed", "reason": evil, "style": "c"}]
    settings = {"0001": {"style": evil}, "0002": {"style": "b"}, evil: {"style": "c"}}
    page = sweep_page.page(tidy(rows), settings, f"workbook {evil}")
    assert evil not in page
    assert page.count("data:image/png;base64,") == 1
    assert f'failed</td><td class="words">{escape(evil)}</td>' in page
    assert '<td class="number">10.0\N{NO-BREAK SPACE}%</td>' in page
    assert '<th scope="col">truth</th>' in page.replace(' class="number"', "")
    assert '<th scope="row">still share</th>' in page.partition("The same in all runs")[2]
    assert 'href="runs/0001/index.html"' in page


def swept(value, **settings):
    """A sweep's table and settings: every combination, with one figure."""
    grid = [dict(zip(settings, values, strict=True)) for values in itertools.product(*settings.values())]
    by_id = {str(n): one for n, one in enumerate(grid)}
    rows = [
        {"id": id, "notebook": "n", "status": "passed", "reason": "", **one, "figure": "lift", "unit": "share",
         "value": value(**one), "low": 0.1, "high": 0.9, "truth": None}
        for id, one in by_id.items()
    ]  # fmt: skip
    return tidy(rows), by_id


def test_what_a_setting_does_not_change_is_said():
    """A flat picture teaches nothing; runs that differ in such a setting alone count once."""
    page = sweep_page.page(*swept(lambda cost, margin: cost / 10, cost=[1, 2], margin=[3, 4]))
    assert "<p>Not changed by margin.</p>" in page
    assert page.count("data:image/png;base64,") == 1
    assert "10.0 to 90.0\N{NO-BREAK SPACE}%" in page
    assert "Under each setting there is one run" in page


def test_what_failed_runs_leave_open_is_not_called_unmoved():
    """Where no two runs differ in one setting alone, nobody can say that it changes nothing."""
    table, settings = swept(lambda cost, margin: cost / 10, cost=[1, 2], margin=[3, 4])
    page = sweep_page.page(table[table["id"].isin(["0", "3"])], settings)
    assert "Not changed by" not in page
    assert page.count("data:image/png;base64,") == 2


def test_seeds_alone_are_spread_not_order():
    """Over seeds a mean and its spread are told."""
    page = sweep_page.page(*swept(lambda seed: seed / 10, seed=[1, 2, 3]))
    assert "lift of 3 seeds" in page
    assert "<td" in page
    assert "20.0\N{NO-BREAK SPACE}%" in page
    assert "Under each setting" not in page


def test_what_was_held_is_named():
    """One value is no axis, but the page says it."""
    page = sweep_page.page(*swept(lambda cost, customers: cost / 10, cost=[1, 2], customers=[300]))
    assert "2 combinations of cost · customers = 300" in page


def test_what_was_varied():
    """Only what has several values is an axis of a picture."""
    told = {
        f"{s}{b}": {"world seed": s, "world customers": "20", "bins": b} for s in ("1", "2") for b in (4, 5)
    }
    assert varied(told) == (["world seed", "bins"], {"world customers": "20"})


def test_numbers_are_numbers():
    """A column is a number only if all its values are; an id never is."""
    rows = [
        {"id": "0001", "notebook": "n", "status": "passed", "reason": "", "world seed": "1", "style": "a", "figure": "x", "value": 1.5},
        {"id": "0002", "notebook": "n", "status": "passed", "reason": "", "world seed": "2", "style": "1", "figure": "x", "value": None},
    ]  # fmt: skip
    table = tidy(rows)
    assert list(table.columns)[:7] == ["id", "notebook", "status", "reason", "world seed", "style", "figure"]
    assert pd.api.types.is_numeric_dtype(table["world seed"])
    assert table["style"].tolist() == ["a", "1"]
    assert table["value"].isna().tolist() == [False, True]


@pytest.mark.slow
def test_a_failure_is_marked_and_the_rest_go_on(plan, tmp_path):
    """The table has a row for what failed, with the reason; files are whole; the page names it."""
    table = sweep(plan, tmp_path / "out", progress=False)
    assert table.set_index("fail")["status"].to_dict() == {False: "passed", True: "failed"}
    assert "as asked" in table.set_index("fail").loc[True, "reason"]
    assert table.set_index("fail").loc[False, "figure"] == "orders"
    stored = pd.read_parquet(tmp_path / "out" / "figures.parquet")
    pd.testing.assert_frame_equal(stored, table)
    page = (tmp_path / "out" / "index.html").read_text()
    assert "1 failed" in page
    assert "AssertionError: as asked" in page.partition("0002-fail=true</a>")[2]


@pytest.mark.slow
def test_a_sweep_goes_on_where_it_stopped(plan, tmp_path, monkeypatch):
    """With --resume what passed isn't run again, and the table is the same; without, or for another plan, it is told."""
    out = tmp_path / "out"
    first = sweep(plan, out, progress=False)
    for name in ("figures.csv", "index.html"):
        (out / name).unlink()
    shutil.rmtree(plan[1].out)
    with pytest.raises(DataError, match="holds a sweep; say --resume"):
        sweep(plan, out, progress=False)
    others = ([replace(p, fingerprint="another") for p in plan], [replace(p, notebooks=()) for p in plan])
    for other in (plan[:1], *others):
        with pytest.raises(
            DataError, match="holds another sweep, of small with fail=False,True; name another"
        ):
            sweep(other, out, resume=True, progress=False)
    ran = []
    once = runner.run_one
    monkeypatch.setattr(runner, "run_one", lambda job: ran.append(job.parameters) or once(job))
    again = sweep(plan, out, resume=True, progress=False)
    assert [parameters["fail"] for parameters in ran] == [True]
    pd.testing.assert_frame_equal(again.drop(columns="reason"), first.drop(columns="reason"))


def test_a_sweep_killed_at_its_first_file_can_be_resumed(tmp_path):
    """A sweep.json that isn't written to its end is the sweep's own, not something else."""
    begun(tmp_path / "sweep.json").write_text("{")
    check_out(tmp_path, [], resume=True)


def test_a_strange_folder_is_left_alone(plan, tmp_path):
    """A sweep overwrites nothing that isn't its own."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    with pytest.raises(DataError, match="must be a new folder, or that of a sweep"):
        sweep(plan, out, progress=False)
    assert (out / "letter.txt").read_text() == "dear"
    (out / "letter.txt").unlink()
    (out / "sweep.json").write_text(json.dumps([1]))
    with pytest.raises(DataError, match="must be a new folder, or that of a sweep"):
        sweep(plan, out, resume=True, progress=False)


def test_every_notebook_can_be_swept(tmp_path):
    """Each notebook of the course takes a seed."""
    found = combinations(catalogue.notebooks(), [], ["seed=1,2"], "lanyu", tmp_path, tmp_path)
    assert [c.parameters for c in found] == [{"seed": 1}, {"seed": 2}]


PROGRAM = """
import sys
from pathlib import Path
from workbook.course import catalogue, lessons
from workbook.course.sweep import combinations, sweep
shelf, data, more, out = map(Path, sys.argv[1:])
lessons.__path__.append(str(more))
if __name__ == "__main__":
    chosen = [n for n in catalogue.notebooks(shelf) if n.id.endswith("small")]
    plan = combinations(chosen, [], ["as_of=2025-10-20,2025-11-20,2025-12-20"], str(data), out, out)
    sweep(plan, out, jobs=2, resume=True, progress=False)
"""


@pytest.mark.slow
def test_a_killed_sweep_can_be_resumed(shelf, plain, more_lessons, tmp_path):
    """Killed at any moment, all files are whole; resumed, it ends with the figures of one that ran through."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    root = shelf[0].path.parents[1]
    call = [sys.executable, str(program), str(root), str(plain), str(more_lessons)]
    for seconds in (3.0, 7.0):
        started = subprocess.Popen([*call, str(tmp_path / "killed")], start_new_session=True)
        time.sleep(seconds)
        os.killpg(started.pid, signal.SIGKILL)
        started.wait()
        for path in (tmp_path / "killed").rglob("*.json"):
            json.loads(path.read_text(encoding="utf-8"))
    for out in ("killed", "whole"):
        subprocess.run([*call, str(tmp_path / out)], check=True)
    killed, whole = (pd.read_csv(tmp_path / out / "figures.csv") for out in ("killed", "whole"))
    assert len(whole) == 3
    pd.testing.assert_frame_equal(killed, whole)
