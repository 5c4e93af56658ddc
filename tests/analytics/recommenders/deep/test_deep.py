"""What needs the extra `deep`: networks and an encoder on shops whose answer is known. `make deep` runs it."""

import numpy as np
import pandas as pd
import pytest
from tests.analytics.recommenders.conftest import shop_of

from workbook.analytics.recommenders import rankers
from workbook.analytics.recommenders.comparison import single_difference
from workbook.analytics.recommenders.deep import deep_ways, networks, sentences
from workbook.analytics.recommenders.deep.sequences import sequences
from workbook.analytics.recommenders.deep.validation import after, early_stopping, validation
from workbook.analytics.recommenders.histories import purchases, time_split
from workbook.analytics.recommenders.ranking import best, quality
from workbook.tables.extras import not_installed

pytestmark = [
    pytest.mark.deep,
    pytest.mark.skipif(bool(not_installed(["deep"])), reason="the extra deep isn't installed"),
]
DAYS = pd.date_range("2025-01-01", periods=9, freq="7D")
CUT = DAYS[-1]


def shop(histories):
    """A shop where each customer buys a product a week; the last week is the test."""
    rows = [
        (f"C{who:03}", f"O{who:03}-{week}", f"{day:%Y-%m-%d}", product)
        for who, history in enumerate(histories)
        for week, (day, product) in enumerate(zip(DAYS, history, strict=True))
    ]
    return time_split(purchases(*shop_of(rows)), None, CUT)


def turning(first, second):
    """Two products first, then ever that which comes after the one before last: the last one says nothing."""
    history = [first, second]
    while len(history) < len(DAYS):
        history.append((history[-2] + 1) % 6)
    return [f"P{number}" for number in history]


@pytest.mark.parametrize("kind", networks.KINDS)
def test_a_network_learns_what_a_chain_cannot(kind):
    """Where the purchase before last decides, a chain of first order is as good as chance, and the network is right."""
    rng = np.random.default_rng(1)
    split = shop([turning(*rng.integers(0, 6, 2)) for _ in range(400)])
    found = quality(split, best(after(networks.rounds(kind, split, 1), 30), 1))["recall"].mean()
    chain = quality(split, best(rankers.next_item(split), 1))["recall"].mean()
    assert chain < 0.35
    assert found > 0.95


@pytest.mark.parametrize("kind", networks.KINDS)
def test_where_nobody_has_a_taste_a_network_finds_no_more_than_best_sellers(kind):
    """Purchases at random, some products more often: stopped early, a network is not ahead of them."""
    rng = np.random.default_rng(2)
    chance = np.arange(1, 13) / 78
    split = shop([[f"P{p:02}" for p in rng.choice(12, len(DAYS), p=chance)] for _ in range(300)])
    tried = validation(split, None, 7)
    stopped = early_stopping(tried, networks.rounds(kind, tried, 1), 3)
    scores = after(networks.rounds(kind, split, 1), stopped.rounds)
    lists = {"network": best(scores, 3), "popular": best(rankers.popular(split), 3)}
    recall = pd.DataFrame({name: quality(split, items)["recall"] for name, items in lists.items()})
    assert single_difference(recall, "network", "popular").low <= 0


def test_a_network_finds_the_same_each_time():
    """A seed gives the same scores to the bit, whatever else draws in between; another seed gives others."""
    import torch

    split = shop([turning(a, b) for a in range(6) for b in range(6)])
    one, other = (networks.rounds("GRU", split, seed) for seed in (3, 3))
    for _ in range(3):
        first = next(one)
        torch.rand(7)
        assert np.array_equal(first, next(other))
    assert not np.array_equal(first, after(networks.rounds("GRU", split, 4), 3))


def test_settings_of_torch_stay_as_they_were():
    """Whoever uses torch for something else finds threads and random numbers untouched."""
    import torch

    torch.manual_seed(5)
    expected = torch.rand(1)
    torch.manual_seed(5)
    before = (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled())
    next(networks.rounds("LSTM", shop([turning(0, 1)] * 3), 1))
    assert (torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()) == before
    assert torch.equal(torch.rand(1), expected)


def test_a_network_never_sees_what_comes_after_the_cut():
    """Other orders in the test, the same scores."""
    past = [turning(a, b)[:-1] for a in range(6) for b in range(6)]
    one, other = (shop([[*history, last] for history in past]) for last in ("P0", "P5"))
    assert np.array_equal(next(networks.rounds("GRU", one, 1)), next(networks.rounds("GRU", other, 1)))


def test_a_shop_without_a_past_gets_lists_all_the_same():
    """There is nobody to learn from."""
    split = shop([turning(0, 1)])
    first = time_split(split.past, None, DAYS[0])
    assert after(networks.rounds("GRU", first, 1), 2).shape == (0, 0)


TEXTS = pd.Series(
    [
        "A warm wool coat for the winter",
        "Running shoes for sport",
        "A silk dress for the evening",
        "一件冬天穿的保暖羊毛大衣",
        "运动跑步鞋",
        "晚会穿的丝绸连衣裙",
    ]
)


def test_a_sentence_is_near_its_translation():
    """A coat, shoes and a dress, in English and in Chinese: each is nearest to itself in the other language."""
    english, chinese = sentences.sentence_vectors(TEXTS[:3]), sentences.sentence_vectors(TEXTS[3:])
    assert english.shape == chinese.shape == (3, 512)
    assert np.linalg.norm(english.toarray(), axis=1) == pytest.approx(np.ones(3))
    assert english.mean(axis=0) == pytest.approx(np.zeros(512), abs=0.1)
    assert sentences.nearest(chinese, english).tolist() == [0, 1, 2]
    words = rankers.text_vectors(TEXTS)
    assert (words[3:] @ words[:3].T).nnz == 0


def test_a_text_that_is_missing_is_no_error():
    """It has a vector like any other, of no words."""
    assert np.isfinite(sentences.sentence_vectors(pd.Series(["coat", None])).toarray()).all()


def test_all_deep_ways_on_a_small_shop(small):
    """Each gives a score for every person and product; weights add up to 1, and a second time all is the same."""
    products = small.products
    bought = purchases(small.orders, small.order_lines)
    split = time_split(bought, products, small.end - pd.Timedelta(days=90))
    vectors = deep_ways.vectors_of(products)
    one, again = (deep_ways.deep_ways(split, products, vectors, 90, 10, 1) for _ in range(2))
    assert set(one.scores) == {"GRU", "sentences", "looks", "factors", "looks and factors", "fused"}
    assert {scores.shape for scores in one.scores.values()} == {(len(split.people), len(split.products))}
    assert all(np.array_equal(one.scores[name], again.scores[name]) for name in one.scores)
    assert one.weights.sum(axis=1).tolist() == pytest.approx([1, 1])
    assert one.weights.loc["looks and factors", ["GRU", "sentences"]].tolist() == [0, 0]
    assert one.curves["GRU"].idxmax() == one.stopped["GRU"].rounds


def test_what_a_network_remembers_does_not_hang_on_who_is_read_with_whom():
    """A short history beside a long one, or alone: the same chances."""
    short, long = [["P1"] * 2, [f"P{n % 6}" for n in range(8)]]
    rows = [
        (who, f"{who}{n}", f"{DAYS[n]:%Y-%m-%d}", p)
        for who, h in (("a", short), ("b", long))
        for n, p in enumerate(h)
    ]
    split = time_split(purchases(*shop_of(rows)), None, CUT)
    data = sequences(split)
    net = networks.network("GRU", data.products)
    both = networks.chances(net, data, np.array([0, 1]))
    assert both.sum(axis=1) == pytest.approx([1, 1])
    assert networks.chances(net, data, np.array([0]))[0] == pytest.approx(both[0], abs=1e-6)
