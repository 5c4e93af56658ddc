"""Business customers: leads, the stages of their opportunities, and the approval of contracts."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import MONEY, Table, column


class Leads(Table):
    """One row per lead: a firm that may buy uniforms or gifts, and what became of it."""

    lead_id: Series[str] = column("lead identifier", unique=True)
    created_at: Series[pd.Timestamp] = column("time at which it came in", unit="local time")
    source: Series[str] | None = column("where it came from", nullable=True)
    need: Series[str] | None = column("what the firm wants to buy", nullable=True)
    estimate: Series[float] | None = column(
        "value of the contract as the firm said at first", unit=MONEY, nullable=True, ge=0
    )
    assigned_at: Series[pd.Timestamp] | None = column(
        "time at which a salesperson got it", unit="local time", nullable=True
    )
    salesperson: Series[str] | None = column(
        "name of the salesperson who got it", nullable=True, known_from="assigned_at"
    )
    contacted_at: Series[pd.Timestamp] | None = column(
        "time of the first talk", unit="local time", nullable=True
    )
    closed_at: Series[pd.Timestamp] = column(
        "time at which it was won or lost; empty: open", unit="local time", nullable=True
    )
    outcome: Series[str] = column("won or lost", nullable=True, isin=["won", "lost"], known_from="closed_at")
    value: Series[float] | None = column(
        "value of the contract if it was won", unit=MONEY, nullable=True, ge=0, known_from="closed_at"
    )

    class Config:
        metadata = {"key": ["lead_id"], "known_from": ["created_at"]}  # noqa: RUF012


class LeadStages(Table):
    """One row per lead and stage that its opportunity reached."""

    lead_id: Series[str] = column("lead identifier", refers="leads.lead_id")
    stage: Series[str] = column("stage of the opportunity")
    entered_at: Series[pd.Timestamp] = column("time at which it was reached", unit="local time")

    class Config:
        metadata = {"key": ["lead_id", "stage"], "known_from": ["entered_at"]}  # noqa: RUF012


class ContractApprovals(Table):
    """One row per contract and step of its approval."""

    lead_id: Series[str] = column("lead identifier", refers="leads.lead_id")
    step: Series[str] = column("the one who must approve")
    asked_at: Series[pd.Timestamp] = column("time of the request", unit="local time")
    decided_at: Series[pd.Timestamp] = column(
        "time of the decision; empty: not yet", unit="local time", nullable=True
    )

    class Config:
        metadata = {"key": ["lead_id", "step"], "known_from": ["asked_at"]}  # noqa: RUF012


class TrueLeads(Table):
    """One row per lead: its chance to be won, as it was contacted and at the fastest."""

    lead_id: Series[str] = column("lead identifier", unique=True, refers="leads.lead_id")
    win_chance: Series[float] = column("chance to be won, given how long the first talk took", unit="share")
    win_chance_fast: Series[float] = column("the same, had it taken an hour", unit="share")

    class Config:
        metadata = {"key": ["lead_id"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "leads": Leads,
    "lead_stages": LeadStages,
    "contract_approvals": ContractApprovals,
}
TRUTH: dict[str, type[Table]] = {"leads": TrueLeads}
