"""What a picture shows, in words, for those who can't see it; Jupyter keeps it with the picture."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.legend import Legend
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
    places = sorted(zip(ax.get_yticks(), ax.get_yticklabels(), strict=True), key=lambda row: row[0])
    rows = [
        label.get_text().replace("\n", " ")
        for _, label in (places if ax.yaxis_inverted() else reversed(places))
    ]
    found = {
        "across": ax.get_xlabel(),
        "upwards": ax.get_ylabel(),
        "showing": listed(names),
        "from top to bottom": listed(rows) if named(ax) else "",
    }
    return [f"{where} {what}".replace("\n", " ") for where, what in found.items() if what]


def named(ax: Axes) -> bool:
    """Whether the rows of a picture have names, and aren't a scale."""
    return isinstance(ax.yaxis.get_major_locator(), FixedLocator)


def listed(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = len(names) - MOST
    return ", ".join(names[:MOST]) + (f" and {more} more" if more > 0 else "")


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
