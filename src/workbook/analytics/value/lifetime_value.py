"""What a customer is worth and costs: the formulas of the deck and the handbook, and margin on what the models expect.

Sources: the models are those of `workbook.analytics.value.btyd`; the known rate and dropout of `expected_value` are BG/NBD's:
Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.value.btyd import PurchaseModel, SpendModel

WEEKS_PER_YEAR = 365.25 / 7


def margin_value(
    purchases: PurchaseModel,
    spend: SpendModel,
    summary: pd.DataFrame,
    *,
    months: int = 12,
    margin: float = 1.0,
    annual_discount: float = 0.0,
    weeks_per_unit: float = 1.0,
) -> pd.Series:
    """Value each customer's expected purchases of the next ``months``, on margin and discounted by the month.

    Parameters
    ----------
    purchases, spend : fitted models
    summary : the customers to value, with the columns that both models need
    months : how far to look
    margin : what is left of one unit of spend after cost of goods, and after returns where spend isn't net of them; a share
    annual_discount : a year's wait makes money worth 1 / (1 + annual_discount)
    weeks_per_unit : weeks in the summary's time unit: 1 for weeks, 1/7 for days

    Returns
    -------
    pandas.Series
        in the currency of the data, index of ``summary``; missing without a fit.
    """
    month = WEEKS_PER_YEAR / 12 / weeks_per_unit
    reached = [purchases.expected_purchases(summary, m * month) for m in range(1, months + 1)]
    worth = pd.Series(0.0, index=summary.index)
    before: pd.Series | float = 0.0
    for m, total in enumerate(reached, start=1):
        worth = worth + (total - before) / (1 + annual_discount) ** (m / 12)
        before = total
    return worth * spend.expected_spend(summary) * margin


def course_ltv(
    average_order: Any, purchases_per_year: Any, lifetime_years: Any, acquisition_cost: Any = 0.0
) -> Any:
    """Work out the deck's LTV = average order value × purchases a year × lifetime in years − acquisition cost.

    On revenue, undiscounted, and a product of averages: all three make it too high.
    """
    return average_order * purchases_per_year * lifetime_years - acquisition_cost


def course_clv(expected_frequency: Any, average_spend: Any, retention: Any) -> Any:
    """Work out the handbook's CLV = expected frequency × average spend × retention, which looks one period ahead."""
    return expected_frequency * average_spend * retention


def last_days(orders: pd.DataFrame, as_of: pd.Timestamp, months: int = 12) -> pd.DataFrame:
    """Orders of the last ``months`` up to the end of the day ``as_of``: of a year 365 days, or 366 with a 29 February."""
    day = orders["ordered_at"].dt.normalize()
    return orders[(day > as_of - pd.DateOffset(months=months)) & (day <= as_of)]


def retention_rate(orders: pd.DataFrame, as_of: pd.Timestamp, months: int = 12) -> float:
    """Share of those who bought in the period before the last ``months`` that bought in the last as well.

    Missing where the orders cover less than nine tenths of the earlier period: the few who were there at its end are
    not its customers.
    """
    middle, start = as_of - pd.DateOffset(months=months), as_of - pd.DateOffset(months=2 * months)
    day = orders["ordered_at"].dt.normalize()
    if orders.empty or middle - day.min() < (middle - start) * 0.9:
        return np.nan
    before = set(orders.loc[(day > start) & (day <= middle), "customer_id"])
    last = set(orders.loc[(day > middle) & (day <= as_of), "customer_id"])
    return len(before & last) / len(before) if before else np.nan


def net_of_returns(orders: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Orders at what the customer kept: the amount less what came back of the order, never below nothing.

    So whoever sends all back has spent nothing. A return that names no order can't be taken off; of the newest orders some is
    still to come back.

    Parameters
    ----------
    orders : order_id, amount
    returns : order_id, amount
    """
    back = orders["order_id"].map(returns.groupby("order_id")["amount"].sum()).fillna(0.0)
    return orders.assign(amount=(orders["amount"] - back).clip(lower=0.0))


def came_back(lines: pd.DataFrame, returns: pd.DataFrame) -> np.ndarray:
    """Whether each order line came back."""
    back = returns[["order_id", "line"]].dropna().drop_duplicates().assign(back=True)
    return (
        lines[["order_id", "line"]]
        .merge(back, how="left", on=["order_id", "line"])["back"]
        .notna()
        .to_numpy()
    )


def line_margins(lines: pd.DataFrame, products: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    """Margin of each order line: amount less cost of goods, nothing for a line that came back.

    What came back counts as sold again, so its margin is lost and its cost is not. Missing where the product's cost
    isn't known.
    """
    cost = lines["product_id"].map(
        products.drop_duplicates("product_id").set_index("product_id")["unit_cost"]
    )
    margin = lines["amount"] - lines["quantity"] * cost.astype(float)
    return margin.mask(came_back(lines, returns) & margin.notna().to_numpy(), 0.0)


def margin_share(lines: pd.DataFrame, margins: pd.Series, otherwise: float) -> float:
    """What is left of one unit of order value after returns and cost of goods; ``otherwise`` where costs are unknown."""
    known = margins.notna()
    sold = lines.loc[known, "amount"].sum()
    return float(margins[known].sum() / sold) if sold > 0 else otherwise


def retention_case(retention: float) -> str:
    """Whether `retention_rate` could be worked out: known, or unknown."""
    return "known" if np.isfinite(retention) else "unknown"


@dataclass(frozen=True)
class Kept:
    """What is left of one unit ordered after returns and cost of goods.

    Attributes
    ----------
    case : known (from the data), or assumed
    share : that is left
    says : on what it rests, for the head of a table
    """

    case: str
    share: Estimate
    says: str


def kept_share(lines: pd.DataFrame, products: pd.DataFrame, returns: pd.DataFrame, otherwise: float) -> Kept:
    """Work out what is left of one unit ordered; ``otherwise`` where no cost of goods is known."""
    margins = line_margins(lines, products, returns)
    known = bool(lines.loc[margins.notna(), "amount"].sum() > 0)
    share = Estimate(margin_share(lines, margins, otherwise), unit="share")
    says = "margin from the data" if known else f"assumed margin of {share:value}"
    return Kept("known" if known else "assumed", share, says)


def customer_profits(orders: pd.DataFrame, lines: pd.DataFrame, margins: pd.Series) -> pd.Series:
    """Margin of each customer's orders so far; missing where no cost is known."""
    of_order = margins.groupby(lines["order_id"]).sum(min_count=1)
    return orders["order_id"].map(of_order).groupby(orders["customer_id"]).sum(min_count=1)


def expected_value(
    rate: pd.Series, dropout: pd.Series, margin: pd.Series, weeks: float, *, first: bool = False
) -> pd.Series:
    """Expected margin over ``weeks`` of a customer with known BG/NBD rate and dropout who is active now.

    With ``first``, the purchase at the start is counted too: the value at the moment of winning the customer.
    """
    leaves = dropout.clip(lower=1e-12)  # without dropout it is the rate times the weeks
    return margin * (float(first) - np.expm1(-rate * leaves * weeks) / leaves)
