"""The funnel: how many go on from each stage to the next, where it leaks, and what its repair would be worth."""

from dataclasses import dataclass
from itertools import pairwise
from math import comb

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.several import level_of_each

STAGES = ["visit", "view", "cart", "checkout", "order"]
UNKNOWN = Estimate()


def reached(sessions: pd.DataFrame, by: str = "channel") -> pd.DataFrame:
    """Sessions that reached each stage, or a later one; a row per channel, the one with the most visits first.

    Parameters
    ----------
    sessions : of people, each once: stage (the furthest), and the column ``by``; rows without it are left out
    """
    depth = sessions["stage"].map(STAGES.index)
    counts = {stage: (depth >= i).groupby(sessions[by]).sum() for i, stage in enumerate(STAGES)}
    return pd.DataFrame(counts).astype(int).sort_values("visit", ascending=False).rename_axis(by)


def step_names() -> list[str]:
    """The steps, such as ``view to cart``."""
    return [f"{a} to {b}" for a, b in pairwise(STAGES)]


def step_rates(counts: pd.DataFrame) -> pd.DataFrame:
    """Share of each stage that goes on to the next; a row per channel, a column per step."""
    rates = counts[STAGES[1:]].to_numpy() / counts[STAGES[:-1]].replace(0, np.nan).to_numpy()
    return pd.DataFrame(rates, index=counts.index, columns=step_names())


def benchmark(counts: pd.DataFrame) -> str:
    """The channel with the largest share of visits that order; "" where there is none."""
    enough = counts[counts["visit"] > 0]
    return str((enough["order"] / enough["visit"]).idxmax()) if len(enough) else ""


def variances(counts: pd.DataFrame, visits: pd.DataFrame | None) -> pd.DataFrame:
    """Variance of each of the `step_rates`: of ``visits`` by visitor, who may come several times; without them by visit."""
    rates = step_rates(counts)
    if visits is None:
        return rates * (1 - rates) / counts[STAGES[:-1]].replace(0, np.nan).to_numpy()
    found = pd.DataFrame(np.nan, rates.index, rates.columns)
    for channel, part in visits.groupby("channel"):
        depth = part["stage"].map(STAGES.index)
        for stage, step in enumerate(rates.columns):
            here = depth >= stage
            off = (depth[here] > stage) - rates.loc[channel, step]
            found.loc[channel, step] = spread_of((off / here.sum()).to_numpy(), part["visitor_id"][here]) ** 2
    return found


def leaks(counts: pd.DataFrame, best: str, visits: pd.DataFrame | None = None) -> pd.DataFrame:
    """Each step that is worse than in the best channel, and how many orders more its repair would bring.

    Of the visits that there were: as many more orders as would come if the rate of this one step rose to that of the best
    channel, all others staying as they are. The intervals (delta method, independent visitors) hold all at once, over every
    step of every two channels, so that the best channel and the largest leak may be picked out.

    Parameters
    ----------
    counts : from `reached`
    best : channel to compare with
    visits : what was counted, with channel, stage and visitor_id; without it each visit counts as another visitor's

    Returns
    -------
    pandas.DataFrame
        a row per channel and step, that which brings most first: channel, step, rate, best, orders, low, high (of orders).
    """
    rates = step_rates(counts)
    spread = variances(counts, visits)
    level = level_of_each(0.95, comb(len(counts), 2) * len(rates.columns))
    rows = [
        one_leak(counts, rates, spread, channel, best, step, level)
        for channel in counts.index.drop(best)
        for step in rates.columns
        if rates.loc[channel, step] < rates.loc[best, step]
    ]
    table = pd.DataFrame(rows, columns=["channel", "step", "rate", "best", "orders", "low", "high"])
    return table.sort_values("orders", ascending=False, ignore_index=True)


def one_leak(
    counts: pd.DataFrame,
    rates: pd.DataFrame,
    spread: pd.DataFrame,
    channel: str,
    best: str,
    step: str,
    level: float,
) -> list[object]:
    """One row of `leaks`, its interval of this level alone."""
    others = rates.columns.drop(step)
    rest = float(rates.loc[channel, others].prod())
    here, there = rates.loc[channel, step], rates.loc[best, step]
    noise = spread.loc[best, step] + spread.loc[channel, step]
    of_rest = float((spread.loc[channel, others] / rates.loc[channel, others] ** 2).sum())
    visits = counts.loc[channel, "visit"]
    found = visits * rest * (there - here)
    error = visits * rest * np.sqrt(noise + (there - here) ** 2 * of_rest)
    reach = stats.norm.ppf(0.5 + level / 2) * error
    return [channel, step, here, there, found, found - reach, found + reach]


def with_truth(
    table: pd.DataFrame, counts: pd.DataFrame, truth: pd.DataFrame | None, best: str
) -> pd.DataFrame:
    """`leaks` by the name of each, with ``true`` orders where the truth is known.

    Parameters
    ----------
    truth : by, name, stage, rate; or None
    """
    named = table.set_index((table["channel"] + ", " + table["step"]).rename("leak"))
    if truth is None:
        return named
    return named.assign(true=true_orders(table, counts, truth, best).to_numpy())


def true_orders(table: pd.DataFrame, counts: pd.DataFrame, truth: pd.DataFrame, best: str) -> pd.Series:
    """Orders that repairing each leak would bring by the true rates; index of ``table``.

    Parameters
    ----------
    table : from `leaks`
    truth : by, name, stage, rate
    """
    own = truth[truth["by"] == "channel"]
    rates = own.pivot_table(index="name", columns="stage", values="rate")[STAGES[1:]].set_axis(
        step_names(), axis=1
    )
    found = []
    for row in table.itertuples():
        rest = rates.loc[row.channel].drop(row.step).prod()
        gap = rates.loc[best, row.step] - rates.loc[row.channel, row.step]
        found.append(counts.loc[row.channel, "visit"] * rest * gap)
    return pd.Series(found, index=table.index, dtype=float)


@dataclass(frozen=True)
class Worst:
    """The leak that costs most, and the step with the lowest rate of all.

    Attributes
    ----------
    case : same (the lowest rate is where most is lost), other, unclear (the gap may be chance), none (no step is worse than in
        the best channel)
    channel, step : of the leak that costs most
    orders, worth : what its repair brings, in orders and in money
    lowest_channel, lowest_step, lowest : where the fewest go on, and what share does
    best : channel that it is compared with
    """

    case: str
    channel: str = ""
    step: str = ""
    orders: Estimate = UNKNOWN
    worth: Estimate = UNKNOWN
    lowest_channel: str = ""
    lowest_step: str = ""
    lowest: Estimate = UNKNOWN
    best: str = ""


def worst(table: pd.DataFrame, counts: pd.DataFrame, best: str, per_order: float, unit: str) -> Worst:
    """Read `leaks`; ``per_order`` is what an order brings, in ``unit``, the currency."""
    if table.empty:
        return Worst("none", best=best)
    top, rates = table.iloc[0], step_rates(counts)
    step = rates.min().idxmin()
    channel = rates[step].idxmin()
    low = Estimate(float(rates.loc[channel, step]), unit="share")
    case = "same" if (channel, step) == (top["channel"], top["step"]) else "other"
    case = "unclear" if top["low"] <= 0 else case
    orders = Estimate(float(top["orders"]), float(top["low"]), float(top["high"]), "orders")
    return Worst(
        case=case,
        channel=str(top["channel"]),
        step=str(top["step"]),
        orders=orders,
        worth=orders.scaled(per_order, unit),
        lowest_channel=str(channel),
        lowest_step=str(step),
        lowest=low,
        best=best,
    )
