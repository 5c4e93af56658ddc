"""How large a test must be, and what a test of a given size would find, for arms of any sizes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests

UNKNOWN = Estimate()

DAYS = 28  # of orders, whose rate plans a test where there has been none
EXAMPLE = 0.15  # a rate to plan with where nothing is on record
ENOUGH = 0.8  # power that is usually asked for
POINTS = (1.0, 2.0, 3.0, 5.0, 8.0)
STEPS = 60  # of a curve


@dataclass(frozen=True)
class Plan:
    """What a plan needs to know.

    Attributes
    ----------
    case : where the base comes from: test (the control of the test that is read), orders (customers who order in `DAYS`
        days), or example (nothing is on record)
    base : rate without the treatment
    share : of all units in the treated arm
    a_week : units of both arms a week, at the pace of the test; missing where it isn't known
    """

    case: str
    base: Estimate
    share: float = 0.5
    a_week: float = np.nan


def plan(pair: pd.DataFrame, orders: pd.DataFrame, today: pd.Timestamp) -> Plan:
    """Plan with the control's rate and the split of a test, else with the orders of the last `DAYS` days, else with an example.

    Parameters
    ----------
    pair : units of two arms, as `on_record.two_arms` has them; no rows for no test
    orders : the table
    today : the day that is looked at
    """
    if len(pair) and not pair["treated"].all():
        control = pair.loc[~pair["treated"], "ordered"]
        day = pair["assigned_at"].dt.normalize()
        days = (day.max() - day.min()).days + 1
        pace = 7 * len(pair) / days if days > 1 else np.nan
        base = Estimate(float(control.mean()), unit="share", n=len(control))
        return Plan("test", base, float(pair["treated"].mean()), pace)
    begin = today - pd.Timedelta(days=DAYS - 1)
    first = orders.groupby("customer_id")["ordered_at"].min()
    known = first.index[first < begin]
    if len(known):
        came = known.isin(orders.loc[orders["ordered_at"] >= begin, "customer_id"])
        return Plan("orders", Estimate(float(came.mean()), unit="share", n=len(known)))
    return Plan("example", Estimate(EXAMPLE, unit="share"))


def units_needed(of: Plan, lift: float, power: float = ENOUGH) -> float:
    """Units of both arms together that find a lift with such a power, at the plan's split; missing where there is no such rate."""
    treated = ab_tests.group_size(
        of.base.value, of.base.value + lift, power=power, ratio=(1 - of.share) / of.share
    )
    return float(np.ceil(treated / of.share)) if np.isfinite(treated) else np.nan


def in_points(lift: float) -> float:
    """A lift in points."""
    return round(100 * lift, 6)


def lifts(least: float) -> list[float]:
    """Lifts in points to plan with: round ones, the least that is worth finding, half of it, and twice as much."""
    return sorted({*POINTS, *(in_points(part * least) for part in (0.5, 1, 2))})


def sizes(of: Plan, least: float) -> pd.DataFrame:
    """Units needed for some lifts and for the least that is worth finding: in the treated arm, in both, and weeks.

    Returns
    -------
    pandas.DataFrame
        a row per lift in points; weeks are missing throughout where the pace isn't known.
    """
    points = pd.Index(lifts(least), name="points to be found")
    both = pd.Series([units_needed(of, p / 100) for p in points])
    treated = np.ceil(both * of.share)
    table = pd.DataFrame({"treated": treated, "control": both - treated, "both arms": both}).astype("Int64")
    table["weeks at the pace of the test"] = (both / of.a_week).round(1)
    return table.set_index(points.map("{:g}".format)).dropna(how="all").dropna(axis=1, how="all")


def curve(of: Plan, lift: float, least: float) -> pd.Series:
    """Chance that a lift is found, over the units of both arms together, up to twice as many as the least lift needs."""
    most = 2 * units_needed(of, least)
    if not np.isfinite(most):
        return pd.Series(dtype=float)
    units = np.linspace(most / STEPS, most, STEPS)
    base = of.base.value
    chance = ab_tests.power(units * (1 - of.share), units * of.share, base, base + lift)
    named = pd.Index(units, name="units of both arms together")
    return pd.Series(chance, named, name="chance that the lift is found")


@dataclass(frozen=True)
class Found:
    """What a test of this size would find: case enough (`ENOUGH` or more), small, or unknown; its arms, the lift, the chance."""

    case: str
    control: int = 0
    treated: int = 0
    lift: Estimate = UNKNOWN
    chance: Estimate = UNKNOWN


def found_by(pair: pd.DataFrame, of: Plan, lift: float) -> Found:
    """The chance that a test with these two arms finds a lift, by the sizes of both."""
    treated = int(pair["treated"].sum())
    control = len(pair) - treated
    if not min(treated, control):
        return Found("unknown")
    chance = float(ab_tests.power(control, treated, of.base.value, of.base.value + lift))
    case = "unknown" if np.isnan(chance) else "enough" if chance >= ENOUGH else "small"
    return Found(case, control, treated, Estimate(lift, unit="points"), Estimate(chance, unit="share"))


def by_how_much(of: Plan, lift: float) -> float:
    """How many times as many units half of a lift takes; missing where there is no such rate."""
    return units_needed(of, lift / 2) / units_needed(of, lift)


@dataclass(frozen=True)
class NextTest:
    """A test to come: the plan's case and base, units needed in both arms for so many points, and days of the rate."""

    case: str
    base: Estimate
    needed: float
    points: float
    days: int = DAYS


def next_test(of: Plan, lift: float) -> NextTest:
    """What a test needs that finds a lift with the usual power."""
    return NextTest(of.case, of.base, units_needed(of, lift), in_points(lift))


def cut_to_plan(pair: pd.DataFrame, of: Plan, lift: float, seed: int) -> pd.DataFrame:
    """As many units of each arm as a plan for a lift asks for, drawn at random; the rest is thrown away.

    Half of each arm where the plan asks for more than there are.
    """
    asked, parts = units_needed(of, lift), []
    for treated, part in pair.groupby("treated"):
        wanted = np.ceil(asked * (of.share if treated else 1 - of.share)) if asked == asked else np.inf
        parts.append(part.sample(int(min(wanted, len(part) // 2)), random_state=seed))
    return pd.concat(parts) if parts else pair
