"""A report of a past day beside what came of it."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.waiting_times import DAY, as_known, wait_table, waits
from workbook.formatting.durations import in_time_unit

LITTLE = 0.1  # of a median; two that are closer tell the same


def hindsight(tickets: pd.DataFrame, past: pd.Timestamp, now: pd.Timestamp) -> pd.DataFrame:
    """Median hours to the end by week: what a report of ``past`` says in two ways, and what came out by ``now``.

    Returns
    -------
    pandas.DataFrame
        Index weeks back (0: the last seven days); tickets, still open, and three medians: resolved only (the open ones
        dropped), open ones counted (`quantile`), as it turned out (by ``now``, those still open counted too). Abandoned
        tickets aren't open; in the last two medians their wait counts up to the moment of giving up.
    """
    then = as_known(tickets, past)
    waited = waits(then, "resolution", past)
    back = ((past + DAY - then["opened_at"]).dt.days // 7).reindex(waited.index)
    week = pd.Series(back.to_numpy(), then.loc[waited.index, "ticket_id"])
    known = as_known(tickets, now)
    later = waits(known[known["ticket_id"].isin(week.index)], "resolution", now)
    counted = wait_table(waited, back)
    return pd.DataFrame({
        "tickets": counted["tickets"],
        "still open": counted["still waiting"],
        "median, resolved only": waited["hours"].where(waited["event_observed"]).groupby(back).median(),
        "median, open ones counted": counted["median"],
        "median as it turned out": wait_table(later, known["ticket_id"].map(week))["median"],
    }).rename_axis("weeks back")  # fmt: skip


def lines(weeks: pd.DataFrame) -> pd.DataFrame:
    """The three medians of `hindsight` as lines over time, the oldest week first, in the unit that fits them."""
    medians, unit = in_time_unit(weeks.filter(like="median").iloc[::-1])
    names = [name.removeprefix("median").strip(", ") for name in medians]
    index = pd.Index(medians.index.astype(str), name="weeks before the report")
    return medians.set_axis(pd.Index(names, name=f"median {unit} to the end"), axis=1).set_axis(index)


@dataclass(frozen=True)
class NewestWeek:
    """How a report of the newest week stood, and what came of it.

    Attributes
    ----------
    case : none_open (nothing was left out), flattered (without the open tickets the median was too short), alike (it came
        out nearly the same), or unknown
    tickets : that came in
    still_open : share of them that was open
    closed, counted, came : median time, of closed tickets only, with the open ones counted, and as it turned out
    """

    case: str
    tickets: int
    still_open: Estimate
    closed: Estimate
    counted: Estimate
    came: Estimate


def newest_week(weeks: pd.DataFrame) -> NewestWeek:
    """The last seven days of a report, see `hindsight`.

    Parameters
    ----------
    weeks : from `hindsight`
    """
    if 0 not in weeks.index:
        nothing = Estimate(unit="hours")
        return NewestWeek("unknown", 0, Estimate(unit="share"), nothing, nothing, nothing)
    row = weeks.loc[0]
    closed, counted, came = (Estimate(float(value), unit="hours") for value in row.filter(like="median"))
    share = Estimate(float(row["still open"] / row["tickets"]), unit="share", n=int(row["tickets"]))
    if not share.value:
        case = "none_open"
    elif not (closed.known and came.known):
        case = "unknown"
    else:
        case = "flattered" if closed.value < (1 - LITTLE) * came.value else "alike"
    return NewestWeek(case, int(row["tickets"]), share, closed, counted, came)
