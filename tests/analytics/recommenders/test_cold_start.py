"""People with a short history, and products without one."""

import numpy as np
import pandas as pd
import pytest
from tests.analytics.recommenders.conftest import CUT

from workbook.analytics.recommenders import cold_start
from workbook.analytics.recommenders.histories import time_split


def test_histories_are_counted_in_orders(split):
    """Anna had two orders, Ben one."""
    assert cold_start.orders_before(split).astype(str).tolist() == ["2 orders", "1 order"]
    table = cold_start.by_history(
        split, pd.DataFrame({"best sellers": [0.2, 0.4], "x": [0.9, 0.5]}, split.people)
    )
    assert table["people"].tolist() == [1, 1]
    found = cold_start.shortest(table)
    assert (found.case, found.history, found.way, found.found) == ("ahead", "1 order", "x", 0.5)


def test_newcomers_are_those_who_never_bought(bought, split):
    """Dora, with her first order."""
    found = cold_start.newcomers(bought, split)
    assert list(found.people) == ["Dora"]
    assert found.upcoming["product_id"].tolist() == ["coat"]


def test_popular_among_ones_own(split):
    """Women bought shoes twice, men none; who says nothing gets what all buy."""
    group = pd.Series({"Anna": "f", "Ben": "m", "Cleo": "f"})
    shares = cold_start.popular_among(split, group, 90)
    assert shares.sum(axis=1) == pytest.approx(np.ones(2))
    assert shares[0].argmax() == 2
    assert shares[1].argmin() == 2
    assert cold_start.popular_among(split, group.drop("Ben"), 90)[1] == pytest.approx(np.full(3, 1 / 3))


def test_new_products_and_who_found_them(bought):
    """The hat is launched on the day; Anna buys it, and it was the second of her list by one way."""
    products = pd.DataFrame(
        {
            "product_id": ["bag", "coat", "hat", "shoes"],
            "launched_on": pd.to_datetime([None, None, CUT, None]),
        }
    )
    split = time_split(bought, products, CUT)
    new = cold_start.launched(products, split)
    assert list(new) == ["hat"]
    later = pd.DataFrame({"customer_id": ["Dora", "Anna"], "product_id": ["hat", "hat"]})
    scores = {
        "reads": np.array([[1.0, 0, 0.9, 0], [0, 0, 0, 1.0]]),
        "counts": np.array([[1.0, 0.5, 0, 0], [0, 0, 0, 1]]),
    }
    found = cold_start.found_new(split, new, later, scores, 2)
    assert found.to_dict("index") == {"Anna": {"reads": 1.0, "counts": 0.0}}


def test_what_was_looked_at_before_the_cut_counts_a_part(split):
    """Ben looked at shoes before the cut, which is half a purchase; what Anna looks at later doesn't count."""
    sessions = pd.DataFrame(
        {
            "session_id": ["W1", "W2"],
            "customer_id": ["Ben", "Anna"],
            "started_at": [CUT - pd.Timedelta(days=1), CUT],
        }
    )
    views = pd.DataFrame({"session_id": ["W1", "W2"], "product_id": ["shoes", "bag"]})
    found = cold_start.looked_at(split, views, sessions, 0.5).todense()
    assert found.tolist() == [[1, 1, 1], [1, 1, 0.5], [0, 0, 1]]
    assert list(cold_start.lookers(split, views, sessions)) == ["Ben"]
    assert cold_start.with_views(split, views, sessions, 2).shape == (2, 4)
