"""What is known before a day, and what comes next."""

import pandas as pd
from tests.analytics.recommenders.conftest import CUT

from workbook.analytics.recommenders import histories


def test_the_next_order_is_the_first_from_the_cut_on(split):
    """Of those who bought before, on the day itself too; later orders and first buyers don't count."""
    assert list(split.people) == ["Anna", "Ben"]
    assert split.upcoming["order_id"].tolist() == ["O5", "O5", "O7"]
    assert (split.past["ordered_at"] < CUT).all()
    assert list(split.customers) == ["Anna", "Ben", "Cleo"]


def test_half_of_short_data_is_left_to_learn_from():
    """The last ten of a hundred days; of eleven days the last five."""
    start = pd.Timestamp("2025-01-01")
    assert histories.cut_day(start, start + pd.Timedelta(days=99), 10) == pd.Timestamp("2025-04-01")
    assert histories.cut_day(start, start + pd.Timedelta(days=10), 122) == pd.Timestamp("2025-01-06")


def test_what_was_bought_is_counted(split):
    """A row a customer, a column a product that is on sale."""
    assert list(split.products) == ["bag", "coat", "shoes"]
    assert split.bought.todense().tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 1]]


def test_products_that_can_be_recommended(bought):
    """Sold before or launched, and not withdrawn: the hat is new, the scarf comes later, the bag has gone."""
    products = pd.DataFrame(
        {
            "product_id": ["bag", "coat", "hat", "scarf", "shoes"],
            "launched_on": pd.to_datetime([None, None, "2025-03-01", "2025-03-02", None]),
            "withdrawn_on": pd.to_datetime(["2025-02-28", "2025-03-01", None, None, None]),
        }
    )
    before = bought[bought["ordered_at"] < CUT]
    assert list(histories.on_sale(products, before, CUT)) == ["coat", "hat", "shoes"]
    assert list(histories.on_sale(products[["product_id"]], before, CUT)) == ["bag", "coat", "shoes"]
    assert list(histories.on_sale(None, before, CUT)) == ["bag", "coat", "shoes"]


def test_of_a_large_assortment_the_best_remain(bought, monkeypatch):
    """The best-selling ones, so that a table of people and products fits into memory."""
    monkeypatch.setattr(histories, "MOST", 1)
    more = pd.concat([bought, bought[bought["product_id"] == "shoes"].assign(order_id="O9")])
    assert list(histories.on_sale(None, more, CUT)) == ["shoes"]


def test_lines_without_a_product_are_left_out():
    """Nobody can recommend what isn't known."""
    orders = pd.DataFrame({"order_id": ["O1"], "customer_id": ["A"], "ordered_at": [CUT]})
    lines = pd.DataFrame({"order_id": ["O1", "O1"], "line": [1, 2], "product_id": [None, "coat"]})
    assert histories.purchases(orders, lines)["product_id"].tolist() == ["coat"]
