"""Text → rows of cells: encoding, separator or alignment, and quotes that don't end, are all found out."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import charset_normalizer

from workbook.tables.errors import DataError
from workbook.tables.importing.mapping import FileOptions

# The comma comes last, because it also stands within numbers: 1;2,50 has two fields either way.
SEPARATORS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
BOMS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
OTHERS = ["big5", "cp1252", "cp1251", "shift_jis"]
SAMPLE = 500  # lines that decide on the separator
LONGEST_CELL = 50  # lines; a quoted cell that is longer has lost its closing quote

Row = tuple[int, list[str]]


@dataclass(frozen=True)
class Rows:
    """Rows of a file, each with its number in it (a text's line, a sheet's row), and what was found out."""

    rows: list[Row]
    facts: dict[str, str]
    notes: list[str] = field(default_factory=list)


def read_text(data: bytes, options: FileOptions, name: str) -> Rows:
    """Decode a text file and divide its lines into cells.

    Raises
    ------
    DataError
        if it isn't text, or nothing divides its lines into two columns.
    """
    text, encoding, notes = decode(data, options.encoding, name)
    lines = list(io.StringIO(text.replace("\0", ""), newline=""))
    mark = re.match(r"sep=(.)\s*$", lines[0]) if lines else None  # Excel's way of naming the separator
    start = 1 if mark else 0
    separator = options.separator or (mark.group(1) if mark else "")
    if options.format in ("", "delimited"):
        separator = separator or find_separator(lines[start:], surely=options.format == "")
    if separator and options.format in ("", "delimited"):
        rows = list(divide(lines, separator, start))
        facts = {"format": "delimited", "separator": SEPARATORS.get(separator, separator)}
    else:
        rows, facts = aligned(lines, options.format, name)
    return Rows(rows, facts | {"encoding": encoding}, notes)


def decode(data: bytes, encoding: str, name: str) -> tuple[str, str, list[str]]:
    """Decode bytes: as told, by their mark, as UTF-8, else by what they look like; and say what was done."""
    encoding = encoding or next((e for bom, e in BOMS.items() if data.startswith(bom)), "")
    notes: list[str] = []
    try:
        text, encoding = data.decode(encoding or "utf-8"), encoding or "utf-8"
    except LookupError:
        raise DataError(f"[file] encoding must be one that Python knows; got {encoding!r}.") from None
    except UnicodeDecodeError:
        text, encoding, notes = decode_other(data, encoding)
    control = len(re.findall(r"[\x00-\x08\x0e-\x1f\x7f]", text[:100_000]))
    if control > 0.01 * min(len(text), 100_000):
        raise DataError(f"{name} isn't a table: it is neither text nor a spreadsheet nor Parquet.")
    return text, encoding, notes


def decode_other(data: bytes, encoding: str) -> tuple[str, str, list[str]]:
    """Decode what isn't wholly in ``encoding`` (or UTF-8); a file stuck together from two is read by lines."""
    strange = b"".join(line for line in data.splitlines(keepends=True) if not line.isascii())
    whole = encoding or guess_encoding(strange)
    sure = [decodes(line, "utf-8") for line in strange.splitlines()]
    if encoding or sum(sure) < 0.5 * len(sure):
        text = data.decode(whole, errors="replace")
        lost = text.count("\ufffd")
        return text, whole, [f"characters that could not be read as {whole}: {lost}"] if lost else []
    second = guess_encoding(b"\n".join(x for x, ok in zip(strange.splitlines(), sure, strict=True) if not ok))
    lines = data.splitlines(keepends=True)
    text = "".join(x.decode("utf-8" if decodes(x, "utf-8") else second, errors="replace") for x in lines)
    return text, "utf-8", [f"lines that were not UTF-8 and were read as {second}: {sure.count(False)}"]


def decodes(line: bytes, encoding: str) -> bool:
    """Whether bytes are whole characters of an encoding."""
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def guess_encoding(strange: bytes) -> str:
    """Guess the encoding of lines that are not UTF-8.

    Chinese goes first by a test of its own, because charset_normalizer takes short GB 18030 for Korean: it is
    Chinese if most characters are among the 3,755 common ones of GB 2312, which end before 0xD8.
    """
    try:
        characters = [c for c in strange.decode("gb18030") if not c.isascii()]
        common = sum(b"\0" < c.encode("gb2312", errors="ignore") < b"\xd8" for c in characters)
        if common > 0.8 * len(characters):
            return "gb18030"
    except UnicodeDecodeError:
        pass
    best = charset_normalizer.from_bytes(strange[:20_000], cp_isolation=OTHERS).best()
    return best.encoding if best else "cp1252"


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


def divide(lines: Sequence[str], separator: str, start: int = 0) -> Iterator[Row]:
    """Divide lines at a separator, quotes respected; a quote that opens and never closes spoils its line only."""
    csv.field_size_limit(2**31 - 1)
    width = 0
    while start < len(lines):
        first = start
        rest = (lines[i] for i in range(first, len(lines)))
        reader = csv.reader(rest, delimiter=separator, skipinitialspace=True, strict=True)
        try:
            for fields in reader:
                length = first + reader.line_num - start
                if length > 1 and (0 < width != len(fields) or length > LONGEST_CELL):
                    raise csv.Error("a quote was not closed")
                if fields:
                    width = width or len(fields)
                    yield start + 1, fields
                start += length
        except csv.Error:  # take the one line by itself, and go on behind it
            line, odd = [lines[start]], lines[start].count('"') % 2
            alone = csv.reader(
                line, delimiter=separator, quoting=csv.QUOTE_NONE if odd else csv.QUOTE_MINIMAL
            )
            yield start + 1, next(alone, [])
            start += 1


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
