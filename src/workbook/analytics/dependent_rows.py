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

    By leaving out one customer at a time (jackknife: Wolter 2007, doi 10.1007/978-0-387-35099-8). Never more than there are.
    Where all rows hit, or none, the rows can't show how alike a customer's are: they then count as if they were all the same.
    """
    n, value, whose = len(hits), float(hits.mean()), codes(cluster)
    size = np.bincount(whose).astype(float)
    many = len(size)
    if not 0 < value < 1 or many < 2:
        return float(n**2 / (size**2).sum())
    moved = np.bincount(whose, hits.to_numpy(float) - value) / (n - size)
    together = (moved**2).sum() * (many - 1) / many
    return float(n * min(1.0, value * (1 - value) / (n - 1) / together)) if together > 0 else float(n)
