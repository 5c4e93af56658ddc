"""Shares with their uncertainty, and how large a test must be."""

import numpy as np
import pandas as pd
from scipy import stats


def share_interval(hits: pd.Series, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval for the share of True among independent ``hits``; missing for no hits at all.

    It covers the chance behind the share in about ``level`` of samples, also near 0 and 1 (Wilson 1927,
    doi 10.1080/01621459.1927.10502953).
    """
    hits = hits.dropna()
    if hits.empty:
        return np.nan, np.nan
    found = stats.binomtest(int(hits.sum()), len(hits)).proportion_ci(level, method="wilson")
    return float(found.low), float(found.high)


def group_size(base: float, lifted: float, *, power: float = 0.8, level: float = 0.05) -> float:
    """Customers needed in each of two equal groups to tell one share from another, by the normal approximation.

    Missing where the two are equal, or a share is not between 0 and 1.
    """
    if not (0 < base < 1 and 0 <= lifted <= 1) or base == lifted:
        return np.nan
    spread = base * (1 - base) + lifted * (1 - lifted)
    reach = stats.norm.ppf(1 - level / 2) + stats.norm.ppf(power)
    return float(np.ceil(spread * reach**2 / (lifted - base) ** 2))


def lift(treated: pd.Series, control: pd.Series, level: float = 0.95) -> tuple[float, float, float]:
    """Relative lift of one share over another, with its interval; missing where there is nothing to compare.

    The interval covers the ratio of the chances, less one, in about ``level`` of repeated trials: that of the logarithm
    of the ratio (Katz et al. 1978, doi 10.2307/2530610). It needs at least one hit in each group.

    Parameters
    ----------
    treated, control : True or False for each unit, drawn by lot
    """
    hits, n = np.array([treated.sum(), control.sum()]), np.array([len(treated), len(control)])
    if (hits == 0).any():
        return np.nan, np.nan, np.nan
    ratio = np.log(hits[0] / n[0] / (hits[1] / n[1]))
    reach = stats.norm.ppf(0.5 + level / 2) * np.sqrt((1 / hits - 1 / n).sum())
    low, found, high = np.expm1([ratio - reach, ratio, ratio + reach])
    return float(found), float(low), float(high)
