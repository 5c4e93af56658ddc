"""A price that grows with the quantity is what was paid for the line."""

from pathlib import Path

import pandas as pd
import pytest

from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.orders.import_orders import import_orders
from workbook.tables.importing.orders.line_prices import grows_with_pieces
from workbook.tables.importing.readers.pieces import Pieces

TODAY = pd.Timestamp("2026-01-01")


def lines(prices: list[float]) -> pd.DataFrame:
    """Three products, each sold by one and by two, at these prices."""
    return pd.DataFrame({"product": list("aabbcc"), "pieces": [1, 2] * 3, "price": prices})


@pytest.mark.parametrize(
    ("prices", "grows"),
    [
        ([10, 20, 7, 14, 3, 6], True),
        ([10, 10, 7, 7, 3, 3], False),
        ([10, 9, 7, 6.5, 3, 2.8], False),
        ([10, 20, 7, 7, 3, 3], False),
    ],
)
def test_n_pieces_at_n_times_the_price(prices: list[float], grows: bool) -> None:
    """Only where most products cost n times as much by n is the price the line's; a discount for more is none."""
    assert grows_with_pieces(lines(prices)) == grows
    assert not grows_with_pieces(lines(prices)[:4])  # two products may be chance


@pytest.mark.parametrize(("name", "paid"), [("item-price", 60.0), ("item-price,amount", 90.0)])
def test_what_a_market_place_calls_an_items_price(tmp_path: Path, name: str, paid: float) -> None:
    """Amazon's item-price is of all pieces of a line: it isn't multiplied again; a column for the amount goes before it."""
    frame = lines([10, 20, 7, 14, 3, 6])
    rows = [
        f"{i},2025-01-0{i + 1},c,{r.product},{r.pieces},{r.price},{1.5 * r.price}"
        for i, r in enumerate(frame.itertuples())
    ]
    width = 6 + name.count(",") + 1
    head = f"amazon-order-id,purchase-date,buyer-email,sku,quantity,{name}"
    path = tmp_path / "orders.csv"
    path.write_text("\n".join([head, *(",".join(row.split(",")[: width - 1]) for row in rows)]), "utf-8")
    data = import_orders([Pieces(path, Mapping().file)], Mapping(), name="shop", today=TODAY).data
    assert data.orders["amount"].sum() == pytest.approx(paid)
