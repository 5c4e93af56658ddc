"""The web's log: one session for each online order, a funnel by channel, and the dirt of real logs."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.core.world import make_world
from workbook.retailer.marketing import sessions as web
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.retailer.sales.season import make_season
from workbook.tables.contracts.digital import TABLES, TRUTH
from workbook.tables.contracts.sales import Customers, Orders
from workbook.tables.dataset import validate

pytestmark = pytest.mark.slow

DAY = pd.Timedelta(days=1)


def world_of(customers: int, months: int = 24):
    """Tables of a small world, its touches and sessions."""
    world = make_world(customers, months, seed=5)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block)
    touches = sales.campaigns.touches
    made, truth = web.make_sessions(tables["orders"], tables["customers"], touches, world.season, block)
    return tables | made | {"touches": touches}, truth, world.season


@pytest.fixture(scope="module")
def made():
    """Make the sessions of 3,000 customers; tests must not write into them."""
    return world_of(3000)


@pytest.fixture(scope="module")
def human(made):
    """Sessions of people, each once, with their stage as a number."""
    tables, truth, _ = made
    sessions = tables["sessions"]
    sessions = sessions[~sessions["session_id"].isin(truth["session_flags"]["session_id"])]
    return sessions.assign(depth=pd.Index(web.STAGES).get_indexer(sessions["stage"]))


def test_tables_keep_their_contracts(made):
    """Keys are unique and refer to customers, orders and sessions that exist."""
    tables, truth, _ = made
    contracts = TABLES | {"customers": Customers, "orders": Orders}
    names = ["customers", "orders", "sessions"]
    validate({n: tables[n].drop(columns="store_id", errors="ignore") for n in names}, contracts)
    flags = truth["session_flags"]
    validate({"session_flags": flags}, TRUTH)
    assert flags["session_id"].isin(tables["sessions"]["session_id"]).all()


def test_every_online_order_has_its_session(made):
    """Each online order of the last months ends exactly one session, of the same customer and channel."""
    tables, _, season = made
    orders = tables["orders"]
    since = season.end + DAY - pd.DateOffset(months=web.KEPT)
    online = orders[(orders["channel"] != "store") & (orders["ordered_at"] >= since)]
    sessions = tables["sessions"]
    ended = sessions[sessions["order_id"].notna()]
    assert sorted(ended["order_id"]) == sorted(online["order_id"])
    assert (sessions["stage"].eq("order") == sessions["order_id"].notna()).all()
    both = ended.merge(online, on="order_id", suffixes=("", "_of_order"))
    assert (both["customer_id"] == both["customer_id_of_order"]).all()
    assert (both["channel"] == both["channel_of_order"]).all()
    assert (both["started_at"] <= both["ordered_at"]).all()
    assert (both["cart_amount"] >= both["amount"]).all()


@pytest.mark.parametrize(("customers", "months"), [(1, 1), (1, 24), (20, 26)])
def test_any_size_of_world_will_do(customers, months):
    """Logs are kept for some months, or as long as there are any."""
    tables, _, season = world_of(customers, months)
    since = max(season.start, season.end + DAY - pd.DateOffset(months=web.KEPT))
    assert tables["sessions"]["started_at"].between(since, season.end + DAY, inclusive="left").all()
    assert tables["sessions"]["session_id"].is_unique


def test_no_orders_and_no_touches(made):
    """Without any order there are at most machines in the log."""
    tables, _, season = made
    none, truth = web.make_sessions(
        tables["orders"][:0], tables["customers"], None, season, Block(3, 0, 3000)
    )
    assert len(none["sessions"]) == truth["session_flags"]["kind"].eq("bot").sum()


def test_a_cart_has_an_amount(human):
    """Sessions have a cart's worth from the cart on, and none before."""
    assert (human["cart_amount"].notna() == (human["depth"] >= 2)).all()


@pytest.mark.parametrize("channel", web.FUNNEL["channel"])
def test_the_funnel_is_as_it_was_set(human, channel):
    """The share that goes on from each stage is the channel's own, within 4 standard errors."""
    depth = human.loc[human["channel"] == channel, "depth"]
    for stage, rate in enumerate(web.FUNNEL.set_index("channel").loc[channel], start=1):
        here, on = (depth >= stage - 1).sum(), (depth >= stage).sum()
        # Orders are given and their sessions scatter around them, so that the order's rate is the widest.
        assert abs(on / here - rate) < 4 * np.sqrt(rate * (1 - rate) / here)


def test_where_each_channel_leaks(human):
    """The mini-program loses people before the cart, the e-shop at its checkout; most carts are left."""
    reached = {c: [(d["depth"] >= k).sum() for k in range(5)] for c, d in human.groupby("channel")}
    to_cart = {c: n[2] / n[1] for c, n in reached.items()}
    to_order = {c: n[4] / n[3] for c, n in reached.items()}
    assert min(to_cart, key=to_cart.get) == "mini-program"
    assert min(to_order, key=to_order.get) == "e-shop"
    carts = (human["depth"] >= 2).sum()
    assert 0.55 < 1 - (human["depth"] == 4).sum() / carts < 0.75
    assert 0.14 < (human["depth"] == 4).mean() < 0.21


def test_either_a_customer_or_a_device(made):
    """Who isn't logged in is a device; nobody logs in before the first order."""
    tables, _, _ = made
    sessions = tables["sessions"]
    assert (sessions["customer_id"].isna() == sessions["visitor_id"].notna()).all()
    first = tables["orders"].groupby("customer_id")["ordered_at"].min()
    known = sessions[sessions["customer_id"].notna() & sessions["stage"].ne("order")]
    assert (known["started_at"] >= known["customer_id"].map(first)).all()


def test_machines_come_often_and_never_fill_a_cart(made):
    """A bot's hundreds of sessions stand out by number; each of its rows is flagged."""
    tables, truth, _ = made
    flags = truth["session_flags"]
    sessions = tables["sessions"]
    bots = sessions[sessions["session_id"].isin(flags.loc[flags["kind"] == "bot", "session_id"])]
    assert len(bots) > 0
    assert bots["cart_amount"].isna().all()
    number = sessions["visitor_id"].value_counts()
    often = set(number[number > 50].index)
    assert set(bots["visitor_id"]) == often
    assert sessions["visitor_id"].isin(often).sum() == len(bots)


def test_doubled_rows_equal_another(made):
    """A doubled row differs from the one before it by nothing but its id."""
    tables, truth, _ = made
    flags = truth["session_flags"]
    plain = tables["sessions"].drop(columns="session_id")
    again = plain.duplicated().to_numpy()
    doubled = set(flags.loc[flags["kind"] == "doubled", "session_id"])
    assert set(tables["sessions"].loc[again, "session_id"]) == doubled
    n = len(plain)
    assert abs(len(doubled) / n - web.DOUBLED) < 4 * np.sqrt(web.DOUBLED / n)


def test_who_gets_further_sees_more(human, made):
    """People who reach a later stage see more pages; who only visits looks at no product; machines read many pages."""
    pages = human.groupby("depth")["pages"].mean()
    assert pages.is_monotonic_increasing
    assert (human.loc[human["depth"] == 0, "items_viewed"] == 0).all()
    assert (human.loc[human["depth"] > 0, "items_viewed"] >= 1).all()
    assert (human["pages"] > human["items_viewed"]).all()
    flags = made[1]["session_flags"]
    bots = made[0]["sessions"]["session_id"].isin(flags.loc[flags["kind"] == "bot", "session_id"])
    assert made[0]["sessions"].loc[bots, "pages"].mean() > 3 * human["pages"].mean()


def test_without_a_mean_nobody_sees_a_second_page(made, monkeypatch):
    """With the means at zero a session has one page, and one more if it looked at a product."""
    monkeypatch.setattr(web, "PAGES", np.zeros(5))
    monkeypatch.setattr(web, "ITEMS", np.zeros(5))
    log = pd.DataFrame({"stage": [0, 2, 4], "flag": None})
    assert web.with_pages(log, np.random.default_rng(1))["pages"].tolist() == [1, 2, 2]


def test_each_session_orders_with_its_channels_chance():
    """Over many logs the share of sessions that order scatters as that of independent sessions does."""
    rng = np.random.default_rng(7)
    orders, chance = pd.Series([300]), pd.Series([0.2])
    shares = np.array([300 / (300 + web.without_order(orders, chance, rng)[0]) for _ in range(4000)])
    assert shares.std() == pytest.approx(np.sqrt(0.2 * 0.8 / 1500), rel=0.06)
    assert web.without_order(pd.Series([0]), chance, rng).tolist() == [0]


def test_sessions_gather_before_a_purchase(made, human):
    """There are at least twice as many sessions in the week before an online order as in the week after it."""
    orders = made[0]["orders"]
    orders = orders[orders["channel"] != "store"].groupby("customer_id", as_index=False).first()
    own = human[human["depth"] < 4].merge(orders[["customer_id", "ordered_at"]], on="customer_id")
    orders = made[0]["orders"].groupby("customer_id")["ordered_at"].last()
    days = (own["started_at"] - own["customer_id"].map(orders)) / DAY
    assert days.between(-7, 0).sum() > 2 * days.between(0, 7).sum()


def test_a_reminder_follows_a_cart(made, human):
    """Whoever is reminded of a cart left one behind on the day before, the held-out ones included."""
    tables, _, season = made
    touches = tables["touches"]
    since = season.end + 2 * DAY - pd.DateOffset(months=web.KEPT)
    reminded = touches[(touches["kind"] == "abandoned cart") & (touches["at"] >= since)]
    carts = human[human["stage"].isin(["cart", "checkout"])]
    left = set(zip(carts["customer_id"], carts["started_at"].dt.normalize(), strict=True))
    ids = tables["customers"]["customer_id"].to_numpy()[reminded["who"]]
    assert len(reminded) > 100
    assert set(zip(ids, reminded["at"].dt.normalize() - DAY, strict=True)) <= left


def test_hours_are_the_shops(human):
    """Sessions come in the evening rather than at night, and more at weekends than on a Tuesday."""
    hour = human["started_at"].dt.hour
    assert (hour.between(19, 22).sum()) > 10 * hour.between(2, 5).sum()
    weekday = human["started_at"].dt.day_of_week.value_counts()
    assert weekday[5] > 1.2 * weekday[1]


def test_the_season_without_a_year_of_log():
    """The log of a short world begins with it."""
    begin, end = web.log_window(make_season(3))
    assert pd.Timestamp(begin, unit="s") == pd.Timestamp("2025-10-01")
    assert pd.Timestamp(end, unit="s") == pd.Timestamp("2026-01-01")
