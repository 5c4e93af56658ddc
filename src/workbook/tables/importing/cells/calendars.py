"""Years of other calendars: those that can be counted over to ours are, the others are named."""

import re
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

# Eras of Japan and of the Republic of China → the year before their first.
ERAS = {
    "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "中華民國": 1911, "中华民国": 1911, "民國": 1911, "民国": 1911,
    "m": 1867, "t": 1911, "s": 1925, "h": 1988, "r": 2018,
}  # fmt: skip
IN_WORDS = "|".join(era for era in ERAS if not era.isascii())
ERA = re.compile(
    rf"^(?:({IN_WORDS})\s*(元|\d{{1,3}})(?=\s*[年./-])|([mtshr])\.?(\d{{1,2}})(?=[./-]\d{{1,2}}[./-]\d{{1,2}}\b))"
)
BUDDHIST, BUDDHIST_YEARS = 543, range(2443, 2644)  # 1900 to 2100
MINGUO, MINGUO_YEARS = 1911, range(89, 151)  # 2000 to 2061
# 1921 to 2081 of the Persian calendar, 1921 to 2038 of the Islamic one.
PERSIAN_OR_ISLAMIC = range(1300, 1461)
FOUR_FIGURES = r"(?:^|[^0-9])(?P<y>[0-9]{4})(?:[^0-9]|$)"
THREE_FIRST = r"^(?P<y>[0-9]{3})[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[^0-9]|$)"


@dataclass(frozen=True)
class Calendar:
    """How a column counts its years.

    Attributes
    ----------
    ahead : years that it is ahead of ours
    unread : years that aren't read, because they are of a calendar that isn't counted over
    note : what a reader should know
    """

    ahead: int = 0
    unread: range = range(0)
    note: str = ""

    def reads(self, years: pd.Series) -> pd.Series:
        """Tell which years, in figures as they stand, are read; three of them in one calendar only."""
        return ~years.astype("int64").isin(self.unread) & ((years.str.len() != 3) | (self.ahead == -MINGUO))


OURS = Calendar()


def calendar_of(odd: pd.Series, plain: int, thai: bool = False) -> Calendar:
    """Tell the calendar by a whole column's years.

    Parameters
    ----------
    odd : different dates that aren't written as in ISO 8601 with a year such as 2025
    plain : how many are
    thai : whether months are named in Thai, so that two figures of a year are Buddhist
    """
    years = figures(odd, FOUR_FIGURES)
    buddhist, other = years.isin(BUDDHIST_YEARS), years.isin(PERSIAN_OR_ISLAMIC)
    if buddhist.any():
        return buddhist_calendar(years, buddhist, plain)
    if other.any() and other.sum() >= plain + (~other).sum():
        return Calendar(unread=PERSIAN_OR_ISLAMIC, note=strange(years[other]))
    if thai and years.empty and not plain:
        return Calendar(
            ahead=BUDDHIST, note="years of two figures beside months in Thai are of the Buddhist calendar"
        )
    short = figures(odd, THREE_FIRST)
    if len(short) and len(short) == len(odd) and short.isin(MINGUO_YEARS).all() and not plain:
        y = int(short.iloc[0])
        return Calendar(
            -MINGUO,
            note=f"years such as {y} are of the Republic of China's calendar, and read as {y + MINGUO}",
        )
    return OURS


def buddhist_calendar(years: pd.Series, which: pd.Series, plain: int) -> Calendar:
    """The Buddhist calendar, where all years are of it; beside other years it can only be guessed at."""
    y = int(years[which].iloc[0])
    if which.all() and not plain:
        return Calendar(
            BUDDHIST, note=f"years such as {y} are of the Buddhist calendar, and read as {y - BUDDHIST}"
        )
    n = int(which.sum())
    return Calendar(
        unread=BUDDHIST_YEARS,
        note=f"of the different dates, {n} have a year such as {y} beside others of our calendar: if the Buddhist one is meant "
        f"({y - BUDDHIST}), bring them to one calendar; not read",
    )


def strange(years: pd.Series) -> str:
    """What to say of years that aren't counted over."""
    return (
        f"years such as {int(years.iloc[0])} are of the Persian or the Islamic calendar, which isn't read: bring them to the "
        "Gregorian one first"
    )


def figures(texts: pd.Series, pattern: str) -> pd.Series:
    """The years that a pattern finds."""
    found = pc.struct_field(pc.extract_regex(pa.array(texts), pattern), "y").drop_null()
    return pd.Series(found.to_numpy(zero_copy_only=False)).astype("int64")


def eras_counted(texts: pd.Series) -> pd.Series:
    """Texts with the year of our calendar in place of an era's: 令和7年3月2日 → 2025年3月2日, r7.3.2 → 2025.3.2."""
    return texts.map(lambda text: ERA.sub(our_year, text))


def has_era(texts: pd.Series) -> bool:
    """Whether some text counts by eras."""
    return bool(texts.map(lambda text: ERA.match(text) is not None).any())


def our_year(match: re.Match[str]) -> str:
    """The year of our calendar."""
    era, year = match[1] or match[3], match[2] or match[4]
    return str(ERAS[era] + (1 if year == "元" else int(year)))
