"""Effects with their intervals beside the truth, and what moves a result most."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from workbook.charts.style import (
    BLUE,
    GREY,
    INK,
    ORANGE,
    add_legend,
    format_axis,
    has_data,
    name_of,
    name_rows,
    say_nothing,
    styled,
)


@styled
def plot_against_truth(frame: pd.DataFrame, *, title: object = "", value: str, low: str, high: str, xlabel: str, truth: str = "",
                       unit: str = "") -> Axes:  # fmt: skip
    """Draw a row an estimate: a point with its interval, and the truth as a diamond where it is known."""
    if not has_data(frame[[value]].astype(float)):  # a truth alone says nothing of this data
        return say_nothing()
    _, ax = plt.subplots(figsize=(8, 1.4 + 0.42 * len(frame)))
    at = np.arange(len(frame))[::-1]
    label = "estimate, 95 % interval" if frame[[low, high]].notna().any(axis=None) else "estimate"
    ax.axvline(0, color=GREY, linewidth=1.2, zorder=1)
    ax.hlines(at, frame[low].astype(float), frame[high].astype(float), color=BLUE, linewidth=2.5, zorder=2)
    ax.scatter(frame[value].astype(float), at, color=BLUE, s=45, zorder=3, label=label)
    if truth in frame and frame[truth].notna().any():
        ax.scatter(
            frame[truth].astype(float),
            at,
            facecolors="none",
            edgecolors=ORANGE,
            linewidths=2,
            marker="D",
            s=60,
            zorder=4,
            label="the truth",
        )
    add_legend(ax)
    name_rows(ax, at, frame.index)
    ax.set(xlabel=xlabel, ylim=(-0.6, len(frame) - 0.4))
    ax.grid(axis="y", visible=False)
    format_axis(ax.xaxis, unit)
    return ax


@styled
def plot_intervals(frame: pd.DataFrame, *, title: object = "", mark: float, mark_label: str = "share of all", value: str = "value",
                   low: str = "low", high: str = "high", xlabel: str = "", ylabel: str = "",
                   ends: tuple[float, float] = (0.0, 1.0), unit: str = "share") -> Axes:  # fmt: skip
    """Draw a row an interval around its value, and a line that they may contain; those that miss it stand out.

    Parameters
    ----------
    frame : a row an interval
    mark : where the line is
    value, low, high : columns of it
    ends : of the axis, the same whatever is drawn
    """
    _, ax = plt.subplots(figsize=(8, 1.9 + 0.15 * len(frame)))
    estimate, least, most = (frame[column].to_numpy(float) for column in (value, low, high))
    at, contains = np.arange(len(frame))[::-1], (least <= mark) & (mark <= most)
    for some, colour, label in ((contains, BLUE, "contains it"), (~contains, ORANGE, "misses it")):
        if some.any():
            ax.hlines(
                at[some], least[some], most[some], color=colour, linewidth=2.5, label=f"interval {label}"
            )
            ax.scatter(estimate[some], at[some], color=colour, s=22, zorder=3)
    ax.axvline(mark, color=INK, linewidth=1.5, linestyle="--", label=mark_label)
    add_legend(ax)
    ax.set_yticks([])
    ax.set(xlabel=xlabel or name_of(frame[value]), ylabel=ylabel or name_of(frame.index), xlim=ends)
    format_axis(ax.xaxis, unit)
    return ax


@styled
def plot_tornado(frame: pd.DataFrame, *, title: object = "", at_low: str, at_high: str, middle: float, xlabel: str,
                 unit: str = "") -> Axes:  # fmt: skip
    """Draw a bar an input, from the result at its low end to that at its high end, around the result in the middle."""
    frame = frame.dropna(subset=[at_low, at_high])
    if frame.empty:
        return say_nothing()
    _, ax = plt.subplots(figsize=(8, 1.4 + 0.42 * len(frame)))
    at = np.arange(len(frame))[::-1]
    for column, colour, label in ((at_low, GREY, "input at its low end"), (at_high, BLUE, "at its high end")):
        reach = frame[column].astype(float) - middle
        ax.barh(at, reach, left=middle, height=0.6, color=colour, label=label)
    ax.axvline(middle, color=INK, linewidth=1.2)
    add_legend(ax)
    name_rows(ax, at, frame.index)
    ax.set(xlabel=xlabel)
    ax.grid(axis="y", visible=False)
    format_axis(ax.xaxis, unit)
    return ax
