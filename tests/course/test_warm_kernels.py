"""Kernels that are forked from a process which has imported what notebooks use: like others, and nothing is left of them."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import psutil
import pytest

from processes import ended, kill, within
from workbook.course import catalogue, kernel_server, runner, warm_kernels, warm_provisioner
from workbook.course.execute import execute, normalise
from workbook.course.kernels import scratch_folder
from workbook.tables.locations import data_folder, home, load

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not warm_kernels.available(), reason="kernels start warm on Linux alone"),
]
WHERE = "import json, os, sys; print(json.dumps([os.getpid(), 'workbook.tables.folders' in sys.modules]))"
SHOWN = """
import sys
print([sys.argv[0], sys.path, sys.flags.optimize, __name__]); print("to stderr", file=sys.stderr)
import matplotlib.pyplot as plt
plt.plot([1, 2]);
"""
WIDE = """
import pandas as pd
pd.DataFrame({f"a column with a long name {i}": [1.5] for i in range(30)}, index=range(99))
"""
PANEL = "from ipywidgets import interact; interact(lambda x: print(x), x=(1, 9)); 1 / 0"


def notebook(folder: Path, *cells: str) -> Path:
    """A notebook of code cells, written to a folder."""
    content = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    content.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    path = folder / "cells.ipynb"
    nbformat.write(content, path)
    return path


def outputs(path: Path) -> list:
    """What a notebook shows when it is executed now, by cell."""
    with scratch_folder() as scratch:
        try:
            execute(path, scratch / "done.ipynb")
        except Exception as error:
            assert type(error).__name__ == "PapermillExecutionError"
        done = normalise(nbformat.read(scratch / "done.ipynb", as_version=4))
    return [cell.outputs for cell in done.cells if cell.cell_type == "code"]


def cold(monkeypatch) -> None:
    """Have no server for the kernels of this test."""
    monkeypatch.setattr(warm_provisioner, "asked", lambda *_: None)


def where(folder: Path) -> tuple[int, bool]:
    """The number of a kernel, and whether its modules were imported before."""
    ((shown,),) = outputs(notebook(folder, WHERE))
    pid, warm = json.loads(shown.text)
    return pid, warm


def test_a_kernel_is_warm_within_and_cold_elsewhere(tmp_path, monkeypatch):
    """Within `warm_kernels` a kernel has its modules when it starts; without a server it hasn't."""
    with warm_kernels.warm_kernels():
        assert where(tmp_path)[1]
        cold(monkeypatch)
        assert not where(tmp_path)[1]


def test_who_has_another_environment_gets_a_cold_kernel(tmp_path, monkeypatch):
    """What libraries read when they are imported can't be changed afterwards, so such a kernel starts by itself."""
    with warm_kernels.warm_kernels():
        monkeypatch.setenv("TZ", "Asia/Shanghai")
        assert not where(tmp_path)[1]


def test_a_warm_kernel_shows_what_a_cold_one_shows(tmp_path, monkeypatch):
    """Text, pictures, wide tables, panels and errors are equal to the byte."""
    path = notebook(tmp_path, SHOWN, WIDE, PANEL)
    with warm_kernels.warm_kernels():
        warm = outputs(path)
        cold(monkeypatch)
        assert warm == outputs(path)
    assert all(warm)


def test_a_whole_notebook_is_the_same_in_a_warm_kernel(monkeypatch):
    """The model of all notebooks, with its pictures, tables and panels."""
    (path,) = (n.path for n in catalogue.notebooks() if n.id.endswith("service_kpis"))
    with warm_kernels.warm_kernels():
        warm = outputs(path)
        cold(monkeypatch)
        assert warm == outputs(path)


def test_nothing_that_looks_for_a_shell_is_imported_before_there_is_one():
    """What registers with IPython's shell when it is imported would not before that is there, and nobody does it later."""
    code = (
        "import sys; from workbook.course.kernel_server import prepare; prepare()\n"
        "print({'matplotlib_inline', 'tqdm.auto'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_kernels_draw_different_numbers(tmp_path):
    """NumPy's generator without a seed begins elsewhere in each kernel."""
    path = notebook(tmp_path, "import numpy as np; print(np.random.random())")
    with warm_kernels.warm_kernels():
        assert outputs(path) != outputs(path)


def test_a_kernel_that_is_killed_ends_its_notebook_alone(tmp_path):
    """The run says that the kernel ended; the next one has a kernel as ever."""
    path = notebook(tmp_path, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with warm_kernels.warm_kernels():
        result = runner.run_one(runner.Job("out", "Dies", path, tmp_path, {}))
        assert "its kernel ended" in result["reason"]
        assert where(tmp_path)[1]


OWNER = """
import json, os, subprocess, sys, time
from workbook.course import warm_kernels, warm_provisioner
started = warm_kernels.started
servers = []
warm_kernels.started = lambda *given: servers.append(started(*given)) or servers[0]
with warm_kernels.warm_kernels():
    from jupyter_client.manager import KernelManager
    manager = KernelManager(transport="ipc", connection_file=sys.argv[1])
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready()
    client.execute("import subprocess; subprocess.Popen(['sleep', '1000'])", reply=True)
    print('numbers', servers[0].pid, manager.provisioner.pid, flush=True)
    time.sleep(1000)
"""


@pytest.mark.parametrize("killed", ["owner", "server"])
def test_nothing_is_left_when_owner_or_server_are_killed(tmp_path, killed):
    """Whoever is killed, its kernels end, and what they have started where the server can still see to it."""
    environment = {
        k: v for k, v in os.environ.items() if k not in (warm_kernels.PLACE, warm_kernels.PROVISIONER)
    }
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, str(tmp_path / "k.json")],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
    )
    children: list[int] = []
    try:
        assert owner.stdout
        said = next(line for line in owner.stdout if line.startswith("numbers"))
        server, kernel = map(int, said.split()[1:])
        children = [p.pid for p in psutil.Process(kernel).children()]
        assert children
        os.kill({"owner": owner.pid, "server": server}[killed], signal.SIGKILL)
        assert within(20, lambda: all(map(ended, [kernel, server])))
        assert killed == "server" or within(20, lambda: all(map(ended, children)))
    finally:
        owner.kill()
        kill(children)  # they hold the owner's output
        owner.communicate(timeout=60)


def test_the_server_counts_only_what_imports_read():
    """What Jupyter sets for each kernel, or anybody for a program of theirs, isn't a different environment."""
    environment = {"JPY_PARENT_PID": "1", "SPARK_LOCAL_IP": "x", "TZ": "UTC", "PYTHONPATH": "src"}
    assert kernel_server.shared(environment) == {"TZ": "UTC", "PYTHONPATH": "src"}


def test_what_is_imported_early_comes_with_the_core():
    """A package that only developers have would stop the server on every other machine."""
    from importlib.metadata import packages_distributions

    lock = (home() / "requirements.lock").read_text(encoding="utf-8").lower()
    owners = packages_distributions()
    for name in kernel_server.IMPORTED:
        top = name.partition(".")[0]
        own = {f"{owner.lower().replace('_', '-')}==" for owner in owners.get(top, [])}
        assert top == "workbook" or any(f"\n{o}" in f"\n{lock}" for o in own), name


def test_data_that_is_read_beforehand_is_the_same(tmp_path, monkeypatch):
    """A kernel has its data without reading it, and it is what a kernel finds that reads it."""
    asks = "import workbook as wb\nfrom workbook.tables.folders import kept\nshop = wb.load('lanyu')"
    for place in (warm_kernels.PLACE, warm_kernels.PROVISIONER):  # of the server that all tests share
        monkeypatch.delenv(place, raising=False)
    path = notebook(tmp_path, f"{asks}\nprint(bool(kept), shop.fingerprint)")
    with warm_kernels.warm_kernels(data=data_folder("lanyu")):
        ((told,),) = outputs(path)
    assert told.text.split() == ["True", load("lanyu").fingerprint]
