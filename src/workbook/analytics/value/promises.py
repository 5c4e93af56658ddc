"""What formulas and models promised of a hidden part in money, against what came: in total, by tier, customer by customer.

In total, too much for some customers makes up for too little for others; for each customer nothing makes up for anything.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.rfm_tiers import value_tiers
from workbook.analytics.value.btyd import fit_spend
from workbook.analytics.value.holdouts import SHORTEST, last_third
from workbook.analytics.value.lifetime_value import (
    WEEKS_PER_YEAR,
    course_clv,
    course_ltv,
    retention_rate,
)

MODEL = "BG/NBD × Gamma-Gamma"
METHODS = ["LTV formula", "CLV formula", MODEL]
SO_FAR = "spend so far (M of RFM)"
TENTH = 10
NOTHING = Estimate()  # that is known


def promises(orders: pd.DataFrame, today: pd.Timestamp, expected: pd.Series) -> pd.DataFrame:
    """Hide the last third of the time, and let each method say what every customer will spend in it.

    The formulas are used as they are in practice: with each customer's own frequency and order value. The handbook's retention is
    that of the periods before, as long as the hidden one; the deck's lifetime is the hidden time.

    Parameters
    ----------
    orders : customer_id, ordered_at, amount, up to ``today``
    today : last day of the data
    expected : purchase days of each customer in the hidden part, by the model; see `holdouts.forecasts_of`

    Returns
    -------
    pandas.DataFrame
        a row per customer who was known before: spend so far, tier by it, came, and a column a method, all in money; a method is
        missing where it can't be worked out. Without rows where nothing can be hidden.
    """
    hidden = last_third(orders, today, amount="amount")
    if hidden is None:
        return pd.DataFrame(columns=["tier", SO_FAR, "came", *METHODS], dtype=float)
    past, years = hidden.past, hidden.weeks / WEEKS_PER_YEAR
    cut = today - pd.Timedelta(days=round(7 * hidden.weeks))
    retention = retention_rate(orders, cut, months=max(1, round(12 * years)))
    an_order = past["total_spend"] / past["purchases"]
    a_year = past["purchases"] / past["T"].clip(lower=SHORTEST) * WEEKS_PER_YEAR
    return pd.DataFrame(
        {
            "tier": value_tiers(past["total_spend"]),
            SO_FAR: past["total_spend"],
            "came": past["holdout_spend"],
            "LTV formula": course_ltv(an_order, a_year, years),
            "CLV formula": course_clv(a_year * years, an_order, retention),
            MODEL: expected.reindex(past.index) * fit_spend(past).expected_spend(past),
        }
    )


def by_tier(promised: pd.DataFrame) -> pd.DataFrame:
    """Mean of what came and of each promise by tier; methods that promise nothing are left out."""
    means = promised.groupby("tier", observed=True)[["came", *METHODS]].mean()
    return means.dropna(axis=1, how="all").rename_axis("tier by spend so far")


def misses(promised: pd.DataFrame) -> pd.DataFrame:
    """How far each method was off: in total, and customer by customer.

    Returns
    -------
    pandas.DataFrame
        index method; total (what was promised over what came, less 1) and customer (sum of the misses of all customers, whichever
        their direction, over what came). Without rows where nothing came.
    """
    came = promised["came"].sum()
    known = promised[METHODS].dropna(axis=1, how="all")
    if not came > 0:
        return pd.DataFrame(columns=["total", "customer"], dtype=float)
    off = known.sub(promised["came"], axis=0)
    return pd.DataFrame({"total": off.sum() / came, "customer": off.abs().sum() / came}).rename_axis("method")


@dataclass(frozen=True)
class Nearest:
    """Which method is nearest in total, and which for single customers.

    Attributes
    ----------
    case : one (the same method), two (a formula is nearest in total, the model for customers), other, or unknown
    total, customer : names of the methods
    total_off, customer_off : how far each is off, in total and by customer
    model_total, formula_customer : the same of the model in total, and of the method that is nearest in total by customer
    """

    case: str
    total: str = ""
    customer: str = ""
    total_off: Estimate = NOTHING
    customer_off: Estimate = NOTHING
    model_total: Estimate = NOTHING
    formula_customer: Estimate = NOTHING


def nearest(off: pd.DataFrame) -> Nearest:
    """Read the table of `misses`."""
    if MODEL not in off.index or len(off) < 2:
        return Nearest("unknown")
    total, customer = str(off["total"].abs().idxmin()), str(off["customer"].idxmin())
    case = "one" if total == customer else "two" if customer == MODEL else "other"
    return Nearest(
        case,
        total,
        customer,
        Estimate(float(off.loc[total, "total"]), unit="change"),
        Estimate(float(off.loc[customer, "customer"]), unit="share"),
        Estimate(float(off.loc[MODEL, "total"]), unit="change"),
        Estimate(float(off.loc[total, "customer"]), unit="share"),
    )


def extremes(off: pd.DataFrame) -> dict[str, Any]:
    """For a title: the formula that is furthest off in total, how far, and how far the model is; unknown without both."""
    formulas = off["total"].drop(MODEL, errors="ignore")
    if MODEL not in off.index or formulas.empty:
        return {"formula": "", "formula_off": NOTHING, "model_off": NOTHING}
    furthest = str(formulas.abs().idxmax())
    values = {"formula_off": formulas[furthest], "model_off": off.loc[MODEL, "total"]}
    return {"formula": furthest, **{k: Estimate(float(v), unit="change") for k, v in values.items()}}


def best_tenth(promised: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """What the customers brought whom each method calls its best tenth.

    Parameters
    ----------
    promised : columns of `promises`, or other scores
    outcome : what each customer then brought, in money

    Returns
    -------
    pandas.DataFrame
        index method; brought (mean of its best tenth), with what a perfect ranking would have brought as its last row.
    """
    scores = promised.drop(columns=["tier", "came"], errors="ignore").dropna(axis=1, how="all")
    size = max(1, len(outcome) // TENTH)
    ranked = {name: score.nlargest(size).index for name, score in scores.items()}
    ranked["who really bought most"] = outcome.nlargest(size).index
    means = {name: outcome.reindex(index).mean() for name, index in ranked.items() if len(outcome)}
    return pd.Series(means, dtype=float, name="brought").rename_axis("best tenth by").to_frame()


def value_tier_table(value: pd.Series) -> pd.DataFrame:
    """Customers by tiers of their value, and what each tier has of all.

    Returns
    -------
    pandas.DataFrame
        index tier; customers, share of customers, share of value. Without rows where no value is known.
    """
    known = value.dropna()
    if known.empty or not known.sum() > 0:
        return pd.DataFrame(columns=["customers", "share of customers", "share of value"], dtype=float)
    tiers = known.groupby(value_tiers(known).rename("tier"), observed=True)
    shares = {"share of customers": tiers.size() / len(known), "share of value": tiers.sum() / known.sum()}
    return pd.DataFrame({"customers": tiers.size(), **shares})


def high_tier(table: pd.DataFrame) -> Estimate:
    """Share of all value that the high tier has."""
    share = float(table["share of value"].get("high", np.nan))
    return Estimate(share, unit="share")
