"""Which step first: what each randomised trial of a firm added, and what is left of it after its cost."""

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests, causal, several

LEAST = 30  # units in each arm
RESULT = ["trial", "arm", "units", "days", "added", "low", "high", "cost", "left"]


def steps(experiments: pd.DataFrame, margin: float) -> pd.DataFrame:
    """What each arm of each trial added in margin per unit, and what is left of it after its cost; the best first.

    The intervals are widened so that all of them hold together in 95 of 100 samples.

    Parameters
    ----------
    experiments : units, arms, revenue and cost; trials without a revenue are left out
    margin : share of revenue that is left

    Returns
    -------
    pandas.DataFrame
        trial, arm, units, days (until it was measured, median), added (margin a unit), low, high, cost (a unit), left (added less cost) with left_low, left_high
    """
    known = experiments.dropna(subset="ordered")
    if "revenue" not in known:
        return pd.DataFrame(columns=[*RESULT, "left_low", "left_high"])
    pairs = [
        (trial, rows, arm, base)
        for trial, rows in known.dropna(subset="revenue").groupby("experiment")
        for base in [ab_tests.control_arm(rows["arm"])]
        for arm in rows["arm"].unique()
        if arm != base and min((rows["arm"] == arm).sum(), (rows["arm"] == base).sum()) >= LEAST
    ]
    level = several.level_of_each(0.95, max(len(pairs), 1))
    found = [step(trial, rows, arm, base, margin, level) for trial, rows, arm, base in pairs]
    table = pd.DataFrame(found, columns=[*RESULT, "left_low", "left_high"])
    return table.sort_values("left", ascending=False, ignore_index=True)


def step(trial: str, rows: pd.DataFrame, arm: str, base: str, margin: float, level: float) -> list[object]:
    """One arm against its control."""
    both = rows[rows["arm"].isin([arm, base])]
    cost = both["cost"].fillna(0.0) if "cost" in both else pd.Series(0.0, both.index)
    treated = both["arm"] == arm
    added = causal.compare(margin * both["revenue"], treated, level=level)
    left = causal.compare(margin * both["revenue"] - cost, treated, level=level)
    ends = (added.difference, added.low, added.high)
    return [
        trial,
        arm,
        int(treated.sum()),
        days(both),
        *ends,
        float(cost[treated].mean()),
        left.difference,
        left.low,
        left.high,
    ]


def days(units: pd.DataFrame) -> float:
    """Median days from the draw to the measurement; missing where that isn't known."""
    if "measured_on" not in units or "assigned_at" not in units:
        return float("nan")
    return round((units["measured_on"] - units["assigned_at"].dt.normalize()).dt.days.median(), 0) + 1


def first_step(table: pd.DataFrame, unit: str = "money") -> tuple[str, Estimate]:
    """The name of the step with most left for each unit, and what is left: "" without a trial."""
    if table.empty:
        return "", Estimate(unit=unit)
    row = table.iloc[0]
    left, low, high = (float(row[name]) for name in ("left", "left_low", "left_high"))
    return named(row["trial"], row["arm"]), Estimate(left, low, high, unit, int(row["units"]))


def sure(table: pd.DataFrame) -> list[str]:
    """Names of the steps that leave something for sure."""
    rows = table[table["left_low"] > 0] if len(table) else table
    return [named(trial, arm) for trial, arm in zip(rows["trial"], rows["arm"], strict=True)]


def named(trial: str, arm: str) -> str:
    """A step as it is called."""
    return trial if trial == arm else f"{trial} ({arm})"


def shown(table: pd.DataFrame, unit: str) -> pd.DataFrame:
    """What is left of each step for one unit, with its cost: index trial and arm; columns as they are read."""
    names = {
        "units": "treated",
        "days": "days",
        "cost": f"cost, {unit}",
        "left": f"left, {unit}",
        "left_low": "from",
        "left_high": "to",
    }
    rows = table.set_index(["trial", "arm"])[list(names)].astype({"days": "Int64"})
    return rows.rename(columns=names)
