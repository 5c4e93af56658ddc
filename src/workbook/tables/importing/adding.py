"""A new table → a data set that is there."""

import dataclasses
from collections.abc import Mapping as Dict

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset, period, validate
from workbook.tables.errors import DataError
from workbook.tables.importing.records.people import NOBODY, one_spelling
from workbook.tables.importing.records.references import settle_references

ENOUGH = 20  # customers, of whom most should be known


def added(old: Dataset, new: Dataset, table: str, *, replace: bool) -> Dataset:
    """Put a new table, and what came with it, beside those of a data set.

    Raises
    ------
    DataError
        if the data set has the table already and ``replace`` is false; customers are put together.
    """
    if table in old.tables and table != "customers" and not replace:
        raise DataError(
            f"{old.name!r} has the table {table} already; say --replace to put the new one in its place."
        )
    kept = without(old.tables, table)
    known = pd.concat([kept.get("customers", {}).get("customer_id", NOBODY), named_by(kept)])
    renamed = {n: one_spelling(frame, n, known) for n, frame in new.tables.items()}
    new = dataclasses.replace(new, tables={n: frame for n, (frame, _) in renamed.items()})
    tables = {**kept, **new.tables}
    if "customers" in old.tables and "customers" in new.tables:
        before = old.tables["customers"]
        if replace and table == "customers":
            before = staying(new.tables["customers"], before, tables)
        tables["customers"] = all_customers(new.tables["customers"], before)
    tables, conflicts = settle_references(tables)
    account = new.facts["imports"][table]
    odd = strangers(old.tables, new.tables[table]) if table != "orders" else []
    said = dict.fromkeys(note for _, notes in renamed.values() for note in notes)
    account = {
        **account,
        "conflicts": {**account["conflicts"], **conflicts},
        "notes": [*account["notes"], *said],
    }
    account["doubts"] = [*account["doubts"], *odd]
    start, end = period(tables)
    earlier = {n: told for n, told in old.facts.get("imports", {}).items() if n != table}
    return dataclasses.replace(
        old,
        tables=validate({n: tables[n] for n in schema.CONTRACTS if n in tables}, schema.CONTRACTS),
        start=start,
        end=end,
        currency=new.currency or old.currency,
        facts={**old.facts, "imports": {**earlier, table: account}},
    )


def strangers(old: Dict[str, pd.DataFrame], new: pd.DataFrame) -> list[str]:
    """Say it if hardly any customer of a table is one who bought."""
    if "orders" not in old or "customer_id" not in new:
        return []
    here, there = (pd.Series(t["customer_id"].dropna().unique()) for t in (new, old["orders"]))
    known = int(here.isin(there).sum())
    if len(here) < ENOUGH or known >= len(here) / 2:
        return []
    return [
        f"{known:,} of its {len(here):,} customers have orders: are ids written in the same way? Here one is {here.iloc[0]!r}, of "
        f"those who bought {there.iloc[0]!r}"
    ]


def without(tables: Dict[str, pd.DataFrame], table: str) -> dict[str, pd.DataFrame]:
    """Leave a table out, and with it the customers of whom nothing is known but that it named them."""
    left = {name: frame for name, frame in tables.items() if name != table}
    if table not in tables or "customers" not in left or "customer_id" not in tables[table]:
        return left
    people, named = left["customers"], named_by(left)
    bare = people.drop(columns="customer_id").isna().all(axis=1)
    only_there = (
        bare & people["customer_id"].isin(tables[table]["customer_id"]) & ~people["customer_id"].isin(named)
    )
    return left | {"customers": people[~only_there].reset_index(drop=True)}


def named_by(tables: Dict[str, pd.DataFrame]) -> pd.Series:
    """Customers of whom other tables tell."""
    return pd.concat(
        [f["customer_id"] for n, f in tables.items() if n != "customers" and "customer_id" in f] or [NOBODY]
    )


def staying(new: pd.DataFrame, old: pd.DataFrame, tables: Dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What stays of customers beside those that replace them: who is named elsewhere, with what the new ones don't tell."""
    other = [c for c in old if c == "customer_id" or (c not in new and old[c].notna().any())]
    return old.loc[old["customer_id"].isin(named_by(tables)), other]


def all_customers(first: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """The customers of two tables; what both know is taken from the first."""
    both = first.set_index("customer_id").combine_first(more.set_index("customer_id"))
    return both.reset_index()
