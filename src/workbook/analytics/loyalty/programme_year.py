"""The last twelve months of a programme in money, from a shop's tables; and, where it is known, the truth about them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.loyalty.loyalty_programme import Programme, net_roi_between, sensitivity
from workbook.analytics.loyalty.points_redeemed import redeemed_share
from workbook.analytics.value.lifetime_value import line_margins, margin_share
from workbook.tables.dataset import Dataset
from workbook.tables.matching import is_in

MONTHS, LEAST = 12, -0.99  # of a year; the lowest lift, as nothing can be divided by 1 + (-1)
INPUTS = {
    "lift": "lift",
    "redeemed": "share of points redeemed",
    "points_cost": "cost of a redeemed point",
    "margin": "margin",
    "running_cost": "running cost",
}
HIGHEST = 0.3  # lift of a picture


@dataclass(frozen=True)
class Year:
    """A year of a programme.

    Attributes
    ----------
    case : what its cost is made of: followed (points whose share redeemed is estimated), young (none has expired yet, so all
        count as if they were redeemed), running (running cost alone), or none (no cost is on record)
    programme : in money, with a lift of 0
    redeemed : share of its points that will be redeemed
    """

    case: str
    programme: Programme
    redeemed: Estimate

    def with_lift(self, lift: float) -> Programme:
        """The programme, had it raised revenue by this much."""
        return replace(self.programme, lift=max(lift, LEAST))


def year_start(as_of: pd.Timestamp) -> pd.Timestamp:
    """The first of the twelve months that end with a day."""
    return as_of + pd.Timedelta(days=1) - pd.DateOffset(months=MONTHS)


def last_year(
    shop: Dataset, since: pd.Series, *, margin: float, points_cost: float, running_cost: float
) -> Year:
    """Put a programme's last twelve months together.

    Revenue is that of members after the day of joining: the purchase of joining would have come without the programme. The
    margin is worked out from order lines where costs are known.

    Parameters
    ----------
    shop : its tables; without points the cost is the running cost alone
    since : day of joining by customer
    margin : left of a unit of revenue where the data can't tell
    points_cost : what a redeemed point costs
    running_cost : of the programme in a year besides points
    """
    start, orders = year_start(shop.today), shop.orders
    of_year = orders[orders["ordered_at"] >= start]
    lines = shop.order_lines[is_in(shop.order_lines["order_id"], orders["order_id"])]
    kept = margin_share(lines, line_margins(lines, shop.products, shop.returns), otherwise=margin)
    points = shop.points
    given = float(points.loc[points["posted_at"] >= start, "points"].clip(lower=0).sum())
    share = redeemed_share(points, shop.today)
    revenue = after_joining(of_year, since)["amount"].sum()
    redeemed = share.value if share.known else 1.0
    programme = Programme(float(revenue), 0.0, kept, given, redeemed, points_cost, running_cost)
    return Year(cost_case(programme, share), programme, share)


def after_joining(orders: pd.DataFrame, since: pd.Series, days: int = 1) -> pd.DataFrame:
    """Orders of members from so many days after the day of joining on."""
    member = orders["customer_id"].map(since) + pd.Timedelta(days=days)
    return orders[orders["ordered_at"].dt.normalize() >= member]


def cost_case(programme: Programme, share: Estimate) -> str:
    """What the cost is made of, see `Year`."""
    if not programme.cost > 0:
        return "none"
    if not programme.points * programme.points_cost > 0:
        return "running"
    return "followed" if share.known else "young"


def account(year: Year, currency: str) -> pd.DataFrame:
    """What a year's return is worked out from: index what; value, unit. What isn't on record is left out."""
    p = year.programme
    rows = {
        "members' revenue in 12 months, after joining": (p.revenue, currency),
        "margin on it": (p.margin, "share"),
        "points given": (p.points, "points of the programme"),
        "of these redeemed in the end": (p.redeemed, "share"),
        "a redeemed point costs": (p.points_cost, currency),
        "running cost": (p.running_cost, currency),
        "cost of the programme": (p.cost, currency),
    }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"])
    return table.drop(index=list(rows)[2:5]) if not p.points > 0 else table


def break_even(year: Year) -> tuple[Estimate, Estimate]:
    """The lift at which the added revenue equals the cost, and the lift at which the margin on it does; unknown without a cost."""
    if year.case == "none":
        return Estimate(unit="change"), Estimate(unit="change")
    on_revenue, on_margin = (replace(year.programme, margin=m) for m in (1.0, year.programme.margin))
    return (
        Estimate(on_revenue.break_even_lift, unit="change"),
        Estimate(on_margin.break_even_lift, unit="change"),
    )


def money(year: Year, lifts: Mapping[str, float]) -> pd.DataFrame:
    """What the programme added, cost and left by each lift, in the data's currency: a row an amount, a column a lift."""
    of = {name: year.with_lift(lift) for name, lift in lifts.items() if np.isfinite(lift)}
    rows = {
        "members' revenue": lambda p: p.revenue,
        "of this added by the programme": lambda p: p.added_revenue,
        "margin on what was added": lambda p: p.added_revenue * p.margin,
        "cost of the programme": lambda p: p.cost,
        "left of the margin": lambda p: p.left,
    }
    return pd.DataFrame({name: {row: value(p) for row, value in rows.items()} for name, p in of.items()})


def ratios(year: Year, lifts: Mapping[str, float]) -> pd.DataFrame:
    """Lift, ROI (added revenue over cost), and net ROI on margin: a row a lift, those that aren't known left out."""
    of = {name: year.with_lift(lift) for name, lift in lifts.items() if np.isfinite(lift)}
    rows = {n: {"lift": p.lift, "ROI": p.roi, "net ROI": p.net_roi} for n, p in of.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["lift", "ROI", "net ROI"])


def net_roi(year: Year, lift: Estimate) -> Estimate:
    """Net ROI with the interval that the effect and the share of points redeemed give it together; 0 is break-even."""
    share = (year.redeemed.low, year.redeemed.high)
    found = net_roi_between(year.with_lift(lift.value), (max(lift.low, LEAST), max(lift.high, LEAST)), share)
    return replace(found, n=lift.n)


@dataclass(frozen=True)
class Earned:
    """What a year of the programme brought.

    Attributes
    ----------
    case : up (it pays), down (it loses), unclear; without a cost on record may_cost (what it added is above nothing for sure)
        or no_cost (it isn't); or unknown (no effect could be estimated)
    by_report, fair, net : ROI by the report's lift, on revenue; the same by the lift compared fairly; net ROI
    most : the highest yearly cost at which it would still break even
    margin : share left of revenue
    """

    case: str
    by_report: Estimate
    fair: Estimate
    net: Estimate
    most: Estimate
    margin: Estimate


def earned(year: Year, report: Estimate, compared: Estimate, currency: str) -> Earned:
    """ROI by a report's lift and by one that was compared fairly, see `Earned`."""
    net, kept = net_roi(year, compared), year.programme.margin
    least, middle, utmost = (
        year.with_lift(x).added_revenue * kept for x in (compared.low, compared.value, compared.high)
    )
    most = (
        Estimate(middle, least, utmost, currency, compared.n) if compared.known else Estimate(unit=currency)
    )
    free = "may_cost" if most.verdict == "up" else "no_cost"
    case = "unknown" if not compared.known else free if year.case == "none" else net.verdict
    by_report = Estimate(year.with_lift(report.value).roi, unit="ratio")
    value, low, high = ((x + 1) / kept if kept > 0 else np.nan for x in (net.value, net.low, net.high))
    fair = Estimate(value, low, high, "ratio", compared.n)
    return Earned(case, by_report, fair, net, most, Estimate(kept, unit="share"))


def inputs(year: Year, lift: Estimate) -> dict[str, tuple[float, float]]:
    """How far each input of net ROI may be off: an interval where there is one, else what a careful reader would try.

    The lift and the redeemed share over their intervals; a point from what its goods cost to its face value; the margin by five
    points either way; running cost up to as much again as the points cost.
    """
    p = year.programme
    points = p.points * p.redeemed * p.points_cost
    found = {
        "lift": (lift.low, lift.high),
        "redeemed": (year.redeemed.low, year.redeemed.high),
        "points_cost": (p.points_cost * (1 - p.margin), p.points_cost),
        "margin": (p.margin - 0.05, p.margin + 0.05),
        "running_cost": (p.running_cost, p.running_cost + points),
    }
    return {name: ends for name, ends in found.items() if np.isfinite(ends).all() and ends[0] < ends[1]}


def swings(year: Year, lift: Estimate) -> pd.DataFrame:
    """How net ROI turns with each of `inputs`: index input, in words; low, high, at_low, at_high, the widest first."""
    table = sensitivity(year.with_lift(lift.value), inputs(year, lift)).dropna()
    return table.rename(index=INPUTS)


def widest(table: pd.DataFrame) -> str:
    """The input that moves net ROI most, from `swings`; "" where nothing is known."""
    return str(table.index[0]) if len(table) else ""


def with_costs(year: Year, points_cost: float, margin: float) -> Year:
    """The year, did a point cost this much, and were this margin left."""
    return replace(year, programme=replace(year.programme, points_cost=points_cost, margin=margin))


def net_roi_line(year: Year) -> pd.DataFrame:
    """Net ROI over the lift, and the line on which it breaks even."""
    lifts = np.linspace(0, HIGHEST, 61)
    index = pd.Index(100 * lifts, name="true lift of members' revenue, %")
    found = pd.Series([year.with_lift(x).net_roi for x in lifts], index=index, dtype=float)
    return pd.DataFrame({"net ROI": found, "break-even": 0.0 * found})


def true_lift(shop: Dataset, since: pd.Series) -> float:
    """The true lift of the last year's revenue of members after joining: what is expected; missing without a truth.

    The truth counts the purchase of joining as revenue. It is taken off as the share of the year's revenue that it was.
    """
    days = (shop.truth or {}).get("programme")
    if days is None:
        return np.nan
    start = year_start(shop.today)
    total = days.loc[days["day"] >= start, ["added", "revenue"]].sum(min_count=1)
    of_year = shop.orders[shop.orders["ordered_at"] >= start]
    after, whole = (after_joining(of_year, since, days)["amount"].sum() for days in (1, 0))
    without = total["revenue"] * after / whole - total["added"] if whole > 0 else np.nan
    return float(total["added"] / without) if without > 0 else np.nan


def true_year(shop: Dataset, since: pd.Series, year: Year) -> Programme:
    """The year with its true lift, and the share of its points that will truly be redeemed; missing without a truth."""
    fate = (shop.truth or {}).get("points_fate")
    share = np.nan
    if fate is not None:
        columns = ["redeemed", "given"]
        of = fate.loc[fate["month"] >= year_start(shop.today), columns].astype(float).sum(min_count=1)
        share = float(of["redeemed"] / of["given"]) if of["given"] > 0 else np.nan
    return replace(year.programme, lift=true_lift(shop, since), redeemed=share)


def beside_truth(year: Year, lifts: Mapping[str, float], true: Programme) -> pd.DataFrame:
    """`ratios`, and a row with what is true, from `true_year`."""
    row = pd.DataFrame([[true.lift, true.roi, true.net_roi]], index=["truth"])
    found = ratios(year, lifts)
    return pd.concat([found, row.set_axis(list(found), axis=1)])


def two_truths(true: Programme) -> str:
    """What the two formulas say of the truth: praised (above 1 by the course's ROI, and a loss), pays, loses, or unknown."""
    if np.isnan(true.net_roi):
        return "unknown"
    return "pays" if true.net_roi >= 0 else "praised" if true.roi > 1 else "loses"


def held(net: Estimate, true: Programme) -> str:
    """Whether an interval of net ROI holds the truth: holds, misses, or unknown."""
    if np.isnan(true.net_roi) or not net.has_interval:
        return "unknown"
    return "holds" if net.contains(true.net_roi) else "misses"
