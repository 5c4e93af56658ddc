"""Traits: lines become averaged shares; what the data doesn't have is left out; dealt-out lines keep everything but tastes."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import purchase_traits as pt

AT = pd.to_datetime(["2025-01-04 09:00", "2025-01-06 20:00", "2025-01-07 21:00"])


def shop() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Three orders of two customers, with lines and products."""
    orders = pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o3"],
            "customer_id": ["a", "a", "b"],
            "ordered_at": AT,
            "channel": ["store", "app", "app"],
            "amount": [10.0, 40.0, 20.0],
        }
    )
    lines = pd.DataFrame(
        {
            "order_id": ["o1", "o2", "o3"],
            "line": [1, 1, 1],
            "product_id": ["p", "q", "p"],
            "unit_price": [10.0, 40.0, 20.0],
            "amount": [10.0, 40.0, 20.0],
        }
    )
    products = pd.DataFrame({"product_id": ["p", "q"], "category": ["shirt", "dress"]})
    return orders, lines, products


def test_a_line_has_what_was_chosen():
    """Category by product, store or online, part of the day, and how dear it was against its category."""
    found = pt.bought(*shop())
    assert found["category"].tolist() == ["shirt", "dress", "shirt"]
    assert found["place"].tolist() == ["store", "online", "online"]
    assert found["hours"].tolist() == ["morning", "evening", "evening"]
    assert found["dear"].tolist() == pytest.approx([-np.log(2) / 2, 0.0, np.log(2) / 2])
    assert "style" not in found


def test_orders_alone_are_lines():
    """Without lines each order is one; dates without times tell weekends from working days."""
    orders = shop()[0].assign(ordered_at=AT.normalize())
    found = pt.bought(orders)
    assert found["hours"].tolist() == ["weekend", "working day", "working day"]
    assert found["amount"].tolist() == [10.0, 40.0, 20.0]
    assert "category" not in found


def test_a_share_is_averaged_with_four_lines_of_everybody():
    """By hand: b bought 1 shirt of 1; of all lines 2 of 3 are shirts: (1 + 4 · 2/3) / 5."""
    found = pt.traits(pt.bought(*shop()), 1)
    assert "category shirt" not in found  # of two names the first says it all
    assert found.loc["b", "category dress"] == pytest.approx((0 + 4 / 3) / 5)
    assert found.loc["a", "category dress"] == pytest.approx((1 + 4 / 3) / 6)
    assert found.loc["b", "price level"] == pytest.approx(np.log(2) / 2 / 5)


def test_fewer_lines_are_asked_for_where_few_have_many():
    """A hundred customers are kept if there are so many; else all."""
    lines = pd.DataFrame({"customer_id": np.repeat(np.arange(150), np.repeat([1, 5], [30, 120]))})
    assert pt.fewest(lines, 8) == 5
    assert pt.fewest(lines, 3) == 3
    assert pt.fewest(lines.head(20), 8) == 1


def test_dealt_lines_keep_numbers_and_lose_tastes():
    """Everybody has as many lines as before, the shop sold the same; the customers no longer differ by more than chance."""
    rng = np.random.default_rng(1)
    who = np.repeat(np.arange(200), 10)
    taste = np.where(who % 2, "dress", "shirt")
    lines = pd.DataFrame(
        {
            "customer_id": who,
            "order_id": np.arange(2000),
            "category": taste,
            "dear": rng.normal(size=2000),
            "hours": "night",
        }
    )
    dealt = pt.shuffled(lines, 1)
    assert dealt["customer_id"].equals(lines["customer_id"])
    assert dealt["category"].value_counts().equals(lines["category"].value_counts())
    shares = dealt["category"].eq("dress").groupby(dealt["customer_id"]).mean()
    assert shares.var() == pytest.approx(0.25 / 10, rel=0.3)


def test_one_or_many_categories():
    """Counted from three lines on: fewer say nothing."""
    lines = pd.DataFrame(
        {
            "customer_id": ["a"] * 3 + ["b"] * 4 + ["c"] * 2,
            "category": ["x", "x", "x", "x", "y", "z", "w", "x", "y"],
        }
    )
    assert pt.category_count(lines).to_dict() == {"a": "one", "b": "four or more"}


def test_hours_are_counted_by_visit():
    """Ten lines of one order are one visit: one evening of two, averaged with four visits of everybody."""
    lines = pd.DataFrame(
        {
            "customer_id": ["a"] * 11 + ["b"],
            "order_id": ["1"] * 10 + ["2", "3"],
            "hours": ["morning"] * 10 + ["evening"] * 2,
            "dear": 0.0,
        }
    )
    found = pt.traits(lines, 1)
    assert found.loc["a", "hours evening"] == pytest.approx((1 + 4 * 2 / 3) / (2 + 4))
    dealt = pt.shuffled(lines, 1)
    assert len(dealt.drop_duplicates(["order_id", "hours"])) == 3


def test_goods_of_no_known_kind_have_no_share():
    """A list of products may lack most of what was sold: shares are of the lines whose kind is known, by hand."""
    orders, lines, products = shop()
    more = lines.assign(line=2, product_id="not listed")
    with_gaps, known = (pt.bought(orders, sold, products) for sold in (pd.concat([lines, more]), lines))
    pd.testing.assert_frame_equal(
        pt.traits(with_gaps, 1).filter(like="category"), pt.traits(known, 1).filter(like="category")
    )
    shares = pt.choice_shares(
        known.assign(category=known["category"].where(known["customer_id"] == "a")), "category"
    )
    assert shares.squeeze().to_dict() == {
        "a": 1 / 2,
        "b": 1 / 2,
    }  # b of whom nothing is known is as everybody
    assert pt.traits(with_gaps.assign(category=None), 1).filter(like="category").empty
