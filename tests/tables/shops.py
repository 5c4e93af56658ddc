"""A small shop under contract, with all that is hard to write down."""

import numpy as np
import pandas as pd

from workbook.tables import dataset, schema
from workbook.tables.dataset import Dataset

ORDERS = pd.DataFrame(
    {
        "order_id": ["007", "NA", "O3"],
        "customer_id": ["1e5", "1e5", "null"],
        "ordered_at": pd.to_datetime(["2025-01-01 10:00:01", "2025-01-05 00:00:00", "2025-02-01 23:59:59"]),
        "amount": [0.1 + 0.2, 1e-9, 123456789.01],
    }
)


def shop(**changes) -> Dataset:
    """Bring a small shop under contract, with all that is hard to write down: gaps, commas, quotes, odd ids."""
    tables = {
        "customers": pd.DataFrame(
            {
                "customer_id": ["1e5", "null"],
                "birth_year": pd.array([1980, None], dtype="Int64"),
                "city": ['Xi\'an, "old" town', None],
            }
        ),
        "products": pd.DataFrame(
            {"product_id": ["P1", "P2"], "name": ["衬衫\nslim", "None"], "unit_cost": [np.nan, 3.3]}
        ),
        "orders": ORDERS,
        "order_lines": pd.DataFrame(
            {"order_id": ["007", "007", "NA"], "line": [1, 2, 1], "product_id": ["P1", "P2", None],
             "quantity": [1.0, 2.0, np.nan], "amount": [0.1, 0.2, 1e-9]}
        ),
    }  # fmt: skip
    tables = dataset.validate({**tables, **changes}, schema.CONTRACTS)
    return Dataset(
        "shop",
        tables,
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2025-02-28"),
        currency="CNY",
        facts={"source": "by hand"},
    )
