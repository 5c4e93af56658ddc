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
    LONGEST_ROW,
    SAMPLE,
    SEPARATORS,
    Row,
    aligned,
    find_separator,
    odd_lines,
    plain_rows,
    some_rows,
    take,
)
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.encodings import Text, text_blocks
from workbook.tables.importing.readers.header import (
    ABOVE,
    column_names,
    has_header,
    some_columns,
    table_start,
)
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import (
    Raw,
    Rows,
    filled_rows,
    in_order,
    summed,
    tabulate,
    under,
    untroubled,
)
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.totals import without_totals

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
    above : number of rows above the header
    """

    separator: str
    names: list[str]
    named: bool
    top: int
    width: int
    begin: int
    above: int


def text_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Divide a text file into cells, block by block.

    Raises
    ------
    DataError
        if it isn't text, is empty, or nothing divides its lines into two columns.
    """
    name = path.name
    blocks = text_blocks(path, options.encoding, size)
    first = list(enough(blocks))
    top = "".join(text.text for text in first)
    if not top.strip():
        raise DataError(f"{name} is empty.")
    lines = list(islice(io.StringIO(top, newline=""), SAMPLE + LONGEST_ROW[0]))
    mark = re.match(r"sep=(.)\s*$", lines[0]) if lines else None  # Excel's way of naming the separator
    start = 1 if mark else 0
    separator = options.separator or (mark.group(1) if mark else "")
    if options.format in ("", "delimited"):
        separator = separator or find_separator(lines[start:], surely=options.format == "")
    texts = chain(first, blocks)
    if separator and options.format in ("", "delimited"):
        layout = lay_out(lines, separator, start, options.header, name)
        yield from delimited_pieces(texts, layout, sum(map(len, lines[: layout.begin])), name)
    else:
        yield aligned_file(list(texts), options, name)


def enough(blocks: Iterator[Text]) -> Iterator[Text]:
    """As many blocks as show a file's layout: with more than the longest row."""
    size = 0
    while size < 2 * LONGEST_ROW[1] and (text := next(blocks, None)):
        size += len(text.text)
        yield text


def aligned_file(texts: Sequence[Text], options: FileOptions, name: str) -> Raw:
    """Divide a whole text at white space or by its columns' positions, which only all of its lines show."""
    rows, facts = aligned(lines_of("".join(text.text for text in texts)), options.format, name)
    seen = summed(text.seen for text in texts)
    raw = tabulate(Rows(rows, facts | {"encoding": texts[0].encoding}, seen), options.header, name)
    return without_totals(raw, last=True)


def lines_of(text: str) -> list[str]:
    """Lines with their ends, as csv sees them."""
    return list(io.StringIO(text, newline=""))


def delimited_pieces(texts: Iterator[Text], layout: Layout, skip: int, name: str) -> Iterator[Raw]:
    """Divide lines at a separator; a row that may go on behind the end of a block is taken with the next one.

    Parameters
    ----------
    texts : whole lines
    layout : how they are divided
    skip : characters before the first row
    """
    facts = {"format": "delimited", "separator": SEPARATORS.get(layout.separator, layout.separator)}
    seen = Counter({ABOVE: layout.above} if layout.above else {})
    done, any_row, rest = layout.begin, False, ""
    for text, last in with_last(texts):
        ready, skip = rest + text.text[skip:], max(0, skip - len(text.text))
        raw, lines, rest = divided(ready, layout, done, name, more=not last)
        if any_row := any_row or len(raw.row) > 0:
            told = facts | {"encoding": text.encoding, "header": "yes" if layout.named else "none"}
            raw = replace(raw, facts=told, seen=summed([seen, text.seen, raw.seen]))
            yield without_totals(raw, last)
            seen = Counter()
        done += lines
    if not any_row:
        raise DataError(f"{name} has a header but no rows.")


def with_last(texts: Iterator[Text]) -> Iterator[tuple[Text, bool]]:
    """Each text, and whether it is the last."""
    text = next(texts, None)
    while text is not None:
        after = next(texts, None)
        yield text, after is None
        text = after


def lay_out(lines: Sequence[str], separator: str, start: int, header: bool | None, name: str) -> Layout:
    """Find the header, if there is one, and how wide most of the first rows are."""
    rows = some_rows(lines, separator, start)
    if not rows:
        raise DataError(f"{name} is empty.")
    above = table_start(rows) if header is None else 0
    rows = rows[above:]
    named = has_header(rows[0].fields, header)
    names = column_names(rows, named, name)
    body = rows[1:] if named and len(rows) > 1 else rows
    width, _ = Counter(len(row.fields) for row in body).most_common(1)[0]
    some_columns([""] * width, name)
    _, end = take(lines, separator, rows[0].number, 0)
    begin = end if named else rows[0].number
    return Layout(separator, names, named, len(rows[0].fields), max(width, len(names)), begin, above)


def divided(text: str, layout: Layout, done: int, name: str, more: bool = False) -> tuple[Raw, int, str]:
    """Divide lines into cells.

    Parameters
    ----------
    text : whole lines
    done : number of lines of the file before them
    more : whether lines come behind them

    Returns
    -------
    raw : their rows
    lines : how many lines these are
    rest : the text of a row that may go on, "" if none does
    """
    separator, names = layout.separator, layout.names
    lines = lines_of(text) if '"' in text else []
    rows, lines, rest = by_hand(lines, layout, more)
    table, place, ragged = at_once(text[: len(text) - len(rest)], lines, rows, layout)
    kept = np.delete(place, ragged)
    # A row that is blank, or wider than its columns, is as rare as one that Arrow left out: csv takes them too.
    strange = all_blank(table.columns, len(kept)) | ~all_blank(table.columns[len(names) :], len(kept))
    again = np.union1d(place[ragged], kept[strange]).tolist()
    all_lines = lines or (lines_of(text) if again else [])
    taken = [row for row, _ in rows] + [row for i in again if (row := take(all_lines, separator, i, 0)[0])]
    odd, seen = filled_rows([row._replace(number=row.number + done + 1) for row in taken if row.fields])
    fine = table.filter(pa.array(~strange)) if strange.any() else table
    texts = fine.select(range(len(names))).rename_columns(names)
    raw = untroubled(name, texts, kept[~strange] + done + 1, layout.named)
    if odd:
        raw = in_order(raw, under(odd, names, layout.named, name, {}, Counter()))
    return replace(raw, seen=seen), len(lines) or len(place), rest


def by_hand(lines: list[str], layout: Layout, more: bool) -> tuple[list[tuple[Row, int]], list[str], str]:
    """Take the rows that begin with an odd line.

    Returns
    -------
    rows : each with the place of the line behind it
    lines : without those of a row that may go on behind them
    rest : the text of these
    """
    rows: list[tuple[Row, int]] = []
    end = 0
    for i in odd_lines(lines, layout.separator) if lines else []:
        if i >= end:
            row, end = take(lines, layout.separator, i, layout.top, more)
            if row is None:
                return rows, lines[:i], "".join(lines[i:])
            rows.append((row, end))
    return rows, lines, ""


def at_once(
    text: str, lines: Sequence[str], rows: Sequence[tuple[Row, int]], layout: Layout
) -> tuple[pa.Table, np.ndarray, list[int]]:
    """Take all other rows at once.

    Returns
    -------
    table, ragged : as by `plain_rows`
    place : of the lines
    """
    gone = np.zeros(len(lines), dtype=bool)
    for row, end in rows:
        gone[row.number : end] = True
    # Without the line between them, a return and a line feed would be one end of a line.
    left = (line.rstrip("\r\n") + "\n" for line, out in zip(lines, gone, strict=True) if not out)
    table, ragged = plain_rows("".join(left) if rows else text, layout.separator, layout.width)
    place = np.flatnonzero(~gone) if lines else np.arange(table.num_rows + len(ragged))
    return table, place, ragged


def all_blank(columns: Sequence[pa.ChunkedArray], rows: int) -> np.ndarray:
    """Tell for each row whether it is blank in all of these columns."""
    blank = np.ones(rows, dtype=bool)
    for column in columns:
        if blank.any():
            codes, texts = as_codes(column)
            blank &= (texts.str.strip() == "").to_numpy()[codes]
    return blank


READER = Reader("delimited whitespace fixed-width", lambda start, path: True, text_pieces)
