"""Times: dates are read in every usual way of writing, or not at all; what the column shows of them is said."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.cells import month_names
from workbook.tables.importing.cells.date_order import DateOrder, date_order, may_mislead
from workbook.tables.importing.cells.times import read_times


def texts(*cells: str) -> pd.Series:
    """Cells as a column of text."""
    return pd.Series(cells, dtype="str")


def read(*cells: str) -> tuple[list[str], str]:
    """A column of dates, read as it is found to be written: in ISO 8601 without midnights, and what is said."""
    order = date_order(texts(*cells))
    found = read_times(texts(*cells), order).dt.strftime("%Y-%m-%d %H:%M:%S").str.removesuffix(" 00:00:00")
    return found.fillna("").tolist(), order.note


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
    found = read_times(texts(f"{order}/{at.year:04} {at:%H:%M:%S}", at.isoformat()), DateOrder(day_first))
    assert found[0] == pd.Timestamp(written).as_unit("us")
    assert found[1] == pd.Timestamp(at).as_unit("us")


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
    found = read_times(texts("03/04/2025", "2025-03-04"), date_format="%m/%d/%Y")
    assert (found[0], found.isna()[1]) == (pd.Timestamp("2025-03-04"), True)
    zoned = read_times(texts("04.03.2025 10:00 +0800"), date_format="%d.%m.%Y %H:%M %z")
    named = read_times(texts("04.03.2025 10:00 UTC"), date_format="%d.%m.%Y %H:%M %Z")
    assert named.tolist() == zoned.tolist()
    assert zoned[0] == pd.Timestamp("2025-03-04 10:00")


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Jan 1, 2025 12:01:45 AM PST", "2025-01-01 00:01:45"),
        ("2025-01-01T10:00:00.000+0000", "2025-01-01 10:00:00"),
        ("Wed Jan 01 10:00:00 UTC 2025", "2025-01-01 10:00:00"),
        ("Wed Jan 01 2025 10:00:00 GMT+0100 (Central European Standard Time)", "2025-01-01 10:00:00"),
        ("Wed, 01 Jan 2025 10:00:00 GMT", "2025-01-01 10:00:00"),
        ("10/Oct/2000:13:55:36 -0700", "2000-10-10 13:55:36"),
        ("15 Aug 2025 10:00 p. m.", "2025-08-15 22:00:00"),
        ("Sat 15/03/2025", "2025-03-15"),
        ("Mo, 17.03.2025 10:00 Uhr", "2025-03-17 10:00:00"),
        ("15.3.2025 klo 10.30", "2025-03-15 10:30:00"),
        ("2025年3月1日(土) 10:05", "2025-03-01 10:05:00"),
        ("2025년 3월 1일", "2025-03-01"),
        ("2025. 3. 1. 오후 3:20", "2025-03-01 15:20:00"),
        ("ngày 15 tháng 10 năm 2025", "2025-10-15"),
        ("٢٠٢٥-٠٣-٠٢", "2025-03-02"),
        ("२०२५-०३-०२ १०:०५", "2025-03-02 10:05:00"),
        ("2025−03−02", "2025-03-02"),
    ],
)
def test_times_of_many_systems(text: str, iso: str) -> None:
    """A zone in letters, a year at the end, a weekday in front and any script's digits are no hindrance."""
    assert read(text)[0] == [iso]


@pytest.mark.parametrize(
    ("cells", "iso", "language"),
    [
        (["15. marraskuuta 2025"], ["2025-11-15"], "Finnish"),
        (
            ["1. Mär 2025", "4. Mai 2025", "5. Okt. 2025", "6 Dez 25"],
            ["2025-03-01", "2025-05-04", "2025-10-05", "2025-12-06"],
            "German",
        ),
        (["15-Maerz-2025", "Mo. 1. Dezember 2025"], ["2025-03-15", "2025-12-01"], "German"),
        (
            ["3 janv. 2025", "1er févr. 2025", "5 aout 2025"],
            ["2025-01-03", "2025-02-01", "2025-08-05"],
            "French",
        ),
        (["15 abr. 2025", "3 de enero de 2025"], ["2025-04-15", "2025-01-03"], "Spanish"),
        (
            ["15 окт. 2025", "3 ноября 2025 г.", "1 ноя 2025"],
            ["2025-10-15", "2025-11-03", "2025-11-01"],
            "Russian",
        ),
        (
            ["mar 15 apr 2025", "lun 14 mar 2025", "3 gen 2025"],
            ["2025-04-15", "2025-03-14", "2025-01-03"],
            "Italian",
        ),
        (["15 lis 2025", "3 sty 2025"], ["2025-11-15", "2025-01-03"], "Polish"),
        (["15. listopada 2025.", "3. siječnja 2025."], ["2025-10-15", "2025-01-03"], "Croatian"),
        (["2025. március 15.", "2025. jan. 3."], ["2025-03-15", "2025-01-03"], "Hungarian"),
        (["2025 m. spalio 15 d."], ["2025-10-15"], "Lithuanian"),
        (["15 Kas 2025", "3 Ara 2025"], ["2025-11-15", "2025-12-03"], "Turkish"),
        (["15 يناير 2025", "٣ فبراير ٢٠٢٥"], ["2025-01-15", "2025-02-03"], "Arabic"),
        (["15 जनवरी 2025"], ["2025-01-15"], "Hindi"),
        (["15 มกราคม 2025"], ["2025-01-15"], "Thai"),
    ],
)
def test_months_in_many_languages(cells: list[str], iso: list[str], language: str) -> None:
    """Names of months are read in the language that reads most of the column, as whole words, and that is said."""
    found, note = read(*cells)
    assert found == iso
    assert "names of months are read as" in note
    assert language in note


def test_a_word_that_is_two_months_is_not_read() -> None:
    """The word "lis" is October in Croatian and November in Polish: without a word that tells, it is neither; English goes first."""
    found, note = read("15 lis 2025", "2025-01-03")
    assert found == ["", "2025-01-03"]
    assert note.startswith(
        "'lis' is one month in one language and another in another (Polish, Czech, Croatian)"
    )
    assert read("15 mar 2025") == (["2025-03-15"], "")


@pytest.mark.parametrize(
    ("cells", "iso", "said"),
    [
        (["2568-03-02", "2567/12/31"], ["2025-03-02", "2024-12-31"], "Buddhist calendar, and read as 2025"),
        (["๒/๓/๒๕๖๘", "๓๑/๓/๒๕๖๘"], ["2025-03-02", "2025-03-31"], "Buddhist"),
        (["15 ม.ค. 2568"], ["2025-01-15"], "Buddhist"),
        (["15 ม.ค. 68"], ["2025-01-15"], "Buddhist"),
        (["2568-03-02", "2025-03-03"], ["", "2025-03-03"], "1 have a year such as 2568 beside others"),
        (["1403/12/12", "1402/01/02"], ["", ""], "the Persian or the Islamic calendar, which isn't read"),
        (["1446-09-01"], [""], "Islamic"),
        (
            ["令和7年3月2日", "平成31年4月30日", "令和元年5月1日"],
            ["2025-03-02", "2019-04-30", "2019-05-01"],
            "era",
        ),
        (["R7.3.2", "H31.4.30"], ["2025-03-02", "2019-04-30"], "era"),
        (["民國114年3月2日"], ["2025-03-02"], "era"),
        (
            ["114/03/02", "113/12/31"],
            ["2025-03-02", "2024-12-31"],
            "such as 114 are of the Republic of China's",
        ),
        (["114/03/02", "2025/12/31"], ["", "2025-12-31"], ""),
    ],
)
def test_calendars(cells: list[str], iso: list[str], said: str) -> None:
    """Years of another calendar are counted over where the whole column is of it, else left; either is said."""
    found, note = read(*cells)
    assert found == iso
    assert said in note


@pytest.mark.parametrize(
    ("cells", "iso", "said"),
    [
        (["1735689600", "1735689661"], ["2025-01-01", "2025-01-01 00:01:01"], "seconds since 1970, by UTC"),
        (["1735689600000"], ["2025-01-01"], "milliseconds since 1970"),
        (["45658.5", "45659"], ["2025-01-01 12:00:00", "2025-01-02"], "a spreadsheet's days"),
        (
            ["990201 7:02:47", "991231 8:00:00"],
            ["1999-02-01 07:02:47", "1999-12-31 08:00:00"],
            "read as year, month, day",
        ),
        (["311299"], ["1999-12-31"], "read as day, month, year"),
        (["010203"], ["2001-02-03"], "it could be day, month, year or month, day, year"),
        (["45658", "2025-01-02"], ["", "2025-01-02"], ""),
        (["1735689600", "12"], ["", ""], ""),
        (["20250301"], ["2025-03-01"], ""),
    ],
)
def test_numbers_that_are_times(cells: list[str], iso: list[str], said: str) -> None:
    """Seconds since 1970, a spreadsheet's days and six figures are times where the whole column is so; it is said."""
    found, note = read(*cells)
    assert found == iso
    assert said in note
    assert bool(said) == bool(note)


@pytest.mark.parametrize(
    "text", ["1/2/2025", "3 Mai 2025", "1735689600", "45658.5", "990201 7:02", "2568-01-01", "٢٠٢٥-٠٣-٠٢"]
)
def test_what_only_the_whole_column_tells(text: str) -> None:
    """A file is read to its end before such a date is; one in ISO 8601 needs no second look."""
    assert may_mislead(texts("2025-01-01", text), times=True)
    assert not may_mislead(texts("2025-01-01", "2025-01-01 10:00", "", "not a date", "未知"), times=True)


def test_money_is_not_read_twice() -> None:
    """A sign beside a number doesn't make a file be read to its end; a comma within does."""
    assert not may_mislead(texts("€12.50", "12.50 EUR"))
    assert may_mislead(texts("€12,50"))


def test_another_calendar_is_named_where_no_date_is_read(tmp_path) -> None:
    """Who sends dates of the Persian calendar reads so, and not merely that no date can be read."""
    (tmp_path / "a.csv").write_text("customer_id,order_date,total\nc1,1403/12/12,5\n")
    with pytest.raises(
        DataError, match=r"date can't be read \(1\)\. years such as 1403 are of the Persian or the Islamic"
    ):
        import_files(ImportRequest([tmp_path / "a.csv"], tmp_path / "mine", today=pd.Timestamp("2026-01-01")))


def test_words_without_a_figure_are_no_dates_and_are_looked_up_in_no_language(monkeypatch):
    """To read all languages takes seconds; a cell such as "not a date" isn't worth them."""
    monkeypatch.setattr(month_names, "months", lambda language: pytest.fail("looked up"))
    cells = texts("2025-01-31", "not a date", "demnächst")
    assert date_order(cells) == DateOrder()
    assert read_times(cells).isna().tolist() == [False, True, True]
