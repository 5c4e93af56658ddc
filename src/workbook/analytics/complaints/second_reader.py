"""How often filed grades are right: a second person grades the same complaints without seeing the first grade."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval


def slipped(grade: pd.Series, error: float, seed: int | Sequence[int]) -> pd.Series:
    """Grades as somebody files them who slips to a neighbouring grade with chance ``error``.

    Several numbers as ``seed`` make one key, such as a notebook's seed and the data's fingerprint.
    """
    rng = np.random.default_rng(seed)
    step = np.where(rng.random(len(grade)) < 0.5, -1, 1)
    step = np.where(grade == 1, 1, np.where(grade == 3, -1, step))
    return grade.where(rng.random(len(grade)) >= error, grade + step)


def share_right(agree: pd.Series, level: float = 0.95) -> Estimate:
    """How often filed grades are right, from two people who graded the same complaints apart.

    If both are equally careful, err independently of each other and of the text, and to the one neighbour that a grade has,
    they agree in a share r² + (1 − r)², so r = (1 + √(2 × agreement − 1)) / 2. Two who share a habit agree too often.

    Parameters
    ----------
    agree : whether the two gave the same grade, a row a complaint
    level : of the interval

    Returns
    -------
    Estimate
        unknown where they agree by half or less.
    """
    if not agree.mean() > 0.5:
        return Estimate(unit="share", n=len(agree))
    ends = [max(end, 0.5) for end in share_interval(agree, level)]
    found, low, high = (float(1 + np.sqrt(2 * a - 1)) / 2 for a in (agree.mean(), *ends))
    return Estimate(found, low, high, "share", len(agree))


def table_of_agreement(read: int = 200, agreed: Sequence[float] = (0.65, 0.75, 0.85, 0.95)) -> pd.DataFrame:
    """What each share of agreement says of ``read`` complaints: share right, with low and high."""
    rows = {}
    for share in agreed:
        right = share_right(pd.Series(np.arange(read) < round(share * read)))
        rows[f"{share:.0%}".replace("%", " %")] = {
            "share right": right.value,
            "low": right.low,
            "high": right.high,
        }
    return pd.DataFrame(rows).T.rename_axis(f"the same grade for, of {read}")


def clerk(grade: pd.Series, error: float, texts: pd.Series, seed: int) -> pd.Series:
    """Grades of a simulated second clerk, the same for the same texts and seed, another one for other texts."""
    key = int(pd.util.hash_pandas_object(texts, index=False).sum() % 2**32)
    return slipped(grade, error, [seed, key])


@dataclass(frozen=True)
class Verified:
    """What two people's agreement says of the file, beside the truth.

    Attributes
    ----------
    case : holds or misses (whether the interval contains the truth), or unknown
    same : share to which both gave the same grade
    right, truth : share of filed grades that are right, as estimated and in truth
    n : complaints that both graded
    """

    case: str
    same: Estimate
    right: Estimate
    truth: Estimate
    n: int


def verified(agree: pd.Series, right: Estimate, truth: float) -> Verified:
    """Hold what two people's agreement says of the file against the truth."""
    case = "unknown" if not right.known or truth != truth else "holds" if right.contains(truth) else "misses"
    same = Estimate(float(agree.mean()), unit="share", n=len(agree))
    return Verified(case, same, right, Estimate(truth, unit="share"), len(agree))
