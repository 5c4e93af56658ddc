"""How well a score sorts: the area under the curve of hits over false alarms (ROC)."""

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate


def auc(
    score: pd.Series, positive: pd.Series, level: float = 0.95, *, cluster: pd.Series | None = None
) -> Estimate:
    """Chance that a positive case scores above another one, ties counting half, with DeLong's interval.

    The interval covers that chance, for the scores as they are, in about ``level`` of samples (DeLong et al. 1988, doi
    10.2307/2531595; of clusters: Obuchowski 1997, doi 10.2307/2533958). Unknown with fewer than two cases on a side, and
    without an interval where the two sides don't overlap.

    Parameters
    ----------
    score, positive : a row a case
    cluster : whose case it is, a row each, where somebody has several
    """
    side = positive.to_numpy(dtype=bool)
    up, down = (score.to_numpy(dtype=float)[s] for s in (side, ~side))
    m, n = len(up), len(down)
    if min(m, n) < 2:
        return Estimate(n=m, against=0.5)
    ranks = stats.rankdata(np.concatenate([up, down]))
    over = (ranks[:m] - stats.rankdata(up)) / n
    under = 1 - (ranks[m:] - stats.rankdata(down)) / m
    found = over.mean()
    if cluster is None:
        spread = float(np.sqrt(over.var(ddof=1) / m + under.var(ddof=1) / n))
    else:
        moved = np.zeros(len(side))
        moved[side], moved[~side] = (over - found) / m, (under - found) / n
        spread = spread_of(moved, cluster)
    if not spread > 0:
        return Estimate(float(found), n=m, against=0.5)
    reach = stats.norm.ppf(0.5 + level / 2) * spread
    return Estimate(
        float(found), float(max(found - reach, 0)), float(min(found + reach, 1)), n=m, against=0.5
    )
