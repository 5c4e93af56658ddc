"""Randomised trials: fair draws, outcomes counted from the orders, and effects that the truth tells."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.core.claims import no_effects
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.core.truth import caused_orders
from workbook.retailer.core.world import make_world
from workbook.retailer.customers.people import PERSONAL
from workbook.retailer.marketing import experiments as part
from workbook.retailer.marketing import onboarding
from workbook.retailer.marketing.history import WINDOW
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.retailer.sales.season import make_season
from workbook.tables import schema

pytestmark = pytest.mark.slow

SHARES = {  # of units that the lot puts into each arm
    "class treatment": {"holdout": part.HOLDOUT, "treated": 1 - part.HOLDOUT},
    "coupon test": {"none": 0.34, "same for all": 0.33, "by price level": 0.33},
    "win-back test": {"none": 0.34, "coupon": 0.33, "call": 0.33},
    "missions": {"none": 0.5, "missions": 0.5},
    "onboarding": {"none": 1 / 3, "tutorial": 1 / 3, "trial pack": 1 / 3},
    "personal offers": {"usual": 1 - PERSONAL, "personal": PERSONAL},
    "recommender": {"none": 0.5, "recommendations": 0.5},
}
CONTROL = {name: next(iter(arms)) for name, arms in SHARES.items()}


def held(customers: int, claims: dict[str, float] | None = None) -> SimpleNamespace:
    """Hold all trials on so many customers: world, sales, orders, rows (of units), effects, caused (orders)."""
    world = make_world(customers, 24, 8, claims)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    orders = sales_tables(sales, world.season, world.goods, block)["orders"]
    visitors, on_visitors = part.recommender(world.timeline, world.claims["recommender-conversion"], block)
    rows = part.trial_rows(sales.trials, sales.orders[: sales.seen], sales.ids, world.timeline)
    return SimpleNamespace(
        world=world,
        sales=sales,
        orders=orders,
        rows=pd.concat([rows, visitors], ignore_index=True),
        effects=pd.concat([part.true_effects(sales.trials, sales.ids), on_visitors], ignore_index=True),
        caused=caused_orders(sales, orders),
    )


@pytest.fixture(scope="module")
def large() -> SimpleNamespace:
    """Hold the trials on 20,000 customers; tests must not write into it."""
    return held(20_000)


@pytest.fixture(scope="module")
def zero() -> SimpleNamespace:
    """Hold them where no claimed effect is real."""
    return held(3000, no_effects())


def test_every_unit_has_one_row(large):
    """A trial names each of its units once, with an arm, the day it was assigned, and no gap."""
    assert not large.rows.duplicated(["experiment", "unit_id"]).any()
    assert set(large.rows["experiment"]) == set(SHARES)
    assert list(large.rows.columns) == list(schema.columns(schema.CONTRACTS["experiments"])["column"])
    assert not large.rows.isna().any(axis=None)
    for name, units in large.rows.groupby("experiment"):
        assert set(units["arm"]) == set(SHARES[name])
        assert (units["assigned_at"] >= large.world.timeline.start(name)).all()


def windows(trials: SimpleNamespace, name: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Units of a trial by their id with the first and last day of their window, and their orders with these days."""
    units = trials.rows[trials.rows["experiment"] == name].set_index("unit_id")
    later = pd.Timedelta(
        days=1 if name == "onboarding" else 0
    )  # each begins on the day after its first order
    units = units.assign(first=units["assigned_at"] + later, last=units["measured_on"])
    orders = trials.orders.assign(day=trials.orders["ordered_at"].dt.normalize())
    return units, orders.merge(units[["first", "last"]], left_on="customer_id", right_index=True)


@pytest.mark.parametrize("name", [*WINDOW, "personal offers"])
def test_a_window_is_as_long_as_it_is_stated(large, name):
    """The last day of a window is `measured_on`, and the data's end where that comes sooner."""
    units, _ = windows(large, name)
    days = pd.Timedelta(days=WINDOW.get(name, 10_000) - 1)
    assert (units["last"] == (units["first"] + days).clip(upper=large.world.season.end)).all()


@pytest.mark.parametrize("name", SHARES)
def test_arms_are_drawn_by_lot(large, name):
    """Each arm has its share of the units, within 4 standard errors."""
    arms = large.rows.loc[large.rows["experiment"] == name, "arm"]
    for arm, share in SHARES[name].items():
        error = np.sqrt(share * (1 - share) / len(arms))
        assert abs((arms == arm).mean() - share) < 4 * error


@pytest.mark.parametrize("name", SHARES)
def test_what_units_did_before_does_not_differ_between_arms(large, name):
    """A lot knows nothing of the past: revenue before is the same in all arms, within 4 standard errors."""
    before = large.rows[large.rows["experiment"] == name].groupby("arm")["before"]
    mean, error = before.mean(), before.sem()
    for arm in mean.index.drop(CONTROL[name]):
        off = mean[arm] - mean[CONTROL[name]]
        assert abs(off) < 4 * np.hypot(error[arm], error[CONTROL[name]])


@pytest.mark.parametrize("name", [n for n in SHARES if n != "recommender"])
def test_outcomes_are_what_the_orders_say(large, name):
    """Whether a unit ordered in the window, and for how much, is found again in the table of orders; before it too."""
    units, orders = windows(large, name)
    inside = orders[orders["day"].between(orders["first"], orders["last"])].groupby("customer_id")["amount"]
    length = orders["last"] - orders["first"] + pd.Timedelta(days=1)
    before = orders[(orders["day"] < orders["first"]) & (orders["day"] >= orders["first"] - length)]
    before = before.groupby("customer_id")["amount"]
    assert (units["ordered"] == inside.size().reindex(units.index, fill_value=0).gt(0)).all()
    np.testing.assert_allclose(units["revenue"], inside.sum().reindex(units.index, fill_value=0), atol=0.006)
    np.testing.assert_allclose(units["before"], before.sum().reindex(units.index, fill_value=0), atol=0.006)


def test_caused_orders_come_from_treated_units_only(large):
    """What a trial added was ordered in its window by somebody who was treated in it, never by a control."""
    caused = large.caused[large.caused["cause"].isin(set(SHARES))].merge(large.orders, on="order_id")
    assert set(caused["cause"]) == {
        "class treatment",
        "coupon test",
        "win-back test",
        "missions",
        "onboarding",
    }
    units = large.rows.rename(columns={"experiment": "cause", "unit_id": "customer_id"})
    caused = caused.merge(units, on=["cause", "customer_id"], how="left")
    assert caused["arm"].notna().all()
    assert (caused["arm"] != caused["cause"].map(CONTROL)).all()
    assert (caused["ordered_at"] >= caused["assigned_at"]).all()
    assert (caused["ordered"] == 1).all()


def test_without_claimed_effects_trials_cause_nothing(zero, large):
    """Where no claim holds, treatment by class and missions add no order, and the truth says so; coupons still do."""
    counts = zero.caused["cause"].value_counts()
    assert not {"class treatment", "missions"} & set(counts.index)
    assert counts["coupon test"] > 0
    assert counts["win-back test"] > 0
    of_claims = zero.effects["experiment"].isin(["class treatment", "missions", "recommender"])
    assert of_claims.any()
    assert (zero.effects.loc[of_claims, "effect"] == 0).all()
    usual = large.effects.groupby("experiment")["effect"].mean()
    assert (usual[["class treatment", "missions", "recommender"]] > 0.01).all()


@pytest.mark.parametrize(
    ("name", "arm"),
    [
        ("coupon test", "same for all"),
        ("coupon test", "by price level"),
        ("win-back test", "coupon"),
        ("win-back test", "call"),
        ("class treatment", "treated"),
        ("onboarding", "tutorial"),
        ("onboarding", "trial pack"),
        ("recommender", "recommendations"),
    ],
)
def test_true_effects_are_those_that_are_observed(large, name, arm):
    """The mean of the true effects is the difference between the arms' shares who ordered, within 4 standard errors."""
    rows = large.rows[large.rows["experiment"] == name]
    effects = large.effects[(large.effects["experiment"] == name) & (large.effects["arm"] == arm)]
    assert set(effects["unit_id"]) == set(rows["unit_id"])  # of every unit, whatever its arm
    ordered = rows.groupby("arm")["ordered"]
    found = ordered.mean()[arm] - ordered.mean()[CONTROL[name]]
    error = np.hypot(ordered.sem()[arm], ordered.sem()[CONTROL[name]])
    assert abs(found - effects["effect"].mean()) < 4 * error
    assert effects["effect"].between(0, 1).all()


def test_what_is_expected_without_a_trial_is_what_controls_do(large):
    """The mean of what is expected without any arm is what the controls did, within 4 standard errors."""
    for name, units in large.rows[large.rows["experiment"] != "personal offers"].groupby("experiment"):
        control = units.loc[units["arm"] == CONTROL[name], "unit_id"]
        trial = next((t for t in large.sales.trials if t.name == name), None)
        did = units.set_index("unit_id")["ordered"]
        if trial is not None and trial.counts:
            start, stop = part.window(large.world.timeline, name)
            inside = large.orders[large.orders["ordered_at"].between(start, stop, inclusive="left")]
            did = inside.groupby("customer_id").size().reindex(did.index, fill_value=0)
        expected = large.effects[large.effects["experiment"] == name].drop_duplicates("unit_id")["without"]
        assert abs(did[control].mean() - expected.mean()) < 4 * did[control].sem()


def test_the_truth_of_missions_knows_nothing_of_what_then_happened(large):
    """Had nobody come again from the first day of missions on, what they are expected to do would be the same."""
    timeline, service = large.world.timeline, large.world.service
    start = timeline.start("missions")
    bought = large.sales.bought[large.sales.bought["cause"] == "own"].copy()
    own = large.sales.orders["visit"].isin(bought.index).to_numpy()
    orders = large.sales.orders[own]
    before = bought["inner"] < timeline.inner("missions")
    worlds = {
        "as it was": (bought, orders),
        "nobody came again": (bought[before], orders[orders["ordered_at"] < start]),
    }
    found = {}
    for name, (visits, placed) in worlds.items():
        history = part.History(large.sales.people, visits, placed, timeline)
        history = history.after(large.sales.campaigns.caused, large.sales.campaigns.added)
        history = part.replace(
            history, dropout=service.dropout_now(history.people, timeline.inner("missions"))
        )
        found[name] = part.missions(history, 0.05, np.random.default_rng(1)).among(history)
    one, other = found.values()
    np.testing.assert_allclose(one.without, other.without)
    np.testing.assert_allclose(one.effects["missions"], other.effects["missions"])
    assert len(one.caused) != len(other.caused)  # what happened is another matter


@pytest.mark.slow
def test_a_trials_truth_does_not_move_with_the_noise_of_its_estimate():
    """Over 12 worlds the true lift of missions stays within a point, while its estimate scatters by many."""
    rows = []
    for seed in range(12):
        world = make_world(1500, 24, seed)
        block = world.blocks()[0]
        sales = make_sales(world.season, world.service, world.goods, block)
        trial = next(t for t in sales.trials if t.name == "missions")
        start, stop = part.window(world.timeline, "missions")
        seen = sales.orders[: sales.seen]
        inside = seen.loc[seen["ordered_at"].between(start, stop, inclusive="left"), "who"]
        count = np.bincount(inside, minlength=1500)[trial.units["who"]]
        given = (trial.units["arm"] == "missions").to_numpy()
        true = trial.effects["missions"].sum() / trial.without.sum()
        rows.append((true, count[given].mean() / count[~given].mean() - 1))
    truth, estimate = np.array(rows).T
    assert np.ptp(truth) < 0.01
    assert estimate.std() > 10 * truth.std()
    assert abs(np.corrcoef(truth, estimate)[0, 1]) < 0.75


def test_a_coupon_by_price_level_goes_to_those_who_mind(large):
    """Its true effect falls with the price level faster than that of the same coupon for all."""
    level = pd.Series(large.sales.people["price_level"].to_numpy(), index=large.sales.ids.to_numpy())
    effects = large.effects[large.effects["experiment"] == "coupon test"]
    wide = effects.pivot_table(index="unit_id", columns="arm", values="effect")
    dear = (level.reindex(wide.index) > 0.55).to_numpy()
    assert wide[~dear].mean()["by price level"] > wide[~dear].mean()["same for all"]
    assert wide[dear].mean()["by price level"] < wide[dear].mean()["same for all"]


def test_a_treatment_has_its_cost(large):
    """Controls cost nothing, calls and treatment always cost, and a coupon costs when it is used."""
    rows = large.rows
    assert (rows.loc[rows["arm"] == rows["experiment"].map(CONTROL), "cost"] == 0).all()
    for arm in part.AT_ONCE:
        assert (rows.loc[rows["arm"] == arm, "cost"] == part.COSTS[arm]).all()
    for arm in ("same for all", "by price level", "coupon"):
        used = rows[rows["arm"] == arm]
        assert (used["cost"] == part.COSTS[arm] * used["ordered"]).all()


def test_a_win_back_is_for_the_silent(large):
    """Nobody who ordered within SILENT days before is won back, and everybody has ordered once."""
    units = large.rows.loc[large.rows["experiment"] == "win-back test", "unit_id"]
    start = large.world.timeline.start("win-back test")
    own = large.orders[~large.orders["order_id"].isin(large.caused["order_id"])]
    last = own[own["ordered_at"] < start].groupby("customer_id")["ordered_at"].max().reindex(units)
    assert last.notna().all()
    assert (start - last).min() > pd.Timedelta(days=part.SILENT)


def test_high_value_are_the_top_by_spend(large):
    """The class treatment takes HIGH_VALUE of those who have bought of their own accord, by what they spent."""
    units = large.rows.loc[large.rows["experiment"] == "class treatment", "unit_id"]
    own = large.orders[~large.orders["order_id"].isin(large.caused["order_id"])]
    own = own[own["ordered_at"] < large.world.timeline.start("class treatment")]
    spent = own.groupby("customer_id")["amount"].sum()
    assert abs(len(units) / len(spent) - part.HIGH_VALUE) < 0.001
    assert spent.loc[units].min() >= spent.drop(units).max()


def test_onboarding_begins_with_the_first_order(large):
    """Nearly all whose first order lies in its months are assigned on that day; each has ordered before its window."""
    units = large.rows[large.rows["experiment"] == "onboarding"].set_index("unit_id")
    first = large.orders.groupby("customer_id")["ordered_at"].min().dt.normalize()
    begin, end = large.world.timeline.start("onboarding"), large.world.timeline.stop("onboarding")
    assert set(units.index) <= (here := set(first.index[(first >= begin) & (first < end)]))
    assert len(units) > 0.99 * len(here)
    assert (units["assigned_at"] == first[units.index]).all()
    assert (units["before"] > 0).all()


def test_onboarding_without_effect_adds_no_order(large, monkeypatch):
    """At zero neither a tutorial nor a trial pack brings an order, and the truth says so."""
    monkeypatch.setattr(onboarding, "ONBOARDING", dict.fromkeys(onboarding.ONBOARDING, 0.0))
    own = large.sales.bought[large.sales.bought["cause"] == "own"]
    placed = large.sales.orders[large.sales.orders["visit"].isin(own.index).to_numpy()]
    trial = onboarding.onboarding(
        part.History(large.sales.people, own, placed, large.world.timeline), np.random.default_rng(1)
    )
    assert len(trial.units) > 1000
    assert len(trial.caused) == 0
    assert all((effect == 0).all() for effect in trial.effects.values())


@pytest.mark.parametrize("months", [1, 12, 24])
def test_a_window_ends_with_the_data(months):
    """What comes after the last day is no outcome of a trial."""
    timeline = Timeline(make_season(months))
    for name, days in WINDOW.items():
        start, stop = part.window(timeline, name)
        assert start < stop <= timeline.season.end + pd.Timedelta(days=1)
        assert stop - start <= pd.Timedelta(days=days)
        drawn = part.moments(1000, start, stop, np.random.default_rng(1))
        assert ((drawn >= start) & (drawn < stop)).all()
        assert set(drawn.hour) == set(range(9, 22))


def test_where_customers_stand_by_hand():
    """Spend and last order count what came before the moment, membership and leaving what was bought before it."""
    timeline = Timeline(make_season(12))
    moment = pd.Timestamp("2025-06-01")
    early, late = (timeline.season.inner(pd.Timestamp(d)) for d in ("2025-03-01", "2025-09-01"))
    people = pd.DataFrame({"member_from": [1, 0, 5, 0], "rate": 0.1, "programme": 1.5})
    bought = pd.DataFrame(
        {
            "who": [0, 0, 1, 2, 3],
            "inner": [early, early + 1, early, early, late],
            "left": [False, False, True, False, False],
        }
    )
    orders = pd.DataFrame(
        {
            "who": [0, 0, 1, 2, 3],
            "ordered_at": pd.to_datetime(
                ["2025-03-01", "2025-03-09", "2025-03-01", "2025-03-01", "2025-09-01"]
            ),
            "amount": [10.0, 5.0, 7.0, 1.0, 2.0],
        }
    )
    history = part.History(people, bought, orders, timeline)
    state = history.at(moment)
    assert state["spent"].tolist() == [15, 7, 1, 0]
    assert state["last"].tolist()[:3] == list(pd.to_datetime(["2025-03-09", "2025-03-01", "2025-03-01"]))
    assert pd.isna(state["last"][3])
    assert state["member"].tolist() == [True, True, False, False]
    assert state["active"].tolist() == [True, False, True, False]
    assert state["rate"].tolist() == pytest.approx([0.15, 0.15, 0.1, 0.1])
    buys = part.buys_within(state, timeline, moment, pd.Timestamp("2025-07-01"))
    weeks = timeline.season.inner(pd.Timestamp("2025-07-01")) - timeline.season.inner(moment)
    assert buys.tolist() == pytest.approx([1 - np.exp(-0.15 * weeks), 0, 1 - np.exp(-0.1 * weeks), 0])
    caused = pd.DataFrame({"who": [3], "ordered_at": [pd.Timestamp("2025-03-05")], "cause": "a card"})
    window = pd.Timestamp("2025-03-02"), pd.Timestamp("2025-04-01")
    assert history.buyers(*window).tolist() == [0]
    assert history.after(caused).buyers(*window).tolist() == [0, 3]
    assert history.after(caused).after(caused.assign(who=1)).buyers(*window).tolist() == [0, 1, 3]
    assert history.caused is None
