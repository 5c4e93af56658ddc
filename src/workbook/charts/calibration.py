"""Chances as stated, beside what came of them."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from workbook.charts.style import BLUE, GREY, QUIET, add_legend, format_axis, say_nothing, styled


@styled
def plot_calibration(frame: pd.DataFrame, *, title: object = "", x: str, y: str, xlabel: str, ylabel: str, low: str = "", high: str = "",
                     counts: str = "") -> Axes:  # fmt: skip
    """Draw shares over stated chances with their intervals and numbers of cases, and the line on which both are equal."""
    frame = frame.dropna(subset=[x, y])
    if frame.empty:
        return say_nothing()
    _, ax = plt.subplots()
    ends = frame[[c for c in (x, y, high) if c]].max().max()
    edge = float(min(max(ends * 1.1, 0.05), 1.0)) if ends <= 1 else float(ends * 1.1)
    ax.plot([0, edge], [0, edge], color=GREY, linestyle="--", zorder=1, label="as stated")
    if low and high:
        ax.vlines(frame[x], frame[low], frame[high], color=BLUE, alpha=0.5, zorder=2, label="95 % interval")
    ax.plot(frame[x], frame[y], color=BLUE, marker="o", linewidth=1.2, zorder=3, label="as it came")
    if counts:
        ax.annotate("cases", (0, 1), xycoords="axes fraction", xytext=(4, -4), textcoords="offset points",
                    fontsize=8, color=QUIET, va="top")  # fmt: skip
        least = -1.0
        for at, top, n in zip(frame[x], frame[high or y], frame[counts], strict=True):
            if at - least > 0.025 * edge:  # points that stand together would print over each other
                ax.annotate(f"{n:,.0f}", (at, top), xytext=(0, 4), textcoords="offset points", fontsize=8,
                            ha="center", color=QUIET)  # fmt: skip
                least = at
    add_legend(ax)
    ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(0, edge), ylim=(0, edge * 1.08))
    format_axis(ax.xaxis, "share" if edge <= 1 else "")
    format_axis(ax.yaxis, "share" if edge <= 1 else "")
    return ax
