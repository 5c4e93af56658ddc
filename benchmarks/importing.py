"""Order lines of a CSV file → a data set, with rows that can't be used: the workbook, and DuckDB with pandera.

The peer does the least that one would do by hand for this very file: it knows the columns, reads them typed, keeps what
is usable, makes the same four tables and holds them against the same contracts. It guesses nothing, says of no row why
it was left out, and writes nothing.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import validate
from workbook.tables.importing import ImportRequest, import_files

SIZES = {"full": 10_000_000, "quick": 200_000, "warm": 2_000}  # lines
TODAY = pd.Timestamp("2026-11-01")


def make(folder: Path, size: str) -> str:
    """Write the lines as a till would, by time, three to an order; 7 % can't be used, for one of three reasons."""
    rng, lines = np.random.default_rng(2026), SIZES[size]
    orders, customers, products = lines // 3, lines // 20, min(4_000, lines // 10)
    order = np.sort(rng.integers(0, orders, lines))
    who = rng.integers(0, customers, orders)[order]
    minute = np.sort(rng.integers(0, 730 * 24 * 60, orders))[order]
    product = rng.integers(0, products, lines)
    fate = rng.random(lines)
    frame = pd.DataFrame(
        {
            "InvoiceNo": order + 500_000,
            "StockCode": product + 10_000,
            "Description": pd.Series([f"ITEM {i}" for i in range(products)]).take(product).array,
            "Quantity": np.where(fate < 0.02, -1, 1) * rng.integers(1, 12, lines),
            "InvoiceDate": pd.Timestamp("2024-01-01") + pd.to_timedelta(minute, unit="min"),
            "UnitPrice": rng.gamma(2, 20, lines).round(2) + 0.01,
            "CustomerID": pd.Series(who + 12_000, dtype="Int64").mask(fate > 0.955),
        }
    )
    at = (
        frame["InvoiceDate"]
        .dt.strftime("%Y-%m-%d %H:%M:%S")
        .mask((fate > 0.95) & (fate < 0.955), "not a date")
    )
    path = folder / f"orders-{size}.csv"
    frame.assign(InvoiceDate=at).to_csv(path, index=False)
    return f"{lines:,} lines, {path.stat().st_size / 1e6:,.0f} MB of CSV, 7 % of them to be rejected"


def by_workbook(path: Path) -> dict[str, float]:
    """The workbook's own, from the file to a folder."""
    with tempfile.TemporaryDirectory() as folder:
        data = import_files(ImportRequest([path], Path(folder) / "mine", today=TODAY))
        rejected = data.facts["imports"]["orders"]["rows"]["rejected"]
        return summary(data.tables) | {"rejected": rejected}


READ = """
    create table lines as
    select InvoiceNo as order_id, CustomerID as customer_id, try_cast(InvoiceDate as timestamp) as ordered_at,
        StockCode as product_id, Quantity as quantity, UnitPrice as unit_price, Quantity * UnitPrice as amount
    from read_csv('{path}', all_varchar = true, types = {{'Quantity': 'DOUBLE', 'UnitPrice': 'DOUBLE'}})
"""
GOOD = "create view good as select * from lines where customer_id is not null and ordered_at is not null and quantity > 0"
TABLES = {
    "customers": "select customer_id, min(ordered_at)::date::timestamp as joined_on from good group by 1",
    "products": "select distinct product_id from good",
    "orders": "select order_id, min(customer_id) as customer_id, min(ordered_at) as ordered_at, sum(amount) as amount "
    "from good group by 1",
    "order_lines": "select order_id, row_number() over (partition by order_id) as line, product_id, quantity, unit_price, "
    "amount from good",
}


def by_hand(path: Path) -> dict[str, float]:
    """DuckDB reads, pandera checks."""
    con = duckdb.connect()
    con.execute(READ.format(path=path))
    con.execute(GOOD)
    tables = {name: con.sql(query).to_arrow_table().to_pandas() for name, query in TABLES.items()}
    good = validate(tables, schema.CONTRACTS)
    [[lines]] = con.sql("select count(*) from lines").fetchall()
    return summary(good) | {"rejected": lines - len(good["order_lines"])}


def summary(tables: dict[str, pd.DataFrame]) -> dict[str, float]:
    """What both must agree on."""
    rows = {name: float(len(tables[name])) for name in TABLES}
    return rows | {"amount": float(tables["orders"]["amount"].sum())}


def same(ours: dict[str, float], peer: dict[str, float]) -> None:
    """Assert that both kept and rejected the same."""
    assert ours.keys() == peer.keys()
    for name, value in ours.items():
        assert np.isclose(value, peer[name], rtol=1e-9), (name, value, peer[name])


PEERS = {"workbook": by_workbook, "DuckDB and pandera": by_hand}


def ready(peer: str, variant: str, folder: Path, size: str) -> Callable[[], dict[str, float]]:
    """A call that needs nothing but to be timed."""
    return lambda: PEERS[peer](folder / f"{variant}-{size}.csv")
