"""Two ways tried on the same cases: the mean of their differences, by flipping signs."""

import numpy as np
import pandas as pd

from workbook.analytics.dependent_rows import codes
from workbook.analytics.estimate import Estimate

BLOCK = 2_000_000  # flips at a time


def mean_difference(
    differences: pd.Series,
    *,
    cluster: pd.Series | None = None,
    unit: str = "ratio",
    level: float = 0.95,
    draws: int = 4000,
    seed: int = 0,
) -> Estimate:
    """Mean of paired differences, with the interval of the values that a randomisation test doesn't reject.

    If the two ways are alike, a difference is as likely to have the other sign. The test flips the signs of whole clusters at
    random and asks how often the mean becomes as large as it is. Its interval needs no search: each draw parts the
    clusters in two, and a value is rejected by the draw unless it lies between the means of both parts (Hartigan 1969,
    doi 10.1080/01621459.1969.10501057). It is exact under symmetric differences, and near its level else.

    Where few large differences decide, it is silent: so many as ``(Σd²)² / Σd⁴`` of equal size would weigh as much,
    and k of these can't have a p-value under 2 / 2ᵏ. Below 6 none can be under 5 %, so nothing could be told.

    Parameters
    ----------
    differences : one way's result less the other's, a case each; missing ones are left out
    cluster : whose case it is, a row each, where somebody has several
    unit : of the differences
    level : of the interval
    draws, seed : of the random flips

    Returns
    -------
    Estimate
        without an interval where few large differences decide.
    """
    there = differences.notna().to_numpy()
    known = differences[there].astype(float)
    n = len(known)
    if not n:
        return Estimate(unit=unit, n=0, against=0.0)
    whose = np.arange(n) if cluster is None else codes(cluster[there])
    sums, sizes = np.bincount(whose, known.to_numpy()), np.bincount(whose)
    mean = float(known.mean())
    if 2.0 ** (1 - deciding(sums)) > 1 - level:
        return Estimate(mean, unit=unit, n=n, against=0.0)
    low, high = between_parts(sums, sizes, draws, np.random.default_rng(seed))
    ends = np.quantile(low, 1 - level), np.quantile(high, level)
    return Estimate(mean, float(ends[0]), float(ends[1]), unit, n, against=0.0)


def deciding(differences: np.ndarray) -> float:
    """How many differences of one size would weigh as much as these do; 0 for none."""
    squares = differences**2
    return float(squares.sum() ** 2 / (squares**2).sum()) if squares.any() else 0.0


def between_parts(
    sums: np.ndarray, sizes: np.ndarray, draws: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """The smaller and the larger mean of two random parts of the clusters, for each draw in which neither is empty."""
    clusters, block = np.column_stack([sums, sizes]), max(1, BLOCK // len(sums))
    counts = [min(block, draws - done) for done in range(0, draws, block)]
    kept = np.concatenate([(rng.random((n, len(sums))) < 0.5).astype(float) @ clusters for n in counts])
    parts = np.stack([kept, clusters.sum(axis=0) - kept])
    parts = parts[:, (parts[:, :, 1] > 0).all(axis=0)]
    means = parts[:, :, 0] / parts[:, :, 1]
    return means.min(axis=0), means.max(axis=0)
