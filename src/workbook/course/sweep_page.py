"""The page of a sweep: a picture for each figure and setting that moves it, with the spread over everything else."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import quote

import pandas as pd

from workbook import charts
from workbook.course.catalogue import short
from workbook.course.pages import Html, document, drawn, escape, table
from workbook.formatting.durations import fitting_unit, in_time_unit
from workbook.formatting.quantities import finer, interval, label, written
from workbook.formatting.words import plural

LUCK = ("seed", "world seed")  # varied to see the spread, not for its own sake
FEW = 20  # runs under one setting, below which their spread is only guessed


def page(found: pd.DataFrame, settings: Mapping[str, Mapping[str, Any]], command: str = "") -> str:
    """All of a sweep on one page that opens offline.

    Parameters
    ----------
    found : from `sweep.tidy`
    settings : of each combination, by its id
    command : what was typed
    """
    by, fixed = varied(settings)
    names = list(dict.fromkeys(short(str(id)) for id in found["notebook"]))
    parts = [
        f"<h1>Sweep: {escape(', '.join(names))}</h1>",
        *opening(found, by, fixed, len(settings), command),
    ]
    figures = found.dropna(subset=["figure"]).groupby(["notebook", "figure"], sort=False)
    for (notebook, figure), rows in figures:
        moves = [name for name in by if name in LUCK or moved(rows, name, by)]
        if len(rows["value"].dropna().unique()) > 1:
            parts += [f"<h2>{escape(label(figure))}</h2>", f'<p class="quiet">{escape(notebook)}</p>']
            parts += [f"<p>Not changed by {escape(name)}.</p>" for name in by if name not in moves]
            once = in_one_unit(rows.drop_duplicates(moves))
            parts += [*pictures(once, label(figure), moves), summary(once, moves)]
    return document("Sweep", "\n".join([*parts, *unmoved(found), *each_run(found, settings)]))


def varied(settings: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], dict[str, Any]]:
    """Names of what has more than one value in the combinations, and the values of what has one."""
    seen: dict[str, list[Any]] = {}
    for one in settings.values():
        for name, value in one.items():
            if value not in seen.setdefault(name, []):
                seen[name].append(value)
    return [n for n, some in seen.items() if len(some) > 1], {
        n: v for n, (v, *more) in seen.items() if not more
    }


def opening(
    found: pd.DataFrame, by: Sequence[str], fixed: Mapping[str, Any], number: int, command: str
) -> Iterator[Html]:
    """What was varied, what was held, and how it was made."""
    failed = found.loc[found["status"] == "failed", "id"].nunique()
    over = f" of {', '.join(by)}" if by else ""
    held = "".join(f" · {name} = {value}" for name, value in fixed.items())
    yield Html(
        f"<p>{escape(plural(number, 'combination') + over + held)} · {failed} failed · "
        'all numbers: <a href="figures.csv">figures.csv</a></p>'
    )
    how = f" by <code>{escape(command)}</code>" if command else ""
    yield Html(
        f'<p class="quiet">Made on {dt.date.today():%Y-%m-%d}{how}. What isn\'t named is as in the notebook.</p>'
    )
    seeds = [name for name in by if name in LUCK]
    runs = len(found.drop_duplicates(seeds)) if seeds else 1
    if len(by) > len(seeds) and runs < FEW:
        told = plural(runs, "seed") if seeds else "one run"
        yield Html(
            f"<p>Under each setting there {'is' if runs == 1 else 'are'} {told}: a difference between settings is worth "
            "something where it is larger than what other seeds would give"
            f"{'' if seeds else ' (try <code>--world seed=1..20</code>)'}.</p>"
        )


def moved(rows: pd.DataFrame, name: str, by: Sequence[str]) -> bool:
    """Whether a figure ever changes with a setting while all others stay; it may, if no two such runs were left to tell."""
    others = [other for other in by if other != name]
    groups = rows.groupby(others, dropna=False)["value"] if others else [((), rows["value"])]
    alike = [values for _, values in groups if len(values) > 1]
    return not alike or any(len(values.unique()) > 1 for values in alike)


def in_one_unit(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of a figure; times in the unit that fits them all."""
    if rows["unit"].iloc[0] != "hours":
        return rows
    times, unit = in_time_unit(rows[["value", "low", "high", "truth"]].astype(float))
    return rows.assign(**{name: times[name] for name in times}, unit=unit)


def pictures(rows: pd.DataFrame, figure: str, moves: Sequence[str]) -> Iterator[Html]:
    """One picture per setting that moves the figure, or one over the seeds where nothing else does."""
    unit = str(rows["unit"].iloc[0])
    bare = unit in ("share", "change", "ratio")
    for name in [n for n in moves if n not in LUCK] or list(moves[:1]):
        ordered = name not in LUCK
        shown = rows.assign(at=rows[name])[["at", "value", "truth"]]
        title = f"{figure} by {name}" if ordered else f"{figure} of {plural(rows[name].nunique(), 'seed')}"
        ylabel = figure if bare or figure == unit else f"{figure} ({unit})"
        ax = charts.plot_sweep(shown, xlabel=name, ylabel=ylabel, unit=unit, title=title, ordered=ordered)
        yield drawn(ax, f"{title}: each run a point, their mean a line")


def summary(rows: pd.DataFrame, moves: Sequence[str]) -> Html:
    """Mean, least and greatest of a figure by the settings that move it; of single runs the value and its interval."""
    settings = [name for name in moves if name not in LUCK]
    groups = list(rows.groupby(settings, dropna=False)) if settings else [(("all",), rows)]
    unit = str(rows["unit"].iloc[0])
    digits = finer(rows["value"].mean(), unit)
    alone = all(len(part) == 1 for _, part in groups)
    true, bounded = rows["truth"].notna().any(), rows[["low", "high"]].notna().all(axis=1).any()
    lines = []
    for key, part in groups:
        mean, least, most = (
            written(value, unit, digits) for value in part["value"].agg(["mean", "min", "max"])
        )
        low, high = part[["low", "high"]].iloc[0]
        ends = [interval(low, high, unit, digits)] if bounded else []
        cells = [mean, *ends] if alone else [str(len(part)), mean, least, most]
        said = [f"{value:g}" if isinstance(value, float) else str(value) for value in key]
        lines.append(
            [", ".join(said), *cells, *([written(part["truth"].mean(), unit, digits)] if true else [])]
        )
    single = ["estimate", *(["95 % interval"] if bounded else [])]
    heads = single if alone else ["runs", "mean", "least", "greatest"]
    truth = ["truth" if alone else "mean truth"] if true else []
    return table([", ".join(settings), *heads, *truth], lines)


def unmoved(found: pd.DataFrame) -> Iterator[Html]:
    """Figures that were the same in all runs, and those that none knows."""
    rows = []
    for (notebook, figure), part in found.dropna(subset=["figure"]).groupby(
        ["notebook", "figure"], sort=False
    ):
        values = part["value"].dropna()
        if values.nunique() < 2:
            unit, (value,) = fitting_unit(str(part["unit"].iloc[0]), values.iloc[0] if len(values) else None)
            rows.append([label(figure), notebook, written(value, unit)])
    if rows:
        yield Html("<h2>The same in all runs</h2>")
        yield table(["figure", "notebook", "value"], rows, words=["figure", "notebook"])


def each_run(found: pd.DataFrame, settings: Mapping[str, Mapping[str, Any]]) -> Iterator[Html]:
    """Each combination with its report, and why it failed or was skipped."""
    lines = []
    for id in settings:
        mine = found[found["id"] == id].drop_duplicates("notebook")
        wrong = mine[mine["status"] != "passed"]
        state = ", ".join(dict.fromkeys(mine["status"]))
        link = Html(f'<a href="runs/{quote(str(id))}/index.html">{escape(id)}</a>')
        lines.append([link, state, "; ".join(dict.fromkeys(map(str, wrong["reason"])))])
    yield Html("<h2>The runs</h2>")
    yield table(["run", "state", "why"], lines, words=["run", "state", "why"])
