"""Control charts: limits from a quiet time, and rules for what is more than noise.

The baseline is fixed first. A chart whose limits come from all points has swallowed the change that it should show.
"""

from functools import lru_cache

import numpy as np
import pandas as pd
from scipy import optimize, stats

from workbook.tables.errors import DataError

# Rules of Western Electric (1956): so many of so many points in a row beyond so many sigmas, all on one side. With all four
# a process at rest rings every 92 points; with the first alone every 370 (Champ & Woodall 1987, doi
# 10.1080/00401706.1987.10490266).
RULES = pd.DataFrame(
    [
        ("1 beyond 3 sigma", 1, 1, 3.0),
        ("2 of 3 beyond 2 sigma", 2, 3, 2.0),
        ("4 of 5 beyond 1 sigma", 4, 5, 1.0),
        ("8 in a row on one side", 8, 8, 0.0),
    ],
    columns=["rule", "points", "of", "sigma"],
)
MOVING_RANGE = 1.128  # mean distance of two neighbours, in sigmas of a normal
LEAST = 8  # points without which a baseline says nothing
BASELINES = 20_000  # simulated, of half a year
YEAR = 52  # weeks; as often as limits known without error signal in one, so often should ours
EXPECTED = 5  # hits, and misses, without which a share isn't nearly normal


def individuals(values: pd.Series, baseline: int) -> pd.DataFrame:
    """Chart single values (XmR): sigma is the mean moving range of the baseline over 1.128, times `widening`.

    Parameters
    ----------
    values : one a period, in order; gaps are left out
    baseline : number of first periods that set centre and limits, 8 at least

    Returns
    -------
    pandas.DataFrame
        value, centre, low, high (3 sigmas), z (distance from the centre in sigmas); all but the value missing if there are
        fewer than 8 values in the baseline, or they don't vary.
    """
    quiet = values.iloc[: checked(baseline)].dropna()
    centre, sigma = quiet.mean(), quiet.diff().abs().mean() / MOVING_RANGE * widening(len(quiet))
    return chart(values, centre, pd.Series(sigma, index=values.index), enough=len(quiet) >= LEAST)


def shares(hits: pd.Series, n: pd.Series, baseline: int, *, between: bool = False) -> pd.DataFrame:
    """Chart shares of groups of varying size (p-chart): sigma is √(p (1 − p) / n) with the baseline's p.

    That is what chance does if every case has the same chance. Where weeks differ beyond it, as most do, it signals too
    often; with ``between`` sigma is widened by how far the baseline's weeks really lie apart (p′-chart: Laney 2002,
    doi 10.1081/QEN-120003555), times `widening`.

    Parameters
    ----------
    hits, n : hits and cases by period, in order
    baseline : as in `individuals`
    between : whether periods may differ beyond chance

    Returns
    -------
    pandas.DataFrame
        as from `individuals`; a period without cases has no value, one in which fewer than 5 hits or 5 misses are expected
        has no limits and no z, as its share isn't nearly normal; limits stay between 0 and 1.
    """
    n = n.where(n > 0)
    quiet = slice(None, checked(baseline))
    p = hits.iloc[quiet].sum() / n.iloc[quiet].sum() if n.iloc[quiet].notna().any() else np.nan
    sigma = np.sqrt(p * (1 - p) / n).where(n * min(p, 1 - p) >= EXPECTED)
    if between:
        z = (hits / n - p) / sigma
        sigma = sigma * apart(z, baseline) * widening(int(z.iloc[quiet].notna().sum()))
    table = chart(hits / n, p, sigma, enough=n.iloc[quiet].notna().sum() >= LEAST)
    return table.assign(low=table["low"].clip(lower=0), high=table["high"].clip(upper=1))


def apart(z: pd.Series, baseline: int) -> float:
    """How many times as far as by chance alone the baseline's neighbours lie apart."""
    return float(z.iloc[:baseline].dropna().diff().abs().mean() / MOVING_RANGE)


@lru_cache
def widening(points: int) -> float:
    """How much wider limits must be whose sigma comes from the moving ranges of so few points, and their centre too.

    A sigma that is too small by chance is so all year, and then signals all year: from 26 points, a quiet year would
    signal nearly twice as often as its three sigmas promise. Widened, it does as often (Quesenberry 1993, "The effect
    of sample size on estimated limits", Journal of Quality Technology 25). Missing below 2 points.
    """
    if points < 2:
        return np.nan
    quiet = np.random.default_rng(points).standard_normal((BASELINES * 26 // points + 1000, points))
    sigma = np.abs(np.diff(quiet)).mean(axis=1) / MOVING_RANGE
    centre = quiet.mean(axis=1)

    def too_often(times: float) -> float:
        inside = stats.norm.cdf(centre + 3 * times * sigma) - stats.norm.cdf(centre - 3 * times * sigma)
        return float((1 - 2 * stats.norm.sf(3)) ** YEAR - (inside**YEAR).mean())

    return float(optimize.brentq(too_often, 0.5, 200))


def whole_weeks(times: pd.Series, as_of: pd.Timestamp) -> tuple[pd.Series, pd.DatetimeIndex]:
    """The Monday of each time, and the Mondays of all whole weeks from the first time to the end of ``as_of``."""
    monday = times.dt.to_period("W").dt.start_time
    week, end = pd.Timedelta(days=7), as_of + pd.Timedelta(days=1)
    whole = monday[(monday >= times.min()) & (monday + week <= end)]
    weeks = pd.date_range(whole.min(), whole.max(), freq="7D") if len(whole) else pd.DatetimeIndex([])
    return monday, weeks


def checked(baseline: int) -> int:
    """A baseline's length, if it is long enough."""
    if baseline < LEAST:
        raise DataError(f"baseline must be a whole number from {LEAST} on; got {baseline}.")
    return int(baseline)


def chart(values: pd.Series, centre: float, sigma: pd.Series, *, enough: bool) -> pd.DataFrame:
    """Put values, centre and limits side by side."""
    sigma = sigma.where((sigma > 0) & enough)
    middle = pd.Series(centre, index=values.index).where(sigma.notna())
    return pd.DataFrame(
        {
            "value": values,
            "centre": middle,
            "low": middle - 3 * sigma,
            "high": middle + 3 * sigma,
            "z": (values - middle) / sigma,
        }
    )


def signals(z: pd.Series, rules: pd.DataFrame = RULES) -> pd.DataFrame:
    """Where each rule rings: True at the point that completes it, a column a rule, index as ``z``.

    Gaps in ``z`` are passed over: the points beside them count as neighbours.
    """
    known = z.dropna()
    found = {r.rule: rings(known.to_numpy(float), r.points, r.of, r.sigma) for r in rules.itertuples()}
    return pd.DataFrame(found, index=known.index).reindex(z.index, fill_value=False).astype(bool)


def rings(z: np.ndarray, points: int, of: int, sigma: float) -> np.ndarray:
    """Where the last of ``of`` points, along the last axis, is the one that brings ``points`` beyond sigma on one side."""
    found = np.zeros(z.shape, dtype=bool)
    for beyond in (z > sigma, z < -sigma):
        padded = np.concatenate([np.zeros((*z.shape[:-1], of)), np.cumsum(beyond, axis=-1)], axis=-1)
        found |= beyond & (padded[..., of:] - padded[..., :-of] >= points)
    return found


def false_alarms(points: int, times: int, rng: np.random.Generator, rules: pd.DataFrame = RULES) -> float:
    """Share of charts of pure noise, limits known, that ring at least once within so many points."""
    z = rng.standard_normal((times, points))
    rang = [rings(z, r.points, r.of, r.sigma).any(axis=1) for r in rules.itertuples()]
    return float(np.any(rang, axis=0).mean())


def quiet_years(seed: int, weeks: int = 52, charts: int = 12) -> pd.Series:
    """Share of years without any change in which something signals all the same, by rule and number of charts."""
    rng = np.random.default_rng(seed)
    one = false_alarms(weeks, 40_000, rng, RULES.head(1))
    all_rules = false_alarms(weeks, 40_000, rng)
    found = {
        "one chart, 3 sigma": one,
        "one chart, all four rules": all_rules,
        f"{charts} independent charts, 3 sigma": 1 - (1 - one) ** charts,
    }
    return pd.Series(found, name="share of quiet years with a signal")
