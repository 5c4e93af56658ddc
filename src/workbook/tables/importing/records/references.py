"""What one table names of another: an id is never erased."""

from collections.abc import Iterator, Mapping

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import by_id_alone
from workbook.tables.importing.records.people import NOBODY


def settle_references(
    tables: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make references hold: a customer, product, store … that isn't in its list is added to it, by its id alone.

    An order, a ticket … can't be made of its id: what names one that isn't here keeps the name.

    Returns
    -------
    tables : with references that hold; none is changed in place
    conflicts : what was done → how often
    """
    tables, conflicts = dict(tables), {}
    for table, name, other, their in references(tables):
        frame = tables[table]
        strange = frame[name].notna() & ~frame[name].isin(tables[other][their])
        if not strange.any():
            continue
        if by_id_alone(schema.CONTRACTS[other]):
            ids = pd.DataFrame({their: frame.loc[strange, name].unique()})
            tables[other] = pd.concat([tables[other], ids], ignore_index=True)
            who = "who" if other == "customers" else "that"
            conflicts[f"{other} of {table} {who} were unknown, added"] = len(ids)
        else:
            conflicts[f"rows of {table} whose {name} isn't among the {other}, kept as it came"] = int(
                strange.sum()
            )
    return tables, conflicts


def references(tables: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, str, str, str]]:
    """Each column of some tables that names rows of another of them: table, column, other table, its column."""
    for table, frame in tables.items():
        for name, refers in schema.references(schema.CONTRACTS[table]).items():
            other, their = refers.split(".")
            if name in frame and other in tables and other != table:
                yield table, name, other, their


def named_by(tables: Mapping[str, pd.DataFrame], other: str) -> pd.Series:
    """Ids of a table that the rest of the tables name; some come again."""
    blank = {other: schema.empty(schema.CONTRACTS[other])}
    rest = {n: f for n, f in tables.items() if n != other} | blank
    return pd.concat([rest[t][c].dropna() for t, c, o, _ in references(rest) if o == other] or [NOBODY])
