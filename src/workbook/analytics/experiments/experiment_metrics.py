"""What is measured in a test: money that isn't ruled by a few, with less noise, and what must not get worse."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


def in_window(
    trials: pd.DataFrame, orders: pd.DataFrame, name: str, *, days: int, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Units of a trial whose time is over, with what they ordered in it.

    Parameters
    ----------
    trials, orders : the tables
    name : of the trial
    days : from the first assignment on; units for whom they aren't over by the end of ``as_of`` are left out

    Returns
    -------
    pandas.DataFrame
        The trial's columns, cost 0 where none is on record, with orders, revenue and came (whether there is an order).
    """
    span, end = pd.Timedelta(days=days), as_of + pd.Timedelta(days=1)
    trial = trials[(trials["experiment"] == name) & (trials["assigned_at"] + span <= end)]
    start = trial["assigned_at"].min()
    inside = orders[(orders["ordered_at"] >= start) & (orders["ordered_at"] < start + span)]
    sums = inside.groupby("customer_id")["amount"].agg(["size", "sum"]).reindex(trial["unit_id"]).fillna(0)
    size, revenue = (sums[c].to_numpy() for c in ("size", "sum"))
    cost = trial["cost"].astype(float).fillna(0)
    return trial.assign(orders=size, revenue=revenue, came=size > 0, cost=cost).reset_index(drop=True)


def cap(values: pd.Series, share: float = 0.99) -> tuple[pd.Series, float]:
    """Winsorise: bring what lies above a quantile of the values over 0 down to it.

    The quantile is taken over all arms together, so that each has the same cap. What is then estimated is the mean of
    "at most that much", and no longer the mean of what was spent (Dixon 1960, doi 10.1214/aoms/1177705900).

    Returns
    -------
    the capped values, and the cap; missing where nothing is above 0.
    """
    most = float(values[values > 0].quantile(share))
    return values.clip(upper=most) if np.isfinite(most) else values, most


def cuped(units: pd.DataFrame, outcome: str, before: str = "before") -> pd.Series:
    """Take off an outcome what the time before the test foretold of it.

    y − θ (x − mean of x), with one θ from within the arms. Means of arms differ in expectation as before, because chance
    has made the arms alike in x; what x explains of the variance is gone (Deng et al. 2013,
    doi 10.1145/2433396.2433413). A unit without a past keeps its outcome; where nothing is known of it, all do.

    Parameters
    ----------
    units : with ``arm``, the outcome, and a column from before the groups were drawn
    """
    x = units[before].astype(float)
    away = (x - x.mean()).fillna(0.0)
    within = within_arms(units, away)
    spread = float((within**2).sum())
    theta = float((within * within_arms(units, units[outcome])).sum()) / spread if spread > 0 else 0.0
    return units[outcome] - theta * away


def within_arms(units: pd.DataFrame, values: pd.Series) -> pd.Series:
    """Values less the mean of their arm."""
    return values - values.groupby(units["arm"]).transform("mean")


def variance_saved(units: pd.DataFrame, outcome: pd.Series, adjusted: pd.Series) -> float:
    """Share of the variance within arms that an adjustment takes away: so many less of the units are needed."""
    old = float((within_arms(units, outcome) ** 2).sum())
    return 1 - float((within_arms(units, adjusted) ** 2).sum()) / old if old > 0 else np.nan


def as_more_units(saved: float) -> float:
    """How many more units, as a share, would be as good as a share of the variance saved: 1 / (1 − share) − 1."""
    return np.inf if saved >= 1 else saved / (1 - saved)


@dataclass(frozen=True)
class Guardrail:
    """Something that a test must not worsen by more than a margin set before.

    Attributes
    ----------
    name : as it is shown
    column : of the units; missing where it isn't defined
    margin : tolerated worsening of its mean, in its own unit
    more_is_worse : for costs
    """

    name: str
    column: str
    margin: float
    more_is_worse: bool = False


def guard(units: pd.DataFrame, rails: Sequence[Guardrail], *, treated: str, control: str, level: float = 0.95) -> pd.DataFrame:  # fmt: skip
    """Test each guardrail for non-inferiority, by Welch's one-sided interval.

    Returns
    -------
    pandas.DataFrame
        a row per guardrail: means of both arms, worse (by how much), at_worst (upper end of the one-sided interval),
        margin, verdict: "holds" where even the worst is within the margin, "broken" where even the best is not, and
        else "can't tell".
    """
    rows = {rail.name: guard_one(units, rail, treated, control, level) for rail in rails}
    columns = ["control", "treated", "worse", "at_worst", "margin", "verdict"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("guardrail")


def guard_one(units: pd.DataFrame, rail: Guardrail, treated: str, control: str, level: float) -> list[object]:
    """One row of `guard`."""
    a, b = (units.loc[units["arm"] == arm, rail.column].dropna().astype(float) for arm in (treated, control))
    worse = (a.mean() - b.mean()) * (1 if rail.more_is_worse else -1)
    reach = one_sided(a, b, level)
    verdict = (
        "holds" if worse + reach <= rail.margin else "broken" if worse - reach > rail.margin else "can't tell"
    )
    return [b.mean(), a.mean(), worse, worse + reach, rail.margin, verdict]


def one_sided(a: pd.Series, b: pd.Series, level: float) -> float:
    """How far a one-sided interval of a difference of means reaches, by Welch; missing below two values each."""
    if min(len(a), len(b)) < 2:
        return np.nan
    parts = np.array([a.var() / len(a), b.var() / len(b)])
    if parts.sum() == 0:
        return 0.0
    freedom = parts.sum() ** 2 / (parts**2 / np.array([len(a) - 1, len(b) - 1])).sum()
    return float(stats.t.ppf(level, freedom) * np.sqrt(parts.sum()))


def rollout_value(effect: float, error: float, *, units: float, margin: float, cost: float, prior: float = np.inf) -> pd.Series:  # fmt: skip
    """What it is worth to roll a treatment out for a year, and what it risks, with a normal posterior.

    Parameters
    ----------
    effect, error : money that the treatment adds per unit, and its standard error
    units : units a year
    margin : share of that money which is kept
    cost : of running the treatment for a year
    prior : spread of what such treatments usually do per unit, around 0; infinite: nothing is known but the test

    Returns
    -------
    pandas.Series
        gain (expected), low, high (95 % of the posterior), loss_chance, loss_if_run and loss_if_not (expected, each
        over all cases in which the choice turns out wrong; 0 in the others).
    """
    trust = 1.0 if np.isinf(prior) else prior**2 / (prior**2 + error**2)
    mean, spread = units * margin * trust * effect - cost, units * margin * np.sqrt(trust) * error
    if not spread > 0:
        known = (
            [mean, mean, mean, float(mean < 0), max(-mean, 0.0), max(mean, 0.0)]
            if spread == 0
            else [np.nan] * 6
        )
        return pd.Series(known, index=WAGER)
    z = mean / spread
    miss = spread * (stats.norm.pdf(z) - z * stats.norm.sf(z))  # the mean of what lies below 0
    reach = stats.norm.ppf(0.975) * spread
    return pd.Series([mean, mean - reach, mean + reach, stats.norm.sf(z), miss, miss + mean], index=WAGER)


WAGER = ["gain", "low", "high", "loss_chance", "loss_if_run", "loss_if_not"]
