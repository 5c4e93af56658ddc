"""Rules that choose an arm by what the arms have brought so far, for many repetitions at once.

A rule sees, of each repetition, how often each arm was played and what it brought in all; both may be discounted, so that
old rounds count less. Sources: epsilon-greedy (Sutton & Barto 2018, ch. 2), UCB1 (Auer, Cesa-Bianchi & Fischer 2002,
doi 10.1023/A:1013689704352), Thompson (1933, doi 10.1093/biomet/25.3-4.285).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Rule = Callable[[np.ndarray, np.ndarray, int, np.random.Generator], np.ndarray]
NEVER = -1e9  # a tie between arms is broken at random, by noise far below any difference
NOISE = 1e-9


def best_of(scores: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The arm of the highest score in each row; among equals one at random."""
    found: np.ndarray = np.argmax(scores + NOISE * rng.random(scores.shape), axis=1)
    return found


def means(counts: np.ndarray, sums: np.ndarray, unplayed: float) -> np.ndarray:
    """Mean reward of each arm; ``unplayed`` for one that hasn't been played."""
    return np.where(counts > 0, sums / np.maximum(counts, 1e-12), unplayed)


@dataclass(frozen=True)
class SplitThenBest:
    """A test first: all arms at random, then for ever the one that did best.

    Attributes
    ----------
    test : rounds of the test
    """

    test: int

    def __call__(
        self, counts: np.ndarray, sums: np.ndarray, round_: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Choose an arm for each row."""
        if round_ < self.test:
            return rng.integers(0, counts.shape[1], len(counts))
        return best_of(means(counts, sums, NEVER), rng)


@dataclass(frozen=True)
class EpsilonGreedy:
    """The best so far, but for a share of rounds any arm at random.

    Attributes
    ----------
    epsilon : that share
    """

    epsilon: float = 0.1

    def __call__(
        self, counts: np.ndarray, sums: np.ndarray, round_: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Choose an arm for each row."""
        greedy = best_of(means(counts, sums, -NEVER), rng)
        explore = rng.random(len(counts)) < self.epsilon
        return np.where(explore, rng.integers(0, counts.shape[1], len(counts)), greedy)


@dataclass(frozen=True)
class UCB1:
    """The arm that could be best: its mean, and a margin that shrinks as it is played.

    Attributes
    ----------
    width : factor on the margin; 1 is Auer's, for rewards anywhere between 0 and 1
    """

    width: float = 1.0

    def __call__(
        self, counts: np.ndarray, sums: np.ndarray, round_: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Choose an arm for each row."""
        return best_of(self.scores(counts, sums), rng)

    def scores(self, counts: np.ndarray, sums: np.ndarray) -> np.ndarray:
        """Mean and margin of each arm; an arm that hasn't been played comes first."""
        played = np.maximum(counts.sum(axis=1, keepdims=True), 1)
        margin = np.sqrt(2 * np.log(played) / np.maximum(counts, 1e-12))
        return np.where(counts > 0, means(counts, sums, 0.0) + self.width * margin, -NEVER)


@dataclass(frozen=True)
class Thompson:
    """An arm by the chance that it is the best: draw each arm's mean from what is believed of it, and take the highest.

    Beliefs about the chance of a 0/1 reward are Beta distributions that begin even.
    """

    def __call__(
        self, counts: np.ndarray, sums: np.ndarray, round_: int, rng: np.random.Generator
    ) -> np.ndarray:
        """Choose an arm for each row."""
        found: np.ndarray = rng.beta(1 + sums, 1 + np.maximum(counts - sums, 0)).argmax(axis=1)
        return found
