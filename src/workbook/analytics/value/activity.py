"""What the fitted models say of customers: how quickly they buy and leave, who is active, and whether spend goes its own way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.value.btyd import HISTORY, PurchaseModel, SpendModel

SURE = 0.1  # a chance below this, or above 1 less this, is nearly sure
ALIKE = 0.1  # by which two shares differ that are nearly the same
UNRELATED = 0.2  # correlation that is close enough to none
FEW, MANY = 1, 12  # repeat purchases, of rows of the grid


def meaning(model: PurchaseModel) -> pd.DataFrame:
    """The four numbers of BG/NBD as two that can be read, one unit a row; without rows where there is no fit."""
    if not model.fitted:
        return pd.DataFrame(columns=["value", "unit"])
    r, alpha, a, b = model.params[["r", "alpha", "a", "b"]]
    rows = {
        "from one purchase to the next, at the mean rate": (alpha / r, "weeks"),
        "leave after a repeat purchase, on average": (100 * a / (a + b), "% of customers"),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"])


def active_shares(
    summary: pd.DataFrame, models: Mapping[str, PurchaseModel], lately: int = 90
) -> pd.DataFrame:
    """Share of customers who are active by each model, for all, for who came back, and for who bought once.

    BG/NBD calls who bought once active for ever, so its share of all customers says little where many did.

    Parameters
    ----------
    summary : of `customer_summary`
    models : name → fitted on it
    lately : days

    Returns
    -------
    pandas.DataFrame
        index all, came back, bought once; customers, bought lately (share with an order in so many days), and a column a
        model. Missing for a group without customers.
    """
    again = summary["frequency"] > 0
    groups = {"all": again | True, "came back": again, "bought once": ~again}
    each = pd.DataFrame({name: model.alive(summary) for name, model in models.items()}, index=summary.index)
    each.insert(0, "bought lately", summary["days_since_last"] < lately)
    rows = {name: each[who].astype(float).mean() for name, who in groups.items()}
    found = pd.DataFrame.from_dict(rows, orient="index")
    found.insert(0, "customers", [int(who.sum()) for who in groups.values()])
    return found


def alive_grid(model: PurchaseModel, summary: pd.DataFrame, steps: int = 9) -> pd.DataFrame:
    """Chance of still being a customer, by number of repeat purchases (rows) and weeks of silence (columns).

    All are of one age, the oldest of ``summary``; missing where there is nothing to predict with.
    """
    age = summary["T"].max()
    silence = np.unique(np.linspace(0, age * 0.9, steps).round())
    frequency = [1, 2, 3, 5, 8, 12, 20]
    cells = pd.DataFrame(
        [(f, age - s, age) for f in frequency for s in silence], columns=HISTORY, dtype=float
    )
    grid = model.alive(cells).to_numpy().reshape(len(frequency), len(silence))
    return pd.DataFrame(grid, index=frequency, columns=silence.astype(int))


def same_silence(grid: pd.DataFrame) -> dict[str, Any]:
    """One column in the middle of `alive_grid`: weeks, and the chance after few and after many repeat purchases.

    Missing throughout where there is nothing in the grid.
    """
    weeks = int(grid.columns[len(grid.columns) // 2])
    few, many = (Estimate(float(grid.loc[row, weeks]), unit="share") for row in (FEW, MANY))
    return {"weeks": weeks, "few": few, "many": many}


def nearly_sure(active: pd.Series) -> Estimate:
    """Share of customers whose chance of being active is below 10 % or above 90 %."""
    known = active.dropna()
    sure = ((known < SURE) | (known > 1 - SURE)).mean() if len(known) else np.nan
    return Estimate(float(sure), unit="share", n=len(known))


@dataclass(frozen=True)
class Agreement:
    """How far BG/NBD and MBG/NBD agree on who is active.

    Attributes
    ----------
    case : once (they agree on who came back, and not on who bought once), alike, differ, or unknown
    back, once : share active by BG/NBD, of who came back and of who bought once
    back_other, once_other : the same by MBG/NBD
    """

    case: str
    back: Estimate
    back_other: Estimate
    once: Estimate
    once_other: Estimate


def agreement(shares: pd.DataFrame) -> Agreement:
    """Read the table of `active_shares` with its columns BG/NBD and MBG/NBD."""
    found = [
        Estimate(float(shares.loc[row, name]), unit="share")
        for row in ("came back", "bought once")
        for name in ("BG/NBD", "MBG/NBD")
    ]
    back, back_other, once, once_other = found
    if not all(share.known for share in found):
        case = "unknown"
    elif abs(back.value - back_other.value) > ALIKE:
        case = "differ"
    else:
        case = "once" if abs(once.value - once_other.value) > ALIKE else "alike"
    return Agreement(case, *found)


def related(came_back: pd.DataFrame) -> Estimate:
    """Correlation of how often customers come back and what they spend at a time; missing for fewer than three."""
    frequency, spend = came_back["frequency"], came_back["monetary_value"]
    vary = len(came_back) > 2 and frequency.var() > 0 and spend.var() > 0
    return Estimate(
        float(frequency.corr(spend)) if vary else np.nan, unit="ratio", n=len(came_back), against=0
    )


def spend_case(model: SpendModel, correlation: Estimate) -> str:
    """Whether values of single customers can be had: unrelated, related (with care), or too_few."""
    if not model.fitted:
        return "too_few"
    return "related" if correlation.known and abs(correlation.value) > UNRELATED else "unrelated"
