"""Visits of recognised members: some end in an order, and the talk goes with it but causes nothing."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.sales import store_visits
from workbook.tables.contracts import sales as contracts


@pytest.fixture(scope="module")
def visits(served) -> pd.DataFrame:
    """Make the visits of 8,000 customers."""
    return make(served)


def make(served) -> pd.DataFrame:
    """Make them as the world does."""
    tables = served.tables
    made, truth = store_visits.make_store_visits(
        served.sales, tables["orders"], tables["customers"]["member_since"], served.world.season, served.block
    )
    assert not truth
    return made["store_visits"]


def test_visits_keep_their_contract(served, visits):
    """Each visit has a member, a store and a time of the last 12 months; staff is named where it did something."""
    contracts.StoreVisits.validate(visits)
    since = served.tables["customers"].set_index("customer_id")["member_since"]
    assert (visits["visited_at"] >= since.reindex(visits["customer_id"]).to_numpy()).all()
    end = served.world.season.end + pd.Timedelta(days=1)
    assert visits["visited_at"].between(end - pd.DateOffset(months=12), end, inclusive="left").all()
    assert (visits["staff_id"].isna() == (visits["interaction"] == "no talk")).all()
    named = visits.dropna(subset="staff_id")
    assert (named["staff_id"].str[:3] == named["store_id"]).all()


def test_visits_with_an_order_are_the_tills(served, visits):
    """Customer, store and minute are those of the order, and no order has two visits."""
    bought = visits.dropna(subset="order_id").merge(
        served.tables["orders"], on="order_id", suffixes=("", "_till")
    )
    assert bought["order_id"].is_unique
    assert (bought["customer_id"] == bought["customer_id_till"]).all()
    assert (bought["store_id"] == bought["store_id_till"]).all()
    assert (bought["visited_at"] == bought["ordered_at"]).all()


def test_a_share_of_members_orders_is_recognised(served, visits):
    """Of members' orders in a store, those of the day of joining apart, a share RECOGNISED."""
    orders = (
        served.tables["orders"].dropna(subset="store_id").merge(served.tables["customers"], on="customer_id")
    )
    begin = served.world.season.end + pd.Timedelta(days=1) - pd.DateOffset(months=12)
    may = orders[
        (orders["ordered_at"] >= orders["member_since"] + pd.Timedelta(days=1))
        & (orders["ordered_at"] >= begin)
    ]
    share = may["order_id"].isin(visits["order_id"]).mean()
    wanted = store_visits.RECOGNISED
    assert abs(share - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / len(may))
    assert visits["order_id"].notna().sum() == may["order_id"].isin(visits["order_id"]).sum()


def test_buyers_talk_longer(visits):
    """Advice and fitting are commoner in visits that ended in an order, as TALKED has it."""
    talk = pd.crosstab(visits["order_id"].notna(), visits["interaction"], normalize="index")
    for row, ordered in enumerate((False, True)):
        n = (visits["order_id"].notna() == ordered).sum()
        for share, name in zip(store_visits.TALKED[row], store_visits.TALKS, strict=True):
            assert abs(talk.loc[ordered, name] - share) < 4.5 * np.sqrt(share * (1 - share) / n)


def test_nobody_recognised_leaves_no_visit(served, monkeypatch):
    """With a share of zero the table is empty and keeps its contract."""
    monkeypatch.setattr(store_visits, "RECOGNISED", 0.0)
    made = make(served)
    assert made.empty
    contracts.StoreVisits.validate(made)


def test_those_who_left_do_not_come_to_look(served, visits):
    """Nobody browses after the purchase with which they left for good."""
    left = pd.Series(store_visits.left_at(served.sales), served.sales.ids)
    looked = visits[visits["order_id"].isna()]
    at = looked["visited_at"].to_numpy().astype("datetime64[s]").astype("int64")
    assert (at - 86_400 <= left.reindex(looked["customer_id"]).to_numpy()).all()
