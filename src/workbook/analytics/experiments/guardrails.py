"""Guardrails that fit any test of orders and money, and what came of them in words."""

from dataclasses import dataclass, field

import pandas as pd

from workbook.analytics.experiments.experiment_metrics import Guardrail, guard

LARGE = 0.95  # quantile of the control's orders above which one counts as very large
FEWEST = 50  # values of each arm; with fewer a guardrail is not on record
ORDER, LARGER, REGULARS, COST = "value of an order", "share of very large orders", "share of earlier buyers", "cost of a unit"  # fmt: skip
UNITS = {ORDER: "money", LARGER: "share", REGULARS: "share", COST: "money"}


def usual(units: pd.DataFrame, control: str, treated: str) -> pd.DataFrame:
    """Four guardrails, those that are on record: value of an order, very large orders, earlier buyers who order, cost.

    The margins are a tenth of an order's value, three points, two points, and 2 % of the revenue per unit of the control.

    Parameters
    ----------
    units : with arm, ordered, revenue, before and cost, any of the last three missing where it isn't known

    Returns
    -------
    pandas.DataFrame
        as `experiment_metrics.guard` has it, with ``unit``: money or share.
    """
    base = units["arm"] == control
    order = units["revenue"].where(units["ordered"] == 1)
    large = (order > order[base].quantile(LARGE)).astype(float).where(order.notna())
    again = units["ordered"].where(units["before"] > 0).astype(float)
    table = units.assign(**{ORDER: order, LARGER: large, REGULARS: again, COST: units["cost"].astype(float)})
    rails = [
        Guardrail(ORDER, ORDER, margin=0.1 * order[base].mean()),
        Guardrail(LARGER, LARGER, margin=0.03, more_is_worse=True),
        Guardrail(REGULARS, REGULARS, margin=0.02),
        Guardrail(COST, COST, margin=0.02 * units.loc[base, "revenue"].mean(), more_is_worse=True),
    ]
    counted = table[table["arm"].isin([control, treated])].groupby("arm")[[r.column for r in rails]].count()
    there = [r for r in rails if len(counted) == 2 and counted[r.column].min() >= FEWEST]
    found = guard(table, there, treated=treated, control=control)
    return found.assign(unit=[UNITS[name] for name in found.index])


@dataclass(frozen=True)
class Verdicts:
    """Guardrails by verdict: case open (one at least can't be told), broken (one is), safe, or unknown (none is on record)."""

    case: str
    holds: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)


def verdicts(found: pd.DataFrame) -> Verdicts:
    """Sort guardrails by their verdict, from `usual`."""
    holds, broken, unsure = (
        list(found.index[found["verdict"] == word]) for word in ("holds", "broken", "can't tell")
    )
    case = "broken" if broken else "open" if unsure else "safe" if holds else "unknown"
    return Verdicts(case, holds, broken, unsure)
