"""What is recommended: by chances that are logged, and clicked the more the better it fits."""

from dataclasses import replace

import numpy as np
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.recommendations import tile
from workbook.retailer.recommendations.fit import usual


@pytest.fixture(scope="module")
def shown(shop):
    """What the tile showed."""
    return tile.make_tile(shop.visits, shop.fit, shop.shelf, shop.season, shop.block)


def test_chances_of_each_policy_sum_to_one():
    """A session is shown one product; what is similar has the style, another category, and about the price."""
    places = usual().shape[1]
    assert tile.best_sellers().sum(axis=1) == pytest.approx(np.ones(12))
    assert ((tile.best_sellers() > 0).sum(axis=1) == tile.BEST).all()
    assert tile.similar().sum(axis=1) == pytest.approx(np.ones(places))
    assert set(np.flatnonzero(tile.similar()[0])) == {
        32 * c + 4 * step for c in range(1, 8) for step in (0, 1)
    }


@pytest.mark.parametrize("has_bought", [True, False])
def test_propensities_are_chances(has_bought):
    """Over all places of one session they sum to 1; who has bought nothing sees best sellers for what is similar."""
    places = usual().shape[1]
    every, same = np.arange(places), np.zeros(places, dtype=int)
    found = tile.propensities(every, same + 6, same + 40, np.full(places, has_bought))
    assert found.sum() == pytest.approx(1.0)
    best = tile.best_sellers()[6].argmax()
    popular = tile.SHARES[1] + (0 if has_bought else tile.SHARES[2])
    similar = tile.SHARES[2] * tile.similar()[40, best] if has_bought else 0
    expected = tile.SHARES[0] / places + popular * tile.best_sellers()[6, best] + similar
    assert found[best] == pytest.approx(expected)


def test_the_log_is_shown_by_its_propensities(shop, shown):
    """Weighted by 1 / propensity each place has been shown to everybody, on average (within 4 standard errors)."""
    weight = 1 / shown["propensity"].to_numpy() / usual().shape[1]
    assert abs(weight.mean() - 1) < 4 * weight.std() / np.sqrt(len(weight))
    shares = np.bincount(shown["policy"], minlength=3) / len(shown)
    assert abs(shares[0] - tile.SHARES[0]) < 4 * np.sqrt(0.21 / len(shown))


def test_only_what_is_on_sale_is_shown(shop, shown):
    """Nothing before its launch, nothing after another took its place."""
    at = shop.visits.rows["at"].to_numpy()[shown["visit"]].astype("datetime64[s]")
    goods = shop.world.goods.products.iloc[shown["product"]]
    assert (goods["launched_on"].isna().to_numpy() | (goods["launched_on"].to_numpy() <= at)).all()
    over = goods["withdrawn_on"].to_numpy() + np.timedelta64(1, "D")
    assert (goods["withdrawn_on"].isna().to_numpy() | (at < over)).all()


def test_bought_is_what_the_order_has(shop, shown):
    """The products of the order in which the session ended."""
    pairs = set(shop.visits.bought.itertuples(index=False, name=None))
    expected = [pair in pairs for pair in zip(shown["visit"], shown["product"], strict=True)]
    assert shown["bought"].tolist() == expected
    assert shown["bought"].sum() > 0


def test_who_likes_it_clicks(shop, shown):
    """What fits better than it fits others is clicked more often than what doesn't."""
    rows = shop.visits.rows.iloc[shown["visit"]]
    place = tile.place_of(shop.shelf)[shown["product"]]
    lift = shop.fit.lift(rows["who"].to_numpy(), rows["month"].to_numpy(), place)
    fits, not_ = shown["clicked"][lift > 1].mean(), shown["clicked"][lift <= 1].mean()
    assert fits > 1.5 * not_


def test_without_taste_clicks_are_random(shop, monkeypatch):
    """A power of zero removes it: everything is clicked alike."""
    monkeypatch.setattr(tile, "FITS", 0.0)
    flat = tile.make_tile(shop.visits, shop.fit, shop.shelf, shop.season, shop.block)
    place = tile.place_of(shop.shelf)[flat["product"]]
    rows = shop.visits.rows.iloc[flat["visit"]]
    lift = shop.fit.lift(rows["who"].to_numpy(), rows["month"].to_numpy(), place)
    for group in (lift > 1, lift <= 1):
        some = flat["clicked"][group]
        assert abs(some.mean() - tile.CLICK) < 4 * np.sqrt(tile.CLICK * (1 - tile.CLICK) / len(some))


def test_a_session_without_visits_has_no_tile(shop):
    """Nobody looks, nothing is shown."""
    nobody = replace(
        shop.visits, rows=shop.visits.rows[:0], bought=shop.visits.bought[:0], last=shop.visits.last[:0]
    )
    assert tile.make_tile(nobody, shop.fit, shop.shelf, shop.season, Block(1, 0, 5)).empty
