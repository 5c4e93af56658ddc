"""Effects without a random draw, and with one: a difference as it stands, weighting by history, differences in differences.

All three compare what came of the treated with what would have come of them without the treatment, and differ in where
they take the latter from. Their intervals are for repeated samples of customers: they cover the comparison's own
target in about ``level`` of them, which is the effect only where its assumption holds. None covers a wrong assumption.

Sources: weighting by the odds of treatment, Hirano, Imbens & Ridder (2003), doi 10.1111/1468-0262.00442; standard errors
from influence functions with the propensity model's own part, Stefanski & Boos (2002), doi 10.1198/000313002753631330.
"""

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate

RIDGE = 1e-3  # keeps the propensity model finite where history tells the treated from the others without fail
FEWEST = 10  # units in each group, below which no interval is stated


@dataclass(frozen=True)
class Contrast:
    """What came of the treated, against what would have come of them without the treatment.

    Attributes
    ----------
    treated : mean outcome of the treated
    untreated : mean outcome that they would have had, by the comparison
    difference, low, high : treated less untreated, with its interval
    lift, lift_low, lift_high : the same relative to untreated; missing where a mean isn't above 0
    n_treated, n_control : rows that were compared
    """

    treated: float
    untreated: float
    difference: float
    low: float
    high: float
    lift: float
    lift_low: float
    lift_high: float
    n_treated: int
    n_control: int

    @property
    def change(self) -> Estimate:
        """The lift with its interval."""
        return Estimate(self.lift, self.lift_low, self.lift_high, "change", self.n_treated)

    def more(self, unit: str) -> Estimate:
        """The difference with its interval, in the outcome's unit."""
        return Estimate(self.difference, self.low, self.high, unit, self.n_treated)


def compare(
    outcome: pd.Series, treated: pd.Series, *, cluster: pd.Series | None = None, level: float = 0.95
) -> Contrast:
    """Compare two groups as they stand: what a random draw asks for.

    Parameters
    ----------
    outcome : a number, or True and False, a row a unit
    treated : True for the treated
    cluster : whose row it is, where somebody has several; rows of one customer are no independent draws
    level : of the interval

    Returns
    -------
    Contrast
        missing throughout where a group is empty, without an interval where one is tiny.
    """
    y, d = arrays(outcome, treated)
    if not d.any() or d.all():
        return unknown(d)
    means = y[d].mean(), y[~d].mean()
    parts = d / d.sum() * (y - means[0]), ~d / (~d).sum() * (y - means[1])
    return contrast(means, parts, d, cluster, level)


def weighted(
    outcome: pd.Series,
    treated: pd.Series,
    history: pd.DataFrame,
    *,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> Contrast:
    """Compare the treated with others who are weighted until they have the same history.

    The target is the mean effect on the treated. It is met if, among those with equal history, who is treated has nothing
    to do with what would have come anyway: a history that misses a reason leaves that reason in.

    Parameters
    ----------
    history : numbers known before the treatment, a row a unit; no gaps
    """
    y, d = arrays(outcome, treated)
    if not d.any() or d.all():
        return unknown(d)
    x = design(history)
    chance = propensity(x, d)
    w = np.where(d, 0.0, chance / (1 - chance))
    means = y[d].mean(), float(np.average(y, weights=w))
    own = w / w.sum() * (y - means[1])
    # The weights were estimated: how the mean moves with the model, times how the model moves with each row.
    bread = np.linalg.pinv((x * (chance * (1 - chance))[:, None]).T @ x + RIDGE * np.eye(x.shape[1]))
    model = (x * (d - chance)[:, None]) @ bread @ (x.T @ own)
    return contrast(means, (d / d.sum() * (y - means[0]), own + model), d, cluster, level)


def difference_in_differences(
    before: pd.Series,
    after: pd.Series,
    treated: pd.Series,
    *,
    cluster: pd.Series | None = None,
    level: float = 0.95,
) -> Contrast:
    """Take the others' change off the change of the treated.

    The target is the mean effect on the treated. It is met if both would have changed by as much without the treatment
    (parallel trends), which no data after the treatment can show.

    Parameters
    ----------
    before, after : outcome in as long a time before and after, a row a unit
    """
    start, d = arrays(before, treated)
    end, _ = arrays(after, treated)
    if not d.any() or d.all():
        return unknown(d)
    change = end - start
    trend = change[~d].mean()
    means = end[d].mean(), start[d].mean() + trend
    without = d / d.sum() * (start - start[d].mean()) + ~d / (~d).sum() * (change - trend)
    return contrast(means, (d / d.sum() * (end - means[0]), without), d, cluster, level)


def elasticity(outcome: pd.Series, dose: pd.Series, treated: pd.Series, level: float = 0.95) -> Estimate:
    """By how many percent the outcome grows with one percent more of a dose that a random draw moved, with its interval.

    Logarithm of the ratio of mean outcomes over logarithm of the ratio of mean doses (Wald's estimate from a random draw:
    Angrist, Imbens & Rubin 1996, doi 10.1080/01621459.1996.10476902). It is met if being drawn moves the outcome through the dose
    alone. Missing unless being drawn moved the dose by more than 3 standard errors: a ratio over nearly nothing says nothing.
    """
    unmoved = Estimate(unit="ratio")
    (y, d), (x, _) = arrays(outcome, treated), arrays(dose, treated)
    if min(d.sum(), (~d).sum()) < FEWEST or min(v[g].mean() for v in (y, x) for g in (d, ~d)) <= 0:
        return unmoved
    (more, part), (moved, moved_part) = log_ratio(y, d), log_ratio(x, d)
    if not abs(moved) > 3 * spread_of(moved_part, None):
        return unmoved
    found = more / moved
    reach = stats.norm.ppf(0.5 + level / 2) * spread_of((part - found * moved_part) / moved, None)
    return Estimate(
        float(found), float(found - reach), float(found + reach), "ratio", int(d.sum()), against=0
    )


def for_a_tenth(elasticity: Estimate) -> Estimate:
    """By how much the outcome changes for a tenth more of the dose, from an elasticity."""
    value, low, high = (float(1.1**x - 1) for x in (elasticity.value, elasticity.low, elasticity.high))
    return Estimate(value, low, high, "change", elasticity.n)


def log_ratio(y: np.ndarray, d: np.ndarray) -> tuple[float, np.ndarray]:
    """Logarithm of the ratio of two groups' means, and how each row moves it."""
    one, zero = y[d].mean(), y[~d].mean()
    part = d / d.sum() * (y - one) / one - ~d / (~d).sum() * (y - zero) / zero
    return float(np.log(one / zero)), part


def balance(history: pd.DataFrame, treated: pd.Series) -> pd.DataFrame:
    """How far apart the groups are before the treatment, as they stand and weighted as in `weighted`.

    Returns
    -------
    pandas.DataFrame
        a row a column of ``history``: treated, others, weighted (means), gap, weighted_gap (difference of means in
        standard deviations of the treated; under 0.1 is commonly taken for small: Austin 2009, doi 10.1002/sim.3697).
    """
    d = treated.to_numpy(dtype=bool)
    columns = ["treated", "others", "weighted", "gap", "weighted_gap"]
    if not d.any() or d.all():
        return pd.DataFrame(np.nan, index=history.columns, columns=columns)
    chance = propensity(design(history), d)
    values = history.to_numpy(dtype=float)
    w = np.where(d, 0.0, chance / (1 - chance))
    means = values[d].mean(axis=0), values[~d].mean(axis=0), np.average(values, axis=0, weights=w)
    spread = values[d].std(axis=0)
    spread = np.where(spread > 0, spread, np.nan)
    gaps = (means[0] - means[1]) / spread, (means[0] - means[2]) / spread
    return pd.DataFrame(dict(zip(columns, [*means, *gaps], strict=True)), index=history.columns)


def propensity(x: np.ndarray, treated: np.ndarray, rounds: int = 50) -> np.ndarray:
    """Chance of treatment by a logistic model with a slight ridge, by Newton's steps.

    Parameters
    ----------
    x : as from `design`
    """
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(treated.mean() / (1 - treated.mean()))
    ridge = RIDGE * np.eye(x.shape[1])
    chance = np.full(len(x), treated.mean())
    for _ in range(rounds):
        curve = (x * (chance * (1 - chance))[:, None]).T @ x + ridge
        step = np.linalg.solve(curve, x.T @ (treated - chance) - ridge @ beta)
        beta = beta + np.clip(step, -3, 3)
        chance = np.clip(1 / (1 + np.exp(-np.clip(x @ beta, -30, 30))), 1e-9, 1 - 1e-6)
        if np.abs(step).max() < 1e-9:
            break
    return chance


def design(history: pd.DataFrame) -> np.ndarray:
    """A column of ones and the columns of the history in standard deviations; those that don't vary are left out."""
    values = history.to_numpy(dtype=float)
    spread = values.std(axis=0)
    varies = spread > 1e-12
    scaled = (values[:, varies] - values[:, varies].mean(axis=0)) / spread[varies]
    return np.column_stack([np.ones(len(values)), scaled])


def arrays(outcome: pd.Series, treated: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Outcome as floats, treatment as True and False."""
    return outcome.to_numpy(dtype=float), treated.to_numpy(dtype=bool)


def contrast(
    means: tuple[float, float],
    parts: tuple[np.ndarray, np.ndarray],
    treated: np.ndarray,
    cluster: pd.Series | None,
    level: float,
) -> Contrast:
    """Make a contrast from two means and how each row moves them (their influence functions)."""
    one, zero = map(float, means)
    n = int(treated.sum()), int((~treated).sum())
    enough = min(n) >= FEWEST
    error = spread_of(parts[0] - parts[1], cluster) if enough else np.nan
    reach = stats.norm.ppf(0.5 + level / 2)
    difference = one - zero
    lift = log_error = np.nan
    if one > 0 and zero > 0:
        lift = one / zero - 1
        log_error = spread_of(parts[0] / one - parts[1] / zero, cluster) if enough else np.nan
    ends = np.expm1(np.log1p(lift) + reach * log_error * np.array([-1, 1]))
    sure = error > 0
    low, high = difference + reach * error * np.array([-1, 1]) if sure else (np.nan, np.nan)
    least, most = ends if sure else (np.nan, np.nan)
    return Contrast(one, zero, difference, float(low), float(high), lift, float(least), float(most), *n)


def unknown(treated: np.ndarray) -> Contrast:
    """Nothing to compare."""
    none = dict.fromkeys([f.name for f in fields(Contrast)][:8], np.nan)
    return Contrast(**none, n_treated=int(treated.sum()), n_control=int((~treated).sum()))
