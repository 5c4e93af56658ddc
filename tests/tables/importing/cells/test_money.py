"""Money: a cell with a sign or a code gives its number and its currency; what isn't surely money is left alone."""

import pandas as pd
import pytest

from workbook.tables.importing.cells.money import currencies, meanings
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.readers.dictionary_encoding import coded


def texts(*cells: str) -> pd.Series:
    """Cells as a column of text."""
    return pd.Series(cells, dtype="str")


@pytest.mark.parametrize(
    ("text", "decimal", "value", "currency"),
    [
        ("€50.00", ".", 50, "EUR"),
        ("¥1,700", ".", 1700, "¥"),
        ("$60.00", ".", 60, "$"),
        ("50.00 EUR", ".", 50, "EUR"),
        ("50.00eur", ".", 50, "EUR"),
        ("R$ 1.999,99", ",", 1999.99, "BRL"),
        ("1 999 kr", ",", 1999, "kr"),
        ("1\u00a0999,50\u00a0kr.", ",", 1999.5, "kr"),
        ("12,50 zł", ",", 12.5, "PLN"),
        ("US$ 5", ".", 5, "USD"),
        ("A$5", ".", 5, "AUD"),
        ("NT$100", ".", 100, "TWD"),
        ("Rs. 500", ".", 500, "rs"),
        ("Rs.500", ".", 500, "rs"),
        ("฿ 20", ".", 20, "THB"),
        ("CHF 1'234.50", ".", 1234.5, "CHF"),
        ("-€5", ".", -5, "EUR"),
        ("(€5)", ".", -5, "EUR"),
        ("€ -5", ".", -5, "EUR"),
        ("5- €", ".", -5, "EUR"),
        ("5,- €", ",", 5, "EUR"),
        ("5.– CHF", ".", 5, "CHF"),
        ("$.50", ".", 0.5, "$"),
        ("$60.00 AUD", ".", 60, "AUD"),
        ("199元", ".", 199, "元"),
        ("￥１２", ".", 12, "¥"),
        ("1 999,00 ₽", ",", 1999, "RUB"),
        ("100 руб.", ".", 100, "RUB"),
        ("٥٠٫٥ ر.س.\u200f", ".", 50.5, "SAR"),
        ("R 1 000", ".", 1000, "ZAR"),
        ("12.50", ".", 12.5, ""),
        ("-3", ".", -3, ""),
    ],
)
def test_money(text: str, decimal: str, value: float, currency: str) -> None:
    """A sign or a code beside a number, on either side, is no part of it, and says the currency."""
    assert read_numbers(texts(text), decimal)[0] == value
    assert currencies(texts(text))[0] == currency


@pytest.mark.parametrize("text", ["5K", "3 L", "Q1", "12 pcs", "$5 EUR", "€", "kr", "€ 5 €3", "5 €-3"])
def test_no_money(text: str) -> None:
    """A unit is no currency, two that differ are none, and a sign alone is no number."""
    assert read_numbers(texts(text)).isna()[0]


def test_a_column_of_currencies() -> None:
    """A currency may stand alone; what is unknown or missing gives nothing, in Series and coded columns."""
    column = ["EUR", "eur", "€", "US$", "", "shells", "12", "EUR"]
    assert currencies(texts(*column)).tolist() == ["EUR", "EUR", "EUR", "USD", "", "", "", "EUR"]
    assert currencies(coded(column)).tolist() == ["EUR", "EUR", "EUR", "USD", "", "", "", "EUR"]
    assert currencies(pd.Series(["€1", "2"], index=[7, 9], dtype="str")).to_dict() == {7: "EUR", 9: ""}


def test_what_a_sign_may_mean() -> None:
    """A code means itself; "$" is the dollar of many countries, and never the euro."""
    assert meanings("EUR") == {"EUR"}
    assert meanings("") == frozenset()
    assert {"USD", "CAD", "MXN", "HKD"} <= meanings("$")
    assert meanings("¥") == {"JPY", "CNY"}
    assert meanings("kr") == {"SEK", "NOK", "DKK", "ISK"}
    assert "EUR" not in meanings("$")
