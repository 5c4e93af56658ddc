"""Money at different times: net present value, payback, internal rate of return.

The flow of year 0 is not discounted: npv of -40,000, 5,000, 8,000, 12,000, 30,000 at 8 % is 3,065.22. (Excel's NPV discounts
its first flow too.)
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import brentq

from workbook.analytics.estimate import Estimate
from workbook.tables.errors import DataError

Flows = Sequence[float] | np.ndarray


def npv(rate: float, flows: Flows) -> float:
    """Sum of flows, that of year t divided by (1 + rate) to the power of t."""
    flows = np.asarray(flows, dtype=float)
    return float((flows / (1 + rate) ** np.arange(len(flows))).sum())


def payback(flows: Flows, rate: float = 0.0) -> float:
    """Years until the sum of (discounted) flows is at or above 0 for good, interpolated within the year; missing if never."""
    flows = np.asarray(flows, dtype=float)
    total = np.cumsum(flows / (1 + rate) ** np.arange(len(flows)))
    below = np.flatnonzero(total < 0)
    if not len(below):
        return 0.0
    last = below[-1]
    if last == len(total) - 1:
        return np.nan
    return float(last + -total[last] / (total[last + 1] - total[last]))


def payback_case(flows: Flows, rate: float) -> tuple[str, Estimate]:
    """Whether the flows pay back within their years, and after how many years: back, never, or unknown."""
    if np.isnan(np.asarray(flows, dtype=float)).any():
        return "unknown", Estimate(unit="ratio")
    years = payback(flows, rate)
    return ("never", Estimate(unit="ratio")) if np.isnan(years) else ("back", Estimate(years, unit="ratio"))


def irr(flows: Flows, low: float = -0.99, high: float = 1.0) -> float:
    """The rate between two ends at which npv is 0. Flows that change sign more than once have several: choose the ends.

    Raises
    ------
    DataError
        if npv has the same sign at both ends.
    """
    if npv(low, flows) * npv(high, flows) > 0:
        raise DataError(f"npv must change its sign between the rates {low:g} and {high:g}; it does not.")
    return float(brentq(lambda rate: npv(rate, flows), low, high))


def sign_changes(flows: Flows) -> int:
    """How often flows change their sign; more than once, and there may be several internal rates of return."""
    signs = np.sign([f for f in np.asarray(flows, dtype=float) if f != 0])
    return int((np.diff(signs) != 0).sum())
