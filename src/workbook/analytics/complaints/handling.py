"""Was a complaint handled well? Speed and solution by the standard, and satisfaction afterwards."""

import pandas as pd

from workbook.analytics.complaints.grading import GRADES

SATISFIED = 4  # of 5, from here on


def handled(complaints: pd.DataFrame, surveys: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How complaints of each grade were handled, up to the end of ``as_of``.

    Parameters
    ----------
    complaints : complained_at, grade, first_response_at, first_response_by, resolved_at, ticket_id
    surveys : ticket_id, csat, answered_at

    Returns
    -------
    pandas.DataFrame
        By name of the grade: complaints; of the two limits of `GRADES` how many fell due and what share kept it (an open case
        counts as broken once it is overdue, and not before); what share of those that fell due a machine responded to first;
        what share of the surveys that were answered after the complaint says satisfied, and their number. What is not on
        record has no columns.
    """
    grade = complaints["grade"].astype("Int64")
    parts: dict[str, pd.Series] = {"complaints": grade.groupby(grade).size()}
    for name, done, kept, hours in (
        ("response", "first_response_at", "responded in time", "respond_hours"),
        ("solution", "resolved_at", "solved in time", "resolve_hours"),
    ):
        if complaints[done].isna().all() or complaints["complained_at"].isna().all():
            continue  # not on record, which isn't never
        due_at = complaints["complained_at"] + pd.to_timedelta(
            grade.map(GRADES[hours]).astype(float), unit="h"
        )
        due = due_at < as_of + pd.Timedelta(days=1)
        parts[f"{name} due"] = due.groupby(grade).sum()
        parts[kept] = (complaints[done] <= due_at)[due].groupby(grade[due]).mean()
        if name == "response" and complaints["first_response_by"].notna().any():
            parts["by a machine"] = (
                complaints["first_response_by"].eq("machine")[due].groupby(grade[due]).mean()
            )
    parts |= satisfaction(complaints, surveys)
    names = GRADES["name"]
    return pd.DataFrame(parts).reindex(names.index.intersection(parts["complaints"].index)).rename(names)


def satisfaction(complaints: pd.DataFrame, surveys: pd.DataFrame) -> dict[str, pd.Series]:
    """Share of satisfied answers that came after the complaint, and their number, by grade; nothing without such answers."""
    said = surveys.dropna(subset=["ticket_id", "csat"])[["ticket_id", "csat", "answered_at"]]
    both = complaints.dropna(subset=["ticket_id"]).merge(said, on="ticket_id")
    after = both[both["answered_at"] > both["complained_at"]]
    if after.empty:
        return {}
    happy = (after["csat"] >= SATISFIED).astype(float).groupby(after["grade"].astype("Int64"))
    return {"satisfied": happy.mean(), "surveys": happy.size().astype("Int64")}
