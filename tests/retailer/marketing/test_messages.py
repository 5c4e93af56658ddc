"""The engine's messages keep to consent, are drawn by the chances that it writes down, and bring what their truth says."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.world import make_world
from workbook.retailer.customers.personas import SEGMENTS
from workbook.retailer.marketing import message_values as values
from workbook.retailer.marketing import messages
from workbook.tables.contracts.messages import TABLES
from workbook.tables.dataset import validate


def everybody(who, at, purpose):
    """Consent of all to all."""
    return np.ones(len(who), dtype=bool)


def some(who, at, purpose):
    """Consent of every second customer to e-mail, of every third to SMS, of nobody to the app."""
    every = {"marketing email": 2, "marketing sms": 3}.get(purpose)
    return who % every == 1 if every else np.zeros(len(who), dtype=bool)


def log_of(customers=6000, allowed=everybody, orders=None, seed=4):
    """The log of customers who bought, half of them, on one day shortly before the engine starts."""
    world = make_world(customers, 24, seed)
    block = world.blocks()[0]
    rng = np.random.default_rng(seed)
    people = pd.DataFrame(
        {
            "segment": rng.choice(len(SEGMENTS), customers),
            "gender": rng.choice(["female", "male", "not said"], customers),
            "birth_year": rng.integers(1960, 2005, customers),
        }
    )
    if orders is None:
        at = rng.integers(
            messages.begin(world.timeline) - 20 * 86_400, messages.begin(world.timeline), customers
        )
        orders = pd.DataFrame({"who": np.arange(customers), "ordered_at": at.astype("datetime64[s]")})[::2]
    log = messages.make_messages(people, block.customer_ids(), orders, allowed, world.timeline, block)
    return log, people


@pytest.fixture(scope="module")
def made():
    """A log; tests must not write into it."""
    return log_of()


def truth_of(log, people):
    """What each row of a log is expected to bring, by hand from the tables of the truth."""
    row = log["customer_id"].str[1:].astype(int) - 1
    segment = SEGMENTS["segment"].to_numpy()[people["segment"].to_numpy()[row]]
    key = ["segment", "recent", "scene", "channel", "content"]
    truth = values.true_message_values().rename(columns={"margin": "true_margin"})
    rows = log.assign(segment=segment).merge(truth, "left", key)
    return rows.merge(values.true_message_fatigue(), "left", "messages_before")


def test_it_is_under_contract(made):
    """The log is a valid table, by time, with ids of its own."""
    log = validate({"message_log": made[0]}, TABLES)["message_log"]
    assert log["message_id"].is_unique
    assert log["sent_at"].is_monotonic_increasing
    assert len(log) > 10_000


def test_nobody_is_written_to_without_consent():
    """A message goes through a channel that its reader allows, and all such channels are written down."""
    log, _ = log_of(allowed=some)
    who = log["customer_id"].str[1:].astype(int) - 1
    assert set(log["channel"]) == {"e-mail", "SMS"}
    assert (who[log["channel"] == "e-mail"] % 2 == 1).all()
    assert (who[log["channel"] == "SMS"] % 3 == 1).all()
    both = (who % 2 == 1) & (who % 3 == 1)
    assert (log.loc[both, "channels"] == "e-mail+SMS").all()
    assert ("+" + log["channels"] + "+").str.contains("+SMS+", regex=False).eq(who % 3 == 1).all()


def test_nobody_is_written_to_after_unsubscribing(made):
    """The message on which a reader unsubscribes is the last one."""
    log = made[0]
    gone = log.groupby("customer_id")["unsubscribed"].agg(["sum", "last"])
    assert gone["sum"].max() == 1
    assert (gone["sum"] == gone["last"]).all()


def test_propensities_are_chances(made):
    """Each arm is drawn as often as written down: the inverse of its chance is 1 on average, among those to whom it may go."""
    log = made[0]
    for scene, channel, content in [
        ("evening", "e-mail", "coupon"),
        ("weekend", "SMS", "influencer"),
        ("commute", "app push", "user outfits"),
    ]:
        here = (log["scene"] == scene) & (log["channel"] == channel) & (log["content"] == content)
        weight = here / log["propensity"]
        assert abs(weight.mean() - 1) < 3.5 * weight.std() / len(log) ** 0.5


def test_styling_advice_is_only_for_those_who_bought_lately(made):
    """The rule and the random choice leave one content out for the others: no log can say what it would do to them."""
    log = made[0]
    assert log.loc[log["content"] == "styling advice", "recent"].all()
    assert (log.loc[log["recent"], "content"] == "styling advice").any()


def test_lately_is_what_it_says():
    """Who bought in the 45 days before the week has bought lately, and nobody else."""
    day = 86_400
    orders = pd.DataFrame({"who": [0, 2], "ordered_at": pd.to_datetime([100 * day, 10 * day], unit="s")})
    at = np.array([145 * day, 100 * day, 101 * day, 101 * day, 101 * day])
    found = messages.bought_lately(orders, np.array([0, 0, 0, 1, 2]), at)
    assert found.tolist() == [True, False, True, False, False]


def test_messages_before_are_counted(made):
    """The column counts the messages to the same customer in the three calendar weeks before."""
    log = made[0].assign(week=lambda f: f["sent_at"].dt.to_period("W").dt.start_time)
    pairs = log.merge(log, on="customer_id", suffixes=("", "_other"))
    apart = (pairs["week"] - pairs["week_other"]) / pd.Timedelta(weeks=1)
    before = pairs[apart.between(1, 3)].groupby("message_id").size()
    expected = before.reindex(log["message_id"], fill_value=0).to_numpy()
    assert (log["messages_before"].to_numpy() == expected).all()
    assert log["messages_before"].max() == 3


def test_it_brings_what_the_truth_says(made):
    """Clicks, orders, margin and unsubscriptions are as expected, within three standard errors."""
    log, people = made
    rows = truth_of(log, people)
    for column, chance in [("reward", "clicks"), ("ordered", "orders"), ("margin", "true_margin")]:
        off = rows[column].astype(float) - rows[chance] * rows["factor"]
        assert abs(off.mean()) < 3 * off.std() / len(off) ** 0.5
    off = rows["unsubscribed"] - rows["unsubscribes"]
    assert abs(off.mean()) < 3 * off.std() / len(off) ** 0.5


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_without_differences_all_messages_are_alike(monkeypatch, seed):
    """With the power at zero no scene, channel or content, and no reader, is worth more than another."""
    monkeypatch.setattr(values, "APART", 0.0)
    truth = values.true_message_values()
    assert truth.groupby("recent")["margin"].nunique().eq(1).all()
    log, _ = log_of(seed=seed)
    clicks = log[~log["recent"]].groupby("content")["reward"].agg(["mean", "sem"])
    assert ((clicks["mean"] - clicks["mean"].mean()).abs() < 3.5 * clicks["sem"]).all()


@pytest.mark.parametrize("seed", [4, 5, 6])
def test_without_tiring_earlier_messages_do_nothing(monkeypatch, seed):
    """With a factor of 1, and nobody unsubscribing, a message does as much as the first one."""
    monkeypatch.setattr(values, "TIRING", 1.0)
    monkeypatch.setattr(values, "UNSUBSCRIBES", 0.0)
    fatigue = values.true_message_fatigue()
    assert fatigue["factor"].eq(1).all()
    assert fatigue["unsubscribes"].eq(0).all()
    log, people = log_of(seed=seed)
    off = truth_of(log, people).assign(off=lambda f: f["reward"] - f["clicks"])
    by = off.groupby(off["messages_before"] > 0)["off"].agg(["mean", "sem"])
    assert (by["mean"].abs() < 3.5 * by["sem"]).all()
    assert not log["unsubscribed"].any()


def test_a_short_world_has_no_messages():
    """In a month there is hardly a week for them; the table is there all the same."""
    world = make_world(50, 1, 3)
    block = world.blocks()[0]
    people = pd.DataFrame({"segment": [0] * 50, "gender": "female", "birth_year": 1990})
    none = pd.DataFrame({"who": np.array([], dtype="int64"), "ordered_at": pd.to_datetime([])})
    log = messages.make_messages(people, block.customer_ids(), none, everybody, world.timeline, block)
    assert list(log) == list(made_columns())
    assert len(log) < 20


def made_columns():
    """Columns of the contract, in its order."""
    return TABLES["message_log"].to_schema().columns
