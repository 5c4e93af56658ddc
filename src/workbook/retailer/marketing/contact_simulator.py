"""One reader, week by week: to write or to wait. The same chances as in the log of messages, to be stepped through.

The state of a reader is what the shop can see: in which of the last weeks it wrote, and whether the reader has bought lately;
the last state is that of one who has unsubscribed, and stays so.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

from workbook.retailer.customers.personas import SEGMENTS
from workbook.retailer.marketing import message_values as values

WAIT, WRITE = 0, 1
ACTIONS = ("wait", "write")
COST = 0.05  # CNY of one message


@dataclass(frozen=True)
class ContactSimulator:
    """A simulator of weekly contacts.

    Attributes
    ----------
    order : chance that a message to a rested reader who hasn't bought lately becomes an order
    margin : CNY that such an order leaves
    cost : CNY of one message
    buys : chance that a reader buys in a week without any message, and so has bought lately
    recent_factor : factor on the chance of an order of one who has bought lately
    tiring : factor on it for each message of the weeks before
    unsubscribes : chance to unsubscribe on a message, times one more than those of the weeks before
    memory : weeks for which a message is remembered
    """

    order: float
    margin: float
    cost: float
    buys: float
    recent_factor: float = values.RECENT_CLICKS
    tiring: float = values.TIRING
    unsubscribes: float = values.UNSUBSCRIBES
    memory: int = values.MEMORY

    @property
    def gone(self) -> int:
        """The state of those who have unsubscribed: the last one."""
        return 2 ** (self.memory + 1)

    @cached_property
    def states(self) -> pd.DataFrame:
        """What each state means, a row per state: weeks (written in the last, the one before …), messages_before, recent, gone."""
        number = np.arange(self.gone + 1)
        weeks = number[:, None] >> np.arange(1, self.memory + 1) & 1
        weeks[self.gone] = 0
        marks = ["".join(row) for row in np.where(weeks, "x", ".")]
        return pd.DataFrame(
            {
                "weeks": np.where(number == self.gone, "", marks),
                "messages_before": weeks.sum(axis=1),
                "recent": (number & 1).astype(bool) & (number < self.gone),
                "gone": number == self.gone,
            }
        )

    def without_fatigue(self) -> "ContactSimulator":
        """The same world in which no message tires anybody or makes anybody leave."""
        return replace(self, tiring=1.0, unsubscribes=0.0)

    @cached_property
    def order_chances(self) -> np.ndarray:
        """Chance that a message becomes an order, in each state."""
        states = self.states
        lately = np.where(states["recent"], self.recent_factor, 1.0)
        tired = self.tiring ** states["messages_before"].to_numpy()
        found: np.ndarray = self.order * lately * tired * ~states["gone"].to_numpy()
        return found

    @cached_property
    def leaving(self) -> np.ndarray:
        """Chance to unsubscribe on a message, in each state."""
        states = self.states
        return self.unsubscribes * (1 + states["messages_before"].to_numpy()) * ~states["gone"].to_numpy()

    def start(self, readers: int) -> np.ndarray:
        """So many readers to whom nobody has written, and who haven't bought lately."""
        return np.zeros(readers, dtype=np.int64)

    def step(
        self, state: np.ndarray, action: np.ndarray, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """One week: what each reader's state becomes, and what the week brought in CNY.

        Parameters
        ----------
        state : of each reader
        action : WAIT or WRITE, for each reader; writing to who has unsubscribed does nothing
        """
        luck = rng.random((3, len(state)))
        here = state < self.gone
        write = (np.asarray(action) == WRITE) & here
        ordered = write & (luck[0] < self.order_chances[state])
        leaves = write & (luck[1] < self.leaving[state])
        lately = luck[2] < self.stays_recent[state]
        follows = np.where(here & ~leaves, self.follows(state, write) + lately, self.gone)
        return follows, ordered * self.margin - write * self.cost

    @cached_property
    def stays_recent(self) -> np.ndarray:
        """Chance to have bought lately a week on, in each state."""
        lasts = 1 - 7 / values.RECENT
        return np.where(self.states["recent"], lasts + (1 - lasts) * self.buys, self.buys)

    def follows(self, state: np.ndarray, write: np.ndarray) -> np.ndarray:
        """The state a week on of those who haven't bought lately by then."""
        return ((state >> 1 << 1) | write) % 2**self.memory << 1

    def model(self) -> tuple[np.ndarray, np.ndarray]:
        """What nobody outside can see: chances of each next state (actions, states, states), expected CNY (actions, states)."""
        n, every = self.gone + 1, np.arange(self.gone + 1)
        chances, rewards = np.zeros((2, n, n)), np.zeros((2, n))
        recent, leaves = self.stays_recent, self.leaving
        for action in (WAIT, WRITE):
            next_one = self.follows(every, np.full(n, action == WRITE))
            stays = 1 - leaves * (action == WRITE)
            chances[action, every, next_one] = stays * (1 - recent)
            chances[action, every, next_one + 1] = stays * recent
            chances[action, :, self.gone] = 1 - stays
            chances[action, self.gone] = every == self.gone
        here = every < self.gone
        rewards[WRITE] = (self.order_chances * self.margin - self.cost) * here
        return chances, rewards


def make_simulator(purchase_rate: float) -> ContactSimulator:
    """The simulator of an average message to an average reader.

    Parameters
    ----------
    purchase_rate : purchases a week without any message
    """
    clicks = values.click_chances(np.arange(len(SEGMENTS)), np.zeros(len(SEGMENTS), dtype=bool))
    orders = np.average(clicks, axis=0, weights=SEGMENTS["share"]) * values.order_chances()
    return ContactSimulator(
        order=float(orders.mean()),
        margin=float((orders * values.order_margins()).mean() / orders.mean()),
        cost=COST,
        buys=float(-np.expm1(-purchase_rate)),
    )
