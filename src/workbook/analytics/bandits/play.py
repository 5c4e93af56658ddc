"""Bandits played in the computer, over many repetitions at once, and what they lose against the best arm.

Regret is counted in expectation: in each round the value of the best arm, less that of the one that was played.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import xlogy

from workbook.analytics.bandits.rules import Rule, Thompson

POINTS = 60  # rounds at which regret is kept
BAND = 0.05, 0.95  # of the repetitions
BATCH = 20  # messages that are sent at once, before it is known what they bring


def play(
    values: np.ndarray,
    rule: Rule,
    rounds: int,
    *,
    repetitions: int = 40,
    seed: int = 0,
    discount: float = 1.0,
    batch: int = BATCH,
) -> pd.DataFrame:
    """Play a rule against arms that pay 1 or 0, and count the regret.

    Parameters
    ----------
    values : chance of a reward of each arm, (arms,), or of each arm in each round, (rounds, arms)
    discount : what each round takes off of the weight of all before it; 1 forgets nothing
    batch : rounds that are played at once, before their rewards are known

    Returns
    -------
    pandas.DataFrame
        index round (after the first batch, and on to the last, evenly), a column per repetition: regret so far.
    """
    rng = np.random.default_rng(seed)
    arms = np.shape(values)[-1]
    paths = np.broadcast_to(values, (rounds, arms))
    ends, kept = batch_ends(rounds, batch), []
    counts, sums, regret = np.zeros((repetitions, arms)), np.zeros((repetitions, arms)), np.zeros(repetitions)
    at, start = kept_rounds(ends), 0
    for end in ends:
        size = end - start
        arm = rule(np.repeat(counts, size, axis=0), np.repeat(sums, size, axis=0), start, rng)
        path = paths[start:end]
        chance = path[np.tile(np.arange(size), repetitions), arm]
        hit = rng.random(len(arm)) < chance
        cell = np.repeat(np.arange(repetitions), size) * arms + arm
        counts = counts * discount**size + np.bincount(cell, minlength=counts.size).reshape(counts.shape)
        sums = sums * discount**size + np.bincount(cell, hit, minlength=sums.size).reshape(sums.shape)
        regret = regret + path.max(axis=1).sum() - chance.reshape(repetitions, size).sum(axis=1)
        start = end
        if end in at:
            kept.append(regret)
    return pd.DataFrame(kept, index=pd.Index(sorted(at), name="round"))


def batch_ends(rounds: int, batch: int) -> list[int]:
    """The last round of each batch."""
    return [*range(batch, rounds, batch), rounds]


def kept_rounds(ends: list[int]) -> set[int]:
    """Rounds at which regret is kept: the last one, and some batches' last, evenly, before it."""
    place = np.linspace(0, len(ends) - 1, min(POINTS, len(ends))).round().astype(int)
    return {ends[i] for i in np.unique(place)}


def compared(
    values: np.ndarray,
    rules: Mapping[str, Rule],
    rounds: int,
    *,
    repetitions: int = 40,
    seed: int = 0,
    batch: int = BATCH,
) -> dict[str, pd.DataFrame]:
    """Regret of several rules on the same arms; see `play`."""
    return {
        name: play(values, rule, rounds, repetitions=repetitions, seed=seed, batch=batch)
        for name, rule in rules.items()
    }


def mean_lines(regrets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean regret over the repetitions: index round, a column per rule."""
    return pd.DataFrame({name: regret.mean(axis=1) for name, regret in regrets.items()})


def at_the_end(regrets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Regret after the last round: index rule; mean, median, low and high of nine of ten repetitions, worst of all."""
    end = pd.DataFrame({name: regret.iloc[-1] for name, regret in regrets.items()}).rename_axis(
        columns="rule"
    )
    low, high = (end.quantile(q) for q in BAND)
    return pd.DataFrame(
        {"mean": end.mean(), "median": end.median(), "low": low, "high": high, "worst": end.max()}
    )


def divergence(low: float | np.ndarray, high: float) -> np.ndarray:
    """Kullback-Leibler divergence of a coin with chance ``low`` from one with ``high``."""
    found: np.ndarray = np.asarray(
        xlogy(low, low / high) + xlogy(1 - np.asarray(low), (1 - np.asarray(low)) / (1 - high))
    )
    return found


def lai_robbins(values: np.ndarray) -> float:
    """Regret per unit of log(rounds) that no good rule can stay below for ever (Lai & Robbins 1985, doi 10.1016/0196-8858(85)90002-8)."""
    gaps = values.max() - values
    worse = gaps > 0
    return float((gaps[worse] / divergence(values[worse], float(values.max()))).sum())


def growth(regret: pd.DataFrame, since: float = 0.2) -> float:
    """Slope of the mean regret over log(round), from a share of the rounds on."""
    late = regret[regret.index >= since * regret.index[-1]].mean(axis=1)
    return float(np.polyfit(np.log(late.index.to_numpy(dtype=float)), late.to_numpy(), 1)[0])


def swapped(values: np.ndarray, rounds: int, at: float = 0.5) -> np.ndarray:
    """Arms whose best and worst change places after a share of the rounds, (rounds, arms)."""
    paths = np.tile(values, (rounds, 1))
    best, worst = int(values.argmax()), int(values.argmin())
    late = slice(int(at * rounds), None)
    paths[late, best], paths[late, worst] = values[worst], values[best]
    return paths


MEMORY = 0.2  # of all rounds, that a forgetting bandit remembers, about


def changing(
    values: np.ndarray, rounds: int, *, repetitions: int = 40, seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Regret of Thompson's rule, with and without forgetting, where the best and the worst arm change places half-way."""
    paths = swapped(values, rounds)
    some = {"forgets nothing": 1.0, "forgets slowly": 1 - 1 / (MEMORY * rounds)}
    return {
        name: play(paths, Thompson(), rounds, repetitions=repetitions, seed=seed, discount=discount)
        for name, discount in some.items()
    }


@dataclass(frozen=True)
class Learning:
    """Which rule lost least as a rule, and which lost least where luck was worst.

    Attributes
    ----------
    case : learns (one rule is both), gambles (they are two), or even (all arms are worth the same)
    best : the rule with the least median
    median, worst : what it lost in the middle and the worst repetition
    safest : the rule whose worst repetition lost least
    safest_median, safest_worst : what that one lost
    random : what sending at random loses
    least, mean : the rule that lost least on average over repetitions, and what it lost
    """

    case: str
    best: str = ""
    median: float = np.nan
    worst: float = np.nan
    safest: str = ""
    safest_median: float = np.nan
    safest_worst: float = np.nan
    random: float = np.nan
    least: str = ""
    mean: float = np.nan


def learning(regrets: Mapping[str, pd.DataFrame], values: pd.Series) -> Learning:
    """Say which of some rules lost least on arms of these values, in the middle repetition, in the worst, and on average."""
    end = at_the_end(regrets)[["median", "worst"]]
    mean = at_the_end(regrets)["mean"]
    rounds = next(iter(regrets.values())).index[-1]
    random = float((values.max() - values).mean()) * rounds
    if len(values) < 2 or random == 0:
        return Learning("even")
    best, safest = str(end["median"].idxmin()), str(end["worst"].idxmin())
    (median, worst), (safest_median, safest_worst) = end.loc[[best, safest]].round().to_numpy()
    case = "learns" if best == safest else "gambles"
    return Learning(case, best, median, worst, safest, safest_median, safest_worst, round(random),
                    str(mean.idxmin()), round(mean.min()))  # fmt: skip


@dataclass(frozen=True)
class Forgetting:
    """Whether a bandit that forgets lost less than one that doesn't.

    Attributes
    ----------
    case : pays, costs, or alike
    forgets, keeps : rewards lost
    """

    case: str
    forgets: int
    keeps: int


SAME = 0.05  # of the larger regret


def forgetting(regrets: Mapping[str, pd.DataFrame]) -> Forgetting:
    """Say which of the two bandits of `changing` lost less."""
    keeps, forgets = (float(regrets[n].iloc[-1].mean()) for n in ("forgets nothing", "forgets slowly"))
    alike = abs(keeps - forgets) <= SAME * max(keeps, forgets)
    case = "alike" if alike else "pays" if forgets < keeps else "costs"
    return Forgetting(case, round(forgets), round(keeps))
