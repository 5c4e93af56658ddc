"""One's own copy of the notebooks, to learn with or to use on one's own data."""

import hashlib
import json
import os
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbook.course import first_words, sections
from workbook.course.catalogue import Notebook
from workbook.course.data_gaps import lacking_in_words
from workbook.course.edits import with_parameter
from workbook.course.fitted import fitted, without_outputs
from workbook.course.kernels import fits, scratch_folder
from workbook.course.warm_kernels import warm_kernels
from workbook.tables.dataset import Dataset

# Seconds after which a kernel that computes nothing is stopped, also while its notebook is open: a tab that was left open
# holds up to 250 MB, and thirty trainees on one machine leave many. An hour is longer than a break or a discussion.
IDLE = 3600
SETTINGS = Path(__file__).with_name("lab")


@dataclass
class Copies:
    """What came of copying: notebooks laid down, notebooks kept as they were left, newer editions laid beside older copies,
    and notebooks that the data can't carry, each with what it lacks.
    """

    made: list[Path] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)
    newer: list[Path] = field(default_factory=list)
    lacking: dict[str, list[str]] = field(default_factory=dict)

    @property
    def paths(self) -> list[Path]:
        """The copies that are there, in the order of the course."""
        return sorted([*self.made, *self.kept])

    def first(self, folder: Path) -> str:
        """The first copy, as JupyterLab is asked for it."""
        return self.paths[0].relative_to(folder).as_posix()

    def lines(self, folder: Path) -> list[str]:
        """The same for a terminal."""
        said = [f"{folder}/: {len(self.made)} copied, {len(self.kept)} kept as you left them."]
        said += [f"  newer than your copy, laid beside it: {path.relative_to(folder)}" for path in self.newer]
        said += [f"  not copied: {id} ({lacking_in_words(lacks)})" for id, lacks in self.lacking.items()]
        return said


def copy_notebooks(
    selected: Sequence[Notebook], folder: Path, data: tuple[str, Dataset] | None = None
) -> Copies:
    """Copy notebooks that aren't there yet, fitted to what is installed and to a data set; nothing is overwritten.

    Parameters
    ----------
    selected : the notebooks
    folder : where to
    data : how notebooks name the data set, and the data set; exercises are kept
    """
    done = Copies()
    for notebook in selected:
        page = json.loads(notebook.path.read_text(encoding="utf-8"))
        if data and (lacks := notebook.lacking(data[1].lacks)):
            done.lacking[notebook.id] = lacks
            continue
        name, own = data or ("", None)
        page = fitted(page, own, exercises=True, folder=name)
        if data:
            page = with_parameter(without_outputs(page), "data", name)
        lay(page, folder / f"{notebook.id}.ipynb", done)
    return done


def lay(page: dict[str, Any], target: Path, done: Copies) -> None:
    """Write a copy with its edition, beside one of another edition if there is one."""
    own = notebook_edition(page["cells"])
    page["metadata"].setdefault("workbook", {})["edition"] = own
    beside = target.with_name(f"{target.stem}.new-{own}.ipynb")
    if not target.exists():
        write(page, target)
        done.made.append(target)
    elif edition_of(target) == own or beside.exists():
        done.kept.append(target)
    else:
        write(page, beside)
        done.kept.append(target)
        done.newer.append(beside)


def write(page: dict[str, Any], target: Path) -> None:
    """Write a notebook that isn't there."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("x", encoding="utf-8") as file:
        file.write(json.dumps(page, indent=1, ensure_ascii=False) + "\n")


def notebook_edition(cells: Sequence[Mapping[str, Any]]) -> str:
    """Eight hex digits of what a notebook says and does, whatever its outputs."""
    told = [[cell["cell_type"], sections.text(cell), cell["metadata"]] for cell in cells]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:8]


def edition_of(path: Path) -> str:
    """The edition that a copy was made from; "" for one that doesn't say."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["metadata"]["workbook"]["edition"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def open_lab(folder: Path, first: str, *, browser: bool, warm: bool = False, data: Path | None = None) -> int:
    """Run JupyterLab on the folder, open at the notebook ``first``, and return its exit status.

    Its settings for all are in ``lab/labconfig``; what a user sets goes before them. An extension in ``lab/labextensions``
    says pictures and sliders in words.
    """
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={folder.resolve()}"]
    # JupyterLab asks the network for updates and extensions unless told otherwise.
    command += ["--LabApp.extension_manager=readonly"]
    command += ["--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    command += [
        f"--MappingKernelManager.cull_idle_timeout={IDLE}",
        "--MappingKernelManager.cull_connected=True",
    ]
    command += ["--no-browser"] if not browser else []
    # Jupyter refuses to serve root; in a container, where that is all there is, nobody else would be safer.
    command += ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with scratch_folder() as short:
        environment, options = channels(short)
        with warm_kernels(warm, environment | own_environment(), data):
            return subprocess.call(
                [*command, *options, f"--LabApp.default_url=/lab/tree/{quote(first)}"],
                env=os.environ | environment | own_environment(),
            )


def own_environment() -> dict[str, str]:
    """What kernels say first, where Lab finds settings and extension, and that a slider isn't told what it has just said."""
    return {
        "PYTHONSTARTUP": first_words.__file__,
        **{name: first_of(SETTINGS, name) for name in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH")},
        "JUPYTER_WIDGETS_ECHO": "0",  # each picture would travel three times
    }


def first_of(place: Path, name: str) -> str:
    """A variable of places to search, with one more before those of the user."""
    return os.pathsep.join([str(place), *filter(None, [os.environ.get(name)])])


def channels(short: Path) -> tuple[dict[str, str], list[str]]:
    """Variables and options for kernels that only their owner can reach, where the system has such channels."""
    from jupyter_core.paths import jupyter_runtime_dir

    sockets = f"kernel-{uuid.UUID(int=0)}-ipc-0"
    if fits(Path(jupyter_runtime_dir()), sockets):
        return {}, ["--KernelManager.transport=ipc"]
    if fits(short, sockets):  # where one's own folder has too long a path
        return {"JUPYTER_RUNTIME_DIR": str(short)}, ["--KernelManager.transport=ipc"]
    return {}, []
