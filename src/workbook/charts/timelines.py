"""Single customers through time."""

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.axes import Axes

from workbook.charts.style import BLUE, GREY, INK, ORANGE, format_axis, name_of, styled
from workbook.formatting.words import plural


@styled
def plot_timelines(ago: pd.Series, *, title: object = "", xlabel: str = "") -> Axes:
    """Draw what several customers did as points on a line each, today on the right, and their silence since.

    Parameters
    ----------
    ago : days since each event, index the name of who did it
    """
    names = list(dict.fromkeys(ago.index))[::-1]
    _, ax = plt.subplots(figsize=(8, 0.9 + 0.75 * len(names)))
    for row, name in enumerate(names):
        days = ago[ago.index == name]
        ax.plot([days.max(), days.min()], [row, row], color=GREY, linewidth=2, zorder=1)
        ax.plot([days.min(), 0], [row, row], color=ORANGE, linewidth=2, linestyle=":", zorder=1)
        ax.scatter(days, [row] * len(days), color=BLUE, s=70, zorder=2)
        ax.annotate(f"silent for {plural(round(days.min()), 'day')}", (days.min() / 2, row), xytext=(0, 7),
                    textcoords="offset points", ha="center", color=INK, fontsize=9)  # fmt: skip
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel=xlabel or name_of(ago), ylim=(-0.6, len(names) - 0.3))
    ax.invert_xaxis()
    ax.grid(axis="y", visible=False)
    format_axis(ax.xaxis, "")
    return ax
