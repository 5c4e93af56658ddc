"""Popular ways to misread a test, each on a test of the shop in which it does harm, and what should be read instead."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests
from workbook.analytics.experiments.on_record import two_arms, with_two_arms
from workbook.tables.matching import is_in

UNKNOWN = Estimate()

Z = 1.96  # standard errors of an interval of 95 %
LEVEL = 0.05
COLUMNS = ["against", "units", "control", "treated", "value", "low", "high", "p", "overlap"]
NOTHING = 0.0005  # points, or orders, that round to none
RESAMPLES = 400  # bootstraps of one test
COUNTED = ("missions",)  # trials whose true effect is on the number of orders


def in_points(pair: pd.DataFrame) -> pd.Series:
    """Shares of both arms, the difference with its interval (Newcombe), and p.

    Returns
    -------
    pandas.Series
        control, treated (shares), value, low, high (points), p; missing where an arm has no units.
    """
    treated, control = (pair.loc[pair["treated"] == t, "ordered"] for t in (True, False))
    _, base, share, value, _, low, high, *_, p = ab_tests.compare_rates(treated, control, 1 - LEVEL)
    return pd.Series({"control": base, "treated": share, "value": value, "low": low, "high": high, "p": p})


def side_by_side(tests: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Shares of both arms and the difference with its interval, a row a test: control, treated, value, low, high."""
    rows = {name: in_points(pair) for name, pair in tests.items()}
    return pd.DataFrame(rows).T[["control", "treated", "value", "low", "high"]].dropna(how="all")


def every_pair(experiments: pd.DataFrame) -> pd.DataFrame:
    """Each arm of each experiment against its control, read by itself.

    Parameters
    ----------
    experiments : the table; rows without an outcome yet are left out

    Returns
    -------
    pandas.DataFrame
        index experiment and arm; against (the control), units, control and treated (shares), value, low, high (points), p,
        overlap (whether the intervals of the two shares overlap).
    """
    known = with_two_arms(experiments.dropna(subset="ordered")).astype({"ordered": int})
    rows = {}
    for name, units in known.groupby("experiment"):
        control = ab_tests.control_arm(units["arm"])
        for arm in sorted(set(units["arm"]) - {control}):
            pair = two_arms(units, control, arm)
            found = {"against": control, "units": len(pair), **in_points(pair)}
            rows[name, arm] = found | {"overlap": gap(each_arm(pair)) <= 0}
    names = pd.MultiIndex.from_tuples(list(rows), names=["experiment", "arm"]) if rows else None
    return pd.DataFrame(list(rows.values()), index=names, columns=COLUMNS)


def each_arm(pair: pd.DataFrame) -> pd.DataFrame:
    """Share of each arm with an interval of its own (Wilson): value, low, high."""
    hits = {name: pair.loc[pair["treated"] == t, "ordered"] for name, t in (("control", False), ("treated", True))}  # fmt: skip
    rows = {name: [part.mean(), *ab_tests.share_interval(part == 1)] for name, part in hits.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high"])


def gap(arms: pd.DataFrame) -> float:
    """How far the intervals of two arms lie apart; below 0 they overlap."""
    return float(arms["low"].max() - arms["high"].min())


@dataclass(frozen=True)
class Pair:
    """Two arms of an experiment: names, units with ``treated``, and what was found, in points."""

    name: str
    arm: str
    control: str
    rows: pd.DataFrame
    found: Estimate
    p: float = np.nan

    @property
    def known(self) -> bool:
        """Whether there is one."""
        return bool(self.name)


def taken(experiments: pd.DataFrame, pairs: pd.DataFrame, best: pd.Series) -> Pair:
    """The pair that is highest on ``best``, a number for each; an empty one where there is none."""
    if best.dropna().empty:
        return Pair("", "", "", two_arms(experiments.iloc[:0], "", ""), Estimate(unit="points"))
    name, arm = best.idxmax()
    row = pairs.loc[(name, arm)]
    units = experiments[experiments["experiment"] == name].dropna(subset="ordered").astype({"ordered": int})
    found = Estimate.of(row, "points")
    return Pair(name, arm, row["against"], two_arms(units, row["against"], arm), found, float(row["p"]))


def overlapping(experiments: pd.DataFrame, pairs: pd.DataFrame) -> Pair:
    """The surest pair whose arms' intervals overlap although p is below 5 %; where there is none, the largest."""
    hidden = pairs[pairs["overlap"].astype(bool) & (pairs["p"] < LEVEL)]
    return taken(experiments, pairs, -hidden["p"] if len(hidden) else pairs["units"])


def undecided(experiments: pd.DataFrame, pairs: pd.DataFrame) -> Pair:
    """The pair with p above 5 % that may be worth most, by the upper end of its interval; where there is none, of all."""
    open_ones = pairs[pairs["p"] >= LEVEL]
    return taken(experiments, pairs, (open_ones if len(open_ones) else pairs)["high"])


def hidden_by_year(
    experiments: pd.DataFrame, pairs: pd.DataFrame, orders: pd.DataFrame, today: pd.Timestamp
) -> Pair:
    """The pair on customers that the calendar year of its beginning hides: p below 5 % in its own time, and not by the year.

    Of several the one that began latest in its year; where there is none, of all that began on one day, after the
    first of a year, and were over by its end.
    """
    days = experiments.groupby("experiment").agg(
        first=("assigned_at", "min"), last=("assigned_at", "max"), over=("measured_on", "max")
    )
    within = (days["first"].dt.day_of_year > 1) & (
        days["over"].fillna(today).dt.year == days["first"].dt.year
    )
    late = days["first"][(days["first"] == days["last"]) & within]
    ours = set(experiments.loc[is_in(experiments["unit_id"], orders["customer_id"]), "experiment"])
    there = pairs[pairs.index.get_level_values(0).isin(ours & set(late.index))]
    began = late.dt.day_of_year.reindex(there.index.get_level_values(0)).to_numpy()
    rank = pd.Series(began, index=there.index, dtype=float) - there["p"].astype(float).fillna(1)
    hidden = [
        key
        for key in there.index[there["p"] < LEVEL]
        if two_windows(by_window(taken(experiments, pairs, rank.loc[[key]]), orders, today)).case == "hidden"
    ]
    return taken(experiments, pairs, rank.loc[hidden] if hidden else rank)


def overlap_case(pair: Pair) -> str:
    """Whether the intervals of a pair's arms hide its difference: hidden, open, or unknown."""
    if not pair.known:
        return "unknown"
    return "hidden" if gap(each_arm(pair.rows)) <= 0 and pair.found.verdict in ("up", "down") else "open"


def bootstraps(pair: pd.DataFrame, *, draws: int, seed: int) -> np.ndarray:
    """Differences of two shares, in points, when the units of each arm are drawn again with replacement."""
    rng = np.random.default_rng(seed)
    hits, n = arm_counts(pair)
    return resampled(rng, hits / np.maximum(n, 1), n, draws)


def resampled(rng: np.random.Generator, shares: np.ndarray, n: np.ndarray, draws: int) -> np.ndarray:
    """Draws of n units each from arms with these shares: treated less control; shares may have a row a test."""
    drawn = rng.binomial(n, shares, (draws, *shares.shape)) / np.maximum(n, 1)
    return drawn[..., 1] - drawn[..., 0]


def arm_counts(pair: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Orders and units of the control and of the treated."""
    by_arm = pair.groupby("treated")["ordered"].agg(["sum", "size"]).reindex([False, True], fill_value=0)
    return by_arm["sum"].to_numpy(), by_arm["size"].to_numpy()


def without_effect(pair: pd.DataFrame, *, draws: int, seed: int) -> np.ndarray:
    """Differences of two shares when the same units are put into the arms at random once more, so that nothing sets them apart."""
    return shuffled_shares(pair, draws, seed) @ np.array([-1.0, 1.0])


def shuffled_shares(pair: pd.DataFrame, draws: int, seed: int) -> np.ndarray:
    """Shares of control and treated in tests without an effect, a row a test."""
    hits, n = arm_counts(pair)
    treated = np.random.default_rng(seed).hypergeometric(hits.sum(), n.sum() - hits.sum(), n[1], draws)
    return np.column_stack([hits.sum() - treated, treated]) / np.maximum(n, 1)


def promises(pair: pd.DataFrame, *, draws: int, seed: int) -> pd.Series:
    """What share of bootstraps lies above 0, for each of many tests without an effect; empty for arms without units."""
    _, n = arm_counts(pair)
    if not n.all():
        return pd.Series(dtype=float)
    shares = shuffled_shares(pair, draws, seed)
    drawn = resampled(np.random.default_rng(seed + 1), shares, n, RESAMPLES)
    above = (drawn > 0).mean(axis=0) + (drawn == 0).mean(axis=0) / 2
    return pd.Series(above, name='"probability that it works", by bootstraps')


@dataclass(frozen=True)
class Promised:
    """How often a test without an effect promises that one arm is better, with over 95 %; case some or unknown."""

    case: str
    sure: Estimate = UNKNOWN


def promised(values: pd.Series) -> Promised:
    """Count the tests in which a share of bootstraps is above 95 % or below 5 %, from `promises`."""
    if values.empty:
        return Promised("unknown")
    return Promised("some", Estimate(float((values - 0.5).abs().gt(0.45).mean()), unit="share"))


def window(pair: Pair, today: pd.Timestamp) -> tuple[pd.Timestamp, pd.Timestamp]:
    """The day on which a pair's units were drawn, missing for none, and the day after the last of their outcome.

    Where nobody noted that last day, it is ``today``.
    """
    start = pair.rows["assigned_at"].dt.normalize().min()
    last = pair.rows["measured_on"].max()
    return start, (today if pd.isna(last) else last) + pd.Timedelta(days=1)


def bought(pair: Pair, orders: pd.DataFrame, begin: pd.Timestamp, over: pd.Timestamp) -> pd.DataFrame:
    """The pair's units, ``ordered`` counted from orders from a moment on until before another."""
    inside = (orders["ordered_at"] >= begin) & (orders["ordered_at"] < over)
    came = is_in(pair.rows["unit_id"], orders.loc[inside, "customer_id"])
    return pair.rows.assign(ordered=came.astype(int))


WINDOWS = ("the calendar year", "from the first day to today", "the time of the trial")


def by_window(pair: Pair, orders: pd.DataFrame, today: pd.Timestamp) -> pd.DataFrame:
    """One trial read in three windows: the calendar year in which it began, from its first day to today, and its own time.

    Returns
    -------
    pandas.DataFrame
        a row per window: control, treated (shares), value, low, high (points); none for an empty pair.
    """
    columns = ["control", "treated", "value", "low", "high"]
    if not pair.known:
        return pd.DataFrame(columns=columns, dtype=float)
    start, over = window(pair, today)
    year = pd.Timestamp(start.year, 1, 1)
    ends = [(year, year + pd.DateOffset(years=1)), (start, today + pd.Timedelta(days=1)), (start, over)]
    theirs = orders[is_in(orders["customer_id"], pair.rows["unit_id"])]
    tests = {name: bought(pair, theirs, *both) for name, both in zip(WINDOWS, ends, strict=True)}
    return side_by_side(tests).rename_axis("orders counted in")


@dataclass(frozen=True)
class Windows:
    """One trial in two windows, in points: case hidden (its own time shows an effect, the year doesn't), alike, or unknown."""

    case: str
    year: Estimate = UNKNOWN
    own: Estimate = UNKNOWN


def two_windows(found: pd.DataFrame) -> Windows:
    """The calendar year against the trial's own time, from `by_window`."""
    if found.empty:
        return Windows("unknown")
    year, own = (Estimate.of(found.loc[name], "points") for name in (WINDOWS[0], WINDOWS[2]))
    hides = own.verdict in ("up", "down") and year.verdict == "unclear"
    return Windows("hidden" if hides else "alike", year, own)


def true_effect(effects: pd.DataFrame, name: str, arm: str) -> Estimate:
    """What an arm truly does to one of its experiment's units, on average: points of its chance to order, or orders.

    Parameters
    ----------
    effects : the truth table of effects
    """
    rows = effects[(effects["experiment"] == name) & (effects["arm"] == arm)]
    return Estimate(float(rows["effect"].mean()), unit="orders" if name in COUNTED else "points")


def with_truth(pairs: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Every pair beside its true effect in points, where it is one: value, low, high, truth, by "experiment: arm"."""
    true = [true_effect(effects, name, arm) for name, arm in pairs.index]
    found = pairs.assign(truth=[t.value if t.unit == "points" else np.nan for t in true])
    return found.set_axis([f"{name}: {arm}" for name, arm in pairs.index])[["value", "low", "high", "truth"]]


@dataclass(frozen=True)
class Judged:
    """How intervals of tests did against the truth, in points: case known or unknown; how many contain it, of how many."""

    case: str
    held: int = 0
    tests: int = 0


def judged(beside: pd.DataFrame) -> Judged:
    """Count the intervals that contain the truth, from `with_truth`."""
    known = beside.dropna()
    held = (known["low"] <= known["truth"]) & (known["truth"] <= known["high"])
    return Judged("known" if len(known) else "unknown", int(held.sum()), len(known))


def truth_case(pair: Pair, truth: Estimate) -> str:
    """What is true of a pair that its test leaves undecided: works, harms or nothing; unknown where it is decided or not known."""
    if not truth.known or pair.found.verdict != "unclear":
        return "unknown"
    return "works" if truth.value > NOTHING else "harms" if truth.value < -NOTHING else "nothing"
