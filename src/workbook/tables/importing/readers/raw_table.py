"""Raw cells: what every reader makes of a file, whatever its format."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.delimited import Row
from workbook.tables.importing.readers.dictionary_encoding import coded, decoded
from workbook.tables.importing.readers.header import ABOVE, column_names, has_header, table_start

RAGGED = "wrong number of fields"
BESIDE = ("row", "trouble", "surplus")  # what a piece says of each row beside its texts
BLANK = "rows without a single filled cell, passed over"


@dataclass(frozen=True)
class Raw:
    """A piece of a file, or all of it, as it came.

    Attributes
    ----------
    file : its name
    texts : one column of coded text per column of the file; "" where a cell is blank
    row : number of each row in the file: the line of a text, the row of a sheet or of a Parquet file
    trouble : why a row can't be used as it stands, "" if it can
    surplus : fields beyond the last column, joined by " | "
    named : whether the file names its columns itself
    facts : what was found out about the file
    seen : what a reader of the account should know → how often it was seen, 0 where that says nothing
    """

    file: str
    texts: pa.Table
    row: pd.Series
    trouble: pd.Series
    surplus: pd.Series
    named: bool
    facts: dict[str, str] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)

    @cached_property
    def cells(self) -> pd.DataFrame:
        """The texts, written out."""
        return decoded(self.texts)

    @property
    def typed(self) -> bool:
        """Whether the file has types of its own, so that a time among its cells was one."""
        return self.facts.get("format") in ("spreadsheet", "Parquet", "Arrow", "DuckDB")

    @property
    def written(self) -> bool:
        """Whether its numbers are as somebody wrote them, not as a machine writes a number of its own."""
        return self.facts.get("format") in ("delimited", "whitespace", "fixed-width", "HTML or XML")

    @property
    def notes(self) -> list[str]:
        """What was seen, in words."""
        return seen_in_words(self.seen)


@dataclass(frozen=True)
class Rows:
    """Rows of a whole file, each with its number in it, and what was found out."""

    rows: list[Row]
    facts: dict[str, str]
    seen: Counter[str] = field(default_factory=Counter)


def summed(seen: Iterable[Counter[str]]) -> Counter[str]:
    """Add up what was seen; unlike with +, what has no number stays."""
    total: Counter[str] = Counter()
    for one in seen:
        total.update(one)
    return total


def seen_in_words(seen: Counter[str]) -> list[str]:
    """What was seen, and how often."""
    return [f"{what}: {n:,}" if n else what for what, n in seen.items()]


def untroubled(file: str, texts: pa.Table, row: np.ndarray, named: bool = True) -> Raw:
    """Rows with just the columns that they should have."""
    blank = pd.Series("", index=range(len(row)), dtype="str")
    return Raw(file, texts, pd.Series(row, dtype="int64"), blank, blank, named)


def whole_table(pieces: Iterable[Raw]) -> Raw:
    """Put the pieces of a file together."""
    parts = list(pieces)
    if len(parts) == 1:
        return parts[0]
    together = {part: pd.concat([getattr(p, part) for p in parts], ignore_index=True) for part in BESIDE}
    texts = pa.concat_tables((p.texts for p in parts), promote_options="default")
    texts = texts.unify_dictionaries().combine_chunks()
    return replace(parts[0], texts=texts, **together, seen=summed(p.seen for p in parts))


def in_order(first: Raw, second: Raw) -> Raw:
    """Put two pieces together, by the rows' numbers."""
    both = whole_table([first, second])
    order = both.row.argsort(kind="stable")
    beside = {c: getattr(both, c).take(order).reset_index(drop=True) for c in BESIDE}
    return replace(both, texts=both.texts.take(order.to_numpy()), **beside)


def tabulate(found: Rows, header: bool | None, name: str) -> Raw:
    """Put all rows of a file under their header."""
    rows, blank = filled_rows(found.rows)
    if not rows:
        raise DataError(f"{name} is empty.")
    start = table_start(rows) if header is None else 0
    rows, passed = rows[start:], Counter({ABOVE: start} if start else {})
    named = has_header(rows[0].fields, header)
    names = column_names(rows, named, name)
    facts = found.facts | {"header": "yes" if named else "none"}
    if len(rows) == named:
        raise DataError(f"{name} has a header but no rows.")
    return under(rows[int(named) :], names, named, name, facts, summed([found.seen, blank, passed]))


def under(
    rows: Sequence[Row],
    names: Sequence[str],
    named: bool,
    name: str,
    facts: dict[str, str],
    seen: Counter[str],
) -> Raw:
    """Put rows under names; one of another width keeps what it has and the trouble it is in."""
    number, cells = [row.number for row in rows], [list(row.fields) for row in rows]
    surplus = even(cells, len(names))
    return Raw(
        file=name,
        texts=pa.table({n: coded([c[i] for c in cells]) for i, n in enumerate(names)}),
        row=pd.Series(number, dtype="int64"),
        trouble=pd.Series(
            [row.trouble or (RAGGED if k in surplus else "") for k, row in enumerate(rows)], dtype="str"
        ),
        surplus=pd.Series([surplus.get(k, "") for k in range(len(cells))], dtype="str"),
        named=named,
        facts=facts,
        seen=seen,
    )


def filled_rows(rows: Sequence[Row]) -> tuple[list[Row], Counter[str]]:
    """Rows with a filled cell, and how many were passed over."""
    some = [row for row in rows if "".join(row.fields).strip()]
    return some, Counter({BLANK: len(rows) - len(some)} if len(rows) > len(some) else {})


def even(cells: list[list[str]], width: int) -> dict[int, str]:
    """Bring every row to one width, in place; return what was cut off (or "") of those that it changed.

    Blank cells beyond the last column are no change: spreadsheets often write some.
    """
    surplus = {}
    for k, row in enumerate(cells):
        if len(row) != width:
            beyond = row[width:]
            if len(row) < width or "".join(beyond).strip():
                surplus[k] = " | ".join(beyond)
            cells[k] = (row + [""] * width)[:width]
    return surplus
