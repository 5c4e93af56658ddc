"""Sessions in the e-shop, the app and the mini-program: the web's log of the last months.

Every online order ends one session. The funnel's rates say how many more sessions there were, and how far each got;
they lie before purchases, behind clicks on marketing, around members' days, or belong to strangers.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, at_shop_hour, keyed, second, seconds, times
from workbook.retailer.core.streams import STRIDE, Block, Part
from workbook.retailer.sales.season import Season

KEPT = 6  # months that logs are kept
STAGES = np.array(["visit", "view", "cart", "checkout", "order"], dtype=object)
# One row a channel: share of sessions that go on from each stage to the next. The mini-program loses people before
# the cart, the e-shop at its checkout.
FUNNEL = pd.DataFrame(
    [
        ("e-shop", 0.80, 0.54, 0.60, 0.52),
        ("app", 0.86, 0.55, 0.66, 0.62),
        ("mini-program", 0.84, 0.43, 0.62, 0.60),
    ],
    columns=["channel", "view", "cart", "checkout", "order"],
)
# Who has the sessions that end without an order: share of those that no marketing contact explains, how keen they
# are (they get further), and share logged in.
WHO = pd.DataFrame(
    [("before a purchase", 0.42, 0.7, 0.70), ("customer", 0.20, 0.0, 0.85), ("stranger", 0.38, -0.4, 0.0)],
    columns=["who", "share", "keen", "logged_in"],
)
AFTER_CLICK, CLICK_LOGIN = 0.4, 0.6  # how keen those are who click on a contact, and share logged in
STORE_TOO = 0.2  # share of sessions before a purchase that look up what is then bought in a store
LEAD = 4.0  # mean days before that purchase
A_VISITOR = 1.8  # sessions of a stranger's device
FULLER, FULLEST = 0.12, 1.4  # share of orders whose cart was fuller before, and by what factor at most
LEFT = 1.15  # an abandoned cart against an ordinary order
FROM_CLICK, STICKS = (
    0.7,
    3,
)  # share of sessions within some days of a click that are logged as coming from it; days
UNTRACKED = 0.03  # share of sessions whose source is not known
SOURCES = [
    "direct",
    "organic search",
    "search ad",
    "social ad",
    "influencer",
    "user content",
    "livestream",
    "referral",
]
# By channel: where sessions come from if no click is known.
FROM = {
    "e-shop": np.array([0.34, 0.24, 0.16, 0.08, 0.05, 0.06, 0.02, 0.05]),
    "app": np.array([0.74, 0.02, 0.04, 0.06, 0.03, 0.04, 0.05, 0.02]),
    "mini-program": np.array([0.38, 0.06, 0.04, 0.13, 0.10, 0.12, 0.09, 0.08]),
}
STRANGE = np.array([0.6, 1.2, 1.0, 1.8, 1.6, 1.3, 1.4, 0.8])  # how much oftener strangers come from there
BOTS, BOT_SESSIONS = 1 / 2000, (100, 220)  # bots a customer, and sessions of one
DOUBLED = 0.004  # share of log rows written twice
# By the furthest stage: mean number of pages beyond the first, and of products beyond the first that was looked at.
PAGES = np.array([0.5, 2.5, 5.0, 7.0, 9.0])
ITEMS = np.array([0.0, 1.2, 2.2, 2.6, 2.4])
BOT_PAGES = 12.0  # factor on both for machines


def make_sessions(
    orders: pd.DataFrame, customers: pd.DataFrame, touches: pd.DataFrame | None, season: Season, block: Block
) -> Part:
    """Write the log of a block's last months, as far as it is kept.

    Parameters
    ----------
    orders : order_id, customer_id, ordered_at, channel, amount; as in the table
    customers : customer_id, by row
    touches : who (row of customers), at, channel, kind, held_out, clicked, as in `campaigns.Campaigns`; or None
    season : the log ends with it
    block : whose customers they are

    Returns
    -------
    tuple of two dicts
        sessions; and the truth: session_flags. See `tables.contracts.digital`.
    """
    begin, end = log_window(season)
    who = pd.Index(customers["customer_id"]).get_indexer(orders["customer_id"])
    orders = orders.assign(who=who, at=seconds(orders["ordered_at"])).sort_values("at", kind="stable")
    first = np.full(max(1, len(customers)), end)
    np.minimum.at(first, orders["who"].to_numpy(), orders["at"].to_numpy())
    placed = orders[(orders["channel"] != "store") & (orders["at"] >= begin)].reset_index(drop=True)
    done = ordering(placed, begin, block.rng("sessions.orders"))
    rest = other_sessions(placed, orders, touches, season, block)
    rest = rest[(rest["at"] >= begin) & (rest["at"] < end)]
    rest = with_carts(with_stages(rest, block.rng("sessions.stages")), placed, block.rng("sessions.carts"))
    log = pd.concat([done, rest], ignore_index=True)
    log = with_sources(log, touches, block.rng("sessions.sources"))
    log = with_visitors(log, first, block)
    log = pd.concat([log, bots(block, begin, end)], ignore_index=True)
    log = with_pages(log, block.rng("sessions.pages"))
    log = doubled(log, block.rng("sessions.doubled")).sort_values(
        ["at", "device"], kind="stable", ignore_index=True
    )
    return tables_of(log, customers, block)


def log_window(season: Season) -> tuple[int, int]:
    """First second of the log, and the first after it."""
    over = season.end + pd.Timedelta(days=1)
    return second(max(season.start, over - pd.DateOffset(months=KEPT))), second(over)


def ordering(placed: pd.DataFrame, begin: int, rng: np.random.Generator) -> pd.DataFrame:
    """One session for each online order, some minutes before it."""
    n = len(placed)
    fuller = np.where(rng.random(n) < FULLER, 1 + rng.random(n) * (FULLEST - 1), 1.0)
    minutes = 2 + rng.gamma(2.0, 6.0, n)
    return pd.DataFrame(
        {
            "who": placed["who"],
            "at": np.maximum(placed["at"].to_numpy() - (minutes * 60).astype("int64"), begin),
            "channel": placed["channel"],
            "known": True,
            "stranger": False,
            "stage": len(STAGES) - 1,
            "cart_amount": (placed["amount"].to_numpy() * fuller).round(2),
            "order_id": placed["order_id"],
        }
    )


def conversion() -> pd.Series:
    """Share of sessions that end in an order, by channel."""
    return FUNNEL.set_index("channel").prod(axis=1)


def other_sessions(
    placed: pd.DataFrame, orders: pd.DataFrame, touches: pd.DataFrame | None, season: Season, block: Block
) -> pd.DataFrame:
    """Sessions without an order: who (-1 for a stranger), at, channel, keen, known (logged in), left (a cart)."""
    rng = block.rng("sessions.others")
    share = conversion()
    each = placed["channel"].value_counts().reindex(share.index, fill_value=0)
    number = without_order(each, share, rng)
    usual = number / number.sum() if number.sum() else np.full(len(share), 1 / len(share))
    led = led_by_touches(touches, season, usual, rng)
    begin, end = log_window(season)
    led = led[(led["at"] >= begin) & (led["at"] < end)]
    others = np.maximum(
        number - led["channel"].value_counts().reindex(share.index, fill_value=0).to_numpy(), 0
    )
    channel = rng.permutation(np.repeat(share.index.to_numpy(), others))
    kind = rng.choice(len(WHO), len(channel), p=WHO["share"])
    parts = [
        before_purchases(channel[kind == 0], placed, orders, rng),
        at_any_time(channel[kind == 1], orders["who"].to_numpy(), season, rng),
        at_any_time(channel[kind == 2], np.array([-1]), season, rng),
    ]
    parts = [
        part.assign(
            keen=WHO.loc[i, "keen"],
            known=rng.random(len(part)) < WHO.loc[i, "logged_in"],
            stranger=WHO.loc[i, "who"] == "stranger",
            left=False,
        )
        for i, part in enumerate(parts)
    ]
    rest = pd.concat(parts, ignore_index=True)
    # A visit before the log's first day stands for one before a purchase after its last.
    rest = rest.assign(at=np.where(rest["at"] < begin, 2 * begin - rest["at"], rest["at"]).clip(max=end - 1))
    return pd.concat([led.assign(stranger=False), rest], ignore_index=True)


def without_order(orders: pd.Series, conversion: pd.Series, rng: np.random.Generator) -> np.ndarray:
    """Sessions without an order beside so many with one, by channel: each session orders with its channel's chance."""
    some = orders.to_numpy() > 0
    number = rng.negative_binomial(np.maximum(orders.to_numpy(), 1), conversion.to_numpy())
    return np.where(some, number, 0)


def led_by_touches(
    touches: pd.DataFrame | None, season: Season, usual: np.ndarray, rng: np.random.Generator
) -> pd.DataFrame:
    """Sessions that follow a click, and those whose cart a reminder is about."""
    columns = ["who", "at", "channel", "keen", "known", "left"]
    if touches is None:
        return pd.DataFrame({c: pd.Series(dtype="int64") for c in columns}).astype(
            {"channel": object, "known": bool, "left": bool, "keen": float}
        )
    begin, end = log_window(season)
    touches = touches.assign(at=seconds(touches["at"]))
    touches = touches[(touches["at"] >= begin) & (touches["at"] < end)]
    clicks = touches[touches["clicked"].fillna(False).to_numpy(dtype=bool)]
    # Most clicks before a purchase lead to its own session or to those before it, counted elsewhere.
    clicks = clicks[(clicks["channel"] != "search ad").to_numpy() | (rng.random(len(clicks)) < 0.3)]
    carts = touches[(touches["kind"] == "abandoned cart").to_numpy()]
    rows = pd.concat([clicks.assign(left=False), carts.assign(left=True)], ignore_index=True)
    left = rows["left"].to_numpy(dtype=bool)
    after = rows["at"].to_numpy() + rng.integers(5, 900, len(rows))
    at = np.where(left, at_shop_hour(rows["at"].to_numpy() - DAY, rng), after)
    channel = rng.choice(FUNNEL["channel"].to_numpy(), len(rows), p=usual)
    channel = np.where((rows["channel"] == "app push").to_numpy(), "app", channel)
    return pd.DataFrame(
        {
            "who": rows["who"],
            "at": at,
            "channel": channel,
            "keen": AFTER_CLICK,
            "known": left | (rng.random(len(rows)) < CLICK_LOGIN),
            "left": left,
        }
    )


def before_purchases(
    channel: np.ndarray, placed: pd.DataFrame, orders: pd.DataFrame, rng: np.random.Generator
) -> pd.DataFrame:
    """Sessions in the days before a purchase on the same channel, or in a store."""
    row = np.zeros(len(channel), dtype="int64")
    for name in FUNNEL["channel"]:
        own, mine = np.flatnonzero((placed["channel"] == name).to_numpy()), channel == name
        row[mine] = own[rng.integers(0, len(own), mine.sum())] if len(own) else 0
    who, bought = placed["who"].to_numpy()[row], placed["at"].to_numpy()[row]
    in_store = orders[(orders["channel"] == "store").to_numpy()]
    if len(in_store):
        store, pick = rng.random(len(row)) < STORE_TOO, rng.integers(0, len(in_store), len(row))
        who = np.where(store, in_store["who"].to_numpy()[pick], who)
        bought = np.where(store, in_store["at"].to_numpy()[pick], bought)
    at = at_shop_hour(bought - (rng.exponential(LEAD, len(row)) * DAY).astype("int64"), rng)
    at = np.where(at >= bought, bought - rng.integers(3600, 6 * 3600, len(row)), at)
    return pd.DataFrame({"who": who, "at": at, "channel": channel})


def at_any_time(
    channel: np.ndarray, who: np.ndarray, season: Season, rng: np.random.Generator
) -> pd.DataFrame:
    """Sessions at the shop's busy days and hours; those who buy often come often."""
    begin, _ = log_window(season)
    inner = rng.uniform(season.inner(pd.Timestamp(begin, unit="s")), season.now, len(channel))
    at = seconds(season.to_time(inner, rng))
    row = rng.integers(0, max(1, len(who)), len(channel))
    return pd.DataFrame({"who": who[row] if len(row) else row, "at": at, "channel": channel})


def with_stages(rest: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add the furthest stage (row of STAGES): as many as the funnel's chances bring, the keener the further."""
    left = rest["left"].to_numpy(dtype=bool)  # known to have left a cart, whether held out or not
    score = rest["keen"].to_numpy() + rng.standard_normal(len(rest)) + 10 * left
    stage = np.zeros(len(rest), dtype="int64")
    deep = rng.random(len(rest))
    for name, *rates in FUNNEL.itertuples(index=False):
        mine = np.flatnonzero((rest["channel"] == name).to_numpy())
        view, cart, checkout, order = rates
        ends = np.array(
            [1 - view, view * (1 - cart), view * cart * (1 - checkout), view * cart * checkout * (1 - order)]
        )
        upto = np.cumsum(rng.multinomial(len(mine), ends / ends.sum())) / max(1, len(mine))
        place = np.empty(len(mine))
        place[np.argsort(score[mine])] = (np.arange(len(mine)) + 0.5) / max(1, len(mine))
        reached = np.where(place > upto[1], 2, np.searchsorted(upto[:2], place))
        reached = np.where(left[mine], 2, reached)
        stage[mine] = np.where((reached == 2) & (deep[mine] < ends[3] / ends[2:].sum()), 3, reached)
    return rest.assign(stage=stage)


def with_carts(rest: pd.DataFrame, placed: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add what was in the carts left behind."""
    usual = placed["amount"].to_numpy() if len(placed) else np.array([500.0])
    worth = usual[rng.integers(0, len(usual), len(rest))] * rng.lognormal(np.log(LEFT), 0.25, len(rest))
    cart = rest["stage"].to_numpy() >= 2
    return rest.assign(cart_amount=np.where(cart, worth.round(2), np.nan), order_id=None)


def with_sources(log: pd.DataFrame, touches: pd.DataFrame | None, rng: np.random.Generator) -> pd.DataFrame:
    """Add where each session came from: a click of the last days, or what is usual on its channel."""
    source = np.full(len(log), "direct", dtype=object)
    strange = log["stranger"].to_numpy(dtype=bool)
    for name, chances in FROM.items():
        for group, p in ((~strange, chances), (strange, chances * STRANGE)):
            mine = np.flatnonzero((log["channel"] == name).to_numpy() & group)
            source[mine] = rng.choice(np.array(SOURCES, dtype=object), len(mine), p=p / p.sum())
    led = rng.random(len(log)) < FROM_CLICK
    if touches is not None:
        clicks = touches[touches["clicked"].fillna(False).to_numpy(dtype=bool)]
        found = last_click(clicks, log)
        source = np.where(led & (found >= 0), np.append(clicks["channel"].to_numpy(), "")[found], source)
    lost = rng.random(len(log)) < UNTRACKED
    return log.assign(source=pd.Series(source, index=log.index).mask(lost))


def last_click(clicks: pd.DataFrame, log: pd.DataFrame) -> np.ndarray:
    """Row of the last click of each session's customer in the days before it, or -1."""
    key = keyed(clicks["who"].to_numpy(), seconds(clicks["at"]))
    order = np.argsort(key)
    own = keyed(np.maximum(log["who"].to_numpy(), 0), log["at"].to_numpy())
    place = np.searchsorted(key[order], own, side="right") - 1
    near = (
        (place >= 0) & (own - np.append(key[order], 0)[place] <= STICKS * DAY) & (log["who"].to_numpy() >= 0)
    )
    return np.where(near, np.append(order, -1)[place], -1)


def with_visitors(log: pd.DataFrame, first: np.ndarray, block: Block) -> pd.DataFrame:
    """Add the device where nobody is logged in: a customer's own, or a stranger's; -1 where somebody is.

    Nobody can log in before the first purchase.
    """
    who = log["who"].to_numpy()
    known = log["known"].to_numpy(dtype=bool) & (who >= 0)
    done = log["stage"].to_numpy() == len(STAGES) - 1
    known &= done | (log["at"].to_numpy() >= first[np.maximum(who, 0)])
    rng = block.rng("sessions.visitors")
    strangers = max(1, round((who < 0).sum() / A_VISITOR))
    device = np.where(who < 0, block.customers + rng.integers(0, strangers, len(log)), who)
    return log.assign(known=known, device=np.where(known, -1, device), flag=None)


def bots(block: Block, begin: int, end: int) -> pd.DataFrame:
    """Sessions of machines: hundreds, at all hours, direct, on the e-shop, without a cart."""
    rng = block.rng("sessions.bots")
    number = rng.integers(*BOT_SESSIONS, rng.poisson(BOTS * block.customers))
    n = int(number.sum())
    device = np.repeat(np.arange(len(number)), number)
    start = rng.integers(begin, max(begin + 1, end - 30 * DAY), len(number))[device]
    nth = np.arange(n) - np.repeat(np.cumsum(number) - number, number)
    at = start + nth * 7200 + rng.integers(0, 900, n)
    rows = pd.DataFrame(
        {
            "who": -1,
            "at": np.minimum(at, end - 1),
            "channel": "e-shop",
            "known": False,
            "stage": rng.integers(0, 2, n),
            "cart_amount": np.nan,
            "order_id": None,
            "source": "direct",
            "device": -2 - device,
            "flag": "bot",
        }
    )
    return rows[at < end]


def with_pages(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Add how many pages and how many different products each session saw; no product before the stage of viewing."""
    stage = log["stage"].to_numpy(dtype="int64")
    factor = np.where(log["flag"].eq("bot").to_numpy(), BOT_PAGES, 1.0)
    looked = (1 + rng.poisson(ITEMS[stage] * factor)) * (stage > 0)
    return log.assign(pages=1 + looked + rng.poisson(PAGES[stage] * factor), items_viewed=looked)


def doubled(log: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Write some rows of the log a second time; never one with an order."""
    again = (
        (rng.random(len(log)) < DOUBLED) & log["order_id"].isna().to_numpy() & log["flag"].isna().to_numpy()
    )
    return pd.concat([log, log[again].assign(flag="doubled")], ignore_index=True)


def tables_of(log: pd.DataFrame, customers: pd.DataFrame, block: Block) -> Part:
    """Table and truth of a log in order."""
    known = log["known"].to_numpy(dtype=bool)
    ids = customers["customer_id"].reset_index(drop=True)
    number = pd.factorize(log["device"])[0] + block.number * STRIDE + 1  # by first appearance
    visitor = ("v" + pd.Series(number).astype("str")).mask(known)
    sessions = pd.DataFrame(
        {
            "session_id": block.ids("W", len(log), 6),
            "customer_id": ids.reindex(np.where(known, log["who"], -1)).array,
            "visitor_id": visitor.array,
            "started_at": times(log["at"]),
            "channel": log["channel"].array,
            "source": log["source"].array,
            "stage": STAGES[log["stage"].to_numpy(dtype="int64")],
            "cart_amount": log["cart_amount"].array,
            "order_id": log["order_id"].array,
            "pages": log["pages"].array,
            "items_viewed": log["items_viewed"].array,
        }
    )
    flagged = log["flag"].notna().to_numpy()
    flags = pd.DataFrame(
        {"session_id": sessions["session_id"][flagged].array, "kind": log["flag"][flagged].array}
    )
    return {"sessions": sessions}, {"session_flags": flags}
