"""What a picture shows, in words, for those who can't see it; Jupyter keeps it with the picture."""

import sys
from collections.abc import Sequence
from functools import partial
from math import isfinite
from operator import itemgetter
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
from matplotlib.patches import Rectangle
from matplotlib.ticker import FixedLocator

from workbook.charts import kept_layout

# By its function's name, without plot_; what isn't here is just a chart.
KINDS = {
    "bars": "Bar chart",
    "lines": "Line chart",
    "histogram": "Histogram",
    "heatmap": "Table as colours",
    "week": "Table as colours",
    "points": "Points with names",
    "cloud": "Cloud of points",
    "control": "Control chart",
    "waiting": "Curves of waiting",
    "against_truth": "Estimates with intervals",
    "intervals": "Intervals",
    "tornado": "Tornado chart",
    "bands": "Line with bands",
    "calibration": "Calibration chart",
    "sweep": "Results of many runs",
    "forecasts": "Forecasts by group",
    "timelines": "Timelines of customers",
}
OTHER = "Chart"
ESTIMATE = "estimate"  # how the labels of points with an interval begin
COLOUR_BAR = "<colorbar>"  # how Matplotlib labels the axes of one
MOST = 8  # names of rows or lines that are said
kinds: WeakKeyDictionary[Figure, str] = WeakKeyDictionary()


def alternative_text(figure: Figure) -> str:
    """Title, kind, what against what, and the names of lines or rows of a picture.

    Parameters
    ----------
    figure : drawn by a chart of ours, or by anybody
    """
    if not any(ax.axison for ax in figure.axes):  # it only says something
        return " ".join(text.get_text() for ax in figure.axes for text in ax.texts)
    title = ". ".join(filter(None, [figure.get_suptitle(), *(ax.get_title() for ax in figure.axes)]))
    said = [part for ax in figure.axes for part in parts(ax, figure.legends)]
    ends = "" if title.endswith(("?", "!", ".")) else "."
    sentences = [f"{title}{ends}".replace("\n", " ")] if title else []
    return " ".join([*sentences, f"{kinds.get(figure, OTHER)}{': ' if said else ''}{'; '.join(said)}."])


def parts(ax: Axes, legends: Sequence[Legend]) -> list[str]:
    """What one pair of axes says of itself, and of what the legends of its figure name."""
    if ax.get_label() == COLOUR_BAR:
        return [f"colours show {ax.get_ylabel()}".replace("\n", " ")] if ax.get_ylabel() else []
    own = ax.get_legend()
    names = [text.get_text() for legend in ([own] if own else legends) for text in legend.get_texts()]
    found = {
        "across": ax.get_xlabel(),
        "upwards": ax.get_ylabel(),
        "showing": listed(names),
        "from left to right": listed([name for _, name in named(ax.xaxis)]),
        "from top to bottom": listed(rows_of(ax)),
    }
    return [f"{where} {what}".replace("\n", " ") for where, what in found.items() if what]


def named(axis: Any) -> list[tuple[float, str]]:
    """Places on an axis and their names, in the order of its numbers; none for a scale."""
    if not isinstance(axis.get_major_locator(), FixedLocator):
        return []
    ticks = zip(axis.get_majorticklocs(), axis.get_majorticklabels(), strict=True)
    return [
        (float(at), label.get_text().replace("\n", " ")) for at, label in sorted(ticks, key=itemgetter(0))
    ]


def rows_of(ax: Axes) -> list[str]:
    """Names of the rows from the top on, each with its value where a picture shows one a row."""
    rows, values, form = named(ax.yaxis), values_of(ax), ax.xaxis.get_major_formatter()
    return [
        f"{name}: {form.format_ticks([readable(values[at])])[0]}" if at in values else name
        for at, name in (rows if ax.yaxis_inverted() else reversed(rows))
    ]


def values_of(ax: Axes) -> dict[float, float]:
    """The value of each row, by its place: of bars that begin at zero, or of estimates; none where a row has several."""
    points = [c for c in ax.collections if str(c.get_label()).startswith(ESTIMATE)]
    bars = [bar for bar in ax.patches if isinstance(bar, Rectangle) and bar.get_x() == 0]
    if points:
        found: Any = np.ma.filled(np.ma.asarray(points[0].get_offsets()), np.nan)
    elif len(ax.containers) == 1:
        found = np.array([(bar.get_width(), bar.get_y() + bar.get_height() / 2) for bar in bars])
    else:
        return {}
    return {round(float(at), 9): float(value) for value, at in found if isfinite(value)}


def readable(value: float) -> float:
    """A number as it can be heard: whole, or with three digits."""
    return value if value % 1 == 0 else float(f"{value:.3g}")


def listed(names: list[str]) -> str:
    """The first names, and how many more there are; in quotation marks where a name has a comma itself."""
    more = len(names) - MOST
    mark = "“{}”" if any(", " in name for name in names) else "{}"
    return ", ".join(mark.format(name) for name in names[:MOST]) + (f" and {more} more" if more > 0 else "")


def keep(figure: Figure, function: str) -> None:
    """Remember what kind of picture this is, and let the notebook's kernel, if this is one, say it with the picture."""
    name = function.removeprefix("plot_")
    kinds[figure] = KINDS.get(name, OTHER)
    kept_layout.remember(figure)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if not shell:
        return
    forms = shell.display_formatter.formatters["image/png"]
    drawing = forms.type_printers.get(Figure)
    if drawing and getattr(drawing, "func", None) is not described:
        forms.for_type(Figure, partial(described, drawing))


def described(drawing: Any, figure: Figure) -> Any:
    """A picture as Jupyter's own formatter draws it, with its words."""
    drawn = kept_layout.drawn(drawing, figure)
    png, known = drawn if isinstance(drawn, tuple) else (drawn, {})
    return drawn if png is None else (png, known | {"alt": alternative_text(figure)})
