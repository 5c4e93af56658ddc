"""What all pictures share: the style sheet, colours, numbers on axes, and calm about data that has nothing."""

import warnings
from collections.abc import Callable, Iterable
from functools import wraps
from math import ceil
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import AutoLocator, Formatter, MaxNLocator, PercentFormatter

from workbook.charts.alt_text import COLOUR_BAR, keep
from workbook.charts.texts import LABEL, NAME, TITLE, drawable, families, fold, letters
from workbook.formatting.words import FACTOR

STYLE = str(Path(__file__).with_name("lanyu.mplstyle"))
BLUE, ORANGE, GREY = "#1d6f84", "#b96d1a", "#87929a"
INK, QUIET = "#3d474b", "#6a7579"  # of texts and lines that are read, and of those beside
ROOM = 24  # letters of a name that always find room
SIDE = 36  # letters of a row's name in a line
LINE = 72  # letters that stand side by side below a picture
LETTERS = 10  # of a title in an inch
LABEL_LETTERS = 12  # of the label of an axis in an inch
TICK_LETTERS, TICK_GAP = 11, 2  # of the numbers at ticks in an inch, and between two of them
TICKS = 9  # at most
LEGEND_ROW = 0.21  # inches
AROUND = 1.2  # inches above and below the axes: title, ticks, label and legend
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
        wrapped = fold(title, int(LETTERS * plt.gcf().get_figwidth()))
        plt.gcf().suptitle(wrapped, x=0.005, horizontalalignment="left")
        fold_labels(plt.gcf())
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
    return frame, max(
        (letters(text) for names in found for text in names if isinstance(text, str)), default=0
    )


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
    """Name what an Axes shows below the picture, where nothing is covered; it grows if that takes several rows."""
    handles, labels = ax.get_legend_handles_labels()
    room = LINE // (max(map(letters, labels)) + 6)  # a sign and its distances take the room of letters
    rows = ceil(len(labels) / max(1, min(4, room)))
    figure = plt.gcf()
    figure.set_figheight(figure.get_figheight() + LEGEND_ROW * (rows - 1))
    figure.legend(handles[order], labels[order], loc="outside lower center", ncols=ceil(len(labels) / rows))


def fold_labels(figure: Figure) -> None:
    """Break the labels of axes that are longer than their axes into lines."""
    width, height = figure.get_size_inches()
    for ax in figure.axes:
        ax.set_xlabel(fold(ax.get_xlabel(), int(LABEL_LETTERS * width)))
        ax.set_ylabel(fold(ax.get_ylabel(), int(LABEL_LETTERS * (height - AROUND))))


def name_rows(ax: Axes, at: Any, names: Iterable[object]) -> None:
    """Name the rows of an Axes at their places, long names in lines."""
    ax.set_yticks(at, [fold(str(name), SIDE) for name in names])


def decimals_of(ticks: np.ndarray, most: int) -> int:
    """As few decimals as tell all ticks as they are."""
    near = 0.01 * np.abs(np.diff(ticks)).min(initial=1)
    return next((d for d in range(most) if np.allclose(ticks, ticks.round(d), rtol=0, atol=near)), most)


class Numbers(Formatter):
    """Numbers with thousands, and as few decimals as the ticks need."""

    def __call__(self, value: float, pos: int | None = None) -> str:
        """Write one number, which no others stand beside."""
        return self.format_ticks([value])[0]

    def format_ticks(self, values: Any) -> list[str]:
        """Write all ticks with the same number of decimals."""
        ticks = np.asarray(values, dtype=float)
        digits = decimals_of(ticks, 9)
        return [f"{tick:z,.{digits}f}" for tick in ticks]


class Hundredths(PercentFormatter):
    """Percent with as few decimals as the ticks need."""

    def format_ticks(self, values: Any) -> list[str]:
        """Write all ticks with the same number of decimals."""
        self.decimals = decimals_of(100 * np.asarray(values, dtype=float), 4)
        return [text.replace("\N{MINUS SIGN}", "-") for text in super().format_ticks(values)]


class Changes(Hundredths):
    """Relative changes as `workbook.formatting.words.change` has them: +20 %, or all as factors, ×14, where one is so large."""

    def format_ticks(self, values: Any) -> list[str]:
        """Write all ticks the same way."""
        ticks = np.asarray(values, dtype=float)
        if not len(ticks) or ticks.max() < FACTOR:
            return [
                ("+" if tick > 0 else "") + text
                for tick, text in zip(ticks, super().format_ticks(values), strict=True)
            ]
        return [f"×{tick:,.{decimals_of(1 + ticks, 2)}f}" for tick in 1 + ticks]


class Ticks(MaxNLocator):
    """Round numbers, as many as find room side by side."""

    def tick_values(self, vmin: float, vmax: float) -> Any:
        """Places between two ends, and one beyond each."""
        axis: Any = self.axis
        room = TICK_LETTERS * axis.axes.bbox.width / axis.axes.figure.dpi
        for most in range(TICKS, 1, -1):
            self.set_params(nbins=most)
            ticks = np.asarray(super().tick_values(vmin, vmax))
            shown = ticks[(ticks >= min(vmin, vmax)) & (ticks <= max(vmin, vmax))]
            written = axis.get_major_formatter().format_ticks(shown)
            if sum(letters(text) + TICK_GAP for text in written) - TICK_GAP <= room:
                break
        return ticks


def is_whole(values: Any) -> bool:
    """Whether all numbers of a frame are counts, of which there is no half."""
    numbers = pd.DataFrame(values).to_numpy(dtype=float)
    return bool((numbers[np.isfinite(numbers)] % 1 == 0).all())


def format_axis(axis: Any, unit: str, whole: bool = False) -> None:
    """Write an axis's numbers as percent or points, or with thousands; at whole numbers alone where all values are such."""
    given = axis.get_major_locator()
    if isinstance(given, AutoLocator) or axis.axes.get_label() == COLOUR_BAR:
        kind = Ticks if axis.axis_name == "x" else MaxNLocator
        integer = whole and not unit
        if kind is Ticks or integer:
            axis.set_major_locator(kind("auto", integer=integer, steps=[1, 2, 2.5, 5, 10]))
    parts = {
        "share": Hundredths(1, symbol=" %"),
        "change": Changes(1, symbol=" %"),
        "points": Hundredths(1, symbol=None),
    }
    axis.set_major_formatter(parts.get(unit) or Numbers())


def name_of(named: Any) -> str:
    """The name of a series, an index, or a frame's columns; "" for one without."""
    name = named.columns.name if isinstance(named, pd.DataFrame) else named.name
    return "" if name is None else str(name)
