"""What is chosen before the cut, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.analytics.recommenders.conftest import CUT

from workbook.analytics.recommenders.deep import validation
from workbook.analytics.recommenders.histories import time_split


def test_the_validation_ends_where_the_test_begins(split):
    """In the 20 days before the cut only Ben and Cleo order, who are new; from the middle of all days on Anna orders again."""
    tried = validation.validation(split, None, 20)
    assert tried.cut == CUT - pd.Timedelta(days=20)
    assert tried.past["ordered_at"].max() < tried.cut
    assert set(tried.past["order_id"]) == {"O1", "O2"}
    assert list(tried.people) == []
    longer = validation.validation(split, None, 1000)
    assert longer.cut == pd.Timestamp("2025-02-01")
    assert (list(longer.people), list(longer.upcoming["order_id"])) == (["Anna"], ["O2"])


def test_nothing_is_chosen_by_what_comes_after_the_cut(bought, split):
    """Whatever is ordered from the cut on, the validation is the same."""
    other = bought.assign(product_id=bought["product_id"].where(bought["ordered_at"] < CUT, "hat"))
    one, two = (validation.validation(s, None, 25) for s in (split, time_split(other, None, CUT)))
    pd.testing.assert_frame_equal(one.past, two.past)
    pd.testing.assert_frame_equal(one.upcoming, two.upcoming)


def test_a_shop_without_a_past_has_an_empty_validation(split):
    """Its first day."""
    first = replace(split, past=split.past[:0], upcoming=split.upcoming[:0], people=split.people[:0])
    tried = validation.validation(first, None, 30)
    assert (len(tried.past), len(tried.people)) == (0, 0)
    scores = {"a": np.zeros((0, 0)), "b": np.zeros((0, 0))}
    assert validation.chosen_weights(tried, scores, 10).to_dict() == {"a": 0.0, "b": 1.0}


def by_ndcg(monkeypatch, values):
    """Rounds whose scores are numbered, with these NDCGs, and how many of them were asked for."""
    asked = []

    def rounds():
        for number in range(len(values)):
            asked.append(number)
            yield np.array([[number]])

    monkeypatch.setattr(validation, "ndcg_of", lambda split, scores, k: values[int(scores[0, 0])])
    return rounds(), asked


def test_learning_stops_when_it_gets_no_better(monkeypatch):
    """Four rounds that are no better than the best one before them end it; of equals the first counts."""
    rounds, asked = by_ndcg(monkeypatch, [0.1, 0.3, 0.3, 0.2, 0.2, 0.2, 0.9, 0.9])
    monkeypatch.setattr(validation, "PATIENCE", 4)
    stopped = validation.early_stopping(None, rounds, 10)
    assert (stopped.rounds, stopped.scores.tolist(), len(asked)) == (2, [[1]], 6)
    assert stopped.curve.tolist() == [0.1, 0.3, 0.3, 0.2, 0.2, 0.2]


def test_learning_ends_some_day(monkeypatch):
    """A network that gets better and better is stopped, too."""
    rounds, asked = by_ndcg(monkeypatch, list(np.linspace(0, 1, 200)))
    stopped = validation.early_stopping(None, rounds, 10)
    assert stopped.rounds == len(asked) == validation.MOST


def test_the_scores_after_so_many_rounds():
    """The first round is number 1."""
    assert validation.after(iter([np.array([5]), np.array([7])]), 2).tolist() == [7]


def test_scores_are_put_on_one_scale():
    """Mean 0 and standard deviation 1 for each person; who has no preference has zeros."""
    found = validation.standardised(np.array([[1.0, 3.0], [10.0, 30.0], [2.0, 2.0]]))
    assert found.tolist() == [[-1, 1], [-1, 1], [0, 0]]


def test_a_blend_by_hand():
    """0.4 of one way and 0.6 of another, which says the opposite: 0.2 for what the second prefers."""
    one, other = np.array([[0.0, 1.0]]), np.array([[5.0, 1.0]])
    assert validation.fused(
        {"a": one, "b": other, "c": one}, {"a": 0.4, "b": 0.6, "c": 0.0}
    ) == pytest.approx(np.array([[0.2, -0.2]]))


def test_weights_are_all_fifths_that_add_up():
    """Of three ways there are 21."""
    found = list(validation.mixes("abc"))
    assert len(found) == len({tuple(f.values()) for f in found}) == 21
    assert all(sum(f.values()) == pytest.approx(1) for f in found)


def test_the_way_that_knows_gets_the_weight(split):
    """Anna buys the bag and Ben shoes: of a way that says so and one that says the opposite the first is all."""
    right = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    weights = validation.chosen_weights(split, {"wrong": -right, "right": right}, 1)
    assert weights["right"] > 0.5
    assert weights.sum() == pytest.approx(1)
