"""A user's file → frames of raw cells, all of them text, each row with its number in the file.

A file is read in pieces, so that one larger than memory can be; only a spreadsheet, and text that is divided by
its alignment, come whole.
"""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.coded import coded
from workbook.tables.importing.delimited import Row
from workbook.tables.importing.mapping import FileOptions
from workbook.tables.importing.raw import Raw, Rows, distinct_names, tabulate, untroubled
from workbook.tables.importing.texts import PIECE, text_pieces

SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls
COMPRESSED = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!")
DUCKDB = b"DUCK"  # from the ninth byte on
BATCH = 250_000  # rows of a Parquet file or of a query


class Pieces:
    """A file, read in pieces as often as somebody goes through it.

    Parameters
    ----------
    path : CSV, TSV, aligned text, spreadsheet, Parquet or a DuckDB database; its content says which it is
    options : how it is to be read, where that is told
    size : bytes of text to a piece

    Raises
    ------
    DataError
        while reading: if the file isn't there, can't be read, is empty, or isn't a table.
    """

    def __init__(self, path: Path, options: FileOptions | None = None, size: int = PIECE) -> None:
        self.path, self.options, self.size = path, options or FileOptions(), size
        self.rest: Iterator[Raw] | None = None

    @cached_property
    def first(self) -> Raw:
        """The first piece, in which the columns and the file's habits are looked for."""
        self.rest = self.read()
        return next(self.rest)

    def __iter__(self) -> Iterator[Raw]:
        begun, self.rest = self.rest, None
        if begun is None:
            yield from self.read()
        else:
            yield self.first
            yield from begun

    def read(self) -> Iterator[Raw]:
        """Read from the beginning."""
        start, name, options = read_start(self.path), self.path.name, self.options
        try:
            if options.format == "parquet" or (not options.format and start.startswith(b"PAR1")):
                yield from parquet_pieces(self.path)
            elif options.format == "spreadsheet" or (not options.format and start.startswith(SPREADSHEET)):
                yield tabulate(read_sheet(self.path, options.sheet), options.header, name)
            elif start[8:12] == DUCKDB:
                yield from query_pieces(self.path, options.query)
            elif options.query:
                raise DataError(f"--query is for a DuckDB database; {name} is none.")
            elif start.startswith(COMPRESSED):
                raise DataError(f"{name} is compressed; unpack it first.")
            else:
                yield from text_pieces(self.path, options, self.size)
        except DataError:
            raise
        except (ValueError, OSError) as error:  # pyarrow's own errors are among these
            raise DataError(f"{name} can't be read: {str(error).splitlines()[0]}.") from None


def read_start(path: Path) -> bytes:
    """The first bytes of a file; one sentence if there are none."""
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; name the files in it.")
    try:
        with path.open("rb") as file:
            start = file.read(1000)
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name!r} in {str(path.absolute().parent)!r}.") from None
    except OSError as error:
        raise DataError(f"{str(path)!r} can't be read: {error.strerror}.") from None
    if not start:
        raise DataError(f"{path.name} is empty.")
    return start


def parquet_pieces(path: Path) -> Iterator[Raw]:
    """Turn a Parquet file's columns into text, some rows at a time."""
    with pq.ParquetFile(path) as file:
        yield from typed_pieces(file.iter_batches(BATCH), path.name, {"format": "Parquet"})


def query_pieces(path: Path, query: str) -> Iterator[Raw]:
    """Turn what a query finds in a DuckDB database into text; it can change nothing, nor reach beyond the database."""
    import duckdb

    try:
        with duckdb.connect(path, read_only=True, config={"enable_external_access": False}) as con:
            if not query:
                names = [name for (name,) in con.execute("SHOW TABLES").fetchall()]
                raise DataError(
                    f"{path.name} is a DuckDB database; say which rows with --query 'SELECT …'. Its tables are "
                    f"{', '.join(names) or 'none'}."
                )
            found = con.sql(query)
            facts = {"format": "DuckDB", "query": query}
            yield from typed_pieces(found.to_arrow_reader(BATCH), path.name, facts)
    except duckdb.Error as error:
        raise DataError(f"{path.name}: {str(error).splitlines()[0]}") from None


def typed_pieces(batches: Iterable[pa.RecordBatch], name: str, facts: dict[str, str]) -> Iterator[Raw]:
    """Turn typed columns into text; that of a float is the shortest that gives it back."""
    done = 0
    for batch in batches:
        frame = pa.Table.from_batches([batch]).to_pandas()
        if any(frame.index.names):
            frame = frame.reset_index()
        frame.columns = pd.Index(distinct_names([str(c) for c in frame.columns]))
        if len(frame):
            texts = pa.table({column: coded(typed_text(cells)) for column, cells in frame.items()})
            raw = untroubled(name, texts, np.arange(done + 1, done + len(frame) + 1))
            yield replace(raw, facts=facts)
        done += len(frame)
    if not done:
        raise DataError(f"{name} has no rows.")


def typed_text(column: pd.Series) -> pd.Series:
    """Text of a typed column; a time loses its zone, not its hour."""
    missing = column.isna()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    elif column.dtype == "category":
        column = column.astype("object")
    if column.dtype == "object" and isinstance(next(iter(column[~missing]), None), bytes):
        column = column.str.decode("utf-8", errors="replace")  # as some tools write text
    return column.astype("str").mask(missing, "")


def read_sheet(path: Path, sheet: str) -> Rows:
    """Rows of a spreadsheet's sheet, the first that isn't empty if none is named."""
    import python_calamine as calamine

    name = path.name
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes()))
        if sheet and sheet not in book.sheet_names:
            raise choose(f"{name}: [file] sheet", sheet, book.sheet_names)
        filled = [s for s in book.sheet_names if book.get_sheet_by_name(s).total_height]
        taken = sheet or next(iter(filled), "")
        if not taken:
            raise DataError(f"{name} is empty.")
        cells = book.get_sheet_by_name(taken).to_python(skip_empty_area=False)
    except calamine.CalamineError as error:
        raise DataError(f"{name} can't be read as a spreadsheet: {error}.") from None
    rows = [(i, [cell_text(c) for c in row]) for i, row in enumerate(cells, 1)]
    others = [s for s in filled if s != taken]
    seen = [f"only the sheet {taken!r} was read, not {', '.join(others)}"] if others else []
    return Rows(below_title(rows), {"format": "spreadsheet", "sheet": taken}, Counter(dict.fromkeys(seen, 0)))


def below_title(rows: list[Row]) -> list[Row]:
    """Leave out what stands above the header: lines with one cell filled where the table has more."""
    filled = [sum(map(bool, cells)) for _, cells in rows]
    first = next((i for i, n in enumerate(filled) if n > 1), 0)
    return rows[first:]


def cell_text(cell: Any) -> str:
    """Text of a spreadsheet's cell: a whole number without ".0", a time as in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)
