"""One column of raw cells → values by its type in the contract."""

import re
from dataclasses import dataclass

import pandas as pd

from workbook.tables.importing.cells.flags import NO, YES
from workbook.tables.importing.cells.ids import read_ids, says_something
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.cells.times import DateOrder, date_order, read_times
from workbook.tables.importing.judged import FIRST_DAY, LARGEST

INTERVAL = re.compile(
    r"(?:(?P<d>\d+) ?d(?:ays?)?[ ,]*)?(?P<H>\d{1,4}):(?P<M>\d{2})(?::(?P<S>\d{2}(?:\.\d+)?))?"
)
PLACEHOLDERS = r"^(?:0000-00-00|1900-01-01|1899-12-3\d|1753-01-01|0001-01-01|9999-12-31)"
ARMS = {
    "1": "treatment",
    "0": "control",
    "1.0": "treatment",
    "0.0": "control",
    "True": "treatment",
    "False": "control",
}
AT_END = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$"  # a zone behind a time
FAR = pd.Timestamp("2200-01-01")
LONG = 30  # characters; a text column with longer ones is read as it is written


@dataclass(frozen=True)
class Read:
    """One column as it was read: values, the rows that can't be read, what the account should say, zones of times."""

    values: pd.Series
    garbled: pd.Series
    notes: tuple[str, ...] = ()
    zones: frozenset[str] = frozenset()


def read_cells(
    name: str, cells: pd.Series, kind: str, decimal: str, date_format: str, typed: bool = False
) -> Read:
    """Read a column by its type in the contract."""
    if name == "arm":  # where "none" is a treatment, not a gap
        texts = cells.str.strip()
        renamed = [f"{a} is read as {ARMS[a]}" for a in sorted(set(texts) & set(ARMS))]
        return Read(
            texts.replace(ARMS).mask(texts == ""), pd.Series(False, index=cells.index), tuple(renamed)
        )
    written = read_ids(cells).notna() if kind == "string" else says_something(cells)
    if kind == "datetime":
        return read_moments(cells, written, date_format, typed)
    if kind in ("number", "integer"):
        values = read_numbers(cells, decimal).where(lambda n: n.abs() < LARGEST)
        values = values.where(values == values.round()) if kind == "integer" else values
        return Read(values.astype("Int64") if kind == "integer" else values, written & values.isna())
    if kind == "boolean":
        word = cells.str.strip().str.casefold()
        values = (
            pd.Series(pd.NA, index=cells.index, dtype="boolean")
            .mask(word.isin(YES), True)
            .mask(word.isin(NO), False)
        )
        return Read(values, written & values.isna())
    long = cells.str.len().max() > LONG
    values = cells.str.strip().mask(~written) if long else read_ids(cells)
    return Read(values, pd.Series(False, index=cells.index))


def read_moments(cells: pd.Series, written: pd.Series, date_format: str, typed: bool = False) -> Read:
    """Times, with what a system writes where there is none taken as missing."""
    order = DateOrder() if date_format else date_order(cells)
    values = read_times(cells, order.day_first, date_format, typed)
    none = written & (cells.str.strip().str.contains(PLACEHOLDERS) | (values < FIRST_DAY) | (values > FAR))
    notes = [order.note] if order.note else []
    if none.any():
        notes.append(f"{int(none.sum()):,} placeholders such as {cells[none].iloc[0]!r} are taken as no time")
    zone = (
        cells[values.notna() & ~none]
        .str.extract(AT_END, expand=False)
        .fillna("none")
        .str.replace("Z", "+00:00")
    )
    return Read(values.mask(none), written & values.isna() & ~none, tuple(notes), frozenset(zone))


def counted_on(read: Read, cells: pd.Series, start: pd.Series, name: str) -> Read:
    """Times that are written as how long it took, counted on from the row's own time."""
    parts = cells.str.strip().str.extract(rf"^{INTERVAL.pattern}$").astype("float64")
    seconds = parts["d"].fillna(0) * 86_400 + parts["H"] * 3600 + parts["M"] * 60 + parts["S"].fillna(0)
    took = pd.to_timedelta(seconds, unit="s")
    if took.notna().sum() <= read.values.notna().sum():
        return read
    note = f"written as how long it took, and counted on from {name}"
    return Read(start + took, read.garbled & took.isna(), (note,))
