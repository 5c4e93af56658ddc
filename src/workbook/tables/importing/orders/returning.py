"""What came back, and the purchase that it was.

A return belongs to the order that it names, if the same customer has it; else to the latest purchase of the same product
by the same customer that isn't later than the return; else to the customer alone.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from workbook.tables.importing.orders.lines import SAME, Kept, Names, pair_hash, with_texts
from workbook.tables.importing.orders.merging import stacked
from workbook.tables.returned import came_back_whole


def build_returns(
    back: pd.DataFrame, bought: pd.DataFrame, texts: Names, product: bool, numbers: Sequence[str]
) -> pd.DataFrame:
    """Returns as positive quantities and amounts, with the order they name if the same customer has it."""
    theirs = bought.loc[
        bought["came"].isin(back["came"]), ["came", "customer_id", "order_id"]
    ].drop_duplicates()
    order = back[["came", "customer_id"]].merge(theirs, how="left")["order_id"].set_axis(back.index)
    columns = ["customer_id", "ordered_at", "order_id", *(["product_id"] if product else [])]
    order = order.where(back["named"]).fillna(-1).astype("int64")
    found = with_texts(back.assign(order_id=order)[columns], texts)
    number = (back.groupby("came").cumcount() + 1).astype("str").reset_index(drop=True)
    came = with_texts(back[["came"]], texts)["came"]
    size = {c: back[c].abs().to_numpy() for c in numbers if c != "unit_price"}
    found = found.rename(columns={"ordered_at": "returned_at"}).assign(return_id=came + "-" + number, **size)
    return found.set_axis(back.index)


def purchases_of(bought: Kept, lines: pd.DataFrame, pairs: np.ndarray) -> pd.DataFrame:
    """Purchases of what the same customer brought back.

    Parameters
    ----------
    bought : lines
    lines : the same, numbered within their orders
    pairs : `pair_hash` of what came back

    Returns
    -------
    pandas.DataFrame
        customer_id, product_id, order_id, ordered_at, line, in words, by the lines' places.
    """
    rows, texts = bought.rows, bought.texts
    some = rows.head(0)
    if len(pairs):
        some = rows[np.isin(pair_hash(*((rows[c], texts[c]) for c in SAME)), pairs)]
    found = with_texts(some[[*SAME, "order_id", "ordered_at"]], texts).set_axis(some.index)
    return found.assign(line=lines["line"].reindex(some.index))


def with_purchase(returns: pd.DataFrame, purchases: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Returns with order and line of the purchase that each belongs to."""
    some = stacked(purchases, "")
    if some.empty or not set(SAME) <= set(returns):
        return returns
    named = returns.merge(
        some.drop_duplicates(["order_id", "product_id"])[["order_id", "product_id", "line"]], how="left"
    ).set_axis(returns.index)
    left = returns[returns["order_id"].isna()].drop(columns="order_id").dropna(subset=list(SAME))
    earlier = some.dropna(subset=list(SAME)).sort_values("ordered_at", kind="stable")
    found = pd.merge_asof(
        left.rename_axis("place").reset_index().sort_values("returned_at", kind="stable"),
        earlier,
        left_on="returned_at",
        right_on="ordered_at",
        by=list(SAME),
    ).set_index("place")
    return returns.assign(
        order_id=returns["order_id"].fillna(found["order_id"]),
        line=named["line"]
        .where(returns["order_id"].notna(), found["line"].reindex(returns.index))
        .astype("Int64"),
    )


def returned_whole(tables: dict[str, pd.DataFrame], sales: Callable[[str, str], pd.Series]) -> dict[str, int]:
    """Orders that came back whole, for the account."""
    if "order_id" not in tables.get("returns", ()) or tables["returns"]["order_id"].isna().all():
        return {}
    of = {"orders": ["order_id", "amount"], "order_lines": ["order_id", "product_id", "quantity", "amount"]}
    some = {n: pd.DataFrame({c: v for c in columns if len(v := sales(n, c))}) for n, columns in of.items()}
    whole = int(came_back_whole(some["orders"], tables["returns"], some["order_lines"]).sum())
    return {"orders that came back whole, no purchases for recency and frequency": whole} if whole else {}
