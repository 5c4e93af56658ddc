"""Text → rows of cells: the separator or the alignment is found out, and a quote that doesn't end costs one line.

Most lines of most files are plain: Arrow takes them all at once. What it can't or would read otherwise than
Python's csv is taken row by row.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.dictionary_encoding import CODED, coded

# The comma comes last, because it also stands within numbers: 1;2,50 has two fields either way.
SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
SAMPLE = 500  # lines that decide on the separator
LONGEST_CELL = 50  # lines; a quoted cell that is longer has lost its closing quote

Row = tuple[int, list[str]]

csv.field_size_limit(2**31 - 1)


def find_separator(lines: Sequence[str], surely: bool = True) -> str:
    """Return the separator that gives most lines the fields of the first one; "" if none does for half."""
    sample = [line for line in lines[:SAMPLE] if line.strip()]
    share = {s: agreeing([fields for _, fields in divide(sample, s)]) for s in SEPARATORS}
    best = max(share, key=lambda s: share[s])
    return best if share[best] >= (0.5 if surely else 0.0, 2) else ""


def agreeing(rows: Sequence[Sequence[str]]) -> tuple[float, int]:
    """Share of rows that fit the first one, and its number of fields; a single field is no agreement."""
    width = len(rows[0]) if rows else 0
    fit = sum(len(r) >= width and not any(r[width:]) for r in rows)
    return (fit / len(rows), width) if width > 1 else (0.0, 0)


def divide(lines: Sequence[str], separator: str, start: int = 0, width: int = 0) -> Iterator[Row]:
    """Divide lines at a separator, quotes respected; rows come with the place of their first line, from 0."""
    while start < len(lines):
        fields, end = take(lines, separator, start, width)
        if fields:
            width = width or len(fields)
            yield start, fields
        start = end


def take(lines: Sequence[str], separator: str, start: int, width: int) -> tuple[list[str], int]:
    """Take one row, and say where the next one begins; a quote that opens and never closes spoils its line only."""
    some = (lines[i] for i in range(start, min(start + LONGEST_CELL + 1, len(lines))))
    reader = csv.reader(some, delimiter=separator, skipinitialspace=True, strict=True)
    try:
        fields = next(reader)
        if reader.line_num > 1 and (0 < width != len(fields) or reader.line_num > LONGEST_CELL):
            raise csv.Error("a quote was not closed")
        return fields, start + reader.line_num
    except csv.Error:
        line, odd = [lines[start]], lines[start].count('"') % 2
        alone = csv.reader(line, delimiter=separator, quoting=csv.QUOTE_NONE if odd else csv.QUOTE_MINIMAL)
        return next(alone, []), start + 1


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
    split = [(i, line.split()) for i, line in numbered]
    share, _ = agreeing([fields for _, fields in split])
    if format == "whitespace" or (share == 1 and format == ""):
        return split, {"format": "whitespace"}
    edges = blank_edges([line for _, line in numbered[1:]])
    if len(edges) > 1 or format == "fixed-width":
        cut = [(i, [line[a:b].strip() for a, b in edges]) for i, line in numbered]
        if len(split[0][1]) == len(edges):  # a header is often not aligned with what is below it
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
