"""The mean of values of which a few are large, such as costs and margins, with an interval that leans as they do."""

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import codes, spread_of
from workbook.analytics.estimate import Estimate


def skewed_mean(
    values: pd.Series, *, unit: str = "money", level: float = 0.95, cluster: pd.Series | None = None
) -> Estimate:
    """Mean of skewed values, such as costs of which a few are large, with its interval.

    The interval covers the mean behind ``values`` in about ``level`` of samples: Student's, with the skewness transformed
    away (Hall 1992, doi 10.1111/j.2517-6161.1992.tb01872.x), and with the degrees of freedom that a variance has which rests
    on a few large values (`freedom`). No interval with fewer than 3 values or clusters, or if all are the same.

    Parameters
    ----------
    values : one a case; missing ones are left out
    unit : of the values
    level : of the interval
    cluster : whose case it is, a row each, where somebody has several
    """
    known = values.notna().to_numpy()
    x = values.to_numpy(dtype=float)[known]
    if not len(x):
        return Estimate(unit=unit, n=0)
    mean = float(x.mean())
    off = x - mean if cluster is None else np.bincount(codes(cluster[known]), x - mean)
    n = len(off)
    if n < 3 or np.allclose(off, 0):
        return Estimate(mean, unit=unit, n=len(x))
    skew = float(stats.skew(off)) / np.sqrt(n)
    reach = stats.t.ppf([0.5 + level / 2, 0.5 - level / 2], freedom(off))
    if abs(skew) > 1e-9:
        reach = 3 / skew * (np.cbrt(1 + skew * (reach - skew / 6)) - 1)
    low, high = mean - spread_of(off, None) / len(x) * reach
    if x.min() >= 0:
        low = max(low, 0.0)  # no mean of such values can be below
    return Estimate(mean, float(low), float(high), unit, len(x))


def freedom(off: np.ndarray) -> float:
    """Degrees of freedom of the variance of some values; their number less 1, and fewer where a few make up most of it.

    Twice its squared mean over its own variance (Satterthwaite 1946, doi 10.2307/3002019), which the kurtosis gives.
    """
    n = len(off)
    return min(n - 1.0, 2 * n / (float(stats.kurtosis(off, fisher=False)) - (n - 3) / (n - 1)))
