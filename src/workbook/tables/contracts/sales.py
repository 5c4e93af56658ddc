"""What is sold, where, to whom, and what comes back."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, LATEST, MENTION, MONEY, ROW, Table, column


class Customers(Table):
    """One row per customer."""

    customer_id: Series[str] = column("customer identifier", unique=True)
    joined_on: Series[pd.Timestamp] | None = column(
        "the day of the first purchase; empty for those who haven't bought", unit=DATE, nullable=True
    )
    acquisition_channel: Series[str] | None = column(
        "the channel that won the customer", nullable=True, known_from=("joined_on", ROW)
    )
    gender: Series[str] | None = column("female, male or not said", nullable=True)
    birth_year: Series[pd.Int64Dtype] | None = column("year of birth", unit="year", nullable=True, ge=1900)
    city: Series[str] | None = column("where the customer lives", nullable=True, known_from=LATEST)
    country: Series[str] | None = column("country of the customer", nullable=True, known_from=LATEST)
    first_contact: Series[str] | None = column("first contact with the brand: online or store", nullable=True)
    service_channel: Series[str] | None = column(
        "preferred when asking for help: phone, app, chat, e-mail or store", nullable=True, known_from=LATEST
    )
    uses_online: Series[pd.BooleanDtype] | None = column(
        "uses the online platform to ask for help", nullable=True, known_from=LATEST
    )
    member_since: Series[pd.Timestamp] | None = column(
        "day of joining the loyalty programme; empty for others", unit=DATE, nullable=True
    )
    income_band: Series[str] | None = column(
        "monthly income before tax, in yuan, as the customer says it: under 5k, 5k to 10k, 10k to 20k or over 20k",
        nullable=True,
        known_from=LATEST,
    )
    occupation: Series[str] | None = column(
        "student, office, manager, trade (self-employed), service, home (keeps house) or retired, as the customer says it",
        nullable=True,
        known_from=LATEST,
    )
    education: Series[str] | None = column(
        "highest education, as the customer says it: school, college, bachelor or master",
        nullable=True,
        known_from=LATEST,
    )
    customer_kind: Series[str] | None = column(
        "private, family (buys for a household), firm or key account (a firm that buys often); empty where not known",
        nullable=True,
        known_from=LATEST,
    )
    stated_need: Series[str] | None = column(
        'the answer to "what matters most?": price, quality, convenience or emotion; empty for those who didn\'t answer',
        nullable=True,
        known_from=LATEST,
    )

    class Config:
        metadata = {"key": ["customer_id"], "known_from": ["joined_on", MENTION]}  # noqa: RUF012


class Products(Table):
    """One row per product."""

    product_id: Series[str] = column("product identifier", unique=True)
    name: Series[str] | None = column("name or description", nullable=True)
    description: Series[str] | None = column("what it is, in English", nullable=True)
    description_zh: Series[str] | None = column("what it is, in Chinese", nullable=True)
    category: Series[str] | None = column("kind of garment or good", nullable=True)
    style: Series[str] | None = column("commuter, street, classic or sport", nullable=True)
    list_price: Series[float] | None = column(
        "price before any discount", unit=MONEY, nullable=True, ge=0, known_from=LATEST
    )
    unit_cost: Series[float] | None = column(
        "what one piece costs the retailer", unit=MONEY, nullable=True, ge=0, known_from=LATEST
    )
    launched_on: Series[pd.Timestamp] | None = column(
        "first day on sale; empty for what was sold before the data begins", unit=DATE, nullable=True
    )
    colours: Series[str] | None = column(
        "colours in which it comes, parted by |", nullable=True, known_from=LATEST
    )
    sizes: Series[str] | None = column(
        "sizes in which it comes, parted by |", nullable=True, known_from=LATEST
    )
    withdrawn_on: Series[pd.Timestamp] | None = column(
        "last day on sale; empty for what is still sold", unit=DATE, nullable=True
    )

    class Config:
        metadata = {"key": ["product_id"]}  # noqa: RUF012


class Stores(Table):
    """One row per store with a door."""

    store_id: Series[str] = column("store identifier", unique=True)
    name: Series[str] | None = column("name on the door", nullable=True)
    city: Series[str] | None = column("where it stands", nullable=True)
    opened_on: Series[pd.Timestamp] | None = column("first day open", unit=DATE, nullable=True)

    class Config:
        metadata = {"key": ["store_id"], "known_from": ["opened_on", MENTION]}  # noqa: RUF012


class Orders(Table):
    """One row per order: what one customer bought at one moment."""

    order_id: Series[str] = column("order identifier", unique=True)
    customer_id: Series[str] = column("identifier of the customer who bought", refers="customers.customer_id")
    ordered_at: Series[pd.Timestamp] = column("when, as the shop's clock showed it", unit="local time")
    channel: Series[str] | None = column("where: store, e-shop, app, mini-program …", nullable=True)
    store_id: Series[str] | None = column(
        "store identifier; empty for an order online", nullable=True, refers="stores.store_id"
    )
    amount: Series[float] | None = column("paid for the whole order, returns not taken off", unit=MONEY, ge=0)
    scene: Series[str] | None = column(
        "what it is for: gift, everyday or business; recorded where it was asked, and for gifts to be wrapped",
        nullable=True,
    )
    payment: Series[str] | None = column("alipay, wechat, card, cash or instalments", nullable=True)
    delivery: Series[str] | None = column(
        "standard, express, locker (parcel locker) or store (fetched there); empty for an order in a store",
        nullable=True,
    )

    class Config:
        metadata = {"key": ["order_id"]}  # noqa: RUF012


class OrderLines(Table):
    """One row per line of an order: one product in some quantity."""

    order_id: Series[str] = column("order identifier", refers="orders.order_id")
    line: Series[int] = column("number of the line within its order, from 1", ge=1)
    product_id: Series[str] | None = column("product identifier", nullable=True, refers="products.product_id")
    batch_id: Series[str] | None = column(
        "identifier of the batch it came from", nullable=True, refers="batches.batch_id"
    )
    quantity: Series[float] | None = column("pieces bought", unit="pieces", nullable=True, gt=0)
    unit_price: Series[float] | None = column(
        "paid for one piece, after discount", unit=MONEY, nullable=True, ge=0
    )
    amount: Series[float] | None = column("paid for the line: quantity × unit price", unit=MONEY, ge=0)
    size: Series[str] | None = column("size: XS to XXL, a shoe's number, or one size", nullable=True)
    colour: Series[str] | None = column("colour", nullable=True)

    class Config:
        metadata = {"key": ["order_id", "line"]}  # noqa: RUF012


class Returns(Table):
    """One row per order line that was brought back."""

    return_id: Series[str] = column("return identifier", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer who brought it back", refers="customers.customer_id"
    )
    returned_at: Series[pd.Timestamp] = column("when it came back", unit="local time")
    order_id: Series[str] | None = column(
        "identifier of the order it was bought in, where known", nullable=True, refers="orders.order_id"
    )
    line: Series[pd.Int64Dtype] | None = column("the line of that order", nullable=True, ge=1)
    product_id: Series[str] | None = column("product identifier", nullable=True, refers="products.product_id")
    quantity: Series[float] | None = column("pieces returned", unit="pieces", nullable=True, gt=0)
    amount: Series[float] | None = column("refunded, as a positive number", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["return_id"]}  # noqa: RUF012


class StoreVisits(Table):
    """One row per visit of a member whom the staff of a store recognised; the log is kept for 12 months."""

    visit_id: Series[str] = column("visit identifier", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer who was recognised", refers="customers.customer_id"
    )
    store_id: Series[str] | None = column("store identifier", nullable=True, refers="stores.store_id")
    visited_at: Series[pd.Timestamp] = column("when", unit="local time")
    interaction: Series[str] | None = column(
        "the longest that staff did with the visitor: no talk, greeting, advice, fitting or registration",
        nullable=True,
    )
    staff_id: Series[str] | None = column("identifier of who did it; empty for no talk", nullable=True)
    order_id: Series[str] | None = column(
        "identifier of the order in which it ended; empty for others", nullable=True, refers="orders.order_id"
    )

    class Config:
        metadata = {"key": ["visit_id"]}  # noqa: RUF012


class Stock(Table):
    """One row per store, category and week: what the ERP booked in, and what the store counted; kept for 52 weeks."""

    store_id: Series[str] = column("store identifier", refers="stores.store_id")
    category: Series[str] = column("category, as in products.category")
    week: Series[pd.Timestamp] = column("first day of the week, a Monday", unit=DATE)
    received: Series[float] = column("booked in during the week", unit="pieces", ge=0)
    counted: Series[float] = column("counted when the week was over", unit="pieces", ge=0)

    class Config:
        metadata = {"key": ["store_id", "category", "week"], "known_from": ["week + 7 days"]}  # noqa: RUF012


class StockErrors(Table):
    """One row per store, category and week in which pieces vanished, were counted wrongly, or came in and were not booked."""

    store_id: Series[str] = column("store identifier")
    category: Series[str] = column("category, as in stock.category")
    week: Series[pd.Timestamp] = column("first day of the week", unit=DATE)
    kind: Series[str] = column("the error", isin=["shrinkage", "miscount", "missing receipt"])
    pieces: Series[int] = column("that are gone, miscounted or not booked", unit="pieces", ge=1)

    class Config:
        metadata = {"key": ["store_id", "category", "week"], "known_from": ["week + 7 days"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "customers": Customers,
    "products": Products,
    "stores": Stores,
    "orders": Orders,
    "order_lines": OrderLines,
    "returns": Returns,
    "store_visits": StoreVisits,
    "stock": Stock,
}
TRUTH: dict[str, type[Table]] = {"stock_errors": StockErrors}
