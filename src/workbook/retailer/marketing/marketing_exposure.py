"""Whom the shop contacts, and who comes across its advertising.

Who is about to buy is contacted most: mails go to recent buyers, and a search ad is seen by those who search for
the shop. So most orders that follow a contact would have come anyway, and the last touch before an order says
little about what caused it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, at_shop_hour, keyed, second, seconds, times
from workbook.retailer.core.streams import Block
from workbook.retailer.marketing.campaign_plan import (
    CHANNELS,
    OUTBOUND,
    SWITCHED_ON,
    TRIGGERS,
    running,
    wave_times,
)
from workbook.retailer.marketing.history import History

Allowed = Callable[[np.ndarray, pd.DatetimeIndex, str], np.ndarray]

TAKEN = 0.35  # share of all customers' events that are taken up; where more consent, some are let pass
HELD_OUT = 0.10  # share of customers whom a kind of trigger leaves alone, at random
CARTS = 0.13, 0.07  # carts left behind for each purchase: days before it, and some weeks after it
SILENT, SILENT_SHARE = 120, 0.5  # days without an order, and share of them whom the win-back picks up
AGAIN, AGAIN_SHARE = 60, 0.15  # days after a purchase, and share of purchases of things that wear out

RECENT = 45.0  # days since the last order over which the weight of a customer on the lists falls to 1/e
OLD = 0.10  # weight of those who bought long ago, against 1 for one who bought today
MOST = 0.95  # nobody is reached by every wave
ALIKE = 2.0  # shape of the individual factor (gamma with mean 1)

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
        sent = [send(wave, last, keen, share, rng) for wave, last in standing]
        events = fired[fired["channel"] == channel]
        events = events[rng.random(len(events)) < TAKEN / share]
        tried = pd.concat([in_rows(waves, sent), events], ignore_index=True).assign(channel=channel)
        may = allowed(tried["who"].to_numpy(), times(tried["at"]), purpose)
        rows.append(tried[np.asarray(may, dtype=bool)])
    return pd.concat(rows, ignore_index=True)


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
) -> tuple[np.ndarray, np.ndarray]:
    """Whom one wave would contact, recent buyers and those on many lists first, and when."""
    won = last > 0
    weight = np.where(won, keen * (OLD + np.exp((last - wave.at) / (RECENT * DAY))), 0.0)
    reached = wave.reach * won.sum() / share
    chance = np.minimum(reached * weight / max(weight.sum(), 1e-9), MOST)
    who = np.flatnonzero(rng.random(len(last)) < chance)
    return who, wave.at + rng.integers(0, 5400, len(who))


def in_rows(waves: pd.DataFrame, sent: Sequence[tuple[np.ndarray, np.ndarray]]) -> pd.DataFrame:
    """What some waves send, a row a contact: who, at, kind, campaign, held_out."""
    who, at = ([one[part] for one in sent] for part in (0, 1))
    of = waves[["kind", "campaign"]].loc[waves.index.repeat([len(one) for one in who])]
    nobody = np.zeros(0, dtype="int64")
    times = {"who": np.concatenate([nobody, *who]), "at": np.concatenate([nobody, *at])}
    return of.reset_index(drop=True).assign(**times, held_out=False)[
        ["who", "at", "kind", "campaign", "held_out"]
    ]


def triggered(plan: pd.DataFrame, own: Purchases, history: History, block: Block) -> pd.DataFrame:
    """Every event that calls for a contact, while the triggers are on; some customers are held out at random."""
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
