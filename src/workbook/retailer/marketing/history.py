"""What customers do of their own accord, and what marketing and trials add to it: the ground of every trial."""

from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from workbook.retailer.core.timeline import Timeline

WINDOW = {  # days of outcome
    "class treatment": 180,
    "coupon test": 60,
    "win-back test": 90,
    "missions": 180,
    "onboarding": 60,
}
EVER = 10_000  # days: the outcome of what lasts runs to the data's end
Span: TypeAlias = pd.Timestamp | pd.DatetimeIndex  # a moment for all, or one for each
CAUSED = ["who", "ordered_at"]
ADDED = ["cause", "who", "start", "stop", "orders"]


@dataclass(frozen=True)
class History:
    """What each customer has done by itself: the ground on which trials add.

    Attributes
    ----------
    people : rows of customers
    bought : every purchase: who, inner, nth, left
    orders : every order of those purchases: who, ordered_at, amount
    timeline : of the world
    caused : orders that marketing, and trials before this one, added: who, ordered_at
    added : orders that these were expected to add, as their chances say: cause, who, orders, spread evenly from start to
        stop (times); those of missions are not among them, as these make customers buy faster
    faster : by how much missions raise each one's rate while they last
    dropout : each one's chance to leave after a purchase, since missions have begun
    """

    people: pd.DataFrame
    bought: pd.DataFrame
    orders: pd.DataFrame
    timeline: Timeline
    caused: pd.DataFrame | None = None
    added: pd.DataFrame | None = None
    faster: np.ndarray | None = None
    dropout: np.ndarray | None = None

    def after(self, caused: pd.DataFrame, added: pd.DataFrame | None = None) -> "History":
        """Return the history with some caused orders more, and those that were expected."""
        return replace(self, caused=joined(self.caused, caused[CAUSED]), added=joined(self.added, added))

    def buyers(self, start: Span, stop: Span) -> np.ndarray:
        """Customers who order in a window, or in their own, of their own accord or not."""
        orders = self.orders if self.caused is None else pd.concat([self.orders[CAUSED], self.caused])
        first, last = (each(m, orders["who"]) for m in (start, stop))
        return np.unique(orders.loc[(orders["ordered_at"] >= first) & (orders["ordered_at"] < last), "who"])

    def expected(self, start: Span, stop: Span, *, but: str = "") -> np.ndarray:
        """Orders that marketing and trials, ``but`` one, are expected to bring each customer in a window.

        Windows that differ are of customers won since the missions began, who are in none of them.
        """
        expected = np.zeros(len(self.people))
        if isinstance(start, pd.Timestamp) and isinstance(stop, pd.Timestamp) and but != "missions":
            expected = self.faster_orders(start, stop)
        if self.added is None:
            return expected
        others = self.added[self.added["cause"] != but]
        first, last = (np.asarray(each(m, others["who"]), "datetime64[ns]") for m in (start, stop))
        begin, end = (others[c].to_numpy("datetime64[ns]") for c in ("start", "stop"))
        inside = np.minimum(end, last) - np.maximum(begin, first)
        share = np.maximum(inside / (end - begin), 0)
        return expected + np.bincount(others["who"], others["orders"] * share, len(self.people))

    @property
    def leaves(self) -> np.ndarray:
        """Each one's chance to leave after a purchase; the inborn one where service has changed nothing."""
        return self.people["dropout"].to_numpy() if self.dropout is None else self.dropout

    def faster_orders(self, start: pd.Timestamp, stop: pd.Timestamp) -> np.ndarray:
        """Orders that missions are expected to bring each customer in a window that begins while they last."""
        _, over = window(self.timeline, "missions")
        if self.faster is None or start >= over:
            return np.zeros(len(self.people))
        state = self.at(start)
        weeks = active_weeks(state, self.timeline, start, min(stop, over), self.leaves)
        return (state["rate"] * self.faster * weeks).to_numpy()

    def at(self, moment: pd.Timestamp) -> pd.DataFrame:
        """Where each customer stands at a moment: spent, last (time of the last order), member, active, rate."""
        n = len(self.people)
        inner = self.timeline.season.inner(moment)
        before = self.orders[self.orders["ordered_at"] < moment]
        done = self.bought[self.bought["inner"] < inner]
        left = done.loc[done["left"], "who"]
        times = np.bincount(done["who"], minlength=n)
        member = times > self.people["member_from"].to_numpy()
        last = before.groupby("who")["ordered_at"].max().reindex(range(n))
        return pd.DataFrame(
            {
                "spent": np.bincount(before["who"], before["amount"], n),
                "last": last.array,
                "member": member,
                "active": (times > 0) & ~np.isin(np.arange(n), left),
                "rate": self.people["rate"].to_numpy()
                * np.where(member, self.people["programme"].to_numpy(), 1.0),
            }
        )


def each(moment: Span, who: pd.Series) -> Span:
    """The moment that counts for each row: the same for all, or that of its customer."""
    return moment if isinstance(moment, pd.Timestamp) else moment[who.to_numpy()]


def joined(before: pd.DataFrame | None, more: pd.DataFrame | None) -> pd.DataFrame | None:
    """Both frames, one below the other, of which either may be missing."""
    both = [frame for frame in (before, more) if frame is not None]
    return pd.concat(both, ignore_index=True) if both else None


def window(timeline: Timeline, name: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First moment of a trial, and the moment when its outcome is counted."""
    start = timeline.start(name)
    return start, min(start + pd.Timedelta(days=WINDOW[name]), timeline.season.end + pd.Timedelta(days=1))


def buys_within(
    state: pd.DataFrame, timeline: Timeline, start: pd.Timestamp, stop: pd.Timestamp
) -> np.ndarray:
    """Chance that each customer buys in a window by itself."""
    weeks = timeline.season.inner(stop) - timeline.season.inner(start)
    return np.where(state["active"], -np.expm1(-state["rate"] * weeks), 0.0)


def active_weeks(
    state: pd.DataFrame, timeline: Timeline, start: pd.Timestamp, stop: pd.Timestamp, dropout: np.ndarray
) -> np.ndarray:
    """Weeks that each customer is expected to stay active in a window, who may leave with each purchase."""
    weeks = timeline.season.inner(stop) - timeline.season.inner(start)
    leaves = (state["rate"] * dropout).to_numpy()
    return np.where(state["active"], -np.expm1(-leaves * weeks) / leaves, 0.0)
