"""Consent, requests, and who processed what for which purpose."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, END, LATEST, MENTION, Table, column


class Policies(Table):
    """One row per version of the privacy policy."""

    version: Series[str] = column("version number", unique=True)
    published_on: Series[pd.Timestamp] = column("first day in force", unit=DATE)
    changed: Series[str] | None = column("what is new in it", nullable=True)
    pre_ticked: Series[bool] | None = column("whether its forms come with boxes ticked")
    separate_sharing: Series[bool] | None = column("whether sharing with partners is asked for on its own")
    separate_cross_border: Series[bool] | None = column("whether transfer abroad is asked for on its own")
    retention_days: Series[int] | None = column(
        "after the last order, until data is no longer used but for a legal duty", unit="days", ge=0
    )
    language: Series[str] | None = column("ISO codes of its languages", nullable=True)

    class Config:
        metadata = {"key": ["version"], "known_from": ["published_on", MENTION]}  # noqa: RUF012


class Purposes(Table):
    """One row per purpose for which personal data is processed: the register of processing."""

    purpose: Series[str] = column("name of the purpose", unique=True)
    basis: Series[str] | None = column(
        "what makes it lawful: consent, contract, legal duty …", nullable=True, known_from=LATEST
    )
    fields: Series[str] | None = column(
        "fields that it needs, separated by commas", nullable=True, known_from=LATEST
    )
    roles: Series[str] | None = column(
        "roles that may do it, separated by commas", nullable=True, known_from=LATEST
    )

    class Config:
        metadata = {"key": ["purpose"]}  # noqa: RUF012


class Consents(Table):
    """One row per time a customer was asked to consent to a purpose; the last answer counts."""

    consent_id: Series[str] = column("identifier of the question and its answer", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer who was asked", refers="customers.customer_id"
    )
    purpose: Series[str] = column("for which purpose, as in purposes.purpose", refers="purposes.purpose")
    asked_at: Series[pd.Timestamp] = column("when it was asked and answered", unit="local time")
    how: Series[str] | None = column(
        "active tick, app dialog, spoken in store or double opt-in; pre-ticked box or bundled with terms, which give no "
        "consent; of any other way it isn't known what a yes is worth",
        nullable=True,
    )
    granted: Series[bool] = column("whether the answer was yes")
    policy_version: Series[str] | None = column(
        "policy in force; empty where nobody noted it", nullable=True, refers="policies.version"
    )
    withdrawn_at: Series[pd.Timestamp] | None = column(
        "when a yes was taken back; empty if it wasn't", unit="local time", nullable=True
    )

    class Config:
        metadata = {"key": ["consent_id"]}  # noqa: RUF012


class PrivacyRequests(Table):
    """One row per request of a customer about the own data."""

    request_id: Series[str] = column("request identifier", unique=True)
    customer_id: Series[str] = column("identifier of the customer who asked", refers="customers.customer_id")
    kind: Series[str] = column("access, erasure, correction, portability or objection")
    law: Series[str] | None = column("law that protects the customer: PIPL, GDPR, CCPA", nullable=True)
    received_at: Series[pd.Timestamp] = column("when it came in", unit="local time")
    answered_at: Series[pd.Timestamp] | None = column(
        "when it was answered; empty while open", unit="local time", nullable=True
    )
    outcome: Series[str] | None = column(
        "done, partly (what the law keeps), or refused with the reason; withdrawn or duplicate, which need no answer; ended, "
        "where nobody noted what came of it; empty while open",
        nullable=True,
        known_from="answered_at",
    )

    class Config:
        metadata = {"key": ["request_id"]}  # noqa: RUF012


class ProcessingLog(Table):
    """One row per logged act of processing personal data, of one person or of many; not every act is logged."""

    log_id: Series[str] = column("log entry identifier", unique=True)
    processed_at: Series[pd.Timestamp] = column("when", unit="local time")
    actor: Series[str] | None = column("employee (E…), system, or account of another firm", nullable=True)
    role: Series[str] | None = column("the actor's role", nullable=True)
    action: Series[str] | None = column("read, update, send, share or export", nullable=True)
    purpose: Series[str] | None = column("stated purpose", nullable=True, refers="purposes.purpose")
    customer_id: Series[str] | None = column(
        "identifier of the customer whose data it was; empty where it was many people's",
        nullable=True,
        refers="customers.customer_id",
    )
    records: Series[int] | None = column("how many people's data", unit="persons", ge=1)
    fields: Series[str] | None = column("names of the fields, separated by commas", nullable=True)
    destination: Series[str] | None = column(
        "country the data went to; empty where not noted", unit="ISO 3166-1", nullable=True
    )
    basis: Series[str] | None = column(
        "what was said to make it lawful: consent, contract, legal duty, legitimate interest, none stated",
        nullable=True,
    )
    transfer: Series[str] | None = column(
        "what was said to open the border: security assessment, certification or standard contract; "
        "empty if the data stayed, or a contract with the customer needed it abroad",
        nullable=True,
    )

    class Config:
        metadata = {"key": ["log_id"]}  # noqa: RUF012


class Violations(Table):
    """One row per planted violation."""

    table: Series[str] = column("table it is in", isin=["consents", "privacy_requests", "processing_log"])
    row_id: Series[str] = column("consent_id, request_id or log_id of the row")
    kind: Series[str] = column("rule that it breaks")
    inside: Series[pd.BooleanDtype] | None = column(
        "for a leak, whether an insider did it; else empty", nullable=True
    )
    note: Series[str] | None = column("law or circumstance", nullable=True)

    class Config:
        metadata = {"key": ["table", "row_id", "kind"], "known_from": [END]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "policies": Policies,
    "purposes": Purposes,
    "consents": Consents,
    "privacy_requests": PrivacyRequests,
    "processing_log": ProcessingLog,
}
TRUTH: dict[str, type[Table]] = {"violations": Violations}
