"""Onboarding: what new customers get after their first order, at random, and the second purchases that it brings."""

from dataclasses import replace

import numpy as np
import pandas as pd

from workbook.retailer.core.timeline import Timeline
from workbook.retailer.marketing.history import CAUSED, History
from workbook.retailer.marketing.trial import Trial, by_customer

ONBOARDING = {"tutorial": 0.08, "trial pack": 0.18}  # chance of one more order, on average


def onboarding(history: History, rng: np.random.Generator) -> Trial:
    """Show new customers how to care for what they bought, or send them small things to try, or do neither.

    Each comes into the trial with the first order, and the window of the outcome begins on the next day.
    """
    timeline = history.timeline
    begin, end = timeline.start("onboarding"), timeline.stop("onboarding")
    first = first_days(history)
    first = first[(first >= begin) & (first < end)]
    units = pd.DataFrame({"who": first.index.to_numpy()})
    units = units.assign(arm=rng.choice(["none", *ONBOARDING], len(units)))
    since = pd.DatetimeIndex(first) + pd.Timedelta(days=1)
    chances = {arm: chance * rng.gamma(2.0, 0.5, len(units)) for arm, chance in ONBOARDING.items()}
    trial = Trial(
        "onboarding", begin, units, {a: np.clip(c, 0, 1) for a, c in chances.items()}, np.zeros(len(units)),
        history.orders[CAUSED][:0], since=since,
    )  # fmt: skip
    return replace(trial, own=comes_back(trial, history), caused=second_orders(trial, history, rng))


def first_days(history: History) -> pd.Series:
    """Day of the first order by customer, but of those few whom an advertisement brought before they came by themselves."""
    first = history.orders.groupby("who")["ordered_at"].min()
    if history.caused is not None:
        brought = history.caused.groupby("who")["ordered_at"].min().reindex(first.index)
        first = first[~(brought < first)]
    return first.dt.normalize()


def comes_back(trial: Trial, history: History) -> np.ndarray:
    """Chance that each unit buys again by itself in its window; nobody leaves with the first purchase."""
    start, stop = trial.span(history.timeline)
    folk = history.people.iloc[trial.units["who"]]
    member = (folk["member_from"] == 0).to_numpy()
    rate = folk["rate"].to_numpy() * np.where(member, folk["programme"], 1.0)
    return -np.expm1(-rate * inner_weeks(history.timeline, start, stop))


def inner_weeks(timeline: Timeline, start: pd.DatetimeIndex, stop: pd.DatetimeIndex) -> np.ndarray:
    """Length of each window on the inner clock."""
    season = timeline.season
    first, last = ((moment - season.start).days for moment in (start, stop))
    return season.clock[last] - season.clock[first]


def second_orders(trial: Trial, history: History, rng: np.random.Generator) -> pd.DataFrame:
    """Orders that the trial brings to those who do not come anyway, at any hour of the shop's day: who, ordered_at."""
    start, stop = trial.span(history.timeline)
    arm, who = trial.units["arm"].to_numpy(), trial.units["who"]
    chance = np.select([arm == a for a in trial.alone], list(trial.alone.values()), 0.0)
    n = len(history.people)
    anyway = who.isin(history.buyers(by_customer(start, who, n), by_customer(stop, who, n)))
    comes = (rng.random(len(who)) < chance) & ~anyway.to_numpy()
    day = (rng.random(len(who)) * (stop - start).days).astype("int64")
    at = start + pd.to_timedelta(day * 86_400 + rng.integers(9 * 3600, 22 * 3600, len(who)), unit="s")
    return pd.DataFrame({"who": who.to_numpy(), "ordered_at": at})[comes].reset_index(drop=True)
