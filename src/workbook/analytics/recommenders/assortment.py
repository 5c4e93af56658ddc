"""Which products bring little, and whether they go on doing so."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate


def product_sales(
    lines: pd.DataFrame, orders: pd.DataFrame, begin: pd.Timestamp, end: pd.Timestamp
) -> pd.DataFrame:
    """Amount and number of lines of each product that was ordered from one day up to another (not included)."""
    at = orders.set_index("order_id")["ordered_at"].reindex(lines["order_id"]).to_numpy()
    some = lines[(at >= np.datetime64(begin)) & (at < np.datetime64(end))]
    return some.groupby("product_id").agg(amount=("amount", "sum"), lines=("amount", "size"))


def halves(
    lines: pd.DataFrame, orders: pd.DataFrame, start: pd.Timestamp, today: pd.Timestamp
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Sales of each product in the first and in the second half of a period."""
    end = today + pd.Timedelta(days=1)
    middle = start + (end - start) / 2
    return product_sales(lines, orders, start, middle), product_sales(lines, orders, middle, end)


def lasting(products: pd.DataFrame | None, first: pd.DataFrame) -> pd.Index:
    """Products that were on sale all the time: neither launched nor withdrawn within it; else those sold in the first half."""
    if products is None or "launched_on" not in products:
        return pd.Index(first.index)
    stays = products["launched_on"].isna()
    if "withdrawn_on" in products:
        stays &= products["withdrawn_on"].isna()
    return pd.Index(products.loc[stays, "product_id"])


def concentration(sales: pd.DataFrame, products: pd.Index) -> pd.Series:
    """Share of the sales that the weakest products bring together, by how many percent of all products they are."""
    amount = np.sort(sales["amount"].reindex(products).fillna(0.0).to_numpy())
    at = pd.Index(
        100 * np.arange(1, len(amount) + 1) / max(len(amount), 1), name="products, the weakest first (%)"
    )
    return pd.Series(np.cumsum(amount) / max(amount.sum(), 1e-12), at, name="share of sales")


def tail(sales: pd.DataFrame, products: pd.Index, share: float = 0.2) -> pd.Index:
    """The products that brought least: this share of those on sale, of equals the earlier id."""
    amount = sales["amount"].reindex(products).fillna(0.0)
    return amount.sort_values(kind="stable").index[: int(np.floor(share * len(products)))]


UNKNOWN = Estimate()


@dataclass(frozen=True)
class Tail:
    """The weakest products of one period, in that period and in the next.

    Attributes
    ----------
    case : rises (their part of the sales is larger afterwards: some were weak by chance), stays, or unknown
    products : how many they are
    share : of all products
    chosen, later : their part of the sales of the period in which they were chosen, and of the next
    amount : what they sold in the next period
    still : share of them that are among the weakest of the next period
    """

    case: str
    products: int = 0
    share: float = float("nan")
    chosen: Estimate = UNKNOWN
    later: Estimate = UNKNOWN
    amount: float = float("nan")
    still: Estimate = UNKNOWN


def weakest(before: pd.DataFrame, after: pd.DataFrame, products: pd.Index, share: float = 0.2) -> Tail:
    """What the products that sold least in one period sell in the next one.

    Parameters
    ----------
    before, after : from `product_sales`
    products : on sale in both periods
    """
    weak = tail(before, products, share)
    now, then = (s["amount"].reindex(products).fillna(0.0) for s in (before, after))
    if not len(weak) or not now.sum() or not then.sum():
        return Tail("unknown")
    chosen, later = float(now[weak].sum() / now.sum()), float(then[weak].sum() / then.sum())
    still = float(weak.isin(tail(after, products, share)).mean())
    return Tail(
        "rises" if later > 1.1 * chosen else "stays",
        len(weak),
        len(weak) / len(products),
        Estimate(chosen, unit="share"),
        Estimate(later, unit="share"),
        float(then[weak].sum()),
        Estimate(still, unit="share", n=len(weak)),
    )


def steps_up(bought: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """List price of each purchase against the same customer's one before in the same category, by how dear that one was.

    Returns
    -------
    pandas.DataFrame
        by third of the earlier price within its category: pairs, paid more (share of them for the next one), price ratio
        (mean of the next list price over the earlier one).
    """
    about = products.set_index("product_id")[["category", "list_price"]]
    lines = bought.join(about, on="product_id").dropna(subset=["category", "list_price"])
    lines = lines.drop_duplicates(["order_id", "category"])
    earlier = lines.groupby(["customer_id", "category"])["list_price"].shift()
    pairs = lines.assign(earlier=earlier).dropna(subset="earlier")
    rank = pairs.groupby("category")["earlier"].rank(pct=True)
    third = pd.cut(rank, [0, 1 / 3, 2 / 3, 1], labels=["lower third", "middle third", "upper third"])
    ratio = pairs["list_price"] / pairs["earlier"]
    table = pd.DataFrame({"paid more": ratio > 1, "price ratio": ratio}).groupby(
        third.rename("earlier price"), observed=True
    )
    return table.mean().assign(pairs=table.size())[["pairs", "paid more", "price ratio"]]
