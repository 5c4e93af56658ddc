"""JupyterLab on this machine alone, in a browser without a window."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workbook.course.trainee_copy import own_environment

TOKEN = "a-token-for-this-test-alone"
STARTS = 60  # seconds that a server may take
TRACKER = "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
KERNEL = "window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@contextmanager
def lab(folder: Path, settings: Path) -> Iterator[str]:
    """Serve a folder in JupyterLab; give the address that opens it.

    Parameters
    ----------
    folder : what the server may read and write
    settings : an empty folder for the server's own files
    """
    port = free_port()
    tracker = settings / "lab" / TRACKER
    tracker.parent.mkdir(parents=True)
    tracker.write_text('{"windowingMode": "none"}')  # all cells are on the page, not only those in view
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={TOKEN}", "--port-retries=0"]
    command += ["--LabApp.extension_manager=readonly", "--LabApp.expose_app_in_browser=True"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    own = {"JUPYTERLAB_SETTINGS_DIR": settings / "lab", "JUPYTERLAB_WORKSPACES_DIR": settings / "spaces"}
    own |= {"JUPYTER_CONFIG_DIR": settings / "config", "JUPYTER_RUNTIME_DIR": settings / "runtime"}
    environment = os.environ | own_environment() | {name: str(place) for name, place in own.items()}
    with (settings / "log").open("w") as log:
        server = subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/api/status?token={TOKEN}", server, settings / "log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Return once a server answers."""
    until = time.monotonic() + STARTS
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab didn't start: {log.read_text()[-2000:]}")


@contextmanager
def chromium() -> Iterator[Any]:
    """A session of a Chromium without a window."""
    with browser() as started:
        yield started.new_context(viewport={"width": 1280, "height": 900})


@contextmanager
def browser() -> Iterator[Any]:
    """A Chromium without a window; where there is none the test is left out, but not in CI."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("Playwright isn't installed; it is in requirements-dev.lock")
    if not program:
        missing("there is no Chromium on the path; on Debian: apt-get install chromium")
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


def missing(reason: str) -> None:
    """Leave a test out, or in CI let it fail."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)


def serious(page: Any, within: str | None = None, **options: Any) -> list[str]:
    """What axe-core finds on a page, or in an element of it, that keeps somebody from using it."""
    from axe_playwright_python.sync_playwright import Axe

    violations = {"resultTypes": ["violations"]}  # or it says at length where all is well
    found = Axe().run(page, within, violations | options).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ]


def run_all(session: Any, address: str, notebook: str) -> Any:
    """Open a notebook in a page of its own, run all its cells, and wait for the last."""
    page = session.new_page()
    page.goto(f"{address}/lab/tree/{notebook}?reset&token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
    wait_until_idle(page)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    wait_until_idle(page)
    page.wait_for_load_state("networkidle")
    return page


def wait_until_idle(page: Any) -> None:
    """Wait until the kernel has nothing to do."""
    page.wait_for_function(f"() => {KERNEL}?.status === 'idle'", timeout=120_000)


CELL = """([has, source]) => {
    const notebook = window.jupyterapp.shell.currentWidget.content;
    const at = notebook.widgets.findIndex(cell => cell.model.sharedModel.getSource().includes(has));
    notebook.activeCellIndex = at;
    if (source) notebook.widgets[at].model.sharedModel.setSource(source);
    return at;
}"""


def run_cell(page: Any, has: str, source: str = "") -> Any:
    """Run the first cell that holds a text, with another source if one is given, and give where it is on the page."""
    at = page.evaluate(CELL, [has, source])
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    wait_until_idle(page)
    return page.locator(".jp-Notebook .jp-Cell").nth(at)
