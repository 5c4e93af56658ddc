"""Purchases by BG/NBD on the inner clock, and what lies in the basket of each.

After the first purchase a customer buys at random with a constant rate, and after every repeat purchase leaves
for good with a constant probability (Fader, Hardie & Lee 2005, doi 10.1287/mksc.1040.0098). How each purchase went
moves that probability, and membership the rate; see `experience`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import draw_rows, pick_rows
from workbook.retailer.customers.people import ONLINE
from workbook.retailer.customers.personas import waking_hours
from workbook.retailer.sales.assortment import CATEGORIES, PER_STEP, SEASONS, STEPS, STORES_PER_CITY
from workbook.retailer.sales.season import Season, discount_on, usual_months
from workbook.retailer.sales.sequence import make_runs
from workbook.retailer.sales.supply import Goods

SECOND_ORDER = 0.03  # chance that a purchase is followed by another order on the same day
MORE_LINES = 0.85  # mean number of lines beyond the first
PIECES = np.array([0.92, 0.06, 0.02])  # chance of 1, 2, 3 pieces on a line
RETURN_ONLINE, RETURN_STORE = 1.2, 0.6  # chance of a return against the category's own
Live = Callable[[np.ndarray, np.ndarray], dict[str, np.ndarray]]


def purchase_times(
    people: pd.DataFrame, horizon: float, rng: np.random.Generator, live: Live | None = None
) -> pd.DataFrame:
    """Every purchase up to ``horizon``, how it went, and whether the customer left with it.

    Parameters
    ----------
    people : rate, dropout, first; member_from and programme where there is a programme
    horizon : inner weeks
    rng : for times and for leaving
    live : (who, inner) → arrays of how these purchases go, among them ``leaves``, the chance to leave; without it that chance
        is the customer's dropout

    Returns
    -------
    pandas.DataFrame
        who (row of people), inner (weeks), nth (from 0), left (bool), and what ``live`` returns; by customer and time.
    """
    rate, dropout = people["rate"].to_numpy(), people["dropout"].to_numpy()
    joins = people["member_from"].to_numpy() if "member_from" in people else np.full(len(people), np.inf)
    faster = people["programme"].to_numpy() if "programme" in people else np.ones(len(people))
    who, inner, nth, rounds = np.arange(len(people)), people["first"].to_numpy(), 0, []
    while len(who):
        went = live(who, inner) if live else {"leaves": dropout[who]}
        left = rng.random(len(who)) < went["leaves"] if nth else np.zeros(len(who), dtype=bool)
        rounds.append({"who": who, "inner": inner, "nth": np.full(len(who), nth), "left": left, **went})
        who, inner = who[~left], inner[~left]
        inner = inner + rng.exponential(1 / (rate[who] * np.where(nth >= joins[who], faster[who], 1.0)))
        here = inner < horizon
        who, inner, nth = who[here], inner[here], nth + 1
    bought = pd.DataFrame({name: np.concatenate([r[name] for r in rounds]) for name in rounds[0]})
    return bought.sort_values(["who", "inner"], ignore_index=True)


def make_orders(
    bought: pd.DataFrame, people: pd.DataFrame, season: Season, rng: np.random.Generator
) -> pd.DataFrame:
    """Orders of all purchases, by time; now and then a second one follows within the hour.

    Parameters
    ----------
    bought : who, inner; factor (of the basket) if it isn't 1
    people : online, city, segment

    Returns
    -------
    pandas.DataFrame
        visit (row of ``bought``), who, ordered_at, factor, online, channel, store (number; 0 online).
    """
    factor = bought.get("factor", 1.0)
    awake = waking_hours(people["segment"].to_numpy()[bought["who"]])
    orders = pd.DataFrame(
        {
            "visit": np.arange(len(bought)),
            "who": bought["who"],
            "ordered_at": season.to_time(bought["inner"].to_numpy(), rng, awake),
            "factor": factor,
        }
    )
    again = orders[rng.random(len(orders)) < SECOND_ORDER]
    wait = pd.to_timedelta(rng.integers(60, 3000, len(again)), unit="s")
    last_second = again["ordered_at"].dt.normalize() + pd.Timedelta(hours=23, minutes=59, seconds=59)
    again = again.assign(ordered_at=(again["ordered_at"] + wait).clip(upper=last_second))
    return place_orders(
        pd.concat([orders, again]).sort_values(["ordered_at", "who"], ignore_index=True), people, rng
    )


def place_orders(orders: pd.DataFrame, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add where each order was placed: online, channel, store (number; 0 online)."""
    online = rng.random(len(orders)) < people["online"].to_numpy()[orders["who"]]
    where = rng.choice(np.array(ONLINE, dtype=object), size=len(orders), p=[0.3, 0.3, 0.4])
    store = people["city"].to_numpy()[orders["who"]] * STORES_PER_CITY + 1
    store = store + rng.integers(0, STORES_PER_CITY, len(orders))
    return orders.assign(
        online=online,
        channel=np.where(online, where, "store"),
        store=np.where(online, 0, store),
    )


def make_lines(
    orders: pd.DataFrame,
    tastes: np.ndarray,
    steps: np.ndarray,
    styles: np.ndarray,
    goods: Goods,
    rng: np.random.Generator,
    going_on: np.random.Generator,
) -> pd.DataFrame:
    """Lines of all orders: category by taste and season, price step by price level, one of its products by style.

    ``going_on`` draws which lines go on from the one before (`sequence`).

    Returns
    -------
    pandas.DataFrame
        at (row of orders), line, product (row of products), quantity, unit_price, amount, margin.
    """
    lines = 1 + rng.poisson((1 + MORE_LINES) * orders["factor"].to_numpy() - 1)
    at = np.repeat(np.arange(len(orders)), lines)
    who = orders["who"].to_numpy()[at]
    month = orders["ordered_at"].dt.month.to_numpy()[at] - 1
    runs = make_runs(who, at, going_on)
    category = pick_rows(tastes[who] * SEASONS.T[month], runs.category(rng.random(len(at)), going_on))
    step = draw_rows(steps[who], rng)
    which = pick_rows(styles[who], runs.style(rng.random(len(at))))
    place = (category * STEPS + step) * PER_STEP + which
    product = goods.shelf.product(place, orders["ordered_at"].to_numpy()[at])
    quantity = 1 + rng.choice(len(PIECES), size=len(at), p=PIECES)
    off = discount_on(pd.DatetimeIndex(orders["ordered_at"]))[at]
    price = (goods.products["list_price"].to_numpy()[product] * (1 - off)).round(2)
    return pd.DataFrame(
        {
            "at": at,
            "line": np.arange(len(at)) - np.repeat(np.cumsum(lines) - lines, lines) + 1,
            "product": product,
            "quantity": quantity.astype(float),
            "unit_price": price,
            "amount": (price * quantity).round(2),
            "margin": ((price - goods.products["unit_cost"].to_numpy()[product]) * quantity).round(2),
        }
    )


def merge(parts: list[tuple[pd.DataFrame, pd.DataFrame]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Put several sets of orders with their lines together: orders by time, lines by order."""
    offsets = np.cumsum([0, *(len(orders) for orders, _ in parts)])
    orders = pd.concat([orders for orders, _ in parts], ignore_index=True)
    lines = pd.concat(
        [
            lines.assign(at=lines["at"] + offset)
            for (_, lines), offset in zip(parts, offsets[:-1], strict=True)
        ],
        ignore_index=True,
    )
    by_time = np.argsort(orders["ordered_at"].to_numpy(), kind="stable")
    place = np.empty_like(by_time)
    place[by_time] = np.arange(len(by_time))
    lines = lines.assign(at=place[lines["at"]]).sort_values("at", kind="stable", ignore_index=True)
    return orders.iloc[by_time].reset_index(drop=True), lines


def make_returns(
    lines: pd.DataFrame,
    orders: pd.DataFrame,
    products: pd.DataFrame,
    rng: np.random.Generator,
    worse: np.ndarray | float = 1.0,
) -> pd.DataFrame:
    """Lines that come back, whole, some days later: at (row of lines) and returned_at.

    ``worse`` multiplies the chance of each line: goods with a fault come back more often.
    """
    own = CATEGORIES.set_index("category")["returns"].reindex(products["category"]).to_numpy()
    factor = np.where(orders["online"].to_numpy(), RETURN_ONLINE, RETURN_STORE)[lines["at"]]
    back = np.flatnonzero(rng.random(len(lines)) < own[lines["product"]] * factor * worse)
    wait = pd.to_timedelta(2 + rng.gamma(2.0, 3.0, len(back)), unit="D").round("s")
    bought_at = orders["ordered_at"].to_numpy()[lines["at"].to_numpy()[back]]
    return pd.DataFrame({"at": back, "returned_at": bought_at + wait})


def expected_basket(
    people: pd.DataFrame,
    tastes: np.ndarray,
    steps: np.ndarray,
    styles: np.ndarray,
    products: pd.DataFrame,
    factor: np.ndarray | float = 1.0,
) -> pd.DataFrame:
    """Expected amount and margin of one purchase of each customer, over everything that is drawn for it.

    ``products`` are those on the shelf, a row for each place.
    """
    shape = (len(CATEGORIES), STEPS, PER_STEP)
    price, cost = (
        np.einsum("ns,ny,csy->nc", steps, styles, products[c].to_numpy().reshape(shape), optimize=True)
        for c in ("list_price", "unit_cost")
    )
    online = people["online"].to_numpy()[:, None]
    kept = 1 - CATEGORIES["returns"].to_numpy() * (RETURN_ONLINE * online + RETURN_STORE * (1 - online))
    pieces = factor * (1 + SECOND_ORDER) * (1 + MORE_LINES) * (PIECES @ np.arange(1, len(PIECES) + 1))
    spend, margin = np.zeros(len(people)), np.zeros(len(people))
    for weights, (share, off) in zip(SEASONS.T, usual_months(), strict=True):
        mix = tastes * weights
        mix = share * mix / mix.sum(axis=1, keepdims=True)
        spend += (price * (1 - off) * mix).sum(axis=1)
        margin += ((price * (1 - off) - cost) * mix * kept).sum(axis=1)
    return pd.DataFrame({"spend": pieces * spend, "margin": pieces * margin})
