"""How a column writes its dates, found out from all of them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from workbook.tables.importing.cells.calendars import OURS, Calendar, calendar_of, eras_counted, has_era
from workbook.tables.importing.cells.characters import small_letters
from workbook.tables.importing.cells.distinct import contains, not_plain
from workbook.tables.importing.cells.ids import says_something
from workbook.tables.importing.cells.month_names import column_words, in_english, with_words
from workbook.tables.importing.cells.numbers import PLAIN_NUMBER
from workbook.tables.importing.cells.time_patterns import IN_FIGURES, six_figures

PLAIN_TIME = r"(?:19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?"
MISLEADING_NUMBER = r"[0-9]\s*[,،]|[,،]\s*[0-9]"
# What only the whole column tells how to read: names, other digits and calendars, and dates that are mere numbers.
MISLEADING_TIME = r"[0-9][-/.,\s][0-9]|\p{Nd}.*(?:\pL\pL|[^\x00-\x7f])|(?:\pL\pL|[^\x00-\x7f]).*\p{Nd}|^\s*(?:[0-9]{5,6}|[0-9]{10,19})\b"
SIX_FIGURES = r"^[0-9]{6}(?:[^0-9].*)?$"
ORDERS = {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}
REMEDY = "if that is wrong, say --date-format"
IN_BRACKETS = re.compile(r"\s*[(（][^()\d]*[)）]")  # a weekday, or the name of a zone
HALF = re.compile(r"\b([ap])\.?\s?m\b\.?")
FIGURE = r"\pN"
LETTERS = r"\pL[\pL\pM.]"


@dataclass(frozen=True)
class Scale:
    """Numbers that stand for times.

    Attributes
    ----------
    pattern : of the numbers, in whole
    unit : of pandas; "" where the figures are those of a date
    origin : the day that they count from
    low, high : they lie between
    words : what they are
    """

    pattern: str
    unit: str
    origin: str
    low: float
    high: float
    words: str


SCALES = (
    Scale(r"[0-9]{10}(?:\.[0-9]+)?", "s", "1970-01-01", 5e8, 4.2e9, "seconds since 1970, by UTC"),
    Scale(r"[0-9]{13}(?:\.[0-9]+)?", "ms", "1970-01-01", 5e11, 4.2e12, "milliseconds since 1970, by UTC"),
    Scale(r"[0-9]{16}(?:\.[0-9]+)?", "us", "1970-01-01", 5e14, 4.2e15, "microseconds since 1970, by UTC"),
    Scale(r"[0-9]{19}", "ns", "1970-01-01", 5e17, 4.2e18, "nanoseconds since 1970, by UTC"),
    Scale(r"[0-9]{5}(?:\.[0-9]+)?", "D", "1899-12-30", 2e4, 8e4, "a spreadsheet's days since 1900"),
)
SERIALS = SCALES[-1]


@dataclass(frozen=True)
class DateOrder:
    """How dates that aren't written as in ISO 8601 are read, and how one can know.

    Attributes
    ----------
    day_first : whether the day stands before the month in 1/2/2025
    words : for the account
    note : what a reader should check, "" if nothing
    unsure : whether months may be wrong, so that the note goes before all else
    names : words in them → English months, or ""; empty for English
    calendar : how years are counted
    scale : where they are mere numbers, of what
    short : where they are six figures, the order of these: ymd, dmy or mdy; else ""
    serials : whether some are a spreadsheet's numbers of days
    """

    day_first: bool = True
    words: str = "year first"
    note: str = ""
    unsure: bool = False
    names: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar = OURS
    scale: Scale | None = None
    short: str = ""
    serials: bool = False


def may_mislead(texts: pd.Series, times: bool = False) -> bool:
    """Whether only a whole column tells how to read some text: a number with a comma, a date like 1/2/2025."""
    odd = not_plain(texts, f"{PLAIN_TIME}|" if times else f"{PLAIN_NUMBER}|{PLAIN_TIME}|")
    return bool(contains(odd, MISLEADING_TIME if times else MISLEADING_NUMBER).any())


def date_order(cells: pd.Series, typed: bool = False) -> DateOrder:
    """Find out how a column's dates are to be read: from those that can be read in one way only, and from all together.

    Of a ``typed`` source, such as a spreadsheet, a number among dates is a cell that lost its format, and is counted in days.
    """
    texts = pd.Series(pd.unique(cells), dtype="str")
    odd = not_plain(texts, PLAIN_TIME)
    plain = len(texts) - len(odd)
    odd = odd[contains(odd, FIGURE)]  # without one it is no date, whatever the language
    odd = small_letters(odd[says_something(odd)])
    if odd.empty:
        return DateOrder()
    if not plain and (numbers := mere_numbers(odd)):
        return numbers
    order = in_parts(odd, plain)
    return with_serials(order, odd) if typed else order


def mere_numbers(texts: pd.Series) -> DateOrder | None:
    """How to read a column that holds nothing but numbers; None if it doesn't, or they are no times."""
    for scale in SCALES:
        if contains(texts, f"^(?:{scale.pattern})$").all():
            inside = pd.to_numeric(texts).between(scale.low, scale.high).all()
            note = f"numbers such as {texts.iloc[0]} are read as {scale.words}"
            return DateOrder(words=scale.words, note=note, scale=scale) if inside else None
    if contains(texts, SIX_FIGURES).all():
        fit = [order for order in ORDERS if six_figures(texts, order).notna().all()]
        if fit:
            other = " or ".join(ORDERS[order] for order in fit[1:])
            note = f"dates such as {texts.iloc[0]} are six figures: read as {ORDERS[fit[0]]}"
            note += f", though it could be {other}; {REMEDY}" if len(fit) > 1 else ""
            return DateOrder(words=ORDERS[fit[0]], note=note, short=fit[0])
    return None


def in_parts(odd: pd.Series, plain: int) -> DateOrder:
    """How to read a column of dates of which some aren't written as in ISO 8601."""
    names, language = column_words(odd[contains(odd, LETTERS)])
    calendar = calendar_of(odd, plain, thai="มค" in names)
    eras = "years of an era, such as Reiwa, are counted over to ours" if has_era(odd) else ""
    found = in_our_words(odd, names).str.extract(IN_FIGURES[1])
    a, b = (pd.to_numeric(found[c]) for c in "ab")
    day, month = int(((a > 12) & (b <= 12)).sum()), int(((b > 12) & (a <= 12)).sum())
    both = int(((a <= 12) & (b <= 12)).sum())
    words = ("day/month/year" if day >= month else "month/day/year") if day + month + both else "year first"
    unsure = list(day_or_month(day, month, both, words))
    notes = [*unsure, *short_years(found)]
    notes += [REMEDY] if notes else []
    said = [note for note in (language, calendar.note, eras) if note]
    return DateOrder(day >= month, words, "; ".join(notes + said), bool(unsure), names, calendar)


def with_serials(order: DateOrder, odd: pd.Series) -> DateOrder:
    """An order that reads a spreadsheet's numbers of days too, if there are some."""
    serial = odd[is_serial(odd)]
    if serial.empty:
        return order
    days = f"numbers such as {serial.iloc[0]} are read as {SERIALS.words}"
    return replace(order, note="; ".join(filter(None, [order.note, days])), serials=True)


def is_serial(texts: pd.Series) -> pd.Series:
    """Tell which of some texts among dates are a spreadsheet's numbers of days, of 1982 to 2064."""
    number = pd.to_numeric(texts.where(contains(texts, f"^(?:{SERIALS.pattern})$")))
    return number.between(3e4, 6e4)


def in_our_words(texts: pd.Series, names: Mapping[str, str]) -> pd.Series:
    """Texts with English months for others, years of ours for those of an era, and without weekdays and zones in words."""
    worded = contains(texts, r"\pL")
    if not worded.any():
        return texts
    some = texts[worded].str.replace(IN_BRACKETS, "", regex=True).str.replace(HALF, r"\1m", regex=True)
    return texts.mask(worded, with_words(eras_counted(some), names or in_english()).str.strip(" ,."))


def day_or_month(day: int, month: int, both: int, words: str) -> Iterator[str]:
    """What to say where the order isn't sure: how many dates have the day first, the month first, or could be either."""
    if day and month:
        yield (
            f"dates mix day/month and month/day: read as {words}; of the different dates, {min(day, month)} can't be "
            f"read so, and {both} could be either"
        )
    elif both and not day and not month:
        yield f"no date shows whether the day or the month comes first: read as {words}"


def short_years(found: pd.DataFrame) -> Iterator[str]:
    """What to say of years that have two digits."""
    if (found["y"].str.len() == 2).any():
        yield "years have two digits, and were taken to come last"
