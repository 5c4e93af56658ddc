"""When to write and when to wait: a decision whose price comes later.

Value iteration knows the chances of the world, Q-learning (Watkins & Dayan 1992, doi 10.1007/BF00992698) only tries and
sees what comes. Both find the value of each action in each state: what it brings now, and what may come after it.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate


class Simulator(Protocol):
    """What is stepped through: states are numbers from 0 on, the last is the end; see `wb.contact_simulator`."""

    @property
    def gone(self) -> int:
        """The last state, which is never left."""

    def start(self, readers: int) -> np.ndarray:
        """States at the beginning."""

    def step(
        self, state: np.ndarray, action: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """States a step later, and rewards."""


def value_iteration(
    chances: np.ndarray, rewards: np.ndarray, discount: float, close: float = 1e-10
) -> np.ndarray:
    """Value of each action in each state under the best policy, (actions, states), by Bellman's equation.

    Parameters
    ----------
    chances : of each next state, (actions, states, states)
    rewards : expected, (actions, states)
    discount : what the next step is worth today, below 1
    close : largest change of the last round
    """
    q = np.zeros_like(rewards)
    while True:
        better = rewards + discount * chances @ q.max(axis=0)
        if np.abs(better - q).max() < close:
            return better
        q = better


def policy_value(chances: np.ndarray, rewards: np.ndarray, discount: float, policy: np.ndarray) -> np.ndarray:
    """Value of each state under a policy, (states,): an action each, or a row of chances of the actions each."""
    states = np.arange(rewards.shape[1])
    mix = np.eye(len(rewards))[policy] if np.ndim(policy) == 1 else np.asarray(policy)
    moves = np.einsum("sa,ast->st", mix, chances)
    gains = np.einsum("sa,as->s", mix, rewards)
    found: np.ndarray = np.linalg.solve(np.eye(len(states)) - discount * moves, gains)
    return found


def q_learning(
    simulator: Simulator,
    states: int,
    *,
    actions: int = 2,
    discount: float = 0.95,
    readers: int = 3000,
    weeks: int = 2000,
    seed: int = 0,
) -> np.ndarray:
    """Learn the value of each action in each state from trying, (actions, states), knowing nothing of the chances.

    Many readers are written to at random, week by week; each week moves the value of an action towards what it brought and
    the best that can follow, by a step of 1 / (1 + (1 - discount) × weeks in which it was tried) (Wainwright 2019, arXiv
    1905.06265). Who has unsubscribed is replaced by a new reader.
    """
    rng = np.random.default_rng(seed)
    q, tried = np.zeros(actions * states), np.zeros(actions * states)
    state = simulator.start(readers)
    for _ in range(weeks):
        action = rng.integers(0, actions, readers)
        after, reward = simulator.step(state, action, rng)
        aim = reward + discount * q.reshape(actions, states).max(axis=0)[after]
        pair = action * states + state
        number = np.bincount(pair, minlength=len(q))
        seen = number > 0
        tried[seen] += 1
        mean = np.bincount(pair, aim, minlength=len(q))[seen] / number[seen]
        q[seen] += (mean - q[seen]) / (1 + (1 - discount) * tried[seen])
        state = np.where(after == simulator.gone, simulator.start(readers), after)
    return q.reshape(actions, states)


@dataclass(frozen=True)
class Plan:
    """What it is worth to write by several plans, from a reader on to whom nobody has written.

    Attributes
    ----------
    never, always, best, learned : value of a plan in money, over all weeks to come
    short : by how much the learned plan falls short of the best, as a share
    """

    never: float
    always: float
    best: float
    learned: float
    short: float

    @property
    def case(self) -> str:
        """Whether to write each week is best: always, or rests where pauses pay."""
        return "always" if self.always > self.best * (1 - 1e-9) else "rests"

    def in_money(self, name: str, currency: str) -> Estimate:
        """One of the values as an estimate in money."""
        return Estimate(getattr(self, name), unit=currency)


def plans(chances: np.ndarray, rewards: np.ndarray, discount: float, learned: np.ndarray) -> Plan:
    """Value of never writing, always writing, the best plan, and the one that Q-learning found.

    Parameters
    ----------
    learned : value of each action in each state, as `q_learning` gives it
    """
    n = rewards.shape[1]
    best = value_iteration(chances, rewards, discount)
    policies = {
        "never": np.zeros(n, dtype=int),
        "always": np.ones(n, dtype=int),
        "best": best.argmax(axis=0),
        "learned": learned.argmax(axis=0),
    }
    value = {name: float(policy_value(chances, rewards, discount, p)[0]) for name, p in policies.items()}
    return Plan(**value, short=1 - value["learned"] / value["best"])


def as_table(states: pd.DataFrame, q: np.ndarray) -> pd.DataFrame:
    """Value of writing less that of waiting, by the weeks before (rows) and whether somebody bought lately (columns)."""
    here = states.assign(gain=q[1] - q[0])[~states["gone"]]
    lately = here["recent"].map({False: "not lately", True: "lately"})
    found = here.assign(bought=lately).pivot_table("gain", ["messages_before", "weeks"], "bought", sort=False)
    found = found.droplevel(0).sort_index(key=lambda w: w.str.count("x"), kind="stable")
    return found[["not lately", "lately"]].rename_axis(index="weeks before", columns="bought")


def as_weeks(table: pd.DataFrame, weeks: int = 12) -> pd.Series:
    """The plan of `as_table` as a row of weeks for each of its columns, from a rested reader on: x to write, . to wait."""
    return (table > 0).apply(in_a_row, weeks=weeks)


def in_a_row(writes: pd.Series, weeks: int) -> str:
    """Weeks one after the other, where each state of the weeks before says whether to write."""
    before, row = "." * len(writes.index[0]), ""
    for _ in range(weeks):
        row += "x" if writes[before] else "."
        before = row[-1] + before[:-1]
    return " ".join(row)
