"""E-mail addresses as ids of people: those that differ by case alone are one person's."""

from collections.abc import Mapping

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns

EMAIL = r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*"
NOBODY = pd.Series(dtype="str")


def people_columns(table: str) -> list[str]:
    """Columns of a table that hold ids of people."""
    about = columns(schema.CONTRACTS[table])
    theirs = (about["refers"] == "customers.customer_id") | about["column"].isin(["customer_id", "unit_id"])
    return about.loc[theirs, "column"].tolist()


def spellings(ids: pd.Series) -> dict[str, str]:
    """E-mail addresses in small letters → as each is written first."""
    distinct = pd.Series(ids.dropna().unique(), dtype="str")
    emails = distinct[distinct.str.fullmatch(EMAIL)].str.strip()
    first = emails.groupby(emails.str.casefold(), sort=False).first()
    return dict(first)


def as_first_written(ids: pd.Series, first: Mapping[str, str]) -> pd.Series:
    """Ids with each e-mail address as it was written first."""
    if not first:
        return ids
    return ids.str.strip().str.casefold().map(first).fillna(ids).astype(ids.dtype)


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
            notes.append(
                f"{name}: e-mail addresses that differ by case alone are one person's; rows with another spelling than the "
                f"first: {int(other.sum()):,}, such as {example[0]!r} for {example[1]!r}"
            )
    return frame.assign(**changed), notes
