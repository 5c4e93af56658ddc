"""Mistakes that are copied from notebook to notebook where customers are valued, each beside what is right.

A formula that multiplies money by money, a target that contains its own predictors, a lifetime that ends today.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.tables.errors import DataError

PROFIT = 0.1  # of revenue, as the copied formula has it
MONTHS, KNOWN = 12, 9  # of the table by month, and of these the ones that lie before the forecast
FEWEST = 20  # customers from whom a prediction can be learnt
COINS = 100  # of the small coin in one of the currency
PARTS = 5  # folds


def repeat_rate(spent: pd.DataFrame) -> float:
    """Share of customers with more than one order."""
    return float((spent["purchases"] > 1).mean())


def money_squared(spent: pd.DataFrame, coins: float = 1) -> pd.Series:
    """The copied formula: order value × frequency / (1 − repeat rate) × (spend × 10 %), which is in money squared.

    Parameters
    ----------
    spent : total_spend and purchases by customer
    coins : in one unit of money, if amounts are counted in small coins
    """
    spend = spent["total_spend"] * coins
    return spend / (1 - repeat_rate(spent)) * (spend * PROFIT)


def money_once(spent: pd.DataFrame, coins: float = 1) -> pd.Series:
    """The same with the profit as a share: order value × frequency / (1 − repeat rate) × 10 %."""
    return spent["total_spend"] * coins / (1 - repeat_rate(spent)) * PROFIT


def in_small_coins(spent: pd.DataFrame) -> pd.DataFrame:
    """Mean of both formulas, once from amounts in money and once in its hundredths, changed back.

    Returns
    -------
    pandas.DataFrame
        index formula; counted in money, counted in hundredths; without rows where everybody came twice.
    """
    ways = {"spend × 10 %": money_squared, "10 %": money_once}
    rows = {name: [way(spent).mean(), way(spent, COINS).mean() / COINS] for name, way in ways.items()}
    columns = ["counted in money", "counted in hundredths, changed back"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return found.rename_axis("last factor").replace([np.inf, -np.inf], np.nan).dropna()


def by_month(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Spend of each customer in each of the last twelve months, the newest last.

    Of customers who were won before the last three of these months began, so that all could be known then. Without
    rows where the orders don't go back so far.

    Parameters
    ----------
    orders : customer_id, ordered_at, amount
    as_of : last day
    """
    ends = [as_of.normalize() - pd.DateOffset(months=back) for back in range(MONTHS, -1, -1)]
    day, names = orders["ordered_at"].dt.normalize(), [f"month {n}" for n in range(1, MONTHS + 1)]
    won = day.groupby(orders["customer_id"]).min()
    if won.empty or won.min() > ends[0]:
        return pd.DataFrame(columns=names, dtype=float)
    month = pd.cut(day, ends, labels=names)
    spend = orders.pivot_table(
        index="customer_id", columns=month, values="amount", aggfunc="sum", observed=False
    )
    return (
        spend.reindex(index=won.index[won <= ends[KNOWN]], columns=names)
        .fillna(0.0)
        .rename_axis(columns=None)
    )


def r_squared(features: pd.DataFrame, target: pd.Series) -> float:
    """How much of a target a linear regression explains, of customers that it hasn't seen: 1 all, 0 nothing.

    Each fifth of the customers is predicted from the others. Missing with fewer than twenty, or if all targets are equal.

    Raises
    ------
    DataError
        for a target of several columns.
    """
    if target.ndim > 1:
        raise DataError(
            "The target is one number for each customer; got a table: add up its months, .sum(axis=1)."
        )
    if len(target) < FEWEST or not target.var() > 0:
        return np.nan
    known, wanted = np.column_stack([np.ones(len(features)), features]), target.to_numpy(dtype=float)
    predicted, fold = np.empty(len(wanted)), np.arange(len(wanted)) % PARTS
    for part in range(PARTS):
        weights, *_ = np.linalg.lstsq(known[fold != part], wanted[fold != part])
        predicted[fold == part] = known[fold == part] @ weights
    return float(1 - ((wanted - predicted) ** 2).sum() / ((wanted - wanted.mean()) ** 2).sum())


@dataclass(frozen=True)
class Summands:
    """What a prediction is worth whose target contains its predictors, and what is left of it.

    Attributes
    ----------
    case : flattered, alike, or unknown where there is too little to learn from
    popular : R² for all twelve months, nine of which are given
    honest : R² for the last three
    """

    case: str
    popular: Estimate
    honest: Estimate


def summands(months: pd.DataFrame) -> Summands:
    """Predict twelve months from nine of them, and then only the three that aren't known."""
    features = months.iloc[:, :KNOWN]
    popular, honest = (
        Estimate(r_squared(features, months.iloc[:, first:].sum(axis=1)), n=len(months))
        for first in (0, KNOWN)
    )
    if not (popular.known and honest.known):
        return Summands("unknown", popular, honest)
    return Summands("flattered" if popular.value - honest.value > 0.1 else "alike", popular, honest)


def summands_table(found: Summands) -> pd.DataFrame:
    """Both R², a row each, without those that are unknown."""
    rows = {"all twelve months": found.popular, "the three that were still to come": found.honest}
    known = {name: r.value for name, r in rows.items() if r.known}
    return pd.Series(known, dtype=float, name="R²").rename_axis("target").to_frame()


def discounted_years(years: float, annual_discount: float) -> float:
    """What so many years are worth if money comes evenly, and each year of waiting divides it by 1 + the discount."""
    rate = np.log1p(annual_discount)
    return float(-np.expm1(-rate * years) / rate) if rate > 0 else float(years)


def tenures(spent: pd.DataFrame, years: float, annual_discount: float, margin: float) -> pd.DataFrame:
    """What a lifetime value by tenure is made of, one row per customer.

    Returns
    -------
    pandas.DataFrame
        a_year (spend for each year since the first purchase), tenure (years so far), years (ahead, discounted) and kept (share
        that is left); who came less than three months ago counts as three.
    """
    tenure = (7 * spent["T"] / 365.25).clip(lower=0.25)
    return pd.DataFrame(
        {
            "a_year": spent["total_spend"] / tenure,
            "tenure": tenure,
            "years": discounted_years(years, annual_discount),
            "kept": margin,
        }
    )
