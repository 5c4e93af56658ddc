"""The deep ways by name: networks that read purchases, sentences, looks, and a blend whose weights are chosen before the cut."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbook.analytics.recommenders.deep.networks import KINDS, rounds
from workbook.analytics.recommenders.deep.sentences import looks, sentence_vectors
from workbook.analytics.recommenders.deep.validation import (
    Stopped,
    after,
    chosen_weights,
    early_stopping,
    fused,
    validation,
)
from workbook.analytics.recommenders.histories import Split
from workbook.analytics.recommenders.implicit_models import als
from workbook.analytics.recommenders.rankers import content

SENTENCES, LOOKS, FACTORS = "sentences", "looks", "factors"
PLAIN, FUSED = "looks and factors", "fused"  # blends without and with what was learned by networks
DEEP = (*KINDS, SENTENCES, LOOKS, PLAIN, FUSED)  # in the order of tables


@dataclass(frozen=True)
class Deep:
    """What the deep ways say, and what was chosen before the cut.

    Attributes
    ----------
    scores : by way, (people, products)
    stopped : by network, how its learning went on the validation
    weights : of each way (column) in each blend (row)
    """

    scores: dict[str, np.ndarray]
    stopped: dict[str, Stopped]
    weights: pd.DataFrame

    @property
    def curves(self) -> pd.DataFrame:
        """NDCG on the validation by round, a column a network."""
        return pd.DataFrame({kind: one.curve for kind, one in self.stopped.items()})


def vectors_of(products: pd.DataFrame) -> dict[str, csr_array]:
    """What is known of each product but who bought it: vectors of its sentence and of its looks."""
    return {SENTENCES: sentence_vectors(products["description"]), LOOKS: looks(products)}


def deep_ways(
    split: Split,
    products: pd.DataFrame,
    vectors: Mapping[str, csr_array],
    days: int,
    k: int,
    seed: int = 0,
    kinds: Sequence[str] = KINDS[:1],
) -> Deep:
    """Let networks, sentences, looks and their blend learn from what was bought before the cut.

    Parameters
    ----------
    products : whose rows are those of ``vectors``
    vectors : from `vectors_of`
    days : before the cut, on which rounds and weights are chosen
    k : length of the lists
    kinds : of networks; the first is blended
    """
    tried = validation(split, products, days)
    stopped = {kind: early_stopping(tried, rounds(kind, tried, seed), k) for kind in kinds}
    before = {kind: one.scores for kind, one in stopped.items()} | others(tried, products, vectors, seed)
    now = {kind: after(rounds(kind, split, seed), one.rounds) for kind, one in stopped.items()}
    now |= others(split, products, vectors, seed)
    weights = weights_of_blends(tried, before, kinds[0], k)
    return Deep(now | blends(now, weights), stopped, weights)


def weights_of_blends(split: Split, scores: Mapping[str, np.ndarray], kind: str, k: int) -> pd.DataFrame:
    """What counts how much in a blend of looks and factors, and in one of these with a network and sentences.

    Parameters
    ----------
    split : from `validation`
    scores : by way, for it
    kind : of the network
    """
    parts = {PLAIN: (LOOKS, FACTORS), FUSED: (kind, SENTENCES, LOOKS, FACTORS)}
    found = {
        name: chosen_weights(split, {way: scores[way] for way in some}, k) for name, some in parts.items()
    }
    return pd.DataFrame(found).T.reindex(columns=list(parts[FUSED])).fillna(0.0).rename_axis("blend")


def blends(scores: Mapping[str, np.ndarray], weights: pd.DataFrame) -> dict[str, np.ndarray]:
    """Scores of the blends by these weights."""
    return {str(name): fused(scores, row) for name, row in weights.iterrows()}


def others(
    split: Split, products: pd.DataFrame, vectors: Mapping[str, csr_array], seed: int
) -> dict[str, np.ndarray]:
    """Scores of what is blended with a network."""
    ids = pd.Index(products["product_id"])
    read = {name: content(split, some, ids) for name, some in vectors.items()}
    return read | {FACTORS: als(split, seed=seed)}
