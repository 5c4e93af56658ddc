"""Tests by lot: rates, means, capped and adjusted money, a band that may be looked at, guardrails, and two misreadings."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.experiments import ab_tests, before_after, experiment_metrics, sequential

HERE = "01_digital_transformation/03_recommender_ab_test"


def shop(rng: np.random.Generator, n: int = 800, lift: float = 0.06) -> pd.DataFrame:
    """Draw visitors by lot; who bought before orders more often, and the treated order more often by the lift."""
    keen = rng.beta(1.5, 8.5, n)
    treated = rng.random(n) < 0.5
    ordered = rng.random(n) < keen + lift * treated * (1 - keen) / 0.85
    basket = rng.lognormal(5.6, 0.6, n)
    before = (rng.random(n) < np.minimum(2 * keen, 0.95)) * basket * rng.lognormal(0, 0.3, n)
    return pd.DataFrame({"arm": np.where(treated, "new", "none"), "ordered": ordered.astype(int),
                         "revenue": ordered * basket, "before": before})  # fmt: skip


BASKET = float(np.exp(5.6 + 0.6**2 / 2))


def found(units: pd.DataFrame, outcome: str, truth: float, rate: bool = False) -> Found:
    """Take difference and interval of the one treated arm."""
    row = ab_tests.effects(units, outcome, control="none", rate=rate).iloc[0]
    return Found(row["difference"], truth, row["low"], row["high"])


def rate(rng: np.random.Generator) -> Found:
    """A lift from 0 to 10 points."""
    lift = rng.uniform(0, 0.1)
    return found(shop(rng, 400, lift), "ordered", lift, rate=True)


def several(rng: np.random.Generator) -> Found:
    """Three arms beside the control, all without an effect: the interval that is furthest off must hold."""
    units = pd.DataFrame(
        {"arm": rng.choice(["none", "a", "b", "c"], 1600), "ordered": rng.random(1600) < 0.2}
    )
    rows = ab_tests.effects(units, "ordered", control="none", rate=True)
    off = (rows["difference"].abs() / rows["error"]).idxmax()
    return Found(rows.loc[off, "difference"], 0.0, rows.loc[off, "low"], rows.loc[off, "high"])


def revenue(rng: np.random.Generator) -> Found:
    """Revenue per visitor."""
    return found(shop(rng), "revenue", 0.06 * BASKET)


def relative_revenue(rng: np.random.Generator) -> Found:
    """Revenue per visitor, relative to the control."""
    row = ab_tests.effects(shop(rng, 1500), "revenue", control="none").iloc[0]
    return Found(row["relative"], 0.06 / 0.15, row["relative_low"], row["relative_high"])


def capped(rng: np.random.Generator) -> Found:
    """Revenue per visitor, each order counted up to the cap that was found; the truth is by the same cap."""
    units = shop(rng)
    units["capped"], most = experiment_metrics.cap(units["revenue"])
    some = np.minimum(np.random.default_rng(1).lognormal(5.6, 0.6, 100_000), most).mean()
    return found(units, "capped", 0.06 * float(some))


def cuped(rng: np.random.Generator) -> Found:
    """Revenue per visitor, less what spend before foretells."""
    units = shop(rng)
    return found(units.assign(adjusted=experiment_metrics.cuped(units, "revenue")), "adjusted", 0.06 * BASKET)


def sequence(rng: np.random.Generator) -> Found:
    """No effect, 40,000 visitors, looked at after each 40, planned for 400: the band when it first leaves out 0, or the last."""
    n = 40_000
    ordered, treated = pd.Series(rng.random(n) < 0.15).astype(float), pd.Series(rng.random(n) < 0.5)
    seen = sequential.interim_analysis(ordered, treated, pd.Series(np.arange(n) // 40), planned=400)
    stopped = seen[seen["stop"].astype(bool)]
    row = (stopped if len(stopped) else seen.iloc[[-1]]).iloc[0]
    return Found(row["difference"], 0.0, row["low"], row["high"])


def guardrail(rng: np.random.Generator) -> Found:
    """The worst that the value of an order may have become, one-sided; in truth it is 20 lower."""
    units = shop(rng)
    units["value"] = units["revenue"].where(units["ordered"] == 1) - 20 * (units["arm"] == "new")
    row = experiment_metrics.guard(
        units, [experiment_metrics.Guardrail("value", "value", 30)], treated="new", control="none"
    ).iloc[0]
    return Found(row["worse"], 20.0, -np.inf, row["at_worst"])


def gain(rng: np.random.Generator) -> Found:
    """A year's gain from the posterior of the test alone."""
    row = ab_tests.effects(shop(rng), "revenue", control="none").iloc[0]
    won = experiment_metrics.rollout_value(
        row["difference"], row["error"], units=30_000, margin=0.5, cost=100_000
    )
    return Found(won["gain"], 30_000 * 0.5 * 0.06 * BASKET - 100_000, won["low"], won["high"])


def launch(rng: np.random.Generator) -> Found:
    """Nothing was launched; the season changes the rate from 20 to 25 %."""
    who = [f"c{i}" for i in range(400)]
    first, last = pd.Timestamp("2025-01-01"), pd.Timestamp("2025-06-01")
    orders = [pd.DataFrame({"customer_id": who, "ordered_at": first})]
    for start, chance in ((last - pd.Timedelta(days=14), 0.2), (last, 0.25)):
        buys = np.flatnonzero(rng.random(len(who)) < chance)
        days = pd.to_timedelta(rng.integers(0, 14, len(buys)), unit="D")
        orders.append(pd.DataFrame({"customer_id": [who[i] for i in buys], "ordered_at": start + days}))
    orders.append(pd.DataFrame({"customer_id": ["late"], "ordered_at": [last + pd.Timedelta(days=20)]}))
    row = before_after.before_after(pd.concat(orders), pd.DatetimeIndex([last])).iloc[0]
    return Found(row["change"], 0.0, row["low"], row["high"])


def lost(rng: np.random.Generator) -> Found:
    """Of the treated who don't order, one in seven isn't counted, and nobody checks the lot."""
    units = shop(rng)
    gone = (units["arm"] == "new") & (units["ordered"] == 0) & (rng.random(len(units)) < 1 / 7)
    return found(units[~gone], "ordered", 0.06, rate=True)


CASES = (
    Case("the lift of a rate in points, by Newcombe", HERE, rate),
    Case("the lifts of three arms together, by Bonferroni", HERE, several),
    Case("the lift of revenue per visitor, by Welch", HERE, revenue),
    Case("the relative lift of revenue per visitor", HERE, relative_revenue),
    Case("the lift of capped revenue", HERE, capped),
    Case("the lift of revenue after CUPED", HERE, cuped),
    Case("a confidence sequence, looked at 1,000 times", HERE, sequence),
    Case("a guardrail at worst, one-sided", HERE, guardrail),
    Case("the gain of a year", HERE, gain),
    Case("a launch read before and after", HERE, launch, biased="the season is read as an effect"),
    Case("a lift after losses in one arm", HERE, lost, biased="the arms are no longer alike"),
)
