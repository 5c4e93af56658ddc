"""One randomised trial, and what it is expected to do: from rates and chances, never from what was then observed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbook.retailer.core.timeline import Timeline
from workbook.retailer.marketing.history import ADDED, EVER, WINDOW, History, Span


@dataclass(frozen=True)
class Trial:
    """One trial.

    Attributes
    ----------
    units : a row per unit: who, arm
    alone : what each arm does to each unit that nothing else brings: arm → as many values as units
    own : what each unit does by itself in the window, in expectation
    caused : the orders that it added: who, ordered_at
    counts : whether outcomes are numbers of orders; else whether there is one, and nobody comes twice
    others : orders that marketing and other trials are expected to bring each unit in the window
    since : where units come one by one, the moment from which the window of each runs
    """

    name: str
    at: pd.Timestamp
    units: pd.DataFrame
    alone: Mapping[str, np.ndarray]
    own: np.ndarray
    caused: pd.DataFrame
    counts: bool = False
    others: np.ndarray | float = 0.0
    since: pd.DatetimeIndex | None = None

    @property
    def without(self) -> np.ndarray:
        """What is expected of each unit without any arm: a number of orders, or the chance of one."""
        return self.own + self.others if self.counts else 1 - self.stays_away

    @property
    def stays_away(self) -> np.ndarray:
        """Chance that nothing brings a unit in the window."""
        return (1 - self.own) * np.exp(-np.asarray(self.others))

    @property
    def effects(self) -> dict[str, np.ndarray]:
        """What each arm would add to each unit, in expectation; nothing where something else brings it anyway."""
        return {arm: alone if self.counts else alone * self.stays_away for arm, alone in self.alone.items()}

    def among(self, history: History) -> "Trial":
        """The trial among all that marketing and other trials are expected to bring."""
        if not self.alone:
            return self
        brought = history.expected(*self.spans(history.timeline, len(history.people)), but=self.name)
        return replace(self, others=brought[self.units["who"]])

    def added(self, timeline: Timeline) -> pd.DataFrame | None:
        """Orders that it is expected to add, as in `History.added`."""
        if not self.alone or self.counts:
            return None
        start, stop = self.span(timeline)
        arm = self.units["arm"].to_numpy()
        orders = np.select([arm == a for a in self.effects], list(self.effects.values()), 0.0)
        rows = pd.DataFrame({"cause": self.name, "who": self.units["who"], "start": start, "stop": stop})
        return rows.assign(orders=orders)[ADDED]

    @property
    def assigned_on(self) -> Span:
        """Day on which the groups were drawn: the day before its window where each unit has its own."""
        return self.at if self.since is None else self.since - pd.Timedelta(days=1)

    def span(self, timeline: Timeline) -> tuple[Span, Span]:
        """First moment of the window of the outcome and the moment after it: for all, or one for each unit."""
        over = timeline.season.end + pd.Timedelta(days=1)
        length = pd.Timedelta(days=WINDOW.get(self.name, EVER))
        if self.since is None:
            return self.at, min(self.at + length, over)
        stop = self.since + length
        return self.since, stop.where(stop < over, over)

    def spans(self, timeline: Timeline, customers: int) -> tuple[Span, Span]:
        """The same, by customer where each unit has a window of its own."""
        start, stop = self.span(timeline)
        if self.since is None:
            return start, stop
        return by_customer(start, self.units["who"], customers), by_customer(
            stop, self.units["who"], customers
        )


def by_customer(moments: Span, who: pd.Series, customers: int) -> pd.DatetimeIndex:
    """The moment of each customer who is a unit; missing for the others."""
    return pd.DatetimeIndex(pd.Series(moments, index=who.to_numpy()).reindex(range(customers)))
