"""Text files in pieces: layout and cells."""

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.delimited import (
    LONGEST_CELL,
    SAMPLE,
    SEPARATORS,
    Row,
    aligned,
    divide,
    find_separator,
    odd_lines,
    plain_rows,
    take,
)
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.encodings import Text, text_blocks
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import (
    Raw,
    Rows,
    column_names,
    filled,
    has_header,
    in_order,
    summed,
    tabulate,
    under,
    untroubled,
)
from workbook.tables.importing.readers.reader import Reader

PIECE = 32 * 2**20  # bytes of text that are read at a time


@dataclass(frozen=True)
class Layout:
    """How a text is divided.

    Attributes
    ----------
    separator : between its fields
    names : of its columns
    named : whether it names them itself
    top : fields of the first line, which a row of several lines must have too
    width : fields of most lines; those beyond the names should be blank
    begin : number of lines before the first row
    """

    separator: str
    names: list[str]
    named: bool
    top: int
    width: int
    begin: int


def text_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Divide a text file into cells, block by block.

    Raises
    ------
    DataError
        if it isn't text, is empty, or nothing divides its lines into two columns.
    """
    name = path.name
    blocks = text_blocks(path, options.encoding, size)
    first = next(blocks, Text("", ""))
    if not first.text.strip():
        raise DataError(f"{name} is empty.")
    lines = list(islice(io.StringIO(first.text, newline=""), SAMPLE + 1))
    mark = re.match(r"sep=(.)\s*$", lines[0]) if lines else None  # Excel's way of naming the separator
    start = 1 if mark else 0
    separator = options.separator or (mark.group(1) if mark else "")
    if options.format in ("", "delimited"):
        separator = separator or find_separator(lines[start:], surely=options.format == "")
    texts = chain([first], blocks)
    if separator and options.format in ("", "delimited"):
        yield from delimited_pieces(texts, separator, start, options.header, name)
    else:
        yield aligned_file(list(texts), options, name)


def aligned_file(texts: Sequence[Text], options: FileOptions, name: str) -> Raw:
    """Divide a whole text at white space or by its columns' positions, which only all of its lines show."""
    rows, facts = aligned(lines_of("".join(text.text for text in texts)), options.format, name)
    seen = summed(text.seen for text in texts)
    return tabulate(Rows(rows, facts | {"encoding": texts[0].encoding}, seen), options.header, name)


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as csv sees them."""
    return list(io.StringIO(text, newline=""))


def delimited_pieces(
    texts: Iterator[Text], separator: str, start: int, header: bool | None, name: str
) -> Iterator[Raw]:
    """Divide lines at a separator; a cell that may go on behind the end of a block is taken with the next one."""
    text, after = next(texts), next(texts, None)
    top = list(islice(io.StringIO(text.text, newline=""), SAMPLE + LONGEST_CELL))
    layout = lay_out(top, separator, start, header, name)
    facts = {"format": "delimited", "separator": SEPARATORS.get(separator, separator)}
    facts |= {"encoding": text.encoding, "header": "yes" if layout.named else "none"}
    text = replace(text, text=text.text[sum(map(len, top[: layout.begin])) :])
    done, any_row = layout.begin, False
    while True:
        ready = closed(text.text, separator) if after else text.text
        raw, lines = divided(ready, layout, done, name)
        if any_row := any_row or len(raw.row) > 0:
            yield replace(raw, facts=facts, seen=summed([text.seen, raw.seen]))
        if after is None:
            break
        text = replace(after, text=text.text[len(ready) :] + after.text)
        after, done = next(texts, None), done + lines
    if not any_row:
        raise DataError(f"{name} has a header but no rows.")


def closed(text: str, separator: str) -> str:
    """Lines up to the first of the last few that may go on behind its end."""
    some = text[-LONGEST_CELL * 2000 :]
    tail = lines_of(some)[len(some) < len(text) :][-LONGEST_CELL:]  # its first line may be cut
    left = next(iter(odd_lines(tail, separator)), len(tail)) if '"' in some else len(tail)
    return text[: len(text) - sum(map(len, tail[left:]))]


def lay_out(lines: Sequence[str], separator: str, start: int, header: bool | None, name: str) -> Layout:
    """Find the header, if there is one, and how wide most of the first rows are."""
    some = list(islice(divide(lines, separator, start), SAMPLE))
    rows, _ = filled(some)
    if not rows:
        raise DataError(f"{name} is empty.")
    named = has_header(rows[0][1], header)
    names = column_names(rows, named)
    body = rows[1:] if named and len(rows) > 1 else rows
    width, _ = Counter(len(fields) for _, fields in body).most_common(1)[0]
    _, end = take(lines, separator, rows[0][0], 0)
    begin = end if named else rows[0][0]
    return Layout(separator, names, named, len(rows[0][1]), max(width, len(names)), begin)


def divided(text: str, layout: Layout, done: int, name: str) -> tuple[Raw, int]:
    """Divide lines into cells, with ``done`` lines of the file before them; and say how many lines they were."""
    separator, names = layout.separator, layout.names
    lines = lines_of(text) if '"' in text else []
    rows, place, table, ragged = apart(text, lines, layout)
    kept = np.delete(place, ragged)
    # A row that is blank, or wider than its columns, is as rare as one that Arrow left out: csv takes them too.
    strange = all_blank(table.columns, len(kept)) | ~all_blank(table.columns[len(names) :], len(kept))
    again = np.union1d(place[ragged], kept[strange]).tolist()
    all_lines = lines or (lines_of(text) if again else [])
    rows += [(i, take(all_lines, separator, i, 0)[0]) for i in again]
    by_hand, seen = filled([(i + done + 1, fields) for i, fields in rows if fields])
    fine = table.filter(pa.array(~strange)) if strange.any() else table
    texts = fine.select(range(len(names))).rename_columns(names)
    raw = untroubled(name, texts, kept[~strange] + done + 1, layout.named)
    if by_hand:
        raw = in_order(raw, under(by_hand, names, layout.named, name, {}, Counter()))
    return replace(raw, seen=seen), len(lines) or len(place)


def apart(
    text: str, lines: Sequence[str], layout: Layout
) -> tuple[list[Row], np.ndarray, pa.Table, list[int]]:
    """Take the rows that begin with an odd line by hand, and all others at once.

    Returns
    -------
    rows : those taken by hand
    place : of the lines that were not
    table, ragged : of these, as by `plain_rows`
    """
    rows, gone, end = [], np.zeros(len(lines), dtype=bool), 0
    for i in odd_lines(lines, layout.separator):
        if i >= end:
            fields, end = take(lines, layout.separator, i, layout.top)
            rows.append((i, fields))
            gone[i:end] = True
    # Without the line between them, a return and a line feed would be one end of a line.
    left = (line.rstrip("\r\n") + "\n" for line, out in zip(lines, gone, strict=True) if not out)
    plain = "".join(left) if rows else text
    table, ragged = plain_rows(plain, layout.separator, layout.width)
    place = np.flatnonzero(~gone) if lines else np.arange(table.num_rows + len(ragged))
    return rows, place, table, ragged


def all_blank(columns: Sequence[pa.ChunkedArray], rows: int) -> np.ndarray:
    """Tell for each row whether it is blank in all of these columns."""
    blank = np.ones(rows, dtype=bool)
    for column in columns:
        if blank.any():
            codes, texts = as_codes(column)
            blank &= (texts.str.strip() == "").to_numpy()[codes]
    return blank


READER = Reader("delimited whitespace fixed-width", lambda start: True, text_pieces)
