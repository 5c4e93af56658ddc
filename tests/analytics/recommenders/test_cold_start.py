"""People with a short history, and products without one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.analytics.recommenders.conftest import CUT

from workbook.analytics.recommenders import cold_start
from workbook.analytics.recommenders.histories import time_split


def test_histories_are_counted_in_orders(split):
    """Anna had two orders, Ben one."""
    assert cold_start.orders_before(split).astype(str).tolist() == ["2", "1"]
    results = pd.DataFrame({"best sellers": [0.2, 0.4], "x": [0.9, 0.5]}, split.people)
    table = cold_start.by_history(split, results)
    assert table.to_dict("list") == {"1 (1)": [0.4, 0.5], "2 (1)": [0.2, 0.9]}
    found = cold_start.shortest(split, results)
    assert (found.case, found.history, found.people) == ("unknown", "1", 1)


def test_the_shortest_history_has_its_contest(split):
    """Thirty people with one order, for whom x is better, and thirty with two, for whom it is not: only the first count."""
    people = pd.Index([f"C{i}" for i in range(60)], name="customer_id")
    past = pd.DataFrame({"customer_id": [*people, *people[30:]], "order_id": range(90)})
    many = replace(split, past=past, people=people)
    short = np.arange(60) < 30
    base = np.linspace(0.1, 0.4, 60)
    found = cold_start.shortest(
        many, pd.DataFrame({"a": base, "x": base + np.where(short, 0.1, -0.5)}, people)
    )
    assert (found.case, found.winner, found.history, found.people) == ("clear", "x", "1", 30)
    assert found.gain.value == pytest.approx(0.1)
    nobody = replace(split, people=people[:0])
    assert cold_start.shortest(nobody, pd.DataFrame({"a": [], "x": []}, people[:0])).case == "unknown"


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
    lists = {"reads": np.array([[0, 2], [3, 0]]), "counts": np.array([[0, 1], [3, 0]])}
    found = cold_start.found_new(split, new, later, lists)
    assert found.to_dict("index") == {"Anna": {"reads": True, "counts": False}}
    table = cold_start.shares(found)
    assert table[["people", "had it", "share"]].to_numpy().tolist() == [[1, 1, 1], [1, 0, 0]]
    assert cold_start.shares(found[:0])["share"].isna().all()


def test_a_place_is_kept_for_a_new_product(split):
    """The last product makes room for the new one that fits best and is not yet in the list; without new ones nothing changes."""
    items = np.array([[0, 1], [2, 0]])
    fits = np.array([[0.0, 0.3, 0.2], [0.0, 0.1, 0.9]])
    new = pd.Index(["coat", "shoes"])
    assert cold_start.with_a_place(split, items, new, fits).tolist() == [[0, 2], [2, 1]]
    assert cold_start.with_a_place(split, items, new[:0], fits).tolist() == items.tolist()
    all_new = pd.Index(["bag", "coat"])
    assert cold_start.with_a_place(split, items, all_new, fits).tolist() == [[0, 1], [2, 1]]


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
