"""Text → how long something took."""

import re
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from workbook.tables.importing.cells.characters import plain_characters, plain_text
from workbook.tables.importing.cells.distinct import by_distinct
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.readers.dictionary_encoding import Texts

WEEK, DAY, HOUR, MINUTE, SECOND, MILLISECOND = 604_800.0, 86_400.0, 3600.0, 60.0, 1.0, 0.001
# Words of a unit. Those after the bar are units behind a number or in brackets only: elsewhere in a header "second" may
# be an ordinal, and "day" a date.
UNITS = {
    WEEK: "weeks wks wochen semaines semanas settimane 周 星期 週 | week wk w",
    DAY: "days tage jours dias días giorni dagar dager dagen dni дней дня 天 天数 | day tag jour dia giorno dag d день дн 日 j",
    HOUR: "hours hrs stunden std heures horas ore timer timmar uren godziny часов часа 小时 小時 時間 시간 | hour hr h stunde heure hora ora час ч 时 時",
    MINUTE: "minutes mins minuten minutos minuti minuter minutter minuty минут 分钟 分鐘 | minute min minuto minut m мин 分 분",
    SECOND: "seconds secs sekunden secondes segundos secondi sekunder seconden sekundy секунд 秒 秒钟 | second sec s sekunde sek seconde segundo secondo сек с 초",
    MILLISECOND: "milliseconds millis msec msecs ms millisekunden millisecondes 毫秒 |",
}  # fmt: skip
SURE = {word: unit for unit, words in UNITS.items() for word in words.partition("|")[0].split()}
ANY = SURE | {word: unit for unit, words in UNITS.items() for word in words.partition("|")[2].split()}
AT_END = ("h", "hr", "min", "sec", "s")  # of a header; at its beginning "min" is the least
IN_BRACKETS = re.compile(r"[(\[{<](.*?)[)\]}>]")
WORDS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")
DAYS = "|".join(word for word, unit in ANY.items() if unit == DAY)
CLOCK = (
    rf"(?P<sign>-?)(?:(?P<d>\d+)(?:\s*(?:{DAYS})\.?,?\s+|\.(?=\d+:\d+:)))?"
    r"(?P<a>\d+):(?P<b>[0-5]?\d)(?::(?P<c>[0-5]?\d(?:[.,]\d+)?))?"
)
NUMBER = r"\d+(?:[.,]\d+)?"
ISO_DATE, ISO_TIME = ("".join(rf"(?:(?P<{u}>{NUMBER}){u})?" for u in units) for units in ("wd", "hms"))
ISO_8601 = rf"(?P<sign>-?)p(?=[\dt]){ISO_DATE}(?:t(?=\d){ISO_TIME})?"
PART = re.compile(rf"(?P<n>{NUMBER})\s*(?P<unit>[^\W\d_]+)?\.?\s*(?:,|and|und|et|y)?\s*")
BETWEEN = {HOUR: MINUTE, MINUTE: SECOND}  # 1h30: what a number without a unit is behind one with it


def unit_in(header: str) -> float | None:
    """Seconds of the unit that a column's name gives: ``Duration (h)``, ``time_in_minutes``, ``durationMs``, ``时长（分钟）``.

    None if it gives none, or several.
    """
    header = plain_text(header)
    found = {ANY[word] for part in IN_BRACKETS.findall(header) for word in name_words(part) if word in ANY}
    words = name_words(IN_BRACKETS.sub(" ", header)) or [""]
    if not found:
        found = {SURE[word] for word in words if word in SURE}
    if not found and len(words) > 1:
        found = {ANY[word] for word in words[-1:] if word in AT_END}
    if not found:  # Chinese doesn't part its words
        longest = max(
            (w for w in SURE if w > "z" and words[-1].rstrip("数數").endswith(w)), key=len, default=""
        )
        found = {SURE[longest]} if longest else set()
    return found.pop() if len(found) == 1 else None


def name_words(text: str) -> list[str]:
    """Words of a name, parted at signs, figures and capitals."""
    return [word.casefold() for word in WORDS.findall(text)]


def read_durations(cells: Texts, unit: float | None = None, decimal: str = ".") -> pd.Series:
    """How long it took, NaT for what is missing or isn't a duration.

    Read are a clock's figures (``1:23:45``, ``1 day 02:30:00``), units (``3h 20m``, ``1.5 hours``, ``1小时20分``), ISO 8601
    (``PT1H30M``), and plain numbers where their unit is known.

    Parameters
    ----------
    cells : texts
    unit : seconds of a plain number's unit, as of `unit_in`; None if it isn't known. ``12:30`` is hours and minutes, but
        minutes and seconds where the unit is one of these.
    decimal : "." or ",", of plain numbers

    Returns
    -------
    pandas.Series
        of timedelta64[us]
    """
    return by_distinct(cells, partial(durations, unit=unit, decimal=decimal))


def durations(texts: pd.Series, unit: float | None, decimal: str) -> pd.Series:
    """Durations of distinct texts."""
    seconds = read_numbers(texts, decimal) * (np.nan if unit is None else unit)
    ways: list[Callable[[pd.Series], pd.Series]] = [partial(by_clock, unit=unit), by_iso_8601, by_units]
    for way in ways:
        left = texts[seconds.isna()]
        if left.empty:
            break
        seconds = seconds.fillna(way(plain_characters(left).str.casefold()))
    seconds = seconds.where(seconds.abs() < 1e11)
    return pd.to_timedelta((seconds * 1e6).round(), unit="us").astype("timedelta64[us]")


def by_clock(texts: pd.Series, unit: float | None) -> pd.Series:
    """Seconds of what a clock shows, after days if there are some."""
    found = texts.str.extract(f"^{CLOCK}$")
    a, b, c, d = (pd.to_numeric(found[part].str.replace(",", ".")) for part in "abcd")
    short = c.isna() & d.isna() & (unit in (MINUTE, SECOND))
    total = (d.fillna(0) * DAY + a * HOUR + b * MINUTE + c.fillna(0)).mask(short, a * MINUTE + b)
    return total.mask(found["sign"] == "-", -total)


def by_iso_8601(texts: pd.Series) -> pd.Series:
    """Seconds of ISO 8601's durations; months and years have no fixed length."""
    found = texts.str.extract(f"^{ISO_8601}$")
    units = {"w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": SECOND}
    numbers = pd.DataFrame({p: pd.to_numeric(found[p].str.replace(",", ".")) * u for p, u in units.items()})
    total = numbers.sum(axis=1, min_count=1)
    return total.mask(found["sign"] == "-", -total)


def by_units(texts: pd.Series) -> pd.Series:
    """Seconds of numbers with their units."""
    return texts.map(of_units).astype("float64")


def of_units(text: str) -> float:
    """Seconds of one text; its units must come from the longest to the shortest, each once."""
    total, place, before = 0.0, 0, np.inf
    while place < len(text):
        part = PART.match(text, place)
        unit = ANY.get(part["unit"]) if part and part["unit"] else BETWEEN.get(before)
        if part is None or unit is None or unit >= before:
            return np.nan
        total, place, before = total + float(part["n"].replace(",", ".")) * unit, part.end(), unit
    return total if place else np.nan
