"""Purchases as sequences of numbers, as a recurrent network reads them."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from workbook.analytics.recommenders.histories import Split

LONGEST = 30  # the last lines of a customer that are read
NOTHING, OTHER = 0, 1  # after the last line; a product that is no longer on sale
FIRST = 2  # the number of the first product


@dataclass(frozen=True)
class Sequences:
    """What each customer bought before the cut, a number a line.

    Attributes
    ----------
    read : the earliest line first, `NOTHING` after the last, (customers, `LONGEST`)
    products : how many can be recommended; their numbers follow on one another from `FIRST`
    """

    read: np.ndarray
    products: int

    @cached_property
    def lines(self) -> np.ndarray:
        """How many lines of each customer are read."""
        return (self.read != NOTHING).sum(axis=1)

    def trimmed(self, some: np.ndarray) -> np.ndarray:
        """``read`` of some customers, up to the last line that any of them has."""
        return self.read[some, : self.lines[some].max(initial=0)]

    def batches(self, order: np.ndarray, size: int) -> list[np.ndarray]:
        """Customers in some order, in groups with about as many lines; those with one line have nothing that came next."""
        several = order[self.lines[order] > 1]
        by_length = several[np.argsort(self.lines[several], kind="stable")]
        return [by_length[begin : begin + size] for begin in range(0, len(by_length), size)]


def sequences(split: Split, longest: int = LONGEST) -> Sequences:
    """The last lines of every customer, in the order of ``split.customers``."""
    lines = split.past
    number = split.products.get_indexer(lines["product_id"])
    number = np.where(number < 0, OTHER, number + FIRST)
    row = pd.Series(split.customers.get_indexer(lines["customer_id"]))
    late = row.groupby(row).cumcount(ascending=False) < longest
    row, number = row[late], number[late]
    read = np.full((len(split.customers), longest), NOTHING)
    read[row, row.groupby(row).cumcount()] = number
    return Sequences(read, len(split.products))
