"""Rows of a text: cells of many lines, and what stands above and below a table."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.delimited import divide
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table

PIECES = [None, 50, 1000]  # bytes to a piece; None for as many as come


@pytest.fixture
def read(tmp_path: Path):
    """Write text into a file and read it, at once or in pieces."""

    def reader(content: str, size: int | None = None, **options) -> Raw:
        path = tmp_path / "file.csv"
        path.write_text(content, newline="")
        return whole_table(Pieces(path, FileOptions(**options), *([size] if size else [])))

    return reader


def rows(raw: Raw) -> list[list[str]]:
    """Cells as lists."""
    return raw.cells.to_numpy().tolist()


@pytest.mark.parametrize("size", PIECES)
def test_a_cell_of_many_lines_is_whole(read, size: int | None) -> None:
    """An e-mail thread in quotes is one cell, however many lines it has and wherever a piece of the file ends."""
    thread = "\n".join(f'> line {i}, and ""so on""\n' for i in range(200))
    raw = read(f'id,customer,text\n1,c1,"{thread}"\n2,c2,fine\n3,c3,"{thread}"\n4,c4,ok\n', size)
    text = thread.replace('""', '"')
    assert rows(raw) == [["1", "c1", text], ["2", "c2", "fine"], ["3", "c3", text], ["4", "c4", "ok"]]
    assert raw.row.tolist() == [2, 402, 403, 803]
    assert (raw.trouble == "").all()


class Counted(Sequence[str]):
    """Lines that count how often one of them is looked at."""

    def __init__(self, lines: list[str]) -> None:
        self.lines, self.looks = lines, 0

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, place):
        """One line, or some."""
        found = self.lines[place]
        self.looks += len(found) if isinstance(place, slice) else 1
        return found


def test_long_cells_cost_no_more_than_their_lines() -> None:
    """A file of nothing but cells of many lines is gone through a few times at most, not anew for each row."""
    lines = Counted(['1,"a\n', "b\n", "c\n", 'd"\n'] * 2_000)
    assert len(list(divide(lines, ","))) == 2_000
    assert lines.looks < 3 * len(lines)


@pytest.mark.parametrize("line", ["x", "y" * 200])
def test_a_cell_beyond_the_limit_is_rejected(read, line: str) -> None:
    """A cell of more than 10,000 lines or a million characters isn't cut: its row is rejected, with the limit as a reason."""
    raw = read('id,customer,text\n1,c1,"' + f"{line}\n" * 10_100 + '"\n2,c2,fine\n')
    assert raw.trouble[0] == "a quote that is not closed within 10,000 lines and a million characters"
    assert (raw.trouble == "").sum() == 1
    assert rows(raw)[-1] == ["2", "c2", "fine"]


@pytest.mark.parametrize("size", PIECES)
def test_an_open_quote_swallows_no_rows(read, size: int | None) -> None:
    """A quote that opens and closes far below, with rows between, is no cell: its own line is rejected, the rows are kept."""
    lines = [f"{i},c{i},2025-01-01,x" for i in range(300)]
    lines[100], lines[200] = '100,c100,2025-01-01,"x', '200,c200,2025-01-01,x"'
    raw = read("\n".join(["id,customer,date,text", *lines]), size)
    assert len(raw.row) == 300
    assert raw.row[raw.trouble != ""].tolist() == [102]
    assert rows(raw)[100] == ["100", "c100", "2025-01-01", '"x']


TITLED = """Sales report 2025

Exported on,2025-03-01
Shop,Berlin
order,customer,date,paid
1,c1,2025-01-01,5
2,c2,2025-01-02,6
"""
PADDED = """Sales report 2025;;;
From;2025-01-01;;
;;;
order;customer;date;paid
1;c1;2025-01-01;5
2;c2;2025-01-02;6
"""
NOTES = """Includes the marketplace, orders (sent by us), and web shop, all, of, them
All amounts in USD, unless specified
Definitions:
"Sales tax: Includes tax, collected."
order,customer,date,paid
1,c1,2025-01-01,5
2,c2,2025-01-02,6
"""
MARKED = "# made by a till\n# version 3\norder,customer,date,paid\n1,c1,2025-01-01,5\n2,c2,2025-01-02,6\n"


@pytest.mark.parametrize(("text", "above"), [(TITLED, 3), (PADDED, 2), (NOTES, 4), (MARKED, 2)])
def test_lines_above_the_header(read, text: str, above: int) -> None:
    """Titles, notes, and names with a value above a table are passed over, counted and said; rows keep their numbers."""
    raw = read(text)
    assert list(raw.cells) == ["order", "customer", "date", "paid"]
    assert rows(raw) == [["1", "c1", "2025-01-01", "5"], ["2", "c2", "2025-01-02", "6"]]
    assert f"lines above the header, passed over: {above}" in raw.notes
    assert raw.row.tolist() == [
        i for i, line in enumerate(text.splitlines(), 1) if "2025-01-0" in line and "c" in line
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (",a,b\n0,x,y\n1,x,z\n", ["column 0", "a", "b"]),
        ("a,b,c\n1,2,3,\n4,5,6,\n", ["a", "b", "c"]),
        ("name,city,\nAnn,Rome,\nBob,Oslo,\n", ["name", "city"]),
        ("1,,,\n2,a,b,c\n3,a,b,c\n", ["column 0", "column 1", "column 2", "column 3"]),
        ("id,text\n1,\n2,\n3,x\n", ["id", "text"]),
        ("a,b\n1,2,3\n4,5,6\n", ["a", "b"]),
    ],
)
def test_a_first_line_that_is_the_tables_own(read, text: str, names: list[str]) -> None:
    """A header with a blank name, or of another width than the rows, and a sparse first row aren't passed over."""
    raw = read(text)
    assert list(raw.cells) == names
    assert len(raw.row) == text.count("\n") - raw.named
    assert raw.notes == []


def test_a_told_header_is_the_first_line(read) -> None:
    """Who says that there is no header gets every line as a row."""
    assert len(read(TITLED, header=False, separator=",").row) == 6


@pytest.mark.parametrize(
    ("end", "rejected"),
    [
        ("Total,,11\n", [4]),
        ("Grand total:,,11\n", [4]),
        (",合计,11\n", [4]),
        ("Total,2025-01-05,40\n", [4]),
        ("Total,2025-01-05,40\nGenerated by a till\n", [4, 5]),
        ("Summe,,11\nc3,2025-01-03,1\n", [4]),
        ("Totally,2025-01-05,40\n", []),
        ("Total,2025-01-05,40\nTotal,2025-01-06,40\n", []),
        ("Total,2025-01-05,40\n" + "c9,2025-01-07,1\n" * 9, []),
    ],
)
def test_totals(read, end: str, rejected: list[int]) -> None:
    """A line of totals is no row: where a cell of it is blank, or at the end of a file; somebody called Total is one."""
    raw = read("customer,date,paid\nc1,2025-01-01,5\nc2,2025-01-02,6\n" + end)
    assert raw.row[raw.trouble != ""].tolist() == rejected
    assert not rejected or raw.trouble[2] == "a line of totals"


def test_a_million_columns(read) -> None:
    """A table that lies on its side is refused in a sentence."""
    for text in (",".join(["a"] * 6000) + "\n" + ",".join(["1"] * 6000), "a,b\n" + ",".join(["1"] * 6000)):
        with pytest.raises(DataError, match=r"has 6,000 columns, and at most 5,000 are read"):
            read(text)
