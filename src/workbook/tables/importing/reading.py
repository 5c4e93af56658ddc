"""A user's file → a frame of raw cells, all of them text, each row with its number in the file."""

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.delimited import Row, Rows, read_text
from workbook.tables.importing.mapping import FileOptions

SPREADSHEET = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods; xls
FIGURES = re.compile(r"(?=.*\d)[\d\s.,:;/+\-()%¥￥$€£年月日时分秒]+")
RAGGED = "wrong number of fields"


@dataclass(frozen=True)
class Raw:
    """A file as it came.

    Attributes
    ----------
    file : its name
    cells : one column of text per column of the file; "" where a cell is blank
    row : number of each row in the file: the line of a text, the row of a sheet or of a Parquet file
    trouble : why a row can't be used as it stands, "" if it can
    surplus : fields beyond the last column, joined by " | "
    named : whether the file names its columns itself
    facts, notes : what was found out about the file, and what a reader of the account should know
    """

    file: str
    cells: pd.DataFrame
    row: pd.Series
    trouble: pd.Series
    surplus: pd.Series
    named: bool
    facts: dict[str, str]
    notes: list[str] = field(default_factory=list)


def read_raw(path: Path, options: FileOptions | None = None) -> Raw:
    """Read a CSV, TSV, aligned text, spreadsheet or Parquet file; its content says which it is.

    Raises
    ------
    DataError
        if the file isn't there, can't be read, is empty, or isn't a table.
    """
    options = options or FileOptions()
    data = read_bytes(path)
    try:
        if options.format == "parquet" or (not options.format and data.startswith(b"PAR1")):
            return read_parquet(data, path.name)
        if options.format == "spreadsheet" or (not options.format and data.startswith(SPREADSHEET)):
            return tabulate(read_sheet(data, options.sheet, path.name), options.header, path.name)
    except (ValueError, OSError) as error:  # pyarrow's own errors are among these
        raise DataError(f"{path.name} can't be read: {str(error).splitlines()[0]}.") from None
    if data.startswith((b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!")):
        raise DataError(f"{path.name} is compressed; unpack it first.")
    return tabulate(read_text(data, options, path.name), options.header, path.name)


def read_bytes(path: Path) -> bytes:
    """Content of a file; one sentence if there is none."""
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; name the files in it.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name!r} in {str(path.absolute().parent)!r}.") from None
    except OSError as error:
        raise DataError(f"{str(path)!r} can't be read: {error.strerror}.") from None
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0"):
        raise DataError(f"{path.name} is empty.")
    return data


def read_parquet(data: bytes, name: str) -> Raw:
    """Turn a Parquet file's columns into text; the text of a float is the shortest that gives it back."""
    frame = pd.read_parquet(io.BytesIO(data))
    if any(frame.index.names):
        frame = frame.reset_index()
    frame.columns = pd.Index(distinct_names([str(c) for c in frame.columns]))
    if frame.empty:
        raise DataError(f"{name} has no rows.")
    blank = pd.Series("", index=pd.RangeIndex(len(frame)), dtype="str")
    return Raw(
        file=name,
        cells=frame.reset_index(drop=True).apply(typed_text),
        row=pd.Series(np.arange(1, len(frame) + 1)),
        trouble=blank,
        surplus=blank,
        named=True,
        facts={"format": "Parquet"},
    )


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


def read_sheet(data: bytes, sheet: str, name: str) -> Rows:
    """Rows of a spreadsheet's sheet, the first that isn't empty if none is named."""
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
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
    notes = [f"only the sheet {taken!r} was read, not {', '.join(others)}"] if others else []
    return Rows(below_title(rows), {"format": "spreadsheet", "sheet": taken}, notes)


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


def tabulate(found: Rows, header: bool | None, name: str) -> Raw:
    """Put rows under their header; a row of another width keeps what it has and the trouble it is in."""
    rows = [row for row in found.rows if "".join(row[1]).strip()]
    blank = len(found.rows) - len(rows)
    if not rows:
        raise DataError(f"{name} is empty.")
    named = not any(FIGURES.fullmatch(c.strip()) for c in rows[0][1]) if header is None else header
    names = column_names(rows, named)
    number, cells = [list(part) for part in zip(*rows[int(named) :], strict=True)] or ([], [])
    if not cells:
        raise DataError(f"{name} has a header but no rows.")
    surplus = even(cells, len(names))
    return Raw(
        file=name,
        cells=pd.DataFrame(
            {n: pd.array(c, dtype="str") for n, c in zip(names, zip(*cells, strict=True), strict=True)}
        ),
        row=pd.Series(number),
        trouble=pd.Series([RAGGED if k in surplus else "" for k in range(len(cells))], dtype="str"),
        surplus=pd.Series([surplus.get(k, "") for k in range(len(cells))], dtype="str"),
        named=named,
        facts=found.facts | {"header": "yes" if named else "none"},
        notes=found.notes + ([f"rows without a single filled cell, passed over: {blank}"] if blank else []),
    )


def even(cells: list[list[str]], width: int) -> dict[int, str]:
    """Bring every row to one width, in place; return what was cut off (or "") of those that it changed.

    Blank cells beyond the last column are no change: spreadsheets often write some.
    """
    surplus = {}
    for k, row in enumerate(cells):
        if len(row) != width:
            beyond = row[width:]
            if len(row) < width or "".join(beyond).strip():
                surplus[k] = " | ".join(beyond)
            cells[k] = (row + [""] * width)[:width]
    return surplus


def column_names(rows: Sequence[Row], named: bool) -> list[str]:
    """Names from the header, without those at its end that are blank; or ``column 0`` … by position."""
    if named:
        names = [n.strip().lstrip("\ufeff") for n in rows[0][1]]
        while not names[-1]:
            names.pop()
        return distinct_names([n or f"column {i}" for i, n in enumerate(names)])
    width = Counter(len(cells) for _, cells in rows).most_common(1)[0][0]
    return [f"column {i}" for i in range(width)]


def distinct_names(names: Sequence[str]) -> list[str]:
    """Number the names that come again: ``date``, ``date (2)``."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
