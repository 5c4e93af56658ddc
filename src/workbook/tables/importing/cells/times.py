"""Text → times; whether the day or the month comes first is found out from the whole column."""

import re
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from workbook.tables.importing.cells.distinct import by_distinct, not_plain, plain_first
from workbook.tables.importing.cells.numbers import PLAIN_NUMBER
from workbook.tables.importing.readers.dictionary_encoding import Texts

PLAIN_TIME = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
CLOCK = (
    r"(?:[T,\s]*(?P<before>上午|下午|晚上)?\s*(?P<H>\d{1,2})[:时点](?P<M>\d{1,2})"
    r"(?:[:分](?P<S>\d{1,2})(?:[.,](?P<f>\d+))?秒?|分)?)?"
    r"\s*(?P<half>[ap]\.?m\.?|上午|下午)?\s*(?:z|utc|gmt)?(?:[+-]\d{2}:?(?:\d{2})?)?(?:\[.*\])?$"
)
ZONE = re.compile(r"\s*(?:z|utc|gmt|[+-]\d{2}:?\d{2})$", re.IGNORECASE)
MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
NAME = rf"(?P<month>{'|'.join(MONTHS)})[a-z]*\.?"
YEAR_FIRST = r"^(?P<y>\d{4})\s*[-/.年\s]\s*(?P<m>\d{1,2})\s*[-/.月\s]\s*(?P<d>\d{1,2})日?"
NUMERIC = r"^(?P<a>\d{1,2})[-/.\s](?P<b>\d{1,2})[-/.\s](?P<y>\d{4}|\d{2})(?!\d)"
WEEKDAY = r"^(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?"
PATTERNS = [
    re.compile(pattern + CLOCK, re.IGNORECASE)
    for pattern in (
        YEAR_FIRST,
        NUMERIC,
        rf"{WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/.\s]+{NAME}[-/.,\s]+(?P<y>\d{{4}}|\d{{2}})(?!\d)",
        rf"{WEEKDAY}{NAME}[-/.\s]+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?[-/.,\s]+(?P<y>\d{{4}}|\d{{2}})(?!\d)",
    )
] + [re.compile(r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T\s]?(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?)?z?$", re.IGNORECASE)]  # fmt: skip


def may_mislead(texts: pd.Series) -> bool:
    """Whether some text holds a number with a comma, or a date that two people could read in two ways."""
    odd = not_plain(texts, f"{PLAIN_NUMBER}|{PLAIN_TIME}|")
    return bool(odd.str.contains(r"[0-9]\s*,|,\s*[0-9]|[0-9][-/.\s][0-9]").any())


@dataclass(frozen=True)
class DateOrder:
    """How dates of the form 1/2/2025 are read, and how one can know.

    Attributes
    ----------
    day_first : whether the day stands before the month
    words : for the account
    note : what a reader should check, "" if nothing
    """

    day_first: bool = True
    words: str = "year first"
    note: str = ""


def date_order(cells: pd.Series) -> DateOrder:
    """Tell day/month from month/day by the dates that can be read in one way only."""
    odd = not_plain(pd.Series(pd.unique(cells), dtype="str"), PLAIN_TIME)
    found = odd.str.strip().str.extract(PATTERNS[1])
    a, b = (pd.to_numeric(found[c]) for c in "ab")
    day, month = int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())
    both = int(((a <= 12) & (b <= 12)).sum())
    if not day + month + both:
        return DateOrder()
    words = "day/month/year" if day >= month else "month/day/year"
    notes = []
    if day and month:
        notes += [
            f"dates mix day/month and month/day: read as {words}; of the different dates, {min(day, month)} can't be "
            f"read so, and {both} could be either"
        ]
    elif not day and not month:
        notes += [f"no date shows whether the day or the month comes first: read as {words}"]
    if (found["y"].str.len() == 2).any():
        notes += ["years have two digits, and were taken to come last"]
    told = ["if that is wrong, say --date-format"] if notes else []
    return DateOrder(day >= month, words, "; ".join(notes + told))


def read_times(cells: Texts, day_first: bool = True, date_format: str = "", typed: bool = False) -> pd.Series:
    """Times as the clock showed them (a zone is dropped), NaT for what is missing or can't be read.

    ``typed`` cells come of a source that has times, not texts; where it has, what was told of texts doesn't matter.
    """
    if date_format:
        told = partial(told_times, date_format=date_format)
        return by_distinct(
            cells, lambda texts: plain_first(texts, PLAIN_TIME, iso_times, told) if typed else told(texts)
        )
    return by_distinct(
        cells, lambda texts: plain_first(texts, PLAIN_TIME, iso_times, lambda odd: times(odd, day_first))
    )


def iso_times(texts: pd.Series) -> pd.Series:
    """Times of texts in ISO 8601, NaT for a day that doesn't exist."""
    return pd.to_datetime(texts, format="ISO8601", errors="coerce").astype("datetime64[us]")


def told_times(texts: pd.Series, date_format: str) -> pd.Series:
    """Times of distinct texts in a format that was told; one with a zone keeps its clock's hour."""
    texts = texts.str.strip()
    bare = re.sub("%[zZ]", "", date_format)
    if bare != date_format:
        texts = texts.str.replace(ZONE, "", regex=True)
    found = pd.to_datetime(texts, format=bare.strip(), errors="coerce")
    return found.astype("datetime64[us]")


def times(texts: pd.Series, day_first: bool) -> pd.Series:
    """Times of distinct texts in any of the usual forms."""
    texts = texts.str.normalize("NFKC").str.strip().str.lower()
    result = pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]")
    for pattern in PATTERNS:
        left = texts[result.isna()]
        if left.empty:
            break
        found = left.str.extract(pattern)
        found = found[found["y"].notna()]
        if len(found):
            result.loc[found.index] = assemble(found, day_first)
    return result


def assemble(found: pd.DataFrame, day_first: bool) -> np.ndarray:
    """Put the parts of a time together; NaT where there is no such day or hour."""
    if "a" in found:
        found = found.assign(**dict(zip("dm" if day_first else "md", (found["a"], found["b"]), strict=True)))
    if "month" in found:
        found = found.assign(m=found["month"].map({name: i for i, name in enumerate(MONTHS, 1)}))
    year, month, day, hour, minute, second = (
        pd.to_numeric(found[c]).fillna(0).to_numpy("int64") if c in found else np.zeros(len(found), "int64")
        for c in "ymdHMS"
    )
    year = np.where(found["y"].str.len() == 2, year + np.where(year < 70, 2000, 1900), year)
    half = found.get("half", pd.Series(index=found.index, dtype="str"))
    half = half.fillna(found.get("before", half)).fillna("").str.replace(".", "")
    late, early = half.isin(["pm", "下午", "晚上"]), half.isin(["am", "上午"])
    hour = hour + np.where(late & (hour < 12), 12, 0) - np.where(early & (hour == 12), 12, 0)
    fraction = found["f"].fillna("").str.slice(0, 6).str.pad(6, "right", "0") if "f" in found else "0"
    months = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    days = months.astype("datetime64[D]") + (np.clip(day, 1, 31) - 1).astype("timedelta64[D]")
    real = (
        (np.clip(month, 1, 12) == month)
        & (np.clip(day, 1, 31) == day)
        & (days.astype("datetime64[M]") == months)
    )
    real &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = (hour * 60 + minute) * 60 + second
    microseconds = seconds * 1_000_000 + np.asarray(fraction, dtype="int64")
    return np.where(
        real,
        days.astype("datetime64[us]") + microseconds.astype("timedelta64[us]"),
        np.datetime64("NaT", "us"),
    )
