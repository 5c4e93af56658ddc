"""A new table → a data set that is there."""

import dataclasses
from collections.abc import Mapping as Dict

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import by_id_alone, key
from workbook.tables.dataset import Dataset, period, validate
from workbook.tables.errors import DataError
from workbook.tables.importing.mapping.columns import shortened
from workbook.tables.importing.records.people import NOBODY, one_spelling
from workbook.tables.importing.records.references import named_by, references, settle_references

HALF = 0.5  # of the ids that other tables name; a list that has fewer of them may be the wrong one, or the wrong column
ENOUGH = 20  # customers, of whom most should be known


def added(old: Dataset, new: Dataset, table: str, *, replace: bool) -> Dataset:
    """Put a new table, and what came with it, beside those of a data set.

    Raises
    ------
    DataError
        if the data set has the table already and ``replace`` is false; lists, such as those of customers and products, are
        put together.
    """
    if table in old.tables and not replace and not is_list(table):
        raise DataError(
            f"{old.name!r} has the table {table} already; say --replace to put the new one in its place."
        )
    kept = without(old.tables, table)
    known = pd.concat([kept.get("customers", {}).get("customer_id", NOBODY), named_by(kept, "customers")])
    renamed = {n: one_spelling(frame, n, known) for n, frame in new.tables.items()}
    new = dataclasses.replace(new, tables={n: frame for n, (frame, _) in renamed.items()})
    tables = {**kept, **new.tables}
    for name in (n for n in new.tables if n in old.tables and is_list(n)):
        before = old.tables[name]
        if replace and name == table:
            before = staying(new.tables[name], before, name, tables)
        tables[name] = all_rows(new.tables[name], before, name)
    tables, conflicts = settle_references(tables)
    account = new.facts["imports"][table]
    said = dict.fromkeys(note for _, notes in renamed.values() for note in notes)
    share, covered = (
        coverage(new.tables[table], table, {**kept, **new.tables}) if is_list(table) else (1.0, [])
    )
    settled = table == "orders" or (is_list(table) and share >= HALF)  # a list may hold more than who bought
    odd = [] if settled else strangers(old.tables, new.tables[table])
    odd += covered if share < HALF else []
    said |= dict.fromkeys(covered if share >= HALF else [])
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
    if len(here) < ENOUGH or known >= HALF * len(here):
        return []
    return [
        f"{known:,} of its {len(here):,} customers have orders: are ids written in the same way? Here one is {shortened(str(here.iloc[0]))!r}, of "
        f"those who bought {shortened(str(there.iloc[0]))!r}"
    ]


def coverage(listed: pd.DataFrame, table: str, tables: Dict[str, pd.DataFrame]) -> tuple[float, list[str]]:
    """The share of the ids that other tables name which a list has, and the same in words."""
    named = pd.Series(named_by(tables, table).unique(), dtype="str")
    there = named.isin(listed[id_of(table)])
    if not len(named):
        return 1.0, []
    lost = "" if there.all() else f", and {shortened(named[~there].iloc[0])!r} is one that isn't"
    return float(there.mean()), [
        f"of {len(named):,} {table} that other tables name, {int(there.sum()):,} ({int(100 * there.mean())}%) are in this list{lost}"
    ]


def without(tables: Dict[str, pd.DataFrame], table: str) -> dict[str, pd.DataFrame]:
    """Leave a table out, and with it the customers, products … of whom nothing is known but that it named them."""
    left = {name: frame for name, frame in tables.items() if name != table}
    for _, column, other, their in references({table: tables[table], **left}) if table in tables else ():
        if other in left and is_list(other) and column in tables[table]:
            rows = left[other]
            bare = rows.drop(columns=their).isna().all(axis=1)
            only_there = (
                bare & rows[their].isin(tables[table][column]) & ~rows[their].isin(named_by(left, other))
            )
            left[other] = rows[~only_there].reset_index(drop=True)
    return left


def is_list(table: str) -> bool:
    """Whether a table lists what others name, and may have a row of which nothing but the id is known."""
    return by_id_alone(schema.CONTRACTS[table])


def id_of(table: str) -> str:
    """The column that names a row of a list."""
    return key(schema.CONTRACTS[table])[0]


def staying(
    new: pd.DataFrame, old: pd.DataFrame, table: str, tables: Dict[str, pd.DataFrame]
) -> pd.DataFrame:
    """What stays of a list beside one that replaces it: what is named elsewhere, with what the new one doesn't tell."""
    name = id_of(table)
    other = [c for c in old if c == name or (c not in new and old[c].notna().any())]
    return old.loc[old[name].isin(named_by(tables, table)), other]


def all_rows(first: pd.DataFrame, more: pd.DataFrame, table: str) -> pd.DataFrame:
    """The rows of two lists; what both know is taken from the first."""
    both = first.set_index(id_of(table)).combine_first(more.set_index(id_of(table)))
    return both.reset_index()
