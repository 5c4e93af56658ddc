"""The tables as a whole, and the chances behind them."""

import pandas as pd
import pytest

from workbook.retailer.recommendations.recommendations import choices_truth, make_recommendations
from workbook.retailer.sales.assortment import SEASONS, popularity
from workbook.tables.contracts.recommendations import TABLES, TRUTH
from workbook.tables.dataset import validate


@pytest.fixture(scope="module")
def tables(shop):
    """Both tables."""
    made, _ = make_recommendations(
        shop.log, shop.till["orders"], shop.sales, shop.world.goods, shop.season, shop.block
    )
    return made


def test_tables_keep_their_contracts(shop, tables):
    """Keys are unique and refer to sessions and products that exist."""
    validate(tables, TABLES)
    for frame in tables.values():
        assert frame["session_id"].isin(shop.log[0]["sessions"]["session_id"]).all()
        assert frame["product_id"].isin(shop.world.goods.products["product_id"]).all()


def test_the_same_block_gives_the_same_tables(shop, tables):
    """To the bit."""
    again, _ = make_recommendations(
        shop.log, shop.till["orders"], shop.sales, shop.world.goods, shop.season, shop.block
    )
    for name, frame in tables.items():
        pd.testing.assert_frame_equal(frame, again[name], check_exact=True)


def test_the_tile_is_there_for_the_last_months_only(shop, tables):
    """Views are as old as the log, recommendations four months."""
    at = shop.log[0]["sessions"].set_index("session_id")["started_at"]
    first = at.reindex(tables["recommendations"]["session_id"]).min()
    assert first >= pd.Timestamp("2025-09-01")
    assert at.reindex(tables["item_views"]["session_id"]).min() < pd.Timestamp("2025-07-08")


def test_a_new_product_has_the_place_of_the_old_one(shop):
    """Its price step and its usual share are those of the product whose place it takes, which goes the day before."""
    goods = shop.world.goods
    truth = validate(choices_truth(goods), TRUTH, {"products": goods.products})["products"]
    products = goods.products.merge(truth, on="product_id")
    new = products.dropna(subset="launched_on")
    old = products.dropna(subset="withdrawn_on").assign(
        launched_on=lambda p: p["withdrawn_on"] + pd.Timedelta(days=1)
    )
    pairs = new.merge(old, on=["launched_on", "category", "style", "price_step", "usual_share"])
    assert len(pairs) >= len(new) == len(old) > 0
    assert set(pairs["product_id_x"]) == set(new["product_id"])
    on_sale = products[products["withdrawn_on"].isna()]
    assert on_sale["usual_share"].sum() == pytest.approx(popularity().sum(), abs=1e-5)


def test_months_are_those_of_the_world(shop):
    """One row a month, one column a category."""
    seasons = choices_truth(shop.world.goods)["seasons"].set_index("month")
    assert (seasons.to_numpy() == SEASONS.T).all()
