"""Tables as colours, with their numbers or without."""

from itertools import pairwise
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from seaborn.utils import relative_luminance

from workbook.charts.style import format_axis, is_whole, name_of, styled
from workbook.charts.texts import fold, letters, longest_word

LINE = 84  # letters that stand side by side, beside and below a heat map, whose colour bar takes room
MOST_LINES = 3  # of a column's name
GAP = 0.5  # letters between two names, at least
FEW, PALE = 100, 0.3  # rows below which a cell says little, and how much of its colour is left then
SEQUENTIAL, DIVERGING = "crest", "PuOr"  # the latter from ColorBrewer 2, for the colour-blind too
SIGNS = "orange: below 0, purple: above"  # what the colours of the latter say
EQUAL = 0.179  # luminance on which black and white stand out alike, at 4.6 : 1 (WCAG 2)


@styled
def plot_heatmap(
    frame: pd.DataFrame,
    *,
    title: object = "",
    xlabel: str = "",
    ylabel: str = "",
    unit: str = "",
    label: str = "",
    n: pd.DataFrame | None = None,
) -> Axes:
    """Draw a table as colours with its numbers in it; pale where a number rests on fewer than `FEW` rows.

    Where a number is below zero all have their signs, and colours that part at zero.

    Parameters
    ----------
    n : rows behind each number, in the shape of the table
    """
    columns, upright = beside_each_other(frame)
    lines = max(name.count("\n") for name in columns)
    below = max(map(letters, columns)) - 12 if upright else 1.8 * lines  # letters that need room of their own
    _, ax = plt.subplots(figsize=(8, 1.6 + 0.36 * len(frame) + 0.085 * max(0.0, below)))
    sign = "+" if is_signed(frame) else ""
    form = f"{sign}z.0%" if unit == "share" else f"{sign}z,.{digits(frame)}f"
    text = frame.map(lambda v: "" if pd.isna(v) else format(v, form).replace("%", " %"))
    sns.heatmap(
        frame.astype(float), annot=text, fmt="", linewidths=1, ax=ax, annot_kws={"fontsize": 9}, xticklabels=columns,
        yticklabels=[str(name) for name in frame.index], **colours(frame, label),
    )  # fmt: skip
    if n is not None:
        ax.collections[0].set(alpha=np.where(n.to_numpy(dtype=float) < FEW, PALE, 1.0))
        bar = plt.gcf().axes[-1]
        bar.set_ylabel(f"{bar.get_ylabel()}; pale: fewer than {FEW} rows")
    make_readable(ax, frame.shape[1])
    finish(ax, unit, is_whole(frame))
    ax.tick_params(axis="x", rotation=90 if upright else 0)
    ax.set(xlabel=xlabel or name_of(frame.columns), ylabel=ylabel or name_of(frame.index))
    return ax


@styled
def plot_week(
    frame: pd.DataFrame,
    *,
    title: object = "",
    xlabel: str = "hour of the day",
    ylabel: str = "",
    label: str = "tickets an hour",
) -> Axes:
    """Draw a table as colours alone, for one that is too large for numbers."""
    _, ax = plt.subplots(figsize=(8, 1.8 + 0.28 * len(frame)))
    sns.heatmap(frame.astype(float), ax=ax, linewidths=0.5, **colours(frame, label))
    step = int(np.ceil(frame.shape[1] / 12))
    names = list(frame.columns)[::step]
    ax.set_xticks(np.arange(0, frame.shape[1], step) + 0.5, [str(n) for n in names])
    finish(ax, "", is_whole(frame))
    ax.tick_params(axis="x", rotation=0)
    ax.set(xlabel=xlabel, ylabel=ylabel)
    return ax


def is_signed(frame: pd.DataFrame) -> bool:
    """Whether a table's numbers lie on either side of zero: differences, deviations, correlations."""
    return bool((frame < 0).to_numpy().any())


def colours(frame: pd.DataFrame, label: str) -> dict[str, Any]:
    """How Seaborn colours a table: from little to much, or from zero to either side alike."""
    if not is_signed(frame):
        return {"cmap": SEQUENTIAL, "cbar_kws": {"label": label}}
    most = frame.abs().max().max()
    says = f"{label}; {SIGNS}" if label else SIGNS
    return {"cmap": DIVERGING, "vmin": -most, "vmax": most, "cbar_kws": {"label": says}}


def digits(frame: pd.DataFrame) -> int:
    """Digits after the point: one where no number reaches 10 and some isn't whole, else none."""
    values = frame.to_numpy(dtype=float)
    known = values[np.isfinite(values)]
    return int(known.size and np.abs(known).max() < 10 and (known % 1 != 0).any())


def finish(ax: Axes, unit: str, whole: bool) -> None:
    """Level names of rows, no lines of a grid where a cell is empty, and the colour bar's numbers in their unit."""
    ax.grid(visible=False)
    ax.tick_params(axis="y", rotation=0)
    format_axis(plt.gcf().axes[-1].yaxis, unit, whole)


def beside_each_other(frame: pd.DataFrame) -> tuple[list[str], bool]:
    """Names of columns in lines that fit below them, and whether they must stand upright as they don't fit."""
    names = [str(name) for name in frame.columns]
    room = (LINE - max(map(letters, frame.index), default=0)) / max(len(names), 1)
    folded = [fold(name, max(int(room - GAP), longest_word(name))) for name in names]
    widths = [max(map(letters, name.split("\n"))) for name in folded]
    meet = any((one + other) / 2 + GAP > room for one, other in pairwise(widths))
    upright = meet or max((name.count("\n") for name in folded), default=0) >= MOST_LINES
    return (names if upright else folded), upright


def make_readable(ax: Axes, columns: int) -> None:
    """Write the numbers of a heat map in black or white, whichever stands out more from their cells."""
    mesh = ax.collections[0]
    mesh.update_scalarmappable()
    colour, alpha = np.split(np.asarray(mesh.get_facecolor()), [3], axis=1)
    cells = alpha * colour + 1 - alpha  # on white
    for text in ax.texts:  # a cell without a value has none
        across, down = map(int, text.get_position())
        light = relative_luminance(cells[columns * down + across]) > EQUAL
        text.set_color("black" if light else "white")
