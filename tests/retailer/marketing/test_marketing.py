"""What winning and keeping customers costs."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.customers.people import CHANNELS
from workbook.retailer.marketing import marketing
from workbook.retailer.sales.season import make_season


def test_keeping_is_paid_for_half_a_year_after_an_order():
    """A customer who ordered in March and in May costs from March to October, once a month."""
    customers = pd.DataFrame(
        {"customer_id": ["A"], "joined_on": [pd.Timestamp("2025-03-31")], "acquisition_channel": ["search"]}
    )
    orders = pd.DataFrame(
        {"customer_id": ["A", "A"], "ordered_at": pd.to_datetime(["2025-03-31", "2025-05-02"])}
    )
    counted = marketing.counts(customers, orders, make_season(12))
    costs = marketing.make_costs(counted, np.random.default_rng(1))
    keeping = costs[(costs["purpose"] == "keeping") & (costs["cost"] > 0)]
    assert keeping["channel"].eq("search").all()
    assert keeping["month"].tolist() == list(pd.date_range("2025-03-01", "2025-10-01", freq="MS"))
    assert keeping["cost"].eq(marketing.KEEPING).all()
    winning = costs[(costs["purpose"] == "winning") & (costs["cost"] > 0)]
    assert winning[["month", "channel"]].to_numpy().tolist() == [[pd.Timestamp("2025-03-01"), "search"]]


def test_every_month_channel_and_purpose_has_its_row(lanyu):
    """A month without new customers is a row with nothing spent, not a row that lacks."""
    costs = lanyu.marketing_costs
    assert len(costs) == 24 * len(CHANNELS) * 2
    assert not costs.duplicated(["month", "channel", "purpose"]).any()
    assert (costs["month"].dt.day == 1).all()


@pytest.mark.parametrize("channel", CHANNELS["channel"])
def test_winning_costs_what_the_channel_asks(lanyu, channel):
    """Spend over new customers is the channel's true cost, within 4 standard errors of its monthly scatter."""
    costs = lanyu.marketing_costs
    own = lanyu.customers[lanyu.customers["acquisition_channel"] == channel]
    won = own.groupby(own["joined_on"].dt.to_period("M")).size()
    spent = costs.loc[(costs["channel"] == channel) & (costs["purpose"] == "winning"), "cost"].sum()
    true = CHANNELS.set_index("channel").loc[channel, "cost"]
    scatter = np.sqrt(np.exp(marketing.SPREAD**2) - 1)
    error = scatter * np.sqrt((won**2).sum()) / won.sum()
    assert abs(spent / won.sum() / true - 1) < 4 * error
    truth = lanyu.truth["channels"].set_index("channel")
    assert truth.loc[channel, "acquisition_cost"] == true
