"""Ways to send complaints to desks, compared: by how many are on the desk of their grade, and by what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbook.analytics.complaints.desk_costs import case_costs, costs, decide
from workbook.analytics.complaints.grading import GRADES
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.experiments.paired import mean_difference
from workbook.analytics.skewed_means import skewed_mean

SENIOR = int(GRADES.index.max())


def desk_of_most(past_grade: pd.Series, index: pd.Index) -> pd.Series:
    """The commonest grade of the past for each case, which is what is known without reading anything; 1 without a past."""
    return pd.Series(int(past_grade.mode().get(0, 1)), index=index)


def desks(ways: Mapping[str, pd.Series]) -> pd.DataFrame:
    """How many complaints each way sends to each desk."""
    counted = {way: desk.value_counts() for way, desk in ways.items()}
    table = pd.DataFrame(counted).reindex(GRADES.index).fillna(0).astype(int).T
    return table.rename(columns=GRADES["sent_to"]).rename_axis(index="way", columns="")


def costs_of(grade: pd.Series, ways: Mapping[str, pd.Series], matrix: pd.DataFrame) -> pd.DataFrame:
    """What each complaint costs, a column per way."""
    return pd.DataFrame({way: case_costs(grade, desk, matrix) for way, desk in ways.items()})


def right_share(test: pd.DataFrame, guess: pd.Series) -> Estimate:
    """Share of complaints whose grade is guessed as it is on file, with Wilson's interval."""
    right = guess == test["grade"]
    low, high = share_interval(right, cluster=test["customer_id"])
    return Estimate(float(right.mean()), low, high, "share", len(test))


def against_both(guesses: Mapping[str, pd.Series], filed: pd.Series, true: pd.Series) -> pd.DataFrame:
    """Share of each one's grades that match the file, and share that are truly right, where the truth is known."""
    known = true.notna()
    rows = {
        name: {"matches the file": (guess == filed).mean(), "truly right": (guess == true)[known].mean()}
        for name, guess in guesses.items()
    }
    return pd.DataFrame(rows).T


def compared(test: pd.DataFrame, ways: Mapping[str, pd.Series], matrix: pd.DataFrame) -> pd.DataFrame:
    """Each way's decisions and what they cost.

    Parameters
    ----------
    test : grade and customer_id
    ways : name → the desk of each complaint
    matrix : see `costs`

    Returns
    -------
    pandas.DataFrame
        By way: right (share on the desk of the grade as filed), executives read (share of all complaints), senior missed
        (share of the senior ones on a lower desk; missing where there are none), cost (mean of a complaint), low, high.
    """
    senior = test["grade"] == SENIOR
    rows = {}
    for name, desk in ways.items():
        cost = skewed_mean(case_costs(test["grade"], desk, matrix), cluster=test["customer_id"])
        rows[name] = {
            "right": (desk == test["grade"]).mean(), "executives read": (desk == SENIOR).mean(),
            "senior missed": (desk[senior] < SENIOR).mean(),
            "cost": cost.value, "low": cost.low, "high": cost.high,
        }  # fmt: skip
    return pd.DataFrame(rows).T.rename_axis("way")


def executives_at(
    missed_to_alarm: float, needless_alarm: float, chances: pd.DataFrame, rule: pd.Series
) -> pd.Series:
    """Share of complaints that the executives read, by the rule and by the model, if a missed case costs so many alarms.

    Parameters
    ----------
    missed_to_alarm : how many needless alarms one senior case costs that stays with front-line staff
    needless_alarm : cost of one
    chances : of each grade, a row a complaint
    rule : the desk by the rule
    """
    model = decide(chances, costs(missed_to_alarm * needless_alarm, needless_alarm))
    read = {"keyword rule": (rule == SENIOR).mean(), "model": (model == SENIOR).mean()}
    return pd.Series(read, name="share that the executives read")


@dataclass(frozen=True)
class Paradox:
    """Two ways, one of which has more complaints on the desk of their grade, and the other one costs less.

    Attributes
    ----------
    case : paradox, agree (one is better by both), or unknown
    right, chosen_right : of the way that reads nothing, and of the chosen way
    cost, chosen_cost : of both
    """

    case: str
    right: Estimate
    chosen_right: Estimate
    cost: Estimate
    chosen_cost: Estimate


def paradox(table: pd.DataFrame, nothing: str, chosen: str, unit: str = "money") -> Paradox:
    """Hold the way that reads nothing against the chosen one.

    Parameters
    ----------
    table : from `compared`
    nothing, chosen : names of two ways
    unit : of the costs
    """
    right = table["right"].astype(float)
    cost = table["cost"].astype(float)
    fields = [Estimate(right[way], unit="share") for way in (nothing, chosen)]
    fields += [Estimate(cost[way], unit=unit) for way in (nothing, chosen)]
    if cost[[nothing, chosen]].isna().any():
        return Paradox("unknown", *fields)
    both = (right[nothing] - right[chosen]) * (cost[nothing] - cost[chosen])
    return Paradox("paradox" if both > 0 and cost[chosen] < cost[nothing] else "agree", *fields)


def by_language(test: pd.DataFrame, right: pd.Series, costs: pd.DataFrame) -> pd.DataFrame:
    """Share of right grades with Wilson's interval, and mean costs, by language.

    Parameters
    ----------
    test : language and customer_id
    right : whether the likeliest grade is that on file
    costs : of a complaint, a column per way
    """
    groups = right.groupby(test["language"])
    ends = {name: share_interval(hits, cluster=test.loc[hits.index, "customer_id"]) for name, hits in groups}
    table = pd.DataFrame({"complaints": groups.size(), "right": groups.mean()})
    table = table.join(pd.DataFrame(ends, index=["low", "high"]).T)
    return table.join(costs.groupby(test["language"]).mean().add_prefix("cost, "))


@dataclass(frozen=True)
class Cheapest:
    """The way that costs least.

    Attributes
    ----------
    case : clear (it costs less than the next by more than chance), close, alone (all cost the same), or unknown
    way, cost : its name, and what a complaint costs
    next, next_cost : of the second
    more : what the second costs more, with the interval of paired differences
    """

    case: str
    way: str | None = None
    cost: Estimate | None = None
    next: str | None = None
    next_cost: Estimate | None = None
    more: Estimate | None = None


def two_cheapest(table: pd.DataFrame) -> list[str]:
    """Names of the two ways that cost least, of a table of `compared`; fewer where fewer differ."""
    cost = table["cost"].astype(float).dropna().sort_values(kind="stable")
    return list(cost.index[~cost.round(6).duplicated()][:2])


def cheapest(
    table: pd.DataFrame, costs: pd.DataFrame, *, cluster: pd.Series, unit: str = "money", seed: int = 0
) -> Cheapest:
    """The way that costs least, and whether it does so by more than chance.

    Parameters
    ----------
    table : from `compared`
    costs : of each complaint, from `costs_of`
    cluster : whose complaint each is
    unit : of the costs
    seed : of the random flips, see `mean_difference`
    """
    ways = two_cheapest(table)
    if not ways:
        return Cheapest("unknown")
    prices = [Estimate(float(table.loc[way, "cost"]), unit=unit) for way in ways]
    if len(ways) == 1:
        return Cheapest("alone", ways[0], prices[0])
    more = mean_difference(costs[ways[1]] - costs[ways[0]], cluster=cluster, unit=unit, seed=seed)
    return Cheapest(
        "clear" if more.verdict == "up" else "close", ways[0], prices[0], ways[1], prices[1], more
    )
