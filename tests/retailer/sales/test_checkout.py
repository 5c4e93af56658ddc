"""The checkout: payment and delivery follow the need that speaks; the scene is recorded for some, gifts more often."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.customers.needs import NEEDS, SCENES
from workbook.retailer.sales import checkout

N = 20_000


def orders(online: bool) -> pd.DataFrame:
    """Orders of one customer."""
    return pd.DataFrame({"who": np.zeros(N, dtype=int), "online": online})


def only(need: str, scene: str) -> pd.DataFrame:
    """A customer with one need and one scene."""
    row = {n: float(n == need) for n in NEEDS} | {s: float(s == scene) for s in SCENES}
    return pd.DataFrame([row])


def test_the_tables_fit_each_other():
    """A row a need; the shares of each row add up to one."""
    for table in (checkout.PAYS_IN_STORE, checkout.PAYS_ONLINE, checkout.DELIVERED):
        assert table.shape == (len(NEEDS), 4)
        assert table.sum(axis=1) == pytest.approx(np.ones(len(NEEDS)))


@pytest.mark.parametrize("need", NEEDS)
def test_the_need_picks_payment_and_delivery(need):
    """Who has one need alone pays and has it sent as that need's row says; in a store nothing is sent."""
    row = NEEDS.index(need)
    made = checkout.make_choices(orders(True), only(need, "gift"), Block(1, 0, 1))
    paid = made["payment"].value_counts(normalize=True).reindex(checkout.ONLINE)
    assert paid.to_numpy() == pytest.approx(checkout.PAYS_ONLINE[row], abs=0.02)
    sent = made["delivery"].value_counts(normalize=True).reindex(checkout.DELIVERIES)
    assert sent.to_numpy() == pytest.approx(checkout.DELIVERED[row], abs=0.02)
    in_store = checkout.make_choices(orders(False), only(need, "gift"), Block(1, 0, 1))
    assert in_store["delivery"].isna().all()
    assert set(in_store["payment"]) <= set(checkout.IN_STORE)


@pytest.mark.parametrize("online", [False, True])
def test_a_scene_is_recorded_where_it_was_asked_and_gifts_more_often(online):
    """Everyday orders are recorded as often as somebody asks; gifts to be wrapped are recorded besides."""
    asked = checkout.ASKED[online]
    block = Block(1, 0, 1)
    everyday = checkout.make_choices(orders(online), only("price", "everyday"), block)["scene"]
    assert everyday.notna().mean() == pytest.approx(asked, abs=0.02)
    gift = checkout.make_choices(orders(online), only("price", "gift"), block)["scene"]
    expected = checkout.WRAPPED + (1 - checkout.WRAPPED) * asked
    assert gift.notna().mean() == pytest.approx(expected, abs=0.02)


def test_some_answers_are_slips():
    """Of the answers, SLIPS are any scene; without slips and wrapping every one is true and gifts are as often known."""
    said = checkout.make_choices(orders(False), only("price", "everyday"), Block(1, 0, 1))["scene"].dropna()
    assert (said != "everyday").mean() == pytest.approx(checkout.SLIPS * 2 / 3, abs=0.01)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkout, "SLIPS", 0.0)
        patch.setattr(checkout, "WRAPPED", 0.0)
        gift = checkout.make_choices(orders(False), only("price", "gift"), Block(1, 0, 1))["scene"]
    assert set(gift.dropna()) == {"gift"}
    assert gift.notna().mean() == pytest.approx(checkout.ASKED[False], abs=0.02)
