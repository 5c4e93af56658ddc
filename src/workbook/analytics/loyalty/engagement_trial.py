"""A trial that moves members' engagement, and what their orders do then."""

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal
from workbook.analytics.experiments.experiment_metrics import in_window
from workbook.tables.dataset import Dataset

NAME, TREATED, VISIT, DAYS = "missions", "missions", "check-in", 180


def trial(shop: Dataset) -> pd.DataFrame:
    """Members of the trial of missions whose time is over: unit_id, arm, orders, check_ins (both in `DAYS` days)."""
    found = in_window(shop.experiments, shop.orders, NAME, days=DAYS, as_of=shop.today)
    start = found["assigned_at"].min()
    visits = shop.points[shop.points["kind"] == VISIT]
    over = start + pd.Timedelta(days=DAYS)
    within = visits[(visits["posted_at"] >= start) & (visits["posted_at"] < over)]
    number = within.groupby("customer_id").size().reindex(found["unit_id"]).fillna(0)
    return found.assign(check_ins=number.to_numpy())[["unit_id", "arm", "orders", "check_ins"]]


def treated(of: pd.DataFrame) -> pd.Series:
    """Who got missions."""
    return of["arm"] == TREATED


def lifts(of: pd.DataFrame) -> pd.DataFrame:
    """By how much missions changed check-ins and orders: index outcome; value, low, high, unit, n."""
    found = {name: causal.compare(of[name], treated(of)).change for name in ("check_ins", "orders")}
    table = {name.replace("_", "-"): [e.value, e.low, e.high, e.unit, e.n] for name, e in found.items() if e.known}  # fmt: skip
    return pd.DataFrame.from_dict(table, orient="index", columns=["value", "low", "high", "unit", "n"])


def true_lift(effects: pd.DataFrame) -> float:
    """The true relative effect of missions on the number of orders: effects over what would come without them, both expected."""
    own = effects.loc[effects["experiment"] == NAME, ["effect", "without"]].astype(float).sum(min_count=1)
    return float(own["effect"] / own["without"]) if own["without"] > 0 else np.nan


def of_orders(moved: pd.DataFrame) -> Estimate:
    """The lift of orders, from `lifts`."""
    return Estimate.of(moved.loc["orders"]) if "orders" in moved.index else Estimate(unit="change")
