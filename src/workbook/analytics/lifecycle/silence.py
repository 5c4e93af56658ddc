"""What silence says of leaving, held against the truth of a synthetic retailer."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

DAY = pd.Timedelta(days=1)
BANDS = {
    "up to 30 days": 30,
    "31 to 90 days": 90,
    "91 to 180 days": 180,
    "181 to 365 days": 365,
    "over 365 days": np.inf,
}
FRESH = 30  # days; whoever ordered within them looks like a customer
LONG = 180  # days; whoever is silent for longer looks lost


def silent_days(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Days from each customer's last order to ``as_of``; index customer_id."""
    last = orders.groupby("customer_id")["ordered_at"].max().dt.normalize()
    return (as_of - last).dt.days.rename("days silent")


def silence_with_truth(orders: pd.DataFrame, truth: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How long each customer has been silent, and whether that customer had truly left by the end of ``as_of``.

    Parameters
    ----------
    truth : the truth of customers: customer_id, dropped_out_at

    Returns
    -------
    pandas.DataFrame
        Index customer_id; orders, days silent, truly left. Customers of whom the truth isn't known are left out.
    """
    left = truth.set_index("customer_id")["dropped_out_at"] < as_of + DAY
    table = pd.DataFrame(
        {"orders": orders["customer_id"].value_counts(), "days silent": silent_days(orders, as_of)}
    )
    return table.assign(**{"truly left": left.reindex(table.index)}).dropna().astype({"truly left": bool})


def by_silence(silent: pd.DataFrame) -> pd.DataFrame:
    """Customers, and the share who have truly left, a row per band of silence; empty bands drop out.

    Parameters
    ----------
    silent : from `silence_with_truth`
    """
    edges = [-1, *BANDS.values()]
    band = pd.cut(silent["days silent"], edges, labels=list(BANDS)).rename("since the last order")
    found = silent.groupby(band, observed=True)["truly left"].agg(["size", "mean"])
    return found.rename(columns={"size": "customers", "mean": "share who have truly left"})


def looks_lost(silent: pd.DataFrame) -> pd.DataFrame:
    """Those who have been silent for more than `LONG` days."""
    return silent[silent["days silent"] > LONG]


@dataclass(frozen=True)
class TruthOfSilence:
    """Both ends of silence: the share who have left, of those silent for long and of those who ordered lately."""

    left: Estimate
    left_already: Estimate


def truth_of_silence(silent: pd.DataFrame) -> TruthOfSilence:
    """Silent for more than `LONG` days and left; or ordered in the last 30 days, and left already."""
    lost, fresh = looks_lost(silent), silent[silent["days silent"] <= FRESH]
    return TruthOfSilence(
        left=Estimate(float(lost["truly left"].mean()), unit="share", n=len(lost)),
        left_already=Estimate(float(fresh["truly left"].mean()), unit="share", n=len(fresh)),
    )


def twins(silent: pd.DataFrame) -> pd.DataFrame:
    """Two customers who look alike, of whom one has left and one hasn't: as many orders, long silent, for as long as can be.

    Returns
    -------
    pandas.DataFrame
        Two rows named A and B; no rows if there is no such pair.
    """
    lost = looks_lost(silent).sort_index().sort_values(["orders", "days silent"], kind="stable")
    before = lost.shift()
    apart = (lost["days silent"] - before["days silent"]).where(
        (lost["orders"] == before["orders"]) & (lost["truly left"] != before["truly left"])
    )
    if apart.isna().all():
        return lost[:0].rename_axis("customer")
    nearest = apart == apart.min()
    place = int(np.flatnonzero(nearest)[-1])  # of pairs that are as near, the one with most orders
    return lost.iloc[place - 1 : place + 1].set_axis(["A", "B"]).rename_axis("customer")


def has_left(silent: pd.DataFrame, customer_id: str) -> str:
    """Whether a customer has truly left: left, still or unknown."""
    if customer_id not in silent.index:
        return "unknown"
    return "left" if silent.loc[customer_id, "truly left"] else "still"
