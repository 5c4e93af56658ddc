"""Which standards of service were kept, and which definition of a service level says what."""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.service.waiting_times import CLOCKS, DAY, HOUR, as_known, is_discarded, waits, within
from workbook.tables.errors import choose

APART = 0.02  # of all cases; what is less makes no difference to anybody
MAJOR = 3  # severity from which on a case is major
# What the course's texts prescribe: which cases, what is timed, and the limit in hours. They contradict each other.
STANDARDS = pd.DataFrame(
    [
        ("reaction in 24 hours", "brand", "all tickets", "answer", 24.0),
        ("answered in 15 minutes", "handbook", "not major", "answer", 0.25),
        ("answered in 15 minutes", "handbook", "major", "answer", 2.0),
        ("handled in 24 hours", "handbook", "not major", "resolution", 24.0),
        ("handled in 24 hours", "handbook", "major", "answer", 48.0),
        ("complaint answered in 48 hours", "handbook", "complaints", "answer", 48.0),
        ("complaint solved in 72 hours", "handbook", "complaints", "resolution", 72.0),
    ],
    columns=["standard", "document", "cases", "clock", "limit_hours"],
)
READINGS = list(STANDARDS["standard"].unique())
WHO = {"a person": False, "person or machine": True}  # who may stop the clock → whether a machine may


def sla_cases(
    known: pd.DataFrame, reading: str, as_of: pd.Timestamp, *, machine_counts: bool = False
) -> pd.DataFrame:
    """Which cases kept a standard, of those that fell due; an open overdue case is not kept, nor is an abandoned one.

    Parameters
    ----------
    known : from `as_known`; for a standard of complaints from `complaint_cases`
    reading : one of `READINGS`
    machine_counts : take a machine's first response for an answer, as some reports do

    Returns
    -------
    pandas.DataFrame
        due_at, kept, closed (whether what is timed has happened), abandoned and customer_id, a row a case due by ``as_of``. Cases of
        unknown severity count as not major; those that needed no answer, or whose time isn't on record, are left out.

    Raises
    ------
    DataError
        for another reading.
    """
    if reading not in READINGS:
        raise choose("reading", reading, READINGS)
    major = known["severity"].ge(MAJOR).fillna(False).astype(bool)
    parts = []
    for rule in STANDARDS[STANDARDS["standard"] == reading].itertuples():
        cases = known[{"major": major, "not major": ~major}.get(str(rule.cases), major | ~major)]
        clock = "first response" if machine_counts and rule.clock == "answer" else str(rule.clock)
        timed = waits(cases, clock, as_of)
        due = cases["opened_at"].reindex(timed.index) + pd.Timedelta(hours=float(rule.limit_hours))
        kept = timed["event_observed"] & (timed["hours"] <= rule.limit_hours)
        found = {"due_at": due, "kept": kept, "closed": timed["event_observed"], "abandoned": timed["abandoned"],
                 "customer_id": timed["customer_id"]}  # fmt: skip
        parts.append(pd.DataFrame(found)[due < as_of + DAY])
    return pd.concat(parts).sort_index()


def on_record(known: pd.DataFrame, rules: pd.DataFrame, *, machine_counts: bool) -> bool:
    """Whether each of a standard's rules finds its time among the cases that it is for; else a part of them would pass for all."""
    kinds = known["severity"].ge(MAJOR).fillna(False).map({True: "major", False: "not major"})
    for kind, clock in zip(rules["cases"], rules["clock"], strict=True):
        column = CLOCKS["first response" if machine_counts and clock == "answer" else clock]
        cases = known[kinds == kind] if kind in ("major", "not major") else known
        if len(cases) and known[column].isna().all():
            return False
    return True


def complaint_cases(complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Complaints as `sla_cases` takes them: an answer is a first response that isn't a machine's."""
    cases = complaints.rename(columns={"complained_at": "opened_at"})
    answered = cases["first_response_at"].where(cases["first_response_by"] != "machine")
    nothing = dict.fromkeys(["hand_offs", "agent_minutes", "cost", "self_served", "severity"], pd.NA)
    cases = cases.assign(answered_at=answered, abandoned_at=pd.NaT, channel="", **nothing)
    return as_known(cases.astype({"severity": "Int64"}), as_of)


def standards_kept(known: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How often each standard was kept, once by persons alone, and once if a machine's message counts as an answer.

    Parameters
    ----------
    known : from `as_known`
    complaints : as they are

    Returns
    -------
    pandas.DataFrame
        index standard and answered by; document, cases that fell due, and the share kept as value with low and high
        (Wilson, 95 %, for independent customers). Standards without a case, or whose times aren't on record, are left out; so is the second row of one
        on which machines make no difference.
    """
    asked = complaint_cases(complaints, as_of)
    rows = {}
    for (reading, document), rules in STANDARDS.groupby(["standard", "document"], sort=False):
        cases = asked if "complaints" in set(rules["cases"]) else known
        for who, machine in WHO.items():
            due = sla_cases(cases, reading, as_of, machine_counts=machine)
            told = on_record(cases, rules, machine_counts=machine)
            if len(due) and told and (not machine or "answer" in set(rules["clock"])):
                ends = share_interval(due["kept"], cluster=due["customer_id"])
                rows[reading, who] = [document, len(due), due["kept"].mean(), *ends]
    index = pd.MultiIndex.from_tuples(rows, names=["standard", "answered by"]) if rows else None
    return pd.DataFrame(list(rows.values()), index, columns=["document", "due", "value", "low", "high"])


def side_by_side(kept: pd.DataFrame) -> pd.Series:
    """The shares of `standards_kept` under one name each, to be drawn."""
    names = [f"{standard}, by {who}" for standard, who in kept.index]
    return pd.Series(
        kept["value"].to_numpy(dtype=float), names, name="share of due cases that kept the standard"
    )


@dataclass(frozen=True)
class Spread:
    """How far the standards are apart: case apart or alike, or unknown; the least and the largest share."""

    case: str
    least: Estimate
    most: Estimate
    strictest: str = ""
    mildest: str = ""


def spread(kept: pd.DataFrame) -> Spread:
    """What the choice of a standard, and of who may answer, makes of one and the same desk.

    Parameters
    ----------
    kept : from `standards_kept`
    """
    if kept.empty:
        return Spread("unknown", Estimate(unit="share"), Estimate(unit="share"))
    low, high = kept["value"].idxmin(), kept["value"].idxmax()
    least, most = (Estimate.of(kept.loc[place], "share") for place in (low, high))
    case = "apart" if most.value - least.value > APART else "alike"
    return Spread(case, least, most, " by ".join(low), " by ".join(high))


def service_levels(known: pd.DataFrame, clock: str, limit: pd.Timedelta, as_of: pd.Timestamp) -> pd.DataFrame:
    """The share through within a limit, by the three definitions in use, which differ in what abandoned tickets count as.

    Parameters
    ----------
    known : from `as_known`
    clock : one of `CLOCKS`

    Returns
    -------
    pandas.DataFrame
        Index: all tickets (an abandoned one was not served in time), without the abandoned, and without those abandoned
        within the limit, which had no chance to be served late; tickets that fell due, and the share kept as value with low and high.
    """
    kept = within(known, clock, limit, as_of)
    gave_up = (known["abandoned_at"] - known["opened_at"]).reindex(kept.index)
    parts = {
        "all tickets": kept,
        "without the abandoned": kept[gave_up.isna()],
        "without those abandoned within the limit": kept[~(gave_up <= limit)],
    }
    whose = known["customer_id"]
    rows = {n: [len(p), p.mean(), *share_interval(p, cluster=whose[p.index])] for n, p in parts.items()}
    columns = ["tickets", "value", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("of")


def with_discarded(
    tickets: pd.DataFrame, clock: str, limit: pd.Timedelta, as_of: pd.Timestamp, days: int = 365
) -> pd.DataFrame:
    """The share through within a limit without the tickets that were discarded, and with them, as not served in time.

    Parameters
    ----------
    tickets : the table
    clock : one of `CLOCKS`
    days : length of the window, which ends at ``as_of``

    Returns
    -------
    pandas.DataFrame
        Index without the discarded, with the discarded; tickets that fell due, and value, the share kept.
    """
    recent = tickets[as_of + DAY - tickets["opened_at"] < days * DAY]
    kept = within(as_known(recent, as_of), clock, limit, as_of)
    due = recent.loc[is_discarded(recent), "opened_at"] + limit < as_of + DAY
    every = len(kept) + int(due.sum())
    shares = {
        "without the discarded": (len(kept), kept.mean()),
        "with the discarded": (every, kept.sum() / max(every, 1)),
    }
    return pd.DataFrame.from_dict(shares, orient="index", columns=["tickets", "value"]).rename_axis("of")


def due_within(known: pd.DataFrame, limit: pd.Timedelta, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tickets against one limit for their end: due (the limit has passed), kept (resolved within it), resolved (at all).

    Index as in ``known``; abandoned tickets, which nobody could resolve, are left out.
    """
    timed = waits(known, "resolution", as_of)
    timed = timed[~timed["abandoned"]]
    due = known["opened_at"].reindex(timed.index) + limit < as_of + DAY
    return pd.DataFrame(
        {
            "due": due,
            "kept": timed["event_observed"] & (timed["hours"] <= limit / HOUR),
            "resolved": timed["event_observed"],
        }
    )
