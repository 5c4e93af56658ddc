"""Looking at a test before its end: what it does to a fixed-horizon p-value, and a band that survives it.

The band is an asymptotic confidence sequence: with a chance of 1 − level or less it ever leaves the truth out, over all
looks together, however many and whenever (Waudby-Smith et al. 2024, doi 10.1214/24-AOS2408). It is the normal mixture
of Robbins (1970, doi 10.1214/aoms/1177696786), whose test is the mixture SPRT of Johari et al. (2022,
doi 10.1287/opre.2021.2135), tuned to be narrowest at a planned size (Howard et al. 2021, doi 10.1214/20-AOS1991).
Asymptotic means: not before each arm has some results, which `BURN_IN` sees to.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from scipy.special import lambertw

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

UNKNOWN = Estimate()

BURN_IN = 25  # outcomes other than 0 that each arm must have before anything is said
BLOCK = 100  # reshuffles worked on at once


def boundary(units: np.ndarray, planned: float, level: float = 0.05) -> np.ndarray:
    """How many standard errors a difference must be off, at that many units in all, to stop at any look.

    Where one look at the end asks for 1.96, this asks for more; least at about the planned size.

    Parameters
    ----------
    units : units of both arms together so far
    planned : units of both arms together at which the band should be narrowest
    level : chance of ever a false alarm
    """
    rho = planned / (-lambertw(-(level**2) / np.e, -1).real - 1)
    n = np.asarray(units, dtype=float)
    return np.sqrt((n + rho) / n * np.log((n + rho) / (rho * level**2)))


def looks(assigned_at: pd.Series, *, seed: int, least: int = 5, parts: int = 20) -> pd.Series:
    """Number the look, from 0, at which each unit is first counted: at the end of its day.

    Where the groups were drawn on fewer days than ``least``, there are ``parts`` looks, in an order shuffled by ``seed``:
    a file may be sorted by arm.
    """
    day = assigned_at.dt.normalize().rank(method="dense").sub(1)
    if day.max() + 1 >= least:
        return day.astype("int64")
    place = (
        np.random.default_rng(seed).permutation(len(assigned_at))
        * min(parts, len(assigned_at))
        // max(1, len(assigned_at))
    )
    return pd.Series(place, index=assigned_at.index, dtype="int64")


def interim_analysis(outcome: pd.Series, treated: pd.Series, look: pd.Series, *, planned: float, level: float = 0.05) -> pd.DataFrame:  # fmt: skip
    """Follow the difference of two means (or rates) from look to look.

    Parameters
    ----------
    outcome, treated, look : per unit: the outcome, whether it was treated, and the look that first counts it

    Returns
    -------
    pandas.DataFrame
        a row per look: units, difference, p and fixed_low, fixed_high (right for one look only), low, high (right for
        all looks together), stop (whether the band leaves out 0); all but units missing before the burn-in.
    """
    order = np.argsort(look.to_numpy(), kind="stable")
    values, mask = outcome.to_numpy(dtype=float)[order], treated.to_numpy(dtype=bool)[order]
    starts = np.flatnonzero(np.diff(look.to_numpy()[order], prepend=-1))
    n = np.append(starts[1:], len(values))
    if not len(values):
        return pd.DataFrame(columns=WATCHED, index=pd.RangeIndex(1, 1, name="look"), dtype=float)
    difference, error = (part[0] for part in differences(values, mask[None, :], starts))
    z, reach = difference / error, stats.norm.ppf(1 - level / 2) * error
    band = boundary(n, planned, level) * error
    columns = [n, difference, 2 * stats.norm.sf(np.abs(z)), difference - reach, difference + reach,
               difference - band, difference + band, np.abs(difference) > band]  # fmt: skip
    return pd.DataFrame(
        dict(zip(WATCHED, columns, strict=True)), index=pd.RangeIndex(1, len(n) + 1, name="look")
    )


WATCHED = ["units", "difference", "p", "fixed_low", "fixed_high", "low", "high", "stop"]


def differences(values: np.ndarray, treated: np.ndarray, starts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Difference of means and its standard error (Welch) at each look, for several ways to draw the groups at once.

    Parameters
    ----------
    values : outcome per unit, in the order of looks
    treated : a row per draw: True or False per unit
    starts : where each look's first unit stands

    Returns
    -------
    two arrays, a row per draw, a column per look; missing before each arm has its burn-in.
    """
    parts = np.stack([np.ones_like(values), values, values**2, values != 0])
    whole = np.cumsum(np.add.reduceat(parts, starts, axis=1), axis=1)
    own = [np.cumsum(np.add.reduceat(part * treated, starts, axis=1), axis=1) for part in parts]
    mean, error = [], []
    with np.errstate(divide="ignore", invalid="ignore"):
        for n, total, squares, hits in (own, [w - o for w, o in zip(whole, own, strict=True)]):
            ready = hits >= BURN_IN
            mean.append(np.where(ready, total / n, np.nan))
            error.append((squares / n - (total / n) ** 2) / (n - 1))
    spread = error[0] + error[1]
    return mean[0] - mean[1], np.sqrt(np.where(spread > 0, spread, np.nan))


def reshuffled(outcome: pd.Series, treated: pd.Series, look: pd.Series, *, draws: int, seed: int) -> pd.DataFrame:  # fmt: skip
    """A/A tests from a real one: draw the groups again, so that it has no effect, and follow z from look to look.

    Returns
    -------
    pandas.DataFrame
        z: a row per reshuffle, a column per look (from 1); missing before the burn-in.
    """
    rng = np.random.default_rng(seed)
    order = np.argsort(look.to_numpy(), kind="stable")
    values, mask = outcome.to_numpy(dtype=float)[order], treated.to_numpy(dtype=bool)
    starts = np.flatnonzero(np.diff(look.to_numpy()[order], prepend=-1))
    found = []
    for block in range(0, draws if len(values) else 0, BLOCK):
        lots = rng.permuted(np.tile(mask, (min(BLOCK, draws - block), 1)), axis=1)
        difference, error = differences(values, lots, starts)
        found.append(difference / error)
    z = np.concatenate(found) if found else np.empty((0, 0))
    return pd.DataFrame(z, columns=pd.RangeIndex(1, z.shape[1] + 1, name="look"))


def alarms(z: pd.DataFrame, critical: float | np.ndarray) -> pd.Series:
    """Share of tests that have raised an alarm by each look: z beyond a critical value, at that look or before.

    Missing for looks by which no test could be read.
    """
    beyond = z.abs() > critical
    return beyond.cummax(axis=1).mean().where(z.notna().any().cummax())


def p_values(z: pd.DataFrame) -> pd.DataFrame:
    """Two-sided p of each z, right for one look; missing where z is."""
    return pd.DataFrame(2 * stats.norm.sf(z.abs()), index=z.index, columns=z.columns).where(z.notna())


@dataclass(frozen=True)
class Peeking:
    """How often nothing was found in tests without an effect: case known, or few (no test got to the burn-in).

    Attributes
    ----------
    peek, safe : share of tests with an alarm by the last look, by p below 5 % and by the band
    looks : how many
    """

    case: str
    peek: Estimate
    safe: Estimate
    looks: int


PEEKED, BANDED = "p below 5 %, looked at each time", "confidence sequence, looked at each time"


def false_alarms(z: pd.DataFrame, look: pd.Series, planned: float) -> pd.DataFrame:
    """Share of tests without an effect that have raised an alarm by each look, by both ways to look, and what was promised.

    Parameters
    ----------
    z : from `reshuffled`
    look : of each unit, from `looks`
    planned : as for `boundary`
    """
    found = {PEEKED: alarms(z, stats.norm.ppf(0.975)), BANDED: alarms(z, limits(look, planned))}
    table = pd.DataFrame(found, index=z.columns).rename_axis("look")
    return table.assign(promised=0.05) if table.notna().any(axis=None) else table


def limits(look: pd.Series, planned: float) -> np.ndarray:
    """The `boundary` at each look."""
    return boundary(look.value_counts().sort_index().cumsum().to_numpy(), planned)


def peeking(z: pd.DataFrame, look: pd.Series, planned: float) -> Peeking:
    """What `false_alarms` come to by the last look."""
    if z.isna().all(axis=None):
        return Peeking("few", Estimate(unit="share"), Estimate(unit="share"), len(z.columns))
    hits = [(z.abs() > c).any(axis=1) for c in (stats.norm.ppf(0.975), limits(look, planned))]
    peek, safe = (Estimate(float(h.mean()), *share_interval(h), "share", len(h)) for h in hits)
    return Peeking("known", peek, safe, len(z.columns))


@dataclass(frozen=True)
class Stopped:
    """When a test followed from look to look would have been stopped.

    Attributes
    ----------
    case : both (the peeker and the band stop), peeker (only the peeker), neither, or few (no look could be read)
    early_look, early_units, early : of the peeker: look, units, and the difference that was seen then, in points
    look, units : of the band
    looks : how many there are
    band, once : the difference at the end with the interval for all looks, and with that for one look
    """

    case: str
    early_look: int = 0
    early_units: int = 0
    early: Estimate = UNKNOWN
    look: int = 0
    units: int = 0
    looks: int = 0
    band: Estimate = UNKNOWN
    once: Estimate = UNKNOWN


def stopped(seen: pd.DataFrame) -> Stopped:
    """When a peeker and the band would have stopped, from `interim_analysis`."""
    if seen["difference"].isna().all():
        return Stopped("few")
    last = seen.iloc[-1].astype(float).to_dict()
    band, once = (
        Estimate(last["difference"], last[low], last[high], "points")
        for low, high in (("low", "high"), ("fixed_low", "fixed_high"))
    )
    early, late = seen[seen["p"] < 0.05], seen[seen["stop"].astype(bool)]
    if early.empty:
        return Stopped("neither", looks=len(seen), band=band, once=once)
    lift = Estimate(float(early["difference"].iloc[0]), unit="points")
    at = (int(early.index[0]), int(early["units"].iloc[0]), lift)
    then = (int(late.index[0]), int(late["units"].iloc[0])) if len(late) else (0, 0)
    return Stopped("both" if len(late) else "peeker", *at, *then, len(seen), band, once)


def compare_sequential_designs(base: float, change: float, size: float, *, most: float = 2.0, looks: int = 40, draws: int = 1000,
         seed: int = 1, level: float = 0.05) -> pd.Series:  # fmt: skip
    """Let the fixed and the sequential test run against each other on simulated rates with a known effect.

    Parameters
    ----------
    base, change : rate without the treatment, and what the treatment adds
    size : units of each arm that the fixed test has planned; the band is tuned to it
    most : the sequential test is given up after so many times the size
    looks : per planned size

    Returns
    -------
    pandas.Series
        fixed (share of tests in which the fixed one finds a difference), by_plan and by_end (the same for the sequential
        one, up to the planned size and up to the most), mean_size (units used by it, as a multiple of the plan); missing
        for rates that can't be.
    """
    if not (size >= 1 and 0 < base < 1 and 0 <= base + change <= 1):
        return pd.Series(np.nan, index=RACE)
    rng = np.random.default_rng(seed)
    step = max(1, round(size / looks))
    n = step * np.arange(1, int(np.ceil(most * size / step)) + 1)
    rates = [np.cumsum(rng.binomial(step, p, (draws, len(n))), axis=1) for p in (base + change, base)]
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt(sum(h / n * (1 - h / n) / (n - 1) for h in rates))
        z = np.where(np.minimum(*rates) >= BURN_IN, (rates[0] - rates[1]) / n / error, np.nan)
    crossed = np.abs(z) > boundary(2 * n, 2 * size, level)
    plan = int(np.argmin(np.abs(n - size)))
    stopped = np.where(crossed.any(axis=1), n[crossed.argmax(axis=1)], n[-1])
    fixed = (np.abs(z[:, plan]) > stats.norm.ppf(1 - level / 2)).mean()
    by_plan, by_end = crossed[:, : plan + 1].any(axis=1).mean(), crossed.any(axis=1).mean()
    return pd.Series([fixed, by_plan, by_end, stopped.mean() / size], index=RACE)


RACE = ["fixed", "by_plan", "by_end", "mean_size"]


def race(base: float, lift: float, size: float, *, draws: int, seed: int) -> pd.DataFrame:
    """Both designs on tests with no lift, half of the planned one, as planned, and twice as much, a row each."""
    lifts = {"nothing": 0.0, "half of the planned": lift / 2, "as planned": lift, "twice the planned": 2 * lift}  # fmt: skip
    rows = {
        name: compare_sequential_designs(base, true, size, draws=draws, seed=seed)
        for name, true in lifts.items()
    }
    named = ["fixed finds it", "sequential, by the plan", "by twice the plan", "mean size / plan"]
    return pd.DataFrame(rows).T.set_axis(named, axis=1).rename_axis("true lift").dropna()
