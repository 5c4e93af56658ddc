"""Tickets, complaints, and what customers say when asked."""

from typing import Any

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import LATEST, MONEY, Table, column

SCORE: dict[str, Any] = {"nullable": True, "ge": 1, "le": 5, "known_from": "answered_at"}
OVER = ("abandoned_at", "resolved_at")  # a ticket ends with either


class Tickets(Table):
    """One row per ticket, a request for help: a question, a trouble or a serious case."""

    ticket_id: Series[str] = column("ticket identifier", unique=True)
    customer_id: Series[str] = column("identifier of the customer who asked", refers="customers.customer_id")
    order_id: Series[str] | None = column(
        "identifier of the order it is about", nullable=True, refers="orders.order_id"
    )
    opened_at: Series[pd.Timestamp] = column("when it came in", unit="local time")
    channel: Series[str] | None = column("phone, app, chat, e-mail or store", nullable=True)
    topic: Series[str] | None = column("what it is about", nullable=True)
    severity: Series[pd.Int64Dtype] | None = column(
        "1 a question, 2 a trouble, 3 a serious case", nullable=True, ge=1, le=3
    )
    process: Series[str] | None = column("how it was handled: standard or guided", nullable=True)
    first_response_at: Series[pd.Timestamp] | None = column(
        "first response, an automatic one included; empty while there is none",
        unit="local time",
        nullable=True,
    )
    first_response_by: Series[str] | None = column(
        "machine or person", nullable=True, known_from="first_response_at"
    )
    answered_at: Series[pd.Timestamp] | None = column(
        "first answer of a person; empty where none was needed or came yet", unit="local time", nullable=True
    )
    abandoned_at: Series[pd.Timestamp] | None = column(
        "when the customer gave up before an answer; empty if not", unit="local time", nullable=True
    )
    resolved_at: Series[pd.Timestamp] | None = column(
        "when it was resolved; empty while open", unit="local time", nullable=True
    )
    discarded_as: Series[str] | None = column(
        "how it ended without being dealt with: spam, deleted, merged, duplicate or cancelled; empty for all others",
        nullable=True,
        isin=["spam", "deleted", "merged", "duplicate", "cancelled"],
        known_from=LATEST,
    )
    hand_offs: Series[pd.Int64Dtype] | None = column(
        "times it was handed on", nullable=True, ge=0, known_from=OVER
    )
    agent_minutes: Series[float] | None = column(
        "time of agents", unit="minutes", nullable=True, ge=0, known_from=OVER
    )
    cost: Series[float] | None = column("cost of handling", unit=MONEY, nullable=True, ge=0, known_from=OVER)
    self_served: Series[pd.BooleanDtype] | None = column(
        "answered by the help pages alone", nullable=True, known_from=OVER
    )

    class Config:
        metadata = {"key": ["ticket_id"]}  # noqa: RUF012


class Surveys(Table):
    """One row per survey that was sent, answered or not."""

    survey_id: Series[str] = column("survey identifier", unique=True)
    kind: Series[str] | None = column("triggered by a ticket, or quarterly", nullable=True)
    customer_id: Series[str] = column(
        "identifier of the customer who was asked", refers="customers.customer_id"
    )
    ticket_id: Series[str] | None = column(
        "identifier of the ticket that it follows", nullable=True, refers="tickets.ticket_id"
    )
    sent_at: Series[pd.Timestamp] = column("when it was sent", unit="local time")
    answered_at: Series[pd.Timestamp] | None = column(
        "when it was answered; empty if never", unit="local time", nullable=True
    )
    nps: Series[pd.Int64Dtype] | None = column(
        "would recommend, 0 to 10", nullable=True, ge=0, le=10, known_from="answered_at"
    )
    csat: Series[pd.Int64Dtype] | None = column("satisfied on the whole, 1 to 5", **SCORE)
    product: Series[pd.Int64Dtype] | None = column("satisfied with the product, 1 to 5", **SCORE)
    price: Series[pd.Int64Dtype] | None = column("satisfied with the price, 1 to 5", **SCORE)
    service: Series[pd.Int64Dtype] | None = column("satisfied with the service, 1 to 5", **SCORE)
    after_sales: Series[pd.Int64Dtype] | None = column("satisfied with after-sales, 1 to 5", **SCORE)
    speed: Series[pd.Int64Dtype] | None = column(
        "satisfied with the speed of the answer, 1 to 5; after a ticket only",
        **SCORE,
    )

    class Config:
        metadata = {"key": ["survey_id"]}  # noqa: RUF012


class Complaints(Table):
    """One row per complaint, as staff filed it."""

    complaint_id: Series[str] = column("complaint identifier", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer who complained", refers="customers.customer_id"
    )
    ticket_id: Series[str] | None = column(
        "identifier of the ticket that turned into it", nullable=True, refers="tickets.ticket_id"
    )
    order_id: Series[str] | None = column(
        "identifier of the order it is about", nullable=True, refers="orders.order_id"
    )
    product_id: Series[str] | None = column(
        "identifier of the product it is about", nullable=True, refers="products.product_id"
    )
    complained_at: Series[pd.Timestamp] | None = column(
        "when it came in; empty where nobody noted it", unit="local time", nullable=True
    )
    language: Series[str] | None = column("en or zh", nullable=True)
    category: Series[str] | None = column("product, logistics, service or system, as filed", nullable=True)
    grade: Series[pd.Int64Dtype] | None = column(
        "1 basic, 2 advanced, 3 senior, as filed", nullable=True, ge=1, le=3
    )
    text: Series[str] | None = column("what the customer wrote", nullable=True)
    first_response_at: Series[pd.Timestamp] | None = column(
        "first response, an automatic one included", unit="local time", nullable=True
    )
    first_response_by: Series[str] | None = column(
        "machine or person", nullable=True, known_from="first_response_at"
    )
    resolved_at: Series[pd.Timestamp] | None = column(
        "when it was settled; empty while open", unit="local time", nullable=True
    )
    remedy: Series[str] | None = column(
        "apology, voucher, replacement or refund", nullable=True, known_from="resolved_at"
    )
    remedy_cost: Series[float] | None = column(
        "cost of the remedy", unit=MONEY, nullable=True, ge=0, known_from="resolved_at"
    )

    class Config:
        metadata = {"key": ["complaint_id"]}  # noqa: RUF012


class TrueTickets(Table):
    """One row per ticket: what became of it, and what the wait did."""

    ticket_id: Series[str] = column("ticket identifier", unique=True, refers="tickets.ticket_id")
    satisfied: Series[bool] = column("whether the customer was satisfied in the end, asked or not")
    satisfied_chance: Series[float] = column("chance of that", unit="share", ge=0, le=1)
    complaint_chance_on_time: Series[float] = column(
        "chance of a complaint if answered within 24 hours", unit="share", ge=0, le=1
    )
    complaint_chance_late: Series[float] = column(
        "chance of a complaint if answered later", unit="share", ge=0, le=1
    )

    class Config:
        metadata = {"key": ["ticket_id"]}  # noqa: RUF012


class TrueComplaints(Table):
    """One row per complaint: what it was really about."""

    complaint_id: Series[str] = column("complaint identifier", unique=True, refers="complaints.complaint_id")
    category: Series[str] = column("true category")
    sub_cause: Series[str] = column("true cause within the category")
    grade: Series[int] = column("true grade", ge=1, le=3)
    faulty_batch: Series[bool] = column("about a piece of the faulty batch")

    class Config:
        metadata = {"key": ["complaint_id"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"tickets": Tickets, "surveys": Surveys, "complaints": Complaints}
TRUTH: dict[str, type[Table]] = {"tickets": TrueTickets, "complaints": TrueComplaints}
