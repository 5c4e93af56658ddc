"""A part of the time is hidden from the models, and what they say of it is held against what came, customer by customer.

Verdicts on it are words with their figures, for sentences.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.value.btyd import Kind, fit_purchases
from workbook.tables.summary import split_history

QUARTER = 91  # days
SHORTEST = (
    13  # weeks: a shorter history counts as so long, or the newest customers would seem to buy every day
)
METHODS = ["BG/NBD", "MBG/NBD", "pace goes on"]
EDGES = [-1, 0, 1, 2, 3, 5, 8, np.inf]  # of the groups by repeat purchases
NEAR = 0.05  # of what came: a forecast that hardly missed
NOTHING = Estimate()  # that is known
LABELS = ["0", "1", "2", "3", "4–5", "6–8", "9+"]


@dataclass(frozen=True)
class Hidden:
    """A history that is cut, and how many weeks are hidden behind the cut."""

    past: pd.DataFrame
    weeks: float

    @classmethod
    def of(
        cls, orders: pd.DataFrame, today: pd.Timestamp, days: int, *, amount: str | None = None
    ) -> "Hidden | None":
        """Hide the last ``days``; nothing where the data isn't twice as long."""
        if orders.empty or days < 1 or (today - orders["ordered_at"].min().normalize()).days < 2 * days:
            return None
        past = split_history(orders, today - pd.Timedelta(days=days), today, amount=amount)
        return cls(past, float(past["holdout_T"].iloc[0]))


def hidden_quarter(
    orders: pd.DataFrame, today: pd.Timestamp, kind: Kind = "bgnbd", days: int = QUARTER
) -> pd.DataFrame:
    """What the model says of the quarter before today, without having seen it, and what came.

    Parameters
    ----------
    orders : customer_id, ordered_at, up to ``today``
    today : last day of the data
    kind : of the model
    days : of the time that is hidden

    Returns
    -------
    pandas.DataFrame
        a row per customer of its first day: active and to_buy (chances), expected and came (purchase days), bought (whether any);
        without rows where the data isn't twice as long.
    """
    hidden = Hidden.of(orders, today, days)
    if hidden is None:
        numbers = pd.DataFrame(columns=["active", "to_buy", "expected", "came"], dtype=float)
        return numbers.assign(bought=pd.Series(dtype=bool))
    past, ahead = hidden.past, hidden.weeks
    model = fit_purchases(past, kind)
    return pd.DataFrame(
        {
            "active": model.alive(past),
            "to_buy": model.chance_to_buy(past, ahead),
            "expected": model.expected_purchases(past, ahead),
            "came": past["holdout_purchases"],
            "bought": past["holdout_purchases"] > 0,
        }
    )


def last_third(orders: pd.DataFrame, today: pd.Timestamp, *, amount: str | None = None) -> Hidden | None:
    """Hide the last third of the time from the first order to today; nothing where that is less than a day.

    Parameters
    ----------
    orders : customer_id, ordered_at, up to ``today``
    today : last day of the data
    amount : column of the amounts, if what was spent is to be compared too
    """
    if orders.empty:
        return None
    return Hidden.of(orders, today, (today - orders["ordered_at"].min().normalize()).days // 3, amount=amount)


def forecasts_of(hidden: Hidden | None) -> pd.DataFrame:
    """What was forecast of the hidden part, and what came, in purchase days by customer.

    Returns
    -------
    pandas.DataFrame
        frequency (repeat purchases before the cut), fitted (what the model makes of these, in sample), came, BG/NBD, MBG/NBD and pace goes
        on (as many a week as so far); without rows where nothing is hidden.
    """
    columns = ["frequency", "fitted", "came", *METHODS]
    if hidden is None:
        return pd.DataFrame(columns=columns, dtype=float)
    past, weeks = hidden.past, hidden.weeks
    models = {kind: fit_purchases(past, kind) for kind in ("bgnbd", "mbgnbd")}
    fitted = models["bgnbd"].expected_repeats(past["T"].to_numpy())
    return pd.DataFrame(
        {
            "frequency": past["frequency"],
            "fitted": np.asarray(fitted, dtype=float),
            "came": past["holdout_purchases"],
            "BG/NBD": models["bgnbd"].expected_purchases(past, weeks),
            "MBG/NBD": models["mbgnbd"].expected_purchases(past, weeks),
            "pace goes on": past["frequency"] / past["T"].clip(lower=SHORTEST) * weeks,
        },
        columns=columns,
    )


def by_frequency(forecasts: pd.DataFrame) -> pd.DataFrame:
    """Mean of what came and of each forecast, by the number of repeat purchases before the cut."""
    return grouped(forecasts).mean()


def grouped(forecasts: pd.DataFrame) -> Any:
    """What came and each forecast, grouped by the number of repeat purchases before the cut."""
    group = pd.cut(forecasts["frequency"], EDGES, labels=LABELS).rename("repeat purchases before")
    return forecasts.groupby(group, observed=True)[["came", *METHODS]]


@dataclass(frozen=True)
class Pace:
    """How the pace that goes on did, group by group, against the model.

    Attributes
    ----------
    case : too_much (nearly always), too_little, both ways, nothing_came, or unknown
    pace, model : sum of the groups' misses, whichever their direction, over what came
    """

    case: str
    pace: Estimate = NOTHING
    model: Estimate = NOTHING


def judge_pace(forecasts: pd.DataFrame) -> Pace:
    """Hold the pace and the model against what came, group by group."""
    came = forecasts["came"].sum()
    if forecasts.empty or came == 0:
        return Pace("nothing_came" if len(forecasts) else "unknown")
    sums = grouped(forecasts).sum(min_count=1)
    off = sums.sub(sums["came"], axis=0)
    above, below = off["pace goes on"].clip(lower=0).sum(), -off["pace goes on"].clip(upper=0).sum()
    case = "too_much" if above > 2 * below else "too_little" if below > 2 * above else "both_ways"
    shares = (off[["pace goes on", "BG/NBD"]].abs().sum(min_count=1) / came).tolist()
    return Pace(case, *(Estimate(float(share), unit="share", n=len(forecasts)) for share in shares))


@dataclass(frozen=True)
class Readings:
    """An expectation read as a chance, and the chance, against the share that bought.

    Attributes
    ----------
    case : too_high (the expectation read as a chance promises more than came, and the chance comes nearer), other, or unknown
    wrong : share that would buy if an expectation were a chance
    chance : share that buys by the model
    bought : share that did, with its interval
    """

    case: str
    wrong: Estimate
    chance: Estimate
    bought: Estimate


def readings(quarter: pd.DataFrame) -> Readings:
    """Read the table of `hidden_quarter` in both ways."""
    n = len(quarter)
    wrong, chance = (
        Estimate(float(values.mean()), unit="share", n=n)
        for values in (quarter["expected"].clip(upper=1), quarter["to_buy"])
    )
    ends = share_interval(quarter["bought"]) if n else (np.nan, np.nan)
    bought = Estimate(float(quarter["bought"].mean()) if n else np.nan, *ends, unit="share", n=n)
    if not (wrong.known and bought.known):
        return Readings("unknown", wrong, chance, bought)
    nearer = abs(chance.value - bought.value) < abs(wrong.value - bought.value)
    return Readings("too_high" if nearer and wrong.value > bought.value else "other", wrong, chance, bought)


def readings_table(found: Readings) -> pd.DataFrame:
    """Both readings and what came, a row each, with value, low, high and n; without rows where nothing is known."""
    rows = {
        "expected purchases, read as a chance": found.wrong,
        "chance to buy": found.chance,
        "bought": found.bought,
    }
    table = pd.DataFrame(
        {k: {"share of customers": e.value, "low": e.low, "high": e.high} for k, e in rows.items()}
    )
    return table.T.dropna(subset=["share of customers"])


@dataclass(frozen=True)
class Directions:
    """Whether two tests of one forecast missed in the same direction.

    Attributes
    ----------
    case : opposite, same, near (one of them hardly missed), or unknown where one of them can't be made
    year, third : miss of the test that looks as far ahead as the forecast, and of the one of the last third
    days : that the first of these looks ahead
    """

    case: str
    year: Estimate = NOTHING
    third: Estimate = NOTHING
    days: Estimate = NOTHING


def directions(tests: pd.DataFrame, forecasts: pd.DataFrame) -> Directions:
    """Compare the newest of `backtests` with the test on the last third."""
    came = forecasts["came"].sum()
    if tests.empty or not came > 0:
        return Directions("unknown")
    newest = tests.iloc[0]
    year = newest["purchases_forecast"] / newest["purchases_came"] - 1 if newest["purchases_came"] else np.nan
    third = forecasts["BG/NBD"].sum(min_count=1) / came - 1
    found = [Estimate(float(miss), unit="change") for miss in (year, third)]
    if not all(miss.known for miss in found):
        return Directions("unknown")
    near = min(abs(year), abs(third)) < NEAR
    case = "near" if near else "opposite" if year * third < 0 else "same"
    days = Estimate(float(newest["days"]), unit="days")
    return Directions(case, found[0], found[1], days)
