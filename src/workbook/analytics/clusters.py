"""Rows of one customer are no independent draws: how far a sum of rows scatters where customers come several times."""

import numpy as np
import pandas as pd


def codes(cluster: pd.Series) -> np.ndarray:
    """Whose each row is, as numbers from 0 on; a row whose customer isn't known is a customer by itself."""
    found = pd.factorize(cluster)[0].astype(np.int64)
    alone = found < 0
    found[alone] = found.max(initial=-1) + 1 + np.arange(alone.sum())
    return found


def spread_of(part: np.ndarray, cluster: pd.Series | None) -> float:
    """Standard error of a sum of independent rows, or of independent clusters of rows; missing for one alone.

    Parameters
    ----------
    part : how each row moves an estimate (its influence), in the index order of ``cluster``
    """
    if cluster is not None:
        part = np.bincount(codes(cluster), weights=part)
    n = len(part)
    return float(np.sqrt((part**2).sum() * n / (n - 1))) if n > 1 else np.nan


def independent_rows(hits: pd.Series, cluster: pd.Series) -> float:
    """How many independent rows tell as much of a share as these do (Kish 1965: n over the design effect).

    Never more than there are. Where all rows hit, or none, the rows can't show how alike a customer's are: they then
    count as if they were all the same.
    """
    n, value = len(hits), float(hits.mean())
    size = np.bincount(codes(cluster))
    if 0 < value < 1 and len(size) > 1:
        alone, together = (spread_of(hits.to_numpy(float) - value, c) for c in (None, cluster))
        return float(n * min(1.0, (alone / together) ** 2)) if together > 0 else float(n)
    return float(n**2 / (size.astype(float) ** 2).sum())
