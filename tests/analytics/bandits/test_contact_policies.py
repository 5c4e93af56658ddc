"""Sequences of contacts: worlds whose values are known by hand or from the textbook."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import contact_policies
from workbook.retailer.marketing.contact_simulator import make_simulator

# Fresh (0) or tired (1): a contact pays 1 or .2 and tires, waiting rests.
CHANCES = np.array([[[1.0, 0.0], [1.0, 0.0]], [[0.0, 1.0], [0.0, 1.0]]])
REWARDS = np.array([[0.0, 0.0], [1.0, 0.2]])


def test_fresh_and_tired_by_hand():
    """Contact, rest, contact: 1/(1 - .81) = 5.263158 when fresh, .9 of it when tired; contact always is worth 2 when tired."""
    q = contact_policies.value_iteration(CHANCES, REWARDS, 0.9)
    assert q.max(axis=0) == pytest.approx([5.263158, 4.736842], abs=1e-6)
    assert q.argmax(axis=0).tolist() == [1, 0]
    always = contact_policies.policy_value(CHANCES, REWARDS, 0.9, np.array([1, 1]))
    assert always[1] == pytest.approx(2.0)


class Tired:
    """The same world, to be stepped through; nobody ever unsubscribes."""

    gone = 2

    def start(self, readers):
        """All fresh."""
        return np.zeros(readers, dtype=int)

    def step(self, state, action, rng):
        """Who was written to is tired, who was not is fresh."""
        return np.asarray(action), REWARDS[action, state]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_q_learning_finds_them_too(seed):
    """From trying alone it comes to the values of value iteration."""
    q = contact_policies.q_learning(Tired(), 2, discount=0.9, readers=20, weeks=3000, seed=seed)
    assert q.max(axis=0) == pytest.approx([5.263158, 4.736842], rel=0.01)


def gridworld():
    """Sutton and Barto's, example 3.5: A pays 10 and leads to A', B pays 5 and leads to B', to leave the grid costs 1."""
    moves = [(-1, 0), (1, 0), (0, -1), (0, 1)]
    chances, rewards = np.zeros((4, 25, 25)), np.zeros((4, 25))
    for state in range(25):
        row, column = divmod(state, 5)
        for action, (down, right) in enumerate(moves):
            to, pay = (row + down, column + right), 0.0
            if (row, column) == (0, 1):
                to, pay = (4, 1), 10.0
            elif (row, column) == (0, 3):
                to, pay = (2, 3), 5.0
            elif not (0 <= to[0] < 5 and 0 <= to[1] < 5):
                to, pay = (row, column), -1.0
            chances[action, state, 5 * to[0] + to[1]], rewards[action, state] = 1.0, pay
    return chances, rewards


RANDOM = [
    [3.3, 8.8, 4.4, 5.3, 1.5],
    [1.5, 3.0, 2.3, 1.9, 0.5],
    [0.1, 0.7, 0.7, 0.4, -0.4],
    [-1.0, -0.4, -0.4, -0.6, -1.2],
    [-1.9, -1.3, -1.2, -1.4, -2.0],
]
BEST = [
    [22.0, 24.4, 22.0, 19.4, 17.5],
    [19.8, 22.0, 19.8, 17.8, 16.0],
    [17.8, 19.8, 17.8, 16.0, 14.4],
    [16.0, 17.8, 16.0, 14.4, 13.0],
    [14.4, 16.0, 14.4, 13.0, 11.7],
]


def test_the_gridworld_of_the_textbook():
    """All fifty values of Sutton and Barto (2018), examples 3.5 and 3.8, to their one decimal."""
    chances, rewards = gridworld()
    even = contact_policies.policy_value(chances, rewards, 0.9, np.full((25, 4), 0.25))
    best = contact_policies.value_iteration(chances, rewards, 0.9).max(axis=0)
    assert even.reshape(5, 5).round(1).tolist() == RANDOM
    assert best.reshape(5, 5).round(1).tolist() == BEST


@pytest.fixture(scope="module")
def reader():
    """The simulator of a shop whose customers buy every twentieth week."""
    return make_simulator(0.05)


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_q_learning_is_within_a_percent_on_the_simulator(reader, seed):
    """The plan that is learned from trying is worth as much as the best one, to a percent."""
    model = reader.model()
    q = contact_policies.q_learning(reader, len(reader.states), seed=seed)
    found = contact_policies.plans(*model, 0.95, q)
    assert 0 <= found.short < 0.01
    best = contact_policies.value_iteration(*model, 0.95)
    assert np.abs(q[:, 0] / best[:, 0] - 1).max() < 0.03


def test_with_fatigue_the_best_plan_rests(reader):
    """To write each week is worth less than to pause, and never to write nothing at all."""
    best = contact_policies.value_iteration(*reader.model(), 0.95)
    found = contact_policies.plans(*reader.model(), 0.95, best)
    assert found.case == "rests"
    assert found.never == 0 < found.always < found.best == pytest.approx(found.learned)


def test_without_fatigue_one_always_writes(reader):
    """Where nothing is lost by a message, each one that pays is sent."""
    model = reader.without_fatigue().model()
    best = contact_policies.value_iteration(*model, 0.95)
    assert (best[1, :-1] > best[0, :-1]).all()
    assert contact_policies.plans(*model, 0.95, best).case == "always"


def test_the_table_of_a_plan(reader):
    """A row for each history of the weeks before, those with fewer messages first; a column for who bought lately."""
    best = contact_policies.value_iteration(*reader.model(), 0.95)
    found = contact_policies.as_table(reader.states, best)
    assert found.index.tolist() == ["...", "x..", ".x.", "..x", "xx.", "x.x", ".xx", "xxx"]
    assert found.loc["...", "lately"] == pytest.approx(best[1, 1] - best[0, 1])


def test_a_plan_as_a_row_of_weeks():
    """Write to who had nothing for two weeks, or a message in the last week alone: two weeks on, two off."""
    table = pd.DataFrame({"lately": [1.0, 0.5, -0.1, -0.2]}, index=["..", "x.", ".x", "xx"])
    assert contact_policies.as_weeks(table, 9)["lately"] == "x x . . x x . . x"
    assert contact_policies.as_weeks(table - 2, 3)["lately"] == ". . ."
