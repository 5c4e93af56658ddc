"""What goes with what, while what is bought on the whole stays as it is. Seeds are fixed."""

import numpy as np
import pytest
from scipy import stats

from workbook.retailer.sales import sequence

LEAST = 1e-4  # a true hypothesis fails such a test once in ten thousand seeds


def test_runs_by_hand(monkeypatch):
    """A line goes on from the customer's line before, never from another customer's; orders lie in the order of time."""
    monkeypatch.setattr(sequence, "IN_BASKET", 1.0)
    monkeypatch.setattr(sequence, "NEXT_ORDER", 0.0)
    who, order = np.array([7, 7, 3, 7, 3, 3]), np.array([0, 0, 1, 2, 3, 3])
    runs = sequence.make_runs(who, order, np.random.default_rng(1))
    assert runs.first.tolist() == [0, 0, 2, 3, 4, 4]
    assert runs.turns.tolist() == [0, 1, 0, 0, 0, 1]
    monkeypatch.setattr(sequence, "NEXT_ORDER", 1.0)
    runs = sequence.make_runs(who, order, np.random.default_rng(1))
    assert runs.first.tolist() == [0, 0, 2, 0, 2, 2]
    assert runs.turns.tolist() == [0, 1, 0, 2, 1, 2]


def test_without_going_on_every_line_is_drawn_by_itself(monkeypatch):
    """Chances of zero remove it."""
    monkeypatch.setattr(sequence, "IN_BASKET", 0.0)
    monkeypatch.setattr(sequence, "NEXT_ORDER", 0.0)
    rng, at = np.random.default_rng(2), np.random.default_rng(3).random(1000)
    runs = sequence.make_runs(np.arange(1000) // 9, np.arange(1000) // 3, rng)
    assert (runs.turns == 0).all()
    assert runs.style(at).tolist() == runs.category(at, rng).tolist() == at.tolist()


@pytest.fixture(scope="module")
def drawn() -> dict[str, np.ndarray]:
    """Numbers of 200,000 customers with five lines each, two and three in an order."""
    rng, n = np.random.default_rng(4), 200_000
    who, order = np.arange(n).repeat(5), (2 * np.arange(n)[:, None] + [0, 0, 1, 1, 1]).ravel()
    runs, at = sequence.make_runs(who, order, rng), rng.random(5 * n)
    return {
        "turns": runs.turns.reshape(n, 5),
        "category": runs.category(at, rng).reshape(n, 5),
        "style": runs.style(at).reshape(n, 5),
    }


@pytest.mark.parametrize("number", ["category", "style"])
@pytest.mark.parametrize("line", range(5))
def test_what_is_bought_on_the_whole_stays_as_it_is(drawn, number, line):
    """At each place in a customer's history the numbers are spread evenly (Kolmogorov-Smirnov)."""
    assert stats.kstest(drawn[number][:, line], "uniform").pvalue > LEAST


def test_how_many_lines_go_on(drawn):
    """In a basket and in the next order, within 4 standard errors."""
    goes_on = drawn["turns"] > 0
    for line, chance in enumerate([0, sequence.IN_BASKET, sequence.NEXT_ORDER, *[sequence.IN_BASKET] * 2]):
        assert abs(goes_on[:, line].mean() - chance) <= 4 * np.sqrt(chance * (1 - chance) / len(goes_on))


def test_a_line_that_goes_on_keeps_the_style_and_turns_the_category(drawn):
    """By `TURN` and at most `WOBBLE` more for each line of the run."""
    second = drawn["turns"][:, 1] == 1
    assert (drawn["style"][second, 1] == drawn["style"][second, 0]).all()
    turned = (drawn["category"][second, 1] - drawn["category"][second, 0]) % 1.0
    assert turned.min() >= sequence.TURN - 1e-12
    assert turned.max() <= sequence.TURN + sequence.WOBBLE
