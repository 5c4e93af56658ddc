"""Several ways tried on the same people: means with intervals, and differences that hold together.

Intervals come from resampling people with all their results (Efron 1979, doi 10.1214/aos/1176344552). Those of several
differences hold all at once in 95 % of worlds: they are as wide as the largest of the studentised deviations asks for
(Romano & Wolf 2005, doi 10.1198/016214504000000539).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

DRAWS, BLOCK = 1000, 20_000_000  # resamples; weights at a time
FEWEST = 20  # people below whom nothing is said


def resampled_means(values: np.ndarray, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Means of each column over people drawn again, with replacement, (draws, columns)."""
    n, step = len(values), max(1, BLOCK // max(len(values), 1))
    parts = []
    for begin in range(0, draws, step):
        many = min(step, draws - begin)
        picked = rng.integers(0, n, (many, n)) + n * np.arange(many)[:, None]
        times = np.bincount(picked.ravel(), minlength=many * n).reshape(many, n)
        parts.append(times @ values / n)
    return np.concatenate(parts)


def column_means(values: np.ndarray) -> np.ndarray:
    """The mean of each column; missing where there is no row."""
    return values.mean(axis=0) if len(values) else np.full(values.shape[1], np.nan)


def reach_at_once(again: np.ndarray, middle: np.ndarray, level: float) -> np.ndarray:
    """How far to each side intervals of resampled columns go that all hold together."""
    error = again.std(axis=0, ddof=1)
    off = np.abs(again - middle) / np.where(error > 0, error, 1.0)
    return np.quantile(off.max(axis=1), level) * error


def means(
    values: pd.DataFrame, *, level: float = 0.95, draws: int = DRAWS, seed: int = 0, at_once: bool = False
) -> pd.DataFrame:
    """The mean of each column with its own interval, or with intervals that all hold together.

    Parameters
    ----------
    values : a row a person, a column a way
    at_once : so that an interval also holds of a column that was chosen for its mean

    Returns
    -------
    pandas.DataFrame
        by column: value, low, high, unit and n; without interval where there are under `FEWEST` people.
    """
    known = values.to_numpy(dtype=float)
    found = pd.DataFrame({"value": column_means(known)}, index=values.columns)
    if len(values) < FEWEST:
        return found.assign(low=np.nan, high=np.nan, unit="share", n=len(values))
    again = resampled_means(known, draws, np.random.default_rng(seed))
    low, high = np.quantile(again, [(1 - level) / 2, (1 + level) / 2], axis=0)
    if at_once:
        reach = reach_at_once(again, known.mean(axis=0), level)
        middle, least, most = known.mean(axis=0), known.min(axis=0), known.max(axis=0)
        low, high = np.maximum(middle - reach, least), np.minimum(middle + reach, most)
    return found.assign(low=low, high=high, unit="share", n=len(values))


def differences(
    values: pd.DataFrame, against: str, *, level: float = 0.95, draws: int = DRAWS, seed: int = 0
) -> pd.DataFrame:
    """How much higher each column's mean is than that of one of them, with intervals that all hold together.

    Returns
    -------
    pandas.DataFrame
        by other column: value, low, high, unit (points) and n.
    """
    known = values.drop(columns=against).sub(values[against], axis=0).to_numpy(dtype=float)
    others = values.columns.drop(against)
    found = pd.DataFrame({"value": column_means(known)}, index=others)
    if len(values) < FEWEST or not len(others):
        return found.assign(low=np.nan, high=np.nan, unit="points", n=len(values))
    again = resampled_means(known, draws, np.random.default_rng(seed))
    reach = reach_at_once(again, known.mean(axis=0), level)
    return found.assign(low=found["value"] - reach, high=found["value"] + reach, unit="points", n=len(values))


def single_difference(values: pd.DataFrame, one: str, other: str, seed: int = 0) -> Estimate:
    """How much higher one column's mean is than another one's."""
    return Estimate.of(differences(values[[other, one]], other, seed=seed).loc[one])


UNKNOWN = Estimate()


@dataclass(frozen=True)
class Contest:
    """Who wins, by how much it is ahead of the next one and of the baseline, and who cannot be told from it.

    Attributes
    ----------
    case : clear (ahead of all others for sure), close (of the baseline, not of all others), baseline (not even of that), or
        unknown (too few people)
    winner, second : names
    ahead, gain : how much more the winner has than the second, and than the baseline; both intervals hold at once
    of, base : result of the winner, with an interval that holds though it was chosen among all, and of the baseline
    others : names of those of which the winner is not ahead for sure, the best first
    many, ways : how many cannot be told from the best, itself included; and of how many
    """

    case: str
    winner: str = ""
    second: str = ""
    ahead: Estimate = UNKNOWN
    gain: Estimate = UNKNOWN
    of: Estimate = UNKNOWN
    base: Estimate = UNKNOWN
    others: str = ""
    many: int = 0
    ways: int = 0


def contest(values: pd.DataFrame, *, seed: int = 0) -> Contest:
    """Which column has the highest mean, and of which others it is ahead for sure; the first column is the baseline."""
    ranked = values.mean().sort_values(ascending=False, kind="stable")
    if len(values) < FEWEST or len(ranked) < 2:
        return Contest("unknown", many=len(ranked), ways=len(ranked))
    winner, second, baseline = ranked.index[0], ranked.index[1], values.columns[0]
    behind = differences(values, winner, seed=seed)
    alike = [str(way) for way in ranked.index[1:] if behind.loc[way, "high"] >= 0]
    won = Estimate.of(means(values, seed=seed, at_once=True).loc[winner])
    base = Estimate.of(means(values, seed=seed).loc[baseline])
    ahead, gain = (
        Estimate.of(behind.loc[way]).scaled(-1, "points") if way != winner else UNKNOWN
        for way in (second, baseline)
    )
    not_sure = baseline in (winner, *alike)
    case = "baseline" if not_sure else "close" if alike else "clear"
    return Contest(
        case, winner, second, ahead, gain, won, base, ", ".join(alike), 1 + len(alike), len(ranked)
    )


def by_way(split_quality: Mapping[str, pd.DataFrame], measure: str) -> pd.DataFrame:
    """One measure of several ways side by side, a row a person."""
    return pd.DataFrame({name: quality[measure] for name, quality in split_quality.items()})
