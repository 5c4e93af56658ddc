"""Runs side by side: what they recorded, where they differ, and what was different about them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.course import catalogue
from workbook.course.pages import document, items, table
from workbook.formatting.durations import rows_in_time_units
from workbook.formatting.quantities import PARTS, finer, interval, label, written
from workbook.formatting.templates import counted
from workbook.formatting.words import known
from workbook.tables.errors import DataError, readable_path

SAME = 1e-9  # relative; results of the same data, code and machine agree to this
WIDEST = 24  # characters of a run's name, of which many stand in a row
ALIKE = "The runs had the same data, versions and parameters."
AS_IT_IS = "as it is"  # of a setting that nobody set
ABOUT_DATA = {
    "name": "data",
    "fingerprint": "data's fingerprint",
    "start": "first day",
    "end": "last day",
    "currency": "currency",
}
BESIDE = ["low", "high", "truth"]  # of a value
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
        content = json.loads(readable_path(path).read_text(encoding="utf-8"))
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
    table : a row per notebook and figure: unit, one column a run (its folder), for each of them low and high of its interval,
        truth and state (why it has no such figure, "" if it has), differs
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
    several = {content["data"].get("currency") or "money" for content in contents}
    units = units.replace("money", *several) if len(several) == 1 else units
    values = pd.DataFrame({name: part["value"].reindex(units.index) for name, part in parts.items()})
    beside = {
        f"{what} of {name}": part[what].reindex(units.index)
        for name, part in parts.items()
        for what in BESIDE
    }
    states = {name: why_missing(content, units.index) for name, content in zip(names, contents, strict=True)}
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
    """Figures of a run by notebook and name: value, unit, low, high, truth."""
    rows = [
        (n["id"], f["name"], f["value"], f["unit"], *map(f.get, BESIDE))
        for n in content["notebooks"]
        for f in n["figures"]
    ]
    frame = pd.DataFrame(rows, columns=["notebook", "figure", "value", "unit", *BESIDE])
    return frame.astype(dict.fromkeys(["value", *BESIDE], "float64")).set_index(["notebook", "figure"])


def why_missing(content: dict[str, Any], figures: pd.MultiIndex) -> pd.Series:
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
    defaults = {n.id: {p.name: p.default for p in n.parameters} for n in catalogue.notebooks()}
    return [
        *facts_that_differ(names, [of_data(c) for c in contents]),
        *facts_that_differ(names, of_worlds(contents)),
        *facts_that_differ(names, [of_versions(c) for c in contents]),
        *(s for id in notebooks_of(contents) for s in of_notebook(id, names, contents, defaults.get(id, {}))),
    ]


def of_data(content: dict[str, Any]) -> dict[str, Any]:
    """What a run says of its data."""
    return {words: content["data"].get(key) or "not known" for key, words in ABOUT_DATA.items()}


def of_worlds(contents: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the retailers were made with, claims among it; beside a shop's own data none of this is said."""
    worlds = [dict(content["data"].get("world") or {}) for content in contents]
    made = [{k: v for k, v in w.items() if k != "claims"} | dict(w.get("claims") or {}) for w in worlds]
    usual = {setting: AS_IT_IS for world in made for setting in world}
    return [{f"the retailer's {k}": v for k, v in (usual | w).items()} for w in made] if all(made) else []


def of_versions(content: dict[str, Any]) -> dict[str, Any]:
    """The packages of a run."""
    return {f"version of {package}": version for package, version in content["versions"].items()}


def of_notebook(
    id: str, names: Sequence[str], contents: Sequence[dict[str, Any]], defaults: Mapping[str, Any]
) -> list[str]:
    """Sentences on a notebook's status, and on its parameters in the runs that have it."""
    by_run = {
        name: n
        for name, content in zip(names, contents, strict=True)
        for n in content["notebooks"]
        if n["id"] == id
    }
    status = [{id: by_run[name]["status"] if name in by_run else "not run"} for name in names]
    given = [n["parameters"] for n in by_run.values()]
    own = {k: defaults.get(k, AS_IT_IS) for part in given for k in part}
    parameters = [{f"{k} of {id}": v for k, v in (own | part).items()} for part in given]
    return [*facts_that_differ(names, status), *facts_that_differ(list(by_run), parameters)]


def notebooks_of(contents: Sequence[dict[str, Any]]) -> list[str]:
    """All notebooks of some runs."""
    return list(dict.fromkeys(n["id"] for content in contents for n in content["notebooks"]))


def facts_that_differ(names: Sequence[str], facts: Sequence[Mapping[str, Any]]) -> list[str]:
    """One sentence for each fact that isn't the same in all runs, a mapping each."""
    said = dict.fromkeys(fact for run in facts for fact in run)
    values = {fact: [run.get(fact) for run in facts] for fact in said}
    return [
        f"{fact}: " + ", ".join(f"{value} ({name})" for name, value in zip(names, of, strict=True))
        for fact, of in values.items()
        if len({str(value) for value in of}) > 1
    ]


def differing(marked: int, figures: int) -> str:
    """How many figures differ, in words."""
    return counted("{marked} of {figures} figures differ", marked=marked, figures=figures)


def lines(table: pd.DataFrame, changed: Sequence[str]) -> list[str]:
    """The comparison as text; figures that differ are marked."""
    shown = readable(table)
    shown.insert(0, "", table["differs"].map({True: "*", False: ""}))
    marked = int(table["differs"].sum())
    text = shown.to_string().splitlines() if len(shown) else ["Nothing was recorded."]
    note = f"* {differing(marked, len(table))}."
    return [*(changed or [ALIKE]), "", *text, "", note]


def readable(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers with their units, a decimal finer than a report's, and how far the last run is from the first."""
    runs = [c.removeprefix("state of ") for c in table if c.startswith("state of ")]
    table = rows_in_time_units(table, [*runs, *(f"{what} of {run}" for run in runs for what in BESIDE)])
    finest = [
        max(finer(value, unit) for value in values)
        for unit, *values in table[["unit", *runs]].itertuples(index=False)
    ]
    shown = {
        run: [
            said or in_words(value, *beside, unit=unit, digits=digits)
            for value, *beside, said, unit, digits in zip(
                *(table[c] for c in (run, *(f"{what} of {run}" for what in [*BESIDE, "state"]), "unit")),
                finest,
                strict=True,
            )
        ]
        for run in runs
    }
    far = [
        difference_in_words(b - a, unit, digits)
        for a, b, unit, digits in zip(table[runs[0]], table[runs[-1]], table["unit"], finest, strict=True)
    ]
    return pd.DataFrame(shown, index=table.index).assign(**{"last − first": far})


def in_words(value: float, low: float, high: float, truth: float, *, unit: str, digits: int) -> str:
    """A value with its interval, and what is true of the synthetic retailer."""
    ends = interval(low, high, unit, digits) if known(value) else ""
    beside = [ends, f"truth {written(truth, unit, digits)}" if known(truth) else ""]
    said = ", ".join(filter(None, beside))
    return written(value, unit, digits) + (f" ({said})" if said else "")


def difference_in_words(difference: float, unit: str, digits: int) -> str:
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
        [label(figure), catalogue.short(notebook), *values]
        for (notebook, figure), values in zip(shown.index, shown.itertuples(index=False), strict=True)
    ]
    marked = [number for number, differ in enumerate(figures["differs"]) if differ]
    heads = ["figure", "notebook", *shown.columns]
    parts = [
        "<h1>Runs compared</h1>",
        items(changed or [ALIKE]),
        f"<p>{differing(len(marked), len(figures))}, marked by ≠.</p>",
        table(
            heads, rows, words=heads, marked=marked
        ),  # set as words, so that a long interval takes two lines
    ]
    return document("Runs compared", "\n".join(parts))
