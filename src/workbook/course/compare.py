"""Runs side by side: what they recorded, where they differ, and what was different about them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.course import catalogue
from workbook.course.pages import document, items, table
from workbook.formatting.durations import rows_in_time_units
from workbook.formatting.quantities import PARTS, finer, label, written
from workbook.formatting.words import known
from workbook.tables.errors import DataError, plain

SAME = 1e-9  # relative; results of the same data, code and machine agree to this
WIDEST = 24  # characters of a run's name, of which many stand in a row
ALIKE = "The runs had the same data, versions and parameters."
STATES = {"skipped": "data lacks", "failed": "failed", "": "not run"}  # in place of a value


def load_run(folder: Path) -> dict[str, Any]:
    """Read a run's run.json.

    Raises
    ------
    DataError
        if the folder isn't one of a run.
    """
    path = folder if folder.name == "run.json" else folder / "run.json"
    try:
        content = json.loads(plain(path).read_text(encoding="utf-8"))
        content["notebooks"], content["data"]["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        runs = " The runs of a sweep are in its folder runs/." if (folder / "sweep.json").exists() else ""
        raise DataError(f"A run is a folder with a run.json; {str(folder)!r} is none.{runs}") from None
    return dict(content)


def compare(runs: Sequence[Path]) -> tuple[pd.DataFrame, list[str]]:
    """Recorded figures side by side, and what differs between the runs themselves.

    Parameters
    ----------
    runs : two folders of runs or more

    Returns
    -------
    table : a row per notebook and figure: unit, one column a run (its folder), for each of them truth and state (why it
        has no such figure, "" if it has), differs
    changes : sentences about data, versions, parameters and status

    Raises
    ------
    DataError
        for fewer than two runs, one that is named twice, or a folder that is none.
    """
    if len(runs) < 2:
        raise DataError("workbook compare takes two runs or more.")
    paths = [run.resolve() for run in runs]
    if twice := [str(run) for number, run in enumerate(runs) if paths[number] in paths[:number]]:
        raise DataError(f"A run is compared with others; {twice[0]!r} is named twice.")
    contents = [load_run(run) for run in runs]
    names = labels(runs)
    parts = {name: recorded(content) for name, content in zip(names, contents, strict=True)}
    units = pd.concat(parts.values()).groupby(level=[0, 1], sort=False)["unit"].first()
    values = pd.DataFrame({name: part["value"].reindex(units.index) for name, part in parts.items()})
    beside = {f"truth of {name}": part["truth"].reindex(units.index) for name, part in parts.items()}
    states = {name: state(content, units.index) for name, content in zip(names, contents, strict=True)}
    table = values.assign(unit=units, differs=differs(values, pd.DataFrame(states) == ""), **beside)
    table = table.assign(**{f"state of {name}": said for name, said in states.items()})
    return table, changes(names, contents)


def labels(runs: Sequence[Path]) -> list[str]:
    """Short names of the runs, each different."""
    names = [run.resolve().name for run in runs]
    for some in ([n if len(n) <= WIDEST else f"{n[:WIDEST]}…" for n in names], names):
        if len(set(some)) == len(some):
            return some
    return [str(run) for run in runs]


def recorded(content: dict[str, Any]) -> pd.DataFrame:
    """Figures of a run by notebook and name: value, unit, truth."""
    rows = [
        (n["id"], f["name"], f["value"], f["unit"], f.get("truth"))
        for n in content["notebooks"]
        for f in n["figures"]
    ]
    frame = pd.DataFrame(rows, columns=["notebook", "figure", "value", "unit", "truth"])
    return frame.astype({"value": "float64", "truth": "float64"}).set_index(["notebook", "figure"])


def state(content: dict[str, Any], figures: pd.MultiIndex) -> pd.Series:
    """Why a run has no such figure; "" where its notebook passed."""
    status = {n["id"]: n["status"] for n in content["notebooks"]}
    said = [
        "" if status.get(id) == "passed" else STATES.get(status.get(id, ""), status.get(id))
        for id, _ in figures
    ]
    return pd.Series(said, index=figures, dtype="str")


def differs(values: pd.DataFrame, passed: pd.DataFrame) -> pd.Series:
    """Whether those runs whose notebook passed disagree on a figure, or only some of them have it."""
    spread = values.max(axis=1) - values.min(axis=1)
    some = values.notna().any(axis=1) & (values.isna() & passed).any(axis=1)
    return (spread > SAME * values.abs().max(axis=1).clip(lower=1e-300)) | some


def changes(names: Sequence[str], contents: Sequence[dict[str, Any]]) -> list[str]:
    """What was different about the runs, a sentence each."""
    say = []
    for key, words in (
        ("name", "data"),
        ("fingerprint", "data's fingerprint"),
        ("start", "first day"),
        ("end", "last day"),
        ("currency", "currency"),
    ):
        say += told(words, names, [c["data"].get(key) or "not known" for c in contents])
    worlds = [made(c["data"].get("world") or {}) for c in contents]
    worlds = worlds if all(worlds) else []  # beside a shop's own data none of this is told
    for setting in dict.fromkeys(s for world in worlds for s in world):
        say += told(f"the retailer's {setting}", names, [w.get(setting, "as it is") for w in worlds])
    packages = dict.fromkeys(p for c in contents for p in c["versions"])
    for package in packages:
        say += told(f"version of {package}", names, [c["versions"].get(package) for c in contents])
    defaults = {n.id: {p.name: p.default for p in n.parameters} for n in catalogue.notebooks()}
    by_id = [{n["id"]: n for n in c["notebooks"]} for c in contents]
    for id in dict.fromkeys(id for part in by_id for id in part):
        say += told(f"{id}", names, [part[id]["status"] if id in part else "not run" for part in by_id])
        given = dict.fromkeys(k for part in by_id for k in part.get(id, {}).get("parameters", {}))
        for parameter in given:
            own = defaults.get(id, {}).get(parameter, "as it is")
            ran = {name: part[id] for name, part in zip(names, by_id, strict=True) if id in part}
            values = [n["parameters"].get(parameter, own) for n in ran.values()]
            say += told(f"{parameter} of {id}", list(ran), values)
    return say


def made(world: dict[str, Any]) -> dict[str, Any]:
    """What a retailer was made with; claims beside the rest."""
    return {k: v for k, v in world.items() if k != "claims"} | dict(world.get("claims") or {})


def told(what: str, names: Sequence[str], values: Sequence[Any]) -> list[str]:
    """One sentence where the values differ."""
    if len({str(v) for v in values}) == 1:
        return []
    return [f"{what}: " + ", ".join(f"{value} ({name})" for name, value in zip(names, values, strict=True))]


def lines(table: pd.DataFrame, changed: Sequence[str]) -> list[str]:
    """The comparison as text; figures that differ are marked."""
    shown = readable(table)
    shown.insert(0, "", table["differs"].map({True: "*", False: ""}))
    marked = int(table["differs"].sum())
    text = shown.to_string().splitlines() if len(shown) else ["Nothing was recorded."]
    note = f"* {marked} of {len(table)} figures differ."
    return [*(changed or [ALIKE]), "", *text, "", note]


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with their units, a decimal finer than a report's, and how far the last run is from the first."""
    runs = [c.removeprefix("state of ") for c in table if c.startswith("state of ")]
    table = rows_in_time_units(table, [*runs, *(f"truth of {run}" for run in runs)])
    finest = [
        max(finer(value, unit) for value in values)
        for unit, *values in table[["unit", *runs]].itertuples(index=False)
    ]
    shown = {
        run: [
            said or with_truth(value, truth, unit, digits)
            for value, truth, said, unit, digits in zip(
                *(table[c] for c in (run, f"truth of {run}", f"state of {run}", "unit")), finest, strict=True
            )
        ]
        for run in runs
    }
    far = [
        apart(b - a, unit, digits)
        for a, b, unit, digits in zip(table[runs[0]], table[runs[-1]], table["unit"], finest, strict=True)
    ]
    return pd.DataFrame(shown, index=table.index).assign(**{"last − first": far})


def with_truth(value: float, truth: float, unit: str, digits: int) -> str:
    """A value, and what is true of the synthetic retailer."""
    return written(value, unit, digits) + (f" (truth {written(truth, unit, digits)})" if known(truth) else "")


def apart(difference: float, unit: str, digits: int) -> str:
    """How far one value is from another; shares and changes in points."""
    if not known(difference):
        return ""
    if unit in PARTS:
        return written(difference, "points", digits)
    return ("+" if difference > 0 else "") + written(difference, "ratio", digits)


def page(figures: pd.DataFrame, changed: Sequence[str]) -> str:
    """The comparison as a page that opens offline."""
    shown = readable(figures)
    rows = [
        [label(figure), notebook, *values]
        for (notebook, figure), values in zip(shown.index, shown.itertuples(index=False), strict=True)
    ]
    marked = [number for number, differ in enumerate(figures["differs"]) if differ]
    parts = [
        "<h1>Runs compared</h1>",
        items(changed or [ALIKE]),
        f"<p>{len(marked)} of {len(figures)} figures differ; they are coloured.</p>",
        table(["figure", "notebook", *shown.columns], rows, words=["figure", "notebook"], marked=marked),
    ]
    return document("Runs compared", "\n".join(parts))
