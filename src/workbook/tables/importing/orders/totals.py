"""What holds for a whole order: its total, its discount, its refund."""

from collections import Counter

import numpy as np
import pandas as pd

from workbook.tables.importing.orders.lines import Names, with_texts

OF_ORDER = ("order_total", "discount", "shipping", "refunded", "refunded_at", "all_refunded")
REFUNDS = "refunded_lines"  # of each line its own


def settle_totals(
    orders: pd.DataFrame, lines: pd.DataFrame, bought: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Orders with what was paid for each, and lines after its discount.

    The amount of an order is its total, where the file gives one, else what its lines come to, and shipping. A discount is
    taken off the lines in proportion to their amounts; where they have none of their own, the total is theirs in proportion
    to their quantities.

    Parameters
    ----------
    orders : as of `one_row_per_key`, with what the lines come to
    lines : by order, which its place stands for; indexed by their places among all rows
    bought : the same lines, with what the file says of orders
    """
    known = [c for c in (*OF_ORDER, REFUNDS) if c in bought]
    if not known:
        return orders, lines
    groups = bought[known].reindex(lines.index).groupby(lines["order_id"], sort=True)
    orders = orders.assign(**groups.first().set_axis(orders.index))
    if REFUNDS in bought:
        each = groups[REFUNDS].sum().set_axis(orders.index)
        orders["refunded"] = orders["refunded"].fillna(each) if "refunded" in orders else each
    return with_discount(*with_total(orders, lines))


def with_total(orders: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines that have no amounts of their own with their shares of the order's total."""
    if "amount" in lines or "order_total" not in orders:
        return orders, lines
    weight = lines.get("quantity", pd.Series(1.0, index=lines.index)).fillna(1.0)
    share = weight / weight.groupby(lines["order_id"]).transform("sum")
    amount = orders["order_total"].to_numpy()[lines["order_id"]] * share
    return orders.assign(amount=orders["order_total"]), lines.assign(amount=amount)


def with_discount(orders: pd.DataFrame, lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines without their shares of the order's discount, and what is paid for the order."""
    if "discount" in orders:
        goods, off = orders["amount"], orders["discount"].fillna(0.0)
        left = (1 - (off / goods.where(goods > 0))).clip(0, 1).fillna(1.0)
        by_line = left.to_numpy()[lines["order_id"]]
        lines = lines.assign(**{c: lines[c] * by_line for c in ("unit_price", "amount") if c in lines})
        orders = orders.assign(amount=goods * left)
    if "shipping" in orders:
        orders = orders.assign(amount=orders["amount"] + orders["shipping"].fillna(0.0))
    if "order_total" in orders:
        orders = orders.assign(amount=orders["order_total"].fillna(orders["amount"]))
    return orders, lines


def build_refunds(
    orders: pd.DataFrame, names: Names, lines: pd.DataFrame
) -> tuple[pd.DataFrame, Counter[str]]:
    """What was refunded of whole orders, a return each, by the place of the order's first line; and how often what was so.

    An order that is marked as refunded without a sum was paid back in full.
    """
    if not {"refunded", "all_refunded"} & set(orders) or "amount" not in orders:
        return pd.DataFrame(), Counter()
    nothing = pd.Series(0.0, index=orders.index)
    back = orders.get("refunded", nothing).fillna(0.0)
    whole = orders.get("all_refunded", nothing).fillna(0.0) > 0
    back = back.mask(whole & (back == 0), orders["amount"])
    some = orders.assign(amount=back)[back > 0]
    at = some["refunded_at"] if "refunded_at" in some else pd.Series(pd.NaT, index=some.index)
    words = with_texts(some[["customer_id", "order_id"]], names)
    first = lines.index[np.flatnonzero(lines["line"].to_numpy() == 1)]
    found = words.assign(
        returned_at=at.fillna(some["since"]).to_numpy(),
        return_id=words["order_id"] + "-refund",
        amount=some["amount"].to_numpy(),
    ).set_axis(first[some.index])
    say = Counter({"refunds of orders, taken as returns": len(some)})
    say["of these without a day of their own, dated as the order"] = int(at.isna().sum())
    say["orders with a refund of more than was paid"] = int((back > orders["amount"] + 0.005).sum())
    return found, say
