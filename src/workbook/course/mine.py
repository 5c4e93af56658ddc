"""A trainee's own copy of the notebooks."""

import os
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

from workbook.course import first_words
from workbook.course.catalogue import Notebook
from workbook.course.kernels import fits, place

# Seconds after which a kernel that computes nothing is stopped, also while its notebook is open: a tab that was left open
# holds up to 250 MB, and thirty trainees on one machine leave many. An hour is longer than a break or a discussion.
IDLE = 3600


def copy_notebooks(selected: list[Notebook], folder: Path) -> tuple[int, int]:
    """Copy notebooks that aren't there yet; return how many were copied and how many kept."""
    made = 0
    for notebook in selected:
        target = folder / f"{notebook.id}.ipynb"
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(notebook.path, target)
        made += 1
    return made, len(selected) - made


def open_lab(folder: Path, selected: list[Notebook], *, browser: bool) -> int:
    """Run JupyterLab on the folder, open at the first selected notebook, and return its exit status."""
    first = f"{selected[0].id}.ipynb" if selected else "00_start_here.ipynb"
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    # JupyterLab asks the network for updates and extensions unless told otherwise.
    command += ["--LabApp.extension_manager=readonly"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += [
        f"--MappingKernelManager.cull_idle_timeout={IDLE}",
        "--MappingKernelManager.cull_connected=True",
    ]
    command += ["--no-browser"] if not browser else []
    with place() as short:
        environment, options = channels(short)
        return subprocess.call(
            [*command, *options, f"--LabApp.default_url=/lab/tree/{first}"],
            env=environment | {"PYTHONSTARTUP": first_words.__file__},
        )


def channels(short: Path) -> tuple[dict[str, str], list[str]]:
    """Environment and options for kernels that only their owner can reach, where the system has such channels."""
    from jupyter_core.paths import jupyter_runtime_dir

    environment, sockets = dict(os.environ), f"kernel-{uuid.UUID(int=0)}-ipc-0"
    if fits(Path(jupyter_runtime_dir()), sockets):
        return environment, ["--KernelManager.transport=ipc"]
    if fits(short, sockets):  # where one's own folder has too long a path
        return environment | {"JUPYTER_RUNTIME_DIR": str(short)}, ["--KernelManager.transport=ipc"]
    return environment, []
