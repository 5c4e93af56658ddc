"""Sessions that came to see a product, and what their customers had bought."""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import seconds
from workbook.retailer.recommendations.visits import last_bought


def test_known_people_who_look_are_visits(shop):
    """Neither strangers nor machines nor rows that stand there twice, and nobody who saw no product."""
    log, rows = shop.log[0]["sessions"].set_index("session_id"), shop.visits.rows
    own = log.loc[rows["session_id"]]
    assert own["customer_id"].notna().all()
    assert "visit" not in set(own["stage"])
    assert not rows["session_id"].isin(shop.log[1]["session_flags"]["session_id"]).any()
    assert (shop.sales.ids.take(rows["who"]).array == own["customer_id"].array).all()
    assert (rows["looked"] >= 1).all()


def test_a_session_that_ends_in_an_order_bought_its_lines(shop):
    """The products of a visit's order are those of its lines."""
    visits, goods = shop.visits, shop.world.goods
    bought = visits.bought.assign(
        session_id=visits.rows["session_id"].take(visits.bought["visit"]).array,
        product_id=goods.products["product_id"].take(visits.bought["product"]).array,
    )
    ended = shop.log[0]["sessions"].dropna(subset="order_id")
    lines = ended.merge(shop.till["order_lines"], on="order_id")
    expected = lines[lines["session_id"].isin(visits.rows["session_id"])]
    pairs = ["session_id", "product_id"]
    assert sorted(bought[pairs].itertuples(index=False)) == sorted(expected[pairs].itertuples(index=False))


def test_the_last_product_before_a_session():
    """The last line of the newest order before it, of the same customer; none for who hasn't bought."""
    day = pd.to_datetime(["2025-01-01", "2025-01-02", "2025-01-03"])
    orders = pd.DataFrame({"who": [4, 5, 4], "ordered_at": day})
    lines = pd.DataFrame({"at": [0, 0, 1, 2], "product": [10, 11, 20, 30]})
    days = ["2025-01-01", "2025-01-02", "2025-01-04", "2025-01-04", "2025-01-04"]
    at = seconds(pd.Series(pd.to_datetime(days)))
    rows = pd.DataFrame({"who": [4, 4, 4, 5, 6], "at": at})
    assert last_bought(rows, lines, orders).tolist() == [-1, 11, 30, 20, -1]
    none = last_bought(rows, lines[:0], orders)
    assert np.array_equal(none, np.full(5, -1))
