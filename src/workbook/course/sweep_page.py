"""The page of a sweep: a picture for each figure and setting, with the spread over everything else."""

import base64
import io
from collections.abc import Iterator, Sequence

import matplotlib.pyplot as plt
import pandas as pd

from workbook import charts
from workbook.course.report import document, escape, figure_text
from workbook.course.words import plural

LUCK = ("seed", "world seed")  # varied to see the spread, not for its own sake


def page(table: pd.DataFrame, by: Sequence[str], number: int) -> str:
    """All of a sweep on one page that opens offline.

    Parameters
    ----------
    table : from `sweep.tidy`
    by : its columns that were varied
    number : of combinations
    """
    failed = table[table["status"] == "failed"].drop_duplicates(["id", "notebook"])
    parts = [
        "<h1>Sweep</h1>",
        f"<p>{plural(number, 'combination')} of {escape(', '.join(by) or 'nothing')} · "
        f'{len(failed)} failed · all numbers: <a href="figures.csv">figures.csv</a></p>',
        *(f'<p class="failed">{escape(f.id)}: {escape(f.reason)}</p>' for f in failed.itertuples()),
    ]
    found = table.dropna(subset=["figure"]).groupby(["notebook", "figure"], sort=False)
    still = [str(figure) for (_, figure), rows in found if len(rows["value"].dropna().unique()) < 2]
    for (notebook, figure), rows in found:
        if str(figure) not in still:
            parts += [f"<h2>{escape(words(figure))}</h2>", f'<p class="quiet">{escape(notebook)}</p>']
            parts += [*pictures(rows, words(figure), by), summary(rows, by)]
    parts += [f"<p>The same in all runs: {escape(', '.join(map(words, still)))}.</p>"] if still else []
    return document("Sweep", "\n".join(parts))


def pictures(rows: pd.DataFrame, figure: str, by: Sequence[str]) -> Iterator[str]:
    """One picture per setting, or one over the seeds where nothing else was varied."""
    settings = [name for name in by if name not in LUCK] or list(by)
    for name in settings:
        if rows["value"].notna().any():
            title = f"{figure} by {name}"
            unit = str(rows["unit"].iloc[0])
            charts.plot_sweep(
                rows.assign(at=rows[name])[["at", "value", "truth"]], xlabel=name, unit=unit, title=title
            )
            yield picture(f"{title}: each run a point, their mean a line")


def words(figure: str) -> str:
    """A figure's name as it is read."""
    return str(figure).replace("_", " ")


def picture(caption: str) -> str:
    """The current figure as part of a page."""
    data = io.BytesIO()
    plt.savefig(data, format="png", dpi=110, bbox_inches="tight")
    plt.close()
    return f'<img alt="{escape(caption)}" src="data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}">'


def summary(rows: pd.DataFrame, by: Sequence[str]) -> str:
    """Mean, least and greatest of a figure by setting, over the seeds."""
    settings = [name for name in by if name not in LUCK]
    groups = rows.groupby(settings, dropna=False) if settings else [("all", rows)]
    unit = str(rows["unit"].iloc[0])
    of_value = {"mean": "mean", "least": "min", "greatest": "max"}
    lines = []
    for key, part in groups:
        cells = [escape(", ".join(map(str, key if isinstance(key, tuple) else (key,)))), str(len(part))]
        cells += [figure_text(part["value"].agg(function), unit) for function in of_value.values()]
        cells += [figure_text(part["truth"].mean(), unit)] if rows["truth"].notna().any() else []
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    heads = [
        escape(", ".join(settings)),
        "runs",
        *of_value,
        *(["mean truth"] if rows["truth"].notna().any() else []),
    ]
    head = "".join(f"<th>{h}</th>" for h in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
