"""Purchases follow BG/NBD, and baskets cost and earn what the truth expects of them. Seeds are fixed."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.value import btyd
from workbook.retailer.core.truth import expected_purchases
from workbook.retailer.core.world import make_world
from workbook.retailer.customers import people, personas
from workbook.retailer.sales import buying
from workbook.retailer.sales.assortment import CATEGORIES
from workbook.retailer.sales.season import make_season

LEAST = 1e-4  # a true hypothesis fails such a test once in ten thousand seeds


def alike(n: int, rate: float, dropout: float) -> pd.DataFrame:
    """Make customers of one kind, all won at time 0."""
    return pd.DataFrame({"first": np.zeros(n), "rate": rate, "dropout": dropout})


@pytest.fixture(scope="module")
def lifelong() -> pd.DataFrame:
    """Follow customers of one kind until the last has left."""
    return buying.purchase_times(alike(20_000, 0.2, 0.25), 1e9, np.random.default_rng(1))


def test_every_customer_begins_with_the_first_purchase(lifelong):
    """The first purchase makes a customer; nobody leaves with it."""
    first = lifelong.groupby("who").first()
    assert len(first) == 20_000
    assert first["inner"].eq(0).all()
    assert not first["left"].any()


def test_the_share_that_leaves_after_a_repeat_purchase(lifelong):
    """After each repeat purchase a customer leaves with the same chance, within 4 standard errors."""
    repeats = lifelong[lifelong["inner"] > 0]
    error = np.sqrt(0.25 * 0.75 / len(repeats))
    assert abs(repeats["left"].mean() - 0.25) < 4 * error


def test_nobody_buys_after_leaving(lifelong):
    """Leaving is for good: it is the last purchase, and each of these customers has one."""
    last = lifelong.groupby("who")["left"].agg(["last", "sum"])
    assert last["last"].all()
    assert (last["sum"] == 1).all()


def test_times_between_purchases_are_exponential(lifelong):
    """The gap between purchases has no memory and the customer's rate (Kolmogorov-Smirnov)."""
    gaps = lifelong["inner"].diff()[lifelong["inner"] > 0]
    assert stats.kstest(gaps, stats.expon(scale=1 / 0.2).cdf).pvalue > LEAST


def test_the_number_of_repeat_purchases_is_geometric(lifelong):
    """With chance p of leaving each time, k repeat purchases have the chance p (1 − p)^(k−1) (chi-square)."""
    repeats = lifelong.groupby("who").size().sub(1).clip(upper=15).value_counts().sort_index()
    chance = stats.geom(0.25).pmf(np.arange(1, 15))
    assert stats.chisquare(repeats, 20_000 * np.append(chance, 1 - chance.sum())).pvalue > LEAST


def test_the_horizon_cuts_and_changes_nothing_before_it():
    """Up to a horizon, purchases are a Poisson process that is thinned by leaving: its mean is known."""
    n, rate, dropout, weeks = 20_000, 0.1, 0.3, 52.0
    bought = buying.purchase_times(alike(n, rate, dropout), weeks, np.random.default_rng(2))
    assert (bought["inner"] < weeks).all()
    repeats = bought.groupby("who").size() - 1
    wanted = expected_purchases(np.array([rate]), np.array([dropout]), weeks)[0]
    assert wanted == pytest.approx((1 - np.exp(-rate * dropout * weeks)) / dropout)
    assert abs(repeats.mean() - wanted) < 4 * repeats.std() / np.sqrt(n)


def test_over_all_customers_it_is_bg_nbd():
    """Gamma rates and Beta dropout together: repeat purchases by age as lifetimes' BG/NBD has them, 4 standard errors."""
    n, rng = 40_000, np.random.default_rng(3)
    folk = pd.DataFrame(
        {
            "first": np.zeros(n),
            "rate": rng.gamma(people.R, 1 / people.ALPHA, n),
            "dropout": rng.beta(people.A, people.B, n),
        }
    )
    bought = buying.purchase_times(folk, 104.0, rng)
    params = pd.Series({"r": people.R, "alpha": people.ALPHA, "a": people.A, "b": people.B})
    model = btyd.PurchaseModel("bgnbd", params, np.nan, n)
    for age in (4.0, 26.0, 104.0):
        repeats = (bought["inner"] < age).groupby(bought["who"]).sum() - 1
        assert abs(repeats.mean() - model.expected_repeats(age)) < 4 * repeats.std() / np.sqrt(n)


BATCHES, EACH = 400, 100


@pytest.fixture(scope="module")
def baskets() -> dict[str, pd.DataFrame]:
    """Let one customer buy 40,000 times through a usual year, in batches; spend and margin of each batch."""
    rng = np.random.default_rng(4)
    goods = make_world(customers=1, months=1, seed=4).goods  # nothing new comes in December
    season, products = make_season(12), goods.products
    one = pd.DataFrame({"price_level": [0.45], "online": [0.6], "city": [3], "segment": [4]})
    tastes = rng.dirichlet(CATEGORIES["taste"] * people.ALIKE, size=1)
    steps = people.step_chances(one["price_level"].to_numpy())
    styles = personas.make_styles(one["segment"].to_numpy(), rng)
    year = season.clock[365]  # the clock's first 365 days are 2025
    who = np.repeat(np.arange(BATCHES), EACH)
    bought = pd.DataFrame({"who": who, "inner": rng.uniform(0, year, len(who))})
    folk = one.loc[np.zeros(BATCHES, dtype=int)].reset_index(drop=True)
    orders = buying.make_orders(bought, folk, season, rng)
    lines = buying.make_lines(
        orders, *(np.repeat(x, BATCHES, axis=0) for x in (tastes, steps, styles)), goods, rng, rng
    )
    back = buying.make_returns(lines, orders, products, rng)
    kept = lines["margin"].mask(lines.index.isin(back["at"]), 0.0)
    of_batch = orders["who"].to_numpy()[lines["at"]]
    sums = pd.DataFrame({"spend": lines["amount"], "margin": kept}).groupby(of_batch).sum() / EACH
    return {
        "expected": buying.expected_basket(one, tastes, steps, styles, products),
        "came": sums,
        "orders": orders,
        "lines": lines,
        "back": back,
    }


@pytest.mark.parametrize("what", ["spend", "margin"])
def test_the_expected_basket_is_the_mean_of_many(baskets, what):
    """Truth's mean spend and mean margin of a purchase are what purchases come to, within 4 standard errors."""
    came = baskets["came"][what]
    error = came.std() / np.sqrt(BATCHES)
    assert error < 0.01 * came.mean()  # else the test would be weak
    assert abs(came.mean() - baskets["expected"][what].iloc[0]) < 4 * error


def test_a_purchase_is_followed_by_another_order_now_and_then(baskets):
    """The share of purchases with a second order on that day is SECOND_ORDER, within 4 standard errors."""
    n = BATCHES * EACH
    more = len(baskets["orders"]) - n
    assert abs(more / n - buying.SECOND_ORDER) < 4 * np.sqrt(buying.SECOND_ORDER / n)


def test_a_second_order_stays_on_its_day():
    """A day is one purchase in BG/NBD, so an order that belongs to a purchase must not slip into the next day."""
    season = make_season(1)
    folk = pd.DataFrame({"online": [0.0] * 5000, "city": [0] * 5000, "segment": [0] * 5000})
    bought = pd.DataFrame({"who": range(5000), "inner": season.clock[3] + 1e-6})
    orders = buying.make_orders(bought, folk, season, np.random.default_rng(5))
    assert len(orders) > 5000
    assert orders["ordered_at"].dt.normalize().eq(season.days[3]).all()
    assert orders["ordered_at"].is_monotonic_increasing


def test_online_orders_have_no_store(baskets):
    """An order is placed in a store of the customer's city, or online and then in none."""
    orders = baskets["orders"]
    in_store = orders["channel"] == "store"
    assert orders.loc[in_store, "store"].isin([7, 8]).all()
    assert orders.loc[~in_store, "store"].eq(0).all()
    assert set(orders.loc[~in_store, "channel"]) == set(people.ONLINE)
    assert abs((~in_store).mean() - 0.6) < 4 * np.sqrt(0.6 * 0.4 / len(orders))


def test_lines_are_numbered_within_their_order(baskets):
    """Every order has lines 1, 2, 3 …, and 1 + MORE_LINES of them on average, within 4 standard errors."""
    lines = baskets["lines"]
    counts = lines.groupby("at")["line"].agg(["min", "max", "size"])
    assert len(counts) == len(baskets["orders"])
    assert counts["min"].eq(1).all()
    assert counts["max"].eq(counts["size"]).all()
    error = counts["size"].std() / np.sqrt(len(counts))
    assert abs(counts["size"].mean() - 1 - buying.MORE_LINES) < 4 * error


def test_returns_are_likelier_online(baskets):
    """A line comes back with its category's chance, more often when bought unseen; within 4 standard errors."""
    lines, orders = baskets["lines"], baskets["orders"]
    came_back = lines.index.isin(baskets["back"]["at"])
    online = orders["online"].to_numpy()[lines["at"]]
    own = CATEGORIES["returns"].to_numpy()[lines["product"] // 32]
    for where, factor in ((online, buying.RETURN_ONLINE), (~online, buying.RETURN_STORE)):
        wanted = own[where] * factor
        error = np.sqrt((wanted * (1 - wanted)).sum()) / where.sum()
        assert abs(came_back[where].mean() - wanted.mean()) < 4 * error
    assert baskets["back"]["at"].is_unique


def test_drawing_by_row_follows_the_chances():
    """Each row draws from its own chances; impossible columns are never drawn."""
    chances = np.array([[0.2, 0.8, 0.0], [0.0, 0.0, 1.0]])
    drawn = buying.draw_rows(np.repeat(chances, 10_000, axis=0), np.random.default_rng(6))
    assert set(drawn[:10_000]) == {0, 1}
    assert set(drawn[10_000:]) == {2}
    assert abs(drawn[:10_000].mean() - 0.8) < 4 * np.sqrt(0.8 * 0.2 / 10_000)
