"""What is known of each customer: by hand on a small history, and against what then happens."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core import truth as part
from workbook.retailer.customers.people import CHANNELS
from workbook.tables import schema
from workbook.tables.dataset import validate


def small() -> SimpleNamespace:
    """Give three customers, four own purchases and a caused one, with an order and a line or two each."""
    return SimpleNamespace(
        people=pd.DataFrame({"rate": [0.1, 0.2, 0.3], "programme": 2.0, "member_from": [0, 1, 9]}),
        bought=pd.DataFrame(
            {
                "who": [0, 1, 1, 2, 1],
                "inner": [1.0, 1.0, 5.0, 1.0, 3.0],
                "nth": [0, 0, 1, 0, -1],
                "cause": ["own"] * 4 + ["missions"],
            }
        ),
        orders=pd.DataFrame({"who": [0, 1, 2, 1, 1], "visit": [0, 1, 3, 4, 2]}),
        lines=pd.DataFrame({"at": [0, 0, 1, 2, 3, 4], "margin": [5.0, 7.0, 1.0, 2.0, 3.0, 4.0]}),
        back=pd.DataFrame({"at": [1, 3]}),
        seen=4,
    )


def test_the_rate_as_it_stands_by_hand():
    """Who has joined buys faster from then on; a purchase that was caused brings nobody nearer to joining."""
    assert part.rates_at(small(), 0.5).tolist() == [0.1, 0.2, 0.3]
    assert part.rates_at(small(), 4.0).tolist() == [0.2, 0.2, 0.3]
    assert part.rates_at(small(), 5.1).tolist() == [0.2, 0.4, 0.3]


def test_the_margin_of_what_comes_back_is_lost_by_hand():
    """An order's margin is that of the lines that stay, and the sales are left as they were."""
    sales = small()
    assert part.order_margins(sales).tolist() == [5.0, 1.0, 0.0, 3.0, 4.0]
    assert sales.lines["margin"].tolist() == [5.0, 7.0, 1.0, 2.0, 3.0, 4.0]


def test_days_with_an_order_by_hand():
    """Two orders of one customer on one day are one purchase; those of two customers, or of two days, are two."""
    times = ["2026-01-01 09:00", "2026-01-01 22:00", "2026-01-02 00:00", "2026-01-01 09:00"]
    found = part.days_with_an_order(pd.DataFrame({"who": [0, 0, 0, 1], "ordered_at": pd.to_datetime(times)}))
    assert found["who"].tolist() == [0, 0, 1]


def test_caused_orders_by_hand():
    """The orders that were seen and came only because of something are named with their cause."""
    orders = pd.DataFrame({"order_id": ["O1", "O2", "O3", "O4"]})
    found = part.caused_orders(small(), orders)
    assert found.to_dict("records") == [{"order_id": "O4", "cause": "missions"}]


def test_channels_without_customers_are_left_out():
    """A channel that won nobody has no worth per customer; the others are worth the mean."""
    sums = pd.DataFrame({"customers": [2, 4], "worth": [10.0, 30.01]}, index=[1, 3])
    found = part.true_channels(sums)
    assert found["channel"].tolist() == CHANNELS["channel"].iloc[[1, 3]].tolist()
    assert found["value_3y"].tolist() == [5.0, 7.5]
    assert found["acquisition_cost"].tolist() == CHANNELS["cost"].iloc[[1, 3]].tolist()


@pytest.fixture(scope="module")
def told(served) -> pd.DataFrame:
    """Give the truth of each customer, validated."""
    truth = {"customers": part.true_customers(served.sales, served.world.service)}
    return validate(truth, schema.TRUTH, served.tables)["customers"]


def test_what_comes_in_the_next_year_is_counted(served, told):
    """Purchases and margins of the 12 months after the data are those of the sales that are yet to come."""
    sales, season = served.sales, served.world.season
    future = sales.bought[sales.bought["inner"] >= season.now]
    by_self = ~told.index.isin(future.loc[future["cause"] != "own", "who"])
    count = future["who"].value_counts().reindex(range(len(told)), fill_value=0)
    assert (told["purchases_12m"] == count)[by_self].all()
    kept = sales.lines.drop(index=sales.back["at"])
    margin = kept[kept["at"] >= sales.seen]
    who = sales.orders["who"].to_numpy()[margin["at"]]
    value = margin["margin"].groupby(who).sum().reindex(range(len(told)), fill_value=0.0)
    np.testing.assert_allclose(told["value_12m"][by_self], value[by_self], atol=0.006)


def test_who_is_active_has_not_left_by_the_end(served, told):
    """Active is who hasn't left by the last day, and of the others nothing is expected."""
    assert (told["active"] == ~(told["dropped_out_at"] <= served.world.season.end)).all()
    assert 0.2 < told["active"].mean() < 0.9
    columns = ["expected_purchases_12m", "expected_value_12m"]
    assert (told.loc[~told["active"], columns] == 0).all(axis=None)
    assert (told.loc[told["active"], columns] > 0).all(axis=None)


def test_what_is_to_come_is_what_customers_do_by_themselves(served, told):
    """An order that marketing of the last days causes after the end isn't the customer's own; who has left has none."""
    bought = served.sales.bought
    future = bought[(bought["inner"] >= served.world.season.now) & (bought["cause"] == "own")]
    own = future["who"].value_counts().reindex(range(len(told)), fill_value=0)
    assert (told["purchases_12m"] == own).all()
    orders = served.sales.orders[served.sales.seen :]
    orders = orders[(bought["cause"] == "own").to_numpy()[orders["visit"]]]
    days = orders["ordered_at"].dt.strftime("%F").groupby(orders["who"]).nunique()
    assert (told["purchase_days_12m"] == days.reindex(range(len(told)), fill_value=0)).all()
    assert (told["purchase_days_12m"] <= told["purchases_12m"]).all()
    assert (told.loc[~told["active"], ["purchases_12m", "value_12m"]] == 0).all(axis=None)


def test_the_programme_is_worth_more_than_none(told):
    """Membership raises the rate, so whoever is active is worth more with it than without, on average."""
    active = told[told["active"]]
    more = active["value_with_programme_12m"].mean() / active["value_without_programme_12m"].mean()
    assert 1.02 < more < 1.10  # 10 % more purchases, less what leaving sooner takes
    between = active["expected_value_12m"].sum()
    assert active["value_without_programme_12m"].sum() < between < active["value_with_programme_12m"].sum()
