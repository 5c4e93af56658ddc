"""What a customer is worth and costs: the formulas of the deck and the handbook, and margin on what the models expect.

Sources: the models are those of `workbook.analytics.value.btyd`; the known rate and dropout of `expected_value` are BG/NBD's:
Fader, Hardie & Lee (2005), doi 10.1287/mksc.1040.0098.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from workbook.analytics.value.btyd import Kind, PurchaseModel, SpendModel, fit_purchases, fit_spend

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
    margin : what is left of one unit of spend after cost of goods and returns, as a share
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


def acquisition_costs(costs: pd.DataFrame, customers: pd.DataFrame) -> pd.DataFrame:
    """Work out CAC = marketing cost / new customers by channel, over winning costs and over all costs.

    Parameters
    ----------
    costs : month, channel, purpose (winning or keeping), cost
    customers : acquisition_channel

    Returns
    -------
    pandas.DataFrame
        index channel: new_customers, winning, keeping, cac (winning cost only), cac_all (all marketing cost).
    """
    spent = costs.pivot_table(index="channel", columns="purpose", values="cost", aggfunc="sum")
    spent = spent.reindex(columns=["winning", "keeping"]).fillna(0.0)
    won = customers["acquisition_channel"].value_counts()
    table = spent.assign(new_customers=won.reindex(spent.index).fillna(0).astype(int))
    some = table["new_customers"].where(table["new_customers"] > 0)
    return table.assign(cac=table["winning"] / some, cac_all=(table["winning"] + table["keeping"]) / some)[
        ["new_customers", "winning", "keeping", "cac", "cac_all"]
    ].rename_axis(columns=None)


def line_margins(lines: pd.DataFrame, products: pd.DataFrame, returns: pd.DataFrame) -> pd.Series:
    """Margin of each order line: amount less cost of goods, nothing for a line that came back.

    What came back counts as sold again, so its margin is lost and its cost is not. Missing where the product's cost
    isn't known.
    """
    cost = lines["product_id"].map(
        products.drop_duplicates("product_id").set_index("product_id")["unit_cost"]
    )
    margin = lines["amount"] - lines["quantity"] * cost.astype(float)
    back = returns[["order_id", "line"]].dropna().drop_duplicates().assign(back=True)
    came_back = lines[["order_id", "line"]].merge(back, how="left", on=["order_id", "line"])["back"].notna()
    return margin.mask(came_back.to_numpy() & margin.notna(), 0.0)


def margin_share(lines: pd.DataFrame, margins: pd.Series, otherwise: float) -> float:
    """What is left of one unit of order value after returns and cost of goods; ``otherwise`` where costs are unknown."""
    known = margins.notna()
    sold = lines.loc[known, "amount"].sum()
    return float(margins[known].sum() / sold) if sold > 0 else otherwise


def customer_profits(orders: pd.DataFrame, lines: pd.DataFrame, margins: pd.Series) -> pd.Series:
    """Margin of each customer's orders so far; missing where no cost is known."""
    of_order = margins.groupby(lines["order_id"]).sum(min_count=1)
    return orders["order_id"].map(of_order).groupby(orders["customer_id"]).sum(min_count=1)


def channel_values(
    summary: pd.DataFrame,
    channel: pd.Series,
    *,
    weeks: float,
    margin: float,
    annual_discount: float = 0.0,
    kind: Kind = "bgnbd",
) -> pd.DataFrame:
    """Value a new customer of each acquisition channel over ``weeks``, the first purchase included.

    Each channel gets models of its own, because its customers differ in rate, staying and spend alike.

    Parameters
    ----------
    summary : gross, in weeks (see `customer_summary`)
    channel : acquisition channel by customer; unknown ones are left out
    weeks : how far to look from the first purchase
    margin : left of one unit of spend
    annual_discount : as in `margin_value`; later money counts at the middle of its quarter
    kind : of the model of purchases

    Returns
    -------
    pandas.DataFrame
        index channel: customers, first_spend, repeats (expected in ``weeks``), spend (of a repeat purchase), value,
        value_discounted. Missing where a channel is too small for a model.
    """
    rows = {}
    for name, part in summary.groupby(channel.reindex(summary.index)):
        first = (part["total_spend"] - part["frequency"] * part["monetary_value"]).mean()
        times = np.linspace(0, weeks, 1 + max(1, round(weeks / WEEKS_PER_YEAR * 4)))
        repeats = np.asarray(fit_purchases(part, kind).expected_repeats(times), dtype=float)
        spend = float(
            fit_spend(part).expected_spend(part.iloc[:1].assign(frequency=0, monetary_value=0.0)).iloc[0]
        )
        factor = (1 + annual_discount) ** -((times[:-1] + times[1:]) / 2 / WEEKS_PER_YEAR)
        rows[name] = {
            "customers": len(part),
            "first_spend": first,
            "repeats": repeats[-1],
            "spend": spend,
            "value": margin * (first + repeats[-1] * spend),
            "value_discounted": margin * (first + (np.diff(repeats) * factor).sum() * spend),
        }
    columns = ["customers", "first_spend", "repeats", "spend", "value", "value_discounted"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("channel")


def move_budget(channels: pd.DataFrame, share: float, *, crowding: float = 0.0) -> float:
    """Value won or lost by moving a share of the winning budget from the worst channel to the best.

    Parameters
    ----------
    channels : index channel: value (of a new customer), cac, winning (budget so far), new_customers
    share : of the worst channel's budget
    crowding : how fast a channel gets dearer: in each, customers grow with budget to the power 1 − crowding. So the best
        channel wins fewer for each unit more, and the worst loses few by its first units less. At 0 each further
        customer costs what the others cost.

    Returns
    -------
    float
        change of the value of all customers won with this budget; missing without two channels to choose from.
    """
    return float(gains(channels, np.array([share]), crowding)[0])


def gains(channels: pd.DataFrame, shares: np.ndarray, crowding: float) -> np.ndarray:
    """What `move_budget` gives for each of some shares."""
    ends = worst_and_best(channels)
    if ends is None:
        return np.full(len(shares), np.nan)
    worst, best = ends
    more = (1 + shares * worst["winning"] / best["winning"]) ** (1 - crowding) - 1
    less = 1 - (1 - shares) ** (1 - crowding)
    found = best["new_customers"] * more * best["value"] - worst["new_customers"] * less * worst["value"]
    return np.asarray(found, dtype=float)


def worst_and_best(channels: pd.DataFrame) -> tuple[pd.Series, pd.Series] | None:
    """Rows of the channels with the least and the most value for one unit of cost; none where there are no two."""
    known = channels[(channels["cac"] > 0) & (channels["winning"] > 0)].dropna(subset="value")
    if len(known) < 2:
        return None
    ratio = known["value"] / known["cac"]
    return known.loc[ratio.idxmin()], known.loc[ratio.idxmax()]


def budget_curve(channels: pd.DataFrame, *, crowding: float = 0.0) -> pd.Series:
    """What `move_budget` gives for each whole percent of the worst channel's budget, 0 to 100."""
    percent = pd.Index(range(101), name="percent")
    return pd.Series(gains(channels, percent.to_numpy() / 100, crowding), index=percent, name="gain")


@dataclass(frozen=True)
class BudgetMove:
    """What to do with the budget for winning customers.

    Attributes
    ----------
    case : ``all`` or ``some`` of the worst channel's budget is better moved, ``none`` of it, or ``unknown``
    worst, best : names of the channels
    percent : of the worst channel's budget that is best moved
    gain : change of value that this brings
    worst_ratio, best_ratio : value for one unit of cost as it is now
    """

    case: str
    worst: str = ""
    best: str = ""
    percent: int = 0
    gain: float = np.nan
    worst_ratio: float = np.nan
    best_ratio: float = np.nan


def best_move(channels: pd.DataFrame, *, crowding: float = 0.0) -> BudgetMove:
    """Read the best move off the `budget_curve`."""
    ends = worst_and_best(channels)
    if ends is None:
        return BudgetMove("unknown")
    worst, best = ends
    curve = budget_curve(channels, crowding=crowding)
    percent = int(curve.idxmax())
    case = "all" if percent == 100 else "some" if percent else "none"
    ratios = [float(row["value"] / row["cac"]) for row in ends]
    return BudgetMove(case, str(worst.name), str(best.name), percent, float(curve.max()), *ratios)


def expected_value(
    rate: pd.Series, dropout: pd.Series, margin: pd.Series, weeks: float, *, first: bool = False
) -> pd.Series:
    """Expected margin over ``weeks`` of a customer with known BG/NBD rate and dropout who is active now.

    With ``first``, the purchase at the start is counted too: the value at the moment of winning the customer.
    """
    leaves = dropout.clip(lower=1e-12)  # without dropout it is the rate times the weeks
    return margin * (float(first) - np.expm1(-rate * leaves * weeks) / leaves)
