"""One of our columns from several of a file's: the day in one, the time of day in another."""

import re
from collections.abc import Sequence
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import plain_name
from workbook.tables.importing.readers.dictionary_encoding import as_codes, from_codes

CLOCK = re.compile(
    r"\d{1,2}[:.时点]\d{2}(?:[:.分]\d{2}(?:[.,]\d+)?秒?|分)?(?:\s*[ap]\.?m\.?)?", re.IGNORECASE
)
MIDNIGHT = re.compile(r"[ T]0?0:00(?::00)?$")  # which a spreadsheet puts behind a day
DAY = re.compile(r"(?:.*\d){4}.*")
SOME_CLOCK = re.compile(r"\d[:时点]\d")
CLOCK_NAMES = {
    *("time", "hour", "clock", "timeofday", "ordertime", "starttime", "transactiontime", "saletime"),
    *("uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "godzina", "时间", "时刻", "時間", "時刻"),
}


def cells_of(texts: pa.Table, found: Found) -> pa.ChunkedArray:
    """The cells of one of our columns, coded; those of several columns are joined with a space, a set value is in all, and what
    the mapping has for a value stands in its place.
    """
    if found.how == "set":
        return from_codes(np.zeros(len(texts), dtype="int32"), pd.Series([found.theirs], dtype="str"))
    cells = reduce(joined_texts, (texts.column(name) for name in found.columns))
    if not found.values:
        return cells
    (codes, distinct), ours = as_codes(cells), dict(found.values)
    return from_codes(codes, distinct.mask(distinct.isin(ours), distinct.map(ours)))


def joined_texts(first: pa.ChunkedArray, second: pa.ChunkedArray) -> pa.ChunkedArray:
    """Two columns of coded text as one; each pair of texts is joined once."""
    (left, days), (right, clocks) = as_codes(first), as_codes(second)
    wide = max(len(clocks), 1)
    codes, pairs = pd.factorize(left.astype("int64") * wide + right)
    day = days.str.strip().str.replace(MIDNIGHT, "", regex=True).take(pairs // wide)
    both = day.array + " " + clocks.str.strip().take(pairs % wide).array
    return from_codes(codes.astype("int32"), pd.Series(both, dtype="str").str.strip())


def named_together(header: Sequence[str], names: str) -> tuple[str, ...]:
    """The columns that a text names one behind the other, as in ``date time``; none if it doesn't."""
    by_name = {plain_name(name): name for name in header}
    words = names.split()
    if plain_name(names) in by_name:
        return (by_name[plain_name(names)],)
    for end in range(1, len(words)):
        first = by_name.get(plain_name(" ".join(words[:end])))
        rest = named_together(header, " ".join(words[end:])) if first else ()
        if first and rest:
            return first, *rest
    return ()


def day_and_clock(
    fits: Sequence[str], others: Sequence[str], sample: pd.DataFrame, day: str = ""
) -> tuple[str, ...]:
    """The columns for day and time of day, where the one that fits best by its name holds but one of them.

    Parameters
    ----------
    fits : columns that are a time by their names, the likeliest first
    others : all columns, among which one by the name of "time" may hold the time of day
    sample : the first rows
    day : the column that holds the day of another time of the same row
    """
    first = shape(sample[fits[0]])
    if first == "day":
        named = [name for name in others if plain_name(name) in CLOCK_NAMES]
        second = next((n for n in [*fits[1:], *named] if shape(sample[n]) == "clock"), "")
        return (fits[0], second) if second else ()
    if first == "clock":
        before = next((n for n in fits[1:] if shape(sample[n]) == "day"), day)
        return (before, fits[0]) if before else ()
    return ()


def shape(cells: pd.Series) -> str:
    """Whether all filled cells hold a "day", or all a "clock"; "" for anything else."""
    texts = cells.str.strip().str.replace(MIDNIGHT, "", regex=True)
    texts = texts[texts != ""]
    if texts.empty:
        return ""
    if texts.str.fullmatch(CLOCK).all():
        return "clock"
    return "day" if texts.str.fullmatch(DAY).all() and not texts.str.contains(SOME_CLOCK).any() else ""
