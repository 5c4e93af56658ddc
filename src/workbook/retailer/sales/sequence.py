"""What goes with what: now and then a line goes on from the one before it, in the same basket or in the customer's next order.

Categories and styles of lines are picked by numbers that are spread evenly from 0 to 1. A line that goes on takes those of
the line before: the one for the style as it is, and the one for the category turned on by a part of the whole, from shirts
to trousers, from trousers to knitwear, and so on. A number that is turned on is still spread evenly. So the order in which
things are bought says something, while what a customer buys on the whole, and what a purchase is worth, stay as they were.
"""

from dataclasses import dataclass

import numpy as np

IN_BASKET, NEXT_ORDER = 0.45, 0.30  # chance that a line goes on from the one before it
TURN, WOBBLE = (
    0.17,
    0.10,
)  # by how much the number for the category is turned on, at least, and what may be added


@dataclass(frozen=True)
class Runs:
    """Lines that go on from each other.

    Attributes
    ----------
    first : the line (row) that each line's run begins with
    turns : how many lines of the run come before it
    """

    first: np.ndarray
    turns: np.ndarray

    def style(self, at: np.ndarray) -> np.ndarray:
        """The numbers that styles are picked by, from one drawn for each line."""
        return at[self.first]

    def category(self, at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """The numbers that categories are picked by, from one drawn for each line."""
        turned = self.turns * TURN + np.where(self.turns, rng.uniform(0, WOBBLE, len(at)), 0.0)
        return (at[self.first] + turned) % 1.0


def make_runs(who: np.ndarray, order: np.ndarray, rng: np.random.Generator) -> Runs:
    """Draw which lines go on from the one before.

    Parameters
    ----------
    who, order : of each line, the customer and the order; orders by time
    """
    n = len(who)
    place = np.argsort(who, kind="stable")
    new = np.diff(who[place], prepend=-1) != 0
    same = np.diff(order[place], prepend=-1) == 0
    goes_on = rng.random(n) < np.select([new, same], [0.0, IN_BASKET], NEXT_ORDER)
    begins = np.maximum.accumulate(np.where(goes_on, 0, np.arange(n)))
    first, turns = np.empty(n, dtype=int), np.empty(n, dtype=int)
    first[place], turns[place] = place[begins], np.arange(n) - begins
    return Runs(first, turns)
