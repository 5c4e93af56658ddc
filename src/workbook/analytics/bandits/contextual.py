"""Bandits that know who is asked: LinUCB, and one bandit for each group, beside one for all.

LinUCB (Li, Chu, Langford & Schapire 2010, doi 10.1145/1772690.1772758) keeps a ridge regression of the reward on the
context for each arm, and plays the arm whose forecast and margin are highest.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbook.analytics.bandits.play import kept_rounds
from workbook.analytics.bandits.rules import Rule, best_of

Choose = Callable[[np.ndarray, int, np.random.Generator], np.ndarray]
Learn = Callable[[np.ndarray, np.ndarray, np.ndarray], None]


def words(groups: Sequence[str] | pd.Index) -> pd.DataFrame:
    """What is known of each group as 0 and 1: a column per word between its commas, a row per group."""
    return pd.Series(groups, index=pd.Index(groups)).str.get_dummies(", ").astype(float)


class LinUCB:
    """LinUCB with a model for each arm, for many repetitions at once.

    Parameters
    ----------
    features : of each context, (contexts, features)
    arms : number of arms
    repetitions : played side by side
    width : factor on the margin, alpha of the paper
    ridge : weight of the ridge
    """

    def __init__(
        self, features: np.ndarray, arms: int, repetitions: int, width: float = 0.5, ridge: float = 1.0
    ) -> None:
        self.features, self.width = features, width
        size = features.shape[1]
        self.inverse = np.tile(np.eye(size) / ridge, (repetitions, arms, 1, 1))
        self.sums = np.zeros((repetitions, arms, size))
        self.row = np.arange(repetitions)

    def scores(self, context: np.ndarray) -> np.ndarray:
        """Forecast and margin of each arm for the context of each repetition, (repetitions, arms)."""
        x = self.features[context]
        towards = np.einsum("rkij,rj->rki", self.inverse, x)
        forecast = np.einsum("rki,rki->rk", towards, self.sums)
        return forecast + self.width * np.sqrt(np.einsum("rki,ri->rk", towards, x))

    def learn(self, context: np.ndarray, arm: np.ndarray, reward: np.ndarray) -> None:
        """Take up what each repetition's arm brought (Sherman & Morrison 1950)."""
        x, a = self.features[context], self.inverse[self.row, arm]
        moved = np.einsum("rij,rj->ri", a, x)
        scale = 1 + np.einsum("ri,ri->r", moved, x)
        self.inverse[self.row, arm] = a - moved[:, :, None] * moved[:, None, :] / scale[:, None, None]
        self.sums[self.row, arm] += reward[:, None] * x


def play_linear(
    values: pd.DataFrame,
    shares: pd.Series,
    rounds: int,
    *,
    width: float = 0.5,
    repetitions: int = 40,
    seed: int = 0,
) -> pd.DataFrame:
    """Play LinUCB where each round brings a reader of some group.

    Parameters
    ----------
    values : chance of a reward, a row per group, a column per arm
    shares : share of readers of each group

    Returns
    -------
    pandas.DataFrame
        regret against the best arm of each group, as `play.play` gives it.
    """
    model = LinUCB(words(values.index).to_numpy(), values.shape[1], repetitions, width)
    return play_contexts(
        values,
        shares,
        rounds,
        lambda context, t, rng: best_of(model.scores(context), rng),
        model.learn,
        repetitions=repetitions,
        seed=seed,
    )


def play_groups(
    values: pd.DataFrame,
    shares: pd.Series,
    rule: Rule,
    rounds: int,
    *,
    apart: bool,
    repetitions: int = 40,
    seed: int = 0,
) -> pd.DataFrame:
    """Play a rule that knows no context where each round brings a reader of some group: one for all, or one for each group.

    Parameters
    ----------
    apart : whether each group has its own
    """
    groups = len(values) if apart else 1
    counts, sums = np.zeros((2, repetitions, groups, values.shape[1]))
    row = np.arange(repetitions)

    def choose(context: np.ndarray, t: int, rng: np.random.Generator) -> np.ndarray:
        return rule(counts[row, context % groups], sums[row, context % groups], t, rng)

    def learn(context: np.ndarray, arm: np.ndarray, reward: np.ndarray) -> None:
        counts[row, context % groups, arm] += 1
        sums[row, context % groups, arm] += reward

    return play_contexts(values, shares, rounds, choose, learn, repetitions=repetitions, seed=seed)


def play_contexts(
    values: pd.DataFrame,
    shares: pd.Series,
    rounds: int,
    choose: Choose,
    learn: Learn,
    *,
    repetitions: int,
    seed: int,
) -> pd.DataFrame:
    """The rounds of a bandit whose readers differ; see `play_linear`."""
    rng = np.random.default_rng(seed)
    table, best = values.to_numpy(), values.max(axis=1).to_numpy()
    weight = shares.reindex(values.index).to_numpy(dtype=float)
    contexts = rng.choice(len(values), (rounds, repetitions), p=weight / weight.sum())
    regret, kept, at = np.zeros(repetitions), [], kept_rounds(rounds)
    for t in range(rounds):
        context = contexts[t]
        arm = choose(context, t, rng)
        chance = table[context, arm]
        learn(context, arm, (rng.random(repetitions) < chance).astype(float))
        regret = regret + (best[context] - chance)
        if t + 1 in at:
            kept.append(regret)
    return pd.DataFrame(kept, index=pd.Index(sorted(at), name="round"))
