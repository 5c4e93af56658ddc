"""Randomised trials, and the orders that they cause beyond those that come anyway.

Each trial draws its units, gives them an arm, and adds orders for some; what a unit does is then counted from all its
orders, so that a trial's outcome is as noisy as the business. The effect on each unit is kept in the truth.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.marketing.history import History, active_weeks, buys_within, window
from workbook.retailer.marketing.onboarding import onboarding
from workbook.retailer.marketing.trial import Trial, by_customer
from workbook.retailer.sales.buying import SECOND_ORDER
from workbook.retailer.service.service_effects import Service

HIGH_VALUE = 0.30  # share of customers by spend who count as high value
HOLDOUT = 0.4  # share of them left alone
SILENT = 120  # days without an order before a win-back
VISITORS = 1.0  # visitors of the marketplace shop a customer of ours
CONVERSION = 0.15  # of those visitors without recommendations, as the course has it
MISSION = 1.5  # factor on the engagement of members who are given missions
COUPON = {"same for all": 0.03, "by price level": 0.05}  # chance of one more order, on average
WINBACK = {"coupon": 0.05, "call": 0.07}
COSTS = {
    "same for all": 20.0,
    "by price level": 20.0,
    "coupon": 30.0,
    "call": 12.0,
    "treated": 15.0,
    "tutorial": 1.0,
    "trial pack": 18.0,
}
AT_ONCE = [
    "treated",
    "call",
    "tutorial",
    "trial pack",
]  # what costs whether it works or not; a coupon when it is used


def make_trials(history: History, service: Service, block: Block) -> list[Trial]:
    """Hold every trial on customers, each on what the ones before it left; see `Trial`."""
    claims, people = service.claims, history.people
    begin = history.timeline.inner("missions")
    history = replace(history, dropout=service.dropout_now(people, begin))
    given = missions(history, claims["engagement-repurchase"], block.rng("trials.missions"))
    faster = np.zeros(len(people))
    faster[given.units.loc[given.units["arm"] == "missions", "who"]] = mission_lift(
        claims["engagement-repurchase"]
    )
    trials, history = [personal_offers(history), given], replace(history.after(given.caused), faster=faster)
    for hold in (
        lambda h: onboarding(h, block.rng("trials.onboarding")),
        lambda h: coupon_test(h, block.rng("trials.coupon")),
        lambda h: win_back(h, block.rng("trials.win-back")),
        lambda h: class_treatment(h, claims["rfm-retention"], block.rng("trials.class")),
    ):
        trials.append(hold(history))
        history = history.after(trials[-1].caused, trials[-1].among(history).added(history.timeline))
    return [trial.among(history) for trial in trials]


def moments(n: int, start: pd.Timestamp, stop: pd.Timestamp, rng: np.random.Generator) -> pd.DatetimeIndex:
    """Draw times from 9 to 22 o'clock on days of a window."""
    days = rng.integers(0, max(1, (stop - start).days), n)
    return start + pd.to_timedelta(days * 86_400 + rng.integers(9 * 3600, 22 * 3600, n), unit="s")


def one_more(
    name: str,
    history: History,
    units: pd.DataFrame,
    chances: Mapping[str, np.ndarray],
    rng: np.random.Generator,
) -> Trial:
    """Give units, unless they buy in the window anyway, one order there with the chance that their arm gives."""
    arm = units["arm"].to_numpy()
    chance = np.select([arm == a for a in chances], list(chances.values()), 0.0)
    start, stop = window(history.timeline, name)
    anyway = units["who"].isin(history.buyers(start, stop)).to_numpy()
    comes = (rng.random(len(units)) < chance) & ~anyway
    who = units["who"].to_numpy()[comes]
    caused = pd.DataFrame({"who": who, "ordered_at": moments(len(who), start, stop, rng)})
    own = buys_within(history.at(start), history.timeline, start, stop)[units["who"]]
    return Trial(name, start, units, chances, own, caused)


def class_treatment(history: History, claim: float, rng: np.random.Generator) -> Trial:
    """Treat high-value customers by their RFM class, but for a holdout; the claim is the lift of their retention."""
    start, stop = window(history.timeline, "class treatment")
    state = history.at(start)
    bought = state["spent"] > 0
    high = bought & (state["spent"] >= state.loc[bought, "spent"].quantile(1 - HIGH_VALUE))
    units = pd.DataFrame({"who": np.flatnonzero(high)})
    treated = rng.random(len(units)) >= HOLDOUT
    away = (1 - buys_within(state, history.timeline, start, stop)) * np.exp(-history.expected(start, stop))
    lost = away[units["who"]].mean() if len(units) else 1.0
    chance = min(1.0, claim * (1 - lost) / max(lost, 1e-9))
    units = units.assign(arm=np.where(treated, "treated", "holdout"))
    return one_more("class treatment", history, units, {"treated": np.full(len(units), chance)}, rng)


def coupon_test(history: History, rng: np.random.Generator) -> Trial:
    """Send members the same coupon, or one by price level, or none; those who mind prices respond."""
    start, _ = window(history.timeline, "coupon test")
    state = history.at(start)
    silence = (start - state["last"]).dt.days
    units = pd.DataFrame({"who": np.flatnonzero(state["member"] & silence.between(20, 200))})
    units = units.assign(arm=rng.choice(["none", *COUPON], len(units), p=[0.34, 0.33, 0.33]))
    minds = 2 * (1 - history.people["price_level"].to_numpy()[units["who"]])
    power = {"same for all": 1.0, "by price level": 3.0}
    chances = {arm: np.clip(COUPON[arm] * minds ** power[arm], 0, 1) for arm in COUPON}
    return one_more("coupon test", history, units, chances, rng)


def win_back(history: History, rng: np.random.Generator) -> Trial:
    """Call silent customers, send them a coupon, or leave them alone; some can be won back and most can't."""
    start, _ = window(history.timeline, "win-back test")
    state = history.at(start)
    silent = (start - state["last"]).dt.days > SILENT
    units = pd.DataFrame({"who": np.flatnonzero(silent)})
    units = units.assign(arm=rng.choice(["none", *WINBACK], len(units), p=[0.34, 0.33, 0.33]))
    minds = 1 - history.people["price_level"].to_numpy()[units["who"]]
    still = np.where(state["active"].to_numpy()[units["who"]], 1.6, 0.7)
    responds = {"coupon": 3 * minds**2, "call": still * rng.gamma(2.0, 0.5, len(units))}
    chances = {arm: np.clip(WINBACK[arm] * responds[arm], 0, 1) for arm in WINBACK}
    return one_more("win-back test", history, units, chances, rng)


def missions(history: History, claim: float, rng: np.random.Generator) -> Trial:
    """Give half of the members missions, so that they are more engaged and buy more often while they stay."""
    season = history.timeline.season
    start, stop = window(history.timeline, "missions")
    state = history.at(start)
    units = pd.DataFrame({"who": np.flatnonzero(state["member"])})
    who, given = units["who"].to_numpy(), rng.random(len(units)) < 0.5
    faster = mission_lift(claim)
    gone = history.bought[history.bought["left"]].groupby("who")["inner"].min().reindex(who).to_numpy()
    first, last = season.inner(start), season.inner(stop)
    weeks = np.clip(np.nan_to_num(gone, nan=np.inf), first, last) - first
    number = rng.poisson(state["rate"].to_numpy()[who] * faster * weeks * given)
    at = first + rng.random(number.sum()) * np.repeat(weeks, number)
    caused = pd.DataFrame({"who": np.repeat(who, number), "ordered_at": season.to_time(at, rng)})
    purchases = (state["rate"] * active_weeks(state, history.timeline, start, stop, history.leaves))[who]
    return Trial(
        "missions",
        start,
        units.assign(arm=np.where(given, "missions", "none")),
        {"missions": purchases * faster},
        purchases * (1 + SECOND_ORDER),
        caused,
        counts=True,
    )


def mission_lift(tenth: float) -> float:
    """By how much missions raise a member's rate, if a tenth more engagement raises it by ``tenth``."""
    return float(MISSION ** (np.log1p(tenth) / np.log(1.1)) - 1)


def personal_offers(history: History) -> Trial:
    """Offers made from a customer's data, to half of all customers: the baskets of each are larger by the claim."""
    start = history.timeline.start("personal offers")
    state = history.at(start)
    units = pd.DataFrame({"who": np.flatnonzero(state["spent"] > 0)})
    given = history.people["personal"].to_numpy()[units["who"]]
    none = pd.DataFrame({"who": np.array([], dtype="int64"), "ordered_at": pd.DatetimeIndex([])})
    units = units.assign(arm=np.where(given, "personal", "usual"))
    return Trial("personal offers", start, units, {}, np.zeros(len(units)), none)


def trial_rows(
    trials: list[Trial], orders: pd.DataFrame, customers: pd.Series, timeline: Timeline
) -> pd.DataFrame:
    """One row per unit of each trial on customers, its outcome counted from all orders.

    Parameters
    ----------
    orders : every order seen: who, ordered_at, amount
    """
    rows = [outcome(t, orders, customers, timeline) for t in trials]
    return pd.concat(rows, ignore_index=True)


def outcome(trial: Trial, orders: pd.DataFrame, customers: pd.Series, timeline: Timeline) -> pd.DataFrame:
    """Count what the units of one trial did in its window, and before it as long."""
    who, n = trial.units["who"].to_numpy(), len(customers)
    start, stop = (by_customer(m, trial.units["who"], n) for m in trial.span(timeline))
    at, buyer = orders["ordered_at"], orders["who"].to_numpy()
    first, last = start[buyer], stop[buyer]
    inside = orders[(at >= first) & (at < last)]
    before = orders[(at < first) & (at >= first - (last - first))]
    count = np.bincount(inside["who"], minlength=n)[who]
    arm = trial.units["arm"].to_numpy()
    cost = np.select([arm == name for name in COSTS], list(COSTS.values()), 0.0)
    return pd.DataFrame(
        {
            "experiment": trial.name,
            "unit_id": customers.take(who).array,
            "arm": arm,
            "assigned_at": trial.assigned_on,
            "measured_on": last_day(stop[who]),
            "before": np.bincount(before["who"], before["amount"], n)[who].round(2),
            "ordered": (count > 0).astype("int64"),
            "revenue": np.bincount(inside["who"], inside["amount"], n)[who].round(2),
            "cost": cost * (np.isin(arm, AT_ONCE) | (count > 0)),
        }
    )


def last_day(stop: Any) -> Any:
    """The last day of a window, or of each of several, that ends before a moment."""
    return (stop - pd.Timedelta(seconds=1)).normalize()


def recommender(timeline: Timeline, lift: float, block: Block) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Recommendations on the marketplace, whose visitors aren't our customers and whose orders we don't see.

    Returns
    -------
    experiment rows, and the effect on each unit
    """
    rng = block.rng("trials.recommender")
    n = int(VISITORS * block.customers)
    start, stop = timeline.start("recommender"), timeline.stop("recommender")
    keen = rng.beta(1.5, 1.5 * (1 / CONVERSION - 1), n)
    shown = rng.random(n) < 0.5
    # More is to be won where less would have come anyway, and no chance passes 1.
    effect = lift * (1 - keen) / (1 - CONVERSION)
    ordered = rng.random(n) < keen + effect * shown
    bought_before = rng.random(n) < np.minimum(1.6 * keen, 0.95)
    basket = rng.lognormal(5.6, 0.6, n)
    units = block.ids("V", n)
    rows = pd.DataFrame(
        {
            "experiment": "recommender",
            "unit_id": units,
            "arm": np.where(shown, "recommendations", "none"),
            "assigned_at": moments(n, start, stop, rng).normalize().sort_values(),
            "measured_on": last_day(stop),
            "before": (bought_before * basket * rng.lognormal(0, 0.3, n)).round(2),
            "ordered": ordered.astype("int64"),
            "revenue": (ordered * basket).round(2),
            "cost": 0.0,
        }
    )
    return rows, effect_rows("recommender", units, "recommendations", effect, keen)


def true_effects(trials: list[Trial], customers: pd.Series) -> pd.DataFrame:
    """Effect of each arm on each unit, in expectation; see `tables.contracts.truth.TrueEffects`."""
    return pd.concat(
        [
            effect_rows(t.name, customers.take(t.units["who"]), arm, effect, t.without)
            for t in trials
            for arm, effect in t.effects.items()
        ],
        ignore_index=True,
    )


def effect_rows(
    experiment: str, units: pd.Series, arm: str, effect: np.ndarray, without: np.ndarray
) -> pd.DataFrame:
    """Rows of one arm for the truth."""
    rows = {"experiment": experiment, "unit_id": units.array, "arm": arm}
    return pd.DataFrame(rows | {"without": np.round(without, 4), "effect": np.round(effect, 4)})
