"""Values: ids and numbers are read in every usual way of writing, or not at all."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.tables.importing.cells.ids import read_ids, unread
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.times import read_times


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
    ("text", "value"),
    [("1.2万", 12_000), ("¥3万", 30_000), ("12.5 万元", 125_000), ("(2万)", -20_000), ("2億", 2e8)],
)
def test_numbers_in_ten_thousands(text: str, value: float) -> None:
    """As China and Japan count; a unit that isn't of numbers is none."""
    assert read_numbers(texts(text, "3千克")).iloc[0] == value
    assert read_numbers(texts("3千克", "万")).isna().all()
