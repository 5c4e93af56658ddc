"""Control charts: limits from a quiet time, and rules for what is more than noise.

The baseline is fixed first. A chart whose limits come from all points has swallowed the change that it should show.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.waiting_times import quantile
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
FAR = 1.3  # times chance; weeks that lie further apart make the usual limits signal too often
EXPECTED = 5  # hits, and misses, without which a share isn't nearly normal


def individuals(values: pd.Series, baseline: int) -> pd.DataFrame:
    """Chart single values (XmR): sigma is the mean moving range of the baseline over 1.128.

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
    centre, sigma = quiet.mean(), quiet.diff().abs().mean() / MOVING_RANGE
    return chart(values, centre, pd.Series(sigma, index=values.index), enough=len(quiet) >= LEAST)


def shares(hits: pd.Series, n: pd.Series, baseline: int, *, between: bool = False) -> pd.DataFrame:
    """Chart shares of groups of varying size (p-chart): sigma is √(p (1 − p) / n) with the baseline's p.

    That is what chance does if every case has the same chance. Where weeks differ beyond it, as most do, it signals too
    often; with ``between`` sigma is widened by how far the baseline's weeks really lie apart (p′-chart: Laney 2002,
    doi 10.1081/QEN-120003555).

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
    sigma = sigma * apart((hits / n - p) / sigma, baseline) if between else sigma
    table = chart(hits / n, p, sigma, enough=n.iloc[quiet].notna().sum() >= LEAST)
    return table.assign(low=table["low"].clip(lower=0), high=table["high"].clip(upper=1))


def apart(z: pd.Series, baseline: int) -> float:
    """How many times as far as by chance alone the baseline's neighbours lie apart."""
    return float(z.iloc[:baseline].dropna().diff().abs().mean() / MOVING_RANGE)


def whole_weeks(times: pd.Series, as_of: pd.Timestamp) -> tuple[pd.Series, pd.DatetimeIndex]:
    """The Monday of each time, and the Mondays of all whole weeks from the first time to the end of ``as_of``."""
    monday = times.dt.to_period("W").dt.start_time
    week, end = pd.Timedelta(days=7), as_of + pd.Timedelta(days=1)
    whole = monday[(monday >= times.min()) & (monday + week <= end)]
    weeks = pd.date_range(whole.min(), whole.max(), freq="7D") if len(whole) else pd.DatetimeIndex([])
    return monday, weeks


def weekly_shares(
    hits: pd.Series, monday: pd.Series, weeks: pd.DatetimeIndex, baseline: int, *, between: bool = False
) -> pd.DataFrame:
    """Chart the share of hits by week: `shares`, and signal: whether any rule rings after the baseline.

    Parameters
    ----------
    hits : whether each case is one
    monday, weeks : from `whole_weeks`; the former has the index of all cases
    baseline, between : as in `shares`
    """
    counts = hits.groupby(monday.reindex(hits.index)).agg(["sum", "size"]).reindex(weeks, fill_value=0)
    table = shares(counts["sum"], counts["size"], baseline, between=between)
    later = np.arange(len(weeks)) >= baseline
    return table.assign(signal=signals(table["z"]).any(axis=1) & later)


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


@dataclass(frozen=True)
class Signals:
    """What a chart says of the weeks after its baseline; case signals, quiet, too_few (no limits) or all_baseline."""

    case: str
    weeks: int = 0
    first: pd.Timestamp | None = None
    watched: int = 0


def after_baseline(table: pd.DataFrame, baseline: int) -> Signals:
    """Sum up a chart with a column ``signal``, such as from `weekly_shares`."""
    late = table.iloc[baseline:]
    rang = late["signal"].astype(bool)
    watched = len(late)
    if late.empty:
        return Signals("all_baseline")
    if rang.any():
        return Signals("signals", int(rang.sum()), rang.idxmax(), watched)
    blind = late[["value", "centre"]].isna().any(axis=1).mean() > 0.5
    return Signals("too_few" if blind else "quiet", watched=watched)


def weekly_medians(
    waited: pd.DataFrame, monday: pd.Series, weeks: pd.DatetimeIndex, baseline: int
) -> pd.DataFrame:
    """Chart the median wait by week, on the scale of logarithms, since times are skewed (XmR).

    Parameters
    ----------
    waited : from `waiting_times.waits`
    monday, weeks : from `whole_weeks`
    baseline : as in `individuals`

    Returns
    -------
    pandas.DataFrame
        value, centre, low, high in hours; z, signal, and a column a rule of `RULES`. A week of fewer than 5 tickets has no
        value.
    """
    groups = waited.groupby(monday.reindex(waited.index))
    middle = pd.Series(
        {start: quantile(group).value for start, group in groups if len(group) >= EXPECTED}, dtype=float
    )
    single = individuals(np.log(middle.where(middle > 0)).reindex(weeks), baseline)
    found = signals(single["z"]).assign(**{"": np.arange(len(weeks)) >= baseline})
    late = found.drop(columns="").where(found[""], False)
    hours = np.exp(single[["value", "centre", "low", "high"]])
    return hours.assign(z=single["z"], signal=late.any(axis=1)).join(late)


@dataclass(frozen=True)
class Extra:
    """How many times as far as by chance alone the weeks of a baseline lie apart; case beyond, chance or unknown."""

    case: str
    times: Estimate


def beyond_chance(hits: pd.Series, monday: pd.Series, weeks: pd.DatetimeIndex, baseline: int) -> Extra:
    """Whether weeks differ beyond what their numbers of cases explain, see `shares`."""
    z = weekly_shares(hits, monday, weeks, baseline)["z"]
    times = apart(z, baseline) if z.iloc[:baseline].notna().sum() >= LEAST else np.nan
    case = "beyond" if times > FAR else "chance" if times > 0 else "unknown"
    return Extra(case, Estimate(times))
