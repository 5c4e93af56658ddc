"""Each store's count of pieces against the last count, deliveries, sales and returns."""

import numpy as np
import pandas as pd

CELL = ["store_id", "category", "week"]
LEAST = 2  # pieces; one more or less is a slip of the count, and nobody looks for it
WEEK = pd.Timedelta(days=7)


def by_week(lines: pd.DataFrame, at: pd.Series, products: pd.DataFrame) -> pd.Series:
    """Pieces by store, category and week (its Monday).

    Parameters
    ----------
    lines : store_id, product_id, quantity
    at : time of each
    """
    of = products.set_index("product_id")["category"]
    monday = at.dt.normalize() - pd.to_timedelta(at.dt.day_of_week, unit="D")
    frame = lines.assign(category=lines["product_id"].map(of), week=monday).dropna(
        subset=["store_id", "category"]
    )
    return frame.groupby(CELL)["quantity"].sum()


def gaps(
    stock: pd.DataFrame,
    orders: pd.DataFrame,
    lines: pd.DataFrame,
    returns: pd.DataFrame,
    products: pd.DataFrame,
) -> pd.DataFrame:
    """One row per count that has one before it: what was to be expected, and what is unexplained.

    Returns
    -------
    pandas.DataFrame
        Index CELL; before, received, sold, returned, expected, counted, gap (pieces).
    """
    at = orders.set_index("order_id")[["ordered_at", "store_id"]]
    sold = lines.join(at, on="order_id")
    back = returns.join(at["store_id"], on="order_id")
    table = stock.set_index(CELL).sort_index()
    series = table.groupby(level=CELL[:2])
    weeks = table.index.get_level_values("week").to_series(index=table.index)
    follows = weeks - weeks.groupby(level=CELL[:2]).shift() == WEEK
    table = table.assign(
        before=series["counted"].shift().where(follows),
        sold=by_week(sold, sold["ordered_at"], products).reindex(table.index).fillna(0.0),
        returned=by_week(back, back["returned_at"], products).reindex(table.index).fillna(0.0),
    )
    expected = table["before"] + table["received"] - table["sold"] + table["returned"]
    return table.assign(expected=expected, gap=table["counted"] - expected).dropna(subset="gap")


def errors(found: pd.DataFrame) -> pd.DataFrame:
    """Counts that are LEAST pieces off or more, and what they look like: CELL, kind, gap.

    A gap that the next count takes back (to the piece, or all but one) is a miscount; one that stays is shrinkage where
    pieces are gone, and a missing receipt where there are more. The count that takes it back is not told again.
    """
    by = found.groupby(level=CELL[:2])["gap"]
    gap, after, before = found["gap"], by.shift(-1), by.shift()
    large = gap.abs() >= LEAST
    back = large & ((gap + after).abs() < LEAST) & (after.abs() >= LEAST)
    echo = large & ((gap + before).abs() < LEAST) & (before.abs() >= LEAST)
    kind = np.select([back, gap < 0], ["miscount", "shrinkage"], "missing receipt")
    return found.assign(kind=kind)[large & ~echo][["kind", "gap"]].reset_index()
