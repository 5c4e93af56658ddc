"""Sheets of a spreadsheet: those of one shape, one below the other, what was merged over rows filled down."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.readers.alike import alike, one_below_the_other, said
from workbook.tables.importing.readers.amounts import is_amount
from workbook.tables.importing.readers.archive import ZIP, kind_of_zip
from workbook.tables.importing.readers.delimited import Row
from workbook.tables.importing.readers.header import figure, table_start
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw, Rows, filled_rows, tabulate
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.totals import without_totals

OLE = b"\xd0\xcf\x11\xe0"  # xls, and what is locked
ALONE = Path(__file__).with_name("sheet_process.py")

Merged = Sequence[tuple[tuple[int, int], tuple[int, int]]]  # first and last row and column of ranges, from 0


def sheet_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """A spreadsheet's sheets of one shape, each as a piece, or the one that is asked for."""
    book = read_book(path, options.sheet)
    if options.sheet and options.sheet not in book["names"]:
        raise choose(f"{path.name}: [file] sheet", options.sheet, book["names"])
    yield from sheets_of_one_shape(book["sheets"], book["hidden"], options, path.name, "spreadsheet")


def sheets_of_one_shape(
    sheets: Mapping[str, tuple[list[list[str]], Merged]],
    hidden: Sequence[str],
    options: FileOptions,
    file: str,
    format: str,
) -> Iterator[Raw]:
    """Sheets as pieces, under the columns of the first that is read."""
    if not sheets:
        raise DataError(f"{file} is empty.")
    tables: dict[str, Raw] = {}
    for name, (rows, merged) in sheets.items():
        try:
            tables[name] = table_of(rows, merged, options, file, {"format": format, "sheet": name})
        except DataError:
            if len(sheets) == 1:
                raise
    if not tables:
        raise DataError(f"{file} has no sheet with a header and rows.")
    likely = sorted(tables, key=lambda name: not like_a_table(tables[name]))
    read = alike({name: tables[name].texts.column_names for name in likely})
    left = [name for name in (*sheets, *hidden) if name not in read]
    yield from one_below_the_other([[tables[name]] for name in read], said("sheet", read, left))


def like_a_table(raw: Raw) -> bool:
    """Whether a sheet names several columns, as a cover or a summary doesn't."""
    return raw.named and len(raw.texts.column_names) > 1


def read_book(path: Path, sheet: str) -> dict[str, Any]:
    """What `sheet_process` finds in a workbook."""
    done = subprocess.run(
        [sys.executable, "-P", str(ALONE), str(path), sheet], capture_output=True, check=False
    )
    if done.returncode:
        raise DataError(
            f"{path.name} can't be read: it asks for more memory than a spreadsheet needs; is there a cell far outside of the "
            "table, or a file of another kind within it?"
        )
    book: dict[str, Any] = json.loads(done.stdout)
    if "error" in book:
        raise DataError(f"{path.name} {book['error']}.")
    return book


def table_of(
    cells: list[list[str]], merged: Merged, options: FileOptions, file: str, facts: dict[str, str]
) -> Raw:
    """Rows of a sheet under their header."""
    rows = [Row(i, row) for i, row in enumerate(even_rows(cells), 1)]
    some, _ = filled_rows(rows)
    start = some[table_start(some)] if some else Row(0, [])
    seen = fill_down(rows, [m for m in merged if m[0][0] >= start.number], start.fields)
    return without_totals(tabulate(Rows(rows, facts, seen), options.header, file), last=True)


def even_rows(cells: list[list[str]]) -> list[list[str]]:
    """Rows of one length."""
    width = max(map(len, cells), default=0)
    return [row + [""] * (width - len(row)) for row in cells]


def fill_down(rows: Sequence[Row], merged: Merged, names: Sequence[str]) -> Counter[str]:
    """Write what is merged over rows into each of them, in place; a sum of several rows stays on the first.

    Parameters
    ----------
    rows : of a sheet, from its first
    merged : ranges below the header
    names : what the header says
    """
    seen: Counter[str] = Counter()
    for (top, left), (bottom, _) in merged:
        value = rows[top].fields[left] if top < len(rows) and left < len(names) else ""
        if bottom == top or not value:
            continue
        if is_amount(names[left]) and figure(value):
            seen["amounts of cells merged over several rows, which count on the first of them"] += 1
            continue
        for row in rows[top + 1 : bottom + 1]:
            row.fields[left] = row.fields[left] or value
        seen["cells merged over several rows, filled down"] += 1
    return seen


def is_spreadsheet(start: bytes, path: Path) -> bool:
    """Whether a file is a workbook of Excel or of an open office."""
    return start.startswith(OLE) or (start.startswith(ZIP) and kind_of_zip(path) == "spreadsheet")


READER = Reader("spreadsheet", is_spreadsheet, sheet_pieces)
