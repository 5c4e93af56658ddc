"""What is sold, and where."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import stream
from workbook.retailer.sales import assortment
from workbook.retailer.sales.season import make_season


@pytest.fixture(scope="module")
def products():
    """Make one assortment."""
    return assortment.make_products(stream(3, "products"))


def test_products_are_by_category_then_price_step(products):
    """The row of a product is worked out from category and step, so the order of rows is a contract."""
    per_category = assortment.STEPS * assortment.PER_STEP
    assert len(products) == len(assortment.CATEGORIES) * per_category
    assert products["product_id"].is_unique
    assert products["category"].tolist() == [
        c for c in assortment.CATEGORIES["category"] for _ in range(per_category)
    ]
    step = products.index // assortment.PER_STEP
    mean = products["list_price"].groupby([products["category"], step]).mean()
    assert mean.groupby("category").apply(lambda prices: prices.is_monotonic_increasing).all()


def test_prices_end_in_nine_and_leave_a_margin(products):
    """A shop's prices look like a shop's, and even a sale earns something."""
    assert (products["list_price"] % 10 == 9).all()
    assert (products["unit_cost"] < 0.8 * products["list_price"]).all()
    assert (products["unit_cost"] > 0).all()


def test_new_products_take_the_place_of_their_kind(products):
    """On each launch day of the data some places get a new product of the same category, step and style; the best seller stays."""
    days = pd.date_range("2024-01-01", "2025-12-31")
    new, place = assortment.make_arrivals(products, days, np.random.default_rng(1))
    assert len(new) == len(place) == 4 * assortment.ARRIVALS
    assert new["launched_on"].dt.strftime("%m-%d").unique().tolist() == ["03-01", "09-01"]
    old = products.iloc[place].reset_index(drop=True)
    assert new[["category", "style"]].equals(old[["category", "style"]])
    assert (new["list_price"] / old["list_price"]).between(0.8, 1.25).all()
    assert (new["unit_cost"] < 0.8 * new["list_price"]).all()
    assert not set(new["product_id"]) & set(products["product_id"])
    assert new["product_id"].is_unique
    assert assortment.popularity().argmax() not in place


def test_without_a_launch_day_nothing_new_comes(products):
    """Days without a launch, or no arrivals, leave the assortment as it is."""
    new, place = assortment.make_arrivals(
        products, pd.date_range("2025-04-01", "2025-08-31"), np.random.default_rng(1)
    )
    assert (len(new), len(place)) == (0, 0)
    assert list(new) == list(products)


def test_stores_are_open_before_the_data_begins():
    """Two stores a city, each older than the longest world that the course uses."""
    stores = assortment.make_stores(stream(3, "stores"))
    assert stores["store_id"].tolist() == [f"S{i:02d}" for i in range(1, 25)]
    assert stores.groupby("city").size().eq(2).all()
    assert stores["name"].is_unique
    assert (stores["opened_on"] < make_season(60).start).all()
