"""The chances behind the data are those by which it was made."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.recommenders import true_chances
from workbook.analytics.recommenders.exposure import exposures, of_known, readers
from workbook.analytics.recommenders.histories import purchases, time_split
from workbook.analytics.recommenders.ranking import best, quality
from workbook.retailer.core.world import make_world
from workbook.retailer.customers.people import make_people, make_tastes, step_chances
from workbook.retailer.customers.personas import make_styles
from workbook.retailer.recommendations import tile
from workbook.retailer.recommendations.fit import Fit, usual


@pytest.fixture(scope="module")
def chances(lanyu):
    """Of the bundled shop."""
    return true_chances.true_chances(lanyu.truth, lanyu.products)


@pytest.fixture(scope="module")
def split(lanyu):
    """That of the notebook."""
    bought = purchases(lanyu.orders, lanyu.order_lines)
    return time_split(bought, lanyu.products, pd.Timestamp("2025-09-01"))


def test_chances_are_those_of_the_maker(lanyu, chances):
    """What the truth's tables give is what the retailer draws by, for every product on sale at the end; tastes have four digits."""
    world = make_world()
    block = world.blocks()[0]
    folk = make_people(world.season, block)
    fit = Fit(
        make_tastes(folk, block.rng("tastes")),
        step_chances(folk["price_level"].to_numpy()),
        make_styles(folk["segment"].to_numpy(), block.rng("styles")),
    )
    on_sale = lanyu.products[lanyu.products["withdrawn_on"].isna()]["product_id"]
    place = tile.place_of(world.goods.shelf)[lanyu.products.index[lanyu.products["withdrawn_on"].isna()]]
    who = np.arange(0, 5000, 100)
    ids = lanyu.customers["customer_id"].iloc[who]
    for month in (1, 6, 10):
        told = chances.of(pd.Index(ids), np.full(len(who), month), pd.Index(on_sale))
        of_all = chances.usual(np.array([month]), pd.Index(on_sale))[0]
        np.testing.assert_allclose(of_all, usual()[month - 1, place], rtol=1e-5)
        row, column = np.meshgrid(who, place, indexing="ij")
        lift = fit.lift(row.ravel(), np.full(row.size, month - 1), column.ravel()).reshape(row.shape)
        np.testing.assert_allclose(told, lift * of_all, rtol=0.02, atol=1e-4)
        assert told.sum(axis=1) == pytest.approx(np.ones(len(who)), abs=2e-3)
        click = np.minimum(tile.CLICK * (told / of_all) ** tile.FITS, tile.MOST)
        np.testing.assert_allclose(
            chances.clicks(pd.Index(ids), np.full(len(who), month), pd.Index(on_sale)), click
        )


def test_what_is_expected_of_a_list_is_what_comes(split, chances):
    """The best list by taste holds as much of the next order as expected (within 4 standard errors)."""
    lists = best(true_chances.by_taste(split, chances), 10)
    came = quality(split, lists)["recall"]
    expected = true_chances.expected_recall(split, chances, lists)
    off = came - expected
    assert abs(off.mean()) < 4 * off.std() / np.sqrt(len(off))


def test_the_last_purchase_says_a_little_more(split, chances):
    """With it chances still sum to 1 for each person (tastes have four digits), and the list is no worse."""
    by_taste, more = true_chances.by_taste(split, chances), true_chances.with_last(split, chances)
    assert more.sum(axis=1) == pytest.approx(np.ones(len(more)), abs=5e-4)
    gain = quality(split, best(more, 10))["ndcg"] - quality(split, best(by_taste, 10))["ndcg"]
    assert gain.mean() > -2 * gain.std() / np.sqrt(len(gain))


def test_where_a_turned_number_lands():
    """A number in the first of two halves that is turned on by exactly .5 lies in the second."""
    ends = np.array([[0.5, 1.0]])
    choices = pd.Series({"turn": 0.5, "wobble": 0.0, "goes on in the next order": 0.3})
    assert true_chances.landing(ends, ends, np.array([0]), choices)[0] == pytest.approx([0.0, 1.0])
    quarter = choices.replace(0.5, 0.25)
    assert true_chances.landing(ends, ends, np.array([0]), quarter)[0] == pytest.approx([0.5, 0.5])
    spread = true_chances.triangle(np.array([0.0, 0.125, 0.5, 0.875, 1.0]))
    assert spread == pytest.approx([-1, -0.5, 0, 0.5, 1])


def test_clicks_come_as_often_as_expected(lanyu, split, chances):
    """Of what was shown to customers with a history, within 4 standard errors."""
    log = of_known(exposures(lanyu.recommendations, lanyu.sessions), split)
    log = log[log["product_id"].isin(split.products)].reset_index(drop=True)
    seen = readers(log, split)
    chance = true_chances.session_clicks(log, seen, chances)
    shown = chance[np.arange(len(log)), seen.products.get_indexer(log["product_id"])]
    assert abs(log["clicked"].mean() - shown.mean()) < 4 * np.sqrt((shown * (1 - shown)).sum()) / len(log)


def test_winners_are_named():
    """Who leads offline, and who online."""
    places = pd.DataFrame({"a": [0.1, 0.2, 0.3], "b": [0.4, 0.1, 0.0]}, index=[1, 2, 3])
    found = true_chances.winners(pd.DataFrame([{"a": 0.3, "b": 0.2}] * 20), places, 2)
    assert (found.case, found.offline, found.online, found.both) == ("different", "a", "b", ["a", "b"])
    assert (found.found, found.also, found.clicked, found.less) == pytest.approx((0.3, 0.2, 0.4, 0.1))
    assert (found.last, found.clicked_last, found.less_last) == (2, 0.1, 0.2)
    same = true_chances.winners(pd.DataFrame([{"a": 0.3}] * 20), places[["a"]], 9)
    assert (same.case, same.both, same.last) == ("same", ["a"], 3)
    unknown = true_chances.winners(pd.DataFrame([{"a": 0.3}] * 19), places[["a"]], 2)
    assert (unknown.case, unknown.both) == ("unknown", [])


def test_clicks_by_place_are_means_over_sessions(split):
    """Anna has two sessions, Ben one; each place is the mean of what stands there. No session, no number."""
    log = pd.DataFrame({"customer_id": ["Anna", "Ben", "Anna"]})
    clicks = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]])
    lists = {"x": np.array([[0, 2], [1, 0]])}
    found = true_chances.by_place(clicks, log, split_of_two(split), lists)
    assert found["x"].tolist() == pytest.approx([(0.1 + 0.5 + 0.7) / 3, (0.3 + 0.4 + 0.9) / 3])
    assert found.index.tolist() == [1, 2]
    empty = true_chances.by_place(clicks[:0], log[:0], split_of_two(split), lists)
    assert empty["x"].isna().all()


def split_of_two(split):
    """A split whose people are Anna and Ben."""
    return replace(split, people=pd.Index(["Anna", "Ben"]))
