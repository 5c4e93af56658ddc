"""What membership does to purchases, by one comparison after the other; and, where it is known, the truth about each."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal, several
from workbook.analytics.loyalty import joining
from workbook.analytics.value.lifetime_value import expected_value

OUTCOMES = {"came_back": "came back at all", "after": "purchases", "spend_after": "spend"}
COLUMNS = ["value", "low", "high", "unit", "n"]
UNKNOWN = Estimate()


@dataclass(frozen=True)
class Comparison:
    """One way to compare members with others: the contrast, and the customers whose membership it is about."""

    contrast: causal.Contrast
    members: pd.Index


def report(days: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int) -> pd.DataFrame:
    """Members and others as a programme's report has them: index customer_id; member, purchases, spent in the last days."""
    last = days[days["day"] > as_of - pd.Timedelta(days=follow_days)].groupby("customer_id")
    bought = pd.DataFrame({"purchases": last.size(), "spent": last["amount"].sum()})
    return bought.reindex(since.index).fillna(0).assign(member=since.notna())


def by_report(days: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int) -> Comparison:
    """Members against others, as they stand."""
    shown = report(days, since, as_of, follow_days)
    return Comparison(causal.compare(shown["purchases"], shown["member"]), since.index[since.notna()])


def at_purchases(moments: pd.DataFrame) -> dict[str, Comparison]:
    """Comparisons that start at a purchase for everybody, by name.

    Parameters
    ----------
    moments : from `joining.purchase_moments`
    """
    first, late = moments[moments["number"] == 0], joining.comparable(moments)
    start, end, joins, who = (late[c] for c in ("bought_before", "after", "joins", "customer_id"))
    past = joining.as_history(late)
    joiners = pd.Index(who[joins])
    return {
        "joined at the first purchase": Comparison(
            causal.compare(first["after"], first["joins"]), pd.Index(first.loc[first["joins"], "customer_id"])
        ),
        "joined later": Comparison(causal.compare(end, joins, cluster=who), joiners),
        "difference in differences": Comparison(
            causal.difference_in_differences(start, end, joins, cluster=who), joiners
        ),
        "joined later, equal past": Comparison(causal.weighted(end, joins, past, cluster=who), joiners),
    }


def on_one_day(
    orders: pd.DataFrame, since: pd.Series, as_of: pd.Timestamp, follow_days: int
) -> dict[str, Comparison]:
    """Comparisons that start on one day of the calendar, ``follow_days`` before the end, by name."""
    people = joining.landmark(
        orders, since, day=as_of - pd.Timedelta(days=follow_days), follow_days=follow_days
    )
    members = people.index[people["member"]]
    then = people["joins_later"]
    return {
        "members on one day": Comparison(causal.compare(people["after"], people["member"]), members),
        "members on one day, equal past": Comparison(
            causal.weighted(people["after"], people["member"], joining.as_history(people)), members
        ),
        "joined in the days after": Comparison(
            causal.difference_in_differences(people["bought_before"], people["after"], then),
            people.index[then],
        ),
    }


def lifts(of: Mapping[str, Comparison]) -> pd.DataFrame:
    """Comparisons as a table: index comparison; value, low, high, unit, n (rows of members); those without a value are left out."""
    rows = {name: one.contrast.change for name, one in of.items()}
    table = {name: [e.value, e.low, e.high, e.unit, e.n] for name, e in rows.items() if e.known}
    return pd.DataFrame.from_dict(table, orient="index", columns=COLUMNS).rename_axis("comparison")


def on_outcomes(late: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """What membership changes, weighted to an equal past: coming back, purchases, spend; intervals that hold together.

    Parameters
    ----------
    late : from `joining.comparable`

    Returns
    -------
    pandas.DataFrame
        index outcome: value (relative change), low, high, unit, n; widened so that all hold in ``level`` of samples.
    """
    past, each = joining.as_history(late), several.level_of_each(level, len(OUTCOMES))
    found = {
        name: Comparison(
            causal.weighted(late[column], late["joins"], past, cluster=late["customer_id"], level=each),
            pd.Index([]),
        )
        for column, name in OUTCOMES.items()
    }
    return lifts(found).rename_axis("outcome")


def true_lift(rates: pd.DataFrame, members: pd.Index, days: int) -> float:
    """True relative effect of membership on the purchases that customers are expected to make in ``days`` days after one.

    Parameters
    ----------
    rates : index customer_id: without, with_it (purchases a week while active, without and with membership), dropout (chance
        of leaving after a purchase, the one at the start included)
    members : whose; one who is there several times counts as often
    """
    own = rates.reindex(members).dropna()
    stays = 1 - own["dropout"]
    before, after = (
        expected_value(own[rate], own["dropout"], stays, days / 7).sum() for rate in ("without", "with_it")
    )
    return float(after / before - 1) if before > 0 else np.nan


def beside_truth(of: Mapping[str, Comparison], rates: pd.DataFrame, days: int) -> pd.DataFrame:
    """`lifts` with the truth about each comparison's own members."""
    table = lifts(of)
    return table.assign(truth=[true_lift(rates, of[name].members, days) for name in table.index])


@dataclass(frozen=True)
class Judged:
    """How comparisons did against the truth.

    Attributes
    ----------
    case : some_miss, all_hold, or unknown
    nearest, farthest : comparisons, by how far they are off
    off_by, off_most : how far these are off
    missing : comparisons whose interval misses the truth
    """

    case: str
    nearest: str = ""
    farthest: str = ""
    off_by: Estimate = UNKNOWN
    off_most: Estimate = UNKNOWN
    missing: Collection[str] = ()


def judged(table: pd.DataFrame) -> Judged:
    """Hold comparisons against the truth, from `beside_truth`."""
    off = (table["value"] - table["truth"]).dropna()
    if off.empty:
        return Judged("unknown")
    size = off.abs()
    beyond = (table["truth"] < table["low"]) | (table["truth"] > table["high"])
    missing = list(table.index[beyond])
    best, worst = size.idxmin(), size.idxmax()
    near, far = (Estimate(float(off[name]), unit="points") for name in (best, worst))
    return Judged("some_miss" if missing else "all_hold", str(best), str(worst), near, far, missing)


def joins_by_kind(since: pd.Series, days: pd.DataFrame) -> pd.Series:
    """When each customer joined: at the first purchase, later, or never."""
    first = days.groupby("customer_id")["day"].min().reindex(since.index)
    kind = np.select([since == first, since.notna()], ["at the first purchase", "later"], "never")
    return pd.Series(kind, since.index)


@dataclass(frozen=True)
class Together:
    """An effect by itself, and as one of several: case both (leave out no effect), only_alone, neither, or unknown."""

    case: str
    alone: Estimate
    together: Estimate


def together(outcomes: pd.DataFrame, alone: Estimate) -> Together:
    """Hold the interval of purchases, one of several outcomes, against the one that it has alone; from `on_outcomes`."""
    name = OUTCOMES["after"]
    widened = Estimate.of(outcomes.loc[name]) if name in outcomes.index else UNKNOWN
    if not (widened.has_interval and alone.has_interval):
        return Together("unknown", alone, widened)
    tells = [one.verdict in ("up", "down") for one in (alone, widened)]
    return Together("both" if all(tells) else "only_alone" if tells[0] else "neither", alone, widened)


def true_value(customers: pd.DataFrame, since: pd.Series) -> pd.Series:
    """Margin that a member is truly expected to bring in the next 12 months, without membership and with it, on average.

    Parameters
    ----------
    customers : the truth table of customers
    since : day of joining by customer
    """
    of = customers.set_index("customer_id").reindex(since.index[since.notna()])
    columns = {"value_without_programme_12m": "without membership", "value_with_programme_12m": "with it"}
    return of[list(columns)].astype(float).mean().rename(columns).rename("expected margin of a member")


def value_lift(value: pd.Series) -> Estimate:
    """By how much membership truly raises the value of members, from `true_value`."""
    without = value["without membership"]
    return Estimate(value["with it"] / without - 1 if without > 0 else np.nan, unit="change")
