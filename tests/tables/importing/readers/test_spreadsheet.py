"""Spreadsheets: sheets of one shape together, what is merged filled down, and nothing that takes the memory away."""

import io
from pathlib import Path

import pytest
from openpyxl import Workbook

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table
from workbook.tables.importing.readers.spreadsheet import read_book

LOCKED = Path(__file__).with_name("locked.xlsx")  # its password is "secret"


def workbook(merged: tuple[str, ...] = (), **sheets: list[list[object]]) -> bytes:
    """A workbook with some ranges of its first sheet merged."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for cells in merged:
        book.worksheets[0].merge_cells(cells)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def read(tmp_path: Path):
    """Write a workbook and read it."""

    def reader(content: bytes, **options) -> Raw:
        path = tmp_path / "book.xlsx"
        path.write_bytes(content)
        return whole_table(Pieces(path, FileOptions(**options)))

    return reader


def rows(raw: Raw) -> list[list[str]]:
    """Cells as lists."""
    return raw.cells.to_numpy().tolist()


def test_sheets_of_one_shape_are_read_together(read) -> None:
    """A sheet a month is one table, whatever the order of its columns; another shape is left, and both are said."""
    raw = read(
        workbook(
            cover=[["Sales"], ["by the till"]],
            jan=[["id", "paid"], ["a", 1], ["b", 2]],
            notes=[["who", "what", "when"], ["x", "y", "z"]],
            feb=[["Paid", "ID"], [3, "c"]],
        )
    )
    assert rows(raw) == [["a", "1"], ["b", "2"], ["c", "3"]]
    assert raw.row.tolist() == [2, 3, 5]
    assert raw.notes == [
        "sheets read one below the other, their rows numbered through: jan, feb",
        "not read: cover, notes",
    ]
    assert rows(read(workbook(jan=[["id"], ["a"]], feb=[["id"], ["b"]]), sheet="feb")) == [["b"]]


def test_the_first_sheet_where_all_differ(read) -> None:
    """Of sheets that all differ the first with a table is read, and the others are named, hidden ones too."""
    raw = read(workbook(orders=[["id", "paid"], ["a", 1]], goods=[["sku", "name", "x"], ["b", "c", "d"]]))
    assert rows(raw) == [["a", "1"]]
    assert raw.notes == ["only the sheet 'orders' was read, not goods"]


def test_merged_cells_are_filled_down(read) -> None:
    """What is merged over rows holds for each of them; a sum of several rows counts on the first alone; both are said."""
    raw = read(
        workbook(
            merged=("A2:A4", "B2:B4", "D2:D4", "A5:B5"),
            orders=[
                ["order", "customer", "item", "Order total"],
                [1001, "c1", "shirt", 60],
                [None, None, "belt", None],
                [None, None, "hat", None],
                [1002, None, "sock", 9],
            ],
        )
    )
    assert rows(raw) == [
        ["1001", "c1", "shirt", "60"],
        ["1001", "c1", "belt", ""],
        ["1001", "c1", "hat", ""],
        ["1002", "", "sock", "9"],
    ]
    assert raw.notes == [
        "cells merged over several rows, filled down: 2",
        "amounts of cells merged over several rows, which count on the first of them: 1",
    ]


def test_a_title_with_pairs_and_a_total(read) -> None:
    """Titles and pairs of a name and a value above the header are passed over; a total at the end is no row."""
    raw = read(
        workbook(
            merged=("A1:C1",),
            sales=[
                ["Sales 2025"],
                ["From", "2025-01-01"],
                [],
                ["customer", "date", "paid"],
                ["c1", "2025-01-02", 5],
                ["Total", "2025-01-05", 5],
            ],
        )
    )
    assert list(raw.cells) == ["customer", "date", "paid"]
    assert raw.trouble.tolist() == ["", "a line of totals"]
    assert raw.row.tolist() == [5, 6]
    assert "lines above the header, passed over: 2" in raw.notes


def test_a_cell_far_outside_costs_no_memory(read) -> None:
    """A sheet that a stray cell makes of thousands of millions of cells is refused in a sentence, whatever its bytes."""
    book = Workbook()
    book.active["A1"], book.active["B1"], book.active["A2"], book.active["B2"] = "id", "paid", 1, 2
    book.active["XFD1048576"] = 1
    buffer = io.BytesIO()
    book.save(buffer)
    with pytest.raises(DataError, match="is there a cell far outside of the table"):
        read(buffer.getvalue())


def test_many_cells_are_refused_by_their_number(tmp_path, monkeypatch) -> None:
    """A sheet of more cells than a table has is refused before they are made."""
    from workbook.tables.importing.readers import spreadsheet

    source = spreadsheet.ALONE.read_text("utf-8").replace("MOST_CELLS = 30_000_000", "MOST_CELLS = 3")
    monkeypatch.setattr(spreadsheet, "ALONE", tmp_path / "alone.py")
    spreadsheet.ALONE.write_text(source, "utf-8")
    (tmp_path / "book.xlsx").write_bytes(workbook(a=[["id", "paid"], [1, 2]]))
    with pytest.raises(DataError, match="its sheet 'a' spans 2 rows and 2 columns"):
        read_book(tmp_path / "book.xlsx", "")


def test_a_locked_workbook() -> None:
    """A workbook with a password is said to be locked."""
    with pytest.raises(DataError, match=r"locked\.xlsx is locked with a password; save it without one"):
        whole_table(Pieces(LOCKED))
