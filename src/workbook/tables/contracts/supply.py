"""Who makes the goods, and in which batches."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, MENTION, Table, column


class Suppliers(Table):
    """One row per supplier."""

    supplier_id: Series[str] = column("supplier identifier", unique=True)
    name: Series[str] | None = column("name of the firm", nullable=True)
    country: Series[str] | None = column("where it works", unit="ISO code", nullable=True)

    class Config:
        metadata = {"key": ["supplier_id"]}  # noqa: RUF012


class Batches(Table):
    """One row per batch: one delivery of one product by one supplier."""

    batch_id: Series[str] = column("batch identifier", unique=True)
    product_id: Series[str] = column("product identifier", refers="products.product_id")
    supplier_id: Series[str] | None = column(
        "identifier of the supplier who made it", nullable=True, refers="suppliers.supplier_id"
    )
    received_on: Series[pd.Timestamp] | None = column("day of delivery", unit=DATE, nullable=True)

    class Config:
        metadata = {"key": ["batch_id"], "known_from": ["received_on", MENTION]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"suppliers": Suppliers, "batches": Batches}
TRUTH: dict[str, type[Table]] = {}
