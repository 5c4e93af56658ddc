"""Durations: what a clock, a unit or ISO 8601 says of how long it took; a plain number needs the header's unit."""

import pandas as pd
import pytest

from workbook.tables.importing.cells.durations import read_durations, unit_in


def took(text: str, unit: float | None = None, decimal: str = ".") -> float | None:
    """Seconds that a text is read as; None if it isn't a duration."""
    read = read_durations(pd.Series([text], dtype="str"), unit, decimal)
    assert read.dtype == "timedelta64[us]"
    return None if read.isna()[0] else read[0].total_seconds()


@pytest.mark.parametrize(
    ("header", "unit"),
    [
        ("Resolution time in hrs", 3600),
        ("time_in_minutes", 60),
        ("Duration (h)", 3600),
        ("Duration (min.)", 60),
        ("talk time [s]", 1),
        ("durationMs", 0.001),
        ("handle_sec", 1),
        ("ResolutionTimeHours", 3600),
        ("Days to close", 86_400),
        ("处理时长（分钟）", 60),
        ("处理时长(小时)", 3600),
        ("等待秒数", 1),
        ("Dauer in Stunden", 3600),
        ("Duration", None),
        ("Second response", None),
        ("min_wait", None),
        ("Opened day", None),
        ("created_hour", None),
        ("Month", None),
        ("hours and minutes", None),
        ("", None),
    ],
)
def test_a_unit_in_the_header(header: str, unit: float | None) -> None:
    """A header names the unit of its plain numbers, in words of several languages; an ordinal or a date is none."""
    assert unit_in(header) == unit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1:23:45", 5025),
        ("0:15", 900),
        ("00:00:07.5", 7.5),
        ("25:00:00", 90_000),
        ("-1:00", -3600),
        ("1 day 02:30:00", 95_400),
        ("2 days, 3:04", 183_840),
        ("0 days 00:15:00.500000", 900.5),
        ("1.02:30:00", 95_400),
        ("3h 20m", 12_000),
        ("1h30", 5400),
        ("45 min", 2700),
        ("90 s", 90),
        ("1.5 hours", 5400),
        ("1,5 h", 5400),
        ("2 hours and 5 minutes", 7500),
        ("2 Std. 5 Min.", 7500),
        ("1小时20分", 4800),
        ("3 days", 259_200),
        ("PT1H30M", 5400),
        ("P1DT2H", 93_600),
        ("PT0.5S", 0.5),
        ("P2W", 1_209_600),
        ("١:٣٠", 5400),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    """What says its own unit is read, whatever the header says."""
    assert took(text) == seconds
    assert took(text, 3600.0) == seconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "12",
        "1:75",
        "5 5",
        "h",
        "3m 2h",
        "2025 jan 12:30",
        "P1M",
        "PT",
        "P",
        "1e300 h",
        "2025-01-01 10:00",
    ],
)
def test_no_duration(text: str) -> None:
    """A number without a unit, a time of day with a date and months of unknown length are no durations."""
    assert took(text) is None


def test_plain_numbers_have_the_headers_unit() -> None:
    """A number counts in the unit that is known, and 12:30 is minutes and seconds where that is minutes."""
    assert took("90", 60.0) == 5400
    assert took("1.5", 3600.0) == 5400
    assert took("1,5", 3600.0, ",") == 5400
    assert took("12:30", 60.0) == 750
    assert took("12:30", 3600.0) == 45_000
    assert took("250", 0.001) == 0.25
