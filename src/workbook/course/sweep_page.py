"""The page of a sweep: a picture for each figure and setting, with the spread over everything else."""

from collections.abc import Iterator, Sequence

import pandas as pd

from workbook import charts
from workbook.course.figures import finer, label, written
from workbook.course.pages import Html, document, drawn, escape, table
from workbook.course.words import plural

LUCK = ("seed", "world seed")  # varied to see the spread, not for its own sake


def page(found: pd.DataFrame, by: Sequence[str], number: int) -> str:
    """All of a sweep on one page that opens offline.

    Parameters
    ----------
    found : from `sweep.tidy`
    by : its columns that were varied
    number : of combinations
    """
    wrong = found[found["status"] != "passed"].drop_duplicates(["id", "notebook"])
    parts = [
        "<h1>Sweep</h1>",
        f"<p>{plural(number, 'combination')} of {escape(', '.join(by) or 'nothing')} · "
        f'{(wrong["status"] == "failed").sum()} failed · all numbers: <a href="figures.csv">figures.csv</a></p>',
        *(f'<p class="{w.status}">{escape(w.id)}: {escape(w.reason)}</p>' for w in wrong.itertuples()),
    ]
    figures = found.dropna(subset=["figure"]).groupby(["notebook", "figure"], sort=False)
    still = [name for name, rows in figures if rows["value"].nunique() < 2]
    for (notebook, figure), rows in figures:
        if (notebook, figure) not in still:
            parts += [f"<h2>{escape(label(figure))}</h2>", f'<p class="quiet">{escape(notebook)}</p>']
            parts += [*pictures(rows, label(figure), by), summary(rows, by)]
    parts += (
        [f"<p>The same in all runs: {escape(', '.join(label(figure) for _, figure in still))}.</p>"]
        if still
        else []
    )
    return document("Sweep", "\n".join(parts))


def pictures(rows: pd.DataFrame, figure: str, by: Sequence[str]) -> Iterator[Html]:
    """One picture per setting, or one over the seeds where nothing else was varied."""
    settings = [name for name in by if name not in LUCK] or list(by)
    for name in settings:
        if rows["value"].notna().any():
            title = f"{figure} by {name}"
            unit = str(rows["unit"].iloc[0])
            shown = rows.assign(at=rows[name])[["at", "value", "truth"]]
            ax = charts.plot_sweep(shown, xlabel=name, unit=unit, title=title)
            yield drawn(ax, f"{title}: each run a point, their mean a line")


def summary(rows: pd.DataFrame, by: Sequence[str]) -> Html:
    """Mean, least and greatest of a figure by setting, over the seeds."""
    settings = [name for name in by if name not in LUCK]
    groups = rows.groupby(settings, dropna=False) if settings else [(("all",), rows)]
    unit = str(rows["unit"].iloc[0])
    digits = finer(rows["value"].mean(), unit)
    true = ["mean truth"] if rows["truth"].notna().any() else []
    lines = []
    for key, part in groups:
        found = [part["value"].mean(), part["value"].min(), part["value"].max(), part["truth"].mean()]
        cells = [written(value, unit, digits) for value in found[: 3 + len(true)]]
        lines.append([", ".join(map(str, key)), len(part), *cells])
    return table([", ".join(settings), "runs", "mean", "least", "greatest", *true], lines)
