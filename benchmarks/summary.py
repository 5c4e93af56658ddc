"""Order lines → one row per customer: the workbook, lifetimes, pandas and DuckDB by hand, all from one Parquet file.

Every peer reads the file itself and ends with a pandas frame, one row per customer, sorted by its id.
"""

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

from workbook.analytics.value.btyd import lifetimes
from workbook.tables.summary import customer_summary

FIRST_DAY, AS_OF = pd.Timestamp("2024-01-01"), pd.Timestamp("2025-12-31")
SIZES = {"full": 1_000_000, "quick": 20_000, "warm": 1_000}  # customers; ten lines in five orders each
BG_NBD = ["frequency", "recency", "T", "monetary_value"]


def make(folder: Path, size: str) -> str:
    """Write the order lines in the order of their time, as a till would, and say what they are.

    Ids and times are as in the workbook's tables: ids are text, a line has the time of its order, and most customers
    came lately and rarely.
    """
    rng, customers = np.random.default_rng(2026), SIZES[size]
    orders, lines = 5 * customers, 10 * customers
    appetite = rng.gamma(0.8, size=customers)
    # Each customer and each order has one of these at least; the rest falls where it falls.
    who = np.r_[np.arange(customers), rng.choice(customers, orders - customers, p=appetite / appetite.sum())]
    seconds = ((AS_OF - FIRST_DAY).days + 1) * 86_400
    came = rng.random(customers)[who] * 0.95 * seconds
    at = (came + rng.random(orders) * (seconds - came)).astype("int64")
    by_time = np.argsort(at, kind="stable")
    who, at = who[by_time], at[by_time]
    order = np.sort(np.r_[np.arange(orders), rng.integers(0, orders, lines - orders)])
    pd.DataFrame(
        {
            "order_id": pd.Series([f"O{i:08}" for i in range(orders)]).take(order).array,
            "customer_id": pd.Series([f"C{i:07}" for i in range(customers)]).take(who[order]).array,
            "ordered_at": FIRST_DAY.to_datetime64().astype("M8[us]") + at[order].astype("m8[s]"),
            "amount": rng.lognormal(5, 0.6, lines).round(2),
        }
    ).to_parquet(folder / f"lines-{size}.parquet", row_group_size=500_000)
    return f"{lines:,} lines in {orders:,} orders of {customers:,} customers, 24 months, ids as text"


def by_workbook(path: Path, order: str | None) -> pd.DataFrame:
    """The workbook's own."""
    return customer_summary(path, AS_OF, unit="days", order=order)


def by_lifetimes(path: Path, order: str | None) -> pd.DataFrame:
    """The usual package; it knows neither orders nor spend in total, so it does less."""
    lines = pd.read_parquet(path, columns=["customer_id", "ordered_at", "amount"])
    return lifetimes().utils.summary_data_from_transaction_data(
        lines,
        "customer_id",
        "ordered_at",
        monetary_value_col="amount",
        observation_period_end=AS_OF,
        freq="D",
    )


def by_pandas(path: Path, order: str | None) -> pd.DataFrame:
    """What a careful analyst writes: group once by visit and once by customer; categories would be slower."""
    columns = ["customer_id", "ordered_at", "amount", *([order] if order else [])]
    lines = pd.read_parquet(path, columns=columns)
    lines = lines[lines["ordered_at"] < AS_OF + pd.Timedelta(days=1)]
    lines = lines.assign(day=lines["ordered_at"].dt.normalize())
    visits = lines.groupby(["customer_id", "day"]).agg(
        spent=("amount", "sum"),
        orders=(order, "nunique") if order else ("amount", "size"),
    )
    found = (
        visits.reset_index()
        .groupby("customer_id")
        .agg(
            first_order_on=("day", "first"),
            last_order_on=("day", "last"),
            purchases=("orders", "sum"),
            total_spend=("spent", "sum"),
            first_spend=("spent", "first"),
            visits=("spent", "size"),
        )
    )
    first, last, repeats = found["first_order_on"], found["last_order_on"], found["visits"] - 1
    later = (found["total_spend"] - found["first_spend"]) / repeats.where(repeats > 0)
    return found.assign(
        days_since_last=(AS_OF - last).dt.days,
        frequency=repeats,
        recency=(last - first).dt.days,
        T=(AS_OF - first).dt.days,
        monetary_value=later.fillna(0.0),
    )


VISITS = """
    select customer_id, ordered_at::date as day, sum(amount) as spent, count(*) as orders
    from read_parquet('{path}')
    where ordered_at < date '{as_of}' + 1
    group by all
"""
# Grouping once more is faster than count(distinct order_id).
VISITS_OF_ORDERS = """
    select customer_id, day, sum(spent) as spent, count(*) as orders
    from (
        select customer_id, ordered_at::date as day, {order}, sum(amount) as spent
        from read_parquet('{path}')
        where ordered_at < date '{as_of}' + 1
        group by all
    )
    group by all
"""
CUSTOMERS = """
with visits as ({visits})
select
    customer_id,
    min(day) as first_order_on,
    max(day) as last_order_on,
    sum(orders)::bigint as purchases,
    date '{as_of}' - max(day) as days_since_last,
    sum(spent) as total_spend,
    count(*) - 1 as frequency,
    max(day) - min(day) as recency,
    date '{as_of}' - min(day) as T,
    case when count(*) > 1 then (sum(spent) - arg_min(spent, day)) / (count(*) - 1) else 0 end as monetary_value
from visits
group by customer_id
order by customer_id
"""


def by_sql(path: Path, order: str | None) -> pd.DataFrame:
    """The same columns in one query, sorted by DuckDB."""
    as_of = AS_OF.date()
    visits = (VISITS_OF_ORDERS if order else VISITS).format(path=path, as_of=as_of, order=order)
    return duckdb.sql(CUSTOMERS.format(visits=visits, as_of=as_of)).df().set_index("customer_id")


def same(ours: pd.DataFrame, peer: pd.DataFrame) -> None:
    """Assert that a peer found the same, in every column that it has and at least in those of BG/NBD."""
    columns = [c for c in ours if c in peer]
    assert set(BG_NBD) <= set(columns)
    pd.testing.assert_frame_equal(
        ours[columns], peer[columns], check_dtype=False, check_index_type=False, rtol=1e-9, atol=1e-9
    )


PEERS: dict[str, Callable[[Path, str | None], pd.DataFrame]] = {
    "workbook": by_workbook,
    "lifetimes": by_lifetimes,
    "pandas by hand": by_pandas,
    "DuckDB SQL by hand": by_sql,
}


def ready(peer: str, variant: str, folder: Path, size: str) -> Callable[[], pd.DataFrame]:
    """A call that needs nothing but to be timed; reading the file is part of it."""
    path, order = folder / f"lines-{size}.parquet", "order_id" if variant == "orders" else None
    return lambda: PEERS[peer](path, order)
