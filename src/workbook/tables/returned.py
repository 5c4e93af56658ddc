"""Orders that came back whole: bought, and then not bought after all.

They stay in the tables, and so do their returns. What counts purchases (R and F of RFM, see `rfm_tiers.kept_summary`)
leaves them out; what counts visits (BG/NBD, see `customer_summary`) keeps them, since the customer was there.
"""

import pandas as pd

from workbook.tables.matching import is_in

ROUNDING = 0.005  # of money


def came_back_whole(
    orders: pd.DataFrame, returns: pd.DataFrame, lines: pd.DataFrame | None = None
) -> pd.Series:
    """Whether all that was bought in an order has come back, by its amount or by its pieces.

    What came back of a product counts up to what the order has of it; a return without a product is of the whole order.

    Parameters
    ----------
    orders : order_id, and amount where it is known
    returns : order_id; product_id, quantity, amount where they are known; those after the day in question left out
    lines : the orders' lines: order_id, product_id, quantity, amount where they are known

    Returns
    -------
    pandas.Series
        of truth values, index as ``orders``; false for an order of which nothing came back.
    """
    back = returns[is_in(returns["order_id"], orders["order_id"])]
    some = orders.loc[is_in(orders["order_id"], back["order_id"])].set_index("order_id")
    whole = pd.Series(False, index=some.index)
    if "amount" in some and "amount" in back:
        whole |= reaches(some["amount"], back, lines, "amount", ROUNDING)
    if lines is not None and {"quantity"} <= set(lines) & set(back):
        pieces = lines[is_in(lines["order_id"], some.index)].groupby("order_id")["quantity"].sum(min_count=1)
        whole |= reaches(pieces.reindex(some.index), back, lines, "quantity", 0.0)
    return is_in(orders["order_id"], whole.index[whole])


def reaches(
    bought: pd.Series, back: pd.DataFrame, lines: pd.DataFrame | None, size: str, rounding: float
) -> pd.Series:
    """Whether what came back of each order comes to what was bought, in money or pieces; no for what isn't known."""
    by = (
        ["order_id", "product_id"]
        if lines is not None and "product_id" in back and "product_id" in lines
        else []
    )
    if by and lines is not None and size in lines:
        of = back.groupby(by, dropna=False)[size].sum()
        had = lines[is_in(lines["order_id"], bought.index)].groupby(by, dropna=False)[size].sum()
        limit = had.reindex(of.index)
        named = of.index.get_level_values("product_id").notna()
        came = of.where(~named | limit.isna() | (of <= limit), limit).groupby(level="order_id").sum()
    else:
        came = back.groupby("order_id")[size].sum()
    came = came.reindex(bought.index)
    return (came > 0) & (came >= bought - rounding)
