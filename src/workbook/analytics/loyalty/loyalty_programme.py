"""A loyalty programme in money: what it added, what it cost, and what is left of it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.tables.errors import choose


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
    def left(self) -> float:
        """What the programme leaves of the margin on what it added, its cost paid."""
        return self.added_revenue * self.margin - self.cost

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
