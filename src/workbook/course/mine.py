"""A trainee's own copy of the notebooks."""

import shutil
import subprocess
import sys
from pathlib import Path

from workbook.course.catalogue import Notebook


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
    command += ["--no-browser"] if not browser else []
    return subprocess.call([*command, f"--LabApp.default_url=/lab/tree/{first}"])
