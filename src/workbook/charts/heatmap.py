"""A table as colours, with its numbers in it."""

from itertools import pairwise
from unicodedata import east_asian_width

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter
from seaborn.utils import relative_luminance

from workbook.charts.style import name_of, styled

LINE = 81  # characters that stand side by side: names of rows, and those of columns below
FEW, PALE = 100, 0.3  # rows below which a cell says little, and how much of its colour is left then
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

    Parameters
    ----------
    n : rows behind each number, in the shape of the table
    """
    turned = 0.085 * max(len(str(name)) - 12 for name in frame.columns)  # inches, of long names set upright
    _, ax = plt.subplots(figsize=(8, 1.6 + 0.36 * len(frame) + max(0.0, turned)))
    text = frame.map(
        lambda v: "" if pd.isna(v) else f"{v:.0%}".replace("%", " %") if unit == "share" else f"{v:,.0f}"
    )
    sns.heatmap(
        frame.astype(float), annot=text, fmt="", cmap="crest", linewidths=1, ax=ax, cbar_kws={"label": label},
        annot_kws={"fontsize": 9},
    )  # fmt: skip
    if n is not None:
        ax.grid(visible=False)  # it would strike the numbers of pale cells
        ax.collections[0].set(alpha=np.where(n.to_numpy(dtype=float) < FEW, PALE, 1.0))
        plt.gcf().axes[-1].set_ylabel(f"{label}; pale: fewer than {FEW} rows")
    make_readable(ax, frame.shape[1])
    if crowded(frame):
        ax.tick_params(axis="x", rotation=90)
    if unit == "share":
        plt.gcf().axes[-1].yaxis.set_major_formatter(PercentFormatter(1, decimals=0, symbol=" %"))
    ax.set(xlabel=xlabel or name_of(frame.columns), ylabel=ylabel or name_of(frame.index))
    ax.tick_params(axis="y", rotation=0)
    return ax


def crowded(frame: pd.DataFrame) -> bool:
    """Whether names of columns would meet if they stood side by side below a heat map."""
    beside = max(map(letters, frame.index), default=0)
    room = (LINE - beside) / max(frame.shape[1], 1)
    return any((one + other) / 2 + 1 > room for one, other in pairwise(map(letters, frame.columns)))


def letters(name: object) -> int:
    """How wide a name is, in letters; a Chinese character takes the room of two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in str(name))


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
