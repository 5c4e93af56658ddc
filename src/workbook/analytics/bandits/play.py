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


def play(
    values: np.ndarray,
    rule: Rule,
    rounds: int,
    *,
    repetitions: int = 40,
    seed: int = 0,
    discount: float = 1.0,
) -> pd.DataFrame:
    """Play a rule against arms that pay 1 or 0, and count the regret.

    Parameters
    ----------
    values : chance of a reward of each arm, (arms,), or of each arm in each round, (rounds, arms)
    discount : what each round takes off of the weight of all before it; 1 forgets nothing

    Returns
    -------
    pandas.DataFrame
        index round (the first, and on to the last, evenly), a column per repetition: regret so far.
    """
    rng = np.random.default_rng(seed)
    paths = np.broadcast_to(values, (rounds, np.shape(values)[-1]))
    row = np.arange(repetitions)
    counts, sums = np.zeros((2, repetitions, paths.shape[1]))
    regret, kept, at = np.zeros(repetitions), [], kept_rounds(rounds)
    for t in range(rounds):
        arm = rule(counts, sums, t, rng)
        chance = paths[t, arm]
        if discount < 1:
            counts *= discount
            sums *= discount
        counts[row, arm] += 1
        sums[row, arm] += rng.random(repetitions) < chance
        regret = regret + (paths[t].max() - chance)
        if t + 1 in at:
            kept.append(regret)
    return pd.DataFrame(kept, index=pd.Index(sorted(at), name="round"))


def kept_rounds(rounds: int) -> set[int]:
    """Rounds at which regret is kept: the last one, and some, evenly, before it."""
    return set(np.unique(np.linspace(1, rounds, min(POINTS, rounds)).round().astype(int)).tolist())


def bands(regret: pd.DataFrame) -> pd.DataFrame:
    """Mean over the repetitions, and where nine of ten lie: mean, low, high; index round."""
    low, high = (regret.quantile(q, axis=1) for q in BAND)
    return pd.DataFrame({"mean": regret.mean(axis=1), "low": low, "high": high})


def compared(
    values: np.ndarray,
    rules: Mapping[str, Rule],
    rounds: int,
    *,
    repetitions: int = 40,
    seed: int = 0,
) -> dict[str, pd.DataFrame]:
    """Regret of several rules on the same arms; see `play`."""
    return {
        name: play(values, rule, rounds, repetitions=repetitions, seed=seed) for name, rule in rules.items()
    }


def mean_lines(regrets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Mean regret over the repetitions: index round, a column per rule."""
    return pd.DataFrame({name: regret.mean(axis=1) for name, regret in regrets.items()})


def at_the_end(regrets: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Regret after the last round: index rule; mean, low, high of nine of ten repetitions."""
    rows = {name: bands(regret).iloc[-1] for name, regret in regrets.items()}
    return pd.DataFrame(rows).T.rename_axis("rule")


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


def ucb1_bound(values: np.ndarray, rounds: int) -> float:
    """Regret that UCB1 never exceeds on average (Auer et al. 2002, theorem 1)."""
    gaps = values.max() - values
    gaps = gaps[gaps > 0]
    return float((8 * np.log(rounds) / gaps).sum() + (1 + np.pi**2 / 3) * gaps.sum())


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


FORGETS = 1000  # rounds whose weight a forgetting bandit remembers, about


def changing(
    values: np.ndarray, rounds: int, *, repetitions: int = 40, seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Regret of Thompson's rule, with and without forgetting, where the best and the worst arm change places half-way."""
    paths = swapped(values, rounds)
    some = {"forgets nothing": 1.0, "forgets slowly": 1 - 1 / FORGETS}
    return {
        name: play(paths, Thompson(), rounds, repetitions=repetitions, seed=seed, discount=discount)
        for name, discount in some.items()
    }


@dataclass(frozen=True)
class Learning:
    """Which rule lost least.

    Attributes
    ----------
    case : learns, or even (all arms are worth the same)
    best : the rule
    mean, low, high : what it lost, and where nine of ten repetitions lie
    random : what sending at random loses
    """

    case: str
    best: str = ""
    mean: float = np.nan
    low: float = np.nan
    high: float = np.nan
    random: float = np.nan


def learning(regrets: Mapping[str, pd.DataFrame], values: pd.Series) -> Learning:
    """Say which of some rules lost least on arms of these values."""
    end = at_the_end(regrets).sort_values("mean")
    rounds = next(iter(regrets.values())).index[-1]
    random = float(values.max() - values.mean()) * rounds
    if len(values) < 2 or random == 0:
        return Learning("even")
    row = end.iloc[0].round()
    return Learning("learns", str(end.index[0]), row["mean"], row["low"], row["high"], round(random))
