"""The CRM project: what was planned, delivered and paid, who uses it, which platforms were judged, and what it adds."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, END, MONEY, ROW, Table, column

PHASES = ["data foundations", "system go-live", "optimisation"]


class Deliverables(Table):
    """One row per deliverable of the project, as it was planned, and the day on which it was delivered."""

    deliverable_id: Series[str] = column("deliverable identifier", unique=True)
    phase: Series[str] = column("phase of the project")
    name: Series[str] | None = column("what is delivered", nullable=True)
    planned_on: Series[pd.Timestamp] | None = column("day of the plan", unit=DATE, nullable=True)
    planned_start: Series[pd.Timestamp] = column(
        "first day of the work, as planned", unit=DATE, known_from=ROW
    )
    planned_end: Series[pd.Timestamp] = column("day of delivery, as planned", unit=DATE, known_from=ROW)
    planned_cost: Series[float] = column("cost as planned", unit=MONEY, gt=0)
    started_on: Series[pd.Timestamp] | None = column("first day of the work", unit=DATE, nullable=True)
    delivered_on: Series[pd.Timestamp] = column(
        "day of delivery; empty: not yet delivered", unit=DATE, nullable=True
    )

    class Config:
        metadata = {"key": ["deliverable_id"], "known_from": ["planned_on"]}  # noqa: RUF012


class ProjectCosts(Table):
    """One row per booking: an amount that the project was charged."""

    booking_id: Series[str] = column("booking identifier", unique=True)
    deliverable_id: Series[str] = column(
        "identifier of the deliverable; empty: the system's running costs",
        nullable=True,
        refers="deliverables.deliverable_id",
    )
    kind: Series[str] | None = column("kind of cost", nullable=True)
    booked_on: Series[pd.Timestamp] = column("day of the booking", unit=DATE)
    amount: Series[float] = column("amount", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["booking_id"], "known_from": ["booked_on"]}  # noqa: RUF012


class Adoption(Table):
    """One row per team and week: how many of its staff used the system in that week."""

    week: Series[pd.Timestamp] = column("first day of the week", unit=DATE)
    team: Series[str] = column("name of the team")
    staff: Series[int] = column("staff of the team in that week", unit="people", ge=0)
    used: Series[int] = column("of them, who used the system in that week", unit="people", ge=0)

    class Config:
        metadata = {"key": ["week", "team"], "known_from": ["week + 7 days"]}  # noqa: RUF012


class Vendors(Table):
    """One row per platform that was offered."""

    vendor_id: Series[str] = column("vendor identifier", unique=True)
    name: Series[str] | None = column("name of the platform", nullable=True)
    hosting: Series[str] | None = column("where it runs", nullable=True)
    set_up: Series[float] | None = column("price of setting it up", unit=MONEY, nullable=True, ge=0)
    yearly: Series[float] | None = column("price a year for all users", unit=MONEY, nullable=True, ge=0)

    class Config:
        metadata = {"key": ["vendor_id"]}  # noqa: RUF012


class VendorScores(Table):
    """One row per vendor, criterion and judge: the score that was given."""

    vendor_id: Series[str] = column("vendor identifier", refers="vendors.vendor_id")
    criterion: Series[str] = column("name of the criterion")
    judge: Series[str] = column("role of the judge")
    scored_on: Series[pd.Timestamp] | None = column("day of the score", unit=DATE, nullable=True)
    score: Series[float] = column("score, higher is better", unit="1–10", ge=0, le=10)

    class Config:
        metadata = {"key": ["vendor_id", "criterion", "judge"], "known_from": ["scored_on"]}  # noqa: RUF012


class CriteriaJudgements(Table):
    """One row per judge and pair of criteria: how many times as important one is as the other."""

    judge: Series[str] = column("role of the judge")
    criterion: Series[str] = column("name of a criterion")
    against: Series[str] = column("name of the criterion it is compared with")
    judged_on: Series[pd.Timestamp] | None = column("day of the judgement", unit=DATE, nullable=True)
    times: Series[float] = column(
        "how many times as important: 1 to 9, or 1/2 to 1/9 if it is less", unit="ratio", gt=0
    )

    class Config:
        metadata = {"key": ["judge", "criterion", "against"], "known_from": ["judged_on"]}  # noqa: RUF012


class TrueProject(Table):
    """One row per quantity of the project: what is to be expected of it, whatever then came."""

    quantity: Series[str] = column("what it is", unique=True)
    value: Series[float] = column("its expectation, or the parameter of the world")
    unit: Series[str] = column("its unit")

    class Config:
        metadata = {"key": ["quantity"]}  # noqa: RUF012


class TrueVendors(Table):
    """One row per vendor and criterion: its quality, of which each score is a judge's impression."""

    vendor_id: Series[str] = column("vendor identifier", refers="vendors.vendor_id")
    criterion: Series[str] = column("name of the criterion")
    quality: Series[float] = column("quality", unit="1–10")
    weight: Series[float] = column(
        "weight of the criterion for the firm as a whole, of which judgements are impressions",
        unit="share",
        ge=0,
        le=1,
    )

    class Config:
        metadata = {"key": ["vendor_id", "criterion"]}  # noqa: RUF012


class TrueBenefit(Table):
    """One row per month from the CRM's go-live to 36 months after the data: what it is expected to add.

    Of customers won in the data and of their own accord: without marketing and trials, and without the purchase with which somebody
    first comes. Who is in the count is taken as it was; what they then do is expected from their rates.
    """

    month: Series[pd.Timestamp] = column("first day of the month", unit=DATE, unique=True, known_from=END)
    margin: Series[float] = column("expected margin in the go-live cities with the CRM", unit=MONEY)
    added: Series[float] = column("the part of it that would not have come without the CRM", unit=MONEY)
    margin_known: Series[float] = column(
        "expected margin, with the CRM, of those of them who had come before the go-live", unit=MONEY
    )
    added_known: Series[float] = column("the part of it that would not have come without the CRM", unit=MONEY)
    margin_elsewhere: Series[float] = column(
        "expected margin in the other cities if they went live on the day after the data; 0 before",
        unit=MONEY,
    )
    added_elsewhere: Series[float] = column(
        "the part of it that would not have come without the CRM", unit=MONEY
    )

    class Config:
        metadata = {"key": ["month"], "known_from": [END]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "deliverables": Deliverables,
    "project_costs": ProjectCosts,
    "adoption": Adoption,
    "vendors": Vendors,
    "vendor_scores": VendorScores,
    "criteria_judgements": CriteriaJudgements,
}
TRUTH: dict[str, type[Table]] = {
    "project": TrueProject,
    "vendors": TrueVendors,
    "crm_benefit": TrueBenefit,
}
