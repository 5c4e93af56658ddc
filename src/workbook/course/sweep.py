"""One notebook under many settings: every combination is a run, and all that they recorded is one table."""

import contextlib
import itertools
import json
import math
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.course import catalogue, runner, sweep_page, worlds
from workbook.course.catalogue import Notebook
from workbook.course.jobs import alone, begun, outcomes, used, watched
from workbook.course.warm_kernels import warm_kernels
from workbook.tables.errors import DataError, readable_path
from workbook.tables.locations import data_folder

MOST = 1000  # combinations; more is a slip of the keyboard
COLUMNS = ("figure", "value", "unit", "low", "high", "truth", "claim")


@dataclass(frozen=True)
class Combination:
    """One setting of everything that a sweep varies, to be run in a folder of its own.

    Attributes
    ----------
    id : number and settings, which name its folder
    world, parameters : values by name, as text and as typed
    notebooks : what is run
    data : bundled name or folder, if no world is varied
    out, store : folder of its run, folder of the worlds
    fingerprint : of the data, "" if a world is varied
    """

    id: str
    world: Mapping[str, str]
    parameters: Mapping[str, Any]
    notebooks: tuple[Notebook, ...]
    data: str
    out: Path
    store: Path
    fingerprint: str = ""

    @property
    def settings(self) -> dict[str, Any]:
        """What was set, as the table calls it."""
        return {**{f"world {k}": v for k, v in self.world.items()}, **self.parameters}

    @property
    def told(self) -> dict[str, Any]:
        """What sweep.json keeps of it."""
        return {
            "id": self.id,
            "notebooks": [n.id for n in self.notebooks],
            "data": self.fingerprint,
            "world": dict(self.world),
            "parameters": dict(self.parameters),
        }

    @property
    def command(self) -> str:
        """What one would type for this combination alone."""
        of = [arg for k, v in self.world.items() for arg in ("--world", f"{k}={v}")] or ["--data", self.data]
        given = [arg for k, v in self.parameters.items() for arg in ("-p", f"{k}={v}")]
        return shlex.join(["workbook", "run", *(catalogue.short(n.id) for n in self.notebooks), *of, *given])


def values(name: str, text: str) -> list[str]:
    """``0.5,1,2`` and ``1..20``, or both: the values of the setting ``name``.

    Raises
    ------
    DataError
        for an empty value, or a range that isn't one of whole numbers, upwards.
    """
    found: list[str] = []
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(-?\d+)\s*\.\.\s*(-?\d+)\s*", part)
        if ends and int(ends[1]) <= int(ends[2]) < int(ends[1]) + MOST:
            found += map(str, range(int(ends[1]), int(ends[2]) + 1))
        elif ".." in part or not part.strip():
            why = "from less to more" if ends else "of whole numbers" if ".." in part else ""
            range_of = f", a range {why}" if why else ""
            raise DataError(f"Values of {name} are listed as 0.5,1,2 or as 1..20{range_of}; got {text!r}.")
        else:
            found.append(part.strip())
    return list(dict.fromkeys(found))


def combinations(
    selected: Sequence[Notebook],
    world: Sequence[str],
    given: Sequence[str],
    data: str,
    out: Path,
    store: Path,
) -> list[Combination]:
    """Every combination of the settings, checked before anything runs.

    Parameters
    ----------
    selected : notebooks
    world, given : ``name=values`` of --world and of -p
    data : bundled name or folder, where no world is asked for
    out, store : folders of the sweep and of the worlds

    Raises
    ------
    DataError
        for an unknown name or value, data that can't be used, a day that lies outside it, or more than ``MOST``
        combinations.
    """
    source, dataset = (data, None) if world else runner.opened(data)
    grid = [
        *(("world", *split_setting(w)) for w in world),
        *(("parameter", *split_setting(p)) for p in given),
    ]
    check_grid(grid)
    found = []
    for number, chosen in enumerate(itertools.product(*(choices for *_, choices in grid)), 1):
        named = [(kind, name, value) for (kind, name, _), value in zip(grid, chosen, strict=True)]
        of_world, typed = of_kinds(named, selected)
        if dataset:
            runner.check_as_of(typed, dataset)
        id = "-".join(filter(None, [f"{number:04d}", slug(" ".join(f"{n}={v}" for _, n, v in named))]))
        fingerprint = dataset.fingerprint if dataset else ""
        folder = out / "runs" / id
        found.append(Combination(id, of_world, typed, tuple(selected), source, folder, store, fingerprint))
    return found


def check_grid(grid: Sequence[tuple[str, str, list[str]]]) -> None:
    """See that each setting (kind, name, values) comes once, and that there are neither none nor too many combinations."""
    for number, (kind, name, _) in enumerate(grid):
        if (kind, name) in [earlier[:2] for earlier in grid[:number]]:
            raise DataError(f"{name} is given twice; list all its values at once, as in {name}=1,2.")
    size = math.prod(len(choices) for *_, choices in grid)
    if not 1 <= size <= MOST:
        raise DataError(f"A sweep must have from 1 to {MOST:,} combinations; these settings make {size:,}.")


def of_kinds(
    named: Sequence[tuple[str, str, str]], selected: Sequence[Notebook]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Checked settings (kind, name, value) of the world, as text, and of the notebooks, as typed."""
    of_world = {name: value for kind, name, value in named if kind == "world"}
    typed = catalogue.typed([f"{n}={v}" for kind, n, v in named if kind == "parameter"], list(selected))
    worlds.settings([f"{n}={v}" for n, v in of_world.items()])
    return of_world, typed


def slug(text: str) -> str:
    """A text as part of a folder's name: nothing that parts folders or needs quoting, and not too long."""
    return re.sub(r"[^\w.=-]+", "_", text)[:80]


def split_setting(request: str) -> tuple[str, list[str]]:
    """Name and values of ``name=values``."""
    name, equals, text = request.partition("=")
    if not equals:
        raise DataError(f"A setting is name=values; got {request!r}.")
    return name, values(name, text)


def sweep(
    plan: Sequence[Combination],
    out: Path,
    *,
    jobs: int = 1,
    dask: str = "",
    resume: bool = False,
    progress: bool = True,
    command: str = "",
) -> pd.DataFrame:
    """Run all combinations, and write ``figures.csv``, ``figures.parquet``, ``sweep.json`` and ``index.html``.

    Parameters
    ----------
    plan : from `combinations`
    out : folder of the sweep, new, or that of an earlier one of the same plan with ``resume``
    jobs, dask : processes of this machine, or the scheduler that takes the work instead
    resume : keep the runs that passed
    command : what was typed, for the page

    Returns
    -------
    pandas.DataFrame
        a row per combination and recorded figure: id, notebook, status, reason, what was varied, figure, value …

    Raises
    ------
    DataError
        if ``out`` holds something else, or another sweep writes into it.
    """
    told = [one.told for one in plan]
    check_out(out, told, resume)
    with alone(out):
        runner.write_whole(
            out / "sweep.json", json.dumps({"schema": 2, "combinations": told}, indent=1, ensure_ascii=False)
        )
        made = {tuple(c.world.items()): (c.world, c.store) for c in plan if c.world}
        list(watched(outcomes(make_world, list(made.values()), jobs, dask), len(made), "world", progress))
        one = data_folder(plan[0].data) if plan and not made else None
        with warm_kernels(len(plan) > 1 and not dask, data=one):
            found = watched(outcomes(run_combination, list(plan), jobs, dask), len(plan), "run", progress)
            rows = sorted((row for part in found for row in part["rows"]), key=lambda row: row["id"])
        table = tidy(rows)
        write_table(table, out)
        runner.write_whole(
            out / "index.html", sweep_page.page(table, {c.id: c.settings for c in plan}, command)
        )
    return table


def check_out(out: Path, told: list[dict[str, Any]], resume: bool) -> None:
    """See that a sweep goes into a new or empty folder, or on with an earlier one of the same plan."""
    if not out.exists() or (out.is_dir() and not used(out)):
        return
    try:
        before = json.loads(readable_path(out / "sweep.json").read_text(encoding="utf-8"))["combinations"]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(
            f"--out must be a new folder, or that of a sweep; {str(out)!r} holds something else."
        ) from None
    if not resume:
        raise DataError(f"{str(out)!r} holds a sweep; say --resume to go on with it, or name another --out.")
    if before != told:
        raise DataError(f"{str(out)!r} holds another sweep, {in_short(before)}; name another --out.")


def in_short(told: list[dict[str, Any]]) -> str:
    """What a sweep is of, as it was written down."""
    of = ", ".join(map(catalogue.short, told[0].get("notebooks", [])))
    settings: dict[str, list[str]] = {}
    for one in told:
        for name, value in {**one["world"], **one["parameters"]}.items():
            settings.setdefault(name, []).append(str(value))
    over = " ".join(f"{name}={','.join(dict.fromkeys(values))}" for name, values in settings.items())
    return f"of {of} with {over}" if over else f"of {of}"


def make_world(wanted: tuple[Mapping[str, str], Path]) -> dict[str, Any]:
    """Make a world that several combinations share; what fails here is told by their runs."""
    world, store = wanted
    with contextlib.suppress(DataError):
        worlds.world([f"{name}={value}" for name, value in world.items()], store)
    return {"id": ", ".join(f"{name} {value}" for name, value in world.items())}


def run_combination(one: Combination) -> dict[str, Any]:
    """Run one combination, or take up its run where it stopped; a failure is a row, not an error."""
    try:
        told = [f"{name}={value}" for name, value in one.world.items()]
        data = worlds.world(told, one.store) if one.world else one.data
        content = runner.run(
            list(one.notebooks),
            data,
            dict(one.parameters),
            one.out,
            resume=True,
            progress=False,
            command=one.command,
        )
        if one.fingerprint and content["data"]["fingerprint"] != one.fingerprint:
            raise DataError("the data set was changed during the sweep; run it again with another --out.")
        ran = content["notebooks"]
    except Exception as error:  # one combination must not stop the others, whatever it is
        reason = f"{type(error).__name__}: {error}"
        ran = [{"id": n.id, "status": "failed", "reason": reason, "figures": []} for n in one.notebooks]
    rows = [
        {
            "id": one.id,
            "notebook": n["id"],
            "status": n["status"],
            "reason": n["reason"],
            **one.settings,
            **figure,
        }
        for n in ran
        for figure in ([{**f, "figure": f["name"]} for f in n["figures"]] or [{}])
    ]
    return {"id": one.id, "rows": rows}


def tidy(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """The rows as a table; what was varied becomes a number where all its values are numbers."""
    table = pd.DataFrame(rows).drop(columns="name", errors="ignore").reindex(columns=columns(rows))
    for name in table.columns.difference(["id", "notebook", "status", "reason", "figure", "unit", "claim"]):
        number = pd.to_numeric(table[name], errors="coerce")
        table[name] = (
            number if number.notna().sum() == table[name].notna().sum() else table[name].astype("str")
        )
    return table


def columns(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Columns in order: which run, what was varied, what was recorded."""
    head = ["id", "notebook", "status", "reason"]
    varied = [
        name
        for name in dict.fromkeys(n for row in rows for n in row)
        if name not in (*head, *COLUMNS, "name")
    ]
    return [*head, *varied, *COLUMNS]


def write_table(table: pd.DataFrame, out: Path) -> None:
    """Write the table twice, each file whole."""
    runner.write_whole(out / "figures.csv", table.to_csv(index=False, lineterminator="\n"))
    part = begun(out / "figures.parquet")
    table.to_parquet(part, index=False)
    part.replace(out / "figures.parquet")
