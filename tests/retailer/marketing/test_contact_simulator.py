"""The simulator does what its model says, and its model what the log of messages says."""

import numpy as np
import pytest

from workbook.course.contact_simulation import contact_simulator
from workbook.retailer.marketing.contact_simulator import WAIT, WRITE, ContactSimulator, make_simulator
from workbook.tables.errors import DataError

SIMPLE = ContactSimulator(order=0.1, margin=100.0, cost=1.0, buys=0.2)


def test_states_say_who_was_written_to_and_when():
    """Three weeks, twice for who bought lately, and one state for those who are gone."""
    states = SIMPLE.states
    assert len(states) == 17
    assert states["weeks"].tolist()[:6] == ["...", "...", "x..", "x..", ".x.", ".x."]
    assert states["messages_before"].tolist()[-3:] == [3, 3, 0]
    assert states["gone"].tolist() == [False] * 16 + [True]


def test_weeks_move_on():
    """A message moves one place back each week, and is forgotten after three."""
    sure = ContactSimulator(order=0.0, margin=1.0, cost=0.0, buys=0.0, unsubscribes=0.0)
    state, rng, seen = sure.start(1), np.random.default_rng(0), []
    for action in (WRITE, WAIT, WRITE, WAIT, WAIT, WAIT):
        state, _ = sure.step(state, np.array([action]), rng)
        seen.append(sure.states["weeks"][state[0]])
    assert seen == ["x..", ".x.", "x.x", ".x.", "..x", "..."]


def test_steps_agree_with_the_model():
    """Shares of next states and mean rewards are those of the model, in every state, within four standard errors."""
    chances, rewards = SIMPLE.model()
    rng, n = np.random.default_rng(3), 20_000
    for state in range(17):
        for action in (WAIT, WRITE):
            after, reward = SIMPLE.step(np.full(n, state), np.full(n, action), rng)
            p = chances[action, state]
            error = 4 * np.sqrt(p * (1 - p) / n) + 1e-12
            assert (np.abs(np.bincount(after, minlength=17) / n - p) <= error).all()
            assert abs(reward.mean() - rewards[action, state]) <= 4 * reward.std() / n**0.5 + 1e-12


def test_who_is_gone_stays_gone():
    """Writing to who has unsubscribed brings nothing and costs nothing."""
    after, reward = SIMPLE.step(np.full(9, SIMPLE.gone), np.full(9, WRITE), np.random.default_rng(0))
    assert (after == SIMPLE.gone).all()
    assert (reward == 0).all()


def test_one_message_by_hand():
    """After two messages an order has .65 x .65 of its chance, and to unsubscribe is three times as likely."""
    _, rewards = SIMPLE.model()
    states = SIMPLE.states
    twice = states.index[(states["weeks"] == "xx.") & ~states["recent"]][0]
    assert rewards[WRITE, twice] == pytest.approx(0.1 * 0.65**2 * 100 - 1)
    assert SIMPLE.model()[0][WRITE, twice, SIMPLE.gone] == pytest.approx(0.018)


def test_without_fatigue_each_message_is_as_good_as_the_first():
    """Then writing brings the same in all states of one kind, and nobody leaves."""
    chances, rewards = SIMPLE.without_fatigue().model()
    states = SIMPLE.states
    for recent in (False, True):
        assert np.ptp(rewards[WRITE, (states["recent"] == recent) & ~states["gone"]]) == pytest.approx(0)
    assert chances[:, : SIMPLE.gone, SIMPLE.gone].sum() == 0


def test_a_message_is_worth_what_the_log_says():
    """The simulator's message is the mean over all messages and readers."""
    sim = make_simulator(0.05)
    assert sim.buys == pytest.approx(1 - np.exp(-0.05))
    assert 1 < sim.order * sim.margin < 6


def test_it_is_of_the_shop(small, lanyu):
    """A shop whose customers buy more often has a livelier simulator; without a truth there is none."""
    assert contact_simulator(small).buys != contact_simulator(lanyu).buys
    from dataclasses import replace

    with pytest.raises(DataError, match="synthetic"):
        contact_simulator(replace(small, truth=None))
