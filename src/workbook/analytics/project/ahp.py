"""Weights from comparisons in pairs (analytic hierarchy process, AHP): Saaty (1980; 2008, doi 10.1504/IJSSCI.2008.017590).

The weights are the principal eigenvector of the matrix of comparisons. The consistency ratio sets how far the comparisons contradict
each other against how far random ones do.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

# Mean consistency index of random matrices by number of criteria (Saaty 2008).
RANDOM = {1: 0.0, 2: 0.0, 3: 0.58, 4: 0.90, 5: 1.12, 6: 1.24, 7: 1.32, 8: 1.41, 9: 1.45, 10: 1.49}
MOST = 0.1  # consistency ratio up to which comparisons are usually accepted


@dataclass(frozen=True)
class Weights:
    """Weights of criteria from one matrix.

    Attributes
    ----------
    weights : they sum to 1
    largest : the principal eigenvalue, at least the number of criteria
    ratio : consistency ratio; missing for more criteria than there are random indices of
    """

    weights: pd.Series
    largest: float
    ratio: float

    @property
    def case(self) -> str:
        """consistent, contradicting, or unknown."""
        if np.isnan(self.ratio):
            return "unknown"
        return "consistent" if self.ratio <= MOST else "contradicting"


def matrix(pairs: pd.DataFrame) -> pd.DataFrame:
    """The square of comparisons from rows criterion, against, times: the mirrored place holds 1 / times, the diagonal 1.

    A pair that several judges compared gets the geometric mean of what they said, the only mean that keeps mirrored places
    mirrored (Aczél & Saaty 1983). A pair that nobody compared is missing.
    """
    logs = np.log(pairs["times"]).groupby([pairs["criterion"], pairs["against"]]).mean()
    names = list(dict.fromkeys([*pairs["criterion"], *pairs["against"]]))
    square = pd.DataFrame(np.nan, index=names, columns=names)
    for (one, other), value in logs.items():
        square.loc[one, other], square.loc[other, one] = np.exp(value), np.exp(-value)
    for name in names:
        square.loc[name, name] = 1.0
    return square


def weigh(square: pd.DataFrame) -> Weights:
    """Weights and consistency of a full matrix."""
    values, vectors = np.linalg.eig(square.to_numpy(float))
    first = int(values.real.argmax())
    vector = np.abs(vectors[:, first].real)
    n, largest = len(square), float(values[first].real)
    index = (largest - n) / (n - 1) if n > 1 else 0.0
    random = RANDOM.get(n, np.nan)
    ratio = index / random if random else 0.0
    return Weights(pd.Series(vector / vector.sum(), index=square.index), largest, float(ratio))


def by_judge(pairs: pd.DataFrame) -> pd.DataFrame:
    """Weights and consistency ratio of each judge who compared all pairs: index judge; a column a criterion, and ratio."""
    rows = {}
    for judge, some in pairs.groupby("judge", sort=False):
        square = matrix(some)
        if square.notna().all(axis=None):
            found = weigh(square)
            rows[judge] = {**found.weights, "consistency ratio": found.ratio}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("judge")


def triples(square: pd.DataFrame) -> pd.DataFrame:
    """How far each three criteria contradict each other: the product around the triangle, 1 if they agree; the worst first."""
    names, rows = list(square.index), []
    for i, a in enumerate(names):
        for j, b in enumerate(names[i + 1 :], i + 1):
            for c in names[j + 1 :]:
                around = square.loc[a, b] * square.loc[b, c] * square.loc[c, a]
                rows.append((a, b, c, max(around, 1 / around)))
    table = pd.DataFrame(rows, columns=["first", "second", "third", "factor"])
    return table.sort_values("factor", ascending=False, ignore_index=True)


def bootstrap_weights(pairs: pd.DataFrame, draws: int, seed: int) -> pd.DataFrame:
    """Weights of draws of judges with replacement: a row a draw."""
    logs = pairs.assign(log=np.log(pairs["times"]))
    table = logs.pivot_table("log", ["criterion", "against"], "judge")
    rng = np.random.default_rng(seed)
    picked = (
        rng.multinomial(table.shape[1], np.full(table.shape[1], 1 / table.shape[1]), draws) / table.shape[1]
    )
    means = table.to_numpy() @ picked.T
    base, names = matrix(pairs), list(dict.fromkeys([*pairs["criterion"], *pairs["against"]]))
    squares = np.tile(np.eye(len(base)), (draws, 1, 1))
    for (one, other), row in zip(table.index, means, strict=True):
        i, j = names.index(one), names.index(other)
        squares[:, i, j], squares[:, j, i] = np.exp(row), np.exp(-row)
    vector = np.ones((draws, len(names)))
    for _ in range(100):  # power iteration: positive matrices have one largest eigenvalue
        vector = np.einsum("dij,dj->di", squares, vector)
        vector /= vector.sum(axis=1, keepdims=True)
    return pd.DataFrame(vector, columns=names)


def weight_estimates(pairs: pd.DataFrame, seed: int, draws: int = 1000) -> pd.DataFrame:
    """Weights of all judges together with an interval over judges: index criterion; value, low, high."""
    found = weigh(matrix(pairs)).weights
    ends = bootstrap_weights(pairs, draws, seed).quantile([0.025, 0.975])
    return pd.DataFrame({"value": found, "low": ends.iloc[0], "high": ends.iloc[1]}).rename_axis("criterion")


def as_estimate(row: pd.Series) -> Estimate:
    """One row of `weight_estimates` as a number with its interval."""
    return Estimate.of(row, "share")
