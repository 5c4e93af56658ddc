"""Sheets of a spreadsheet."""

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.readers.delimited import Row
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw, Rows, tabulate
from workbook.tables.importing.readers.reader import Reader

SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls


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
    rows = [Row(i, [cell_text(c) for c in row]) for i, row in enumerate(cells, 1)]
    others = [s for s in filled if s != taken]
    seen = [f"only the sheet {taken!r} was read, not {', '.join(others)}"] if others else []
    return Rows(rows, {"format": "spreadsheet", "sheet": taken}, Counter(dict.fromkeys(seen, 0)))


def cell_text(cell: Any) -> str:
    """Text of a spreadsheet's cell: a whole number without ".0", a time as in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


def sheet_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """A spreadsheet's sheet, whole."""
    yield tabulate(read_sheet(path, options.sheet), options.header, path.name)


READER = Reader("spreadsheet", lambda start: start.startswith(SPREADSHEET), sheet_pieces)
