"""The columns of a table that name people, and one id for each of them."""

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns
from workbook.tables.importing.cells.emails import OTHERS, as_first_written, spellings

NOBODY = pd.Series(dtype="str")


def people_columns(table: str) -> list[str]:
    """Columns of a table that hold ids of people."""
    about = columns(schema.CONTRACTS[table])
    theirs = (about["refers"] == "customers.customer_id") | about["column"].isin(["customer_id", "unit_id"])
    return about.loc[theirs, "column"].tolist()


def one_spelling(
    frame: pd.DataFrame, table: str, known: pd.Series = NOBODY
) -> tuple[pd.DataFrame, list[str]]:
    """A table whose people have one id each, with what the account should say.

    Parameters
    ----------
    frame : rows of the table
    table : its name
    known : ids that are there already, whose spelling goes first
    """
    notes, changed = [], {}
    for name in (c for c in people_columns(table) if c in frame):
        first = spellings(pd.concat([known, frame[name]], ignore_index=True))
        changed[name] = as_first_written(frame[name], first)
        other = (changed[name] != frame[name]) & frame[name].notna()
        if other.any():
            example = frame.loc[other, name].iloc[0], changed[name][other].iloc[0]
            notes.append(f"{name}: {OTHERS}: {int(other.sum()):,}, such as {example[0]!r} for {example[1]!r}")
    return frame.assign(**changed), notes
