"""A data set has one currency: rows in another are converted at a rate that was given, or rejected."""

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing import Import, import_orders
from workbook.tables.importing.cells.currency import currency_of_rows, exchange_rates, main_currency
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.mapping_file import from_toml
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2025-06-30 12:00")
THREE = (
    "Order Number,Customer ID,Order Date,Order Total,Currency\n"
    "1,c1,2025-01-05,50.00,EUR\n2,c2,2025-01-06,550.00,SEK\n3,c3,2025-01-08,1700,JPY\n"
)
OTHER = "; the data set is in EUR (a mapping's [rates] converts)"


@pytest.fixture
def load(tmp_path):
    """Import a text."""

    def loader(text: str, **mapping) -> Import:
        (tmp_path / "x.csv").write_text(text, encoding="utf-8")
        return import_orders([Pieces(tmp_path / "x.csv")], Mapping(**mapping), name="shop", today=TODAY)

    return loader


def outcome(result: Import) -> tuple[list[float], str, dict[int, str]]:
    """Amounts that count, the data set's currency, and row → reasons."""
    reasons = dict(zip(result.rejected["row"], result.rejected["reasons"], strict=True))
    return result.data.orders["amount"].round(6).tolist(), result.data.currency, reasons


def test_rows_in_another_currency_are_rejected(load) -> None:
    """The most frequent currency, or the first of equals, is the data set's; the others aren't added up with it."""
    assert outcome(load(THREE)) == ([50.0], "EUR", {3: "in SEK" + OTHER, 4: "in JPY" + OTHER})


def test_rates_convert(load) -> None:
    """With a rate the other rows count, in the data set's currency; one without a rate is rejected."""
    assert outcome(load(THREE, rates={"SEK": 0.087})) == ([50.0, 47.85], "EUR", {4: "in JPY" + OTHER})


def test_a_currency_that_is_told_goes_first(load) -> None:
    """The data set's currency may be told, also as one of few rows."""
    amounts, currency, reasons = outcome(load(THREE, currency="jpy"))
    assert (amounts, currency, list(reasons)) == ([1700.0], "JPY", [2, 3])


@pytest.mark.parametrize(
    ("cells", "amounts", "currency"),
    [
        ("€50.00 €5.50 ¥1,700", [50.0, 5.5], "EUR"),
        ("50.00€ $60.00 7.00€", [50.0, 7.0], "EUR"),
        ("A$5.00 A$6.00 US$7.00", [5.0, 6.0], "AUD"),
        ("5.00 6.00 7.00", [5.0, 6.0, 7.0], ""),
        ("€5.00 6.00 €7.00", [5.0, 6.0, 7.0], "EUR"),  # what shows none is in the data set's
    ],
)
def test_signs_in_the_cells(load, cells: str, amounts: list[float], currency: str) -> None:
    """A sign beside an amount is as good as a column of currencies."""
    rows = [f'{i},A,2025-01-0{i},"{cell}"' for i, cell in enumerate(cells.split(), 1)]
    result = load("order,customer,date,amount\n" + "\n".join(rows) + "\n")
    assert outcome(result)[:2] == (amounts, currency)


def test_a_sign_of_several_currencies(load) -> None:
    """A dollar sign fits a data set in AUD; where nothing else is known, the currency stays open, and that is said."""
    text = "order,customer,date,amount\n1,A,2025-01-05,$5.00\n2,A,2025-01-06,$6.00\n3,A,2025-01-07,€6.00\n"
    assert outcome(load(text, currency="AUD"))[:2] == ([5.0, 6.0], "AUD")
    result = load(text)
    assert outcome(result)[:2] == ([5.0, 6.0], "")
    doubts = result.data.facts["imports"]["orders"]["doubts"]
    assert "amounts are in $, which several currencies are written with: say --currency" in doubts


def test_prices_refunds_and_totals_are_converted_alike(load) -> None:
    """All money of a row is in its currency."""
    text = (
        "order,customer,date,sku,qty,price,currency,refund amount\n1,A,2025-01-05,X,2,10,EUR,0\n2,B,2025-01-05,X,2,100,SEK,50\n"
        "3,B,2025-01-06,X,1,10,EUR,0\n"
    )
    result = load(text, rates={"SEK": 0.1})
    assert outcome(result)[:2] == ([20.0, 20.0, 10.0], "EUR")
    assert result.data.order_lines["unit_price"].tolist() == [10.0, 10.0, 10.0]
    assert result.data.returns["amount"].tolist() == [5.0]


def test_what_was_found_is_told(load) -> None:
    """That rows show several currencies is said, with how many show the one that is taken."""
    notes = load(THREE).data.facts["imports"]["orders"]["notes"]
    assert "currency: EUR, which most cells show, 1 of 3" in notes


@pytest.mark.parametrize(
    ("rates", "said"),
    [
        (
            {"SEK": 0},
            r"\[rates\] SEK must be a number above 0, what one SEK is in the data set's currency; got 0",
        ),
        ({"SEK": "0.087"}, "must be a number above 0"),
        ({"crowns": 0.087}, "must be an ISO code of three letters"),
    ],
)
def test_wrong_rates(rates: dict, said: str) -> None:
    """A rate is a number for a code."""
    with pytest.raises(DataError, match=said):
        from_toml({"rates": rates}, "my.toml")
    assert from_toml({"rates": {"sek": 1}}, "my.toml").rates == {"SEK": 1.0}


def test_the_parts_of_it() -> None:
    """Most cells decide; the named currency goes before a sign; a row without any is in the data set's."""
    cells = pd.Series(["€5", "$5", "7", "€9"], dtype="str")
    assert main_currency([cells]) == ("EUR", 2, 3)
    assert main_currency([pd.Series(["5", ""], dtype="str")]) == ("", 0, 0)
    rows = currency_of_rows(pd.Series(["", "SEK", "", ""], dtype="str"), [cells])
    assert rows is not None and rows.tolist() == ["EUR", "SEK", "", "EUR"]
    assert currency_of_rows(None, [pd.Series(["5"], dtype="str")]) is None
    factor, reasons = exchange_rates(rows, "EUR", {"SEK": 0.1})
    assert (factor.tolist(), reasons) == ([1.0, 0.1, 1.0, 1.0], {})
