"""One column of raw cells → values by its type in the contract."""

import re
from dataclasses import dataclass

import pandas as pd

from workbook.tables.importing.cells.date_order import DateOrder, date_order
from workbook.tables.importing.cells.durations import read_durations, unit_in
from workbook.tables.importing.cells.flags import (
    NO,
    OF_COLUMN,
    YES,
    is_withdrawn,
    read_flags,
    waits_for_answer,
    word,
)
from workbook.tables.importing.cells.ids import read_ids, says_something
from workbook.tables.importing.cells.levels import LEVELS, read_levels
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.times import read_times
from workbook.tables.importing.cells.values import our_values
from workbook.tables.importing.cells.zones import zones_of
from workbook.tables.importing.judged import FIRST_DAY, LARGEST

PLACEHOLDERS = r"^(?:0000-00-00|1900-01-01|1899-12-3\d|1753-01-01|0001-01-01|9999-12-31)"
TREATED = {"1", "1.0", "true", "yes", "y", "ja", "oui", "是"}
UNTREATED = {"0", "0.0", "false", "no", "n", "nein", "non", "否"}
ARMS = dict.fromkeys(TREATED, "treatment") | dict.fromkeys(UNTREATED, "control")
YEAR_AND_MONTH = re.compile(r"^(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*月?$")
NAMED_MONTH = re.compile(r"^([^\W\d_]{3,})\.?[\s,-]*(\d{4})$")
FAR = pd.Timestamp("2200-01-01")
LONG = 30  # characters; a text column with longer ones is read as it is written
VERSION = r"\d+\.0"
NAMED = 8  # words that a note shows


@dataclass(frozen=True)
class Read:
    """One column as it was read: values, the rows that can't be read, what the account should say, and first of all, zones of times."""

    values: pd.Series
    garbled: pd.Series
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    zones: frozenset[str] = frozenset()


def read_cells(
    name: str,
    cells: pd.Series,
    kind: str,
    decimal: str,
    date_format: str,
    typed: bool = False,
    table: str = "",
) -> Read:
    """Read a column by its type in the contract of its table."""
    if name == "arm":
        return read_arms(cells)
    if kind == "string":
        values, notes, odd = our_values(cells, read_texts(name, cells), table, name)
        return Read(values, pd.Series(False, index=cells.index), tuple(notes), tuple(odd))
    written = says_something(cells)
    if kind == "datetime":
        return read_moments(with_day(cells) if name == "month" else cells, written, date_format, typed)
    if kind == "boolean":
        values = read_flags(cells, name)
        written |= values.notna()  # where "none" is a word for no
        return Read(values, written & values.isna(), tuple(words_as_flags(name, cells, values)))
    values = read_numbers(cells, decimal).where(lambda n: n.abs() < LARGEST)
    values, notes = words_as_numbers(name, cells, values, written)
    values = values.where(values == values.round()) if kind == "integer" else values
    return Read(
        values.astype("Int64") if kind == "integer" else values, written & values.isna(), tuple(notes)
    )


def read_texts(name: str, cells: pd.Series) -> pd.Series:
    """Ids and other texts; a version 1.0 is no number that a spreadsheet wrote, an id 17850.0 is."""
    ids, bare = read_ids(cells), cells.str.strip()
    version = bare.str.fullmatch(VERSION) & (not name.endswith("_id"))
    return ids.mask(version | bool(cells.str.len().max() > LONG), bare.where(ids.notna()))


def read_arms(cells: pd.Series) -> Read:
    """Arms as they are called, where "none" is a treatment, not a gap; a flag says who was treated."""
    texts = cells.str.strip()
    plain = texts.map(word)
    renamed = texts[plain.isin(ARMS)].drop_duplicates()
    notes = [f"{text} is read as {ARMS[word(text)]}" for text in sorted(renamed)]
    first = texts.groupby(plain, sort=False).transform("first")
    other = texts[(first != texts) & ~plain.isin(ARMS)].drop_duplicates()
    notes += [f"{text!r} is another spelling of {first[place]!r}" for place, text in other.items()]
    values = plain.map(ARMS).fillna(first).mask(texts == "")
    return Read(values, pd.Series(False, index=cells.index), tuple(notes))


def words_as_numbers(
    name: str, cells: pd.Series, values: pd.Series, written: pd.Series
) -> tuple[pd.Series, list[str]]:
    """Numbers that a file writes as words: a flag that the contract counts as 0 or 1, or a level of severity."""
    left = cells[written & values.isna()]
    if name not in OF_COLUMN and name not in LEVELS:
        return values, []
    texts = pd.Series(left.unique(), dtype="str")
    read = read_flags(texts, name).astype("Float64") if name in OF_COLUMN else read_levels(texts, name)
    number = dict(zip(texts, read.astype("float64"), strict=True))
    values = values.fillna(left.map(number).astype("float64"))
    known = {text: int(n) for text, n in number.items() if n == n}
    notes = [f"words are read as numbers: {most_frequent(known)}"] if known else []
    if name in OF_COLUMN and (many := int((values > 1).sum())):
        values = values.clip(upper=1)
        notes.append(f"numbers above 1: {many:,}, taken as 1")
    return values, notes


def words_as_flags(name: str, cells: pd.Series, values: pd.Series) -> list[str]:
    """What is to be said of words that only one column of ours takes for a yes or a no."""
    told = cells[values.notna() & ~cells.map(word).isin(YES | NO)].str.strip()
    if name not in OF_COLUMN or told.empty:
        return []
    often = told.value_counts()
    words = pd.Series(often.index, often.index)
    meant = words.map(dict(zip(told, values[told.index].map({True: "yes", False: "no"}), strict=True)))
    meant = meant.mask(is_withdrawn(words), "withdrawn").mask(waits_for_answer(words), "no answer yet")
    few = ", ".join(f"{text!r} → {meant[text]} ({n:,})" for text, n in often.head(NAMED).items())
    more = f" and {len(often) - NAMED} more" if len(often) > NAMED else ""
    return [f"words are read as yes or no: {few}{more}"]


def most_frequent(known: dict[str, int]) -> str:
    """Words and their numbers, the highest first, the first few of many."""
    pairs = [f"{text.strip()!r} → {number}" for text, number in sorted(known.items(), key=lambda kv: -kv[1])]
    more = f" and {len(pairs) - NAMED} more" if len(pairs) > NAMED else ""
    return ", ".join(pairs[:NAMED]) + more


def read_moments(cells: pd.Series, written: pd.Series, date_format: str, typed: bool = False) -> Read:
    """Times, with what a system writes where there is none taken as missing."""
    order = DateOrder() if date_format else date_order(cells, typed)
    values = read_times(cells, order, date_format, typed)
    none = written & (cells.str.strip().str.contains(PLACEHOLDERS) | (values < FIRST_DAY) | (values > FAR))
    said = (order.note,) if order.note else ()
    notes = [] if order.unsure else [*said]
    if none.any():
        notes.append(f"{int(none.sum()):,} placeholders such as {cells[none].iloc[0]!r} are taken as no time")
    zones = zones_of(cells[values.notna() & ~none])
    doubts = said if order.unsure else ()
    return Read(values.mask(none), written & values.isna() & ~none, tuple(notes), doubts, zones)


def with_day(cells: pd.Series) -> pd.Series:
    """Months as their first days: ``2025-05``, ``202505``, ``2025年5月``, ``May 2025``."""
    texts = cells.str.strip().str.replace(YEAR_AND_MONTH, r"\1-\2-01", regex=True)
    return texts.str.replace(NAMED_MONTH, r"1 \1 \2", regex=True)


def counted_on(read: Read, cells: pd.Series, header: str, decimal: str, start: pd.Series, since: str) -> Read:
    """Times that are written as how long it took, counted on from the row's own time.

    Parameters
    ----------
    read : the column as times
    cells : as the file writes them
    header : the file's name for it, which may give the unit of plain numbers
    decimal : "." or ","; found out from the cells if it wasn't told
    start : the row's own time
    since : its name
    """
    took = read_durations(cells, unit_in(header), decimal or decimal_sign([cells]))
    if took.notna().sum() <= read.values.notna().sum():
        return read
    return Read(
        start + took,
        read.garbled & took.isna(),
        (f"written as how long it took, and counted on from {since}",),
    )
