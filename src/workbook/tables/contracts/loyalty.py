"""The programme: points and referrals."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, Table, column

POINTS = "points (500 pay 25 CNY)"


class Points(Table):
    """One row per entry of the points ledger, in the order in which it was kept."""

    entry_id: Series[str] = column("entry identifier", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer, a member, whose points they are", refers="customers.customer_id"
    )
    posted_at: Series[pd.Timestamp] = column("when it was posted", unit="local time")
    kind: Series[str] = column(
        "earn, take back (for a return), redeem, expire, birthday bonus, referral bonus, feedback bonus or check-in"
    )
    points: Series[int] = column("added to the balance; below 0 taken from it", unit=POINTS)
    order_id: Series[str] | None = column(
        "identifier of the order that earned them, was paid with them, came back or was commented on; empty for the other kinds",
        nullable=True,
        refers="orders.order_id",
    )

    class Config:
        metadata = {"key": ["entry_id"]}  # noqa: RUF012


class Referrals(Table):
    """One row per customer whom another one brought, where that one is known."""

    referred_id: Series[str] = column(
        "identifier of the customer who came", unique=True, refers="customers.customer_id"
    )
    referrer_id: Series[str] = column(
        "identifier of the customer who brought them", refers="customers.customer_id"
    )
    referred_on: Series[pd.Timestamp] | None = column("day of the first order of who came", unit=DATE)
    reward: Series[int] | None = column(
        "posted to who brought them; 0 for those who were no member on an earlier day", unit=POINTS, ge=0
    )

    class Config:
        metadata = {"key": ["referred_id"], "known_from": ["referred_on", "referred_id"]}  # noqa: RUF012


class PointsErrors(Table):
    """One row per error of the ledger."""

    order_id: Series[str] = column("identifier of the order it is about", refers="orders.order_id")
    kind: Series[str] = column(
        "double earn, missed earn, or overdrawn (a step more redeemed than the balance allowed)",
        isin=["double earn", "missed earn", "overdrawn"],
    )
    entry_id: Series[str] = column(
        "identifier of the entry that is wrong; empty for one that is missing",
        nullable=True,
        refers="points.entry_id",
    )

    class Config:
        metadata = {"key": ["order_id", "kind"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"points": Points, "referrals": Referrals}
TRUTH: dict[str, type[Table]] = {"points_errors": PointsErrors}
