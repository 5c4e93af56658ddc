"""The effect of one arm as estimates that can be said."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

ABOUT = "recommender"  # the experiment that the claim is about


@dataclass(frozen=True)
class Effect:
    """What an arm did.

    Attributes
    ----------
    case : up, down, unclear (the interval reaches from less to more), or unknown
    control, treated : shares of both arms
    difference, relative : points, and relative change
    """

    case: str
    control: Estimate
    treated: Estimate
    difference: Estimate
    relative: Estimate


def effect(found: pd.DataFrame, arm: str) -> Effect:
    """The effect of an arm on a rate, from `ab_tests.effects`; unknown where the arm isn't in it."""
    row = found.reindex([arm]).iloc[0].astype(float).to_dict()
    difference = Estimate(row["difference"], row["low"], row["high"], "points")
    relative = Estimate(row["relative"], row["relative_low"], row["relative_high"], "change")
    control, treated = (Estimate(row[name], unit="share") for name in ("control", "treated"))
    return Effect(difference.verdict, control, treated, difference, relative)


def money(found: pd.DataFrame, arm: str, currency: str) -> Estimate:
    """The effect of an arm on a sum of money per unit, from `ab_tests.effects`."""
    row = found.reindex([arm]).iloc[0].astype(float).to_dict()
    return Estimate(row["difference"], row["low"], row["high"], currency)


def against_claim(name: str, difference: Estimate, claim: float) -> Estimate:
    """A difference held against a claim instead of against nothing; unknown for other experiments than the one that it is `ABOUT`."""
    if name != ABOUT:
        return Estimate(unit=difference.unit)
    return Estimate(difference.value, difference.low, difference.high, difference.unit, difference.n, claim)


def truth_held(difference: Estimate, truth: float) -> str:
    """Whether an interval contains the truth: holds, misses, or unknown."""
    if not difference.has_interval or np.isnan(truth):
        return "unknown"
    return "holds" if difference.contains(truth) else "misses"
