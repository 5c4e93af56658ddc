"""The funnel: how many go on from each stage to the next, where it leaks, and what a mended leak would be worth."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

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


def overall(counts: pd.DataFrame) -> pd.DataFrame:
    """Share of visits that end in an order with Wilson's interval: value, low, high, n; a row per channel."""
    rows = {}
    for name, row in counts.iterrows():
        hits = pd.Series(np.arange(row["visit"]) < row["order"])
        rows[name] = [hits.mean(), *share_interval(hits), len(hits)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    return table.rename_axis(counts.index.name)


def benchmark(counts: pd.DataFrame) -> str:
    """The channel with the largest share of visits that order; "" where there is none."""
    enough = counts[counts["visit"] > 0]
    return str((enough["order"] / enough["visit"]).idxmax()) if len(enough) else ""


def leaks(counts: pd.DataFrame, best: str, value: float, *, part: float = 1.0) -> pd.DataFrame:
    """Each step that is worse than in the best channel, and what mending it would be worth.

    Worth is of the visits that there were: as many more orders as would come if the rate of this one step rose to that
    of the best channel, all others staying as they are. The interval is that of the rates (delta method, independent
    sessions); what an order brings is taken as it is.

    Parameters
    ----------
    counts : from `reached`
    best : channel to compare with
    value : what an order brings, in money
    part : of the gap that is closed

    Returns
    -------
    pandas.DataFrame
        a row per channel and step, worth most first: channel, step, rate, best, orders, orders_low, orders_high, worth, low, high.
    """
    rates = step_rates(counts)
    spread = (rates * (1 - rates)).to_numpy() / counts[STAGES[:-1]].replace(0, np.nan).to_numpy()
    spread = pd.DataFrame(spread, index=rates.index, columns=rates.columns)
    rows = [
        one_leak(counts, rates, spread, channel, best, step, part)
        for channel in counts.index.drop(best)
        for step in rates.columns
        if rates.loc[channel, step] < rates.loc[best, step]
    ]
    columns = ["channel", "step", "rate", "best", "orders", "orders_low", "orders_high"]
    table = pd.DataFrame(rows, columns=columns)
    money = {
        a: table[b] * value
        for a, b in {"worth": "orders", "low": "orders_low", "high": "orders_high"}.items()
    }
    return table.assign(**money).sort_values("worth", ascending=False, ignore_index=True)


def one_leak(
    counts: pd.DataFrame,
    rates: pd.DataFrame,
    spread: pd.DataFrame,
    channel: str,
    best: str,
    step: str,
    part: float,
) -> list[object]:
    """One row of `leaks`, in orders."""
    others = rates.columns.drop(step)
    rest = float(rates.loc[channel, others].prod())
    gap = part * (rates.loc[best, step] - rates.loc[channel, step])
    noise = part**2 * (spread.loc[best, step] + spread.loc[channel, step])
    of_rest = float((spread.loc[channel, others] / rates.loc[channel, others] ** 2).sum())
    error = rest * np.sqrt(noise + gap**2 * of_rest)
    visits = counts.loc[channel, "visit"]
    found, reach = visits * rest * gap, visits * stats.norm.ppf(0.975) * error
    return [
        channel,
        step,
        rates.loc[channel, step],
        rates.loc[best, step],
        found,
        found - reach,
        found + reach,
    ]


def with_truth(
    table: pd.DataFrame, counts: pd.DataFrame, truth: pd.DataFrame | None, best: str, value: float
) -> pd.DataFrame:
    """`leaks` by the name of each, with ``true`` worth where the truth is known.

    Parameters
    ----------
    truth : by, name, stage, rate; or None
    """
    named = table.set_index((table["channel"] + ", " + table["step"]).rename("leak"))
    if truth is None:
        return named
    return named.assign(true=true_worth(table, counts, truth, best, value).to_numpy())


def true_worth(
    table: pd.DataFrame, counts: pd.DataFrame, truth: pd.DataFrame, best: str, value: float
) -> pd.Series:
    """What mending each leak would be worth by the true rates; index of ``table``.

    Parameters
    ----------
    table : from `leaks`, of the whole gap
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
        found.append(counts.loc[row.channel, "visit"] * rest * gap * value)
    return pd.Series(found, index=table.index, dtype=float)


@dataclass(frozen=True)
class Worst:
    """The leak that costs most, and the step with the lowest rate of all.

    Attributes
    ----------
    case : same (the lowest rate is where most is lost), other, unclear (the gap may be chance), none (no step is worse than in
        the best channel)
    channel, step : of the leak that costs most
    worth, orders : what mending it brings
    lowest_channel, lowest_step, lowest : where the fewest go on, and what share does
    best : channel that it is compared with
    """

    case: str
    channel: str = ""
    step: str = ""
    worth: Estimate = UNKNOWN
    orders: Estimate = UNKNOWN
    lowest_channel: str = ""
    lowest_step: str = ""
    lowest: Estimate = UNKNOWN
    best: str = ""


def worst(table: pd.DataFrame, counts: pd.DataFrame, best: str, unit: str) -> Worst:
    """Read `leaks`; ``unit`` is the currency."""
    if table.empty:
        return Worst("none", best=best)
    top, rates = table.iloc[0], step_rates(counts)
    step = rates.min().idxmin()
    channel = rates[step].idxmin()
    low = Estimate(float(rates.loc[channel, step]), unit="share")
    case = "same" if (channel, step) == (top["channel"], top["step"]) else "other"
    case = "unclear" if top["low"] <= 0 else case
    worth = Estimate(float(top["worth"]), float(top["low"]), float(top["high"]), unit)
    orders = Estimate(float(top["orders"]), float(top["orders_low"]), float(top["orders_high"]), "orders")
    return Worst(
        case, str(top["channel"]), str(top["step"]), worth, orders, str(channel), str(step), low, best
    )
