"""Sheets of a workbook, read by a process of its own: run with the file's path, it writes them to its output as JSON.

A few bytes can ask for more memory than there is: one cell far outside of a table makes a sheet of thousands of millions
of cells. Here it ends this process, not the one that imports. This file imports nothing of ours, so that it starts at once.
"""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from typing import Any

import python_calamine as calamine

MEMORY = 4 * 2**30  # bytes that this process may take, where the system holds it to that
MOST_CELLS = 30_000_000  # of a sheet, from its first row to its last, filled or not


def main(path: str, wanted: str) -> dict[str, Any]:
    """What a workbook holds: its sheets that are shown and filled (or the one that is wanted), or what is wrong.

    Returns
    -------
    dict
        names: of all sheets; hidden: of those that aren't shown; sheets: name → rows of texts and merged ranges; error
    """
    limit_memory()
    try:
        book = calamine.CalamineWorkbook.from_path(path)
        names = list(book.sheet_names)
        kinds = {sheet.name: sheet.visible for sheet in book.sheets_metadata}
        hidden = [name for name in names if kinds.get(name, SHOWN) != SHOWN]
        read = [wanted] if wanted else [name for name in names if name not in hidden]
        sheets = {name: contents(book.get_sheet_by_name(name)) for name in read if name in names}
        return {
            "names": names,
            "hidden": hidden,
            "sheets": {n: s for n, s in sheets.items() if any(map(any, s[0]))},
        }
    except calamine.PasswordError:
        return {"error": "is locked with a password; save it without one"}
    except (calamine.CalamineError, ValueError, MemoryError) as error:
        return {"error": f"can't be read as a spreadsheet: {error or 'it needs too much memory'}"}


SHOWN = calamine.SheetVisibleEnum.Visible


def limit_memory() -> None:
    """Hold this process to its memory."""
    try:
        import resource
    except ImportError:  # not on every system
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def contents(
    sheet: calamine.CalamineSheet,
) -> tuple[list[list[str]], list[tuple[tuple[int, int], tuple[int, int]]]]:
    """Rows of texts from the sheet's first, and ranges of merged cells."""
    rows, columns = (end + 1 for end in sheet.end or (-1, -1))
    if rows * columns > MOST_CELLS:
        raise ValueError(
            f"its sheet {sheet.name!r} spans {rows:,} rows and {columns:,} columns; delete what stands far outside of the table"
        )
    return list(sheet_rows(sheet)), sheet.merged_cell_ranges or []


def sheet_rows(sheet: calamine.CalamineSheet) -> Iterator[list[str]]:
    """Rows from the sheet's first row and column on, blank ones too."""
    top, left = sheet.start or (0, 0)
    yield from ([] for _ in range(top))
    for row in sheet.iter_rows():
        yield [""] * left + [cell_text(cell) for cell in row]


def cell_text(cell: Any) -> str:
    """Text of a cell: a whole number without ".0", a time as in ISO 8601."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(" ")
    return str(cell)


if __name__ == "__main__":
    json.dump(main(*sys.argv[1:]), sys.stdout)
