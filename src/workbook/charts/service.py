"""Pictures of a service desk: how long people wait, and control charts."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import ConciseDateFormatter
from matplotlib.ticker import LogLocator

from workbook.charts.style import BLUE, GREY, ORANGE, add_legend, format_axis, name_of, styled

# Hours as people say them.
WAITS = {
    1 / 3600: "1 s",
    10 / 3600: "10 s",
    1 / 60: "1 min",
    0.25: "15 min",
    1.0: "1 h",
    4.0: "4 h",
    24.0: "1 day",
    168.0: "1 week",
    720.0: "30 days",
}


@styled
def plot_waiting(
    frame: pd.DataFrame,
    *,
    title: object = "",
    x: str = "hours",
    xlabel: str = "time since the ticket came in",
    ylabel: str = "share that still waits",
) -> Axes:
    """Draw shares still waiting over the hours in column ``x``, on a scale of factors; a line a column."""
    hours = frame[x].clip(lower=1 / 3600)
    _, ax = plt.subplots()
    for (name, values), dash in zip(frame.drop(columns=x).items(), ["-", "-", "--", "--"] * 3, strict=False):
        ax.step(hours, values, where="post", linewidth=2, linestyle=dash, label=str(name))
    ax.set_xscale("log")
    ends = min(hours.min(), 1 / 60), max(hours.max(), 24.0)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=ends, ylim=(0, 1.02))
    ticks = {h: words for h, words in WAITS.items() if ends[0] <= h <= ends[1]}
    ax.set_xticks(list(ticks), list(ticks.values()))
    ax.minorticks_off()
    add_legend(ax)
    format_axis(ax.yaxis, "share")
    return ax


@styled
def plot_control(
    frame: pd.DataFrame,
    *,
    title: object = "",
    xlabel: str = "",
    ylabel: str = "",
    unit: str = "",
    log: bool = False,
) -> Axes:
    """Draw a control chart: the first column over the index, with centre, low, high and signal where there are such.

    On a ``log`` scale, limits that are as many times above as below the centre are equally far from it.
    """
    _, ax = plt.subplots()
    values = frame.iloc[:, 0].astype(float)
    ax.plot(frame.index, values, color=BLUE, linewidth=1.2, marker="o", markersize=3.5, label="value")
    for name, dash, label in (("centre", "-", "centre"), ("high", "--", "limits"), ("low", "--", "_")):
        if name in frame and frame[name].notna().any():
            ax.step(frame.index, frame[name], where="mid", color=GREY, linestyle=dash, linewidth=1.4,
                    zorder=1, label=label)  # fmt: skip
    if "signal" in frame and frame["signal"].any():
        rings = frame[frame["signal"].astype(bool)]
        ax.plot(
            rings.index,
            rings.iloc[:, 0].astype(float),
            "o",
            color=ORANGE,
            markersize=7,
            label="signal",
        )
    if len(ax.lines) > 1:
        add_legend(ax)
    if log:
        ax.set_yscale("log")
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.minorticks_off()
    if isinstance(frame.index, pd.DatetimeIndex):
        ax.xaxis.set_major_formatter(ConciseDateFormatter(ax.xaxis.get_major_locator()))
    ax.set(xlabel=xlabel or name_of(frame.index), ylabel=ylabel or name_of(frame.columns))
    format_axis(ax.yaxis, unit)
    return ax
