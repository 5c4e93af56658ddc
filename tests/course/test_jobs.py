"""Work for several processes, and one writer a folder."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from concurrent.futures.process import BrokenProcessPool

import pytest

from processes import ended, within
from workbook.course import runner
from workbook.course.jobs import alone, begun, outcomes, used
from workbook.tables.errors import DataError


def double(number):
    """Twice a number."""
    return 2 * number


def hold(folder, begun):
    """Hold a folder until killed."""
    with alone(folder):
        begun.set()
        time.sleep(60)


def end_at_three(number):
    """Twice a number; the process that is given three is killed."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def none_of(number):
    """What is told of an item whose process ended."""
    return -number


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows kills in another way")
def test_a_worker_that_is_killed_costs_only_its_own_item():
    """The others are worked off, and of the one that was lost it is told."""
    assert sorted(outcomes(end_at_three, [1, 3, 2, 4, 5, 6], 2, lost=none_of)) == [-3, 2, 4, 8, 10, 12]
    with pytest.raises(BrokenProcessPool):
        list(outcomes(end_at_three, [1, 3], 2))


@pytest.mark.slow
def test_one_worker_or_two_find_the_same():
    """Processes change nothing but the order."""
    assert list(outcomes(double, [3, 1, 2])) == [6, 2, 4]
    assert sorted(outcomes(double, [3, 1, 2], 2)) == [2, 4, 6]


def test_a_folder_has_one_writer(tmp_path):
    """A second one is told; the lock is gone with the process that held it, however it ended."""
    spawn = multiprocessing.get_context("spawn")
    begun = spawn.Event()
    other = spawn.Process(target=hold, args=(tmp_path / "out", begun))
    other.start()
    assert begun.wait(30)
    with pytest.raises(DataError, match=r"Another run writes into '.*out'"), alone(tmp_path / "out"):
        pass
    other.kill()
    other.join()
    with alone(tmp_path / "out"):
        assert list((tmp_path / "out").iterdir()) == []
    assert [p.name for p in tmp_path.iterdir()] == ["out"]  # no lock stays


@pytest.mark.slow
def test_what_a_killed_process_had_begun_is_cleared_away(tmp_path):
    """A half-written file makes no folder another's, and goes once the folder is held; nothing else does."""
    (tmp_path / "a").mkdir()
    for half in (begun(tmp_path / "run.json"), begun(tmp_path / "a" / "b.html")):
        half.write_text("{")
    assert used(tmp_path)
    (tmp_path / "a" / "mine.part").write_text("mine")
    with alone(tmp_path):
        assert [p.name for p in tmp_path.rglob("*")] == ["a", "mine.part"]


WORKERS = """
import os, sys, time
from pathlib import Path
from workbook.course.jobs import outcomes

def work(folder):
    (folder / str(os.getpid())).touch()
    time.sleep(60)

if __name__ == "__main__":
    list(outcomes(work, [Path(sys.argv[1])] * 4, 2))
"""


def test_workers_end_with_the_process_that_started_them(tmp_path):
    """Killed alone, it leaves nobody behind who goes on writing into its folder."""
    program, folder = tmp_path / "program.py", tmp_path / "seen"
    program.write_text(WORKERS)
    folder.mkdir()
    started = subprocess.Popen([sys.executable, str(program), str(folder)])
    assert within(30, lambda: len(list(folder.iterdir())) == 2)
    started.kill()
    started.wait()
    workers = [int(p.name) for p in folder.iterdir()]
    assert within(10, lambda: all(map(ended, workers)))


def test_a_scheduler_that_does_not_answer_is_told():
    """One sentence with the address."""
    with pytest.raises(
        DataError, match=r"--dask must be the address of a Dask scheduler; 'tcp://127\.0\.0\.1:9'"
    ):
        list(outcomes(double, [1, 2], dask="tcp://127.0.0.1:9"))


def test_without_the_extra_dask_is_told(monkeypatch):
    """The sentence says what to install."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(DataError, match=r'--dask needs the extra: pip install "workbook\[dask\]"'):
        list(outcomes(double, [1, 2], dask="tcp://127.0.0.1:9"))


@pytest.mark.slow
def test_a_run_can_be_handed_to_dask(shelf, plain, tmp_path):
    """A Dask cluster gives the same figures as this process."""
    from distributed import LocalCluster

    here = runner.run(shelf[:1], plain, {}, tmp_path / "here", progress=False)
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        there = runner.run(
            shelf[:1], plain, {}, tmp_path / "there", dask=cluster.scheduler_address, progress=False
        )
    assert [n["figures"] for n in there["notebooks"]] == [n["figures"] for n in here["notebooks"]]
    assert there["notebooks"][0]["status"] == "passed"
