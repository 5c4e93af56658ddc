"""Visits of members whom the staff of a store recognised: what was talked about, and whether they bought.

Those who are about to buy talk longer. The talk sells nothing that would not have been sold: it is a sign, no cause.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, NEVER, at_shop_hour, second, seconds, times
from workbook.retailer.core.streams import Block, Part, draw_rows
from workbook.retailer.sales.assortment import STORES_PER_CITY, store_ids
from workbook.retailer.sales.sales import Sales
from workbook.retailer.sales.season import Season

KEPT = 12  # months that the log is kept
RECOGNISED = 0.55  # share of members' orders in a store at which they were recognised
BROWSES = (
    1.0  # mean number of further visits, without an order, for each order that a member placed in a store
)
TALKS = ("no talk", "greeting", "advice", "fitting", "registration")
# Shares of TALKS: of visits without an order, and of those with one.
TALKED = np.array([[0.34, 0.36, 0.18, 0.09, 0.03], [0.20, 0.26, 0.30, 0.20, 0.04]])
STAFF = 4  # people of each store
OPEN = np.array([0] * 10 + [3, 4, 5, 5, 5, 6, 6, 7, 8, 9, 8, 6.0] + [0] * 2)  # visits by hour


def make_store_visits(
    sales: Sales, orders: pd.DataFrame, member_since: pd.Series, season: Season, block: Block
) -> Part:
    """Make one block's visits; see `tables.contracts.sales.StoreVisits`.

    Parameters
    ----------
    orders : order_id of the orders seen, row for row those of ``sales``
    member_since : day of joining of each customer
    """
    over = season.end + pd.Timedelta(days=1)
    since = np.minimum(seconds(member_since), second(over))
    begin = second(max(season.start, over - pd.DateOffset(months=KEPT)))
    bought = at_the_till(sales, since, begin, block.rng("store_visits.orders"))
    looked = browsing(sales, since, begin, second(over), block.rng("store_visits.browsing"))
    visits = pd.concat([bought, looked]).sort_values(["at", "who"], kind="stable", ignore_index=True)
    rng, n = block.rng("store_visits.talks"), len(visits)
    talk = draw_rows(TALKED[(visits["order"] >= 0).astype(int)], rng)
    staff = rng.integers(1, STAFF + 1, n)
    store = store_ids().take(visits["store"] - 1).reset_index(drop=True)
    table = pd.DataFrame(
        {
            "visit_id": block.ids("V", n),
            "customer_id": sales.ids.take(visits["who"]).array,
            "store_id": store.array,
            "visited_at": times(visits["at"]),
            "interaction": np.array(TALKS, dtype=object)[talk],
            "staff_id": (store + "-" + pd.Series(staff).astype("str")).where(talk > 0).array,
            "order_id": orders["order_id"].reindex(visits["order"]).array,
        }
    )
    return {"store_visits": table}, {}


def at_the_till(sales: Sales, since: np.ndarray, begin: int, rng: np.random.Generator) -> pd.DataFrame:
    """Visits that ended in an order: who, store, at (seconds), order (row)."""
    orders = sales.orders[: sales.seen]
    at, who = seconds(orders["ordered_at"]), orders["who"].to_numpy()
    known = (orders["store"].to_numpy() > 0) & (at >= since[who] + DAY) & (at >= begin)
    row = np.flatnonzero(known & (rng.random(len(orders)) < RECOGNISED))
    return pd.DataFrame(
        {"who": who[row], "store": orders["store"].to_numpy()[row], "at": at[row], "order": row}
    )


def browsing(
    sales: Sales, since: np.ndarray, begin: int, over: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Visits without an order, of members who buy in stores, until they leave for good."""
    orders, folk = sales.orders[: sales.seen], sales.people
    many = np.bincount(orders["who"], weights=orders["store"] > 0, minlength=len(folk))
    first = np.maximum(since + DAY, begin)
    last = np.minimum(left_at(sales), over)
    first_order = np.full(len(folk), over)
    np.minimum.at(first_order, orders["who"], seconds(orders["ordered_at"]))
    # As frequent as orders in a store are in the whole time since the first one.
    share = np.clip(last - first, 0, None) / np.maximum(over - first_order, DAY)
    who = np.repeat(np.arange(len(folk)), rng.poisson(BROWSES * RECOGNISED * many * share))
    at = first[who] + (rng.random(len(who)) * (last - first)[who]).astype("int64")
    at = np.maximum(at_shop_hour(at, rng, OPEN), first[who])
    store = folk["city"].to_numpy()[who] * STORES_PER_CITY + 1 + rng.integers(0, STORES_PER_CITY, len(who))
    here = at < over
    return pd.DataFrame({"who": who, "store": store, "at": at, "order": -1})[here]


def left_at(sales: Sales) -> np.ndarray:
    """Second of the last purchase of those who then left for good; later than any other time for the rest."""
    gone = sales.bought["left"].to_numpy()[sales.orders["visit"]]
    leaving = sales.orders[gone]
    left = np.full(len(sales.people), NEVER)
    left[leaving["who"]] = seconds(leaving["ordered_at"])
    return left
