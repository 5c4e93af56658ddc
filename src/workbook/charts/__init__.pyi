from .basic import (
    plot_bars,
    plot_cloud,
    plot_forecasts,
    plot_histogram,
    plot_lines,
    plot_points,
    plot_sweep,
)
from .calibration import plot_calibration
from .effects import plot_against_truth, plot_intervals, plot_tornado
from .heatmap import plot_heatmap, plot_week
from .service import plot_control, plot_waiting
from .timelines import plot_timelines
from .trials import plot_bands

__all__ = [
    "plot_against_truth",
    "plot_bands",
    "plot_bars",
    "plot_calibration",
    "plot_cloud",
    "plot_control",
    "plot_forecasts",
    "plot_heatmap",
    "plot_histogram",
    "plot_intervals",
    "plot_lines",
    "plot_points",
    "plot_sweep",
    "plot_timelines",
    "plot_tornado",
    "plot_waiting",
    "plot_week",
]
