"""The moments at which customers join a programme, or could have and didn't, with what went before and came after.

A purchase is a day with an order. Joining happens at a purchase, so the fair clock starts at a purchase for those who join
at it and for those who might have and didn't: with any other clock, members have by construction bought at least once,
and had the time to (immortal time: Suissa 2008, doi 10.1093/aje/kwm324; one clock for both is the trial that one would
have liked to hold: Hernán & Robins 2016, doi 10.1093/aje/kwv254).
"""

from collections.abc import Collection

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

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


def starts_for_members(experiments: pd.DataFrame, since: pd.Series) -> np.ndarray:
    """Days on which a trial began that was for members alone, who then bought more, or less, by it."""
    joined = experiments["unit_id"].map(since)
    member = (joined <= experiments["assigned_at"]).groupby(experiments["experiment"]).transform("all")
    return experiments.loc[member.astype(bool), "assigned_at"].dropna().unique()


def outside_trials(moments: pd.DataFrame, experiments: pd.DataFrame) -> pd.DataFrame:
    """Leave out the purchases in the time of a trial that cost something for this customer, such as a coupon or a call.

    They may have come for its sake. Who joins is to be compared at purchases that came by themselves.
    """
    treated = experiments.loc[experiments["cost"] > 0, ["unit_id", "assigned_at", "measured_on"]]
    rows = moments[["customer_id", "day"]].assign(row=moments.index)
    within = rows.merge(treated, left_on="customer_id", right_on="unit_id")
    within = within[within["day"].between(within["assigned_at"], within["measured_on"])]
    return moments.drop(index=within["row"].unique()).reset_index(drop=True)


def on_days_of(moments: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Keep the purchases on whose day the customer placed one of these orders."""
    some = orders.assign(day=orders["ordered_at"].dt.normalize())[["customer_id", "day"]].drop_duplicates()
    return moments.merge(some, on=["customer_id", "day"])


def left_out(every: pd.DataFrame, kept: pd.DataFrame) -> str:
    """Whether purchases are left out because of trials: some, or none."""
    return "some" if len(kept) < len(every) else "none"


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


def member_since(customers: pd.DataFrame, orders: pd.DataFrame) -> pd.Series:
    """The day on which each customer with an order joined, by customer_id; missing for those who haven't."""
    return customers.set_index("customer_id")["member_since"].reindex(orders["customer_id"].unique())


def membership(since: pd.Series) -> str:
    """Whom one can compare: some (members and others), all, none (are members), or unknown (no customers)."""
    members = since.notna()
    return "unknown" if since.empty else "some" if members.any() and not members.all() else "all" if members.all() else "none"  # fmt: skip


def comparable(moments: pd.DataFrame) -> pd.DataFrame:
    """Later purchases at which one could join, up to the last number at which anybody did: later ones have no counterpart."""
    later = moments[moments["number"] > 0]
    last = later.loc[later["joins"], "number"].max() if later["joins"].any() else 0
    return later[later["number"] <= last].reset_index(drop=True)


def first_days(days: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int) -> pd.DataFrame:
    """Who joins later, and what they bought before: each customer's first days, in which none of these was a member.

    Parameters
    ----------
    days : from `purchase_days`
    since : day of joining by customer

    Returns
    -------
    pandas.DataFrame
        index customer_id: joined_later, purchases (further days with an order in the ``follow_days`` days after the first).
        Left out are who was won too recently to be followed so long, and who joined in that time.
    """
    first = days.groupby("customer_id")["day"].min()
    waited = (since.reindex(first.index) - first).dt.days
    age = (days["day"] - days["customer_id"].map(first)).dt.days
    further = days[(age > 0) & (age <= follow_days)].groupby("customer_id").size()
    early = pd.DataFrame(
        {"joined_later": waited.notna(), "purchases": further.reindex(first.index).fillna(0)}
    )
    return early[(first + pd.Timedelta(days=follow_days) <= as_of) & ~(waited <= follow_days)]


def times_as_many(early: pd.DataFrame) -> Estimate:
    """How many times as many further purchases those make who join later; unknown where a group is empty, or bought nothing.

    Parameters
    ----------
    early : from `first_days`
    """
    means = early.groupby("joined_later")["purchases"].mean().reindex([True, False]).astype(float)
    known = means[False] > 0
    return Estimate(float(means[True] / means[False]) if known else np.nan, unit="ratio", n=len(early))


def further_purchases(days: pd.DataFrame, early: pd.DataFrame, follow_days: int) -> pd.DataFrame:
    """Further purchases a customer by days since the first one, cumulative: a column for each group of `first_days`."""
    age = (days["day"] - days.groupby("customer_id")["day"].transform("min")).dt.days
    later = days["customer_id"].map(early["joined_later"])
    of = days.assign(age=age, later=later)[later.notna() & (age > 0) & (age <= follow_days)]
    ages = pd.RangeIndex(follow_days + 1, name="days since the first purchase")
    means = {}
    for name, later in (("joined later", True), ("never joined", False)):
        size = (early["joined_later"] == later).sum()
        counts = of.loc[of["later"] == later, "age"].value_counts().reindex(ages).fillna(0).cumsum()
        means[name] = counts / (size if size else np.nan)
    return pd.DataFrame(means)


def around_joining(
    days: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int
) -> pd.DataFrame:
    """Purchases of members in ``follow_days`` days on either side of the day of joining, of those who can be followed.

    Returns
    -------
    pandas.DataFrame
        customer_id, day, gap (days from joining: below 0 before it, 0 on it), joined_at_first (whether joining was at the first
        purchase or before it, so that there is no before).
    """
    joined = days["customer_id"].map(since)
    gap = (days["day"] - joined).dt.days
    first = days.groupby("customer_id")["day"].transform("min")
    near = days.assign(gap=gap, joined_at_first=joined <= first)
    followed = joined + pd.Timedelta(days=follow_days) <= as_of
    found = near[followed & gap.between(-follow_days, follow_days)]
    return found[["customer_id", "day", "gap", "joined_at_first"]].astype({"gap": int}).reset_index(drop=True)


def before_and_after(around: pd.DataFrame) -> pd.DataFrame:
    """Purchases of members before and after joining, counted in four ways, from `around_joining`: before, after, change."""
    later = around[~around["joined_at_first"]]
    ways = {
        "all members, the day of joining counted as after": (around, 0),
        "all members, without the day of joining": (around, 1),
        "who have a before, the day of joining counted as after": (later, 0),
        "who have a before, without the day of joining": (later, 1),
    }
    rows = {name: [(of["gap"] < 0).sum(), (of["gap"] >= begin).sum()] for name, (of, begin) in ways.items()}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["before", "after"])
    return table.assign(change=table["after"] / table["before"].where(table["before"] > 0) - 1)
