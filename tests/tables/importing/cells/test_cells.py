"""Values: ids, numbers and times are read in every usual way of writing, or not at all."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.tables.importing.cells.ids import read_ids, unread
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.times import date_order, read_times


def texts(*cells: str) -> pd.Series:
    """Cells as a column of text."""
    return pd.Series(cells, dtype="str")


def test_ids() -> None:
    """Ids are text: no ".0", no zeros lost, nothing that a spreadsheet put around them; nothing said is missing."""
    given_, wanted = zip(
        ("17850.0", "17850"),
        ("00123", "00123"),
        (' ="00123" ', "00123"),
        ("'00123", "00123"),
        ("\ufeff\tA-1\u3000", "A-1"),
        ("1.50", "1.50"),
        *((blank, None) for blank in ("", "  ", "NaN", "NULL", "None", "N/A", r"\N", "-", "无", "<NA>")),
        strict=True,
    )
    assert read_ids(texts(*given_)).astype(object).where(lambda s: s.notna(), None).tolist() == list(wanted)


def test_ids_in_any_digits() -> None:
    """An id has the same digits in whatever script it is written, so that two files name one customer alike."""
    assert read_ids(texts("١٢٣", "Ａ００１", "C-०१")).tolist() == ["123", "Ａ001", "C-01"]


def test_what_says_that_there_is_nothing() -> None:
    """A dash, a question mark or a word for unknown in a column of times or numbers is nothing, not garbage."""
    column = texts("?", "NA", "-", "n/a", "None", "N.A.", "nil", "—", "未知", "", "#VALUE!", "soon", "12")
    assert unread(column, read_numbers(column)).tolist() == [False] * 11 + [True, False]
    assert unread(column, read_times(column)).tolist() == [False] * 11 + [True, True]


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("12.50", ".", 12.5),
        ("1,234.50", ".", 1234.5),
        ("1,234,567", ".", 1234567),
        ("12,34,567.5", ".", 1234567.5),  # as in India
        ("1.234,50", ",", 1234.5),
        ("1 234,50", ",", 1234.5),
        ("1'234.50", ".", 1234.5),
        ("(12.50)", ".", -12.5),
        ("12.50-", ".", -12.5),
        ("−3", ".", -3),
        ("-¥1,200", ".", -1200),
        ("￥１，２００．５", ".", 1200.5),
        ("€ 12,50", ",", 12.5),
        ("12.5 USD", ".", 12.5),
        ("199元", ".", 199),
        (".5", ".", 0.5),
        ("1e-05", ".", 1e-5),
        ("١٢٫٥٠", ".", 12.5),
        ("١٬٢٣٤٫٥", ",", 1234.5),
        ("۱۲۳۴", ".", 1234),
        ("१२.५", ".", 12.5),
        ("๑๒,๕", ",", 12.5),
        ("１２", ".", 12),
        ("－3", ".", -3),
        ("﹣3", ".", -3),
    ],
)
def test_numbers(text: str, decimal: str, value: float) -> None:
    """Thousands, currencies, brackets and signs of all sorts are understood."""
    assert read_numbers(texts(text), decimal)[0] == value


@pytest.mark.parametrize(
    "text", ["", "abc", "12,50", "1.2.3", "inf", "nan", "0x1F", "1e999", "-", "--5", "5 pieces", "12 3"]
)
def test_no_number(text: str) -> None:
    """What isn't surely a number is none."""
    assert read_numbers(texts(text), ".").isna()[0]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_keep_every_bit(values: list[float]) -> None:
    """The text of a float gives it back to the bit."""
    assert read_numbers(texts(*map(repr, values))).tolist() == values


@pytest.mark.parametrize(
    ("cells", "sign"),
    [
        (["12,50", "3"], ","),
        (["1.234,50"], ","),
        (["1.234", "0,5"], ","),
        (["1,234.50"], "."),
        (["1,234", "12.5"], "."),
        (["1,234"], "."),
        (["0.125"], "."),
        (["12.50", "13.50", "1,5"], "."),
        (["abc"], "."),
    ],
)
def test_decimal_sign(cells: list[str], sign: str) -> None:
    """The decimal sign is told by the numbers that read in one way only; a point where nothing tells."""
    assert decimal_sign([texts(*cells)]) == sign


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2025-03-01", "2025-03-01"),
        ("2025/3/1 9:05", "2025-03-01 09:05"),
        ("2025-03-01T10:05:07.25", "2025-03-01 10:05:07.25"),
        ("2025-03-01T23:05:00+08:00", "2025-03-01 23:05"),
        ("2025-03-01 23:05:00 UTC", "2025-03-01 23:05"),
        ("2025-03-01T23:05:00Z", "2025-03-01 23:05"),
        ("20250301", "2025-03-01"),
        ("20250301100507", "2025-03-01 10:05:07"),
        ("2025年3月1日", "2025-03-01"),
        ("2025年03月01日 10时05分", "2025-03-01 10:05"),
        ("2025/3/1 下午3:20", "2025-03-01 15:20"),
        ("２０２５－０３－０１", "2025-03-01"),
        ("1/3/2025", "2025-03-01"),
        ("01.03.25 14:00", "2025-03-01 14:00"),
        ("1/3/2025 12:30 AM", "2025-03-01 00:30"),
        ("1/3/2025 3:30:00 p.m.", "2025-03-01 15:30"),
        ("1 March 2025", "2025-03-01"),
        ("01-Mar-25", "2025-03-01"),
        ("Saturday, March 1st, 2025 10:05 am", "2025-03-01 10:05"),
        ("1900-01-01", "1900-01-01"),
        ("9999-12-31", "9999-12-31"),
    ],
)
def test_times(text: str, iso: str) -> None:
    """Dates and times are read in all their usual forms, and show what the clock showed."""
    assert read_times(texts(text))[0] == pd.Timestamp(iso)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025",
        "2025-13-01",
        "2025-02-29",
        "31/04/2025",
        "2025-03-01 24:00",
        "45000",
        "12:30",
        "1/2",
        "0/1/2025",
    ],
)
def test_no_time(text: str) -> None:
    """What isn't surely a day of the calendar is none."""
    assert read_times(texts(text)).isna()[0]


@pytest.mark.slow
@given(st.datetimes(), st.booleans())
def test_every_time_in_every_order(at, day_first: bool) -> None:
    """What is written in an order is read in that order, on every day there is."""
    written = at.replace(microsecond=0)
    order = f"{at.day}/{at.month}" if day_first else f"{at.month}/{at.day}"
    read = read_times(texts(f"{order}/{at.year:04} {at:%H:%M:%S}", at.isoformat()), day_first)
    assert read[0] == pd.Timestamp(written).as_unit("us")
    assert read[1] == pd.Timestamp(at).as_unit("us")


@pytest.mark.parametrize(
    ("cells", "day_first", "words", "note"),
    [
        (["2025-01-31"], True, "year first", ""),
        (["31/01/2025", "02/01/2025"], True, "day/month/year", ""),
        (["01/31/2025", "02/01/2025"], False, "month/day/year", ""),
        (["03/04/2025"], True, "day/month/year", "no date shows whether the day"),
        (["31/01/2025", "30/01/2025", "01/31/2025"], True, "day/month/year", "mix day/month and month/day"),
        (["01/31/2025", "01/30/2025", "31/01/2025"], False, "month/day/year", "1 can't be read so"),
        (["31.01.25"], True, "day/month/year", "two digits"),
    ],
)
def test_date_order(cells: list[str], day_first: bool, words: str, note: str) -> None:
    """The column's own dates tell day/month from month/day; where they don't, or disagree, that is said."""
    order = date_order(texts(*cells))
    assert (order.day_first, order.words) == (day_first, words)
    assert note in order.note
    assert bool(note) == bool(order.note)


def test_told_format() -> None:
    """A told format is the only one that is read; a zone in it is dropped, the hour kept."""
    read = read_times(texts("03/04/2025", "2025-03-04"), date_format="%m/%d/%Y")
    assert (read[0], read.isna()[1]) == (pd.Timestamp("2025-03-04"), True)
    zoned = read_times(texts("04.03.2025 10:00 +0800"), date_format="%d.%m.%Y %H:%M %z")
    named = read_times(texts("04.03.2025 10:00 UTC"), date_format="%d.%m.%Y %H:%M %Z")
    assert named.tolist() == zoned.tolist()
    assert zoned[0] == pd.Timestamp("2025-03-04 10:00")
