"""Text → times; how the column writes them is found out before, by `date_order`."""

import re
from collections.abc import Sequence
from functools import partial

import pandas as pd

from workbook.tables.importing.cells.characters import small_letters
from workbook.tables.importing.cells.date_order import (
    FIGURE,
    PLAIN_TIME,
    SERIALS,
    DateOrder,
    Scale,
    in_our_words,
    is_serial,
)
from workbook.tables.importing.cells.distinct import by_distinct, contains, plain_first
from workbook.tables.importing.cells.time_patterns import (
    BY_NAME,
    IN_FIGURES,
    assemble,
    extracted,
    six_figures,
)
from workbook.tables.importing.readers.dictionary_encoding import Texts

UTC_OFFSET = re.compile(r"\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
AS_USUAL = DateOrder()
CLOCK_FORMAT = re.compile("%[HIMSTXcf]")
DAY_AND_CLOCK = re.compile(
    r"^(?P<day>.*\S)[T\s,]\s*(?P<clock>\d{1,2}:\d{2}(?::\d{2}.*?)?(?:\s*[ap]\.?m\.?)?)$", re.IGNORECASE
)
SOME_DAY = "2000-01-01"


def read_times(
    cells: Texts, order: DateOrder = AS_USUAL, date_format: str = "", typed: bool = False
) -> pd.Series:
    """Times as the clock showed them (a zone is dropped), NaT for what is missing or can't be read.

    ``typed`` cells come of a source that has times, not texts; where it has, what was told of texts doesn't matter.
    """
    if date_format:
        told = partial(told_times, date_format=date_format)
        return by_distinct(
            cells, lambda texts: plain_first(texts, PLAIN_TIME, iso_times, told) if typed else told(texts)
        )
    return by_distinct(
        cells, lambda texts: plain_first(texts, PLAIN_TIME, iso_times, lambda odd: times(odd, order))
    )


def iso_times(texts: pd.Series) -> pd.Series:
    """Times of texts in ISO 8601, NaT for a day that doesn't exist."""
    return pd.to_datetime(texts, format="ISO8601", errors="coerce").astype("datetime64[us]")


def told_times(texts: pd.Series, date_format: str) -> pd.Series:
    """Times of distinct texts in a format that was told; one with a zone keeps its clock's hour.

    Where the format is of the day alone, a time of day behind it is read as any other.
    """
    texts = texts.str.strip()
    bare = re.sub("%[zZ]", "", date_format)
    if bare != date_format:
        texts = texts.str.replace(UTC_OFFSET, "", regex=True)
    found = pd.to_datetime(texts, format=bare.strip(), errors="coerce").astype("datetime64[us]")
    if CLOCK_FORMAT.search(bare) or found.notna().all():
        return found
    parts = texts[found.isna()].str.extract(DAY_AND_CLOCK).dropna()
    day = pd.to_datetime(parts["day"], format=bare.strip(), errors="coerce").astype("datetime64[us]")
    clock = times(SOME_DAY + " " + parts["clock"], AS_USUAL) - pd.Timestamp(SOME_DAY)
    return found.fillna(day + clock)


def times(texts: pd.Series, order: DateOrder) -> pd.Series:
    """Times of distinct texts in any of the usual forms."""
    texts = small_letters(texts)
    if order.scale:
        return scaled(texts, order.scale)
    if order.short:
        return six_figures(texts, order.short)
    result = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    fill_times(result, texts, IN_FIGURES, order)
    left = texts[result.isna()]
    left = left[contains(left, r"\pL") & contains(left, FIGURE)]
    if len(left):
        left = in_our_words(left, order.names)
        fill_times(result, left, (*BY_NAME, *IN_FIGURES), order)
    return result.fillna(scaled(texts.where(is_serial(texts), ""), SERIALS)) if order.serials else result


def fill_times(
    result: pd.Series, texts: pd.Series, patterns: Sequence[re.Pattern[str]], order: DateOrder
) -> None:
    """Put the times that some patterns find into a result, in place, where it has none yet."""
    for pattern in patterns:
        left = texts[result[texts.index].isna()]
        if left.empty:
            return
        found = extracted(left, pattern)
        found = found[order.calendar.reads(found["y"])]
        if len(found):
            result.loc[found.index] = assemble(found, order.day_first, order.calendar.ahead)


def scaled(texts: pd.Series, scale: Scale) -> pd.Series:
    """Times of numbers on a scale."""
    fits = contains(texts, f"^(?:{scale.pattern})$")
    number = pd.to_numeric(texts.where(fits))
    return (
        pd.to_datetime(number, unit=scale.unit, origin=scale.origin, errors="coerce")
        .dt.round("us")
        .astype("datetime64[us]")
    )
