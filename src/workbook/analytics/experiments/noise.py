"""Revenue read four ways: as it is, capped, with what was known before taken off, and both; and what that saves."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import effects
from workbook.analytics.experiments.experiment_metrics import as_more_units, cap, cuped, variance_saved

UNKNOWN = Estimate()


def measures(units: pd.DataFrame, control: str, arm: str) -> pd.DataFrame:
    """The effect of one arm on revenue by four measures.

    Parameters
    ----------
    units : with arm, revenue, and before, the spend before the test

    Returns
    -------
    pandas.DataFrame
        a row per measure: control, treated, difference, error, low, high; none for units of one arm.
    """
    capped, _ = cap(units["revenue"])
    both = units.assign(capped=capped)
    columns = {
        "revenue": units["revenue"],
        "capped": capped,
        "revenue, CUPED": cuped(units, "revenue"),
        "capped, CUPED": cuped(both, "capped"),
    }
    rows = {
        name: effects(units.assign(measure=values), "measure", control=control).reindex([arm]).iloc[0]
        for name, values in columns.items()
    }
    return pd.DataFrame(rows).T[["control", "treated", "difference", "error", "low", "high"]].astype(float).dropna(how="all")  # fmt: skip


@dataclass(frozen=True)
class Saved:
    """What capping and CUPED save.

    Attributes
    ----------
    by : change of the interval's width, capped and adjusted, against that of the revenue as it is
    cap, above : amount from which on nothing counts, and share of units above it
    saved, more : share of the variance that CUPED takes away, and how many more units would do as much
    """

    by: Estimate = UNKNOWN
    cap: Estimate = UNKNOWN
    above: Estimate = UNKNOWN
    saved: Estimate = UNKNOWN
    more: Estimate = UNKNOWN


def narrower(units: pd.DataFrame, found: pd.DataFrame, currency: str) -> Saved:
    """How much narrower the interval gets, from `measures`; 17 % of the variance is as good as 21 % more units."""
    width = found["high"] - found["low"]
    if len(width) < 4 or not width.iloc[0] > 0:
        return Saved()
    by = float(width.iloc[-1] / width.iloc[0]) - 1
    _, most = cap(units["revenue"])
    saved = variance_saved(units, units["revenue"], cuped(units, "revenue"))
    more = as_more_units(saved)
    return Saved(
        Estimate(by, unit="change"), Estimate(most, unit=currency),
        Estimate(float((units["revenue"] > most).mean()), unit="share"), Estimate(saved, unit="share"),
        Estimate(more if np.isfinite(more) else np.nan, unit="share"),
    )  # fmt: skip
