"""Purchases by BG/NBD on the inner clock, and what lies in the basket of each.

After the first purchase a customer buys at random with a constant rate, and after every repeat purchase leaves
for good with a constant probability (Fader, Hardie & Lee 2005, doi 10.1287/mksc.1040.0098).
"""

import numpy as np
import pandas as pd

from workbook.retailer.assortment import CATEGORIES, PER_STEP, STEPS, STORES_PER_CITY
from workbook.retailer.people import ONLINE, customer_ids, numbered
from workbook.retailer.season import Season, discount_on, mean_discount

SECOND_ORDER = 0.03  # chance that a purchase is followed by another order on the same day
MORE_LINES = 1.08  # mean number of lines beyond the first
PIECES = np.array([0.92, 0.06, 0.02])  # chance of 1, 2, 3 pieces on a line
RETURN_ONLINE, RETURN_STORE = 1.2, 0.6  # chance of a return against the category's own


def purchase_times(people: pd.DataFrame, horizon: float, rng: np.random.Generator) -> pd.DataFrame:
    """Every purchase up to ``horizon``, and whether the customer left with it.

    Returns
    -------
    pandas.DataFrame
        who (row of people), inner (weeks), left (bool); by customer and time.
    """
    rate, dropout = people["rate"].to_numpy(), people["dropout"].to_numpy()
    who, inner = np.arange(len(people)), people["first"].to_numpy()
    rounds = [(who, inner, np.zeros(len(who), dtype=bool))]
    while len(who):
        inner = inner + rng.exponential(1 / rate[who])
        here = inner < horizon
        who, inner = who[here], inner[here]
        left = rng.random(len(who)) < dropout[who]
        rounds.append((who, inner, left))
        who, inner = who[~left], inner[~left]
    columns = (np.concatenate(c) for c in zip(*rounds, strict=True))
    bought = pd.DataFrame(dict(zip(("who", "inner", "left"), columns, strict=True)))
    return bought.sort_values(["who", "inner"], ignore_index=True)


def make_orders(
    bought: pd.DataFrame, people: pd.DataFrame, season: Season, rng: np.random.Generator
) -> pd.DataFrame:
    """Orders of all purchases, by time; now and then a second one follows within the hour.

    Returns
    -------
    pandas.DataFrame
        order_id, who, ordered_at, channel, store_id.
    """
    orders = bought[["who"]].assign(ordered_at=season.to_time(bought["inner"].to_numpy(), rng))
    again = orders[rng.random(len(orders)) < SECOND_ORDER]
    wait = pd.to_timedelta(rng.integers(60, 3000, len(again)), unit="s")
    last_second = again["ordered_at"].dt.normalize() + pd.Timedelta(hours=23, minutes=59, seconds=59)
    again = again.assign(ordered_at=(again["ordered_at"] + wait).clip(upper=last_second))
    orders = pd.concat([orders, again]).sort_values(["ordered_at", "who"], ignore_index=True)
    online = rng.random(len(orders)) < people["online"].to_numpy()[orders["who"]]
    where = rng.choice(np.array(ONLINE, dtype=object), size=len(orders), p=[0.3, 0.3, 0.4])
    store = (
        people["city"].to_numpy()[orders["who"]] * STORES_PER_CITY
        + rng.integers(0, STORES_PER_CITY, len(orders))
        + 1
    )
    return orders.assign(
        order_id=numbered("O", len(orders), 8),
        online=online,
        channel=np.where(online, where, "store"),
        store_id=pd.Series(np.char.add("S", np.char.zfill(store.astype(str), 2)).astype(object)).mask(online),
    )


def make_lines(
    orders: pd.DataFrame,
    tastes: np.ndarray,
    steps: np.ndarray,
    products: pd.DataFrame,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Lines of all orders: category by taste, price step by price level, any of its products.

    Returns
    -------
    pandas.DataFrame
        at (row of orders), line, product (row of products), quantity, unit_price, amount, margin.
    """
    lines = 1 + rng.poisson(MORE_LINES, len(orders))
    at = np.repeat(np.arange(len(orders)), lines)
    who = orders["who"].to_numpy()[at]
    category = draw_rows(tastes, who, rng)
    step = draw_rows(steps, who, rng)
    product = (category * STEPS + step) * PER_STEP + rng.integers(0, PER_STEP, len(at))
    quantity = 1 + rng.choice(len(PIECES), size=len(at), p=PIECES)
    off = discount_on(pd.DatetimeIndex(orders["ordered_at"]))[at]
    price = (products["list_price"].to_numpy()[product] * (1 - off)).round(2)
    return pd.DataFrame(
        {
            "at": at,
            "line": np.arange(len(at)) - np.repeat(np.cumsum(lines) - lines, lines) + 1,
            "product": product,
            "quantity": quantity.astype(float),
            "unit_price": price,
            "amount": (price * quantity).round(2),
            "margin": ((price - products["unit_cost"].to_numpy()[product]) * quantity).round(2),
        }
    )


def draw_rows(chances: np.ndarray, who: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one column for each entry of ``who``, with that row's chances."""
    total = np.cumsum(chances, axis=1)
    total[:, -1] = 1.0
    return (rng.random(len(who))[:, None] >= total[who]).sum(axis=1)


def make_returns(
    lines: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Lines that come back, whole, some days later: at (row of lines) and returned_at."""
    own = CATEGORIES.set_index("category")["returns"].reindex(products["category"]).to_numpy()
    factor = np.where(orders["online"].to_numpy(), RETURN_ONLINE, RETURN_STORE)[lines["at"]]
    back = np.flatnonzero(rng.random(len(lines)) < own[lines["product"]] * factor)
    wait = pd.to_timedelta(2 + rng.gamma(2.0, 3.0, len(back)), unit="D").round("s")
    bought_at = orders["ordered_at"].to_numpy()[lines["at"].to_numpy()[back]]
    return pd.DataFrame({"at": back, "returned_at": bought_at + wait})


def expected_basket(
    people: pd.DataFrame, tastes: np.ndarray, steps: np.ndarray, products: pd.DataFrame
) -> pd.DataFrame:
    """Expected amount and margin of one purchase of each customer, over everything that is drawn for it."""
    shape = (len(CATEGORIES), STEPS, PER_STEP)
    price = products["list_price"].to_numpy().reshape(shape).mean(axis=2) * (1 - mean_discount())
    margin = price - products["unit_cost"].to_numpy().reshape(shape).mean(axis=2)
    online = people["online"].to_numpy()[:, None]
    kept = 1 - CATEGORIES["returns"].to_numpy() * (RETURN_ONLINE * online + RETURN_STORE * (1 - online))
    pieces = (1 + SECOND_ORDER) * (1 + MORE_LINES) * (PIECES @ np.arange(1, len(PIECES) + 1))
    return pd.DataFrame(
        {
            "spend": pieces * ((steps @ price.T) * tastes).sum(axis=1),
            "margin": pieces * ((steps @ margin.T) * tastes * kept).sum(axis=1),
        }
    )


def orders_table(orders: pd.DataFrame, lines: pd.DataFrame, n: int) -> pd.DataFrame:
    """What the till keeps of an order; see `tables.schema.Orders`."""
    amount = np.bincount(lines["at"], weights=lines["amount"], minlength=len(orders)).round(2)
    return pd.DataFrame(
        {
            "order_id": orders["order_id"],
            "customer_id": customer_ids(n)[orders["who"]],
            "ordered_at": orders["ordered_at"],
            "channel": orders["channel"],
            "store_id": orders["store_id"],
            "amount": amount,
        }
    )
