"""Marketing contacts reach who would have bought anyway, cause few orders, and tire."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.streams import Block
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.core.world import make_world
from workbook.retailer.customers import people
from workbook.retailer.marketing import campaigns as marketing
from workbook.retailer.marketing.campaign_plan import CHANNELS, OUTBOUND, TRIGGERS, campaign_plan
from workbook.retailer.marketing.experiments import History
from workbook.retailer.marketing.marketing_exposure import HELD_OUT
from workbook.retailer.sales import buying
from workbook.retailer.sales.season import make_season
from workbook.tables.contracts.digital import TABLES, TRUTH
from workbook.tables.contracts.sales import Customers
from workbook.tables.dataset import validate

pytestmark = pytest.mark.slow


def history_of(customers: int, months: int = 24) -> tuple[History, Block]:
    """What the customers of a small world do by themselves."""
    world = make_world(customers, months, seed=5)
    block = world.blocks()[0]
    folk = people.make_people(world.season, block)
    folk = people.make_habits(folk, world.service.prefer, world.claims, block)
    bought = buying.purchase_times(folk, float(world.season.clock[-1]), block.rng("purchases"))
    orders = buying.make_orders(bought, folk, world.season, block.rng("orders"))
    return History(folk, bought, orders.assign(amount=100.0), world.timeline), block


def four_in_five(who, at, purpose):
    """Consent of 80 % of customers, by purpose."""
    return (who * 2654435761 + len(purpose) * 97) % 1000 < 800


@pytest.fixture(scope="module")
def ground():
    """Let 3,000 customers buy for two years; tests must not write into it."""
    return history_of(3000)


@pytest.fixture(scope="module")
def made(ground):
    """All marketing to them."""
    return marketing.make_campaigns(ground[0], four_in_five, ground[1])


def test_the_plan_is_the_same_for_every_block(ground):
    """Campaigns are about a hundred in two years, lie within the data, and don't depend on customers."""
    timeline = ground[0].timeline
    plan = campaign_plan(timeline)
    assert 90 <= len(plan) <= 120
    assert plan["campaign_id"].is_unique
    assert plan["started_on"].ge(timeline.season.start).all()
    assert plan["ended_on"].le(timeline.season.end).all()
    assert plan["started_on"].le(plan["ended_on"]).all()
    assert set(plan["channel"]) == set(CHANNELS["channel"])
    other = history_of(20)
    small = marketing.make_campaigns(other[0], four_in_five, Block(5, 3, 20))
    pd.testing.assert_frame_equal(small.campaigns, plan)


def test_tables_keep_their_contracts(ground, made):
    """Keys are unique, and each touch names a customer and a campaign of its own channel, or none."""
    ids = ground[1].customer_ids()
    touches = marketing.touchpoints_table(made, ids, ground[1])
    tables = {
        "customers": pd.DataFrame({"customer_id": ids}),
        "campaigns": made.campaigns,
        "touchpoints": touches,
    }
    good = validate(tables, TABLES | {"customers": Customers})
    named = good["touchpoints"].merge(made.campaigns, on="campaign_id")
    assert (named["channel_x"] == named["channel_y"]).all()
    assert (named["touched_at"] >= named["started_on"]).all()
    assert (named["touched_at"] < named["ended_on"] + pd.Timedelta(days=1)).all()
    free = touches[touches["campaign_id"].isna()]
    assert set(free["channel"]) == {"influencer", "user content"}
    assert free["cost"].eq(0).all()


@pytest.mark.parametrize(("customers", "months"), [(1, 1), (20, 13), (2, 60)])
def test_any_size_of_world_will_do(customers, months):
    """No touch lies outside the data, be it one customer or one month."""
    history, block = history_of(customers, months)
    made = marketing.make_campaigns(history, four_in_five, block)
    season = history.timeline.season
    assert made.touches["at"].between(season.start, season.end + pd.Timedelta(days=1), inclusive="left").all()
    assert len(marketing.touchpoints_table(made, block.customer_ids(), block)) == len(made.touches)
    assert len(marketing.true_channel_effects(marketing.effect_sums(made))) == len(CHANNELS)


def test_nobody_is_contacted_without_consent(ground):
    """A contact needs consent to its purpose; who says no still comes across advertising."""
    nobody = marketing.make_campaigns(ground[0], lambda who, at, purpose: np.zeros(len(who), bool), ground[1])
    assert not nobody.touches["channel"].isin(OUTBOUND).any()
    assert len(nobody.touches) > 1000
    odd = marketing.make_campaigns(
        ground[0], lambda who, at, purpose: (who % 2 == 1) & (purpose == "app push"), ground[1]
    )
    sent = odd.touches[odd.touches["channel"].isin(OUTBOUND)]
    assert (sent["who"] % 2 == 1).all()
    assert sent["channel"].eq("app push").all()


def test_fewer_consents_mean_more_contacts_for_each(ground, made):
    """The shop sends about as much whether 20 % or 80 % may be contacted."""
    few = marketing.make_campaigns(ground[0], lambda who, at, purpose: who % 5 == 0, ground[1])
    sent = [m.touches["channel"].isin(OUTBOUND).sum() for m in (few, made)]
    assert 0.75 < sent[0] / sent[1] < 1.25


def test_held_out_by_lot_and_left_alone(made):
    """A tenth of those whom a trigger calls for is never contacted by it: no cost, no click, no order."""
    touches = made.touches
    triggered = touches["kind"].isin(TRIGGERS["kind"])
    held = touches[touches["held_out"]]
    assert triggered[held.index].all()
    by_customer = touches[triggered].groupby(["kind", "who"])["held_out"]
    assert (by_customer.min() == by_customer.max()).all()
    share, n = by_customer.first().mean(), by_customer.ngroups
    assert abs(share - HELD_OUT) < 4 * np.sqrt(HELD_OUT * 0.9 / n)
    assert held["cost"].eq(0).all()
    assert held["clicked"].isna().all()


def test_some_messages_are_opened(made):
    """Only e-mails and push messages that were sent can be opened; a click is an opening, and some open all by themselves."""
    touches = made.touches
    known = touches["opened"].notna()
    assert set(touches.loc[known, "channel"]) == set(marketing.OPENED)
    assert not touches.loc[known, "held_out"].any()
    assert touches.loc[known & touches["clicked"].fillna(False), "opened"].all()
    mails = touches[touches["channel"].eq("e-mail") & known].groupby("who")["opened"].agg(["mean", "size"])
    always = (mails.loc[mails["size"] >= 5, "mean"] == 1).mean()
    assert always == pytest.approx(marketing.BY_ITSELF, abs=0.05)


def test_without_openings_only_clicks_open(ground, made, monkeypatch):
    """With both shares at zero a message is opened where it was clicked, and nowhere else."""
    monkeypatch.setattr(marketing, "OPENED", dict.fromkeys(marketing.OPENED, 0.0))
    monkeypatch.setattr(marketing, "BY_ITSELF", 0.0)
    opened = pd.Series(marketing.openings(made.touches, ground[1]), index=made.touches.index)
    known = opened.notna()
    assert (opened[known] == made.touches.loc[known, "clicked"]).all()


def test_contacts_tire_beyond_three_a_month():
    """The fifth contact within 30 days counts once less; exposures and those held out tire nobody."""
    day = pd.to_datetime(
        [
            "2025-01-01",
            "2025-01-05",
            "2025-01-10",
            "2025-01-15",
            "2025-01-20",
            "2025-01-20",
            "2025-02-03",
            "2025-01-20",
        ]
    )
    touches = pd.DataFrame(
        {
            "who": [0, 0, 0, 0, 0, 0, 0, 1],
            "at": day,
            "channel": ["e-mail", "SMS", "app push", "e-mail", "e-mail", "influencer", "e-mail", "e-mail"],
            "held_out": False,
        }
    )
    once = marketing.TIRING
    assert marketing.fatigue(touches).tolist() == [1, 1, 1, 1, once, 1, once, 1]
    spared = touches.assign(held_out=[True, *[False] * 7])
    assert marketing.fatigue(spared).tolist() == [1, 1, 1, 1, 1, 1, once, 1]


def test_contacts_cause_few_orders(ground, made):
    """What touches cause fits their chances, comes within two weeks, and is two or three orders in a hundred."""
    touches = made.touches[~made.touches["held_out"]]
    chance = touches["chance"] * touches["tired"]
    assert abs(len(made.caused) - chance.sum()) < 4 * np.sqrt((chance * (1 - chance)).sum())
    end = ground[0].timeline.season.end + pd.Timedelta(days=1)
    own = (ground[0].orders["ordered_at"] < end).sum()
    assert 0.015 < (made.caused["ordered_at"] < end).sum() / own < 0.035
    near = made.caused.sort_values("ordered_at").assign(orders=lambda c: c["ordered_at"])
    last = pd.merge_asof(near, touches[["who", "at"]], left_on="ordered_at", right_on="at", by="who")
    assert (last["ordered_at"] - last["at"]).max() < pd.Timedelta(days=marketing.WITHIN)


def test_without_effects_no_order_is_caused(ground, monkeypatch):
    """With all effects at zero, whatever seems to work is a false alarm."""
    monkeypatch.setattr(marketing, "CHANNELS", CHANNELS.assign(effect=0.0))
    monkeypatch.setattr(marketing, "TRIGGERS", TRIGGERS.assign(effect=0.0))
    made = marketing.make_campaigns(ground[0], four_in_five, ground[1])
    assert len(made.caused) == 0
    assert len(made.touches) > 1000


def test_those_who_are_contacted_would_have_bought_anyway(ground, made):
    """Newsletters go to people who, by themselves, buy at least half as much again as the rest does."""
    orders, season = ground[0].orders, ground[0].timeline.season
    sent = made.touches[made.touches["kind"] == "newsletter"]
    ratios = []
    for start in pd.date_range(season.start + pd.DateOffset(months=8), season.end, freq="MS"):
        joined = orders.loc[orders["ordered_at"] < start, "who"].unique()
        now = sent.loc[sent["at"].between(start, start + pd.DateOffset(months=1)), "who"].unique()
        later = orders["ordered_at"].between(start, start + pd.DateOffset(months=1))
        buys = np.isin(joined, orders.loc[later, "who"])
        reached = np.isin(joined, now)
        ratios.append(buys[reached].mean() / buys[~reached].mean())
    assert np.mean(ratios) > 1.5


def test_the_last_touch_flatters_search_ads(ground, made):
    """Search ads are often the last touch before an order, and cause next to none."""
    orders = ground[0].orders[["who", "ordered_at"]].sort_values("ordered_at")
    touches = made.touches[~made.touches["held_out"]]
    last = pd.merge_asof(
        orders, touches[["who", "at", "channel"]], left_on="ordered_at", right_on="at", by="who",
        tolerance=pd.Timedelta(days=14),
    )  # fmt: skip
    credit = last["channel"].value_counts(normalize=True)
    effects = marketing.true_channel_effects(marketing.effect_sums(made)).set_index("channel")
    true = effects["orders_expected"] / effects["orders_expected"].sum()
    assert credit["search ad"] > 10 * true["search ad"]
    assert credit["influencer"] < true["influencer"] / 2


def test_truth_is_summed_over_blocks(made):
    """Two equal blocks have twice the orders and the same effect of one touch; the sums fit the orders caused."""
    sums = marketing.effect_sums(made)
    one = marketing.true_channel_effects(sums)
    two = marketing.true_channel_effects(pd.concat([sums, sums]).groupby(level=[0, 1]).sum())
    assert two["touches"].tolist() == (2 * one["touches"]).tolist()
    assert two["effect"].tolist() == one["effect"].tolist()
    triggers = marketing.true_trigger_effects(sums)
    validate({"channel_effects": two, "trigger_effects": triggers}, TRUTH)
    end = Timeline(make_season(24)).season.end + pd.Timedelta(days=1)
    seen = made.caused[made.caused["ordered_at"] < end]
    assert one["orders_caused"].sum() == len(seen)
    assert triggers["orders_caused"].sum() == seen["cause"].str.startswith("trigger:").sum()


def test_a_channel_without_touches_keeps_its_row():
    """Where nobody was touched, the truth states the effect as it was planned."""
    index = pd.MultiIndex.from_tuples([("e-mail", "newsletter")], names=["channel", "kind"])
    sums = pd.DataFrame({"touches": 10, "chance": 0.2, "tired": 0.1, "caused": 1}, index=index)
    truth = marketing.true_channel_effects(sums).set_index("channel")
    assert truth.loc["e-mail", ["effect", "orders_expected", "orders_caused"]].tolist() == [0.02, 0.1, 1]
    assert truth.loc["SMS", "effect"] == CHANNELS.set_index("channel").loc["SMS", "effect"]
    assert truth["fatigue_after"].isna().sum() == len(CHANNELS) - len(OUTBOUND)


def test_clicks_and_costs(made):
    """A search ad costs 2 to 4 CNY if clicked, else nothing; nobody knows of clicks on an influencer's post."""
    touches = made.touches
    search = touches[touches["channel"] == "search ad"]
    clicked = search["clicked"].to_numpy(dtype=bool)
    assert search.loc[clicked, "cost"].between(2, 4).all()
    assert search.loc[~clicked, "cost"].eq(0).all()
    assert touches.loc[touches["channel"].isin(["influencer", "user content"]), "clicked"].isna().all()
    sms = touches[(touches["channel"] == "SMS") & ~touches["held_out"]]
    assert sms["cost"].eq(0.05).all()
    unknown = sms["clicked"].isna().mean()
    assert abs(unknown - marketing.UNLINKED) < 4 * np.sqrt(0.24 / len(sms))
