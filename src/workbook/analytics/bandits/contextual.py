"""Bandits that know who is asked: LinUCB, and one bandit for each group, beside one for all.

LinUCB (Li, Chu, Langford & Schapire 2010, doi 10.1145/1772690.1772758) keeps a ridge regression of the reward on the
context for each arm, and plays the arm whose forecast and margin are highest.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbook.analytics.bandits.play import BATCH, batch_ends, kept_rounds
from workbook.analytics.bandits.rules import Rule, Thompson, best_of

Choose = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], np.ndarray]
Learn = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], None]


def words(groups: Sequence[str] | pd.Index) -> pd.DataFrame:
    """What is known of each group as 0 and 1: a column per word between its commas, a row per group."""
    return pd.Series(groups, index=pd.Index(groups)).str.get_dummies(", ").astype(float)


class Tally:
    """How often each arm was played in each context, and what it brought, for many repetitions at once.

    Parameters
    ----------
    repetitions, contexts, arms : how many
    """

    def __init__(self, repetitions: int, contexts: int, arms: int) -> None:
        self.counts, self.sums = np.zeros((2, repetitions, contexts, arms))

    def learn(self, row: np.ndarray, context: np.ndarray, arm: np.ndarray, reward: np.ndarray) -> None:
        """Take up what arms brought: the repetition, the context, the arm and the reward of each message."""
        shape, size = self.counts.shape, self.counts.size
        cell = np.ravel_multi_index((row, context, arm), shape)
        self.counts += np.bincount(cell, minlength=size).reshape(shape)
        self.sums += np.bincount(cell, reward, minlength=size).reshape(shape)


class LinUCB(Tally):
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
        super().__init__(repetitions, len(features), arms)
        self.features, self.width = features, width
        self.ridge = ridge * np.eye(features.shape[1])
        self.squares = (features[:, :, None] * features[:, None, :]).reshape(len(features), -1)

    def scores(self) -> np.ndarray:
        """Forecast and margin of each arm in each context, (repetitions, contexts, arms)."""
        played, brought = self.counts.swapaxes(1, 2), self.sums.swapaxes(1, 2)
        inverse = np.linalg.inv(
            (played @ self.squares).reshape(*played.shape[:2], *self.ridge.shape) + self.ridge
        )
        weights = (inverse @ (brought @ self.features)[..., None])[..., 0]
        margin = inverse.reshape(*played.shape[:2], -1) @ self.squares.T
        found: np.ndarray = weights @ self.features.T + self.width * np.sqrt(margin)
        return found.swapaxes(1, 2)


class GroupRule(Tally):
    """A rule that knows no context, for many repetitions at once: one for all groups, or one for each.

    Parameters
    ----------
    rule : that chooses
    groups, arms, repetitions : how many
    apart : whether each group has its own
    """

    def __init__(self, rule: Rule, groups: int, arms: int, repetitions: int, apart: bool) -> None:
        super().__init__(repetitions, groups if apart else 1, arms)
        self.rule = rule
        self.own = np.arange(groups) if apart else np.zeros(groups, dtype=int)

    def choose(
        self, row: np.ndarray, context: np.ndarray, start: int, rng: np.random.Generator
    ) -> np.ndarray:
        """An arm for each message."""
        group = self.own[context]
        return self.rule(self.counts[row, group], self.sums[row, group], start, rng)

    def learn(self, row: np.ndarray, context: np.ndarray, arm: np.ndarray, reward: np.ndarray) -> None:
        """Take up what arms brought."""
        super().learn(row, self.own[context], arm, reward)


def play_linear(
    values: pd.DataFrame,
    shares: pd.Series,
    rounds: int,
    *,
    width: float = 0.5,
    repetitions: int = 40,
    seed: int = 0,
) -> pd.DataFrame:
    """Play LinUCB where each message has a reader of some group.

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

    def choose(row: np.ndarray, context: np.ndarray, start: int, rng: np.random.Generator) -> np.ndarray:
        return best_of(model.scores()[row, context], rng)

    return play_contexts(values, shares, rounds, choose, model.learn, repetitions=repetitions, seed=seed)


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
    """Play a rule that knows no context where each message has a reader of some group; see `GroupRule` and `play_linear`."""
    model = GroupRule(rule, len(values), values.shape[1], repetitions, apart)
    return play_contexts(
        values, shares, rounds, model.choose, model.learn, repetitions=repetitions, seed=seed
    )


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
    """The batches of a bandit whose readers differ; see `play_linear`."""
    rng = np.random.default_rng(seed)
    table, best = values.to_numpy(), values.max(axis=1).to_numpy()
    weight = shares.reindex(values.index).to_numpy(dtype=float)
    ends, kept, regret = batch_ends(rounds, BATCH), [], np.zeros(repetitions)
    at, start = kept_rounds(ends), 0
    for end in ends:
        row = np.repeat(np.arange(repetitions), end - start)
        context = rng.choice(len(values), len(row), p=weight / weight.sum())
        arm = choose(row, context, start, rng)
        chance = table[context, arm]
        learn(row, context, arm, (rng.random(len(row)) < chance).astype(float))
        regret = regret + np.bincount(row, best[context] - chance)
        start = end
        if end in at:
            kept.append(regret)
    return pd.DataFrame(kept, index=pd.Index(sorted(at), name="round"))


def compared(
    values: pd.DataFrame, shares: pd.Series, rounds: int, *, seed: int = 0
) -> dict[str, pd.DataFrame]:
    """Regret of one Thompson bandit for all, of one for each group, and of LinUCB; see `play_linear`."""
    rule, often = Thompson(), {"repetitions": 20, "seed": seed}
    return {
        "one for all": play_groups(values, shares, rule, rounds, apart=False, **often),
        "one for each group": play_groups(values, shares, rule, rounds, apart=True, **often),
        "LinUCB": play_linear(values, shares, rounds, **often),
    }
