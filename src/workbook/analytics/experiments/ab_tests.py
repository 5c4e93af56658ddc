"""Randomised tests: how large, whether the split can be trusted, and what each arm does to a rate or a mean.

Units are rows with an ``arm``; outcomes are further columns, 0 or 1 for a rate, money or counts for a mean. Frames
without units, with one arm, or refused by `admit` give empty or missing results, never an error.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.power import normal_power_het, normal_sample_size_one_tail
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    proportion_confint,
    proportions_ztest,
)
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from workbook.analytics.dependent_rows import independent_rows
from workbook.analytics.experiments import several
from workbook.tables.errors import DataError, choose

# What shops call the arm that gets nothing, likeliest first.
CONTROL_NAMES = ("control", "none", "holdout", "usual", "baseline", "old", "a", "0", "off", "对照", "对照组")
RATIO_LEVEL = 0.001  # below it the split is not believed: a false stop in one of a thousand sound tests
LOOK_LEVEL = 0.05  # from here down one looks who is missing: a false alarm in one of twenty sound tests


def share_interval(
    hits: pd.Series, level: float = 0.95, *, cluster: pd.Series | pd.Index | None = None
) -> tuple[float, float]:
    """Wilson's interval for the share of True among ``hits``; missing for no hits at all.

    It covers the chance behind the share in about ``level`` of samples, also near 0 and 1 (Wilson 1927,
    doi 10.1080/01621459.1927.10502953).

    Parameters
    ----------
    hits : True or False, missing ones are left out
    cluster : whose row it is, a row each, where somebody has several: these are not independent, and count for as many as
        are (Franco et al. 2019, doi 10.1093/jssam/smy019). Without it each row is independent.
    """
    known = hits.notna().to_numpy()
    found = hits[known].astype(float)
    if found.empty:
        return np.nan, np.nan
    n = len(found) if cluster is None else independent_rows(found, pd.Series(cluster)[known])
    low, high = proportion_confint(found.mean() * n, n, 1 - level, method="wilson")
    return float(low), float(high)


def group_size(
    base: float, lifted: float, *, power: float = 0.8, level: float = 0.05, ratio: float = 1.0
) -> float:
    """Customers needed in a treated group to tell one share from another, by the normal approximation.

    Missing where the two are equal, or a share is not between 0 and 1.

    Parameters
    ----------
    base, lifted : share without and with the treatment
    ratio : customers of the control for each one treated; 1 for two equal groups
    """
    if not (0 < base < 1 and 0 <= lifted <= 1) or base == lifted or not ratio > 0:
        return np.nan
    spread = np.sqrt(base * (1 - base) / ratio + lifted * (1 - lifted))
    needed = normal_sample_size_one_tail(
        lifted - base, power, level / 2, std_null=spread, std_alternative=spread
    )
    return float(np.ceil(needed))


def power(
    control: np.ndarray | float,
    treated: np.ndarray | float,
    base: float,
    lifted: float,
    *,
    level: float = 0.05,
) -> np.ndarray:
    """Chance that two groups of these sizes tell one share from another, by the approximation of `group_size`."""
    control, treated = np.broadcast_arrays(np.asarray(control, float), np.asarray(treated, float))
    if not (0 < base < 1 and 0 <= lifted <= 1):
        return np.full(control.shape, np.nan)
    spread = np.sqrt(base * (1 - base) / control + lifted * (1 - lifted) / treated)
    return np.asarray(normal_power_het(lifted - base, 1, level, std_null=spread, std_alternative=spread))


def lift(treated: pd.Series, control: pd.Series, level: float = 0.95) -> tuple[float, float, float]:
    """Relative lift of one share over another, with its interval; missing where there is nothing to compare.

    The interval covers the ratio of the chances, less one, in about ``level`` of repeated trials: that of the logarithm
    of the ratio (Katz et al. 1978, doi 10.2307/2530610). It needs at least one hit in each group.

    Parameters
    ----------
    treated, control : True or False for each unit, drawn at random
    """
    hits, n = np.array([treated.sum(), control.sum()]), np.array([len(treated), len(control)])
    if (hits == 0).any():
        return np.nan, np.nan, np.nan
    ratio = np.log(hits[0] / n[0] / (hits[1] / n[1]))
    reach = stats.norm.ppf(0.5 + level / 2) * np.sqrt((1 / hits - 1 / n).sum())
    low, found, high = np.expm1([ratio - reach, ratio, ratio + reach])
    return float(found), float(low), float(high)


def pick(experiments: pd.DataFrame, wanted: str = "") -> str:
    """Return the experiment of that name, or if there is none the one with the most units; "" for no rows."""
    sizes = experiments["experiment"].value_counts(sort=False).sort_index()
    if sizes.empty or wanted in sizes.index:
        return wanted if wanted in sizes.index else ""
    return str(sizes.idxmax())


def control_arm(arms: pd.Series, wanted: str = "") -> str:
    """Return the arm to compare with: ``wanted``, else the one whose name says so, else the largest; "" for none.

    Raises
    ------
    DataError
        for a wanted arm that no unit has.
    """
    sizes = arms.value_counts(sort=False).sort_index()
    if sizes.empty:
        return ""
    if wanted:
        if wanted not in sizes.index:
            raise choose("control", wanted, sizes.index)
        return wanted
    named = [arm for name in CONTROL_NAMES for arm in sizes.index if str(arm).casefold() == name]
    return str(named[0] if named else sizes.idxmax())


def treated_arm(arms: pd.Series, control: str) -> str:
    """Return the largest arm beside the control, the first by name of several; "" for none."""
    sizes = arms[arms != control].value_counts(sort=False).sort_index()
    return str(sizes.idxmax()) if len(sizes) else ""


@dataclass(frozen=True)
class SampleRatioCheck:
    """What the split was meant to be, and what it was.

    Attributes
    ----------
    counts : arm → units, and units that were planned
    p : chance of a split at least as far off, if the groups were drawn as planned
    level : below it the split is not believed
    """

    counts: pd.DataFrame
    p: float
    level: float = RATIO_LEVEL

    @property
    def sound(self) -> bool:
        """Whether there are two arms or more, split as planned as far as can be told."""
        return bool(self.p >= self.level)

    @property
    def case(self) -> str:
        """as_planned; look (uneven, though chance may do it: look who is missing); stop (below the level); unknown (one arm)."""
        if np.isnan(self.p):
            return "unknown"
        return "stop" if not self.sound else "look" if self.p <= LOOK_LEVEL else "as_planned"


def sample_ratio(arms: pd.Series, planned: str = "", level: float = RATIO_LEVEL) -> SampleRatioCheck:
    """Check that units were split as planned: the test for a sample-ratio mismatch.

    By the chi-squared test; a mismatch says that units were lost or doubled, and that the arms are no longer alike
    (Fabijan et al. 2019, doi 10.1145/3292500.3330722).

    Parameters
    ----------
    arms : the arm of each unit
    planned : the plan, such as ``"holdout=0.4, treated=0.6"``; empty means equal arms

    Raises
    ------
    DataError
        for a plan that can't be read, or names other arms.
    """
    found = arms.value_counts().sort_index()
    shares = pd.Series(read_split(planned, found.index), dtype=float).reindex(found.index)
    counts = pd.DataFrame({"units": found, "planned": shares * len(arms)})
    p = stats.chisquare(counts["units"], counts["planned"]).pvalue if len(found) > 1 else np.nan
    return SampleRatioCheck(counts, float(p), level)


def read_split(planned: str, arms: pd.Index) -> Mapping[str, float]:
    """Read a plan such as ``"holdout=0.4, treated=0.6"`` as shares that sum to 1."""
    if not planned or arms.empty:
        return dict.fromkeys(arms, 1 / max(1, len(arms)))
    try:
        parts = [part.rsplit("=", 1) for part in planned.split(",")]
        given = {name.strip(): float(share) for name, share in parts}
    except ValueError:
        given = {}
    if set(given) != set(arms) or not all(0 < share < np.inf for share in given.values()):
        example = ", ".join(f"{arm}={1 / len(arms):.2g}" for arm in arms)
        raise DataError(f"split must give each arm its share, such as {example!r}; got {planned!r}.")
    return {arm: share / sum(given.values()) for arm, share in given.items()}


def admit(units: pd.DataFrame, check: SampleRatioCheck) -> pd.DataFrame:
    """Return the units if their split is sound, else none of them, so that nothing after it finds an effect."""
    return units if check.sound else units.iloc[:0]


def effects(
    units: pd.DataFrame, outcome: str, *, control: str, rate: bool = False, level: float = 0.95
) -> pd.DataFrame:
    """Compare each arm with the control: difference and relative change with their intervals.

    Rates by Newcombe's interval (1998, doi 10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I), means
    by Welch's; relative change by the logarithm of the ratio. With several arms the intervals are widened
    and ``p`` is raised (`several`), so that all of them hold in ``level`` of trials.

    Returns
    -------
    pandas.DataFrame
        a row per arm but the control: units, control and treated (means), difference, error (its standard error), low,
        high, relative, relative_low, relative_high, p.
    """
    groups = {str(arm): part.dropna().astype(float) for arm, part in units.groupby("arm")[outcome]}
    base = groups.pop(control, pd.Series(dtype=float))
    each = several.level_of_each(level, len(groups))
    compare = compare_rates if rate else compare_means
    rows = {arm: compare(part, base, each) for arm, part in groups.items()} if len(base) else {}
    columns = ["units", "control", "treated", "difference", "error", "low", "high",
               "relative", "relative_low", "relative_high", "p"]  # fmt: skip
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("arm")
    return found.assign(p=several.adjusted(found["p"], len(groups))).astype({"units": "int64"})


def compare_rates(treated: pd.Series, control: pd.Series, level: float) -> list[float]:
    """One row of `effects` for 0 and 1."""
    hits, n = [int(treated.sum()), int(control.sum())], [len(treated), len(control)]
    if min(n) == 0:
        return [n[0], control.mean(), treated.mean(), *[np.nan] * 8]
    low, high = confint_proportions_2indep(
        hits[0], n[0], hits[1], n[1], method="newcomb", compare="diff", alpha=1 - level
    )
    mixed = 0 < sum(hits) < sum(n)
    p = proportions_ztest(hits, n)[1] if mixed else np.nan
    difference = treated.mean() - control.mean()
    error = np.sqrt(sum(part.var(ddof=0) / len(part) for part in (treated, control)))
    means = [n[0], control.mean(), treated.mean(), difference]
    return [*means, error, low, high, *lift(treated, control, level), p]


def compare_means(treated: pd.Series, control: pd.Series, level: float) -> list[float]:
    """One row of `effects` for money and counts."""
    means = [len(treated), control.mean(), treated.mean(), treated.mean() - control.mean()]
    if min(len(treated), len(control)) < 2 or treated.var() + control.var() == 0:
        return [*means, *[np.nan] * 7]
    both = CompareMeans(DescrStatsW(treated), DescrStatsW(control))
    low, high = both.tconfint_diff(1 - level, usevar="unequal")
    p = both.ttest_ind(usevar="unequal")[1]
    error = np.hypot(treated.sem(), control.sem())
    return [*means, error, low, high, *ratio_of_means(treated, control, level), p]


def ratio_of_means(treated: pd.Series, control: pd.Series, level: float) -> list[float]:
    """Relative change of a mean with its interval, by the logarithm of the ratio; it needs means above 0."""
    if min(treated.mean(), control.mean()) <= 0:
        return [np.nan] * 3
    ratio = np.log(treated.mean() / control.mean())
    reach = stats.norm.ppf(0.5 + level / 2) * np.hypot(
        treated.sem() / treated.mean(), control.sem() / control.mean()
    )
    return [float(v) for v in np.expm1([ratio, ratio - reach, ratio + reach])]
