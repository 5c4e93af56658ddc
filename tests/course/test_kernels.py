"""Kernels that only their owner can reach, and what they leave behind."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import nbval.kernel
import psutil
import pytest

from processes import descendants, kill, within
from workbook.course import kernels, runner, trainee_copy, warm_kernels

SOCKETS = pytest.mark.skipif(os.name == "nt", reason="Windows has no such sockets for kernels")
# One port stays open: there ipykernel takes what forked processes print, with a key; it gives nothing.
LISTENS = """
import psutil, time, zmq
from pathlib import Path
me, ear = psutil.Process(), zmq.Context().socket(zmq.SUB)
ear.subscribe("")
for c in me.net_connections("inet"):
    if c.status == psutil.CONN_LISTEN:
        ear.connect(f"tcp://127.0.0.1:{c.laddr.port}")
time.sleep(0.5)
print("a secret", flush=True)
time.sleep(0.5)
heard = ear.poll(500)
sockets = [c.laddr for c in me.net_connections("unix") if "-ipc-" in str(c.laddr)]
modes = {Path(s).parent.stat().st_mode & 0o077 for s in sockets}
"""


@SOCKETS
@pytest.mark.slow
@pytest.mark.parametrize("shut", [True, False], ids=["as it is", "as it would be"])
def test_nobody_hears_what_a_run_prints(tmp_path, monkeypatch, shut):
    """All channels of a kernel are sockets in a folder that nobody else may enter; by usual ones its output is heard."""
    import nbformat

    if not shut:
        monkeypatch.setattr(kernels, "private", lambda manager, folder: manager)
    cells = [
        nbformat.v4.new_code_cell(text) for text in (LISTENS, "assert (not heard, modes) == (True, {0})")
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, tmp_path / "listens.ipynb")
    ours = f"{kernels.PREFIX}{os.getpid()}-*"
    before = set(Path(tempfile.gettempdir()).glob(ours))
    result = runner.run_one(runner.Job("out", "Listens", tmp_path / "listens.ipynb", tmp_path, {}))
    assert result["status"] == ("passed" if shut else "failed")
    assert set(Path(tempfile.gettempdir()).glob(ours)) == before


@SOCKETS
@pytest.mark.slow
def test_the_tests_of_notebooks_open_no_port():
    """The kernels of nbval are started in the same way, and with them notebooks are tested by ``make test``."""
    with kernels.scratch_folder() as place:
        manager = kernels.private(nbval.kernel.KernelManager, place)()
        manager.start_kernel()
        try:
            info = json.loads(Path(manager.connection_file).read_text(encoding="utf-8"))
        finally:
            manager.shutdown_kernel(now=True)
    assert info["transport"] == "ipc"
    conftest = (Path(__file__).parents[2] / "notebooks" / "conftest.py").read_text(encoding="utf-8")
    assert "nbval.kernel.KernelManager = private(" in conftest


@SOCKETS
def test_a_folder_whose_path_is_too_long_isnt_used(tmp_path, monkeypatch):
    """A socket's path may have about a hundred bytes; where the usual folder has more, a short one is taken."""
    deep = tmp_path / ("x" * 90)
    deep.mkdir()
    assert not kernels.fits(deep)
    assert kernels.private(dict, deep) is dict
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    with kernels.scratch_folder() as place:
        assert kernels.fits(place)
        assert place.stat().st_mode & 0o077 == 0
    assert not place.exists()


def test_what_killed_processes_left_is_cleared(tmp_path, monkeypatch):
    """A folder of a process that is gone is removed by the next; that of one that works stays."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(kernels, "fits", lambda *_: True)
    gone = max(psutil.pids()) + 10**7
    for name in (f"{kernels.PREFIX}{gone}-a", f"{kernels.PREFIX}{os.getpid()}-b", "workbook-mine-c"):
        (tmp_path / name).mkdir()
    with kernels.scratch_folder() as place:
        assert place.is_dir()
    assert {p.name for p in tmp_path.iterdir()} == {f"{kernels.PREFIX}{os.getpid()}-b", "workbook-mine-c"}


@SOCKETS
def test_lab_gets_channels_that_fit(tmp_path, monkeypatch):
    """Where Jupyter's own folder has too long a path, its kernels' sockets lie in a short one."""
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / ("x" * 90)))
    with kernels.scratch_folder() as short:
        environment, options = trainee_copy.channels(short)
        assert (environment["JUPYTER_RUNTIME_DIR"], options) == (
            str(short),
            ["--KernelManager.transport=ipc"],
        )
        monkeypatch.setenv("JUPYTER_RUNTIME_DIR", "/run/j")
        assert trainee_copy.channels(short)[0] == {}


LAB = """
import sys
from pathlib import Path
from workbook.course import trainee_copy
call = trainee_copy.subprocess.call
trainee_copy.IDLE = int(sys.argv[3])
trainee_copy.subprocess.call = lambda words, env: call(
    [*words, f"--ServerApp.port={sys.argv[2]}", "--IdentityProvider.token=t",
     "--MappingKernelManager.cull_interval=1"], env=env)
trainee_copy.open_lab(Path(sys.argv[1]), "", browser=False, warm=sys.argv[4] == "warm")
"""


def answer(port, path, method="GET", seconds=40):
    """What the server answers, once it does."""
    over = time.monotonic() + seconds
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/{path}", method=method, headers={"Authorization": "token t"}
    )
    while True:
        try:
            with urllib.request.urlopen(request, timeout=seconds) as reply:
                return json.load(reply)
        except (OSError, ValueError):
            if time.monotonic() > over:
                raise
            time.sleep(0.2)


@contextmanager
def lab(tmp_path, idle, warm=False):
    """The port and the process of a JupyterLab that stops kernels which were idle for that many seconds."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [sys.executable, "-c", LAB, str(tmp_path), str(port), str(idle), "warm" if warm else "cold"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        answer(port, "api/status")
        yield port, psutil.Process(started.pid)
    finally:
        kill([*(p.pid for p in psutil.Process(started.pid).children(recursive=True)), started.pid])
        started.wait()


def page_of(port, kernel):
    """The connection that a page in the browser has to its kernel."""
    import websocket

    return websocket.create_connection(
        f"ws://127.0.0.1:{port}/api/kernels/{kernel}/channels", header=["Authorization: token t"]
    )


@SOCKETS
@pytest.mark.slow
def test_kernels_of_lab_are_not_heard(tmp_path):
    """A kernel that Lab starts answers by sockets, again after a restart."""
    with lab(tmp_path, idle=3600) as (port, process):
        kernel = answer(port, "api/kernels", "POST")["id"]
        answer(port, f"api/kernels/{kernel}/restart", "POST")
        server = descendants(process, "-m jupyterlab")[0]
        assert within(10, lambda: len(descendants(server, "ipykernel_launcher")) == 1)
        page = page_of(port, kernel)
        page.send(json.dumps({
            "header": {"msg_id": "1", "msg_type": "execute_request", "session": "s", "username": "", "version": "5.3"},
            "parent_header": {}, "metadata": {}, "channel": "shell", "buffers": [],
            "content": {"code": LISTENS + "print(heard, modes)", "silent": False},
        }))  # fmt: skip
        page.settimeout(120)
        texts = iter(lambda: json.loads(page.recv()), None)
        said = (t["content"]["text"] for t in texts if t["msg_type"] == "stream")
        assert [next(said), next(said)] == ["a secret\n", "0 {0}\n"]
        page.close()


@pytest.mark.slow
@pytest.mark.skipif(not warm_kernels.available(), reason="kernels start warm on Linux alone")
@pytest.mark.parametrize("warm", [True, False], ids=["warm", "cold"])
def test_kernels_of_a_class_come_from_one_process(tmp_path, monkeypatch, warm):
    """With --warm each kernel of Lab, also after a restart, is forked from the server; without it none is."""
    monkeypatch.delenv(warm_kernels.PLACE, raising=False)
    monkeypatch.delenv(warm_kernels.PROVISIONER, raising=False)
    with lab(tmp_path, idle=3600, warm=warm) as (port, process):
        kernels_here = [answer(port, "api/kernels", "POST")["id"] for _ in range(2)]
        answer(port, f"api/kernels/{kernels_here[0]}/restart", "POST")
        forked = 3 if warm else 0  # the server, and two kernels that came from it
        assert within(10, lambda: len(descendants(process, "kernel_server")) == forked)


@SOCKETS
@pytest.mark.slow
def test_kernels_of_lab_are_stopped_when_idle(tmp_path):
    """An idle kernel is stopped though its page is open."""
    with lab(tmp_path, idle=5) as (port, _):
        page = page_of(port, answer(port, "api/kernels", "POST")["id"])
        over = time.monotonic() + 60
        while answer(port, "api/kernels") and time.monotonic() < over:
            time.sleep(0.5)
        assert answer(port, "api/kernels") == []
        page.close()
