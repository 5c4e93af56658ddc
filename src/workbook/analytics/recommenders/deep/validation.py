"""What has to be chosen, chosen before the cut: how long a network learns, and what counts how much in a blend.

The last days before the cut are cut off once more. They play the test: what is learned from the days before them is held
against the orders in them. The test itself is never looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import pandas as pd

from workbook.analytics.recommenders.histories import Split, cut_day, time_split
from workbook.analytics.recommenders.ranking import best, quality

MOST, PATIENCE = 40, 4  # rounds of learning; those without a better one after which it ends
PARTS = 5  # a weight in a blend is so many fifths


def validation(split: Split, products: pd.DataFrame | None, days: int) -> Split:
    """Cut what was bought before the cut once more, so many days earlier, but no earlier than its middle."""
    start = split.past["ordered_at"].min() if len(split.past) else split.cut
    return time_split(split.past, products, cut_day(start, split.cut - pd.Timedelta(days=1), days))


def ndcg_of(split: Split, scores: np.ndarray, k: int) -> float:
    """Mean NDCG of lists of k by some scores; 0 where nobody is asked."""
    return float(quality(split, best(scores, k))["ndcg"].mean()) if len(split.people) else 0.0


@dataclass(frozen=True)
class Stopped:
    """How the learning of a network went on the validation.

    Attributes
    ----------
    curve : NDCG after each round
    scores : after the best one, (people, products)
    """

    curve: pd.Series
    scores: np.ndarray

    @property
    def rounds(self) -> int:
        """How many rounds were best."""
        return int(self.curve.idxmax())


def early_stopping(split: Split, rounds: Iterator[np.ndarray], k: int) -> Stopped:
    """Learn until `PATIENCE` rounds bring no higher NDCG (Prechelt 1998, doi 10.1007/3-540-49430-8_3).

    Parameters
    ----------
    split : from `validation`
    rounds : scores after each round, for it
    """
    found: list[float] = []
    kept = np.empty(0)
    for scores in islice(rounds, MOST):
        found.append(ndcg_of(split, scores, k))
        if np.argmax(found) == len(found) - 1:
            kept = scores
        if len(found) - np.argmax(found) > PATIENCE:
            break
    return Stopped(pd.Series(found, pd.RangeIndex(1, len(found) + 1, name="round"), name="NDCG"), kept)


def after(rounds: Iterator[np.ndarray], number: int) -> np.ndarray:
    """The scores after so many rounds."""
    return next(islice(rounds, number - 1, None))


def standardised(scores: np.ndarray) -> np.ndarray:
    """Scores of each person less their mean, over their standard deviation."""
    many = max(scores.shape[1], 1)
    off = scores - scores.sum(axis=1, keepdims=True) / many
    spread = np.sqrt((off**2).sum(axis=1, keepdims=True) / many)
    return off / np.where(spread > 0, spread, 1.0)


def fused(scores: Mapping[str, np.ndarray], weights: Mapping[str, float]) -> np.ndarray:
    """Several ways in one: the standardised scores of each, as often as its weight says."""
    parts = [weight * standardised(scores[name]) for name, weight in weights.items() if weight]
    return np.sum(parts, axis=0)


def mixes(names: Iterable[str]) -> Iterator[dict[str, float]]:
    """All weights in fifths that add up to 1."""
    ways = list(names)
    for fifths in product(range(PARTS + 1), repeat=len(ways)):
        if sum(fifths) == PARTS:
            yield {name: part / PARTS for name, part in zip(ways, fifths, strict=True)}


def chosen_weights(split: Split, scores: Mapping[str, np.ndarray], k: int) -> pd.Series:
    """The weights whose blend has the highest NDCG on the validation; of equals the first.

    Parameters
    ----------
    split : from `validation`
    scores : by way, for it
    """
    found = max(mixes(scores), key=lambda weights: ndcg_of(split, fused(scores, weights), k))
    return pd.Series(found, name="weight")
