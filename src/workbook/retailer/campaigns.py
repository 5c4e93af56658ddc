"""Marketing contacts, and the few orders that came only because of them.

Who is about to buy is contacted most: mails go to recent buyers, and a search ad is seen by those who search for
the shop. So most orders that follow a contact would have come anyway, and the last touch before an order says
little about what caused it. Each touch has a small chance of its own to cause one more order within two weeks;
with every contact beyond a few a month, that chance falls.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.experiments import History
from workbook.retailer.season import HOUR
from workbook.retailer.streams import Block, numbered
from workbook.retailer.timeline import Timeline

DAY = 86_400  # seconds
Allowed = Callable[[np.ndarray, pd.DatetimeIndex, str], np.ndarray]

# One row a channel: purpose of the consent that a contact needs (none: people come across it by themselves), orders
# that a touch causes on average before fatigue, chance of a click (none: not known), least and highest cost in CNY,
# and what is paid for: each touch or each click.
CHANNELS = pd.DataFrame(
    [
        ("e-mail", "marketing email", 0.0110, 0.050, 0.01, 0.01, "touch"),
        ("SMS", "marketing sms", 0.0045, 0.040, 0.05, 0.05, "touch"),
        ("app push", "app push", 0.0030, 0.035, 0.00, 0.00, "touch"),
        ("search ad", "", 0.0005, 0.300, 2.00, 4.00, "click"),
        ("social ad", "", 0.0080, 0.030, 0.30, 0.80, "touch"),
        ("influencer", "", 0.0380, np.nan, 0.80, 2.00, "touch"),
        ("user content", "", 0.0240, np.nan, 0.00, 0.00, "touch"),
        ("livestream", "", 0.0150, np.nan, 0.50, 1.20, "touch"),
    ],
    columns=["channel", "purpose", "effect", "click", "least", "most", "paid"],
)
OUTBOUND = tuple(CHANNELS.loc[CHANNELS["purpose"] != "", "channel"])
SEND_HOUR = {"e-mail": 10, "SMS": 18, "app push": 20}
UNLINKED = 0.6  # share of SMS without a link that tells who clicked

QUARTERS = "01-01 04-01 07-01 10-01"
SALES = "06-11 11-04 12-08"  # the days before 18 June, 11 November, 12 December
COLLECTIONS = "03-01 05-20 08-25 10-25"
# One row a plan: kind, channel, name, target, days it lasts, waves, reach of a wave (contacts a customer won so
# far), and the days of the year on which it starts.
PLAN = pd.DataFrame(
    [
        ("newsletter", "e-mail", "Newsletter", "subscribers, recent buyers first", 22, 2, 0.050,
         "01-05 02-05 03-05 04-05 05-05 06-05 07-05 08-05 09-05 10-05 11-05 12-05"),
        ("sale", "e-mail", "Sale days", "subscribers, recent buyers first", 8, 3, 0.050, SALES),
        ("sale", "SMS", "Sale days", "buyers of the last months", 8, 2, 0.050, SALES),
        ("sale", "app push", "Sale days", "app users", 8, 3, 0.025, SALES),
        ("sale", "livestream", "Sale days live", "viewers of the host", 8, 0, 0.0, SALES),
        ("sale", "influencer", "Sale days with hosts", "followers of the host", 12, 0, 0.0, "06-06 11-01"),
        ("holiday", "SMS", "Holiday greeting", "buyers of the last months", 3, 1, 0.050, "01-18 04-28 09-24"),
        ("new collection", "app push", "New collection", "app users", 14, 2, 0.025, COLLECTIONS),
        ("new collection", "influencer", "New collection", "followers of style bloggers", 28, 0, 0.0, COLLECTIONS),
        ("always on", "social ad", "Feed ads", "lookalikes of our buyers", 92, 0, 0.0, QUARTERS),
        ("always on", "search ad", "Brand search", "searches for our name", 92, 0, 0.0, QUARTERS),
        ("livestream", "livestream", "Live from the studio", "viewers of the shop's room", 5, 0, 0.0,
         "03-15 04-25 08-15 09-20"),
        ("challenge", "user content", "Outfit challenge", "customers who post their outfits", 30, 0, 0.0, "04-10 09-10"),
    ],
    columns=["kind", "channel", "name", "target", "days", "waves", "reach", "starts"],
)  # fmt: skip
# One row a trigger, on from a share of the period until the end: orders that a contact causes before fatigue.
TRIGGERS = pd.DataFrame(
    [
        ("abandoned cart", "e-mail", "Cart reminder", "left a cart a day ago", 0.045),
        ("abandoned cart", "app push", "Cart reminder", "left a cart a day ago", 0.045),
        ("birthday", "SMS", "Birthday coupon", "members on their birthday", 0.030),
        ("replenishment", "e-mail", "Time for basics", "bought two months ago", 0.018),
        ("win-back", "SMS", "We miss you", "silent for four months", 0.022),
    ],
    columns=["kind", "channel", "name", "target", "effect"],
)
COLUMNS = ["campaign_id", "name", "kind", "channel", "started_on", "ended_on", "target"]
SWITCHED_ON = 0.2  # share of the period after which the triggers run
TAKEN = 0.35  # share of all customers' events that are taken up; where more consent, some are let pass
HELD_OUT = 0.10  # share of customers whom a kind of trigger leaves alone, by lot
CARTS = 0.13, 0.07  # carts left behind for each purchase: days before it, and some weeks after it
SILENT, SILENT_SHARE = 120, 0.5  # days without an order, and share of them whom the win-back picks up
AGAIN, AGAIN_SHARE = 60, 0.15  # days after a purchase, and share of purchases of things that wear out

RECENT = 45.0  # days since the last order over which the weight of a customer on the lists falls to 1/e
OLD = 0.10  # weight of those who bought long ago, against 1 for one who bought today
MOST = 0.95  # nobody is reached by every wave
# One row a channel that people come across by themselves: exposures in the days before each own purchase and how
# many days before it on average; exposures a year whatever they buy; whether each is paid for, so that
# it needs a campaign.
EXPOSED = pd.DataFrame(
    [
        ("search ad", 0.21, 1.2, 0.11, True),
        ("social ad", 0.04, 6.0, 0.36, True),
        ("influencer", 0.03, 9.0, 0.24, False),
        ("user content", 0.10, 5.0, 0.40, False),
        ("livestream", 0.04, 2.0, 0.18, True),
    ],
    columns=["channel", "before", "lead", "a_year", "paid"],
)
EARLY = 30  # days before the first purchase from which on exposures are known of

WITHIN = 14.0  # days within which an order that was caused comes
SOON = 4.0  # mean days until it comes
ALIKE = 2.0  # shape of the individual factor (gamma with mean 1)
FREE, TIRING = 3, 0.75  # contacts in the days before that tire nobody; factor of each contact more
MONTH = 30  # days for which a contact is remembered
INTEREST = 2.5  # how much likelier a click is in the two weeks before an own purchase
CAUSED_CLICK = 0.6  # chance of a click where the touch causes an order


@dataclass(frozen=True)
class Campaigns:
    """All marketing of one block.

    Attributes
    ----------
    campaigns : the table of campaigns
    touches : a row per contact or exposure, by time: who, at, channel, kind, campaign (row of campaigns, or -1),
        held_out, clicked, cost, chance (to cause an order, before fatigue), tired (factor of fatigue on it)
    caused : orders that they caused: who, ordered_at, cause
    effects : sums by channel and kind, see `effect_sums`
    """

    campaigns: pd.DataFrame
    touches: pd.DataFrame
    caused: pd.DataFrame
    effects: pd.DataFrame


def campaign_plan(timeline: Timeline) -> pd.DataFrame:
    """Every campaign by its first day; see `tables.contracts.digital.Campaigns`. The same for all blocks."""
    return planned(timeline)[COLUMNS]


def planned(timeline: Timeline) -> pd.DataFrame:
    """Give the campaigns with their waves and reach, which the shop doesn't write down."""
    season = timeline.season
    plan = PLAN.assign(start=PLAN["starts"].str.split()).explode("start")
    years = pd.DataFrame({"year": np.arange(season.start.year - 1, season.end.year + 1)})
    plan = plan.merge(years, how="cross")
    start = pd.to_datetime(plan["year"].astype(str) + "-" + plan["start"])
    plan = plan.assign(started_on=start, ended_on=start + pd.to_timedelta(plan["days"] - 1, unit="D"))
    plan = plan.assign(name=plan["name"] + start.dt.strftime(" %b %Y"))
    on = timeline.moment(SWITCHED_ON)
    triggers = TRIGGERS.assign(started_on=on, ended_on=season.end, waves=0, reach=0.0)
    plan = pd.concat([plan, triggers], ignore_index=True)
    plan = plan[(plan["started_on"] <= season.end) & (plan["ended_on"] >= season.start)]
    plan = plan.sort_values(["started_on", "kind", "channel"], ignore_index=True)
    gap = plan["days"] / plan["waves"].clip(lower=1)
    return plan.assign(
        campaign_id=numbered("K", len(plan), 3),
        first=plan["started_on"],
        gap=gap,
        started_on=plan["started_on"].clip(lower=season.start),
        ended_on=plan["ended_on"].clip(upper=season.end),
    )


def make_campaigns(history: History, allowed: Allowed, block: Block) -> Campaigns:
    """Contact customers, let them come across advertising, and see what orders that causes.

    Parameters
    ----------
    history : what customers do by themselves
    allowed : (who, at, purpose) → whether consent permits each contact
    block : whose customers they are
    """
    plan = planned(history.timeline)
    own = Purchases(history)
    sent = contacts(plan, own, history, allowed, block)
    seen = exposures(plan, own, block.rng("campaigns.exposures"))
    touches = pd.concat([sent, seen], ignore_index=True)
    end = second(history.timeline.season.end) + DAY
    touches = touches[touches["at"] < end]
    touches = touches.iloc[np.lexsort((touches["who"], touches["at"]))].reset_index(drop=True)
    touches = with_chances(touches, history, block)
    causes = block.rng("campaigns.caused").random(len(touches)) < touches["chance"] * touches["tired"]
    causes &= ~touches["held_out"]
    touches = with_clicks(touches, causes.to_numpy(), own, block.rng("campaigns.clicks"))
    touches = touches.assign(cost=costs(touches, block.rng("campaigns.costs")))
    caused = caused_orders(touches[causes], block.rng("campaigns.orders"))
    effects = sums_by_kind(touches, causes & (caused["at"].reindex(touches.index) < end))
    return Campaigns(
        campaigns=plan[COLUMNS],
        touches=touches.assign(at=times(touches["at"])),
        caused=caused.assign(ordered_at=times(caused["at"]))[["who", "ordered_at", "cause"]].reset_index(
            drop=True
        ),
        effects=effects,
    )


class Purchases:
    """Own purchases of all customers, to be asked for the last before a time (s) and the next after it."""

    def __init__(self, history: History):
        who = history.orders["who"].to_numpy().astype("int64")
        key = np.sort(keyed(who, seconds(history.orders["ordered_at"])))
        self.key, self.who, self.when = key, key >> 36, key & ((1 << 36) - 1)
        self.customers = len(history.people)
        self.season = history.timeline.season
        first = np.full(self.customers, second(self.season.days[-1]) + DAY)
        np.minimum.at(first, self.who, self.when)
        self.first = first

    def before(self, moments: np.ndarray) -> Iterator[np.ndarray]:
        """Time of each customer's last purchase before each of some moments in order; 0 without one."""
        by_time = np.argsort(self.when, kind="stable")
        who, when, last = self.who[by_time], self.when[by_time], np.zeros(self.customers, dtype="int64")
        done = 0
        for upto in np.searchsorted(when, moments):
            last[who[done:upto]] = when[done:upto]
            done = upto
            yield last

    def until(self, who: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Days until the next purchase from a time on; infinite without one."""
        row = np.searchsorted(self.key, keyed(who, at))
        found = np.append(self.who, -1)[row] == who
        return np.where(found, (np.append(self.when, 0)[row] - at) / DAY, np.inf)


def contacts(
    plan: pd.DataFrame, own: Purchases, history: History, allowed: Allowed, block: Block
) -> pd.DataFrame:
    """Contacts sent or held out, as far as consent goes: who, at, channel, kind, campaign, held_out."""
    ask = block.rng("campaigns.consent")
    rng = block.rng("campaigns.waves")
    keen = block.rng("campaigns.lists").gamma(ALIKE, 1 / ALIKE, own.customers)
    fired = triggered(plan, own, history, block)
    rows = []
    for channel in OUTBOUND:
        purpose = CHANNELS.set_index("channel").loc[channel, "purpose"]
        waves = wave_times(plan[plan["channel"] == channel])
        share = consenting(waves, own, allowed, purpose, ask)
        standing = zip(waves.itertuples(), own.before(waves["at"].to_numpy()), strict=True)
        tried = [send(wave, last, keen, share, rng) for wave, last in standing]
        events = fired[fired["channel"] == channel]
        events = events[rng.random(len(events)) < TAKEN / share]
        tried = pd.concat([*tried, events], ignore_index=True).assign(channel=channel)
        may = allowed(tried["who"].to_numpy(), times(tried["at"]), purpose)
        rows.append(tried[np.asarray(may, dtype=bool)])
    return pd.concat(rows, ignore_index=True)


def wave_times(plan: pd.DataFrame) -> pd.DataFrame:
    """Start of each wave (s), in order, of one channel's campaigns that are in the data: at, kind, campaign, reach."""
    number = np.repeat(plan.index.to_numpy(), plan["waves"])
    nth = np.concatenate([np.arange(w) for w in plan["waves"]] or [np.arange(0)]).astype("int64")
    rows = plan.loc[number]
    day = rows["first"] + pd.to_timedelta((nth * rows["gap"]).astype("int64"), unit="D")
    at = seconds(day) + rows["channel"].map(SEND_HOUR).fillna(0).to_numpy().astype("int64") * 3600
    waves = pd.DataFrame(
        {"at": at, "kind": rows["kind"].array, "campaign": number, "reach": rows["reach"].array}
    )
    waves = waves[(day >= rows["started_on"]).to_numpy() & (day <= rows["ended_on"]).to_numpy()]
    return waves.sort_values("at", kind="stable")


def consenting(
    waves: pd.DataFrame, own: Purchases, allowed: Allowed, purpose: str, rng: np.random.Generator
) -> float:
    """Share of customers who may be contacted, from a sample: the fewer they are, the more of them a wave takes."""
    who = rng.integers(0, own.customers, 4000)
    when = waves["at"].to_numpy()
    at = when[rng.integers(0, len(when), 4000)] if len(when) else np.full(4000, second(own.season.end))
    here = own.first[who] < at
    if not here.any():
        return 1.0
    return max(0.02, float(np.mean(allowed(who[here], times(at[here]), purpose))))


def send(
    wave: Any, last: np.ndarray, keen: np.ndarray, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Whom one wave would contact: recent buyers and those on many lists first."""
    won = last > 0
    weight = np.where(won, keen * (OLD + np.exp((last - wave.at) / (RECENT * DAY))), 0.0)
    reached = wave.reach * won.sum() / share
    chance = np.minimum(reached * weight / max(weight.sum(), 1e-9), MOST)
    who = np.flatnonzero(rng.random(len(last)) < chance)
    return pd.DataFrame(
        {
            "who": who,
            "at": wave.at + rng.integers(0, 5400, len(who)),
            "kind": wave.kind,
            "campaign": wave.campaign,
            "held_out": False,
        }
    )


def triggered(plan: pd.DataFrame, own: Purchases, history: History, block: Block) -> pd.DataFrame:
    """Every event that calls for a contact, while the triggers are on; some customers are held out by lot."""
    events = pd.concat(
        [
            left_carts(own, block.rng("campaigns.carts")),
            birthdays(own, history, block.rng("campaigns.birthdays")),
            after_purchase(own, "replenishment", AGAIN, AGAIN_SHARE, block.rng("campaigns.again")),
            after_purchase(own, "win-back", SILENT, SILENT_SHARE, block.rng("campaigns.silent")),
        ],
        ignore_index=True,
    )
    on = plan[plan["kind"].isin(TRIGGERS["kind"])].reset_index(names="campaign")
    events = events.merge(on[["kind", "channel", "campaign"]], how="inner", on=["kind", "channel"])
    begin = second(history.timeline.moment(SWITCHED_ON))
    events = events[(events["at"] >= begin) & (events["at"] < second(own.season.end) + DAY)]
    kinds = list(TRIGGERS["kind"].unique())
    lot = block.rng("campaigns.holdout").random((own.customers, len(kinds))) < HELD_OUT
    code = pd.Index(kinds).get_indexer(events["kind"])
    return events.assign(held_out=lot[events["who"].to_numpy(), code])


def left_carts(own: Purchases, rng: np.random.Generator) -> pd.DataFrame:
    """Reminders of carts left behind: days before a purchase that comes anyway, or weeks after one."""
    draw = rng.random(len(own.who))
    before, after = draw < CARTS[0], (draw >= CARTS[0]) & (draw < sum(CARTS))
    days = np.where(before, -rng.exponential(3.0, len(draw)), rng.exponential(40.0, len(draw)))
    some = before | after
    who, at = own.who[some], own.when[some] + (days[some] * DAY).astype("int64")
    at = at - at % DAY + rng.integers(9 * 3600, 22 * 3600, len(at))
    known = at > own.first[who] + 2 * DAY
    channel = rng.choice(np.array(["e-mail", "app push"], dtype=object), len(who))
    return pd.DataFrame({"who": who, "at": at, "kind": "abandoned cart", "channel": channel})[known]


def birthdays(own: Purchases, history: History, rng: np.random.Generator) -> pd.DataFrame:
    """Birthdays of those who joined the programme by then."""
    season, n = own.season, own.customers
    year = np.arange(season.start.year, season.end.year + 1)
    day = rng.integers(0, 365, n)
    start = np.array([second(pd.Timestamp(y, 1, 1)) for y in year])
    who, at = np.repeat(np.arange(n), len(year)), (start[None, :] + day[:, None] * DAY).ravel()
    joins = history.bought.loc[
        history.bought["nth"].to_numpy() == history.people["member_from"].to_numpy()[history.bought["who"]]
    ]
    inner = joins.groupby("who")["inner"].min().reindex(range(n)).to_numpy()
    row = (
        np.searchsorted(season.clock, np.nan_to_num(inner, nan=np.inf), side="right").clip(
            max=len(season.days)
        )
        - 1
    )
    joined = np.where(np.isnan(inner), second(season.days[-1]) + 2 * DAY, seconds(season.days)[row] + DAY)
    at = at + 9 * 3600 + rng.integers(0, 1800, len(at))
    return pd.DataFrame({"who": who, "at": at, "kind": "birthday", "channel": "SMS"})[at > joined[who]]


def after_purchase(
    own: Purchases, kind: str, days: int, share: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Contacts so many days after purchases that no other has followed by then."""
    who, at = (
        own.who,
        own.when - own.when % DAY + days * DAY + rng.integers(10 * 3600, 12 * 3600, len(own.who)),
    )
    fires = (own.until(who, own.when + 1) * DAY > at - own.when) & (rng.random(len(who)) < share)
    channel = TRIGGERS.set_index("kind").loc[kind, "channel"]
    return pd.DataFrame({"who": who, "at": at, "kind": kind, "channel": channel})[fires]


def exposures(plan: pd.DataFrame, own: Purchases, rng: np.random.Generator) -> pd.DataFrame:
    """Advertising and posts that customers came across: who, at, channel, kind, campaign, held_out."""
    rows = []
    for row in EXPOSED.itertuples():
        runs = plan[plan["channel"] == row.channel]
        before = before_purchases(own, row.before, row.lead, rng)
        anyway = by_the_way(runs, own, row.a_year, bool(row.paid) or row.channel == "influencer", rng)
        found = pd.concat([before, anyway], ignore_index=True).assign(channel=row.channel)
        found = found.assign(campaign=running(runs, found["at"].to_numpy()))
        rows.append(found[found["campaign"] >= 0] if row.paid else found)
    found = pd.concat(rows, ignore_index=True).assign(kind="exposure", held_out=False)
    here = found["at"] >= np.maximum(own.first[found["who"]] - EARLY * DAY, second(own.season.start))
    return found[here]


def before_purchases(own: Purchases, often: float, lead: float, rng: np.random.Generator) -> pd.DataFrame:
    """Exposures in the days before purchases that come anyway."""
    number = rng.poisson(often, len(own.who))
    who, bought = np.repeat(own.who, number), np.repeat(own.when, number)
    at = at_shop_hour(bought - (rng.exponential(lead, len(who)) * DAY).astype("int64"), rng)
    late = at >= bought
    return pd.DataFrame({"who": who, "at": np.where(late, bought - rng.integers(300, 7200, len(who)), at)})


def by_the_way(
    runs: pd.DataFrame, own: Purchases, a_year: float, within: bool, rng: np.random.Generator
) -> pd.DataFrame:
    """Exposures at any time of the year, or of the campaigns."""
    start, stop = np.array([second(own.season.start)]), np.array([second(own.season.end) + DAY])
    years = (stop - start)[0] / DAY / 365.25
    if within:
        start, stop = seconds(runs["started_on"]), seconds(runs["ended_on"]) + DAY
    if not len(start):
        return pd.DataFrame({"who": np.array([], dtype="int64"), "at": np.array([], dtype="int64")})
    online = rng.gamma(ALIKE, 1 / ALIKE, own.customers)
    who = np.repeat(np.arange(own.customers), rng.poisson(a_year * years * online))
    run = rng.choice(len(start), len(who), p=(stop - start) / (stop - start).sum())
    at = start[run] + (rng.random(len(who)) * (stop - start)[run]).astype("int64")
    return pd.DataFrame({"who": who, "at": at_shop_hour(at, rng)})


def running(runs: pd.DataFrame, at: np.ndarray) -> np.ndarray:
    """Campaign (row of the plan) of one channel that runs at each time, or -1."""
    start, stop = seconds(runs["started_on"]), seconds(runs["ended_on"]) + DAY
    row = np.searchsorted(start, at, side="right") - 1
    inside = (row >= 0) & (at < np.append(stop, 0)[row])
    return np.where(inside, np.append(runs.index.to_numpy(), -1)[row], -1)


def with_chances(touches: pd.DataFrame, history: History, block: Block) -> pd.DataFrame:
    """Add the chance to cause an order, and by what factor earlier contacts lower it."""
    n = len(history.people)
    open_to = block.rng("campaigns.responsive").gamma(ALIKE, 1 / ALIKE, n)
    effect = touches["channel"].map(CHANNELS.set_index("channel")["effect"])
    special = touches["kind"].map(TRIGGERS.groupby("kind")["effect"].first())
    chance = special.fillna(effect).to_numpy(dtype="float64") * open_to[touches["who"].to_numpy()]
    return touches.assign(chance=np.minimum(chance, 0.9), tired=fatigue(touches))


def fatigue(touches: pd.DataFrame) -> np.ndarray:
    """Factor on what a contact does, by the contacts that went before it within 30 days; 1 for an exposure.

    Parameters
    ----------
    touches : who, at (s, or a time), channel, held_out; in any order
    """
    at = touches["at"].to_numpy() if touches["at"].dtype == "int64" else seconds(touches["at"])
    outbound = touches["channel"].isin(OUTBOUND).to_numpy()
    key = keyed(touches["who"].to_numpy(), at)
    sent = np.sort(key[outbound & ~touches["held_out"].to_numpy(dtype=bool)])
    number = np.searchsorted(sent, key) - np.searchsorted(sent, key - MONTH * DAY)
    return np.where(outbound, TIRING ** np.maximum(number - FREE, 0), 1.0)


def with_clicks(
    touches: pd.DataFrame, causes: np.ndarray, own: Purchases, rng: np.random.Generator
) -> pd.DataFrame:
    """Add whether each touch was clicked, missing where nobody can know."""
    usual = touches["channel"].map(CHANNELS.set_index("channel")["click"]).to_numpy(dtype="float64")
    soon = own.until(touches["who"].to_numpy(), touches["at"].to_numpy()) < WITHIN
    chance = (
        np.minimum(np.nan_to_num(usual) * np.where(soon, INTEREST, 1.0), 0.9) * touches["tired"].to_numpy()
    )
    clicked = rng.random(len(touches)) < np.where(causes, np.maximum(CAUSED_CLICK, chance), chance)
    unlinked = (touches["channel"] == "SMS").to_numpy() & (rng.random(len(touches)) < UNLINKED)
    unknown = np.isnan(usual) | unlinked | touches["held_out"].to_numpy(dtype=bool)
    return touches.assign(clicked=pd.array(clicked, dtype="boolean")).assign(
        clicked=lambda t: t["clicked"].mask(unknown)
    )


def costs(touches: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """CNY that each touch costs; who is held out costs nothing, and a search ad only if it is clicked."""
    row = pd.Index(CHANNELS["channel"]).get_indexer(touches["channel"])
    least, most = CHANNELS["least"].to_numpy()[row], CHANNELS["most"].to_numpy()[row]
    per_click = (CHANNELS["paid"] == "click").to_numpy()[row]
    due = ~touches["held_out"].to_numpy(dtype=bool)
    due &= ~per_click | touches["clicked"].fillna(False).to_numpy(dtype=bool)
    organic = (touches["campaign"] < 0).to_numpy()
    return np.where(due & ~organic, least + rng.random(len(row)) * (most - least), 0.0).round(2)


def caused_orders(touches: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """One order for each of these touches, within two weeks: who, at (s), cause; index of the touches."""
    before = touches["at"].to_numpy()
    part = rng.random(len(before)) * -np.expm1(-(WITHIN - 1) / SOON)
    at = at_shop_hour(before + (-np.log1p(-part) * SOON * DAY).astype("int64"), rng)
    at = np.where(at <= before, before + rng.integers(600, 7200, len(before)), at)
    trigger = touches["kind"].isin(TRIGGERS["kind"])
    exposed = touches["kind"] == "exposure"
    cause = np.where(exposed, "channel:" + touches["channel"], "campaign:" + touches["channel"])
    cause = np.where(trigger, "trigger:" + touches["kind"], cause)
    return pd.DataFrame({"who": touches["who"], "at": at, "cause": cause}, index=touches.index)


def sums_by_kind(touches: pd.DataFrame, causes: pd.Series) -> pd.DataFrame:
    """Sums over touches that happened, by channel and kind: touches, chance, tired (chance with fatigue), caused."""
    sent = touches[~touches["held_out"]]
    figures = pd.DataFrame(
        {
            "touches": 1,
            "chance": sent["chance"],
            "tired": sent["chance"] * sent["tired"],
            "caused": causes[sent.index].astype("int64"),
        }
    )
    return figures.groupby([sent["channel"], sent["kind"]]).sum()


def effect_sums(campaigns: Campaigns) -> pd.DataFrame:
    """Sums of one block, to be added over blocks; index channel, kind: touches, chance, tired, caused."""
    return campaigns.effects


def true_channel_effects(sums: pd.DataFrame) -> pd.DataFrame:
    """What a touch of each channel does; see `tables.contracts.digital.TrueChannelEffects`.

    Parameters
    ----------
    sums : `effect_sums`, added over blocks
    """
    own = CHANNELS.set_index("channel")
    total = sums.groupby(level="channel").sum().reindex(own.index, fill_value=0)
    outbound = total.index.isin(OUTBOUND)
    return effect_rows(total, own["effect"]).assign(
        fatigue_after=pd.Series(np.where(outbound, FREE, np.nan)).astype("Int64"),
        fatigue_factor=np.where(outbound, TIRING, 1.0),
    )


def true_trigger_effects(sums: pd.DataFrame) -> pd.DataFrame:
    """What a contact of each trigger does; see `tables.contracts.digital.TrueTriggerEffects`."""
    own = TRIGGERS.groupby("kind")["effect"].first()
    total = sums.groupby(level="kind").sum().reindex(own.index, fill_value=0)
    return effect_rows(total, own)


def effect_rows(total: pd.DataFrame, usual: pd.Series) -> pd.DataFrame:
    """Effect of a touch as it is on average over those who were touched; as planned where nobody was."""
    touches = total["touches"].to_numpy()
    each = np.where(touches > 0, total["chance"] / np.maximum(touches, 1), usual.reindex(total.index))
    return pd.DataFrame(
        {
            total.index.name: total.index.to_numpy(),
            "effect": each.round(5),
            "touches": touches.astype("int64"),
            "orders_expected": total["tired"].to_numpy().round(2),
            "orders_caused": total["caused"].to_numpy().astype("int64"),
        }
    )


def touchpoints_table(campaigns: Campaigns, ids: pd.Series, block: Block) -> pd.DataFrame:
    """What the shop keeps of its contacts; see `tables.contracts.digital.Touchpoints`."""
    touches = campaigns.touches
    names = campaigns.campaigns["campaign_id"]
    return pd.DataFrame(
        {
            "touch_id": block.ids("H", len(touches), 6),
            "customer_id": ids.take(touches["who"]).array,
            "touched_at": touches["at"].array,
            "channel": touches["channel"].array,
            "campaign_id": names.reindex(touches["campaign"]).array,
            "held_out": touches["held_out"].array,
            "clicked": touches["clicked"].array,
            "cost": touches["cost"].array,
        }
    )


def keyed(who: np.ndarray, at: np.ndarray) -> np.ndarray:
    """One number for customer and second, so that one search finds both."""
    return (np.asarray(who, dtype="int64") << 36) + at


def second(time: pd.Timestamp) -> int:
    """Whole seconds since 1970."""
    return int(time.timestamp())


def seconds(time: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Whole seconds since 1970."""
    return time.to_numpy().astype("datetime64[s]").astype("int64")


def times(at: np.ndarray | pd.Series) -> pd.DatetimeIndex:
    """Times of whole seconds since 1970."""
    return pd.DatetimeIndex(np.asarray(at, dtype="int64").astype("datetime64[s]")).as_unit("us")


def at_shop_hour(at: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Move each time (s) within its day to an hour of the shop's day."""
    hour = rng.choice(24, len(at), p=HOUR / HOUR.sum())
    return at - at % DAY + hour * 3600 + rng.integers(0, 3600, len(at))
