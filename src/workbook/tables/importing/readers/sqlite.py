"""What a query finds in a SQLite database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.typed import BATCH, typed_pieces

ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


def query_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Turn what a query finds in a SQLite database into text; it can change nothing, nor reach beyond the database."""
    place = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(place, uri=True, check_same_thread=False)) as con:
            yield from found_in(con, path.name, options.query)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise DataError(f"{path.name}: {str(error).rstrip('.')}.") from None


def found_in(con: sqlite3.Connection, name: str, query: str) -> Iterator[Raw]:
    """What a query finds; without one, the names of tables are the error's."""
    tables = [
        table for (table,) in con.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
    ]
    if not query:
        raise DataError(
            f"{name} is a SQLite database; say which rows with --query 'SELECT …'. Its tables are {', '.join(tables) or 'none'}."
        )
    con.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY)
    found = con.execute(query)
    if found.description is None:
        raise DataError(f"{name} has no rows.")
    columns = [column for column, *_ in found.description]
    yield from typed_pieces(batches(found, columns), name, {"format": "SQLite", "query": query})


def batches(found: sqlite3.Cursor, columns: list[str]) -> Iterator[pa.RecordBatch]:
    """Rows as texts, some at a time: SQLite's columns have no types that hold."""
    while rows := found.fetchmany(BATCH):
        texts = [pd.Series([text_of(row[i]) for row in rows], dtype="str") for i in range(len(columns))]
        yield pa.RecordBatch.from_arrays(
            [pa.array(column, pa.large_string()) for column in texts], names=columns
        )


def text_of(value: object) -> str | None:
    """Text of a value."""
    return (
        value.decode("utf-8", errors="replace")
        if isinstance(value, bytes)
        else None
        if value is None
        else str(value)
    )


READER = Reader(
    "sqlite", lambda start, path: start.startswith(b"SQLite format 3\0"), query_pieces, queried=True
)
