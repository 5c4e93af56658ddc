"""What a query finds in a SQLite database."""

import sqlite3
from collections.abc import Iterator
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
    try:
        con = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        names = [
            name for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
        ]
        if not options.query:
            raise DataError(
                f"{path.name} is a SQLite database; say which rows with --query 'SELECT …'. Its tables are "
                f"{', '.join(names) or 'none'}."
            )
        con.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in ALLOWED else sqlite3.SQLITE_DENY)
        found = con.execute(options.query)
        if found.description is None:
            raise DataError(f"{path.name} has no rows.")
        columns = [name for name, *_ in found.description]
        yield from typed_pieces(
            batches(found, columns), path.name, {"format": "SQLite", "query": options.query}
        )
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise DataError(f"{path.name}: {error}.") from None


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
