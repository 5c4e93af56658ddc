"""Sheets of a workbook, or files of an archive, that are one table: a month each, say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from workbook.tables.importing.readers.raw_table import Raw, summed


def alike(columns: Mapping[str, Sequence[str]]) -> list[str]:
    """The parts that are read: those of the first shape that comes twice, or else the first part alone.

    Parameters
    ----------
    columns : part → its columns; the same ones in another order are the same shape
    """
    shapes = {part: frozenset(name.casefold() for name in names) for part, names in columns.items()}
    often = Counter(shapes.values())
    shape = next((s for s in shapes.values() if often[s] > 1), next(iter(shapes.values())))
    return [part for part in shapes if shapes[part] == shape]


def said(what: str, read: Sequence[str], left: Sequence[str]) -> Counter[str]:
    """Which parts were read, and which weren't."""
    notes = []
    if len(read) > 1:
        notes.append(f"{what}s read one below the other, their rows numbered through: {', '.join(read)}")
    if left:
        notes.append(
            f"only the {what} {read[0]!r} was read, not {', '.join(left)}"
            if len(read) == 1
            else f"not read: {', '.join(left)}"
        )
    return Counter(dict.fromkeys(notes, 0))


def one_below_the_other(parts: Iterable[Iterable[Raw]], seen: Counter[str]) -> Iterator[Raw]:
    """The pieces of parts of one shape under the first one's columns, rows numbered through."""
    names: list[str] = []
    before = 0
    for part in parts:
        last = before
        for raw in part:
            names = names or raw.texts.column_names
            theirs = {name.casefold(): name for name in raw.texts.column_names}
            texts = raw.texts.select([theirs[name.casefold()] for name in names]).rename_columns(names)
            yield replace(raw, texts=texts, row=raw.row + before, seen=summed([seen, raw.seen]))
            seen = Counter()
            last = max(last, int(raw.row.max()) + before if len(raw.row) else 0)
        before = last
