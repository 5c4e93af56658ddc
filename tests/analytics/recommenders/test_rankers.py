"""Ways to rank, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from workbook.analytics.recommenders import rankers
from workbook.analytics.recommenders.ranking import best


def test_best_sellers_are_counted_in_the_last_days(split):
    """Within 20 days of the cut Ben bought coat and bag, and Cleo shoes; within 60 all are alike."""
    assert rankers.popularity(split, 20) == pytest.approx([1 / 3, 1 / 3, 1 / 3], abs=1e-3)
    assert rankers.popularity(split, 10) == pytest.approx([0, 0, 1], abs=2e-3)


def test_what_was_bought_most_often_comes_first(bought, split):
    """Ben's coat, bought twice, then his bag; shoes, which only others bought, come last."""
    more = bought.assign(customer_id="Ben", order_id="O0", product_id="coat")[:1]
    scores = rankers.bought_before(replace(split, past=pd.concat([split.past, more])))
    assert best(scores, 3)[1].tolist() == [1, 0, 2]
    assert scores[1] == pytest.approx([0.5, 1, 0], abs=1e-5)


def test_cosine_by_hand(split):
    """Bag and coat have the same two customers; shoes share Anna with each: one over the root of two times two."""
    alike = rankers.cosine(split.bought.sign())
    assert alike == pytest.approx(np.array([[1, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]))


def test_the_same_people_buy_it(split):
    """Ben has bag and coat: 2 points for each of them, 1 for shoes."""
    scores = rankers.item_neighbours(split)[1]
    assert scores == pytest.approx([1, 1, 0.5], abs=1e-5)


def test_views_can_count_as_a_part(split):
    """With another history the same neighbours give other lists."""
    history = csr_array(np.array([[0, 0, 1.0], [0, 0, 1.0], [0, 0, 1.0]]))
    assert best(rankers.item_neighbours(split, history), 1).tolist() == [[2], [2]]


def test_what_follows_is_counted_and_shrunk(split, monkeypatch):
    """Coat → bag twice, bag → shoes once; with no shrinking these are the chances."""
    monkeypatch.setattr(rankers, "SHRINK", 1e-9)
    chance = rankers.following(split)
    assert chance[1] == pytest.approx([1, 0, 0], abs=1e-6)
    assert chance[0] == pytest.approx([0, 0, 1], abs=1e-6)
    assert chance.sum(axis=1) == pytest.approx(np.ones(3))
    assert rankers.last_items(split).tolist() == [2, 0]
    assert best(rankers.next_item(split), 1)[1] == [2]


def test_alike_texts_are_near(split):
    """Ben's coat is of wool, and so is the bag; a product that was never sold is found by its words."""
    texts = pd.Series(
        {"bag": "red leather", "coat": "warm wool", "shoes": "warm wool lining", "hat": "wool"}
    ).rename_axis("product_id")
    scores = rankers.text(split, texts)
    assert scores.shape == (2, 3)
    assert scores[1, 2] > 0.3
    vectors = rankers.text_vectors(texts)
    assert np.sqrt(vectors.multiply(vectors).sum(axis=1)) == pytest.approx(np.ones(4))


def test_ranks_are_fused():
    """1 / 61 and 1 / 62: who is first and second in both comes before who is first and third."""
    one, other = np.array([[3.0, 2.0, 1.0]]), np.array([[1.0, 2.0, 3.0]])
    expected = [1 / 61 + 1 / 63, 2 / 62, 1 / 63 + 1 / 61]
    assert rankers.blend(one, other)[0] == pytest.approx(expected)


def test_what_goes_with_the_last_purchase(split):
    """Same style, another category, about the price: Anna's shoes go with the bag and not with the coat of another style."""
    products = pd.DataFrame(
        {
            "product_id": ["bag", "coat", "shoes"],
            "category": ["bag", "outerwear", "shoes"],
            "style": ["sport", "classic", "sport"],
            "list_price": [10.0, 20.0, 30.0],
        }
    )
    assert best(rankers.similar(split, products), 1)[0] == [0]
