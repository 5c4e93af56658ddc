"""Runs side by side: what they recorded, where they differ, and what was different about them."""

import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.course.figures import finer, label, written
from workbook.course.pages import document, items, table
from workbook.course.words import known
from workbook.tables.errors import DataError

SAME = 1e-9  # relative; results of the same data, code and machine agree to this


def load_run(folder: Path) -> dict[str, Any]:
    """Read a run's run.json.

    Raises
    ------
    DataError
        if the folder isn't one of a run.
    """
    path = folder if folder.name == "run.json" else folder / "run.json"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["notebooks"], content["data"]["fingerprint"]
    except (OSError, ValueError, KeyError, TypeError):
        raise DataError(f"A run is a folder with a run.json; {str(folder)!r} is none.") from None
    return dict(content)


def compare(runs: Sequence[Path]) -> tuple[pd.DataFrame, list[str]]:
    """Recorded figures side by side, and what differs between the runs themselves.

    Parameters
    ----------
    runs : two folders of runs or more

    Returns
    -------
    table : a row per notebook and figure: unit, one column a run (its folder), differs
    changes : sentences about data, versions, parameters and status

    Raises
    ------
    DataError
        for fewer than two runs, or a folder that is none.
    """
    if len(runs) < 2:
        raise DataError("workbook compare takes two runs or more.")
    contents = [load_run(run) for run in runs]
    names = labels(runs)
    parts = {name: recorded(content) for name, content in zip(names, contents, strict=True)}
    units = pd.concat(parts.values()).groupby(level=[0, 1], sort=False)["unit"].first()
    table = pd.DataFrame({name: part["value"].reindex(units.index) for name, part in parts.items()})
    table = table.assign(unit=units, differs=differs(table))[["unit", *names, "differs"]]
    return table, changes(names, contents)


def labels(runs: Sequence[Path]) -> list[str]:
    """Short names of the runs, each different."""
    names = [run.resolve().name for run in runs]
    return names if len(set(names)) == len(names) else [str(run) for run in runs]


def recorded(content: dict[str, Any]) -> pd.DataFrame:
    """Figures of a run by notebook and name."""
    rows = [(n["id"], f["name"], f["value"], f["unit"]) for n in content["notebooks"] for f in n["figures"]]
    frame = pd.DataFrame(rows, columns=["notebook", "figure", "value", "unit"])
    return frame.astype({"value": "float64"}).set_index(["notebook", "figure"])


def differs(table: pd.DataFrame) -> pd.Series:
    """Whether the runs disagree on a figure, or only some have it."""
    spread = table.max(axis=1) - table.min(axis=1)
    some = table.notna().any(axis=1) & table.isna().any(axis=1)
    return (spread > SAME * table.abs().max(axis=1).clip(lower=1e-300)) | some


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
    packages = dict.fromkeys(p for c in contents for p in c["versions"])
    for package in packages:
        say += told(f"version of {package}", names, [c["versions"].get(package) for c in contents])
    by_id = [{n["id"]: n for n in c["notebooks"]} for c in contents]
    for id in dict.fromkeys(id for part in by_id for id in part):
        say += told(f"{id}", names, [part[id]["status"] if id in part else "not run" for part in by_id])
        given = dict.fromkeys(k for part in by_id for k in part.get(id, {}).get("parameters", {}))
        for parameter in given:
            values = [part.get(id, {}).get("parameters", {}).get(parameter, "as it is") for part in by_id]
            say += told(f"{parameter} of {id}", names, values)
    return say


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
    return [*(changed or ["The runs had the same data, versions and parameters."]), "", *text, "", note]


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with their units, a decimal finer than a report's, and how far the last run is from the first."""
    runs = [c for c in table if c not in ("unit", "differs")]
    finest = [
        max(finer(value, unit) for value in values)
        for unit, *values in table[["unit", *runs]].itertuples(index=False)
    ]
    shown = {
        run: [
            written(value, unit, digits) if known(value) else ""
            for value, unit, digits in zip(table[run], table["unit"], finest, strict=True)
        ]
        for run in runs
    }
    far = [ratio(a, b) for a, b in zip(table[runs[0]], table[runs[-1]], strict=True)]
    return pd.DataFrame(shown, index=table.index).assign(**{"last / first": far})


def ratio(first: float, last: float) -> str:
    """How many times the first value the last one is."""
    return f"{last / first:.3g}" if first and not math.isnan(first) and not math.isnan(last) else ""


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
        items(changed or ["The same data, versions and parameters."]),
        f"<p>{len(marked)} of {len(figures)} figures differ; they are coloured.</p>",
        table(["figure", "notebook", *shown.columns], rows, words=["figure", "notebook"], marked=marked),
    ]
    return document("Runs compared", "\n".join(parts))
