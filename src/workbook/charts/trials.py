"""Pictures of tests at random: a difference followed from look to look."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from workbook.charts.style import (
    BLUE,
    GREY,
    ORANGE,
    QUIET,
    add_legend,
    format_axis,
    has_data,
    name_of,
    say_nothing,
    styled,
)


@styled
def plot_bands(frame: pd.DataFrame, *, title: object = "", line: str, bands: Mapping[str, tuple[str, str]], xlabel: str = "", ylabel: str = "",
               unit: str = "") -> Axes:  # fmt: skip
    """Draw a line over the index with bands around it, the widest first, and a line at 0."""
    if not has_data(frame[[line]].astype(float)):  # what it rests on, such as units, is no result
        return say_nothing()
    _, ax = plt.subplots()
    for (name, (low, high)), colour in zip(bands.items(), (GREY, ORANGE), strict=False):
        ax.fill_between(
            frame.index,
            frame[low],
            frame[high],
            facecolor=(colour, 0.3),
            edgecolor=colour,
            linewidth=1,
            label=name,
        )
    alone = "o" if len(frame) == 1 else ""
    ax.plot(frame.index, frame[line], color=BLUE, linewidth=2, marker=alone, label=line)
    ax.axhline(0, color=QUIET, linewidth=1)
    ax.set(
        xlabel=xlabel or name_of(frame.index),
        ylabel=ylabel or (f"{line}, in points" if unit == "points" else line),
    )
    add_legend(ax)
    format_axis(ax.xaxis, "")
    format_axis(ax.yaxis, unit)
    return ax
