"""JSON and JSON lines → rows: nested objects as columns with dots, a list of items as a row each."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.amounts import is_amount
from workbook.tables.importing.readers.dictionary_encoding import coded
from workbook.tables.importing.readers.encodings import BOMS, text_blocks
from workbook.tables.importing.readers.header import some_columns
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw, summed
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.typed import SCALARS, value_text

BEGINS = re.compile(r"\s*(?:\[\s*(?:[\[{\]]|$)|\{\s*(?:[\"}]|$))")
NOT_JSON = "a line that is not JSON"

Record = dict[str, Any]
Flat = dict[str, str]


def json_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """The records of a JSON file, whole."""
    blocks = list(text_blocks(path, options.encoding, size))
    text = "".join(block.text for block in blocks).lstrip("\ufeff")
    facts = {"encoding": blocks[0].encoding, "header": "yes"}
    seen = summed(block.seen for block in blocks)
    if by_lines(text):
        yield table_of(*lines_of(text), path.name, facts | {"format": "JSON lines"}, seen)
    else:
        records, where = records_in(parsed(text, path.name))
        if where:
            seen[f"its list {where!r} was read"] = 0
        yield table_of(records, {}, path.name, facts | {"format": "JSON"}, seen)


def by_lines(text: str) -> bool:
    """Whether each line is a document: the first one is, and another follows."""
    first, _, rest = text.strip().partition("\n")
    try:
        return isinstance(loads(first), dict) and bool(rest.strip())
    except ValueError:
        return False


def loads(text: str) -> Any:
    """What a text says; numbers stay as they are written."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def parsed(text: str, name: str) -> Any:
    """A whole document."""
    try:
        return loads(text)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{name} isn't whole JSON: at line {error.lineno:,}, column {error.colno:,}: {error.msg}; was it cut off?"
        ) from None
    except ValueError as error:
        raise DataError(f"{name} can't be read as JSON: {error}.") from None


def lines_of(text: str) -> tuple[list[Record], dict[int, str]]:
    """A record a line; and the lines that are none, by their number among the records."""
    records: list[Record] = []
    bad = {}
    for line in filter(str.strip, text.splitlines()):
        try:
            found = loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            bad[len(records)] = line
            found = {}
        records.append(found)
    return records, bad


def records_in(document: Any) -> tuple[list[Record], str]:
    """The records of a document, and the path of their list where it isn't the document itself."""
    if isinstance(document, dict):
        if rows := by_columns(document):
            return rows, ""
        lists = dict(lists_in(document))
        if lists:
            longest = max(lists, key=lambda path: len(lists[path]))
            return lists[longest], longest
        keyed = len(document) > 1 and all(isinstance(v, dict) for v in document.values())
        return [{"key": k, **v} for k, v in document.items()] if keyed else [document], ""
    if all(isinstance(row, list) for row in document) and document:
        first, *rest = document
        return [dict(zip(map(str, first), row, strict=False)) for row in rest], ""
    return [row if isinstance(row, dict) else {"value": row} for row in document], ""


def lists_in(document: Record, path: str = "", depth: int = 3) -> Iterator[tuple[str, list[Record]]]:
    """Lists of objects in an object, by their paths."""
    for name, value in document.items():
        here = f"{path}.{name}".lstrip(".")
        if isinstance(value, dict) and depth:
            yield from lists_in(value, here, depth - 1)
        elif is_list_of_objects(value):
            yield here, value


def is_list_of_objects(value: Any) -> bool:
    """Whether a value is a list of objects, with one at least."""
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def by_columns(document: Record) -> list[Record]:
    """Rows of a document that is written by columns: a list or an object of equal keys for each; none if it isn't."""
    if {"columns", "data"} <= set(document) and isinstance(document["data"], list):  # pandas' split
        return [dict(zip(map(str, document["columns"]), row, strict=False)) for row in document["data"]]
    columns = list(document.values())
    if all(isinstance(c, dict) and c and all(map(str.isdigit, c)) for c in columns):
        keys = dict.fromkeys(key for column in columns for key in column)
        return [{name: column.get(key) for name, column in document.items()} for key in keys]
    lists = [c for c in columns if isinstance(c, list) and all(isinstance(v, SCALARS) for v in c)]
    if len(columns) == len(lists) > 1 and len({len(c) for c in lists}) == 1:
        return [dict(zip(document, row, strict=True)) for row in zip(*lists, strict=True)]
    return []


def table_of(
    records: Sequence[Record], bad: dict[int, str], name: str, facts: dict[str, str], seen: Counter[str]
) -> Raw:
    """Records under the names of all their parts."""
    if not records:
        raise DataError(f"{name} has no records.")
    items = items_of(records, seen)
    rows = [row for record in records for row in exploded(record, items)]
    number = [i for i, record in enumerate(records) for _ in range(len(exploded_items(record, items)))]
    columns = some_columns(list(dict.fromkeys(key for row in rows for key in row)), name)
    if not columns:
        raise DataError(f"{name} has no records with names and values.")
    trouble = [NOT_JSON if i in bad else "" for i in number]
    return Raw(
        file=name,
        texts=pa.table({c: coded([row.get(c, "") for row in rows]) for c in columns}),
        row=pd.Series(range(1, len(rows) + 1), dtype="int64"),
        trouble=pd.Series(trouble, dtype="str"),
        surplus=pd.Series([bad.get(i, "") for i in number], dtype="str"),
        named=True,
        facts=facts,
        seen=seen,
    )


def items_of(records: Sequence[Record], seen: Counter[str]) -> str:
    """The list of objects that gives a row for each, such as an order's lines: the one with most; and say so."""
    counts: Counter[str] = Counter()
    for record in records:
        for path, items in lists_in(record):
            counts[path] += len(items)
    if not counts:
        return ""
    most, *others = [path for path, _ in counts.most_common()]
    seen[
        f"a row for each of {most!r}; what stands beside is repeated, but for amounts, which stand on the first"
    ] = 0
    if others:
        seen[f"lists that are left as they are written: {', '.join(others)}"] = 0
    return most


def exploded_items(record: Record, path: str) -> list[Record]:
    """The objects of a record's list; one without anything if it has none."""
    found: Any = record
    for part in path.split(".") if path else []:
        found = found.get(part) if isinstance(found, dict) else None
    return found if path and is_list_of_objects(found) else [{}]


def exploded(record: Record, path: str) -> Iterator[Flat]:
    """Rows of a record."""
    parent = flat(record, skip=path)
    shared = {name: text for name, text in parent.items() if not is_amount(name)}
    for number, item in enumerate(exploded_items(record, path)):
        yield (shared if number else parent) | flat(item, path)


def flat(value: Any, path: str = "", skip: str = "") -> Flat:
    """The parts of an object by their paths, as texts."""
    if isinstance(value, dict):
        found: Flat = {}
        for name, part in value.items():
            here = f"{path}.{name}".lstrip(".")
            if here != skip or not (isinstance(part, list) or part is None):
                found |= flat(part, here, skip)
        return found
    return {path: value_text(value)}


def is_json(start: bytes, path: Path) -> bool:
    """Whether a file begins as JSON does; a bracket round the name of a CSV's column isn't that."""
    encoding = next((e for bom, e in BOMS.items() if start.startswith(bom)), "utf-8")
    return BEGINS.match(start.decode(encoding, errors="ignore")) is not None


READER = Reader("json", is_json, json_pieces)
