"""Can a stated chance be taken at its word? Chances beside what came of them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval


def highest_grade(grades: pd.Series, chances: pd.DataFrame) -> int:
    """The highest grade on file; where nothing is filed yet, the highest that a model knows (columns of ``chances``)."""
    return int(grades.max() if grades.notna().any() else chances.columns.max())


def bins_of(chance: pd.Series, bins: int = 8) -> pd.Series:
    """Number of the bin of each chance: bins of about as many cases each, equal chances in one."""
    return np.ceil((chance.rank(method="average", pct=True) * bins).round(9)).astype(int)


def calibration_table(
    chance: pd.Series, happened: pd.Series, bins: int = 8, *, cluster: pd.Series | None = None
) -> pd.DataFrame:
    """Mean chance and what share came true, bin by bin.

    Parameters
    ----------
    chance : stated, 0 to 1
    happened : whether it came true
    bins : about as many cases in each
    cluster : whose case it is, where somebody has several

    Returns
    -------
    pandas.DataFrame
        By bin: cases, chance (mean), share (that came true), low and high (Wilson's interval of the share).
    """
    whose = pd.Series(range(len(chance)), chance.index) if cluster is None else cluster
    cases = pd.DataFrame({"chance": chance, "happened": happened.astype(bool), "whose": whose})
    groups = cases.groupby(bins_of(chance, bins))
    table = groups.agg(cases=("happened", "size"), chance=("chance", "mean"), share=("happened", "mean"))
    ends = [share_interval(group["happened"], cluster=group["whose"]) for _, group in groups]
    return table.assign(low=[low for low, _ in ends], high=[high for _, high in ends]).rename_axis("bin")


def calibration_error(chance: pd.Series, happened: pd.Series, bins: int = 8) -> float:
    """Mean distance of chance and share over the bins, weighted by cases; missing without cases.

    It is above 0 even for perfect chances, because shares scatter: see `error_by_chance` (Kumar, Liang & Ma 2019,
    "Verified uncertainty calibration").
    """
    if not len(chance):
        return np.nan
    gap = (happened.astype(float) - chance).groupby(bins_of(chance, bins)).sum()
    return float(gap.abs().sum() / len(chance))


def error_by_chance(
    chance: pd.Series, bins: int = 8, *, draws: int = 200, seed: int = 0
) -> tuple[float, float]:
    """Calibration error if the chances were perfect: its mean, and what it stays under in 95 % of ``draws``."""
    if not len(chance):
        return np.nan, np.nan
    came = np.random.default_rng(seed).random((draws, len(chance))) < chance.to_numpy()
    groups = pd.get_dummies(bins_of(chance, bins)).to_numpy(dtype=float)
    errors = np.abs((came - chance.to_numpy()) @ groups).sum(axis=1) / len(chance)
    return float(errors.mean()), float(np.quantile(errors, 0.95))


@dataclass(frozen=True)
class Judged:
    """Whether chances can be taken at their word: all bins together, which sees more than each bin alone.

    Attributes
    ----------
    case : honest (chance alone could make the distance), or further off: low (the mean chance is below the interval of what
        came true), high (above it) or uneven (within it, so too low in some parts and too high in others); or unknown
    distance, limit : mean distance of chance and share in percentage points, and what perfect chances stay under in 95 of
        100 cases
    stated, came : mean chance, and the share that came true with Wilson's interval
    inside, parts : in how many parts the interval contains the chance, of how many; None where nothing is known
    """

    case: str
    distance: Estimate
    limit: Estimate
    stated: Estimate
    came: Estimate
    inside: int | None
    parts: int | None


def judged(
    chance: pd.Series,
    happened: pd.Series,
    table: pd.DataFrame,
    *,
    cluster: pd.Series | None = None,
    seed: int = 0,
) -> Judged:
    """Judge stated chances by all of them at once.

    Parameters
    ----------
    chance, happened : a row a case
    table : of the same, from `calibration_table`
    cluster : whose case it is, where somebody has several
    seed : of the draws of perfect chances
    """
    distance, limit = calibration_error(chance, happened), error_by_chance(chance, seed=seed)[1]
    apart, most = (Estimate(100 * points) for points in (distance, limit))
    stated = Estimate(float(chance.mean()), unit="share")
    came = Estimate(
        float(happened.mean()), *share_interval(happened, cluster=cluster), "share", len(happened)
    )
    if not happened.any():
        return Judged("unknown", Estimate(), Estimate(), stated, came, None, None)
    inside = int(((table["low"] <= table["chance"]) & (table["chance"] <= table["high"])).sum())
    off = "low" if stated.value < came.low else "high" if stated.value > came.high else "uneven"
    return Judged(off if distance > limit else "honest", apart, most, stated, came, inside, len(table))
