"""Conversion of one month, read in several ways."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

UNKNOWN = Estimate()

CART = ("cart", "checkout", "order")


def readings(sessions: pd.DataFrame) -> pd.Series:
    """Share that ends in an order, of the newest month, over several denominators; those that aren't on record are left out.

    Parameters
    ----------
    sessions : the table

    Returns
    -------
    pandas.Series
        by denominator: per session, per visitor (a visitor is the customer if logged in, else the device) …
    """
    month = sessions["started_at"].dt.to_period("M")
    log = sessions[month == month.max()]
    ordered = log["stage"] == "order"
    visitor = log["customer_id"].fillna(log["visitor_id"])
    rates = {
        "per session": ordered.mean(),
        "per visitor": ordered.groupby(visitor).any().mean() if len(log) else np.nan,
        "per session, logged in": ordered[log["customer_id"].notna()].mean(),
        "per session, in the app": ordered[log["channel"] == "app"].mean(),
        "per session with a cart": ordered[log["stage"].isin(CART)].mean(),
    }
    return pd.Series(rates, dtype=float).dropna().rename("share that ends in an order")


@dataclass(frozen=True)
class Spread:
    """The smallest and the largest of several readings: case apart, alike, or unknown (fewer than two)."""

    case: str
    least: Estimate = UNKNOWN
    most: Estimate = UNKNOWN


def spread(rates: pd.Series) -> Spread:
    """How far readings of one thing lie apart; alike within a tenth."""
    if len(rates) < 2:
        return Spread("unknown")
    least, most = (Estimate(float(end), unit="share") for end in (rates.min(), rates.max()))
    case = "apart" if rates.max() > 1.1 * rates.min() else "alike"
    return Spread(case, least, most)
