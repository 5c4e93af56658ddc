"""What all pictures share: the style sheet, colours, numbers on axes, and calm about data that has nothing."""

import textwrap
import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import cache, wraps
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, fontManager, get_font
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, PercentFormatter

from workbook.charts.alt_text import keep
from workbook.formatting.safe import visible

STYLE = str(Path(__file__).with_name("lanyu.mplstyle"))
BLUE, ORANGE, GREY = "#1d6f84", "#b96d1a", "#87929a"
INK, QUIET = "#3d474b", "#6a7579"  # of texts and lines that are read, and of those beside
NAME, LABEL, TITLE = 48, 120, 240  # characters of texts in a picture, at most
ROOM = 24  # characters that always find room
LETTERS = 9  # of a title in an inch
families = ["DejaVu Sans"]  # fonts that are looked through for a character
Frame = TypeVar("Frame")  # what a chart draws
P = ParamSpec("P")
COLOURS = (BLUE, ORANGE, "#5f3390", "#1d3f1e", "#e9616a")  # apart for the colour-blind, and on white


def styled(function: Callable[Concatenate[Frame, P], Axes]) -> Callable[Concatenate[Frame, P], Axes]:
    """Draw in the workbook's style without changing anybody else's, under the ``title`` that each chart takes."""

    @wraps(function)
    def draw(frame: Frame, *args: P.args, **kwargs: P.kwargs) -> Axes:
        title = str(kwargs.pop("title", "") or "")
        with plt.style.context(STYLE):
            ax = draw_named(function, frame, args, kwargs, title) if has_data(frame) else say_nothing()
            keep(plt.gcf(), function.__name__)
            plt.gcf().findobj(Text)  # ticks make their labels when asked, in the style of that moment
            plt.gcf().stale = False  # Jupyter draws what is stale once more, and then shows a fresh drawing
            interactive = matplotlib.is_interactive()
        # Jupyter turns interactive mode on at the first figure; the style must not turn it off again.
        matplotlib.interactive(interactive)
        return ax

    return draw


def draw_named(
    function: Callable[..., Axes], frame: Any, args: tuple[Any, ...], kwargs: dict[str, Any], title: str
) -> Axes:
    """Draw a frame, whatever it calls its rows and columns, under a title."""
    columns = {name for name in getattr(frame, "columns", ()) if isinstance(name, str)}
    texts = {k: drawable(v, NAME if v in columns else LABEL) for k, v in kwargs.items() if isinstance(v, str)}
    shown, longest = named(frame)
    title = drawable(title, TITLE)
    matplotlib.rcParams["font.family"] = list(families)
    # Seaborn tries a layout to see whether labels meet; room is made after it.
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "constrained_layout not applied")
        ax = function(shown, *args, **kwargs | texts)
    if ax.axison:
        # From the edge of the picture on: above the axes it would be as wide as what long names of rows leave.
        wrapped = textwrap.fill(title, int(LETTERS * plt.gcf().get_figwidth()))
        plt.gcf().suptitle(wrapped, x=0.005, horizontalalignment="left")
    if longest > ROOM:
        make_room(plt.gcf())
    return ax


def named(frame: Any) -> tuple[Any, int]:
    """A frame or series whose names and texts can be drawn, and the length of the longest."""
    frame = frame.copy()
    found = [frame.index]
    if isinstance(frame, pd.DataFrame):
        for column in frame.select_dtypes(["object", "str"]):
            frame[column] = frame[column].map(drawable)
            found.append(frame[column])
        frame.columns = frame.columns.map(drawable)
        found.append(frame.columns)
    if not isinstance(frame.index, pd.DatetimeIndex | pd.PeriodIndex):
        frame.index = frame.index.map(drawable)
    return frame, max((len(text) for names in found for text in names if isinstance(text, str)), default=0)


def make_room(figure: Figure) -> None:
    """Enlarge a figure whose names are so long that no room is left for what they name."""
    for _ in range(5):
        try:
            with warnings.catch_warnings():
                warnings.filterwarnings("error", "constrained_layout not applied")
                return figure.draw_without_rendering()
        except UserWarning:
            width, height = figure.get_size_inches()
            figure.set_size_inches(width * 1.2, height * 1.5)
    return None


def drawable(value: Any, most: int = NAME) -> Any:
    """A text without unseen characters and those that the fonts don't have, its middle left out where it is long.

    Matplotlib warns of each character that it can't draw, and gives up the layout for a label as wide as the picture.
    """
    if not isinstance(value, str):
        return value
    text = "".join(
        c if ord(c) in characters() or ord(c) in chinese_characters() else "\ufffd" for c in visible(value)
    )
    return text if len(text) <= most else f"{text[: most - 9]}…{text[-8:]}"


@cache
def characters() -> frozenset[int]:
    """Characters that the font of the style can draw."""
    return frozenset(get_font(findfont(families[0])).get_charmap())


@cache
def chinese_characters() -> frozenset[int]:
    """Characters of the font for Chinese, which is taken along from now on: reading it costs every process a moment.

    It comes with zhplot, so that pictures look the same on machines with and without Chinese fonts.
    """
    package = find_spec("zhplot")  # which would change the settings of all pictures if it was imported
    if not package or not package.origin:
        return frozenset()
    path = Path(package.origin).with_name("fonts") / "NotoSansSC-Regular.ttf"
    fontManager.addfont(path)
    fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=700))  # it serves for bold titles too
    families.append("Noto Sans SC")
    return frozenset(get_font(path).get_charmap())


def has_data(frame: Any) -> bool:
    """Whether there is a number to draw."""
    return bool(np.isfinite(pd.DataFrame(frame).select_dtypes("number").to_numpy(dtype=float)).any())


def say_nothing() -> Axes:
    """Draw a figure that says that there is nothing to draw."""
    _, ax = plt.subplots(figsize=(8, 0.6))
    ax.text(
        0, 0.5, "Nothing to draw here: the data has no values for this picture.", va="center", color=QUIET
    )
    ax.axis("off")
    return ax


def add_legend(ax: Axes, order: slice = slice(None)) -> None:
    """Name what an Axes shows below the picture, where nothing is covered."""
    handles, labels = ax.get_legend_handles_labels()
    plt.gcf().legend(handles[order], labels[order], loc="outside lower center", ncols=min(len(labels), 4))


class Hundredths(PercentFormatter):
    """Percent with as few decimals as the ticks need."""

    def format_ticks(self, values: Any) -> list[str]:
        """Write all ticks with the same number of decimals."""
        shown = 100 * np.asarray(values, dtype=float)
        near = 0.01 * np.abs(np.diff(shown)).min(initial=1)
        self.decimals = next(
            (d for d in range(4) if np.allclose(shown, shown.round(d), rtol=0, atol=near)), 4
        )
        return [text.replace("\N{MINUS SIGN}", "-") for text in super().format_ticks(values)]


def format_axis(axis: Any, unit: str) -> None:
    """Write an axis's numbers as percent or points, or with thousands."""
    if unit in ("share", "change", "points"):
        axis.set_major_formatter(Hundredths(1, symbol=None if unit == "points" else " %"))
    else:
        axis.set_major_formatter(
            FuncFormatter(lambda v, _: f"{v:,.0f}" if abs(v) >= 10 or v == int(v) else f"{v:g}")
        )


def name_of(named: Any) -> str:
    """The name of a series, an index, or a frame's columns; "" for one without."""
    name = named.columns.name if isinstance(named, pd.DataFrame) else named.name
    return "" if name is None else str(name)
