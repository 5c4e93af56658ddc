"""What running notebooks costs beside plain papermill: the whole course, a sweep; and commands that answer at once.

Times are of whole commands in fresh processes, from the call to its end. CPU seconds are of the command and of all
processes that it started and waited for, kernels included.
"""

import itertools
import json
import resource
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from run import busy

COURSE = {"full": (), "quick": ("rfm_tiers", "recommender_ab_test")}  # what is selected; all if nothing is
SEEDS = {"full": 20, "quick": 2}
HIGH_FROM, SWEPT, CUSTOMERS, JOBS = (3, 4), "rfm_tiers", 200, 2
MOST_COURSE, MOST_SWEEP = 0.4, 0.3  # aims: of papermill's time
MOST_SECONDS = 1.0  # aim for a command that answers at once
TURNS = 5  # of those commands
PLAIN = """
import json, sys
import papermill
for source, target, parameters in json.load(sys.stdin):
    papermill.execute_notebook(source, target, parameters=parameters, progress_bar=False)
"""
Figures = list[dict[str, Any]]


@dataclass(frozen=True)
class Took:
    """One command: seconds by the clock and of all cores, cores that others kept busy, figures recorded run by run."""

    wall: float
    cpu: float
    others: float
    figures: tuple[Figures, ...] = ()


def timed(command: list[str], folder: Path, given: str = "") -> Took:
    """Run Python with these arguments, in a folder.

    Raises
    ------
    RuntimeError
        if it fails, with the end of what it said.
    """
    before = time.perf_counter(), spent(), busy()
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, input=given, capture_output=True, encoding="utf-8"
    )
    wall, cpu, total = (b - a for a, b in zip(before, (time.perf_counter(), spent(), busy()), strict=True))
    if done.returncode:
        raise RuntimeError(
            f"{' '.join(command[1:])} ended with {done.returncode}: {(done.stdout + done.stderr)[-2000:]}"
        )
    return Took(wall, cpu, max(0.0, total - cpu) / wall)


def spent() -> float:
    """CPU seconds of all processes that this one has started and waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def workbook(command: list[str], folder: Path) -> Took:
    """Run the workbook's command, and read what it recorded from the run.json files under ``folder/out``."""
    took = timed(["-m", "workbook.cli", *command], folder)
    runs = [json.loads(p.read_text(encoding="utf-8")) for p in sorted((folder / "out").rglob("run.json"))]
    figures = tuple(n["figures"] for run in runs for n in run["notebooks"])
    return Took(took.wall, took.cpu, took.others, figures)


def papermill(jobs: list[tuple[Path, dict[str, Any]]], folder: Path) -> Took:
    """Run notebooks with parameters by papermill, one after the other in one new process; without sections that need an extra."""
    import nbformat

    from workbook.course.fitted import fitted
    from workbook.course.runner import collect

    todo = []
    for number, (path, parameters) in enumerate(jobs):
        source, target = (folder / f"{number:04d}{end}.ipynb" for end in ("-as-it-is", ""))
        nbformat.write(fitted(nbformat.read(path, as_version=4), None, exercises=True), source)
        todo.append((str(source), str(target), parameters))
    took = timed(["-c", PLAIN], folder, json.dumps(todo))
    recorded = [collect(nbformat.read(target, as_version=4)) for _, target, _ in todo]
    figures = tuple([r["figure"] for r in one if "figure" in r] for one in recorded)
    return Took(took.wall, took.cpu, took.others, figures)


def course(folder: Path, size: str) -> dict[str, Took]:
    """The whole course, by the workbook first."""
    from workbook.course import catalogue

    chosen = catalogue.select(list(COURSE[size]), catalogue.notebooks())
    command = ["run", *COURSE[size], "--jobs", str(JOBS), "--out", "out"]
    ours = workbook(command, new(folder / "course"))
    theirs = papermill([(n.path, {}) for n in chosen], new(folder / "course-plain"))
    return same({"`workbook run`": ours, "plain papermill": theirs})


def sweep(folder: Path, size: str) -> dict[str, Took]:
    """A sweep over seeds and a parameter, by papermill first, so that nobody always comes first."""
    from workbook.course import catalogue

    (notebook,) = catalogue.select([SWEPT], catalogue.notebooks())
    world, seeds = folder / "world", range(1, SEEDS[size] + 1)
    made = ["data", "make", str(world), "--customers", str(CUSTOMERS), "--format", "parquet"]
    timed(["-m", "workbook.cli", *made], folder)
    grid = [
        {"data": str(world), "seed": seed, "high_from": high}
        for seed, high in itertools.product(seeds, HIGH_FROM)
    ]
    theirs = papermill([(notebook.path, one) for one in grid], new(folder / "sweep-plain"))
    asked = [f"seed=1..{seeds[-1]}", f"high_from={','.join(map(str, HIGH_FROM))}"]
    command = ["sweep", SWEPT, "--data", str(world), "-p", asked[0], "-p", asked[1]]
    ours = workbook([*command, "--jobs", str(JOBS), "--out", "out"], new(folder / "sweep"))
    return same({"`workbook sweep`": ours, "plain papermill": theirs})


def new(folder: Path) -> Path:
    """A folder, made."""
    folder.mkdir()
    return folder


def same(found: dict[str, Took]) -> dict[str, Took]:
    """What was measured, once it is sure that both recorded the same, run by run and to the last digit."""
    ours, theirs = found.values()
    if ours.figures != theirs.figures or not any(ours.figures):
        raise AssertionError(f"{' and '.join(found)} recorded different figures, or none.")
    for name, took in found.items():
        print(f"{name} {took.wall:.1f} s, others {took.others:.1f} cores", file=sys.stderr, flush=True)
    return found


def rows(what: str, found: dict[str, Took]) -> list[str]:
    """Lines of the table."""
    ours = next(iter(found.values())).wall
    return [
        f"| {what}: {name} | {len(took.figures)} | {took.wall / ours:.2f} | {took.wall:.1f} | {took.cpu:.1f} "
        f"| {took.others:.2f} |"
        for name, took in found.items()
    ]


def share(found: dict[str, Took]) -> float:
    """The workbook's time by papermill's."""
    ours, theirs = found.values()
    return ours.wall / theirs.wall


def cpu_share(found: dict[str, Took]) -> float:
    """The workbook's CPU seconds by papermill's."""
    ours, theirs = found.values()
    return ours.cpu / theirs.cpu


def at_once(folder: Path) -> dict[str, float]:
    """Median seconds of the commands that should answer at once, which take turns."""
    commands = (["list"], ["--help"])
    found: dict[str, list[float]] = {" ".join(command): [] for command in commands}
    for _, command in itertools.product(range(TURNS), commands):
        found[" ".join(command)].append(timed(["-m", "workbook.cli", *command], folder).wall)
    return {name: median(seconds) for name, seconds in found.items()}


def met(value: float, most: float) -> str:
    """Whether an aim is met."""
    return "met" if value <= most else "**not met**"


def section(folder: Path, size: str) -> str:
    """Measure, and write the part of RESULTS.md."""
    told, whole, swept = at_once(folder), course(folder, size), sweep(folder, size)
    answers = [
        f"`workbook {name}` {seconds:.2f} s, {met(seconds, MOST_SECONDS)}" for name, seconds in told.items()
    ]
    return "\n".join(
        [
            "## Running notebooks",
            "",
            f"The whole course on the bundled data, and a sweep of {SWEPT} on {CUSTOMERS} customers over "
            f"{SEEDS[size]} seeds and {len(HIGH_FROM)} values of `high_from`, both with `--jobs {JOBS}`, against "
            "`papermill.execute_notebook` in a loop: the same notebooks, parameters and kernel. Once each, in turns.",
            "",
            "| | runs | time ÷ ours | seconds | CPU seconds | others' cores |",
            "|---|--:|--:|--:|--:|--:|",
            *rows("course", whole),
            *rows("sweep", swept),
            "",
            f"Aim: the course in at most {MOST_COURSE} × papermill's time: {met(share(whole), MOST_COURSE)}, at "
            f"{share(whole):.2f} ×. Aim: the sweep in at most {MOST_SWEEP} ×: {met(share(swept), MOST_SWEEP)}, at "
            f"{share(swept):.2f} ×. Aim: under {MOST_SECONDS:.0f} s (median of {TURNS}): {'; '.join(answers)}.",
            "",
            "Two notebooks run at once, and half the time is the most that this can save on two cores. The rest is that kernels "
            "start warm: they are forked from a process that has imported what notebooks use. In CPU seconds "
            f"the course costs {cpu_share(whole):.2f} × papermill's, the sweep {cpu_share(swept):.2f} ×. The times aren't of "
            "equal work: the workbook also checks and fingerprints the data, writes a page of HTML for each notebook, and an "
            "index or a table of all figures, which papermill doesn't; papermill as it comes saves a notebook after every "
            "cell, which the workbook leaves out. Both recorded the same figures, run by run and to the last digit. Making the "
            "world isn't timed. Where others' cores aren't near 0, both sides are slowed, the workbook more, as it "
            "wants both cores.",
        ]
    )
