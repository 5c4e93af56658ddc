"""Chain ladder: what young cohorts will come to, learned from older ones at the same age, and how sure that is.

Source: T. Mack (1993), Distribution-free calculation of the standard error of chain ladder reserve estimates, ASTIN Bulletin
23 (2), 213-225; the recursive form, which needs no division by a cohort's own figure, is of Mack (1999), ASTIN Bulletin 29 (2),
361-366.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class ChainLadder:
    """A triangle and its development.

    Attributes
    ----------
    triangle : cumulative figures, a row a cohort, a column an age; missing where still to come, and 0 or above
    factors : from each age but the last to the next: all that the cohorts came to over what they had
    spread : sigma squared of each factor: variance of a next figure over the figure itself; missing where nothing tells it
    base : figures that each factor rests on, summed up
    """

    triangle: pd.DataFrame
    factors: np.ndarray
    spread: np.ndarray
    base: np.ndarray

    @property
    def completed(self) -> pd.DataFrame:
        """The triangle with what is still to come, each figure times the factors that it has before it."""
        full = self.triangle.to_numpy(dtype=float, copy=True)
        for age, factor in enumerate(self.factors):
            to_come = np.isnan(full[:, age + 1])
            full[to_come, age + 1] = full[to_come, age] * factor
        return pd.DataFrame(full, self.triangle.index, self.triangle.columns)

    @property
    def ultimate(self) -> pd.Series:
        """What each cohort will have come to at the last age."""
        return self.completed.iloc[:, -1]

    def error(self, cohorts: Sequence[Hashable]) -> float:
        """Mack's standard error of what these cohorts come to together: of their future, and of the factors."""
        here = self.triangle.index.isin(list(cohorts))
        to_come, full = self.triangle.isna().to_numpy()[here], self.completed.to_numpy()[here]
        square = 0.0
        for age, factor in enumerate(self.factors):
            open_now = full[to_come[:, age + 1], age].sum()
            if open_now > 0:
                added = self.spread[age] * (open_now + open_now**2 / self.base[age])
                square = square * factor**2 + added
        return float(np.sqrt(square))


def chain_ladder(triangle: pd.DataFrame) -> ChainLadder:
    """Develop a triangle of cumulative figures.

    Parameters
    ----------
    triangle : a row a cohort, a column an age from the youngest on; missing where still to come

    Returns
    -------
    ChainLadder
        a factor is missing where no cohort had anything at its age.
    """
    cells, ages = triangle.to_numpy(dtype=float), triangle.shape[1] - 1
    factors, base, spread = np.full(ages, np.nan), np.zeros(ages), np.full(ages, np.nan)
    for age in range(ages):
        known = ~np.isnan(cells[:, age + 1])
        before, after = cells[known, age], cells[known, age + 1]
        base[age] = before.sum()
        if base[age] > 0:
            factors[age] = after.sum() / base[age]
        some = before > 0
        if some.sum() > 1:
            off = before[some] * (after[some] / before[some] - factors[age]) ** 2
            spread[age] = off.sum() / (some.sum() - 1)
    return ChainLadder(triangle, factors, with_last(spread), base)


def with_last(spread: np.ndarray) -> np.ndarray:
    """Mack's rule for the last age, of which one cohort alone knows: the spread goes on falling as it fell before."""
    if len(spread) > 2 and np.isnan(spread[-1]) and spread[-3] > 0:
        last = min(spread[-2] ** 2 / spread[-3], spread[-3], spread[-2])
        return np.append(spread[:-1], last)
    return spread
