"""Money of every table is in the data set's currency."""

import pandas as pd
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing import ImportRequest, import_files

TODAY = pd.Timestamp("2025-06-30")
TEST = (
    "unit,arm,ordered,revenue,currency\n1,a,1,10,EUR\n2,a,1,100,SEK\n3,b,0,0,SEK\n4,b,1,20,EUR\n5,b,0,,GBP\n"
)
ORDERS = "customer,order,date,amount,currency\nA,1,2025-01-05,5,EUR\n"


@pytest.fixture
def bring(tmp_path):
    """Import a text, with rates if there are any."""

    def load(text: str, rates: str = "", **options):
        (tmp_path / "x.csv").write_text(text)
        if rates:
            (tmp_path / "my.toml").write_text(f"[rates]\n{rates}\n")
            options["mapping"] = tmp_path / "my.toml"
        return import_files(ImportRequest([tmp_path / "x.csv"], tmp_path / "mine", today=TODAY, **options))

    return load


def test_revenue_of_a_test(bring) -> None:
    """Revenue in another currency isn't added up; who spent nothing stays, whatever the currency."""
    data = bring(TEST)
    assert data.currency == "EUR"
    assert data.experiments["unit_id"].tolist() == ["1", "3", "4", "5"]
    account = data.facts["imports"]["experiments"]
    assert account["reasons"] == {"in SEK; the data set is in EUR (a mapping's [rates] converts)": 1}


def test_rates(bring) -> None:
    """With a rate the row counts, in the data set's currency."""
    data = bring(TEST, "SEK = 0.1")
    assert data.experiments["revenue"].fillna(-1).tolist() == [10.0, 10.0, 0.0, 20.0, 0.0]


def test_beside_a_data_set(bring) -> None:
    """What is added comes in the currency of the data set, not in that of most of its own rows."""
    bring(ORDERS)
    prices = "sku,name,list price\nX,shirt,$10.00\nY,sock,$5.00\nZ,hat,€7.00\n"
    data = bring(prices, "USD = 0.9\nAUD = 0.6", add=True, table="products")
    assert data.currency == "EUR"
    assert data.products.set_index("product_id")["list_price"].to_dict() == {"Z": 7.0}  # which dollar is open
    data = bring(prices, "USD = 0.9", add=True, replace=True, table="products")
    assert data.products.set_index("product_id")["list_price"].to_dict() == {"X": 9.0, "Y": 4.5, "Z": 7.0}


def test_two_currencies_are_none(bring) -> None:
    """A data set in one currency takes no table that is told to be in another."""
    bring(ORDERS)
    with pytest.raises(
        DataError, match="'mine' is in EUR, and a data set has one currency; got --currency SEK"
    ):
        bring("customer,opened,cost\nA,2025-01-07,5\n", add=True, table="tickets", currency="sek")
