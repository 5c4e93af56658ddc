"""The weakest products, by hand."""

import pandas as pd
import pytest

from workbook.analytics.recommenders import assortment


def sales(**amounts: float) -> pd.DataFrame:
    """Sales by product."""
    return pd.DataFrame({"amount": amounts})


def test_sales_are_of_a_period():
    """From a day up to another, which isn't in it; the halves of a period meet in its middle."""
    orders = pd.DataFrame(
        {"order_id": ["1", "2"], "ordered_at": pd.to_datetime(["2025-01-01", "2025-01-03"])}
    )
    lines = pd.DataFrame(
        {"order_id": ["1", "2", "2"], "product_id": ["a", "a", "b"], "amount": [1.0, 2.0, 4.0]}
    )
    first, second = assortment.halves(lines, orders, pd.Timestamp("2025-01-01"), pd.Timestamp("2025-01-04"))
    assert first["amount"].to_dict() == {"a": 1.0}
    assert second["amount"].to_dict() == {"a": 2.0, "b": 4.0}


def test_products_that_last():
    """Neither launched nor withdrawn within the data; without days those that were sold."""
    products = pd.DataFrame(
        {
            "product_id": ["a", "b", "c"],
            "launched_on": pd.to_datetime([None, "2025-01-01", None]),
            "withdrawn_on": pd.to_datetime([None, None, "2025-02-01"]),
        }
    )
    assert list(assortment.lasting(products, sales(a=1.0))) == ["a"]
    assert list(assortment.lasting(None, sales(a=1.0, d=1.0))) == ["a", "d"]


def test_the_weakest_by_hand():
    """Of five products e sold nothing; in the next period it brings 5 of 50, and b is the weakest."""
    products = pd.Index(list("abcde"))
    found = assortment.weakest(
        sales(a=40.0, b=30.0, c=20.0, d=10.0), sales(a=20.0, b=1.0, c=14.0, d=10.0, e=5.0), products
    )
    assert (found.case, found.products, found.amount) == ("rises", 1, 5.0)
    assert (found.chosen.value, found.later.value, found.still.value) == (0.0, 0.1, 0.0)
    same = assortment.weakest(sales(a=9.0, b=1.0), sales(a=18.0, b=2.0), pd.Index(["a", "b"]), share=0.5)
    assert (same.case, same.later.value, same.still.value) == ("stays", 0.1, 1.0)
    assert assortment.weakest(sales(), sales(), products).case == "unknown"


def test_concentration_ends_at_one():
    """Two of four products, the weaker ones, bring a quarter."""
    curve = assortment.concentration(sales(a=1.0, b=2.0, c=3.0, d=6.0), pd.Index(list("abcd")))
    assert curve.index.tolist() == [25, 50, 75, 100]
    assert curve.tolist() == pytest.approx([1 / 12, 0.25, 0.5, 1.0])


def test_a_step_up_by_hand():
    """A shirt for 10, then one for 30, then for 20: once up, once down; other categories don't mix."""
    bought = pd.DataFrame(
        {"customer_id": "A", "order_id": list("1234"), "product_id": ["cheap", "coat", "dear", "middle"]}
    )
    products = pd.DataFrame(
        {
            "product_id": ["cheap", "middle", "dear", "coat"],
            "category": ["shirt", "shirt", "shirt", "coat"],
            "list_price": [10.0, 20.0, 30.0, 99.0],
        }
    )
    found = assortment.steps_up(bought, products)
    assert found["pairs"].sum() == 2
    assert found.loc["upper third", ["paid more", "price ratio"]].tolist() == pytest.approx([0, 2 / 3])
    assert found.loc["middle third", ["paid more", "price ratio"]].tolist() == pytest.approx([1, 3.0])
