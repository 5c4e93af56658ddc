"""Order history → one row per customer, the same from pandas, polars, Spark, or Parquet through DuckDB.

The literature uses "frequency" and "recency" for two different things each, so the columns come in two sets
of names that share none:

- RFM: ``purchases`` (orders), ``days_since_last`` (up to ``as_of``), ``total_spend``;
- BG/NBD (Fader, Hardie & Lee 2005): ``frequency`` (*repeat* purchases), ``recency`` (age at the last purchase),
  ``T`` (age at ``as_of``), ``monetary_value`` (mean spend of a repeat purchase).

In the second set, all that one customer buys on one day is one purchase.
"""

import glob
from pathlib import Path
from typing import Any, Literal

import narwhals as nw
import numpy as np
import pandas as pd

from workbook.tables.errors import DataError, choose

Unit = Literal["days", "days/7", "weeks"]
UNITS = ("days", "days/7", "weeks")


def customer_summary(
    orders: Any,
    as_of: str | pd.Timestamp,
    *,
    returns: Any = None,
    unit: Unit = "days/7",
    customer: str = "customer_id",
    time: str = "ordered_at",
    amount: str | None = "amount",
    order: str | None = None,
) -> pd.DataFrame:
    """Summarise an order history up to the end of the day ``as_of``.

    Parameters
    ----------
    orders
        pandas, polars, DuckDB or Spark frame (extra ``spark``), or the path of a Parquet file or of a folder of them;
        a row per order, or per order line if ``order`` names the column that says which order a line belongs to.
        A day is that of the clock on the wall; for Spark's TIMESTAMP, which is a moment, in the session's time zone.
    as_of
        last day that counts; later rows are left out.
    returns
        the same kinds of frame or path, with ``customer_id``, ``returned_at``, ``amount``; taken off ``total_spend``
        and nothing else, because Gamma-Gamma knows positive amounts only.
    unit
        of recency and T: ``days``; ``days/7``, that is weeks with a fraction; ``weeks``, where a begun week
        counts as one, so that a customer who came back never has a recency of 0.
    customer, time, amount
        names of the columns in ``orders``; ``amount=None`` where none are known: total_spend and monetary_value are
        missing then, and how often and how long customers buy can be told all the same.

    Returns
    -------
    pandas.DataFrame
        index customer_id, sorted; columns first_order_on, last_order_on, purchases, days_since_last,
        total_spend, frequency, recency, T, monetary_value (0 for those who never came back, as in lifetimes).

    Raises
    ------
    DataError
        for an unknown unit, a missing column, or if nothing was ordered up to ``as_of``.
    """
    if unit not in UNITS:
        raise choose("unit", unit, UNITS)
    end = pd.Timestamp(as_of).normalize()
    visits = per_visit(lazy(orders), end, customer, time, amount, order)
    summary = per_customer(visits).pipe(finish, end, unit)
    if amount is None:
        summary = summary.assign(total_spend=np.nan, monetary_value=np.nan)
    if summary.empty:
        raise DataError(f"Nobody ordered up to {end:%Y-%m-%d}; choose a later as_of.")
    return summary if returns is None else net_of(summary, returns, end)


def lazy(orders: Any) -> nw.LazyFrame[Any]:
    """Whatever holds the orders, as one lazy frame."""
    if isinstance(orders, str | Path):
        import duckdb

        place = Path(orders)
        files = sorted(place.glob("*.parquet")) if place.is_dir() else [place]
        if not files or not files[0].exists():
            raise DataError(f"There is no Parquet file {str(orders)!r}.")
        orders = duckdb.read_parquet([glob.escape(str(file)) for file in files])
    return nw.from_native(orders).lazy()


def per_visit(
    orders: nw.LazyFrame[Any],
    end: pd.Timestamp,
    customer: str,
    time: str,
    amount: str | None,
    order: str | None,
) -> nw.LazyFrame[Any]:
    """One row per customer and day: what was spent, in how many orders."""
    missing = {customer, time, amount or customer, order or customer} - set(orders.collect_schema().names())
    if missing:
        raise DataError(f"The order history lacks the column {sorted(missing)[0]!r}.")
    lines = orders.select(
        nw.col(customer).alias("customer_id"),
        nw.col(time).cast(nw.Date).alias("day"),
        (nw.col(amount) if amount else nw.lit(0.0)).alias("spent"),
        *([nw.col(order).alias("order_id")] if order else []),
    ).filter(nw.col("day") <= end.date())  # Spark compares times in the session's zone, days in none
    if order:  # grouping once more is faster than a count of different ids
        lines = lines.group_by("customer_id", "day", "order_id").agg(nw.col("spent").sum())
    return lines.group_by("customer_id", "day").agg(nw.col("spent").sum(), nw.len().alias("orders"))


def per_customer(visits: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Reduce the visits to one row per customer, by customer; the engine sorts faster than pandas."""
    spent, day = nw.col("spent"), nw.col("day")
    first_spend = spent.first(order_by="day")
    if (
        visits.implementation.is_spark_like()
    ):  # it has no ordered first; the least pair is that of the first day
        visits = visits.with_columns(nw.struct("day", "spent").alias("visit"))
        first_spend = nw.col("visit").min().struct.field("spent")
    found = visits.group_by("customer_id").agg(
        nw.len().alias("visits"),
        nw.col("orders").sum().alias("purchases"),
        spent.sum().alias("total_spend"),
        first_spend.alias("first_spend"),
        day.min().alias("first_order_on"),
        day.max().alias("last_order_on"),
    )
    # DuckDB adds whole numbers up in 128 bits, which pandas hasn't.
    whole = found.with_columns(nw.col("purchases", "visits").cast(nw.Int64))
    return gather(whole.sort("customer_id", nulls_last=True))


def gather(found: nw.LazyFrame[Any]) -> pd.DataFrame:
    """Bring a result into pandas; Arrow is the quicker way out of DuckDB, and out of Spark the only one to pandas 3."""
    if found.implementation.is_duckdb() or found.implementation.is_spark_like():
        return found.collect("pyarrow").to_native().to_pandas(date_as_object=False)
    return found.collect("pandas").to_native()


def finish(found: pd.DataFrame, end: pd.Timestamp, unit: Unit) -> pd.DataFrame:
    """Turn counts and days into the two sets of columns."""
    first, last = (found[c].astype("datetime64[s]") for c in ("first_order_on", "last_order_on"))
    begun, ended = ((end - day).dt.days for day in (first, last))
    repeats = found["visits"].astype("int64") - 1
    later_spend = (found["total_spend"] - found["first_spend"]).astype("float64")
    return pd.DataFrame(
        {
            "customer_id": found["customer_id"],
            "first_order_on": first,
            "last_order_on": last,
            "purchases": found["purchases"].astype("int64"),
            "days_since_last": ended,
            "total_spend": found["total_spend"].astype("float64"),
            "frequency": repeats,
            "recency": in_unit(begun - ended, unit),
            "T": in_unit(begun, unit),
            "monetary_value": (later_spend / repeats.where(repeats > 0)).where(repeats > 0, 0.0),
        }
    ).set_index("customer_id")


def in_unit(days: pd.Series, unit: Unit) -> pd.Series:
    """Days in the unit asked for, as floats."""
    scaled = days.astype("float64") / (1 if unit == "days" else 7)
    return np.ceil(scaled) if unit == "weeks" else scaled


def net_of(summary: pd.DataFrame, returns: Any, end: pd.Timestamp) -> pd.DataFrame:
    """Take what came back up to ``end`` off the total spend."""
    back = lazy(returns).filter(nw.col("returned_at").cast(nw.Date) <= end.date())
    refunds = gather(back.group_by("customer_id").agg(nw.col("amount").sum()))
    refunded = refunds.set_index("customer_id")["amount"].astype("float64")  # decimals among them
    return summary.assign(
        total_spend=summary["total_spend"] - refunded.reindex(summary.index, fill_value=0.0)
    )


def split_history(
    orders: pd.DataFrame,
    calibration_end: str | pd.Timestamp,
    holdout_end: str | pd.Timestamp,
    *,
    unit: Unit = "days/7",
    amount: str | None = "amount",
) -> pd.DataFrame:
    """Summary up to ``calibration_end``, and beside it what the same customers did until ``holdout_end``.

    A purchase is a customer's day, as in `customer_summary`; a day belongs to one period only.

    Parameters
    ----------
    orders : a row per order: customer_id, ordered_at, amount
    calibration_end, holdout_end : last days of the two periods
    unit : of recency, T and holdout_T
    amount : name of the column; None where amounts aren't known, and what was spent is missing

    Returns
    -------
    pandas.DataFrame
        customer_summary's columns, and holdout_purchases, holdout_spend, holdout_T.

    Raises
    ------
    DataError
        if the calibration doesn't end before the holdout, or nobody ordered in it.
    """
    start, end = pd.Timestamp(calibration_end).normalize(), pd.Timestamp(holdout_end).normalize()
    if start >= end:
        raise DataError(
            f"calibration_end must lie before holdout_end; got {start:%Y-%m-%d} and {end:%Y-%m-%d}."
        )
    day = orders["ordered_at"].dt.normalize()
    later = orders.assign(day=day)[(day > start) & (day <= end)].groupby("customer_id")
    spent = later[amount].sum() if amount else pd.Series(dtype=float)
    return customer_summary(orders, start, unit=unit, amount=amount).assign(
        holdout_purchases=lambda s: later["day"].nunique().reindex(s.index, fill_value=0),
        holdout_spend=lambda s: spent.reindex(s.index, fill_value=0.0 if amount else np.nan),
        holdout_T=in_unit(pd.Series([(end - start).days]), unit).iloc[0],
    )
