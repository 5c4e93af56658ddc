"""What to do first: repair the worst leak of the funnel, or write to those who sleep, each by the orders that it would add."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.funnel import steps, web_log
from workbook.analytics.segments import lifecycle
from workbook.analytics.triggers import increments
from workbook.tables.dataset import Dataset
from workbook.tables.summary import customer_summary

WAKE_UP = "win-back"  # kind of the campaigns that write to the silent
FOUND = ("same", "other")  # cases of a leak that is no chance
UNKNOWN = Estimate()


@dataclass(frozen=True, eq=False)
class FirstStep:
    """Two things that could be done first, in orders and in money.

    Attributes
    ----------
    case : repair (even the low end of the leak's worth is above all that writing can add), write (the other way round), open
        (neither), repair_only (nobody was held out, so nothing is known of writing), write_only (no leak beyond doubt, and writing
        adds beyond doubt), or untested
    leak : the worst leak
    sleeping : customers who sleep today
    each : orders that a message to the silent adds, by its holdout
    writing : what one message to each of the sleeping would add, in money
    true_leak, true_each : orders that the repair, and a message, would add in truth; missing where that isn't known
    part : of the gap whose repair is worth as much as writing can add at best, in money
    days : that the log goes over, in which the repair would have added so much
    table : both, in orders that they would add: orders, low, high, and true where the truth is known
    """

    case: str
    leak: steps.Worst
    sleeping: Estimate = UNKNOWN
    each: Estimate = UNKNOWN
    writing: Estimate = UNKNOWN
    part: Estimate = UNKNOWN
    days: Estimate = UNKNOWN
    true_leak: float = np.nan
    true_each: float = np.nan
    table: pd.DataFrame = field(default_factory=pd.DataFrame)


def first_step(shop: Dataset, per_order: float) -> FirstStep:
    """Weigh the worst leak against a message to each of the sleeping.

    The leak is worth what closing its whole gap would add on the visits on record. A message adds what its holdout says, of all
    who were silent when it was due, in the days after it; that it adds as much to those who sleep today is assumed.

    Parameters
    ----------
    shop : sessions, and touchpoints that were held out at random with the kind of their campaign, are used where they are there
    per_order : what an order brings, in money
    """
    unit = shop.currency or "money"
    leak, true_leak = worst_leak(shop, per_order, unit)
    each, true_each = wake_up(shop)
    stages = lifecycle.stages(customer_summary(shop.orders, shop.today), shop.today)
    asleep = int((stages == "sleeping").sum())
    all_of_them = each.scaled(asleep, "orders")
    writing = all_of_them.scaled(per_order, unit)
    case = weighed(leak, writing)
    part = min(1.0, max(0.0, writing.high / leak.worth.low)) if case == "repair" else np.nan
    rows = {f"write once to each of {asleep:,} who sleep": [*numbers(all_of_them), true_each * asleep]}
    if leak.channel:
        rows = {f"repair {leak.step} in the {leak.channel}": [*numbers(leak.orders), true_leak]} | rows
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "true"])
    table = table.rename_axis("to do").rename(columns={"value": "orders"})
    return FirstStep(
        case=case,
        leak=leak,
        sleeping=Estimate(asleep, unit="customers"),
        each=each,
        writing=writing,
        part=Estimate(part, unit="share"),
        days=web_log.days(shop.sessions) if leak.channel else UNKNOWN,
        true_leak=true_leak,
        true_each=true_each,
        table=table,
    )


def numbers(estimate: Estimate) -> list[float]:
    """Value and ends of an estimate."""
    return [estimate.value, estimate.low, estimate.high]


def worst_leak(shop: Dataset, per_order: float, unit: str) -> tuple[steps.Worst, float]:
    """The worst leak of the log, if there is a log by channel, and the true orders that its repair would bring."""
    if shop.lacks("sessions.visitor_id", "sessions.channel"):
        return steps.Worst("none"), np.nan
    visits = web_log.people(shop.sessions)
    counts = steps.reached(visits)
    best = steps.benchmark(counts)
    if not best:
        return steps.Worst("none"), np.nan
    table = steps.leaks(counts, best, visits)
    named = steps.with_truth(table.head(1), counts, (shop.truth or {}).get("funnel"), best)
    true = float(named["true"].iloc[0]) if "true" in named and len(named) else np.nan
    return steps.worst(table, counts, best, per_order, unit), true


def wake_up(shop: Dataset) -> tuple[Estimate, float]:
    """Orders that a message to the silent adds, by its holdout, and in truth; unknown where nobody was held out."""
    if shop.lacks("touchpoints.held_out", "campaigns.kind"):
        return UNKNOWN, np.nan
    messages = increments.triggered(shop.touchpoints, shop.campaigns, shop.orders, shop.today)
    table = increments.increments(messages, (shop.truth or {}).get("trigger_effects"))
    if WAKE_UP not in table.index:
        return UNKNOWN, np.nan
    row = pd.to_numeric(table.loc[WAKE_UP].drop("unit", errors="ignore"), errors="coerce").astype(float)
    each = Estimate(row["adds"], row["low"], row["high"], "orders")
    return each, float(row.get("true", np.nan))


def weighed(leak: steps.Worst, writing: Estimate) -> str:
    """The case of a `FirstStep`."""
    found, tested = leak.case in FOUND, writing.has_interval
    if found and tested:
        repair, write = leak.worth.low > writing.high, writing.low > leak.worth.high
        return "repair" if repair else "write" if write else "open"
    if found:
        return "repair_only"
    return "write_only" if tested and writing.low > 0 else "untested"
