"""An effect of some days, carried to a year: membership changes the pace at which customers live, and a faster life is over sooner.

Who buys a tenth faster comes a tenth sooner to the purchase after which they stay away for good. So what members have bought by
a day after joining is what they would have bought, without membership, by a later one: that day times the pace (accelerated
means: Lin, Wei & Ying 1998, doi 10.1093/biomet/85.3.605). What is bought by each day after joining is the mean over all who
are followed so far (Lawless & Nadeau 1995, doi 10.1080/00401706.1995.10484300).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.loyalty.programme_year import year_start

PACES = np.geomspace(1 / 16, 16, 641)  # that are tried
ALIKE = 0.005  # lifts that differ by less are said to be alike


@dataclass(frozen=True)
class Life:
    """How members buy after joining.

    Attributes
    ----------
    days : over which the effect was seen
    joined_later : mean purchases up to each day after joining, of those who did so at a later purchase
    everybody : the same of all members
    members : how many joined so many days before the last day
    year : days of the year that ends with the last day
    """

    days: int
    joined_later: np.ndarray
    everybody: np.ndarray
    members: np.ndarray
    year: int

    def short_lift(self, pace: np.ndarray) -> np.ndarray:
        """Lift of purchases in the days after joining, for each pace."""
        came = upto(self.joined_later, np.array([self.days]))
        return lift(came, upto(self.joined_later, self.days / pace))

    def year_lift(self, pace: np.ndarray) -> np.ndarray:
        """Lift of what all members buy in the year, for each pace."""
        old = np.flatnonzero(self.members)
        begun, slower = np.maximum(old - self.year, 0), 1 / pace[:, None]
        came = upto(self.everybody, old) - upto(self.everybody, begun)
        without = upto(self.everybody, old * slower) - upto(self.everybody, begun * slower)
        return lift((came * self.members[old]).sum(), without @ self.members[old])


def life(days: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int) -> Life:
    """Follow members from joining on.

    Parameters
    ----------
    days : from `joining.purchase_days`
    since : day of joining by customer
    follow_days : over which the effect was seen
    """
    joined = since[since <= as_of]
    later = joined[joined > days.groupby("customer_id")["day"].min().reindex(joined.index)]
    return Life(
        follow_days,
        by_age(days, later, as_of),
        by_age(days, joined, as_of),
        np.bincount((as_of - joined).dt.days),
        (as_of - year_start(as_of)).days + 1,
    )


def by_age(days: pd.DataFrame, joined: pd.Series, as_of: pd.Timestamp) -> np.ndarray:
    """Mean purchases from the day after joining up to each later day, over the members who are followed then.

    Days on which nobody is followed get what a member buys a day in the older half of all days.
    """
    last = (as_of - joined).dt.days.to_numpy()
    first = np.maximum((days["day"].min() - joined).dt.days.to_numpy(), 1)
    ages = np.arange(last.max(initial=0) + 1)
    followed = np.searchsorted(np.sort(first), ages, side="right") - np.searchsorted(np.sort(last), ages)
    age = (days["day"] - joined.reindex(days["customer_id"]).to_numpy()).dt.days
    after = age.between(1, len(ages) - 1)
    total = np.bincount(age[after].astype(int), minlength=len(ages))
    old = ages >= len(ages) // 2
    usual = total[old].sum() / max(followed[old].sum(), 1)
    a_day = np.where(followed > 0, total / np.maximum(followed, 1), usual)
    return np.cumsum(np.where(ages > 0, a_day, 0.0))


def upto(curve: np.ndarray, age: np.ndarray) -> np.ndarray:
    """Read a curve from `by_age` at any age; beyond its end it goes on as in its older half."""
    end, half = len(curve) - 1, len(curve) // 2
    slope = (curve[end] - curve[half]) / max(end - half, 1)
    return np.interp(age, np.arange(len(curve)), curve) + slope * np.maximum(age - end, 0)


def lift(came: np.ndarray, without: np.ndarray) -> np.ndarray:
    """By how much the one is above the other; missing where that is nothing."""
    return np.where(without > 0, came / np.where(without > 0, without, 1.0) - 1, np.nan)


def pace_of(of: Life, short: Estimate) -> Estimate:
    """The pace that makes a lift of the days after joining, with those that make its ends, as a change; unknown if none does."""
    seen = of.short_lift(PACES)
    known = np.isfinite(seen)
    if not (short.known and known.any()):
        return Estimate(unit="change", n=short.n)
    value, low, high = np.interp([short.value, short.low, short.high], seen[known], PACES[known]) - 1
    return Estimate(float(value), float(low), float(high), "change", short.n)


def over_year(of: Life, short: Estimate) -> Estimate:
    """Carry a lift of purchases in the days after joining to what all members buy in a year.

    The pace that makes the short lift is found, and for its interval the paces that make its ends. The curves are taken as known:
    they rest on all members, and an effect on the difference of some.

    Parameters
    ----------
    of : from `life`
    short : the lift with its interval

    Returns
    -------
    Estimate
        of the year's lift; unknown where the short one is, or where no member is followed.
    """
    pace = pace_of(of, short)
    if not (pace.known and of.members.any()):
        return Estimate(unit="change", n=short.n)
    value, *ends = of.year_lift(1 + np.array([pace.value, pace.low, pace.high]))
    if not pace.has_interval:
        return Estimate(float(value), unit="change", n=short.n)
    between = of.year_lift(PACES[(1 + pace.low < PACES) & (1 + pace.high > PACES)])
    all_of_them = [value, *ends, *between]
    return Estimate(
        float(value), float(np.nanmin(all_of_them)), float(np.nanmax(all_of_them)), "change", short.n
    )


def curves(of: Life, short: Estimate) -> pd.DataFrame:
    """Purchases of a member up to each day of the first year after joining, as they are and without membership, by a lift.

    Returns
    -------
    pandas.DataFrame
        index day; members, and the same without membership: missing where the lift is unknown.
    """
    ages = np.arange(min(len(of.everybody), of.year + 1))
    slower = ages / (1 + pace_of(of, short).value)
    found = {"members": of.everybody[ages], "the same without membership": upto(of.everybody, slower)}
    return pd.DataFrame(found, index=pd.Index(ages, name="days since joining"))


def fading(short: Estimate, year: Estimate) -> str:
    """How the lift of a year compares with the short one: fades (is nearer to nothing), alike, grows, or unknown."""
    nearer = Estimate(abs(short.value) - abs(year.value), unit="points")
    return {"above": "fades", "below": "grows"}.get(side(nearer), side(nearer))


def side(off: Estimate) -> str:
    """Whether a difference of lifts is above nothing, below it, alike (within half a point), or unknown."""
    if not off.known:
        return "unknown"
    return "alike" if abs(off.value) < ALIKE else "above" if off.value > 0 else "below"


@dataclass(frozen=True)
class Bias:
    """By how much something other than chance moves a lift.

    Attributes
    ----------
    case : above, below, alike, or unknown
    found : the lift that is moved
    right : the lift that it should be
    off : the one less the other
    """

    case: str
    found: Estimate
    right: Estimate
    off: Estimate


def bias(found: float, right: float) -> Bias:
    """Hold a lift against the one that it should be."""
    off = Estimate(found - right, unit="points")
    return Bias(side(off), Estimate(found, unit="change"), Estimate(right, unit="change"), off)
