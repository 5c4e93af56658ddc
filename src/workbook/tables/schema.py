"""What the data is: one contract a table, and the only source of the data dictionary.

A contract says what one row is, which columns there are, their type, unit and range, the key, and which
other table a column refers to. Columns that a shop may not have are optional; a missing optional column
is not an error, it is something the data set lacks (see ``Dataset.lacks``).
"""

from typing import Any

import pandas as pd
import pandera.pandas as pa
from pandera.typing import Series

Time = "datetime64[ns]"
MONEY = "money (the data set's currency)"


def column(description: str, *, unit: str = "", refers: str = "", **checks: Any) -> Any:
    """Declare a column: what it means, its unit, the ``table.column`` it refers to, and pandera's checks."""
    return pa.Field(description=description, metadata={"unit": unit, "refers": refers}, **checks)


class Table(pa.DataFrameModel):
    """The base of every contract: types are coerced, columns beyond the contract are refused."""

    class Config:
        coerce = True
        strict = True
        ordered = False


class Customers(Table):
    """One row per customer."""

    customer_id: Series[str] = column("who", unique=True)
    joined_on: Series[pd.Timestamp] | None = column("the day of the first purchase", unit="date")
    acquisition_channel: Series[str] | None = column("the channel that won the customer", nullable=True)
    gender: Series[str] | None = column("female, male or not said", nullable=True)
    birth_year: Series[pd.Int64Dtype] | None = column("year of birth", unit="year", nullable=True, ge=1900)
    city: Series[str] | None = column("where the customer lives", nullable=True)
    country: Series[str] | None = column("country of the customer", nullable=True)

    class Config:
        metadata = {"key": ["customer_id"]}  # noqa: RUF012


class Products(Table):
    """One row per product."""

    product_id: Series[str] = column("which product", unique=True)
    name: Series[str] | None = column("name or description", nullable=True)
    category: Series[str] | None = column("kind of garment or good", nullable=True)
    style: Series[str] | None = column("commuter, street, classic or sport", nullable=True)
    list_price: Series[float] | None = column("price before any discount", unit=MONEY, nullable=True, ge=0)
    unit_cost: Series[float] | None = column(
        "what one piece costs the retailer", unit=MONEY, nullable=True, ge=0
    )

    class Config:
        metadata = {"key": ["product_id"]}  # noqa: RUF012


class Stores(Table):
    """One row per store with a door."""

    store_id: Series[str] = column("which store", unique=True)
    name: Series[str] | None = column("name on the door", nullable=True)
    city: Series[str] | None = column("where it stands", nullable=True)
    opened_on: Series[pd.Timestamp] | None = column("first day open", unit="date", nullable=True)

    class Config:
        metadata = {"key": ["store_id"]}  # noqa: RUF012


class Orders(Table):
    """One row per order: what one customer bought at one moment."""

    order_id: Series[str] = column("which order", unique=True)
    customer_id: Series[str] = column("who bought", refers="customers.customer_id")
    ordered_at: Series[pd.Timestamp] = column("when, as the shop's clock showed it", unit="local time")
    channel: Series[str] | None = column("where: store, e-shop, app, mini-program …", nullable=True)
    store_id: Series[str] | None = column(
        "which store; empty for an order online", nullable=True, refers="stores.store_id"
    )
    amount: Series[float] | None = column("paid for the whole order, returns not taken off", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["order_id"]}  # noqa: RUF012


class OrderLines(Table):
    """One row per line of an order: one product in some quantity."""

    order_id: Series[str] = column("which order", refers="orders.order_id")
    line: Series[int] = column("number of the line within its order, from 1", ge=1)
    product_id: Series[str] | None = column("which product", nullable=True, refers="products.product_id")
    quantity: Series[float] | None = column("pieces bought", unit="pieces", nullable=True, gt=0)
    unit_price: Series[float] | None = column(
        "paid for one piece, after discount", unit=MONEY, nullable=True, ge=0
    )
    amount: Series[float] | None = column("paid for the line: quantity × unit price", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["order_id", "line"]}  # noqa: RUF012


class Returns(Table):
    """One row per order line that was brought back."""

    return_id: Series[str] = column("which return", unique=True)
    customer_id: Series[str] = column("who brought it back", refers="customers.customer_id")
    returned_at: Series[pd.Timestamp] = column("when it came back", unit="local time")
    order_id: Series[str] | None = column(
        "the order it was bought in, where known", nullable=True, refers="orders.order_id"
    )
    line: Series[pd.Int64Dtype] | None = column("the line of that order", nullable=True, ge=1)
    product_id: Series[str] | None = column("which product", nullable=True, refers="products.product_id")
    quantity: Series[float] | None = column("pieces returned", unit="pieces", nullable=True, gt=0)
    amount: Series[float] | None = column("refunded, as a positive number", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["return_id"]}  # noqa: RUF012


class MarketingCosts(Table):
    """One row per month, channel and purpose: what was spent on winning or on keeping customers."""

    month: Series[pd.Timestamp] = column("first day of the month", unit="date")
    channel: Series[str] = column("acquisition channel, as in customers.acquisition_channel")
    purpose: Series[str] = column("winning new customers or keeping old ones", isin=["winning", "keeping"])
    cost: Series[float] = column("spent", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["month", "channel", "purpose"]}  # noqa: RUF012


class TrueCustomers(Table):
    """One row per customer: what the synthetic retailer knows and nobody else could."""

    customer_id: Series[str] = column("who", unique=True, refers="customers.customer_id")
    purchase_rate: Series[float] = column(
        "purchases a week while active, season averaged out", unit="1/week", gt=0
    )
    dropout_probability: Series[float] = column(
        "chance of leaving for good after each repeat purchase", unit="share", ge=0, le=1
    )
    dropped_out_at: Series[pd.Timestamp] = column(
        "the moment of leaving; empty where it lies beyond the next 12 months",
        unit="local time",
        nullable=True,
    )
    active: Series[bool] = column("has not left by the end of the data")
    mean_spend: Series[float] = column(
        "expected amount of one purchase, returns not taken off", unit="CNY", gt=0
    )
    mean_margin: Series[float] = column(
        "expected margin of one purchase: net of discount, returns and cost of goods", unit="CNY"
    )
    expected_purchases_12m: Series[float] = column(
        "expected purchases in the 12 months after the data's end", unit="purchases", ge=0
    )
    expected_value_12m: Series[float] = column("expected margin in those 12 months", unit="CNY")
    purchases_12m: Series[int] = column("purchases that then happened in this world", unit="purchases", ge=0)
    value_12m: Series[float] = column("margin that then came in, in this world", unit="CNY")

    class Config:
        metadata = {"key": ["customer_id"]}  # noqa: RUF012


class TrueChannels(Table):
    """One row per acquisition channel: its true cost and worth."""

    channel: Series[str] = column("acquisition channel", unique=True)
    acquisition_cost: Series[float] = column("true mean cost of winning one customer", unit="CNY", ge=0)
    value_3y: Series[float] = column(
        "expected margin of a customer in the 3 years from the first purchase, that one included", unit="CNY"
    )

    class Config:
        metadata = {"key": ["channel"]}  # noqa: RUF012


CONTRACTS: dict[str, type[Table]] = {
    "customers": Customers,
    "products": Products,
    "stores": Stores,
    "orders": Orders,
    "order_lines": OrderLines,
    "returns": Returns,
    "marketing_costs": MarketingCosts,
}
TRUTH: dict[str, type[Table]] = {"customers": TrueCustomers, "channels": TrueChannels}


def key(contract: type[Table]) -> list[str]:
    """Columns that together name a row of this table."""
    return list(contract.Config.metadata["key"])  # type: ignore[attr-defined]


def columns(contract: type[Table]) -> pd.DataFrame:
    """One row per column of a contract: column, type, unit, required, empty (allowed), refers, meaning."""
    schema = contract.to_schema()
    return pd.DataFrame(
        {
            "column": name,
            "type": type_name(c.dtype),
            "unit": c.metadata["unit"],
            "required": c.required,
            "empty": c.nullable,
            "refers": c.metadata["refers"],
            "meaning": c.description,
        }
        for name, c in schema.columns.items()
    )


def type_name(dtype: Any) -> str:
    """Frictionless' name of a column's type."""
    text = str(dtype).lower()
    for part, name in {
        "int": "integer",
        "float": "number",
        "bool": "boolean",
        "datetime": "datetime",
    }.items():
        if part in text:
            return name
    return "string"


def empty(contract: type[Table]) -> pd.DataFrame:
    """A frame with all of the contract's columns and no row."""
    schema = contract.to_schema()
    return pd.DataFrame({name: pd.Series(dtype=pandas_type(c.dtype)) for name, c in schema.columns.items()})


def pandas_type(dtype: Any) -> Any:
    """The pandas dtype that a contract's column is read as."""
    names = {"string": "str", "datetime": Time, "number": "float64", "boolean": "bool"}
    kind = type_name(dtype)
    return names.get(kind) or ("Int64" if str(dtype) == "Int64" else "int64")
