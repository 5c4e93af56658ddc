"""The same people as each system knows them, and the ledger that everything must agree with."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import END, LATEST, MONEY, Table, column

STATES = ["shipped", "cancelled", "returned", "partly returned", "open"]
MISTAKES = [
    "missing invoice",
    "doubled invoice",
    "cents off",
    "amount mistyped",
    "refund missing",
    "refund doubled",
    "booked a month late",
    "booked in the next year",
]


class SourceRecords(Table):
    """One row per record that one system keeps of a person, as that system wrote it."""

    record_id: Series[str] = column("record identifier", unique=True)
    source: Series[str] = column("the system that keeps it: POS, e-shop, app, service desk, social, ERP …")
    source_key: Series[str] | None = column(
        "the system's own key; the ERP may hold a member number of the POS or an order_id", nullable=True
    )
    name: Series[str] | None = column(
        "name as written: characters, pinyin, a title or a nickname", nullable=True, known_from=LATEST
    )
    phone: Series[str] | None = column("mobile number as written", nullable=True, known_from=LATEST)
    email: Series[str] | None = column("e-mail address as written", nullable=True, known_from=LATEST)
    gender: Series[str] | None = column(
        "female or male in the system's own code", nullable=True, known_from=LATEST
    )
    birth_date: Series[str] | None = column(
        "birth date as text in the system's own format; social shows month and day only",
        nullable=True,
        known_from=LATEST,
    )
    city: Series[str] | None = column("city as written", nullable=True, known_from=LATEST)
    created_at: Series[pd.Timestamp] | None = column(
        "when the record was made", unit="local time", nullable=True
    )
    updated_at: Series[pd.Timestamp] | None = column(
        "when it was last touched", unit="local time", nullable=True
    )
    size: Series[str] | None = column(
        "clothing size in the profile, XS to XXL", nullable=True, known_from=LATEST
    )
    favourite_colour: Series[str] | None = column(
        "favourite colour in the profile", nullable=True, known_from=LATEST
    )
    preference_tags: Series[str] | None = column(
        "tags in the profile, parted by |", nullable=True, known_from=LATEST
    )
    gift: Series[bool] | None = column(
        "the profile was filled in for a gift, so it describes somebody else", known_from=LATEST
    )

    class Config:
        metadata = {"key": ["record_id"]}  # noqa: RUF012


class ProfileChanges(Table):
    """One row per field of a profile that was filled in: when, and why."""

    record_id: Series[str] = column("record identifier", refers="source_records.record_id")
    field: Series[str] = column("column of source_records that was filled in")
    changed_at: Series[pd.Timestamp] = column("when", unit="local time")
    reason: Series[str] | None = column(
        "own (by the customer unasked), staff, reward (by the customer, for points or a small gift), gift (for the "
        "person who is to get one); empty where the log doesn't say",
        nullable=True,
    )

    class Config:
        metadata = {"key": ["record_id", "field"], "known_from": ["changed_at"]}  # noqa: RUF012


class SocialActivity(Table):
    """One row per follow or like of an account that the social system keeps a record of."""

    activity_id: Series[str] = column("activity identifier", unique=True)
    record_id: Series[str] = column("record identifier", refers="source_records.record_id")
    happened_at: Series[pd.Timestamp] = column("when", unit="local time")
    kind: Series[str] = column("follow or like")
    content: Series[str] | None = column("what was liked; empty for a follow", nullable=True)

    class Config:
        metadata = {"key": ["activity_id"]}  # noqa: RUF012


class Invoices(Table):
    """One row per order document in the ERP's ledger; an order has one that isn't cancelled, mistakes apart."""

    invoice_id: Series[str] = column("invoice or credit note identifier", unique=True)
    order_id: Series[str] = column("identifier of the order it is for", refers="orders.order_id")
    invoiced_at: Series[pd.Timestamp] | None = column(
        "when it was booked; empty while the order is open", unit="local time", nullable=True
    )
    state: Series[str] | None = column("what became of the order", isin=STATES, known_from=END)
    amount: Series[float] = column("invoiced for the whole order, refunds not taken off", unit=MONEY, ge=0)
    refunded: Series[float] | None = column("given back so far", unit=MONEY, ge=0, known_from=END)

    class Config:
        metadata = {"key": ["invoice_id"], "known_from": ["order_id"]}  # noqa: RUF012


class TrueIdentities(Table):
    """One row per source record: whose it is, and for which reward its profile was completed."""

    record_id: Series[str] = column("record identifier", unique=True, refers="source_records.record_id")
    customer_id: Series[str] = column("identifier of the customer it is about")
    duplicate: Series[bool] = column("a further record of the same person in the same system")
    reward: Series[str] | None = column(
        "small gift or points for which the customer completed the own profile; empty where for none",
        nullable=True,
    )

    class Config:
        metadata = {"key": ["record_id"]}  # noqa: RUF012


class TrueProfiles(Table):
    """One row per customer: what is true of size and likings, the best liked first."""

    customer_id: Series[str] = column("customer identifier", unique=True, refers="customers.customer_id")
    size: Series[str] = column("clothing size, XS to XXL")
    colours: Series[str] = column("the two colours liked best, parted by |")
    tags: Series[str] = column("the three tags that fit best, parted by |")
    content: Series[str] = column("what the customer likes to see from the brand most")

    class Config:
        metadata = {"key": ["customer_id"]}  # noqa: RUF012


class InvoiceErrors(Table):
    """One row per order that the ledger has wrong."""

    order_id: Series[str] = column("order identifier", unique=True)
    invoice_id: Series[str] | None = column(
        "identifier of the document that is wrong; empty where it is missing", nullable=True
    )
    kind: Series[str] = column("the mistake", isin=MISTAKES)

    class Config:
        metadata = {"key": ["order_id"], "known_from": [END]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "source_records": SourceRecords,
    "profile_changes": ProfileChanges,
    "social_activity": SocialActivity,
    "invoices": Invoices,
}
TRUTH: dict[str, type[Table]] = {
    "identities": TrueIdentities,
    "profiles": TrueProfiles,
    "invoice_errors": InvoiceErrors,
}
