"""Messages of the engine that chooses a scene, a channel and a content for each reader, and the log it keeps.

The engine follows a rule that knows when somebody last bought and to which group they belong, and chooses at random for
some. It writes down with what chance it chose what it chose. It gives its coupons to those who bought lately, who click on
anything more often: so the contents can't be compared as they stand.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY, end_of, keyed, second, seconds, times
from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.marketing import message_values as values
from workbook.retailer.marketing.marketing_exposure import Allowed

BEGINS = 0.8  # share of the period after which the engine sends
WEEK = 7 * DAY
# Chance of a message in a week, of those who haven't bought lately and of those who have.
WEEKLY = 0.12, 0.212
AT_RANDOM = 0.15  # share of messages that are chosen at random among all that may be sent
YOUNG = 35  # years of age below which a reader is of a younger group
# Weights of the contents in the rule, for those who haven't bought lately and for those who have; styling advice is
# never sent to the first.
RULE = np.array([[0.16, 0.40, 0.0, 0.26, 0.18], [0.50, 0.20, 0.08, 0.14, 0.08]])
YOUNGER = np.array([1.0, 1.0, 1.0, 1.7, 1.7])  # factor on them for a younger group
MOMENTS = np.array([[0.45, 0.25, 0.30], [0.20, 0.50, 0.30]])  # the same for the scenes
PREFERRED = np.array([1.0, 0.6, 1.2])  # weights of the channels, among those that consent allows
# One row a scene: first and last day of the week, from Monday; first hour, and hours that it lasts.
HOURS = np.array([[0, 4, 7.5, 1.5], [0, 4, 19.0, 2.5], [5, 6, 10.0, 7.0]])


def make_messages(
    people: pd.DataFrame,
    ids: pd.Series,
    orders: pd.DataFrame,
    allowed: Allowed,
    timeline: Timeline,
    block: Block,
) -> pd.DataFrame:
    """Write to customers from a day on, as far as consent goes; see `tables.contracts.messages.MessageLog`.

    Parameters
    ----------
    people : rows of customers: segment (code), gender, birth_year
    ids : customer ids by row
    orders : who, ordered_at
    allowed : (who, at, purpose) → whether consent permits each contact
    """
    sent = planned(orders, timeline, len(people), block)
    sent = with_channels(sent, allowed)
    sent = chosen(sent, groups(people, sent), block)
    return message_table(answered(sent, people, block), ids, block)


def planned(orders: pd.DataFrame, timeline: Timeline, customers: int, block: Block) -> pd.DataFrame:
    """Whom the engine would write to in which week and scene: who, week, recent, at_random, scene, at (s), by customer."""
    rng, first = block.rng("messages.sent"), begin(timeline)
    weeks = max((end_of(timeline.season) + 1 - first) // WEEK, 0)
    often = rng.binomial(customers * weeks, max(WEEKLY))
    slot = np.sort(rng.choice(customers * weeks, often, replace=False)) if often else np.arange(0)
    who, week = np.divmod(slot, max(weeks, 1))
    recent = bought_lately(orders, who, first + week * WEEK)
    kept = rng.random(len(who)) < np.where(recent, WEEKLY[1], WEEKLY[0]) / max(WEEKLY)
    who, week, recent = who[kept], week[kept], recent[kept]
    at_random = rng.random(len(who)) < AT_RANDOM
    scene = draw_rows(np.where(at_random[:, None], 1.0, MOMENTS[recent.astype(int)]), rng)
    day, last, hour, hours = HOURS[scene].T
    day = day + (rng.random(len(who)) * (last - day + 1)).astype("int64")
    at = first + week * WEEK + day * DAY + (hour + rng.random(len(who)) * hours) * 3600
    return pd.DataFrame(
        {
            "who": who,
            "week": week,
            "recent": recent,
            "at_random": at_random,
            "scene": scene,
            "at": at.astype("int64"),
        }
    )


def begin(timeline: Timeline) -> int:
    """The Monday (s) on which the engine starts."""
    start = timeline.moment(BEGINS)
    return second(start) + (7 - start.day_of_week) % 7 * DAY


def bought_lately(orders: pd.DataFrame, who: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Whether each customer ordered in the days before a time (s)."""
    key = np.sort(keyed(orders["who"].to_numpy(), seconds(orders["ordered_at"])))
    upto = keyed(who, at)
    return np.searchsorted(key, upto) > np.searchsorted(key, upto - values.RECENT * DAY)


def with_channels(sent: pd.DataFrame, allowed: Allowed) -> pd.DataFrame:
    """Those whom a channel may reach at that time; adds open0, open1 …: whether consent allows each channel."""
    who, at = sent["who"].to_numpy(), times(sent["at"])
    may = {
        f"open{i}": np.asarray(allowed(who, at, p), dtype=bool)
        for i, p in enumerate(values.CHANNELS["purpose"])
    }
    sent = sent.assign(**may)
    return sent[sent[list(may)].any(axis=1)].reset_index(drop=True)


def groups(people: pd.DataFrame, sent: pd.DataFrame) -> np.ndarray:
    """The group of each reader as the engine knows it: younger or older women or men, or not said."""
    who = sent["who"].to_numpy()
    gender = people["gender"].to_numpy()[who]
    age = times(sent["at"]).year - people["birth_year"].to_numpy()[who]
    named = np.select([gender == "female", gender == "male"], ["women", "men"], "")
    young = np.where(age < YOUNG, "younger ", "older ").astype(object)
    return np.where(named == "", "not said", young + named.astype(object))


def chosen(sent: pd.DataFrame, group: np.ndarray, block: Block) -> pd.DataFrame:
    """Add group, channel and content, and with what chance the engine chose scene, channel and content."""
    rng = block.rng("messages.chosen")
    recent = sent["recent"].to_numpy().astype(int)
    younger = pd.Series(group).str.startswith("younger").to_numpy(dtype=bool)
    may = sent.filter(regex=r"^open\d").to_numpy(dtype=float)
    rule = RULE[recent] * np.where(younger[:, None], YOUNGER, 1.0)
    scenes = by_rule_or_random(MOMENTS[recent], np.ones((len(sent), len(values.SCENES))))
    channels = by_rule_or_random(may * PREFERRED, may)
    contents = by_rule_or_random(rule, rule > 0)
    drawn = sent["at_random"].to_numpy().astype(int)
    row = np.arange(len(sent))
    channel = draw_rows(channels[drawn, row], rng)
    content = draw_rows(contents[drawn, row], rng)
    chance = scenes[:, row, sent["scene"].to_numpy()] * channels[:, row, channel] * contents[:, row, content]
    return sent.assign(
        group=group,
        channel=channel,
        content=content,
        propensity=(1 - AT_RANDOM) * chance[0] + AT_RANDOM * chance[1],
    )


def by_rule_or_random(rule: np.ndarray, may: np.ndarray) -> np.ndarray:
    """Chances of each column by the rule, and at random among those that may be, (2, n, columns)."""
    return np.stack([w / w.sum(axis=1, keepdims=True) for w in (rule, may.astype(float))])


def answered(sent: pd.DataFrame, people: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Add what each message brought, up to the one on which its reader unsubscribes."""
    rng = block.rng("messages.answers")
    who, before = sent["who"].to_numpy(), messages_before(sent)
    segment = people["segment"].to_numpy()[who]
    fresh = values.click_chances(segment, sent["recent"].to_numpy())
    row, content = np.arange(len(sent)), sent["content"].to_numpy()
    chance = fresh[row, sent["scene"], sent["channel"], content] * values.tiredness(before)
    clicked = rng.random(len(sent)) < chance
    ordered = clicked & (rng.random(len(sent)) < values.order_chances()[content])
    scatter = rng.lognormal(-(values.MARGIN_SPREAD**2) / 2, values.MARGIN_SPREAD, len(sent))
    leaves = rng.random(len(sent)) < values.leaving(before)
    sent = sent.assign(
        messages_before=before,
        clicked=clicked,
        ordered=ordered,
        margin=np.where(ordered, values.order_margins()[content] * scatter, 0.0).round(2),
        unsubscribed=leaves,
    )
    gone = pd.Series(leaves).groupby(who).cumsum().to_numpy() - leaves
    return sent[gone == 0]


def messages_before(sent: pd.DataFrame) -> np.ndarray:
    """Messages to the same reader in the weeks before, for rows by customer and week."""
    key = sent["who"].to_numpy().astype("int64") * 100_000 + sent["week"].to_numpy()
    return np.arange(len(key)) - np.searchsorted(key, key - values.MEMORY)


def message_table(sent: pd.DataFrame, ids: pd.Series, block: Block) -> pd.DataFrame:
    """What the engine keeps, by time; see `tables.contracts.messages.MessageLog`."""
    sent = sent.iloc[np.lexsort((sent["who"], sent["at"]))].reset_index(drop=True)
    names = values.CHANNELS["channel"].to_numpy(dtype=object)
    may = sent.filter(regex=r"^open\d").to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "message_id": block.ids("G", len(sent), 6),
            "customer_id": ids.take(sent["who"]).array,
            "sent_at": times(sent["at"]),
            "context": sent["group"].array,
            "recent": sent["recent"],
            "messages_before": sent["messages_before"],
            "channels": open_channels(may),
            "scene": np.array(values.SCENES, dtype=object)[sent["scene"]],
            "channel": names[sent["channel"]],
            "content": values.CONTENTS["content"].to_numpy(dtype=object)[sent["content"]],
            "propensity": sent["propensity"].round(4),
            "reward": sent["clicked"].astype("float64"),
            "ordered": sent["ordered"],
            "margin": sent["margin"],
            "unsubscribed": sent["unsubscribed"],
        }
    )


def open_channels(may: np.ndarray) -> np.ndarray:
    """The names of the channels that each row allows, with a plus between them."""
    names = values.CHANNELS["channel"].to_numpy(dtype=object)
    every = np.array(
        [
            "+".join(names[[bool(code >> i & 1) for i in range(len(names))]])
            for code in range(2 ** len(names))
        ],
        dtype=object,
    )
    return every[may @ (1 << np.arange(len(names)))]
