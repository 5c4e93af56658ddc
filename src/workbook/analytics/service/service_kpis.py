"""The figures of a service desk, desk by desk.

The definitions are those of docs/glossary.md; `waiting_times` has the times.
"""

from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.service.ticket_outcomes import (
    COMPLAIN_DAYS,
    SETTLE_DAYS,
    complaint_share,
    satisfied,
    settled,
)
from workbook.analytics.service.waiting_times import CLOCKS, DAY, DESKS, quantile, waits

NOTHING = Estimate()
MEDIANS = {"answer": "answer of a person, median", "resolution": "resolution, median"}
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
        "first response, median": quantile(first).value,
        "answer of a person, median": quantile(answer).value,
        "answer of a person, 90th percentile": quantile(answer, 0.9).value,
        "resolution, median": quantile(end).value,
        "resolution, 90th percentile": quantile(end, 0.9).value,
    }


@dataclass(frozen=True)
class Ends:
    """The desk with the most of something, and the one with the least; case several, one or unknown."""

    case: str
    most: str = ""
    highest: Estimate = NOTHING
    least: str = ""
    lowest: Estimate = NOTHING


def ends(figures: pd.DataFrame, kpi: str, unit: str) -> Ends:
    """The two ends of the scale among desks.

    Parameters
    ----------
    figures : from `kpis`
    kpi : one of its rows
    unit : of its values
    """
    values = figures.drop(columns="all").loc[kpi].dropna()
    if len(values) < 2:
        return Ends("one" if len(values) else "unknown")
    top, bottom = str(values.idxmax()), str(values.idxmin())
    return Ends("several", top, Estimate(values[top], unit=unit), bottom, Estimate(values[bottom], unit=unit))
