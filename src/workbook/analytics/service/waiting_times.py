"""How long tickets wait, those that still wait counted as such.

Times run by the clock, nights and Sundays included. A ticket that is still open has waited until the end of ``as_of``
at least: it is *censored* (Kaplan & Meier 1958, doi 10.1080/01621459.1958.10501452). So is one whose customer gave up
before an answer, at the moment of giving up. The definitions are those of docs/glossary.md.
"""

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.survival import survival
from workbook.tables.errors import choose

DAY, HOUR = pd.Timedelta(days=1), pd.Timedelta(hours=1)
# Each clock starts when a ticket comes in, and stops at a time of its own.
CLOCKS = {"first response": "first_response_at", "answer": "answered_at", "resolution": "resolved_at"}
TOTALS = ["hand_offs", "agent_minutes", "cost", "self_served"]  # known when a ticket is over, not before
STATES = ["resolved", "abandoned", "open"]
# Channels as the course counts them; a channel that isn't here stands for itself.
DESKS = pd.Series(
    {
        "chat": "online",
        "e-mail": "online",
        "email": "online",
        "phone": "phone",
        "app": "app",
        "store": "store",
    }
)
PULLED = 1.2  # times the median; a mean beyond is far from what most customers meet
MOST_DESKS = 6  # more of them can't be compared at a glance


def as_known(tickets: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tickets as they stood at the end of ``as_of``: later ones are gone, later times are empty.

    What is only known when a ticket is over (`TOTALS`) is empty for those that were open. A column ``state`` has one of
    `STATES`, a column ``desk`` the channel as the course counts them, see `desks`.

    Tickets that were discarded (`discarded`) are left out. Abandoned is a ticket whose customer gave up, and that nobody answered after all. Whatever the system wrote as its
    end is no resolution.
    """
    over = as_of + DAY
    known = tickets[(tickets["opened_at"] < over) & ~is_discarded(tickets)].reset_index(drop=True)
    times = {c: known[c].where(known[c] < over) for c in [*CLOCKS.values(), "abandoned_at"]}
    gave_up = times["abandoned_at"].notna() & times["answered_at"].isna()
    times["abandoned_at"] = times["abandoned_at"].where(gave_up)
    times["first_response_at"] = times["first_response_at"].mask(
        times["first_response_at"] > times["abandoned_at"]
    )
    times["resolved_at"] = times["resolved_at"].mask(gave_up)
    state = np.select([times["resolved_at"].notna(), gave_up], STATES[:2], STATES[2])
    totals = {c: known[c].mask(state == "open") for c in TOTALS}
    by = known["first_response_by"].where(times["first_response_at"].notna())
    return known.assign(**times, **totals, first_response_by=by, state=state, desk=desks(known["channel"]))


def is_discarded(tickets: pd.DataFrame) -> pd.Series:
    """Whether each ticket ended without being dealt with, as spam, a duplicate or the like, so that nobody waits for it."""
    return tickets.get("discarded_as", pd.Series(pd.NA, index=tickets.index)).notna()


@dataclass(frozen=True)
class Discarded:
    """Tickets that were discarded: case some or none, how many of how many, and the kinds with their numbers."""

    case: str
    tickets: int
    of: int
    kinds: list[str]


def discarded(tickets: pd.DataFrame, as_of: pd.Timestamp) -> Discarded:
    """The tickets that `as_known` leaves out, by how they ended."""
    came = tickets[tickets["opened_at"] < as_of + DAY]
    gone = came.loc[is_discarded(came)].reindex(columns=["discarded_as"])["discarded_as"].value_counts()
    kinds = [f"{kind} ({n:,})" for kind, n in gone.items()]
    return Discarded("some" if len(gone) else "none", int(gone.sum()), len(came), kinds)


def desks(channel: pd.Series) -> pd.Series:
    """The desk of each ticket by its channel: `DESKS`; of a shop with many channels the largest, and all others as one."""
    desk = channel.str.strip().str.casefold().map(DESKS).fillna(channel).fillna("not on record")
    large = desk.value_counts().index
    return desk if len(large) <= MOST_DESKS else desk.where(desk.isin(large[:MOST_DESKS]), "all others")


def waits(known: pd.DataFrame, clock: str, as_of: pd.Timestamp) -> pd.DataFrame:
    """Hours that each ticket waited on a clock: so far where it still waits, until the customer gave up where he did.

    Parameters
    ----------
    known : from `as_known`
    clock : first response (of a machine or a person), answer (of a person) or resolution

    Returns
    -------
    pandas.DataFrame
        hours, event_observed (whether the wait came to its end), abandoned and customer_id, index as in ``known``; neither
        observed nor abandoned is still waiting. Tickets that needed no answer are left out: self-served, or resolved without
        one. No rows at all if this time was never recorded.

    Raises
    ------
    DataError
        for another clock.
    """
    if clock not in CLOCKS:
        raise choose("clock", clock, CLOCKS)
    stop, gave_up = known[CLOCKS[clock]], known["abandoned_at"]
    hours = (stop.fillna(gave_up).fillna(as_of + DAY) - known["opened_at"]) / HOUR
    counts = (stop.notna() | known["resolved_at"].isna()) & (hours >= 0) & bool(stop.notna().any())
    if clock == "answer":
        counts &= ~known["self_served"].fillna(False).astype(bool)
    ended = stop.notna()
    found = {"hours": hours, "event_observed": ended, "abandoned": gave_up.notna() & ~ended}
    return pd.DataFrame(found | {"customer_id": known["customer_id"]})[counts]


def quantile(waited: pd.DataFrame, share: float = 0.5, level: float = 0.95) -> Estimate:
    """Hours after which ``share`` of the tickets are through, those still waiting counted as such.

    Where customers gave up, it is the wait of one who doesn't: as long as those who gave up would have waited like the
    others from then on (independent censoring), which the data can't show. The more gave up, the more hangs on it, so
    their number belongs beside it.

    Kaplan and Meier's estimate; the interval covers the true quantile in about ``level`` of samples of customers, with all
    their tickets (`survival`; Brookmeyer & Crowley 1982, doi 10.2307/2530286, on the log(−log) scale).

    Parameters
    ----------
    waited : from `waits`

    Returns
    -------
    Estimate
        in hours, of so many tickets; unknown where too few are through.
    """
    n = len(waited)
    if not waited["event_observed"].any():
        return Estimate(unit="hours", n=n)
    curve = survival(waited["hours"], waited["event_observed"], waited.get("customer_id"))
    left, reach = curve["left"].to_numpy(), stats.norm.ppf(0.5 + level / 2)
    with np.errstate(all="ignore"):
        spread = reach * curve["error"].to_numpy() / np.abs(np.log(left))
        lower, upper = (np.exp(np.log(left) * np.exp(side * spread)) for side in (1, -1))
    # Where nobody or everybody is through, the scale isn't defined: above, nothing is sure then.
    times = curve.index.to_numpy()
    low = passed(times, np.where(np.isfinite(lower), lower, left), share)
    high = passed(times, np.where(np.isfinite(upper), upper, 1.0), share)
    return Estimate(passed(times, left, share), low, high, "hours", n)


def passed(times: np.ndarray, left: np.ndarray, share: float) -> float:
    """First time at which ``share`` is through; the middle to the next one where it is exactly so; or missing."""
    over = 1 - left - share
    at = np.flatnonzero(over > -1e-9)[:2]
    if not len(at):
        return np.nan
    return float(times[at[: 2 if abs(over[at[0]]) < 1e-9 else 1]].mean())


def waiting(waited: pd.DataFrame, hours: np.ndarray) -> np.ndarray:
    """Share of tickets still waiting after each of ``hours``, by Kaplan and Meier; missing past the longest wait."""
    if waited.empty:
        return np.full(len(hours), np.nan)
    curve = survival(waited["hours"], waited["event_observed"])
    left = np.concatenate([[1.0], curve["left"]])[np.searchsorted(curve.index, hours, side="right")]
    return np.where(hours <= waited["hours"].max(), left, np.nan)


def wait_table(waited: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Tickets, median with its interval, 90th percentile, how many still wait and how many gave up, a row a group."""
    rows: dict[Hashable, dict[str, float]] = {}
    for name, group in waited.groupby(by.reindex(waited.index), observed=True):
        median = quantile(group)
        rows[name] = {
            "tickets": len(group), "median": median.value, "low": median.low, "high": median.high,
            "p90": quantile(group, 0.9).value, "abandoned": int(group["abandoned"].sum()),
            "still waiting": int((~group["event_observed"] & ~group["abandoned"]).sum()),
        }  # fmt: skip
    columns = ["tickets", "median", "low", "high", "p90", "still waiting", "abandoned"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return table.astype({"tickets": int, "still waiting": int, "abandoned": int})


def within(known: pd.DataFrame, clock: str, limit: pd.Timedelta, as_of: pd.Timestamp) -> pd.Series:
    """Whether each ticket was through within the limit, of those that came in at least so long ago; index as ``known``.

    An abandoned ticket was not.
    """
    timed = waits(known, clock, as_of)
    due = known["opened_at"].reindex(timed.index) + limit < as_of + DAY
    return (timed["event_observed"] & (timed["hours"] <= limit / HOUR))[due]


def person_clock(known: pd.DataFrame) -> str:
    """The clock that says when a person helped: the answer where its time is on record, else the resolution."""
    return "answer" if known["answered_at"].notna().any() else "resolution"


def ended(known: pd.DataFrame, clock: str) -> pd.DataFrame:
    """Tickets whose wait on a clock is over, and how many ``hours`` it took; the others are left out."""
    hours = (known[CLOCKS[clock]] - known["opened_at"]) / HOUR
    return known.assign(hours=hours).dropna(subset="hours").query("hours >= 0")


def slowest(grid: pd.DataFrame) -> list[str]:
    """For each row of a `median_grid` the column with the longest median, in words: "online at severity 1"; one for all as "each"."""
    longest = grid.dropna(how="all").idxmax(axis=1)
    if len(set(longest)) == 1:
        return [f"{longest.iloc[0]} at each {grid.index.name}"]
    return [f"{column} at {grid.index.name} {row}" for row, column in longest.items()]


@dataclass(frozen=True)
class MeanAndMedian:
    """Mean and median of one and the same times; case pulled (the mean is far longer), alike, or unknown."""

    case: str
    mean: Estimate
    median: Estimate
    slowest_tenth: Estimate
    factor: Estimate


def mean_and_median(hours: pd.Series) -> MeanAndMedian:
    """Whether a few long times pull the mean away from the median.

    Parameters
    ----------
    hours : without missing ones
    """
    mean, median, slow = hours.mean(), hours.median(), hours.quantile(0.9)
    factor = mean / median if median else np.nan
    case = "pulled" if factor > PULLED else "alike" if factor > 0 else "unknown"
    in_hours = [Estimate(float(value), unit="hours", n=len(hours)) for value in (mean, median, slow)]
    return MeanAndMedian(case, in_hours[0], in_hours[1], in_hours[2], Estimate(float(factor)))


def median_grid(waited: pd.DataFrame, rows: pd.Series, columns: pd.Series) -> pd.DataFrame:
    """Median hours of each group of rows and columns, open tickets counted.

    Parameters
    ----------
    waited : from `waits`
    rows, columns : group of each ticket; index as in ``waited`` or more
    """
    names = ["rows", "columns"]
    groups = waited.assign(rows=rows, columns=columns).dropna(subset=names).groupby(names, observed=True)
    found = pd.DataFrame(
        [(*group, quantile(part).value) for group, part in groups], columns=[*names, "hours"]
    )
    table = found.pivot_table(index="rows", columns="columns", values="hours")
    return table.rename_axis(index=rows.name, columns=columns.name)
