"""A shop small enough to be checked by hand."""

import pandas as pd
import pytest

from workbook.analytics.recommenders.histories import Split, purchases, time_split

CUT = pd.Timestamp("2025-03-01")


def shop_of(rows: list[tuple[str, str, str, str]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders and order lines from customer, order, day, and the products with a space between."""
    orders = pd.DataFrame(
        {
            "order_id": [r[1] for r in rows],
            "customer_id": [r[0] for r in rows],
            "ordered_at": pd.to_datetime([r[2] for r in rows]),
        }
    )
    lines = [(r[1], i, p) for r in rows for i, p in enumerate(r[3].split(), 1)]
    return orders, pd.DataFrame(lines, columns=["order_id", "line", "product_id"])


@pytest.fixture
def rows() -> list[tuple[str, str, str, str]]:
    """Four customers; the cut is on 1 March, and Dora buys for the first time after it."""
    return [
        ("Anna", "O1", "2025-01-05", "coat bag"),
        ("Anna", "O2", "2025-02-05", "shoes"),
        ("Ben", "O3", "2025-02-10", "coat bag"),
        ("Cleo", "O4", "2025-02-20", "shoes"),
        ("Anna", "O5", "2025-03-01", "bag scarf"),
        ("Anna", "O6", "2025-03-09", "coat"),
        ("Ben", "O7", "2025-04-01", "shoes"),
        ("Dora", "O8", "2025-03-02", "coat"),
    ]


@pytest.fixture
def bought(rows) -> pd.DataFrame:
    """Their purchases."""
    return purchases(*shop_of(rows))


@pytest.fixture
def split(bought) -> Split:
    """Cut on 1 March; bag, coat and shoes can be recommended, in this order."""
    return time_split(bought, None, CUT)
