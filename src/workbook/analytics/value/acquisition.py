"""What a new customer costs and is worth, by channel of acquisition, and where the next unit of budget goes.

Intervals of values are by the delta method on the logarithm (Oehlert 1992, doi 10.2307/2684406).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import linalg, optimize, stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.several import level_of_each
from workbook.analytics.value.btyd import Kind, PurchaseModel, SpendModel, fit_purchases, fit_spend
from workbook.analytics.value.lifetime_value import WEEKS_PER_YEAR, course_ltv

TRUE_YEARS = 3  # that the truth of a channel is of
# Customers who came back to a channel, below which its value has no interval: it would be too narrow (in simulations three
# channels held together in 91 % of worlds with 300 who came back, in 95 % with 450).
FEWEST = 350
STEP = 1e-5  # of a slope, on the logarithm of a parameter
NOTHING = Estimate()  # that is known


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
    summary : in weeks (see `customer_summary`), amounts net of returns
    channel : acquisition channel by customer; unknown ones are left out
    weeks : how far to look from the first purchase
    margin : left of one unit of spend
    annual_discount : as in `margin_value`; later money counts at the middle of its quarter
    kind : of the model of purchases

    Returns
    -------
    pandas.DataFrame
        index channel: customers, first_spend, repeats (expected in ``weeks``), spend (of a repeat purchase), value,
        value_discounted, error (standard error of the logarithm of value, if the models are right), low and high (of value; the
        intervals of all channels hold together in 95 % of worlds). Missing where a channel is too small for a model.
    """
    rows = {}
    for name, part in summary.groupby(channel.reindex(summary.index)):
        first = part["total_spend"] - part["frequency"] * part["monetary_value"]
        times = np.linspace(0, weeks, 1 + max(1, round(weeks / WEEKS_PER_YEAR * 4)))
        purchases, paid = fit_purchases(part, kind), fit_spend(part)
        repeats, spend = np.asarray(purchases.expected_repeats(times), dtype=float), paid.mean
        factor = (1 + annual_discount) ** -((times[:-1] + times[1:]) / 2 / WEEKS_PER_YEAR)
        rows[name] = {
            "customers": len(part),
            "first_spend": first.mean(),
            "repeats": repeats[-1],
            "spend": spend,
            "value": margin * (first.mean() + repeats[-1] * spend),
            "value_discounted": margin * (first.mean() + (np.diff(repeats) * factor).sum() * spend),
            "error": error_of_value(first, purchases, paid, weeks),
        }
    columns = ["customers", "first_spend", "repeats", "spend", "value", "value_discounted", "error"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("channel")
    reach = np.exp(reach_of(found["error"].count()) * found["error"])
    return found.assign(low=found["value"] / reach, high=found["value"] * reach)


def error_of_value(first: pd.Series, purchases: PurchaseModel, paid: SpendModel, weeks: float) -> float:
    """Standard error of the logarithm of a new customer's value: of the mean first spend, and of both models' parameters.

    Missing where fewer than `FEWEST` customers came back.
    """
    if purchases.covariance is None or paid.covariance is None or paid.customers < FEWEST:
        return np.nan
    parts = len(purchases.params)

    def value(logs: np.ndarray) -> float:
        bought = replace(purchases, params=pd.Series(np.exp(logs[:parts]), purchases.params.index))
        spent = replace(paid, params=pd.Series(np.exp(logs[parts:]), paid.params.index))
        return float(first.mean() + bought.expected_repeats(weeks) * spent.mean)

    logs = np.log(np.concatenate([purchases.params, paid.params]))
    slopes = optimize.approx_fprime(logs, value, STEP)
    variance = slopes @ linalg.block_diag(purchases.covariance, paid.covariance) @ slopes
    return float(np.sqrt(variance + first.var() / len(first)) / value(logs))


def reach_of(comparisons: int) -> float:
    """How many standard errors each of several intervals reaches that hold together in 95 % of worlds."""
    return float(stats.norm.ppf(0.5 + level_of_each(0.95, comparisons) / 2))


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
    known = paid_for(channels)
    if len(known) < 2:
        return None
    ratio = known["value"] / known["cac"]
    return known.loc[ratio.idxmin()], known.loc[ratio.idxmax()]


def paid_for(channels: pd.DataFrame) -> pd.DataFrame:
    """Channels with a value that somebody pays for: between these a budget can be moved."""
    return channels[(channels["cac"] > 0) & (channels["winning"] > 0)].dropna(subset="value")


def budget_curve(channels: pd.DataFrame, *, crowding: float = 0.0) -> pd.Series:
    """What `move_budget` gives for each whole percent of the worst channel's budget, 0 to 100."""
    percent = pd.Index(range(101), name="percent of the worse channel's budget that is moved")
    return pd.Series(gains(channels, percent.to_numpy() / 100, crowding), index=percent, name="gain")


def gain_range(channels: pd.DataFrame) -> tuple[float, float] | None:
    """An axis for every `budget_curve`: up to what a whole move brings without crowding, and half as far down; none without one."""
    most = budget_curve(channels).max()
    return (-most / 2, 1.05 * most) if most > 0 else None


def times_as_much(one: pd.Series, other: pd.Series, channels: int) -> Estimate:
    """How many times the value for one unit of cost is in one channel what it is in another.

    The interval holds whichever two of so many channels were picked, as all pairs are allowed for (Bonferroni). The cost is
    taken as known.
    """
    times = one["value"] / one["cac"] / (other["value"] / other["cac"])
    error = np.hypot(one["error"], other["error"])
    reach = np.exp(reach_of(channels * (channels - 1) // 2) * error)
    return Estimate(float(times), float(times / reach), float(times * reach))


@dataclass(frozen=True)
class BudgetMove:
    """What to do with the budget for winning customers.

    Attributes
    ----------
    case : ``all`` or ``some`` of the worst channel's budget is better moved, ``none`` of it, ``unclear`` where the worst can't be told from
        the best, or ``unknown``
    worst, best : names of the channels
    percent : of the worst channel's budget that is best moved, by the estimates
    gain : change of value that this brings
    worst_ratio, best_ratio : value for one unit of cost as it is now
    times : the second over the first
    """

    case: str
    worst: str = ""
    best: str = ""
    percent: int = 0
    gain: float = np.nan
    worst_ratio: float = np.nan
    best_ratio: float = np.nan
    times: Estimate = NOTHING


def best_move(channels: pd.DataFrame, *, crowding: float = 0.0) -> BudgetMove:
    """Read the best move off the `budget_curve`, if the best channel is better than the worst beyond chance."""
    ends = worst_and_best(channels)
    if ends is None:
        return BudgetMove("unknown")
    worst, best = ends
    curve = budget_curve(channels, crowding=crowding)
    percent, times = int(curve.idxmax()), times_as_much(best, worst, len(paid_for(channels)))
    case = "all" if percent == 100 else "some" if percent else "none"
    case = case if times.verdict == "up" else "unclear"
    least, most = (float(row["value"] / row["cac"]) for row in ends)
    return BudgetMove(case, str(worst.name), str(best.name), percent, float(curve.max()), least, most, times)


def value_to_cost(
    channels: pd.DataFrame, average_order: float, per_year: float, years: float
) -> pd.DataFrame:
    """Set the deck's LTV and the value by the model against what winning a customer costs.

    Parameters
    ----------
    channels : index channel: value and cac
    average_order, per_year, years : of the deck's formula, which knows no channels

    Returns
    -------
    pandas.DataFrame
        index channel; ratios without a unit: LTV / CAC (before acquisition cost), (LTV − CAC) / CAC (which counts the cost twice), value / CAC.
    """
    cac = channels["cac"].where(channels["cac"] > 0)
    ltv = course_ltv(average_order, per_year, years)
    ratios = {
        "LTV / CAC": ltv / cac,
        "(LTV − CAC) / CAC": course_ltv(average_order, per_year, years, cac) / cac,
        "value / CAC": channels["value"] / cac,
    }
    return pd.DataFrame(ratios, index=channels.index).dropna(how="all")


@dataclass(frozen=True)
class BestChannel:
    """The channel whose customers bring most for one unit of cost, and the one whose customers are worth most.

    Attributes
    ----------
    case : close (others cannot be told from the first), same, other (they are two), or unknown where fewer than two channels have a cost
    ratio, value : their names
    best_ratio, value_ratio : value for one unit of cost in each
    close : names of those that cannot be told from the first
    """

    case: str
    ratio: str = ""
    value: str = ""
    best_ratio: float = np.nan
    value_ratio: float = np.nan
    close: tuple[str, ...] = ()


def best_channel(channels: pd.DataFrame) -> BestChannel:
    """Find both in a frame with value and cac by channel."""
    known = channels[channels["cac"] > 0].dropna(subset=["value"])
    if len(known) < 2:
        return BestChannel("unknown")
    ratio = known["value"] / known["cac"]
    first, richest = str(ratio.idxmax()), str(known["value"].idxmax())
    best, others = known.loc[first], known.drop(index=first)
    close = [str(n) for n, row in others.iterrows() if times_as_much(best, row, len(known)).verdict != "up"]
    case = "close" if close else "same" if first == richest else "other"
    return BestChannel(case, first, richest, float(ratio[first]), float(ratio[richest]), tuple(close))


def in_words(channels: pd.DataFrame, currency: str) -> pd.DataFrame:
    """The table of channels with the unit of each column in its head."""
    heads = {
        "new_customers": "new customers",
        "cac": f"CAC, winning only ({currency})",
        "cac_all": f"CAC, all marketing ({currency})",
        "value": f"value ({currency})",
        "low": "from",
        "high": "to",
        "value_discounted": f"value, discounted ({currency})",
    }
    return channels[list(heads)].rename(columns=heads)


def beside_truth(channels: pd.DataFrame, years: float, currency: str) -> pd.DataFrame:
    """Value and cost of each channel beside what is true; the true value is of three years, and left out for other times.

    Parameters
    ----------
    channels : index channel: value, cac, true value, true CAC
    years : over which the value was worked out
    currency : of the amounts, for the heads
    """
    true_value = channels["true value"] if years == TRUE_YEARS else np.nan
    columns = ["value", "true value", "cac", "true CAC"]
    found = channels.assign(**{"true value": true_value})[columns].rename(columns={"cac": "CAC"})
    return found.rename(columns=lambda name: f"{name} ({currency})")
