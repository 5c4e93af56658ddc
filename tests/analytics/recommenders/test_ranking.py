"""Lists and their quality: known answers, and cases by hand."""

import numpy as np
import pytest
from sklearn.metrics import ndcg_score

from workbook.analytics.recommenders import ranking

# Relevance by document of the README of the library ranx (Bassani 2022), and what a run gives them.
QRELS = {"q_1": {"d_12": 5, "d_25": 3}, "q_2": {"d_11": 6, "d_22": 1}}
RUN = {
    "q_1": {"d_12": 0.9, "d_23": 0.8, "d_25": 0.7, "d_36": 0.6, "d_32": 0.5, "d_35": 0.4},
    "q_2": {"d_12": 0.9, "d_11": 0.8, "d_25": 0.7, "d_36": 0.6, "d_22": 0.5, "d_35": 0.4},
}


def test_dcg_of_wikipedia():
    """Relevances 3 2 3 0 1 2: DCG 6.861; the ideal order of the article has 8.740, and nDCG is .785."""
    gains, ideal = np.array([3, 2, 3, 0, 1, 2]), np.array([3, 3, 3, 2, 2, 2])
    assert ranking.dcg(gains) == pytest.approx(6.861, abs=5e-4)
    assert ranking.dcg(ideal) == pytest.approx(8.740, abs=5e-4)
    assert float(ranking.ndcg(gains, ideal)) == pytest.approx(0.785, abs=5e-4)
    assert ranking.dcg(2.0**gains - 1) == pytest.approx(13.848, abs=5e-4)


def test_ndcg_of_ranx():
    """NDCG@5 of its README is .7861."""
    found = []
    for query, relevant in QRELS.items():
        order = sorted(RUN[query], key=RUN[query].get, reverse=True)[:5]
        gains = np.array([relevant.get(d, 0) for d in order])
        ideal = np.array([*sorted(relevant.values(), reverse=True), 0, 0, 0])
        found.append(float(ranking.ndcg(gains, ideal)))
    assert np.mean(found) == pytest.approx(0.7861, abs=5e-5)


def test_ndcg_of_scikit_learn():
    """The same as of its documentation: .6957."""
    truth, scores = np.array([10, 0, 0, 1, 5]), np.array([0.1, 0.2, 0.3, 4, 70])
    gains, ideal = truth[np.argsort(-scores)], np.sort(truth)[::-1]
    assert float(ranking.ndcg(gains, ideal)) == pytest.approx(0.6957, abs=5e-5)
    assert float(ranking.ndcg(gains, ideal)) == pytest.approx(ndcg_score([truth], [scores]))


def test_hits_at_one_and_three_of_three():
    """DCG 1.5, the ideal 2.1309, NDCG .7039."""
    hits, ideal = np.array([1, 0, 1, 0, 0]), np.arange(5) < 3
    assert ranking.dcg(hits) == 1.5
    assert ranking.dcg(ideal) == pytest.approx(2.1309, abs=5e-5)
    assert float(ranking.ndcg(hits, ideal)) == pytest.approx(0.7039, abs=5e-5)


def test_nothing_relevant_is_nothing_found():
    """Not a division by zero."""
    assert float(ranking.ndcg(np.zeros(3), np.zeros(3))) == 0.0


def test_the_best_come_first_and_equals_in_their_order():
    """Highest score first; of two alike the earlier column; a list is no longer than there are products."""
    scores = np.array([[1.0, 3.0, 3.0, 2.0], [0.0, 0.0, 0.0, 0.0]])
    assert ranking.best(scores, 3).tolist() == [[1, 2, 3], [0, 1, 2]]
    assert ranking.best(scores, 9).tolist() == [[1, 2, 3, 0], [0, 1, 2, 3]]


def test_quality_by_hand(split):
    """Anna orders a bag and a scarf, which nobody could recommend; Ben orders shoes, the second of his list."""
    lists = np.array([[0, 1], [1, 2]])  # bag and coat; coat and shoes
    found = ranking.quality(split, lists)
    assert found.loc["Anna", "recall"] == 0.5
    assert found.loc["Anna", "ndcg"] == pytest.approx(1 / (1 + 1 / np.log2(3)))
    assert found.loc["Ben", "recall"] == 1.0
    assert found.loc["Ben", "ndcg"] == pytest.approx(1 / np.log2(3))


def test_coverage_and_novelty_by_hand(split):
    """Two of three products are shown; each is two of six lines, or a third: log2 3 bits."""
    found = ranking.breadth(split, np.array([[0, 1], [1, 0]]))
    assert found["coverage"] == pytest.approx(2 / 3)
    assert found["novelty"] == pytest.approx(np.log2(3))
