"""The forms that every chapter uses: bars, lines, histograms, points."""

from collections.abc import Sequence
from typing import TypeAlias

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.transforms import Bbox

from workbook.charts.style import (
    BLUE,
    COLOURS,
    GREY,
    INK,
    LINE,
    ORANGE,
    QUIET,
    add_legend,
    format_axis,
    is_whole,
    name_of,
    name_rows,
    say_nothing,
    styled,
)
from workbook.charts.texts import fold, letters

Place: TypeAlias = float | pd.Timestamp | None  # on an axis of numbers or of days
NAME_SIZE = 5.6, 12.0  # of the name of a point: width of a letter and height of its ground, in points
ALONE = pd.Timedelta(days=30)  # shown on either side of a single day
ON_WHITE = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # a label's ground: no line strikes it


@styled
def plot_bars(
    values: pd.Series | pd.DataFrame,
    *,
    title: object = "",
    xlabel: str = "",
    unit: str = "",
    ends: tuple[float, float] | None = None,
) -> Axes:
    """Draw horizontal bars, first row on top; a frame gives a bar a column side by side.

    Labels that aren't given are the frame's own names, and the ends of the axis follow the values, here and below; a
    panel gives the same ends to each of its pictures.
    """
    frame = values.to_frame() if isinstance(values, pd.Series) else values
    rows, columns = frame.shape
    _, ax = plt.subplots(figsize=(8, 1.2 + 0.34 * rows * max(1, 0.62 * columns)))
    at, wide = np.arange(rows)[::-1], 0.75 / columns  # by hand: pandas' own plot takes twice the time
    for number, (name, lengths) in reversed([*enumerate(frame.items())]):
        middle = at + wide * ((columns - 1) / 2 - number)
        ax.barh(
            middle,
            lengths.astype(float),
            wide,
            color=COLOURS[number % len(COLOURS)],
            label=str(name),
        )
    name_rows(ax, at[::-1], frame.index[::-1])
    ax.set_ylim(-0.625, rows - 0.375)
    if frame.shape[1] > 1:
        add_legend(ax, slice(None, None, -1))
    ax.set(xlabel=xlabel or name_of(values), ylabel="")
    if ends:
        ax.set_xlim(ends)
    ax.grid(axis="y", visible=False)
    format_axis(ax.xaxis, unit, is_whole(frame))
    return ax


@styled
def plot_lines(
    frame: pd.DataFrame | pd.Series,
    *,
    title: object = "",
    xlabel: str = "",
    ylabel: str = "",
    unit: str = "",
    zero: bool = True,
    ends: tuple[float, float] | None = None,
    mark: Place = None,
    mark_label: str = "",
    steps: bool = False,
) -> Axes:
    """Draw a line a column over the index; columns that hold nothing are left out.

    ``mark`` is a place on the index that was chosen; with ``ends`` the axis stays the same from one picture to the next;
    with ``steps`` a value holds until the next one, as it does where it changes with single events.
    """
    xlabel, ylabel = xlabel or name_of(frame.index), ylabel or name_of(frame)
    frame = pd.DataFrame(frame).dropna(axis=1, how="all")
    _, ax = plt.subplots()
    alone, form = len(frame) == 1, "steps-post" if steps else "default"
    for name, values in frame.items():
        # A point alone is whole also where it lies on the edge.
        ax.plot(frame.index, values, label=str(name), linewidth=2, drawstyle=form,
                marker="o" if alone else "", clip_on=not alone)  # fmt: skip
    if isinstance(frame.index, pd.DatetimeIndex):
        ax.xaxis.set_major_formatter(ConciseDateFormatter(ax.xaxis.get_major_locator()))
        if alone:  # Matplotlib would show it in the middle of four years
            ax.set_xlim(frame.index[0] - ALONE, frame.index[0] + ALONE)
    elif pd.api.types.is_numeric_dtype(frame.index):
        if alone:
            ax.set_xlim(frame.index[0] - 1, frame.index[0] + 1)
        format_axis(ax.xaxis, "", pd.api.types.is_integer_dtype(frame.index))
    if frame.shape[1] > 1:
        add_legend(ax)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    if frame.min().min() < 0 < frame.max().max():
        ax.axhline(0, color=GREY, linewidth=1, zorder=1)
    if zero:
        ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    if ends:
        ax.set_ylim(ends)
    draw_mark(ax, mark, mark_label)
    format_axis(ax.yaxis, unit, is_whole(frame))
    return ax


def draw_mark(ax: Axes, mark: Place, label: str) -> None:
    """Draw an upright line at a place of the axis, with its name, where there is one."""
    at = np.nan if mark is None else ax.convert_xunits(mark)
    if np.isfinite(at):
        ax.axvline(at, color=INK, linewidth=1.5, linestyle="--")
        right = at > np.mean(ax.get_xlim())  # of the middle: its name goes to the left
        # On top, where no line of the picture passes through it.
        ax.annotate(label, (at, 1), xycoords=("data", "axes fraction"), xytext=(0, 2), textcoords="offset points",
                    color=INK, va="bottom", ha="right" if right else "left")  # fmt: skip


def whole_bins(least: float, most: float, bins: int) -> np.ndarray:
    """Edges of bars that hold so many whole numbers each, the same number for all: none holds once and a half."""
    width = int(np.ceil((most - least + 1) / bins))
    return np.arange(least - 0.5, most + width + 0.5, width)


@styled
def plot_histogram(values: pd.Series, *, title: object = "", xlabel: str = "", ylabel: str = "customers", unit: str = "",
                   top: float = 0.99, bins: int = 40, mark: Place = None, mark_label: str = "") -> Axes:  # fmt: skip
    """Draw a histogram; what lies above the quantile ``top`` is gathered in the last bar, and said so."""
    values = values.dropna().astype(float)
    many = len(values) * (1 - top) >= 1  # of fewer, the one above the quantile would be no tail
    edge = values.quantile(top) if many else values.max()
    whole = bool((values == values.round()).all()) and len(values) > 0
    edge = np.floor(edge) if whole else edge
    _, ax = plt.subplots()
    sns.histplot(
        values.clip(upper=edge),
        ax=ax,
        color=BLUE,
        edgecolor="white",
        bins=whole_bins(values.min(), edge, bins) if whole else bins,
    )
    beyond = int((values > edge).sum())
    xlabel = xlabel or name_of(values)
    ax.set(xlabel=xlabel + (f" (last bar: and {beyond:,} above)" if beyond else ""), ylabel=ylabel)
    draw_mark(ax, mark, mark_label)
    format_axis(ax.xaxis, unit, whole)
    format_axis(ax.yaxis, "", whole=True)
    return ax


@styled
def plot_points(frame: pd.DataFrame, *, title: object = "", x: str, y: str, xlabel: str, ylabel: str, names: bool = True,
                line: Sequence[float] = ()) -> Axes:  # fmt: skip
    """Draw a point a row, with its name and its interval upwards (low, high) where it has one, and lines through the origin of
    the slopes in ``line``.
    """
    frame = frame.dropna(subset=[x, y])
    if frame.empty:
        return say_nothing()
    _, ax = plt.subplots()
    ax.scatter(frame[x], frame[y], s=60, color=BLUE, zorder=4)  # above the ground of a name
    high, wide = frame[y].max() * 1.15 or 1.0, frame[x].max() * 1.25 or 1.0  # an axis from 0 to 0 is none
    if {"low", "high"} <= set(frame):
        ax.vlines(frame[x], frame["low"], frame["high"], color=BLUE, linewidth=1.5, zorder=2)
        high = max(high, min(1.05 * frame["high"].max(), 2 * high))  # a wide one is cut off
    for slope in line:
        ends = np.array([0, min(wide, high / slope)])
        ax.plot(0.93 * ends, 0.93 * slope * ends, color=GREY, linestyle="--", zorder=1)
        ax.annotate(f"{slope:g} : 1", (0.97 * ends[1], 0.97 * slope * ends[1]), color=QUIET, fontsize=9,
                    ha="center", va="center", bbox=ON_WHITE)  # fmt: skip
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, wide), ylim=(0, high))
    if names:
        name_points(ax, frame[[x, y]])
    format_axis(ax.xaxis, "")
    format_axis(ax.yaxis, "")
    return ax


def name_points(ax: Axes, points: pd.DataFrame) -> None:
    """Write the name of each point on that side of it where it meets the fewest others.

    Parameters
    ----------
    points : columns across and upwards, index the names
    """
    places = ax.transData.transform(points.to_numpy(float)) * 72 / ax.figure.dpi
    taken = [Bbox.from_bounds(across - 4, up - 4, 8, 8) for across, up in places]
    for name, point, (across, up) in zip(map(str, points.index), points.to_numpy(float), places, strict=True):
        wide, high = NAME_SIZE[0] * letters(name), NAME_SIZE[1]
        boxes = [
            Bbox.from_bounds(
                across + (7 if right else -7 - wide), up + (1 if above else -3 - high), wide, high
            )
            for right in (True, False)
            for above in (True, False)
        ]
        best = min(range(len(boxes)), key=lambda side: boxes[side].count_overlaps(taken))
        taken.append(boxes[best])
        right, above = best < 2, best % 2 == 0
        ax.annotate(name, point, xytext=(7 if right else -7, 4 if above else -4), textcoords="offset points",
                    fontsize=9, ha="left" if right else "right", va="baseline" if above else "top",
                    bbox=ON_WHITE)  # fmt: skip


@styled
def plot_cloud(
    values: pd.Series, *, title: object = "", colour: pd.Series, label: str, xlabel: str, ylabel: str
) -> Axes:
    """Draw values over their index as points, with the line of equality; colour tells a third quantity."""
    _, ax = plt.subplots()
    top = colour.clip(upper=colour.quantile(0.95))
    points = ax.scatter(values.index, values, c=top, cmap="crest", s=18, alpha=0.8)
    edge = float(min(values.index.max(), values.max()))
    ax.plot([0, edge], [0, edge], color=GREY, linestyle="--", zorder=1)
    format_axis(plt.colorbar(points, label=label).ax.yaxis, "", is_whole(colour))
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, None), ylim=(0, None))
    format_axis(ax.xaxis, "")
    format_axis(ax.yaxis, "")
    return ax


@styled
def plot_forecasts(frame: pd.DataFrame, *, title: object = "", xlabel: str, ylabel: str) -> Axes:
    """Draw columns over groups as markers joined by thin lines; empty columns are left out."""
    frame = frame.dropna(axis=1, how="all")
    _, ax = plt.subplots()
    for (name, values), marker in zip(frame.items(), "osD^vPX", strict=False):
        ax.plot(range(len(frame)), values, marker=marker, linewidth=1.2, markersize=7, label=str(name))
    wide = max(LINE // max(len(frame), 1), 6)
    ax.set_xticks(range(len(frame)), [fold(str(i), wide) for i in frame.index])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    ax.set_ylim(bottom=min(0.0, ax.get_ylim()[0]))
    add_legend(ax)
    format_axis(ax.yaxis, "")
    return ax


@styled
def plot_sweep(
    frame: pd.DataFrame, *, title: object = "", xlabel: str, ylabel: str, unit: str = "", ordered: bool = True
) -> Axes:
    """Draw the values of many runs over a setting: each a point, their mean a line, the truth dashed.

    Parameters
    ----------
    frame : columns at (the setting), value, and truth where there is one
    ordered : whether one setting leads to the next; between seeds nothing does, and the mean is one of all
    """
    _, ax = plt.subplots()
    names = list(dict.fromkeys(frame["at"].sort_values()))
    numeric = pd.api.types.is_numeric_dtype(frame["at"])
    place = frame["at"] if numeric else frame["at"].map({name: i for i, name in enumerate(names)})
    many = not ordered or len(frame) > len(names)
    ax.scatter(
        place, frame["value"], color=GREY if many else BLUE, s=22, zorder=2, label="a run" if many else None
    )
    columns = [c for c in ("value", "truth") if c in frame]
    mean = frame.groupby(place)[columns].mean()
    if not ordered:
        mean = mean.assign(**frame[columns].mean())
    ax.plot(
        mean.index, mean["value"], color=BLUE, linewidth=2, label="mean of the runs" if many else "estimate"
    )
    if "truth" in mean and mean["truth"].notna().any():
        ax.plot(
            mean.index, mean["truth"], color=ORANGE, linewidth=2, linestyle="--", marker="_", label="truth"
        )
    if not numeric:
        ax.set_xticks(range(len(names)), [str(name) for name in names])
    elif len(names) <= 12:
        ax.set_xticks(names, [f"{float(name):g}" for name in names])
    ax.set(xlabel=xlabel, ylabel=ylabel)
    add_legend(ax)
    format_axis(ax.yaxis, unit, is_whole(frame[columns]))
    return ax
