"""Sessions in which a customer who is known looks at products: what is shown and what is looked at follows from them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import keyed, seconds
from workbook.retailer.sales.sales import Sales


@dataclass(frozen=True)
class Visits:
    """The sessions, and what their customers have bought.

    Attributes
    ----------
    rows : a row per session: session_id, who (row of customers), at (s), month (0 to 11), looked (number of products)
    bought : a row per line of the orders in which they end: visit (row of ``rows``), product (row of products)
    last : the product that each customer bought last before the session began; -1 without one
    """

    rows: pd.DataFrame
    bought: pd.DataFrame
    last: np.ndarray


def make_visits(sessions: pd.DataFrame, flags: pd.DataFrame, orders: pd.DataFrame, sales: Sales) -> Visits:
    """Find the sessions of known customers that came to see a product, each once.

    Parameters
    ----------
    sessions, flags : table and truth of `marketing.sessions`
    orders : the table of orders, whose rows are those of ``sales`` that were seen
    """
    looks = sessions["customer_id"].notna() & (sessions["items_viewed"] > 0)
    log = sessions[looks & ~sessions["session_id"].isin(flags["session_id"])].reset_index(drop=True)
    rows = pd.DataFrame(
        {
            "session_id": log["session_id"],
            "who": pd.Index(sales.ids).get_indexer(log["customer_id"]),
            "at": seconds(log["started_at"]),
            "month": log["started_at"].dt.month - 1,
            "looked": log["items_viewed"].astype("int64"),
        }
    )
    ended = pd.Series(log.index, index=log["order_id"]).loc[lambda x: x.index.notna()]
    lines = sales.lines[sales.lines["at"] < sales.seen]
    visit = ended.reindex(orders["order_id"]).to_numpy()[lines["at"]]
    bought = pd.DataFrame({"visit": visit, "product": lines["product"].to_numpy()}).dropna()
    return Visits(rows, bought.astype("int64").reset_index(drop=True), last_bought(rows, lines, sales.orders))


def last_bought(rows: pd.DataFrame, lines: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
    """The product of the last line before each session; -1 where there is none."""
    who = orders["who"].to_numpy()[lines["at"]]
    key = keyed(who, seconds(orders["ordered_at"])[lines["at"]])
    by_time = np.argsort(key, kind="stable")
    own = keyed(rows["who"].to_numpy(), rows["at"].to_numpy())
    place = np.searchsorted(key[by_time], own, side="left") - 1
    found = np.append(by_time, -1)[place]
    there = np.append(who, -1)[found] == rows["who"].to_numpy()
    return np.append(lines["product"].to_numpy(), -1)[np.where(there, found, -1)]
