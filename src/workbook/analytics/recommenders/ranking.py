"""Lists of recommendations, and how well they hold what is then bought."""

import numpy as np
import pandas as pd

from workbook.analytics.recommenders.histories import Split


def best(scores: np.ndarray, k: int) -> np.ndarray:
    """Columns of the k highest scores of each row, the highest first; of equals the earlier column."""
    k = min(k, scores.shape[1])
    some = np.sort(np.argpartition(-scores, k - 1, axis=1)[:, :k], axis=1) if k < scores.shape[1] else None
    some = np.broadcast_to(np.arange(k), (len(scores), k)) if some is None else some
    order = np.argsort(-np.take_along_axis(scores, some, axis=1), axis=1, kind="stable")
    return np.take_along_axis(some, order, axis=1)


def dcg(gains: np.ndarray) -> np.ndarray:
    """Discounted cumulative gain of gains in the order of ranks, (…, k) (Järvelin & Kekäläinen 2002, doi 10.1145/582415.582418).

    The gain at rank i counts 1 / log2(1 + i).
    """
    gains = np.asarray(gains, dtype=float)
    return gains @ (1 / np.log2(np.arange(2, gains.shape[-1] + 2)))


def ndcg(gains: np.ndarray, ideal: np.ndarray) -> np.ndarray:
    """DCG as a share of that of the ideal order; 0 where nothing is relevant."""
    best_possible = dcg(ideal)
    return np.divide(dcg(gains), best_possible, out=np.zeros_like(best_possible), where=best_possible > 0)


def quality(split: Split, items: np.ndarray) -> pd.DataFrame:
    """How well the list of each person holds the next order.

    Parameters
    ----------
    items : columns of ``split.products``, best first, (people, k)

    Returns
    -------
    pandas.DataFrame
        by person: recall (share of the order's different products that are in the list) and ndcg.
    """
    wanted = split.upcoming.drop_duplicates(["customer_id", "product_id"])
    row, column = (
        split.people.get_indexer(wanted["customer_id"]),
        split.products.get_indexer(wanted["product_id"]),
    )
    asked = np.bincount(row, minlength=len(split.people))
    hits = np.zeros(items.shape, dtype=bool)
    known = column >= 0
    match = items[row[known]] == column[known, None]
    np.logical_or.at(hits, row[known], match)
    ideal = np.arange(items.shape[1]) < asked[:, None]
    return pd.DataFrame({"recall": hits.sum(axis=1) / asked, "ndcg": ndcg(hits, ideal)}, index=split.people)


def breadth(split: Split, items: np.ndarray) -> dict[str, float]:
    """What lists hold on the whole: coverage, the share of products that anybody is shown; novelty, in bits.

    A product that a share p of all lines is of has a novelty of −log2 p; one that was never bought counts as bought once.
    """
    sold = np.asarray(split.bought.sum(axis=0)).ravel()
    novelty = -np.log2(np.maximum(sold, 1) / max(sold.sum(), 1))
    return {
        "coverage": len(np.unique(items)) / max(len(split.products), 1),
        "novelty": float(novelty[items].mean()) if items.size else float("nan"),
    }
