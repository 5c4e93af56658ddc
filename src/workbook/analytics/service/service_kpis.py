"""What a service desk achieves: how tickets end, what they cost, and whether a standard was kept.

The definitions are those of docs/glossary.md; `waiting_times` has the times.
"""

import numpy as np
import pandas as pd

from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.service.waiting_times import CLOCKS, DAY, DESKS, HOUR, quantile, waits, within
from workbook.tables.errors import choose

SETTLE_DAYS, COMPLAIN_DAYS = 30, 60  # how long a ticket is watched for its end, and for a complaint
MAJOR = 3  # severity from which on a case is major

# The handbook's standards, which contradict each other: what is timed for which cases, and the limit in hours.
STANDARDS = pd.DataFrame(
    [
        ("answered in 15 minutes", "not major", "answer", 0.25),
        ("answered in 15 minutes", "major", "answer", 2.0),
        ("handled in 24 hours", "not major", "resolution", 24.0),
        ("handled in 24 hours", "major", "answer", 48.0),
    ],
    columns=["reading", "cases", "clock", "limit_hours"],
)
READINGS = list(STANDARDS["reading"].unique())

KPIS = pd.DataFrame(
    [
        ("first response, median", "efficiency", "hours"),
        ("answer of a person, median", "efficiency", "hours"),
        ("answer of a person, 90th percentile", "efficiency", "hours"),
        ("resolution, median", "efficiency", "hours"),
        ("resolution, 90th percentile", "efficiency", "hours"),
        ("first-contact resolution", "efficiency", "share"),
        ("problem-resolution rate", "quality", "share"),
        ("abandonment rate", "quality", "share"),
        ("CSAT", "quality", "share"),
        ("complaint share of tickets", "quality", "share"),
        ("minutes of agents", "cost", "minutes"),
        ("cost of a ticket", "cost", "money"),
        ("self-service share", "cost", "share"),
    ],
    columns=["kpi", "family", "unit"],
)


def settled(known: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How each ticket stood 30 days after it came in; only those that are 30 days old.

    Returns
    -------
    pandas.DataFrame
        in_time (resolved by then), one_owner (never handed on), asked_again (a further ticket of the customer on the same
        order, or without one on the same topic), complained, self_served, abandoned; first_contact: settled at once by
        whom they came to, missing for those that served themselves, and for those abandoned before anybody could.
        Index as in ``known``.
    """
    watch = pd.Timedelta(days=SETTLE_DAYS)
    old = known[known["opened_at"] < as_of + DAY - watch]
    flags = pd.DataFrame({
        "in_time": (old["resolved_at"] - old["opened_at"] <= watch).astype("boolean"),
        "one_owner": old["hand_offs"].eq(0).astype("boolean").mask(old["hand_offs"].isna()),
        "asked_again": asked_again(known, watch).reindex(old.index).astype("boolean"),
        "complained": complained(old, complaints, watch).fillna(False),
        "self_served": old["self_served"].astype("boolean").fillna(False),
        "abandoned": old["state"].eq("abandoned").astype("boolean"),
    })  # fmt: skip
    at_once = flags["in_time"] & flags["one_owner"] & ~flags["asked_again"] & ~flags["complained"]
    owner_known = flags["one_owner"].notna() | (old["state"].eq("open") & flags["one_owner"].notna().any())
    return flags.assign(first_contact=at_once.mask(flags["self_served"] | flags["abandoned"] | ~owner_known))


def asked_again(known: pd.DataFrame, watch: pd.Timedelta) -> pd.Series:
    """Whether the customer came back about the same order (without one: the same topic) within the time watched."""
    about = ("order " + known["order_id"]).fillna("topic " + known["topic"]).fillna("anything")
    ordered = known.sort_values("opened_at", kind="stable")
    again = ordered.groupby([ordered["customer_id"], about.reindex(ordered.index)])["opened_at"].shift(-1)
    return again.reindex(known.index) - known["opened_at"] <= watch


def complained(known: pd.DataFrame, complaints: pd.DataFrame, watch: pd.Timedelta) -> pd.Series:
    """Whether each ticket turned into a complaint within the time watched; missing if no complaint names its ticket."""
    named = complaints.dropna(subset=["ticket_id"])
    if named.empty:
        return pd.Series(pd.NA, index=known.index, dtype="boolean")
    first = looked_up(named.groupby("ticket_id")["complained_at"].min(), known["ticket_id"])
    return (first - known["opened_at"] <= watch).astype("boolean")


def looked_up(times: pd.Series, ids: pd.Series) -> pd.Series:
    """Times by id, for each of ``ids``; `map` would make numbers of an empty table's times."""
    return times.reindex(ids).set_axis(ids.index)


def complaint_share(known: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Whether each ticket turned into a complaint within 60 days; only those that are 60 days old."""
    watch = pd.Timedelta(days=COMPLAIN_DAYS)
    return complained(known[known["opened_at"] < as_of + DAY - watch], complaints, watch)


def complaint_rate(orders: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Whether each order was complained about within 60 days; only those that are 60 days old, none without complaints."""
    watch = pd.Timedelta(days=COMPLAIN_DAYS)
    old = orders[orders["ordered_at"] < as_of + DAY - watch]
    named = complaints.dropna(subset=["order_id"])
    if named.empty:
        return pd.Series([], dtype=bool)
    first = looked_up(named.groupby("order_id")["complained_at"].min(), old["order_id"])
    return first - old["ordered_at"] <= watch


def satisfied(surveys: pd.DataFrame, as_of: pd.Timestamp, score: str = "csat") -> pd.Series:
    """Whether each survey that followed a ticket says satisfied: 4 or 5 of 1 to 5; those answered by ``as_of`` only.

    Returns
    -------
    pandas.Series
        True or False, index ticket_id.
    """
    came = surveys["answered_at"] < as_of + DAY
    told = surveys[came & surveys["ticket_id"].notna() & surveys[score].notna()]
    return told.set_index("ticket_id")[score].ge(4).astype(bool)


def kpis(
    known: pd.DataFrame, surveys: pd.DataFrame, complaints: pd.DataFrame, as_of: pd.Timestamp, days: int = 365
) -> pd.DataFrame:
    """All figures of `KPIS` by desk, and of all.

    Parameters
    ----------
    known : from `as_known`
    days : length of the window. It ends at ``as_of`` for times, costs and surveys, 30 days before for what became of
        a ticket, 60 days before for complaints, so that everything counted has been watched as long as it should be.

    Returns
    -------
    pandas.DataFrame
        a row a KPI, a column a desk and ``all``; missing where the data can't tell. Costs, minutes and self-service are
        of tickets that weren't abandoned.
    """
    flags, csat = settled(known, complaints, as_of), satisfied(surveys, as_of)
    abandoned = known["state"].eq("abandoned")
    totals = known[["agent_minutes", "cost", "self_served"]].mask(abandoned)
    values = pd.DataFrame({
        "first-contact resolution": flags["first_contact"],
        "problem-resolution rate": flags["in_time"],
        "abandonment rate": abandoned.astype("boolean") if abandoned.any() else pd.NA,
        "CSAT": known["ticket_id"].map(csat[~csat.index.duplicated()]).astype("boolean"),
        "complaint share of tickets": complaint_share(known, complaints, as_of),
        "minutes of agents": totals["agent_minutes"],
        "cost of a ticket": totals["cost"],
        "self-service share": totals["self_served"],
    }, index=known.index).astype("Float64").astype(float)  # fmt: skip
    late = {"first-contact resolution": SETTLE_DAYS, "problem-resolution rate": SETTLE_DAYS,
            "complaint share of tickets": COMPLAIN_DAYS}  # fmt: skip
    age = (as_of + DAY - known["opened_at"]) / DAY
    inside = pd.DataFrame({c: age <= days + late.get(c, 0) for c in values})
    desks = {d: known["desk"] == d for d in dict.fromkeys([*DESKS, *known["desk"].dropna().unique()])
             if (known["desk"] == d).any()} | {"all": known["opened_at"].notna()}  # fmt: skip
    means = pd.DataFrame({d: values.where(inside)[rows].mean() for d, rows in desks.items()})
    recent = known[age <= days]
    times = pd.DataFrame(
        {d: time_kpis(recent[rows.reindex(recent.index)], as_of) for d, rows in desks.items()}
    )
    return pd.concat([times, means]).reindex(KPIS["kpi"])


def time_kpis(known: pd.DataFrame, as_of: pd.Timestamp) -> dict[str, float]:
    """Medians and 90th percentiles of the three clocks, in hours."""
    first, answer, end = (waits(known, clock, as_of) for clock in CLOCKS)
    return {
        "first response, median": quantile(first)[0],
        "answer of a person, median": quantile(answer)[0],
        "answer of a person, 90th percentile": quantile(answer, 0.9)[0],
        "resolution, median": quantile(end)[0],
        "resolution, 90th percentile": quantile(end, 0.9)[0],
    }


def sla_cases(
    known: pd.DataFrame, reading: str, as_of: pd.Timestamp, *, machine_counts: bool = False
) -> pd.DataFrame:
    """Which cases kept a standard, of those that fell due; an open overdue case is not kept, nor is an abandoned one.

    Parameters
    ----------
    known : from `as_known`
    reading : one of `READINGS`
    machine_counts : take a machine's first response for an answer, as some reports do

    Returns
    -------
    pandas.DataFrame
        due_at, kept, closed (whether what is timed has happened) and abandoned, a row a case due by ``as_of``. Cases of
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
    for rule in STANDARDS[STANDARDS["reading"] == reading].itertuples():
        cases = known[major if rule.cases == "major" else ~major]
        clock = "first response" if machine_counts and rule.clock == "answer" else str(rule.clock)
        timed = waits(cases, clock, as_of)
        due = cases["opened_at"].reindex(timed.index) + pd.Timedelta(hours=float(rule.limit_hours))
        kept = timed["seen"] & (timed["hours"] <= rule.limit_hours)
        found = {"due_at": due, "kept": kept, "closed": timed["seen"], "abandoned": timed["abandoned"]}
        parts.append(pd.DataFrame(found)[due < as_of + DAY])
    return pd.concat(parts).sort_index()


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
        within the limit, which had no chance to be served late; tickets that fell due, kept, and its interval low, high.
    """
    kept = within(known, clock, limit, as_of)
    gave_up = (known["abandoned_at"] - known["opened_at"]).reindex(kept.index)
    parts = {
        "all tickets": kept,
        "without the abandoned": kept[gave_up.isna()],
        "without those abandoned within the limit": kept[~(gave_up <= limit)],
    }
    rows = {name: [len(part), part.mean(), *share_interval(part)] for name, part in parts.items()}
    columns = ["tickets", "kept", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("of")


def life(known: pd.DataFrame, surveys: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Steps of a ticket's life: how many tickets took each, of how many, and the median hours from the opening to it.

    Assigned is whatever the help pages did not settle and nobody gave up waiting for; closed is resolved, and quiet for 30
    days. Times of those that took the step; missing where a step has no time of its own, or isn't on record for any
    ticket. The step abandoned is there only where some were.
    """
    over, opened = as_of + DAY, known["opened_at"]
    served = known["self_served"].astype("boolean").fillna(False).astype(bool)
    assigned = ~served & known["state"].ne("abandoned")
    sent = surveys[surveys["sent_at"] < over].groupby("ticket_id")["sent_at"].min()
    followed, owner = looked_up(sent, known["ticket_id"]), known["hand_offs"]
    quiet = known["resolved_at"] + pd.Timedelta(days=SETTLE_DAYS)
    closed = quiet.where((quiet < over) & ~asked_again(known, quiet - opened))
    none = pd.Series(pd.NaT, index=known.index)
    steps = {
        "received": (opened.notna(), none), "first response": (known["first_response_at"].notna(), known["first_response_at"]),
        "abandoned": (known["abandoned_at"].notna(), known["abandoned_at"]),
        "assigned to a person": (assigned, none), "kept by its first owner": (owner.eq(0) & assigned, none),
        "handed on": (owner.gt(0), none), "answered by a person": (known["answered_at"].notna(), known["answered_at"]),
        "resolved": (known["resolved_at"].notna(), known["resolved_at"]),
        "followed up": (followed.notna(), followed), "closed": (closed.notna(), closed),
    }  # fmt: skip
    kept = {
        "kept by its first owner": "hand_offs",
        "handed on": "hand_offs",
        "answered by a person": "answered_at",
    }
    unknown = {name for name, column in kept.items() if len(known) and known[column].isna().all()}
    unknown |= {"followed up"} if surveys.empty else set()
    rows = {
        name: (pd.NA if name in unknown else int(took.fillna(False).sum()), ((at - opened) / HOUR).median())
        for name, (took, at) in steps.items()
        if name != "abandoned" or took.any()
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["tickets", "median hours"])
    table = table.astype({"tickets": "Int64"})
    return table.assign(share=table["tickets"] / max(len(known), 1))[["tickets", "share", "median hours"]]


def backlog(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Open tickets at the end of each day, from the first ticket to ``as_of``: neither resolved yet nor abandoned."""
    days = pd.date_range(known["opened_at"].min().normalize(), as_of) if len(known) else pd.DatetimeIndex([])
    came, went = (
        at.dt.normalize().value_counts().reindex(days, fill_value=0)
        for at in (known["opened_at"], known["resolved_at"].fillna(known["abandoned_at"]))
    )
    return (came - went).cumsum().rename("open tickets")


def arrivals(known: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tickets an hour of an average week, abandoned ones included: a row a weekday, a column an hour of the day."""
    names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    opened = known["opened_at"]
    counts = pd.crosstab(opened.dt.day_of_week, opened.dt.hour).reindex(
        index=range(7), columns=range(24), fill_value=0
    )
    weeks = ((as_of + DAY - opened.min()) / DAY) / 7 if len(known) else np.nan
    return counts.div(weeks).set_axis(names).rename_axis(index=None, columns=None)
