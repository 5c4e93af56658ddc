"""Counts of stock: what is unexplained, what it looks like, and how much of what was planted is found."""

import pandas as pd
import pytest

from workbook.analytics.reconciliation import stock_counts
from workbook.analytics.reconciliation.found import found_and_true

WEEKS = pd.date_range("2025-01-06", periods=5, freq="7D")
PRODUCTS = pd.DataFrame({"product_id": ["P1"], "category": ["shirt"]})
ORDERS = pd.DataFrame(
    {
        "order_id": ["O1", "O2"],
        "ordered_at": pd.to_datetime(["2025-01-13 10:00", "2025-01-19 23:00"]),
        "store_id": ["S1", None],
    }
)
LINES = pd.DataFrame({"order_id": ["O1", "O2"], "product_id": "P1", "quantity": [3.0, 5.0]})
RETURNS = pd.DataFrame(
    {"order_id": ["O1"], "returned_at": pd.to_datetime(["2025-01-21"]), "product_id": "P1", "quantity": [1.0]}
)


def gaps(counted: list[float], received: list[float]) -> pd.DataFrame:
    """Counts of five weeks of one store and category, against what was sold and brought back."""
    stock = pd.DataFrame(
        {"store_id": "S1", "category": "shirt", "week": WEEKS, "received": received, "counted": counted}
    )
    return stock_counts.gaps(stock, ORDERS, LINES, RETURNS, PRODUCTS)


def test_sales_returns_and_deliveries_explain_a_count():
    """10, then 3 sold, 1 brought back and 4 delivered; what was bought online leaves no store."""
    found = gaps([10, 7, 12, 12, 12], [0, 0, 4, 0, 0])
    assert found["gap"].tolist() == [0, 0, 0, 0]
    assert found[["sold", "returned"]].sum().tolist() == [3, 1]
    assert stock_counts.errors(found).empty


@pytest.mark.parametrize(
    ("counted", "kind", "week"),
    [
        ([10, 4, 5, 5, 5], "shrinkage", 1),
        ([10, 7, 12, 8, 8], "miscount", 2),
        ([10, 7, 8, 11, 11], "missing receipt", 3),
    ],
)
def test_errors_by_hand(counted, kind, week):
    """Three pieces gone for good, four too many that are taken back, three that nobody booked; each told once."""
    found = stock_counts.errors(gaps(counted, [0.0] * 5))
    assert found["kind"].tolist() == [kind]
    assert found["week"].tolist() == [WEEKS[week]]


def test_one_piece_is_a_slip():
    """A count that is one off is not looked for."""
    assert stock_counts.errors(gaps([10, 6, 7, 8, 8], [0.0] * 5)).empty


def test_a_week_that_is_missing_breaks_the_chain():
    """After a gap in the counts nothing is to be expected."""
    stock = pd.DataFrame(
        {
            "store_id": "S1",
            "category": "shirt",
            "week": WEEKS[[0, 2]],
            "received": 0.0,
            "counted": [10.0, 3.0],
        }
    )
    assert stock_counts.gaps(stock, ORDERS, LINES, RETURNS, PRODUCTS).empty


def test_most_of_what_was_planted_is_found_and_not_all(small):
    """High precision; errors of one piece are missed, so recall is not perfect."""
    found = stock_counts.errors(
        stock_counts.gaps(small.stock, small.orders, small.order_lines, small.returns, small.products)
    )
    table = found_and_true(found, small.truth["stock_errors"], stock_counts.CELL)
    whole = table.loc["all, of any kind"]
    assert whole["precision"] > 0.85
    assert 0.55 < whole["recall"] < 0.95
