"""When people buy: the year's and the week's shape, as a clock that runs faster on busy days.

A purchase process that is plain on this inner clock (weeks that are all alike) shows season on the calendar.
That keeps the process exactly BG/NBD while the shop's days look like a shop's days.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import draw_rows

WEEKDAY = np.array([0.82, 0.80, 0.85, 0.92, 1.12, 1.31, 1.18])  # Monday to Sunday
MONTH = np.array([1.22, 0.72, 0.95, 1.02, 1.06, 1.05, 0.82, 0.78, 1.00, 1.10, 1.18, 1.10])
HOUR = np.array([2, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 3, 5, 6, 6, 7, 6, 5, 5, 5, 6, 7, 9, 11, 10, 7, 4.0])
SALES = {(6, 16): 2.2, (6, 17): 2.6, (6, 18): 3.6, (11, 9): 2.0, (11, 10): 2.8, (11, 11): 5.0, (12, 12): 2.0}
DISCOUNT = 0.2  # off the list price on the days of SALES


@dataclass(frozen=True)
class Season:
    """Days from the first to ``horizon`` (12 months past the data's end) and the inner clock over them."""

    start: pd.Timestamp
    end: pd.Timestamp
    days: pd.DatetimeIndex
    clock: np.ndarray  # inner weeks gone by at each midnight, one longer than days

    @property
    def now(self) -> float:
        """Inner time at the end of the data's last day, in weeks."""
        return float(self.clock[(self.end - self.start).days + 1])

    def inner(self, moment: pd.Timestamp) -> float:
        """Inner time at the midnight that begins a moment's day, in weeks."""
        return float(self.clock[(moment.normalize() - self.start).days])

    def to_time(
        self, inner: np.ndarray, rng: np.random.Generator, hours: np.ndarray | None = None
    ) -> pd.DatetimeIndex:
        """Calendar time of inner times; the hour is drawn from ``hours`` (n, 24), or from the shop's day."""
        day = np.searchsorted(self.clock, inner, side="right") - 1
        hour = draw_rows(np.broadcast_to(HOUR, (len(inner), 24)) if hours is None else hours, rng)
        seconds = hour * 3600 + rng.integers(0, 3600, len(inner))
        return pd.DatetimeIndex(self.days[day] + pd.to_timedelta(seconds, unit="s"))


def make_season(months: int) -> Season:
    """Build the season of a world that covers ``months`` whole months up to the end of 2025."""
    end = pd.Timestamp("2025-12-31")
    start = end + pd.Timedelta(days=1) - pd.DateOffset(months=months)
    days = pd.date_range(start, end + pd.DateOffset(months=12), freq="D")
    weight = busyness(days)
    # A usual year has a mean weight of 1, whichever months a world begins with.
    usual = busyness(pd.date_range("2025-01-01", "2025-12-31")).mean()
    clock = np.concatenate([[0.0], np.cumsum(weight / usual / 7)])
    return Season(start, end, days, clock)


def busyness(days: pd.DatetimeIndex) -> np.ndarray:
    """How busy each day is, as a multiple of an ordinary one."""
    factors = {100 * month + day: factor for (month, day), factor in SALES.items()}
    sale = (100 * days.month + days.day).map(factors).fillna(1.0).to_numpy()
    return WEEKDAY[days.day_of_week] * MONTH[days.month - 1] * sale


def discount_on(days: pd.DatetimeIndex) -> np.ndarray:
    """Share taken off the list price on each day."""
    code = days.month * 100 + days.day
    return np.where(np.isin(code, [m * 100 + d for m, d in SALES]), DISCOUNT, 0.0)


def usual_months() -> list[tuple[float, float]]:
    """Share of a usual year's purchases that falls into each month, and the mean share taken off the list price in it."""
    year = pd.date_range("2025-01-01", "2025-12-31")
    busy, off = busyness(year), discount_on(year)
    inside = [year.month == month for month in range(1, 13)]
    return [(float(busy[m].sum() / busy.sum()), float(np.average(off[m], weights=busy[m]))) for m in inside]
