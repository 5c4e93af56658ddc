from .basic import (
    plot_bars,
    plot_cloud,
    plot_forecasts,
    plot_heatmap,
    plot_histogram,
    plot_lines,
    plot_points,
)

__all__ = [
    "plot_bars",
    "plot_cloud",
    "plot_forecasts",
    "plot_heatmap",
    "plot_histogram",
    "plot_lines",
    "plot_points",
]
