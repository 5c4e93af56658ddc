"""Tables in HTML, and Excel's XML of 2003: what many systems export under the name of .xls."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.encodings import text_blocks
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.spreadsheet import sheets_of_one_shape

BEGINS = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|meta|body|table|div|style|\?xml|!--|workbook)",
    re.IGNORECASE,
)
CELLS = {"td", "th", "cell", "ss:cell"}
ROWS = {"tr", "row", "ss:row"}
TABLES = {"table", "ss:table"}
SHEETS = {"worksheet", "ss:worksheet"}
UNSEEN = {"style", "script", "head", "title"}
MOST_SPAN = 1000


class Tables(HTMLParser):
    """The tables of a page, or the sheets of a workbook.

    Attributes
    ----------
    found : name → rows of texts, and cells that span rows: first and last row and column
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: dict[str, tuple[list[list[str]], list[tuple[tuple[int, int], tuple[int, int]]]]] = {}
        self.name, self.unseen = "", 0
        self.cell: list[str] | None = None
        self.rows: list[list[str]] = []
        self.merged: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.taken: set[tuple[int, int]] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a table, a row or a cell."""
        said = {name.removeprefix("ss:"): value or "" for name, value in attrs}
        if tag in UNSEEN:
            self.unseen += 1
        elif tag in SHEETS:
            self.name = said.get("name", "")
        elif tag in TABLES:
            self.begin()
        elif tag in ROWS:
            self.end_cell()
            self.rows.extend(
                [] for _ in range(max(1, min(tag_number(said, "index") - len(self.rows), MOST_SPAN)))
            )
        elif tag in CELLS and self.rows:
            self.end_cell()
            self.begin_cell(said)
        elif tag == "br" and self.cell is not None:
            self.cell.append("\n")

    def begin(self) -> None:
        """Begin a table."""
        name = self.name or f"table {len(self.found) + 1}"
        self.rows, self.merged, self.taken, self.cell = [], [], set(), None
        self.found[name] = (self.rows, self.merged)

    def begin_cell(self, said: dict[str, str]) -> None:
        """Begin a cell, behind those that earlier rows reach down into this one."""
        row, top = self.rows[-1], len(self.rows) - 1
        while len(row) < tag_number(said, "index") - 1 or (top, len(row)) in self.taken:
            row.append("")
        down = max(tag_number(said, "rowspan") - 1, tag_number(said, "mergedown"), 0)
        right = max(tag_number(said, "colspan") - 1, tag_number(said, "mergeacross"), 0)
        left = len(row)
        if down:
            self.merged.append(((top, left), (top + down, left)))
            self.taken |= {(top + i, left) for i in range(1, down + 1)}
        row.extend([""] * (right + 1))
        self.cell, self.place = [], left

    def handle_endtag(self, tag: str) -> None:
        """End a cell, a row or a table."""
        if tag in UNSEEN:
            self.unseen = max(0, self.unseen - 1)
        elif tag in CELLS | ROWS | TABLES:
            self.end_cell()

    def end_cell(self) -> None:
        """Put a cell's text into its place."""
        if self.cell is not None:
            self.rows[-1][self.place] = re.sub(r"[ \t\r\f\v]+", " ", "".join(self.cell)).strip()
        self.cell = None

    def handle_data(self, data: str) -> None:
        """Take up a cell's text."""
        if self.cell is not None and not self.unseen:
            self.cell.append(data)


def tag_number(said: dict[str, str], name: str) -> int:
    """A number that a tag says, within reason; 0 if none."""
    text = said.get(name, "")
    return min(int(text), MOST_SPAN) if text.isascii() and text.isdigit() else 0


def markup_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """The tables of a page that are of one shape."""
    tables = Tables()
    for block in text_blocks(path, options.encoding or declared(path), size):
        tables.feed(block.text)
    tables.close()
    tables.end_cell()
    found = {
        name: table for name, table in tables.found.items() if len(table[0]) > 1 and any(map(any, table[0]))
    }
    if not found:
        raise DataError(f"{path.name} is a web page or XML without a table; export the data as CSV or Excel.")
    if options.sheet and options.sheet in found:
        found = {options.sheet: found[options.sheet]}
    yield from sheets_of_one_shape(found, [], options, path.name, "HTML or XML")


def declared(path: Path) -> str:
    """The encoding that a page names in its first lines, if Python knows it."""
    with path.open("rb") as file:
        found = re.search(rb"(?:charset|encoding)\s*=\s*[\"']?([\w-]+)", file.read(2000))
    if not found:
        return ""
    try:
        return (
            ""
            if (name := found[1].decode()).lower().replace("-", "") == "utf8"
            else name
            if "".encode(name) is not None
            else ""
        )
    except LookupError:
        return ""


READER = Reader("markup", lambda start, path: BEGINS.match(start) is not None, markup_pieces)
