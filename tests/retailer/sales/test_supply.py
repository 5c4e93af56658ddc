"""Suppliers and batches: what a line was sold from, and a fault that an analyst can find."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.timeline import Timeline
from workbook.retailer.core.world import make_world, service_tables
from workbook.retailer.sales.assortment import popularity
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.retailer.sales.season import make_season
from workbook.retailer.sales.supply import BEFORE_LAUNCH, EVERY, SUPPLIERS, Goods, make_shelf, withdrawn

LEAST = 10  # lines sold of a batch before a scan looks at it


def goods_of(months: int, seed: int = 3) -> Goods:
    """Make the goods of a world of so many months."""
    return make_world(customers=1, months=months, seed=seed).goods


def test_a_product_goes_the_day_before_another_takes_its_place():
    """The first of place 1 by hand, the second once the third is there; what stays has no last day."""
    launched = np.array(["2025-03-01", "2025-09-01"], dtype="datetime64[s]")
    shelf = make_shelf(2, np.array([1, 1]), launched, pd.Timestamp("2025-01-01"))
    gone = withdrawn(shelf)
    assert gone[[1, 2]].tolist() == [pd.Timestamp("2025-02-28"), pd.Timestamp("2025-08-31")]
    assert gone[[0, 3]].isna().all()


def test_a_line_is_sold_from_the_newest_batch_by_hand():
    """The batch of a line is its product's newest that is there at the time of the order, the same day included."""
    goods = Goods(
        pd.DataFrame({"product_id": ["P1", "P2"]}),
        pd.DataFrame(),
        pd.DataFrame(
            {
                "product_id": ["P1", "P1", "P2", "P2"],
                "received_on": pd.to_datetime(["2025-01-01", "2025-03-01", "2025-01-02", "2025-02-01"]),
            }
        ),
        faulty=3,
        shelf=make_shelf(2, np.empty(0, dtype=int), np.empty(0, "datetime64[s]"), pd.Timestamp("2025-01-01")),
    )
    times = ["2025-01-05 10:00", "2025-02-28 23:59:59", "2025-03-01 00:00", "2025-12-31 09:00"]
    orders = pd.DataFrame({"ordered_at": pd.to_datetime(times, format="ISO8601")})
    lines = pd.DataFrame({"at": [0, 0, 1, 1, 2, 3, 3], "product": [0, 1, 0, 1, 0, 0, 1]})
    batch = goods.batch_of(lines, orders)
    assert batch.tolist() == [0, 2, 0, 3, 1, 1, 3]
    assert goods.is_faulty(lines.assign(batch=batch)).tolist() == [False] * 3 + [True] + [False] * 2 + [True]
    assert goods.batch_of(lines.head(0), orders.head(0)).tolist() == []


def test_every_line_is_sold_from_the_newest_batch(served):
    """In a whole world no line comes from an older batch, from one to come, or from another product's."""
    lines = served.tables["order_lines"].merge(served.tables["orders"][["order_id", "ordered_at"]])
    batches = served.world.goods.batches.sort_values("received_on")
    wanted = pd.merge_asof(
        lines.sort_values("ordered_at"),
        batches[["product_id", "received_on", "batch_id"]].rename(columns={"batch_id": "newest"}),
        left_on="ordered_at",
        right_on="received_on",
        by="product_id",
    )
    assert len(wanted) > 30_000
    assert (wanted["batch_id"] == wanted["newest"]).all()


@pytest.mark.parametrize("months", [1, 24, 60])
def test_batches_come_by_time_within_a_product(months):
    """Each product has batches in the order of their ids, the first before the first day, and one in each round."""
    goods = goods_of(months)
    batches, season = goods.batches, make_season(months)
    assert batches["batch_id"].is_unique
    assert batches["batch_id"].is_monotonic_increasing
    assert batches["product_id"].unique().tolist() == goods.products["product_id"].tolist()
    launched = goods.products.set_index("product_id")["launched_on"]
    first = batches.groupby("product_id")["received_on"].min()
    before_launch = pd.Timedelta(days=BEFORE_LAUNCH)
    assert (first + before_launch).eq(launched).loc[launched.notna()].all()
    assert first[launched.isna()].max() < season.start
    gone = goods.products["product_id"].take(goods.shelf.row[:-1][np.diff(goods.shelf.place) == 0])
    stays = batches[~batches["product_id"].isin([*gone, *launched.dropna().index])]
    by = stays.groupby("product_id", sort=False)["received_on"]
    assert by.apply(lambda days: days.is_monotonic_increasing and days.is_unique).all()
    rest = by.diff().dropna().dt.days
    assert rest.min() >= EVERY * 7 - 2
    assert rest.max() < 2 * EVERY * 7 + 2
    assert set(batches["supplier_id"]) <= set(goods.suppliers["supplier_id"])
    assert len(goods.suppliers) == len(SUPPLIERS)


def test_a_place_holds_the_product_that_came_last_by_hand():
    """A new product takes a place from its first day on; a time before the first day counts as that day."""
    first = pd.to_datetime(["2025-03-01", "2025-09-01"]).to_numpy()
    shelf = make_shelf(3, np.array([1, 1]), first, pd.Timestamp("2025-01-01"))
    times = ["2024-12-01", "2025-02-28 23:59", "2025-03-01", "2025-08-31 12:00", "2025-09-01 00:00"]
    at = pd.to_datetime(times, format="ISO8601").to_numpy()
    assert shelf.places == 3
    assert shelf.product(np.ones(5, dtype=int), at).tolist() == [1, 1, 3, 3, 4]
    assert shelf.product(np.array([0, 2]), at[-2:]).tolist() == [0, 2]


def test_no_line_is_of_a_product_that_is_not_on_sale(served):
    """New products are sold from their first day on, and what they take the place of until then."""
    lines = served.tables["order_lines"].merge(served.tables["orders"][["order_id", "ordered_at"]])
    goods = served.world.goods
    sold = lines.groupby("product_id")["ordered_at"].agg(["min", "max"])
    launched = goods.products.set_index("product_id")["launched_on"].dropna()
    assert len(launched) > 10
    assert (sold["min"].reindex(launched.index).dropna() >= launched).reindex(
        launched.index
    ).notna().sum() > 5
    assert (sold["min"].reindex(launched.index).fillna(pd.Timestamp.max) >= launched).all()
    place = pd.Series(goods.shelf.place, goods.products["product_id"].take(goods.shelf.row))
    until = pd.Series(goods.shelf.since, place.index).groupby(place.to_numpy()).shift(-1).dropna()
    assert (sold["max"].reindex(until.index).fillna(pd.Timestamp.min) < until).all()


def test_a_product_has_two_suppliers_at_most():
    """Who makes a product stays the same but for a second source."""
    makers = goods_of(60).batches.groupby("product_id")["supplier_id"].nunique()
    assert makers.max() == 2
    assert (makers == 1).any()


@pytest.mark.parametrize("months", [1, 24, 60])
def test_the_faulty_batch_is_of_a_popular_product(months):
    """The faulty batch is of the product that sells best, and comes as near its event as that product's batches allow."""
    goods = goods_of(months)
    batch = goods.batches.iloc[goods.faulty]
    assert batch["product_id"] == goods.products["product_id"][np.argmax(popularity())]
    begins = Timeline(make_season(months)).start("faulty batch")
    assert abs(batch["received_on"] - begins) <= pd.Timedelta(weeks=EVERY)


def scan(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Standardised excess of trouble by batch: complaints about it and returns of it, against the mean of all lines.

    A complaint names order and product, not the batch: that is on the line of the order.
    """
    lines = tables["order_lines"]
    batch = lines.drop_duplicates(["order_id", "product_id"])[["order_id", "product_id", "batch_id"]]
    complaints = tables["complaints"].merge(batch, on=["order_id", "product_id"])["batch_id"]
    returned = tables["returns"].merge(lines[["order_id", "line", "batch_id"]])["batch_id"]
    sold = lines["batch_id"].value_counts()
    trouble = pd.concat([complaints, returned]).value_counts().reindex(sold.index, fill_value=0)
    trouble, sold = trouble[sold >= LEAST], sold[sold >= LEAST]
    expected = sold * trouble.sum() / sold.sum()
    return ((trouble - expected) / np.sqrt(expected)).sort_values(ascending=False)


def test_the_faulty_batch_of_the_bundled_data_is_findable(lanyu):
    """A scan of trouble per line sold puts the faulty batch first, well above the next; the truth agrees."""
    found = scan(lanyu.tables)
    world = make_world()
    assert len(found) > 1000
    assert found.index[0] == world.goods.batches["batch_id"][world.goods.faulty]
    assert found.iloc[0] > 1.5 * found.iloc[1]
    about = lanyu.complaints[lanyu.truth["complaints"]["faulty_batch"].to_numpy()]
    batch = lanyu.order_lines.merge(about[["order_id", "product_id"]])["batch_id"]
    assert found.index[0] in set(batch)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [7, 99])
def test_the_planted_batch_is_findable_in_other_worlds(seed):
    """Not only this seed: the scan finds the faulty batch wherever 5,000 customers are."""
    world = make_world(5000, 24, seed)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block)
    helped, _ = service_tables(sales, world.goods, world.service, tables["orders"]["order_id"], block)
    found = scan(tables | helped)
    assert found.index[0] == world.goods.batches["batch_id"][world.goods.faulty]
    assert found.iloc[0] > 1.5 * found.iloc[1]


def test_pieces_of_the_faulty_batch_come_back_more_often(served):
    """Of the faulty batch a larger share comes back than of its product's other batches, beyond 4 standard errors."""
    goods, lines = served.world.goods, served.sales.lines
    came = np.isin(np.arange(len(lines)), served.sales.back["at"])
    faulty = goods.is_faulty(lines)
    others = (lines["product"] == lines["product"][faulty].iloc[0]).to_numpy() & ~faulty
    bad, usual = came[faulty].mean(), came[others].mean()
    error = np.sqrt(bad * (1 - bad) / faulty.sum() + usual * (1 - usual) / others.sum())
    assert bad - usual > 4 * error
