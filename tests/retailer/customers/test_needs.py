"""Needs, scenes and kinds: they follow the segment as far as APART says, and what is said of them has gaps and errors."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.customers import needs, personas
from workbook.retailer.customers.needs import BUYS_AS, KINDS, MOVED_BY, NEEDS, SCENES, USED_FOR
from workbook.retailer.customers.personas import SEGMENTS


@pytest.fixture(scope="module")
def people() -> pd.DataFrame:
    """Make customers of all segments, of the same price level and rate."""
    segment = np.random.default_rng(1).choice(len(SEGMENTS), 30_000, p=SEGMENTS["share"])
    return pd.DataFrame({"segment": segment, "price_level": 0.5, "rate": 0.1})


def test_the_tables_fit_each_other():
    """A row for each segment, a column for each need, scene and kind; the shares of a row add up to one."""
    for table, names in ((MOVED_BY, NEEDS), (USED_FOR, SCENES), (BUYS_AS, KINDS[:3])):
        assert table.shape == (len(SEGMENTS), len(names))
        assert table.sum(axis=1) == pytest.approx(np.ones(len(SEGMENTS)))


def test_each_customer_has_shares_around_the_segments(people):
    """Needs, and scenes, of a customer add up to one; their mean over a segment is the segment's, firms apart."""
    found = needs.make_needs(people, Block(1, 0, len(people)))
    assert found[list(NEEDS)].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(people)))
    assert found[list(SCENES)].sum(axis=1).to_numpy() == pytest.approx(np.ones(len(people)))
    assert found.groupby(people["segment"])[list(NEEDS)].mean().to_numpy() == pytest.approx(
        MOVED_BY, abs=0.02
    )
    others = found["kind"] < KINDS.index("firm")
    scenes = found[others].groupby(people["segment"])[list(SCENES)].mean()
    assert scenes.to_numpy() == pytest.approx(USED_FOR, abs=0.02)


def test_when_segments_are_not_apart_all_segments_are_alike(people, monkeypatch):
    """With APART at zero nothing of needs, scenes and kind differs between segments."""
    monkeypatch.setattr(personas, "APART", 0.0)
    found = needs.make_needs(people, Block(1, 0, len(people)))
    mean = found.groupby(people["segment"])[[*NEEDS, *SCENES]].mean()
    assert (mean.max() - mean.min()).max() < 0.03
    kinds = pd.crosstab(people["segment"], found["kind"], normalize="index")
    assert (kinds.max() - kinds.min()).max() < 0.03


def test_who_buys_basic_things_minds_the_price(people):
    """The price weighs more at a low price level and quality less; without WITH_PRICE_LEVEL neither changes."""
    block, low = Block(1, 0, len(people)), people.assign(price_level=0.1)
    at_low, at_half = needs.make_needs(low, block).mean(), needs.make_needs(people, block).mean()
    assert at_low["price"] > at_half["price"] + 0.05
    assert at_low["quality"] < at_half["quality"] - 0.05
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(needs, "WITH_PRICE_LEVEL", 0.0)
        pd.testing.assert_series_equal(needs.make_needs(low, block).mean(), at_half)


def test_a_key_account_is_a_firm_that_buys_often(people):
    """Firms at a rate above KEY_RATE are key accounts, and nobody else is."""
    often = people.assign(rate=np.where(np.arange(len(people)) % 2, 0.3, 0.1))
    kind = needs.make_needs(often, Block(1, 0, len(people)))["kind"]
    assert set(kind[often["rate"] > needs.KEY_RATE]) == {0, 1, 3}
    assert set(kind[often["rate"] < needs.KEY_RATE]) == {0, 1, 2}


def test_firms_are_known_and_households_have_gaps():
    """Every firm and key account is known; of the others KIND_SAID."""
    kind = np.repeat([0, 1, 2, 3], 5000)
    known = needs.kind_known(kind, np.random.default_rng(2)) >= 0
    assert known[10_000:].all()
    assert known[:10_000].mean() == pytest.approx(needs.KIND_SAID, abs=0.02)


def test_an_answer_leaves_the_price_out_at_times():
    """Who is moved by the price alone says quality in PRICE_UNSAID of the answers; who is moved by emotion answers more."""
    price = pd.DataFrame([[1.0, 0, 0, 0]] * 20_000, columns=list(NEEDS))
    said = needs.stated_need(price, np.random.default_rng(3))
    answered = said[said >= 0]
    assert len(answered) / len(said) == pytest.approx(needs.ANSWERS, abs=0.01)
    assert set(answered) == {NEEDS.index("price"), NEEDS.index("quality")}
    assert (answered == NEEDS.index("quality")).mean() == pytest.approx(needs.PRICE_UNSAID, abs=0.03)
    moved = price[["emotion", "quality", "convenience", "price"]].set_axis(list(NEEDS), axis=1)
    assert (needs.stated_need(moved, np.random.default_rng(3)) >= 0).mean() == pytest.approx(0.6, abs=0.02)


def test_names_of_codes():
    """Minus one has no name."""
    assert needs.named(("a", "b"), np.array([1, -1, 0])).fillna("-").tolist() == ["b", "-", "a"]
