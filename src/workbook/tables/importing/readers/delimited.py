"""Text → rows of cells: the separator or the alignment is found out, and a quote that doesn't end costs one line.

Most lines of most files are plain: Arrow takes them all at once. What it can't or would read otherwise than
Python's csv is taken row by row.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.dictionary_encoding import CODED, coded

# The comma comes last, because it also stands within numbers: 1;2,50 has two fields either way.
SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
SAMPLE = 500  # lines that decide on the separator
LONGEST_ROW = (10_000, 2**20)  # lines and characters; one that is longer has lost a closing quote
OPEN = f"a quote that is not closed within {LONGEST_ROW[0]:,} lines and a million characters"
LEAST = 0.3  # of the first lines, which a table has at least; titles and notes may stand above it
ALIKE = 0.8  # of the lines within a cell; more that have a row's number of fields are rows


class Row(NamedTuple):
    """A row: the number of its line, its fields, and why it can't be used as it stands, "" if it can."""

    number: int
    fields: list[str]
    trouble: str = ""


csv.field_size_limit(2**31 - 1)


def find_separator(lines: Sequence[str], surely: bool = True) -> str:
    """Return the separator that gives most rows the same number of fields; "" if none does for half."""
    share = {s: agreeing([row.fields for row in some_rows(lines, s)]) for s in SEPARATORS}
    best = max(share, key=lambda s: (share[s][0] * share[s][1], share[s][2]))
    return best if share[best][0] >= (0.5 if surely else 0.0) and share[best][2] > 1 else ""


def some_rows(lines: Sequence[str], separator: str, start: int = 0) -> list[Row]:
    """The first rows that aren't blank; behind an open quote may stand a text's lines, which show nothing."""
    rows = (row for row in divide(lines, separator, start) if "".join(row.fields).strip())
    return list(takewhile(lambda row: not row.trouble, islice(rows, SAMPLE)))


def agreeing(rows: Sequence[Sequence[str]]) -> tuple[float, float, int]:
    """Share of rows that have the usual number of fields, from the first that has it, and of all; and that number, if it
    isn't one: a comma in a few numbers at the end agrees with itself, and with few rows.
    """
    width = usual_width(rows)
    fits = [len(r) >= width and not any(r[width:]) for r in rows]
    if width == 1 or sum(fits) < LEAST * len(rows):
        return 0.0, 0.0, 0
    return sum(fits) / len(fits[fits.index(True) :]), sum(fits) / len(fits), width


def usual_width(rows: Sequence[Sequence[str]]) -> int:
    """How many fields most rows have that have several, the first of equals; 1 if none has."""
    widths = Counter(len(row) for row in rows if len(row) > 1)
    return widths.most_common(1)[0][0] if widths else 1


def divide(lines: Sequence[str], separator: str, start: int = 0, width: int = 0) -> Iterator[Row]:
    """Divide lines at a separator, quotes respected; rows come with the place of their first line, from 0."""
    while start < len(lines):
        row, start = take(lines, separator, start, width)
        if row and row.fields:
            width = width or len(row.fields)
            yield row


def take(
    lines: Sequence[str], separator: str, start: int, width: int, more: bool = False
) -> tuple[Row | None, int]:
    """Take one row, and say where the next one begins; a quote that opens and never closes spoils its line only.

    None stands for a row that may go on behind the last line, where ``more`` lines come.
    """
    reader = csv.reader(within_reach(lines, start), delimiter=separator, skipinitialspace=True, strict=True)
    try:
        fields = next(reader)
        end = start + reader.line_num
        inside = lines[start + 1 : end - 1]
        if reader.line_num == 1 or (width in (0, len(fields)) and not like_rows(inside, separator, width)):
            return Row(start, fields), end
    except csv.Error:
        if more and start + reader.line_num == len(lines):
            return None, start
    line, odd = [lines[start]], lines[start].count('"') % 2
    alone = csv.reader(line, delimiter=separator, quoting=csv.QUOTE_NONE if odd else csv.QUOTE_MINIMAL)
    return Row(start, next(alone, []), OPEN if odd and reader.line_num > 1 else ""), start + 1


def within_reach(lines: Sequence[str], start: int) -> Iterator[str]:
    """Lines that may belong to one row."""
    most, left = LONGEST_ROW
    for i in range(start, min(start + most, len(lines))):  # not islice, which would count from the first line
        left -= len(lines[i])
        if left < 0 and i > start:
            return
        yield lines[i]


def like_rows(inside: Sequence[str], separator: str, width: int) -> bool:
    """Whether the lines within a cell are rather rows that an open quote has swallowed."""
    if len(inside) < 3 or (width < 4 and len(inside) < 20):
        return False
    return sum(line.count(separator) == width - 1 for line in inside) > ALIKE * len(inside)


def odd_lines(lines: Sequence[str], separator: str) -> list[int]:
    """Places of lines that aren't plain: each cell without a quote and a space before it, or wholly in quotes."""
    mark = re.escape(separator)
    cell = rf'(?:(?:[^" {mark}\r\n][^"{mark}\r\n]*)?|"(?:[^"\r\n]|"")*")'
    plain = pc.match_substring_regex(pa.array(lines, pa.large_string()), rf"^{cell}(?:{mark}{cell})*[\r\n]*$")
    return np.flatnonzero(~plain.to_numpy(zero_copy_only=False)).tolist()


def plain_rows(text: str, separator: str, width: int) -> tuple[pa.Table, list[int]]:
    """Read lines with quotes in their places, if any; and name the rows of another width, which are left out.

    Returns
    -------
    table : ``width`` columns of coded text
    ragged : places of the rows that are not in it, from 0; lines that are wholly blank count as rows
    """
    ragged: list[int] = []

    def leave(row: pyarrow.csv.InvalidRow) -> str:
        ragged.append(row.number - 1)
        return "skip"

    data = text.encode()
    names = [str(i) for i in range(width)]
    if not data:
        return pa.table({name: coded([]) for name in names}), []
    table = pyarrow.csv.read_csv(
        pa.BufferReader(data),
        read_options=pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=len(data) + 1),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator, ignore_empty_lines=False, invalid_row_handler=leave
        ),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, CODED), strings_can_be_null=False, check_utf8=False
        ),
    )
    if '"' not in text:  # as csv's skipinitialspace; lines with quotes and such space are odd
        table = pa.Table.from_arrays([trimmed(column) for column in table.columns], names=names)
    return table, ragged


def trimmed(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Coded text without the blanks before it."""
    chunks = [
        pa.DictionaryArray.from_arrays(chunk.indices, pc.utf8_ltrim(chunk.dictionary, " "))
        for chunk in column.chunks
    ]
    return pa.chunked_array(chunks, CODED)


def aligned(lines: Sequence[str], format: str, name: str) -> tuple[list[Row], dict[str, str]]:
    """Divide lines at white space if that agrees, else where all of them are blank."""
    numbered = [(i, line.rstrip("\r\n")) for i, line in enumerate(lines, 1) if line.strip()]
    split = [Row(i, line.split()) for i, line in numbered]
    width = len(split[0].fields)
    share = sum(len(row.fields) == width for row in split) / len(split) if width > 1 else 0.0
    if format == "whitespace" or (share == 1 and format == ""):
        return split, {"format": "whitespace"}
    edges = blank_edges([line for _, line in numbered[1:]])
    if len(edges) > 1 or format == "fixed-width":
        cut = [Row(i, [line[a:b].strip() for a, b in edges]) for i, line in numbered]
        if len(split[0].fields) == len(edges):  # a header is often not aligned with what is below it
            cut[0] = split[0]
        return cut, {"format": "fixed-width"}
    if share >= 0.8:
        return split, {"format": "whitespace"}
    raise DataError(
        f"{name} isn't a table: neither a separator (comma, semicolon, tab, bar) nor alignment gives its lines "
        "the same columns."
    )


def blank_edges(lines: Sequence[str]) -> list[tuple[int, int | None]]:
    """Find the first and last position of each column of fixed width: what lies between all-blank positions."""
    filled: set[int] = set()
    for line in lines:
        filled.update(m for m, c in enumerate(line) if not c.isspace())
    starts = sorted(p for p in filled if p - 1 not in filled)
    return [(a, b) for a, b in pairwise([*starts, None]) if a is not None]
