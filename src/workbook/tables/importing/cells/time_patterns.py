"""The patterns in which times are written, and times put together from their parts."""

import re

import numpy as np
import pandas as pd

from workbook.tables.importing.cells.month_names import ENGLISH

ZONES = (
    "utc gmt z pst pdt mst mdt cst cdt est edt ast adt nst ndt akst akdt hst brt brst art clt clst cot pet wet west bst ist cet "
    "cest met eet eest msk sast eat wat cat gst pkt wib ict sgt hkt pht kst jst awst acst acdt aest aedt nzst nzdt"
)
ZONE = rf"(?:{ZONES.replace(' ', '|')})?\s*(?:[+-]\d{{2}}:?(?:\d{{2}})?)?(?:\[.*\])?"
HOURS = (
    r"(?P<before>上午|下午|晚上|午前|午後|오전|오후)?\s*(?P<H>\d{1,2})\s*(?:[:时時点시h]|(?<=\s\d)\.|(?<=\s\d\d)\.)\s*(?P<M>\d{1,2})"
    r"(?:\s*[:.分분]\s*(?P<S>\d{1,2})(?:[.,](?P<f>\d+))?[秒초]?|[分분])?\s*(?P<half>[ap]\.?\s?m\.?|上午|下午)?"
)
CLOCK = rf"(?:[T,:\s]*{HOURS})?\s*{ZONE}$"
NAME = rf"(?P<month>{'|'.join(ENGLISH)})"
GAP = r"[-/.,'\s]+"
DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª)?"
YEAR = r"(?P<y>\d{4}|\d{2})(?!\d)"
YEAR_FIRST = r"^(?P<y>\d{3,4})\s*[-/.年년\s]\s*(?P<m>\d{1,2})\s*[-/.月월\s]\s*(?P<d>\d{1,2})[日일]?\.?"
NUMERIC = rf"^(?P<a>\d{{1,2}})\s*[-/.\s]\s*(?P<b>\d{{1,2}})\s*[-/.\s]\s*{YEAR}\.?"
COMPACT = r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?:[T\s]?(?P<H>\d{2}):?(?P<M>\d{2})(?::?(?P<S>\d{2}))?)?z?$"
# Six figures, in the order in which they are tried.
SHORT = {
    order: re.compile(
        "^" + "".join(rf"(?P<{part}>\d{{2}})" for part in order) + rf"(?!\d){CLOCK}", re.IGNORECASE
    )
    for order in ("ymd", "dmy", "mdy")
}
IN_FIGURES = tuple(re.compile(p, re.IGNORECASE) for p in (YEAR_FIRST + CLOCK, NUMERIC + CLOCK, COMPACT))
BY_NAME = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^(?:{NAME.replace('month', 'weekday')}{GAP})?{DAY}{GAP}{NAME}{GAP}{YEAR}\.?{CLOCK}",
        rf"^{NAME}{GAP}{DAY}{GAP}{YEAR}\.?{CLOCK}",
        rf"^(?P<y>\d{{4}}){GAP}{NAME}{GAP}{DAY}\.?{CLOCK}",
        rf"^{NAME}{GAP}{DAY},?\s+{HOURS}\s*{ZONE}\s+(?P<y>\d{{4}})$",  # as Unix' date writes it
    )
)


def extracted(texts: pd.Series, pattern: re.Pattern[str]) -> pd.DataFrame:
    """Parts of those texts that a pattern fits."""
    found = texts.str.extract(pattern)
    return found[found["y"].notna()]


def six_figures(texts: pd.Series, order: str) -> pd.Series:
    """Times of dates of six figures, in an order of year, month and day."""
    found = texts.str.extract(SHORT[order])
    times = assemble(found[found["y"].notna()], day_first=True)
    return pd.Series(times, found.index[found["y"].notna()]).reindex(texts.index)


def assemble(found: pd.DataFrame, day_first: bool, ahead: int = 0) -> np.ndarray:
    """Put the parts of times together; NaT where there is no such day or hour.

    Parameters
    ----------
    found : texts of y, m or month, d, or a and b in the order of ``day_first``; and H, M, S, f, before, half
    ahead : years that the calendar is ahead of ours
    """
    if "a" in found:
        found = found.assign(**dict(zip("dm" if day_first else "md", (found["a"], found["b"]), strict=True)))
    if "month" in found:
        found = found.assign(m=found["month"].map({name: i for i, name in enumerate(ENGLISH, 1)}))
    year, month, day, hour, minute, second = (
        pd.to_numeric(found[c]).fillna(0).to_numpy("int64") if c in found else np.zeros(len(found), "int64")
        for c in "ymdHMS"
    )
    year = full_years(year, (found["y"].str.len() == 2).to_numpy(), ahead)
    hour = of_the_day(hour, found)
    fraction = found["f"].fillna("").str.slice(0, 6).str.pad(6, "right", "0") if "f" in found else "0"
    first = ((year - 1970) * 12 + np.clip(month, 1, 12) - 1).astype("datetime64[M]")
    days = first.astype("datetime64[D]") + (np.clip(day, 1, 31) - 1).astype("timedelta64[D]")
    real = (month >= 1) & (month <= 12) & (day >= 1) & (days.astype("datetime64[M]") == first) & (day <= 31)
    real &= (hour < 24) & (minute < 60) & (second < 60)
    seconds = (hour * 60 + minute) * 60 + second
    microseconds = seconds * 1_000_000 + np.asarray(fraction, dtype="int64")
    return np.where(
        real,
        days.astype("datetime64[us]") + microseconds.astype("timedelta64[us]"),
        np.datetime64("NaT", "us"),
    )


def full_years(year: np.ndarray, short: np.ndarray, ahead: int) -> np.ndarray:
    """Years of our calendar; those of two figures are of this century or the last one."""
    century = np.where(year < 70, 2000, 1900) if ahead <= 0 else 2500
    return np.where(short, year + century, year) - ahead


def of_the_day(hour: np.ndarray, found: pd.DataFrame) -> np.ndarray:
    """Hours of 24 from those of 12."""
    half = found.get("half", pd.Series(index=found.index, dtype="str"))
    half = half.fillna(found.get("before", half)).fillna("").str.replace(r"[.\s]", "", regex=True)
    late, early = half.isin(["pm", "下午", "晚上", "午後", "오후"]), half.isin(["am", "上午", "午前", "오전"])
    return hour + np.where(late & (hour < 12), 12, 0) - np.where(early & (hour == 12), 12, 0)
