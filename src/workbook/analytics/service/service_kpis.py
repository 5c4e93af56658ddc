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
class Desks:
    """Which desk is slowest and quickest at the median, and which costs most and least a ticket; case several, one or unknown."""

    case: str
    slowest: str = ""
    slow: Estimate = NOTHING
    quickest: str = ""
    quick: Estimate = NOTHING
    costliest: str = ""
    cost: Estimate = NOTHING
    cheapest: str = ""
    low_cost: Estimate = NOTHING


def compare_desks(figures: pd.DataFrame, clock: str, currency: str) -> Desks:
    """The ends of the scale among desks.

    Parameters
    ----------
    figures : from `kpis`
    clock : answer or resolution
    currency : of the costs
    """
    desks = figures.drop(columns="all")
    time = desks.loc[MEDIANS[clock]].dropna()
    cost = desks.loc["cost of a ticket"].dropna()
    if len(time) < 2:
        return Desks("one" if len(time) else "unknown")
    ends = [*ranked(time, "hours")]
    return Desks("several", *ends, *(ranked(cost, currency or "money") if len(cost) > 1 else ()))


def ranked(values: pd.Series, unit: str) -> tuple[str, Estimate, str, Estimate]:
    """The desk with the largest and the one with the least value."""
    most, least = values.idxmax(), values.idxmin()
    return str(most), Estimate(values[most], unit=unit), str(least), Estimate(values[least], unit=unit)
