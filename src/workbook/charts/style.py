"""What all pictures share: the style sheet, colours, numbers on axes, and calm about data that has nothing."""

import textwrap
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, PercentFormatter

STYLE = str(Path(__file__).with_name("lanyu.mplstyle"))
BLUE, ORANGE, GREY = "#1d6f84", "#e08e45", "#b9c1c5"
COLOURS = (BLUE, ORANGE, "#7a5c99", "#5f9e6e", "#b3483d")


def styled(function: Callable[..., Axes]) -> Callable[..., Axes]:
    """Draw in the workbook's style without changing anybody else's."""

    @wraps(function)
    def draw(frame: Any, *args: Any, title: str = "", **kwargs: Any) -> Axes:
        with plt.style.context(STYLE):
            if has_data(frame):
                ax = function(frame, *args, **kwargs)
                if ax.axison:
                    ax.set_title(textwrap.fill(title, int(8.5 * plt.gcf().get_figwidth())))
            else:
                ax = say_nothing()
            plt.gcf().stale = False  # Jupyter draws what is stale once more, and then shows a fresh drawing
            interactive = matplotlib.is_interactive()
        # Jupyter turns interactive mode on at the first figure; the style must not turn it off again.
        matplotlib.interactive(interactive)
        return ax

    return draw


def has_data(frame: Any) -> bool:
    """Whether there is a number to draw."""
    return bool(np.isfinite(pd.DataFrame(frame).select_dtypes("number").to_numpy(dtype=float)).any())


def say_nothing() -> Axes:
    """Draw a figure that says that there is nothing to draw."""
    _, ax = plt.subplots(figsize=(8, 0.6))
    ax.text(
        0, 0.5, "Nothing to draw here: the data has no values for this picture.", va="center", color="#6a7579"
    )
    ax.axis("off")
    return ax


class Hundredths(PercentFormatter):
    """Percent with as few decimals as the ticks need."""

    def format_ticks(self, values: Any) -> list[str]:
        """Write all ticks with the same number of decimals."""
        shown = 100 * np.asarray(values, dtype=float)
        near = 0.01 * np.abs(np.diff(shown)).min(initial=1)
        self.decimals = next(
            (d for d in range(4) if np.allclose(shown, shown.round(d), rtol=0, atol=near)), 4
        )
        return list(super().format_ticks(values))


def format_axis(axis: Any, unit: str) -> None:
    """Write an axis's numbers as percent or points, or with thousands."""
    if unit in ("share", "change", "points"):
        axis.set_major_formatter(Hundredths(1, symbol=None if unit == "points" else "%"))
    else:
        axis.set_major_formatter(
            FuncFormatter(
                lambda v, _: (f"{v:,.0f}" if abs(v) >= 10 or v == int(v) else f"{v:g}").replace("-", "−")
            )
        )
