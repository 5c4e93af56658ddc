"""The till's tables and what stands behind them: purchases, orders, lines, in step with each other."""

import numpy as np
import pandas as pd

from workbook.retailer.sales import sales as part
from workbook.tables import schema
from workbook.tables.dataset import validate


def test_the_tills_tables_keep_their_contracts(served):
    """Keys and references hold among customers, orders, lines, returns, products and batches."""
    goods = served.world.goods
    beside = {"products": goods.products, "suppliers": goods.suppliers, "batches": goods.batches}
    shared, _ = served.world.shared()
    validate(served.tables | beside | {"stores": shared["stores"]}, schema.CONTRACTS)


def test_orders_that_are_seen_come_first(served):
    """Orders are by time, and exactly the first ``seen`` lie within the data; the rest is the future."""
    sales, over = served.sales, served.world.season.end + pd.Timedelta(days=1)
    times = sales.orders["ordered_at"]
    assert times.is_monotonic_increasing
    assert (times[: sales.seen] < over).all()
    assert (times[sales.seen :] >= over).all()
    assert 0 < sales.seen < len(times)
    assert len(served.tables["orders"]) == sales.seen
    assert served.tables["order_lines"]["order_id"].nunique() == sales.seen


def test_an_order_belongs_to_its_visit(served):
    """Every order is of the customer whose purchase it is, in the week of the inner clock in which he made it."""
    sales = served.sales
    visit = sales.bought.iloc[sales.orders["visit"]]
    assert (visit["who"].to_numpy() == sales.orders["who"].to_numpy()).all()
    assert set(sales.orders["visit"]) == set(range(len(sales.bought)))
    own = (visit["cause"] == "own").to_numpy()
    first = sales.orders[own].drop_duplicates("visit")
    day = served.world.season.to_time(
        sales.bought["inner"].to_numpy()[first["visit"]], np.random.default_rng(1)
    )
    assert (day.normalize() == first["ordered_at"].dt.normalize().to_numpy()).all()


def test_the_tables_say_what_the_sales_say(served):
    """Customers, amounts, products and batches of the till are those of the rows behind them."""
    sales, tables, goods = served.sales, served.tables, served.world.goods
    orders = sales.orders[: sales.seen]
    assert tables["orders"]["customer_id"].tolist() == sales.ids.to_numpy()[orders["who"]].tolist()
    total = tables["order_lines"].groupby("order_id")["amount"].sum()
    np.testing.assert_allclose(total.loc[tables["orders"]["order_id"]], orders["amount"], atol=1e-6)
    batch = goods.batches.set_index("batch_id")["product_id"].loc[tables["order_lines"]["batch_id"]]
    assert (batch.to_numpy() == tables["order_lines"]["product_id"].to_numpy()).all()


def test_nobody_joins_or_leaves_with_a_purchase_that_was_caused(served):
    """Orders that trials and campaigns add are no purchases of one's own: they have no number and end nothing."""
    bought = served.sales.bought
    caused = bought["cause"] != "own"
    assert 0 < caused.mean() < 0.2
    assert (bought.loc[caused, "nth"] == -1).all()
    assert not bought.loc[caused, "left"].any()
    assert (
        bought[~caused].groupby("who")["nth"].apply(lambda n: (np.sort(n) == np.arange(len(n))).all()).all()
    )


def test_members_are_so_since_the_purchase_with_which_they_joined(served):
    """member_since is the day of the purchase of that number, and empty for whoever hasn't joined by the end."""
    sales, customers = served.sales, served.tables["customers"]
    bought = sales.bought[sales.bought["cause"] == "own"]
    nth = sales.people["member_from"].to_numpy()[bought["who"]]
    joined = bought[(bought["nth"] == nth) & (bought["inner"] < served.world.season.now)]
    assert set(np.flatnonzero(customers["member_since"].notna())) == set(joined["who"])
    day = served.world.season.days[
        np.searchsorted(served.world.season.clock, joined["inner"], side="right") - 1
    ]
    assert (customers["member_since"].to_numpy()[joined["who"]] == day.to_numpy()).all()
    since = customers.dropna(subset="member_since")
    assert (since["member_since"] >= since["joined_on"]).all()


def test_personal_offers_enlarge_baskets_from_their_start_on(served):
    """Before the start, and for the others, the factor is that of loyalty alone; after it the claim comes on top."""
    world, people = served.world, served.sales.people
    start, who = world.timeline.inner("personal offers"), np.arange(len(people))
    for inner, more in ((start - 0.1, 0.0), (start + 0.1, world.claims["clv-analytics"])):
        visits = pd.DataFrame({"who": who, "inner": inner})
        factor = part.basket_factor(visits, people, world.service)
        plain = world.service.basket_factor(people, who, visits["inner"].to_numpy())
        np.testing.assert_allclose(factor, plain * np.where(people["personal"], 1 + more, 1.0))


def test_amounts_by_hand():
    """An order is worth its lines, to the cent; one without lines nothing."""
    lines = pd.DataFrame({"at": [0, 2, 2], "amount": [10.005, 0.1, 0.2]})
    found = part.amounts(pd.DataFrame(index=range(4)), lines)
    assert found.tolist() in ([10.0, 0, 0.3, 0], [10.01, 0, 0.3, 0])  # half a cent either way


def test_returns_are_of_orders_that_are_seen(served):
    """No return of the future, and none of an order of the future; each names an order, a line and its customer."""
    back, orders = served.tables["returns"], served.tables["orders"].set_index("order_id")
    assert (back["returned_at"] < served.world.season.end + pd.Timedelta(days=1)).all()
    assert (back["customer_id"].to_numpy() == orders["customer_id"].loc[back["order_id"]].to_numpy()).all()
    assert len(back) < len(served.sales.back)
    lines = served.tables["order_lines"].set_index(["order_id", "line"])
    came = lines.loc[pd.MultiIndex.from_frame(back[["order_id", "line"]])]
    assert (came["amount"].to_numpy() == back["amount"].to_numpy()).all()
    assert (came["product_id"].to_numpy() == back["product_id"].to_numpy()).all()
