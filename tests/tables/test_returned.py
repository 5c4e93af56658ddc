"""Orders that came back whole: by money or by pieces, product by product."""

import pandas as pd
import pytest

from workbook.tables.returned import came_back_whole

ORDERS = pd.DataFrame({"order_id": ["1", "2", "3"], "amount": [30.0, 10.0, 0.0]})
LINES = pd.DataFrame(
    {
        "order_id": ["1", "1", "2", "3"],
        "product_id": ["X", "Y", "X", "Z"],
        "quantity": [2.0, 1.0, 1.0, 1.0],
        "amount": [20.0, 10.0, 10.0, 0.0],
    }
)


@pytest.mark.parametrize(
    ("back", "whole"),
    [
        ([], []),
        ([("1", "X", 2, 20), ("1", "Y", 1, 10)], ["1"]),
        ([("1", "X", 2, 20)], []),
        ([("1", "X", 3, 30)], []),  # more of one product doesn't make up for another
        ([("1", "X", 1, 10), ("1", "X", 1, 10), ("1", "Y", 1, 10), ("2", "X", 1, 10)], ["1", "2"]),
        ([("1", "X", 2, 18), ("1", "Y", 1, 9)], ["1"]),  # all pieces, less a fee
        ([("1", None, None, 30)], ["1"]),  # a refund of the whole order
        ([("1", None, None, 29.99)], []),
        ([("1", "X", 2, 20), ("1", None, None, 10)], ["1"]),
        ([("3", "Z", 1, 0)], ["3"]),  # for nothing, and back
        ([("9", "X", 9, 90), (None, "X", 9, 90)], []),  # of no order here
    ],
)
def test_by_hand(back: list, whole: list[str]) -> None:
    """All of the money or all of the pieces."""
    returns = pd.DataFrame(back, columns=["order_id", "product_id", "quantity", "amount"])
    returns = returns.astype(
        {"order_id": "str", "product_id": "str", "quantity": "float64", "amount": "float64"}
    )
    found = came_back_whole(ORDERS, returns, LINES)
    assert found.index.equals(ORDERS.index)
    assert ORDERS.loc[found, "order_id"].tolist() == whole


def test_without_lines_or_amounts() -> None:
    """Money alone does, and pieces alone; what isn't known doesn't make an order whole."""
    returns = pd.DataFrame({"order_id": ["1", "2"], "amount": [30.0, 9.0]})
    assert came_back_whole(ORDERS, returns).tolist() == [True, False, False]
    pieces = pd.DataFrame({"order_id": ["1", "1"], "product_id": ["X", "Y"], "quantity": [2.0, 1.0]})
    bare = LINES.drop(columns="amount")
    assert came_back_whole(ORDERS.drop(columns="amount"), pieces, bare).tolist() == [True, False, False]
    unknown = pd.DataFrame({"order_id": ["1"], "amount": [float("nan")]})
    assert not came_back_whole(ORDERS.assign(amount=float("nan")), unknown).any()
