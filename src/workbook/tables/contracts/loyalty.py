"""The programme: points and referrals."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, END, MONEY, Table, column

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


class TruePoints(Table):
    """One row per member and month in which points were given: what becomes of them in the end, the oldest going first.

    The last ones expire a year after the data's end; what members do until then is the world's own future, without further
    marketing and trials.
    """

    customer_id: Series[str] = column(
        "identifier of the customer whose points they are", refers="customers.customer_id"
    )
    month: Series[pd.Timestamp] = column("first day of the month in which they were given", unit=DATE)
    given: Series[int] = column("points given", unit=POINTS, ge=0, known_from=END)
    redeemed: Series[int] = column("of these, redeemed in the end", unit=POINTS, ge=0, known_from=END)
    taken_back: Series[int] = column("taken back for returns", unit=POINTS, ge=0, known_from=END)
    expired: Series[int] = column("expired", unit=POINTS, ge=0, known_from=END)

    class Config:
        metadata = {"key": ["customer_id", "month"], "known_from": ["month"]}  # noqa: RUF012


class TrueProgramme(Table):
    """One row per day: what members are expected to spend, and how much of it the programme adds.

    Both follow from everybody's rates, given who had joined by then and when. A member's own purchases after joining come
    faster by the programme's factor; the purchase of joining, and what marketing and trials bring, would have come without it.
    """

    day: Series[pd.Timestamp] = column("day", unit=DATE, unique=True)
    revenue: Series[float] = column(
        "expected revenue of members, from the purchase of joining on, the season's mix averaged out",
        unit=MONEY,
        ge=0,
    )
    added: Series[float] = column(
        "the part of it that would not have come without the programme; below 0 where it keeps purchases away",
        unit=MONEY,
    )

    class Config:
        metadata = {"key": ["day"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"points": Points, "referrals": Referrals}
TRUTH: dict[str, type[Table]] = {
    "points_errors": PointsErrors,
    "points_fate": TruePoints,
    "programme": TrueProgramme,
}
