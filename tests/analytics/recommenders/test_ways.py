"""The ways side by side, the ceiling, and what a test promises that has seen the answers."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.recommenders import comparison, ranking, true_chances, ways
from workbook.analytics.recommenders.histories import purchases, time_split


@pytest.fixture(scope="module")
def seen(lanyu):
    """The bundled shop's purchases, and the split of the notebook."""
    bought = purchases(lanyu.orders, lanyu.order_lines)
    return bought, time_split(bought, lanyu.products, pd.Timestamp("2025-09-01"))


def test_texts_are_descriptions_else_names_else_nothing():
    """A way that reads is left out where there is nothing to read."""
    products = pd.DataFrame({"product_id": ["a"], "name": ["coat"], "description": [None]})
    assert ways.texts_of(products)["a"] == "coat"
    assert ways.texts_of(products.assign(description="warm"))["a"] == "warm"
    assert ways.texts_of(products[["product_id"]]) is None
    assert ways.texts_of(None) is None


def test_all_ways_score_everybody(split):
    """Best sellers first, then what was bought before, the blend last; without texts one less."""
    texts = pd.Series({"bag": "red", "coat": "wool", "shoes": "red wool"}).rename_axis("product_id")
    scores = ways.ways(split, texts)
    assert list(scores)[:2] == [ways.BEST_SELLERS, ways.BEFORE]
    assert list(scores)[-1] == ways.HYBRID
    assert all(s.shape == (2, 3) and np.isfinite(s).all() for s in scores.values())
    assert set(scores) - set(ways.ways(split, None)) == {"product texts"}


def test_the_table_has_a_row_a_way(split):
    """With recall, its interval, NDCG, coverage and novelty."""
    lists = ways.lists_of({"x": np.array([[3.0, 2, 1], [1, 2, 3]])}, 2)
    table = ways.table(split, lists)
    assert list(table.columns) == ["recall", "low", "high", "NDCG", "coverage", "novelty"]
    assert table.loc["x", "recall"] == pytest.approx(0.75)


def test_who_has_seen_the_answers_finds_them(seen):
    """Learned from all orders the same method promises more than twice what it keeps."""
    bought, split = seen
    trial = ways.Leak(bought, split, 10)
    honest = trial.recall(split.past)
    assert trial.recall(bought).value > 2 * honest.value
    assert honest.n == len(split.people)


@pytest.mark.parametrize(
    ("promised", "honest", "case"),
    [(0.9, 0.3, "flattered"), (0.06, 0.08, "not seen"), (0.5, 0.5, "not seen"), (np.nan, np.nan, "unknown")],
)
def test_a_leak_is_said_where_it_flatters(promised, honest, case):
    """With long histories the answers may drown in them: then the test promises nothing."""
    assert ways.flattery(Estimate(promised, unit="share"), Estimate(honest, unit="share")) == case


def test_personal_lists_beat_best_sellers_and_nobody_beats_the_ceiling(lanyu, seen):
    """On the bundled data: popularity < next item < neighbours and factors < every taste known, by intervals."""
    _, split = seen
    lists = ways.lists_of(ways.ways(split, ways.texts_of(lanyu.products)), 10)
    chances = true_chances.true_chances(lanyu.truth, lanyu.products)
    perfect = ranking.best(true_chances.by_taste(split, chances), 10)
    recall = ways.results(split, lists | {"ceiling": perfect})
    ahead = comparison.differences(recall, ways.BEST_SELLERS)
    assert (ahead["low"] > 0).all()
    below = comparison.differences(recall, "ceiling")
    assert (below["high"] < 0).all()
    order = recall.mean()
    assert order["next item"] < order["bought before"]
    assert order["bought before"] < min(order["similar products"], order["similar people"], order["factors"])
    found = ways.reached(recall.drop(columns="ceiling"), recall["ceiling"])
    assert found.case == "part"
    assert 0.4 < found.share < 0.7


def test_few_people_reach_nothing(split):
    """Two customers say nothing of a ceiling."""
    recall = pd.DataFrame({ways.BEST_SELLERS: [0.1, 0.2], "x": [0.3, 0.4]}, split.people)
    assert ways.reached(recall, pd.Series([0.5, 0.6], split.people)).case == "unknown"
    nobody = recall[:0]
    assert ways.reached(nobody, pd.Series(dtype=float)).case == "unknown"
