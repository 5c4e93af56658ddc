"""Run notebooks on a data set: papermill runs, what they recorded, and whole files at any moment."""

import json
import platform
import time
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workbook.course import data_gaps, report
from workbook.course.catalogue import Notebook
from workbook.course.display import MIME
from workbook.course.execute import LONGEST, execute, normalise
from workbook.course.fitted import fitted, section_lacks, without_outputs
from workbook.course.jobs import alone, begun, outcomes, used, watched
from workbook.course.kernels import scratch_folder
from workbook.course.settings import first_day
from workbook.course.warm_kernels import warm_kernels
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError, readable_path
from workbook.tables.folders import load_folder, stamp
from workbook.tables.locations import bundled, data_folder

SCHEMA = 2
NAMED = ("workbook", "pandas", "numpy", "scipy", "matplotlib", "lifetimes", "scikit-learn", "papermill")


@dataclass(frozen=True)
class Source:
    """The data set of a run: its folder, what changes with its files, and what run.json says of it."""

    folder: Path
    seen: tuple[Any, ...]
    told: dict[str, Any]

    def changed(self) -> str:
        """Say it if the data isn't what it was when the run began."""
        if stamp(self.folder) == self.seen:
            return ""
        try:
            now = describe(load_folder(self.folder))
        except DataError as error:
            return f"the data set was changed during the run, and can't be used any more: {error}"
        if now == self.told:
            return ""
        prints = f"its fingerprint was {self.told['fingerprint']} and is {now['fingerprint']} now"
        return f"the data set was changed during the run ({prints}); run this again"


@dataclass(frozen=True)
class Job:
    """One notebook to run: where it is, what it is given, where the result goes; its seed, given or its own, the other
    numbers that it takes where none was given, the data set, which should stay as it is meanwhile, the notebook as it is
    fitted to that, if it isn't run as it is, and all notebooks that get a page.
    """

    id: str
    title: str
    path: Path
    out: Path
    parameters: dict[str, Any]
    seed: int | None = None
    lacks: list[str] = field(default_factory=list)
    assumed: dict[str, float] = field(default_factory=dict)
    source: Source | None = None
    fitted: str = ""
    pages: tuple[str, ...] = ()


def run(
    selected: list[Notebook],
    data: str | Path,
    parameters: dict[str, Any],
    out: Path,
    *,
    jobs: int = 1,
    dask: str = "",
    resume: bool = False,
    progress: bool = True,
    command: str = "",
) -> dict[str, Any]:
    """Run notebooks and write ``OUT/<id>.ipynb`` and ``.html``, ``OUT/index.html`` and ``OUT/run.json``.

    Parameters
    ----------
    selected : the notebooks
    data : bundled name or folder
    parameters : by name; each notebook gets those that it has
    out : folder of the results
    jobs : notebooks that run at once
    dask : address of a Dask scheduler that runs them instead
    resume : keep what ``out`` already holds of the same data and parameters
    command : what was typed, for the report

    Returns
    -------
    dict
        the content of run.json.

    Raises
    ------
    DataError
        if the data can't be used, as_of lies outside it, or another run writes into ``out``, before anything is run.
    """
    check_out(out)
    folder = data_folder(data)
    with warm_kernels(len(selected) > 1 and not dask, data=folder):  # they get ready meanwhile
        seen = stamp(folder)  # before the tables are read, so that no change can fall between
        name, dataset = opened(data)
        check_as_of(parameters, dataset)
        for n in selected:
            own = {p.name: parameters.get(p.name, p.default) for p in n.parameters}
            n.lesson.check(own)
        source = Source(folder, seen, describe(dataset))
        with alone(out):
            before = finished(out, source.told) if resume else {}
            plan = [prepare(n, dataset, name, parameters, out, before, source) for n in selected]
            pages = tuple(n.id for n, part in zip(selected, plan, strict=True) if has_page(part))
            plan = [replace(part, pages=pages) if isinstance(part, Job) else part for part in plan]
            return carry_out(plan, about(dataset, command), out, jobs, dask, progress)


def opened(data: str | Path) -> tuple[str, Dataset]:
    """A data set, and its name for notebooks: a bundled one's own, or its folder, absolute.

    Raises
    ------
    DataError
        if it is neither, or can't be used.
    """
    folder = data_folder(data)
    return str(data) if str(data) in bundled() else str(folder), loaded(folder, stamp(folder))


@lru_cache(maxsize=1)
def loaded(folder: Path, seen: tuple[Any, ...]) -> Dataset:
    """A data set; a sweep, which runs many times on one, reads it again only if its files aren't as they were seen."""
    return load_folder(folder)


def about(dataset: Dataset, command: str) -> dict[str, Any]:
    """What run.json says beside the notebooks."""
    how = {"on": f"{datetime.now():%Y-%m-%d}", "command": command}
    return {"schema": SCHEMA, "data": describe(dataset), "versions": versions(), "made": how}


def carry_out(
    plan: list[Job | dict[str, Any]], head: dict[str, Any], out: Path, jobs: int, dask: str, progress: bool
) -> dict[str, Any]:
    """Run what is a job of a plan, and write the run's own files anew whenever one is done."""
    order = [part.id if isinstance(part, Job) else part["id"] for part in plan]
    done = {part["id"]: part for part in plan if isinstance(part, dict)}
    todo = [part for part in plan if isinstance(part, Job)]

    def write() -> dict[str, Any]:
        content = head | {"notebooks": [done[id] for id in order if id in done]}
        write_whole(out / "run.json", json.dumps(content, indent=1, ensure_ascii=False))
        write_whole(out / "index.html", report.index(content, out))
        return content

    content = write()
    for result in watched(outcomes(run_one, todo, jobs, dask, write_lost), len(todo), "notebook", progress):
        done[result["id"]] = result
        content = write()
    return content


def prepare(
    notebook: Notebook,
    dataset: Dataset,
    data: str,
    parameters: dict[str, Any],
    out: Path,
    before: dict[str, Any],
    source: Source | None = None,
) -> Job | dict[str, Any]:
    """Return the job for a notebook, or its result where there is nothing to run."""
    names = {p.name for p in notebook.parameters}
    given = {k: v for k, v in parameters.items() if k in names}
    day = given.get("as_of", "")
    known = dataset.at(day) if day else dataset
    lacking = notebook.lacking(dataset.lacks)
    whole = json.loads(notebook.path.read_text(encoding="utf-8"))
    empty = {
        "id": notebook.id,
        "title": notebook.title,
        "parameters": given,
        "seed": given.get("seed", default(notebook, "seed")),
        "assumed": {
            p.name: p.default
            for p in notebook.parameters
            if p.type in ("int", "float") and p.name != "seed" and p.name not in given
        },
        "lacks": lacking or section_lacks(whole, dataset),
        "figures": [],
        "checks": [],
        "decisions": [],
    }
    if lacking:
        return empty | {"status": "skipped", "reason": data_gaps.lacking_in_words(lacking), "seconds": 0.0}
    done = before.get(notebook.id)
    if done and done["parameters"] == given:
        return done
    needed = {} if default(notebook, "data") == data else {"data": data}
    job = Job(notebook.id, notebook.title, notebook.path, out, given | needed)
    fit = without_outputs(fitted(whole, known, exercises=known.synthetic))
    about = {"seed": empty["seed"], "assumed": empty["assumed"], "lacks": empty["lacks"]}
    return replace(job, **about, source=source, fitted=json.dumps(fit))


def has_page(part: Job | dict[str, Any]) -> bool:
    """Whether a part of a plan has a page, or gets one."""
    return isinstance(part, Job) or part["status"] != "skipped"


def default(notebook: Notebook, name: str) -> Any:
    """A parameter as the notebook has it; None if it has none of that name."""
    return next((p.default for p in notebook.parameters if p.name == name), None)


def run_one(job: Job) -> dict[str, Any]:
    """Run one notebook, write its two files, and return its part of run.json."""
    import nbformat
    from nbclient.exceptions import CellTimeoutError
    from papermill import PapermillExecutionError

    began, reason = time.perf_counter(), ""
    with scratch_folder() as scratch:
        done, fit = scratch / "done.ipynb", scratch / "fitted.ipynb"
        if job.fitted:
            fit.write_text(job.fitted, encoding="utf-8")
        try:
            execute(fit if job.fitted else job.path, done, job.parameters)
        except PapermillExecutionError as error:
            reason = f"{error.ename}: {error.evalue}"
        except CellTimeoutError:
            reason = f"a cell took longer than {LONGEST} seconds, twice"
        except RuntimeError as error:
            reason = f"its kernel ended, {KILLED}: {error}"
        notebook = normalise(nbformat.read(done, as_version=4)) if done.exists() else blank(job)
    changed = job.source.changed() if job.source else ""
    return write_result(job, notebook, changed or reason, time.perf_counter() - began)


def write_lost(job: Job) -> dict[str, Any]:
    """Write the two files of a notebook whose process ended, and return its part of run.json."""
    return write_result(job, blank(job), f"the process that ran it ended, {KILLED}", 0.0)


KILLED = "as when memory is short or somebody stops it"


def blank(job: Job) -> Any:
    """A notebook as it is before it was run on anything, without the outputs that it is stored with."""
    import nbformat

    text = job.fitted or job.path.read_text(encoding="utf-8")
    return without_outputs(normalise(nbformat.reads(text, as_version=4)))


def write_result(job: Job, notebook: Any, reason: str, seconds: float) -> dict[str, Any]:
    """Write a notebook's two files, and return its part of run.json; it failed if there is a reason."""
    import nbformat

    target = job.out / f"{job.id}.ipynb"
    target.parent.mkdir(parents=True, exist_ok=True)
    write_whole(target, nbformat.writes(notebook))
    write_whole(target.with_suffix(".html"), report.page(notebook, job.title, job.id, job.pages))
    recorded = collect(notebook)
    return {
        "id": job.id,
        "title": job.title,
        "status": "failed" if reason else "passed",
        "reason": reason,
        "seconds": round(seconds, 1),
        "parameters": {k: v for k, v in job.parameters.items() if k != "data"},
        "seed": job.seed,
        "assumed": job.assumed,
        "lacks": job.lacks,
        "figures": [r["figure"] for r in recorded if "figure" in r],
        "checks": [r["check"] for r in recorded if "check" in r],
        "decisions": [r["decision"] for r in recorded if "decision" in r],
    }


def collect(notebook: Any) -> list[dict[str, Any]]:
    """Everything that the notebook's outputs carry for the run."""
    return [
        output["data"][MIME]
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if MIME in output.get("data", {})
    ]


def check_out(out: Path) -> None:
    """See that results go into a new or empty folder, or that of an earlier run, and overwrite nothing else."""
    if out.is_file() or (out.is_dir() and used(out) and not (out / "run.json").exists()):
        raise DataError(
            f"--out must be a new folder, or that of an earlier run; {str(out)!r} holds something else."
        )


def check_as_of(parameters: dict[str, Any], dataset: Dataset) -> None:
    """See that an as_of lies within the data, before a kernel starts."""
    first, dated = first_day(dataset), all(data_gaps.days(dataset))
    for name, value in parameters.items():
        if name.endswith("as_of") and value and not dated:
            raise DataError(f"{name} needs data with dates, and {dataset.name!r} isn't dated; got {value}.")
        if name.endswith("as_of") and value and not f"{first:%Y-%m-%d}" <= value <= f"{dataset.end:%Y-%m-%d}":
            raise DataError(
                f"{name} must lie within the data, {first:%Y-%m-%d} to {dataset.end:%Y-%m-%d}; got {value}."
            )


def describe(dataset: Dataset) -> dict[str, Any]:
    """What run.json says of the data."""
    start, end = data_gaps.days(dataset)
    return {
        "name": dataset.name,
        "fingerprint": dataset.fingerprint,
        "synthetic": dataset.synthetic,
        "world": dict(dataset.facts) if dataset.synthetic else None,
        "start": start,
        "end": end,
        "currency": dataset.currency,
        "rows": {name: len(frame) for name, frame in dataset.tables.items()},
        "notes": list(dataset.notes),
    }


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that results depend on."""
    return {"python": platform.python_version()} | {name: version(name) for name in NAMED}


def finished(out: Path, data: dict[str, Any]) -> dict[str, Any]:
    """What an earlier run into ``out`` passed on the same data, by notebook."""
    try:
        content = json.loads(readable_path(out / "run.json").read_text(encoding="utf-8"))
        ran = {n["id"]: n for n in content["notebooks"] if n["status"] == "passed"}
        same = content["data"] == data
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {id: n for id, n in ran.items() if same and (out / f"{id}.html").exists()}


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    part = begun(path)
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def new_folder(base: Path, prefix: str = "") -> Path:
    """Name a folder for a run of this second."""
    stamp = f"{prefix}{datetime.now():%Y%m%d-%H%M%S}"
    taken = {p.name for p in base.glob(f"{stamp}*")}
    return base / next(n for n in (stamp, *(f"{stamp}-{k}" for k in range(2, 99))) if n not in taken)


def point_latest(out: Path, latest: Path) -> None:
    """Let ``latest`` lead to a run: a link, or where links aren't allowed a page that leads on.

    What else has that name stays as it is.
    """
    page = latest / "index.html"
    if latest.is_symlink():
        latest.unlink()
    elif latest.is_dir() and [p.name for p in latest.iterdir()] == [page.name]:
        page.unlink()
        latest.rmdir()
    if latest.exists():
        return
    try:
        latest.symlink_to(out.name, target_is_directory=True)
    except OSError:
        latest.mkdir()
        write_whole(
            latest / "index.html",
            f'<meta http-equiv="refresh" content="0; url=../{quote(out.name)}/index.html">',
        )
