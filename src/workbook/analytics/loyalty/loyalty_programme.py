"""A loyalty programme in money, and the moments at which customers join it or don't.

A purchase is a day with an order. Joining happens at a purchase, so the fair clock starts at a purchase for those who join
at it and for those who might have and didn't: with any other clock, members have by construction bought at least once,
and had the time to (immortal time: Suissa 2008, doi 10.1093/aje/kwm324; one clock for both is the trial that one would
have liked to hold: Hernán & Robins 2016, doi 10.1093/aje/kwv254).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.value.lifetime_value import expected_value
from workbook.tables.errors import choose

HISTORY = ["purchases_so_far", "days_as_customer", "days_since_previous", "spend_so_far", "bought_before"]


def purchase_days(orders: pd.DataFrame) -> pd.DataFrame:
    """Sum up orders by customer and day: customer_id, day, amount and number (0 for the first), by customer and day."""
    day = orders.assign(day=orders["ordered_at"].dt.normalize())
    days = day.groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    return days.assign(number=days.groupby("customer_id").cumcount())


def purchase_moments(
    orders: pd.DataFrame, member_since: pd.Series, *, as_of: pd.Timestamp, follow_days: int
) -> pd.DataFrame:
    """Every purchase at which a customer wasn't a member yet and could have joined, with what went before and came after.

    Parameters
    ----------
    orders : customer_id, ordered_at, amount
    member_since : day of joining by customer_id; missing for those who haven't
    as_of : last day that counts; purchases that can't be followed for ``follow_days`` are left out
    follow_days : how long to look back and ahead, in days

    Returns
    -------
    pandas.DataFrame
        customer_id, day, number (0 for the first purchase), joins (at this purchase), amount; the history up to and
        without this purchase: purchases_so_far, days_as_customer, days_since_previous, spend_so_far (a purchase),
        bought_before (purchases in ``follow_days`` before); then after and spend_after (purchases and spend in as long a
        time from the next day on) and came_back (whether there is one).
    """
    days = purchase_days(orders[orders["ordered_at"] < as_of + pd.Timedelta(days=1)])
    since = days["customer_id"].map(member_since)
    by = days.groupby("customer_id")
    age = (days["day"] - by["day"].transform("min")).dt.days
    spent = by["amount"].cumsum()
    before, after = around(days, follow_days)
    rows = np.arange(len(days))
    total = np.concatenate([[0.0], days["amount"].cumsum()])
    moments = days.assign(
        joins=(days["day"] == since).to_numpy(),
        purchases_so_far=days["number"],
        days_as_customer=age,
        days_since_previous=age.groupby(days["customer_id"]).diff().fillna(0),
        spend_so_far=((spent - days["amount"]) / days["number"].clip(lower=1)),
        bought_before=before,
        after=after,
        spend_after=total[rows + after + 1] - total[rows + 1],
        came_back=after > 0,
    )
    open_to = since.isna() | (days["day"] <= since)
    followed = days["day"] + pd.Timedelta(days=follow_days) <= as_of
    return moments[open_to & followed].reset_index(drop=True)


def around(days: pd.DataFrame, follow_days: int) -> tuple[np.ndarray, np.ndarray]:
    """Count each row's purchases of the same customer in the days before it, and in the days after it."""
    if days.empty:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    date = (days["day"] - days["day"].min()).dt.days.to_numpy()
    place = pd.factorize(days["customer_id"])[0] * (date.max() + 2 * follow_days + 1) + date
    rows = np.arange(len(days))
    before = rows - np.searchsorted(place, place - follow_days, side="left")
    after = np.searchsorted(place, place + follow_days, side="right") - rows - 1
    return before, after


def without_days(moments: pd.DataFrame, starts: Collection[pd.Timestamp], follow_days: int) -> pd.DataFrame:
    """Leave out the purchases whose time after would run into one of ``starts``: days when something else began."""
    end = moments["day"] + pd.Timedelta(days=follow_days)
    hit = np.zeros(len(moments), dtype=bool)
    for start in starts:
        hit |= ((moments["day"] < start) & (end >= start)).to_numpy()
    return moments[~hit].reset_index(drop=True)


def landmark(
    orders: pd.DataFrame, member_since: pd.Series, *, day: pd.Timestamp, follow_days: int
) -> pd.DataFrame:
    """All customers on one day: members or not, with what went before it and came after it.

    Returns
    -------
    pandas.DataFrame
        index customer_id: member (on that day), joins_later (in the days after), the columns of HISTORY as of that day
        (bought_before: in ``follow_days`` up to it) and after (purchases in ``follow_days`` from the next day on).
    """
    days = purchase_days(orders)
    past = days[days["day"] <= day]
    future = days[(days["day"] > day) & (days["day"] <= day + pd.Timedelta(days=follow_days))]
    recent = past[past["day"] > day - pd.Timedelta(days=follow_days)]
    by = past.groupby("customer_id")
    people = pd.DataFrame(
        {
            "purchases_so_far": by.size(),
            "days_as_customer": (day - by["day"].min()).dt.days,
            "days_since_previous": (day - by["day"].max()).dt.days,
            "spend_so_far": by["amount"].mean(),
        }
    )
    since = member_since.reindex(people.index)
    before, after = (
        part.groupby("customer_id").size().reindex(people.index).fillna(0).astype(int)
        for part in (recent, future)
    )
    later = (since > day) & (since <= day + pd.Timedelta(days=follow_days))
    return people.assign(bought_before=before, member=since <= day, joins_later=later, after=after)


def as_history(frame: pd.DataFrame) -> pd.DataFrame:
    """Columns of HISTORY on a logarithmic scale, on which the second purchase tells more than the twelfth."""
    return np.log1p(frame[HISTORY].astype(float).clip(lower=0))


@dataclass(frozen=True)
class Programme:
    """A year, or any other period, of a loyalty programme in money.

    Attributes
    ----------
    revenue : of members in the period, in the data's currency, with the programme as it was
    lift : by how much the programme raised it, relative to what it would have been
    margin : left of one unit of revenue, before the programme's cost
    points : given in the period, whatever became of them
    redeemed : share of these points that will be redeemed in the end; the others expire or are taken back
    points_cost : what a redeemed point costs
    running_cost : of the programme besides points: system, staff, printing
    """

    revenue: float
    lift: float
    margin: float
    points: float
    redeemed: float
    points_cost: float
    running_cost: float = 0.0

    @property
    def added_revenue(self) -> float:
        """Part of the revenue that wouldn't have come without the programme."""
        return self.revenue * self.lift / (1 + self.lift)

    @property
    def cost(self) -> float:
        """What the programme cost: points that will be redeemed, and running it."""
        return self.points * self.redeemed * self.points_cost + self.running_cost

    @property
    def roi(self) -> float:
        """The deck's ROI = added revenue / cost; missing without a cost."""
        return self.added_revenue / self.cost if self.cost > 0 else np.nan

    @property
    def net_roi(self) -> float:
        """Net ROI = (added revenue × margin − cost) / cost; missing without a cost."""
        return self.roi * self.margin - 1

    @property
    def break_even_lift(self) -> float:
        """Lift at which net ROI is 0; infinite where even all of the revenue wouldn't pay for the cost."""
        share = self.cost / (self.revenue * self.margin) if self.revenue * self.margin > 0 else np.inf
        return share / (1 - share) if share < 1 else np.inf


def sensitivity(programme: Programme, ranges: Mapping[str, tuple[float, float]]) -> pd.DataFrame:
    """Work out net ROI with one input at a time at its low and at its high end: the numbers of a tornado.

    Parameters
    ----------
    programme : its inputs at their middle
    ranges : input → (low, high)

    Returns
    -------
    pandas.DataFrame
        index input: low, high (of the input), at_low, at_high (net ROI); the widest swing first.

    Raises
    ------
    DataError
        for an input that a programme doesn't have.
    """
    known = [f.name for f in fields(programme)]
    rows = {}
    for name, (low, high) in ranges.items():
        if name not in known:
            raise choose("An input", name, known)
        ends = [replace(programme, **{name: end}).net_roi for end in (low, high)]
        rows[name] = {"low": low, "high": high, "at_low": ends[0], "at_high": ends[1]}
    columns = ["low", "high", "at_low", "at_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float).rename_axis("input")
    swing = (table["at_high"] - table["at_low"]).abs()
    return table.loc[swing.sort_values(ascending=False, kind="stable").index]


def net_roi_between(
    programme: Programme, lift: tuple[float, float], redeemed: tuple[float, float]
) -> Estimate:
    """Net ROI with the interval that the effect and the share of points redeemed give it together.

    Revenue, margin, the number of points and what one costs are taken as known. The two intervals, which have nothing to do
    with each other, are put together by MOVER for a ratio (Donner & Zou 2012, doi 10.1177/0962280210383082).

    Parameters
    ----------
    programme : at the values estimated
    lift, redeemed : ends of their intervals; where those of ``redeemed`` are missing it is taken as known too
    """
    gain = programme.added_revenue * programme.margin
    gains = [replace(programme, lift=end).added_revenue * programme.margin for end in lift]
    ends = [programme.redeemed if np.isnan(end) else end for end in redeemed]
    costs = [replace(programme, redeemed=end).cost for end in ends]
    low = ratio_end(gain, programme.cost, gains[0], costs[1], -1)
    high = ratio_end(gain, programme.cost, gains[1], costs[0], 1)
    return Estimate(programme.net_roi, low - 1, high - 1, "ratio", against=0)


def ratio_end(over: float, under: float, over_end: float, under_end: float, side: int) -> float:
    """One end of the interval of a ratio, from the ends of its parts; missing where the lower part may be near 0."""
    spread = under_end * (2 * under - under_end)
    if not spread > 0:
        return np.nan
    square = (over * under) ** 2 - over_end * (2 * over - over_end) * spread
    return float((over * under + side * np.sqrt(max(square, 0.0))) / spread)


def expected_lift(without: pd.Series, with_it: pd.Series, dropout: pd.Series, *, days: int) -> float:
    """Relative lift of the purchases that customers are expected to make in ``days`` days after one.

    Parameters
    ----------
    without, with_it : each one's BG/NBD rate (purchases a week while active) without and with what lifts it
    dropout : chance of leaving after a purchase, the one at the start included
    """
    before, after = (
        expected_value(rate, dropout, 1 - dropout, days / 7).sum() for rate in (without, with_it)
    )
    return float(after / before - 1) if before > 0 else np.nan


def price_taste(lines: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame) -> pd.Series:
    """How dear each customer buys: mean list price over the median that is bought of the category; index customer_id."""
    bought = lines.merge(orders[["order_id", "customer_id"]], on="order_id").merge(products, on="product_id")
    usual = bought.groupby("category")["list_price"].transform("median").astype(float)
    return (bought["list_price"].astype(float) / usual).groupby(bought["customer_id"]).mean()
