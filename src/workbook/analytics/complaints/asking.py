"""When in doubt, ask a person: whom, what it costs by how many are asked about, and how many that should be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.complaints.desk_costs import case_costs, decide, expected_costs
from workbook.analytics.estimate import Estimate

SHARES = pd.Index(np.arange(101) / 100, name="share that a person decides")


def person_costs(grade: pd.Series, matrix: pd.DataFrame, agreement: float) -> pd.Series:
    """Mean cost of a person's decision who gives the grade on file to a share ``agreement``, and else a neighbour of it.

    Parameters
    ----------
    grade : as filed
    matrix : see `costs`
    agreement : share, 0 to 1, of complaints to which two people give the same grade
    """
    beside = {g: [other for other in matrix.columns if abs(other - g) == 1] for g in matrix.index}
    slip = {g: float(matrix.loc[g, others].mean()) for g, others in beside.items()}
    return (1 - agreement) * grade.map(slip).astype(float)


def by_doubt(chances: pd.DataFrame, matrix: pd.DataFrame) -> pd.Index:
    """Complaints by how much their best desk is still expected to cost, the most doubtful first."""
    return expected_costs(chances, matrix).min(axis=1).sort_values(ascending=False, kind="stable").index


def doubtful(chances: pd.DataFrame, matrix: pd.DataFrame, share: Estimate) -> pd.Series:
    """Whether each complaint is among the most doubtful ``share`` of all; none is where the share isn't known."""
    asked = round(share.value * len(chances)) if share.known else 0
    first = by_doubt(chances, matrix)[:asked]
    return pd.Series(chances.index.isin(first), index=chances.index)


def ask_curve(
    chances: pd.DataFrame, grade: pd.Series, matrix: pd.DataFrame, *, reading: float, agreement: float
) -> pd.Series:
    """Mean cost of a complaint if a person decides on the most doubtful ones, by what share of all these are.

    Parameters
    ----------
    chances : of each grade, a row a complaint
    grade : the grade it was
    matrix : see `costs`
    reading : cost of having one complaint read by a person
    agreement : share of complaints to which two people give the same grade, see `person_costs`

    Returns
    -------
    pandas.Series
        By share, 0 to 1 in steps of a hundredth, each rounded to whole complaints. Missing without complaints.
    """
    order, n = by_doubt(chances, matrix), len(chances)
    if not n:
        return pd.Series(np.nan, index=SHARES)
    machine = case_costs(grade, decide(chances, matrix), matrix)[order].to_numpy()
    people = (reading + person_costs(grade, matrix, agreement))[order].to_numpy()
    total = np.append(0, people.cumsum()) + machine.sum() - np.append(0, machine.cumsum())
    asked = [round(share * n) for share in SHARES]
    return pd.Series(total[asked] / n, index=SHARES)


@dataclass(frozen=True)
class Asking:
    """What it brought to ask people about the share that had been cheapest before.

    Attributes
    ----------
    case : somebody, nobody (to ask nobody had been cheapest), or unknown
    share : of the complaints, the most doubtful ones, as it was chosen on earlier ones
    alone : cost of a later complaint without asking anybody
    asked : the same when people decide on that share
    hindsight : the lowest cost of any share of the later ones, which nobody knows beforehand
    """

    case: str
    share: Estimate
    alone: Estimate
    asked: Estimate
    hindsight: Estimate


def chosen_before(curves: pd.DataFrame, unit: str = "money") -> Asking:
    """Choose the cheapest share on earlier complaints, and see on later ones what that brings.

    A share that is chosen on the very complaints on which its cost is then read looks cheaper than it will be.

    Parameters
    ----------
    curves : columns past and test: cost of a complaint by share, from `ask_curve`, of earlier and of later complaints
    unit : of the costs
    """
    if curves[["past", "test"]].isna().any(axis=None):
        return Asking("unknown", Estimate(unit="share"), *[Estimate(unit=unit)] * 3)
    share = float(curves["past"].idxmin())
    costs = (curves["test"].iloc[0], curves["test"].loc[share], curves["test"].min())
    case = "somebody" if share > 0 else "nobody"
    return Asking(case, Estimate(share, unit="share"), *(Estimate(float(c), unit=unit) for c in costs))


def with_people(
    chances: pd.DataFrame,
    grade: pd.Series,
    matrix: pd.DataFrame,
    asked: Asking,
    reading: float,
    agreement: float,
) -> pd.Series:
    """What each complaint costs if people decide on the share that was chosen, and the model on the others."""
    model = case_costs(grade, decide(chances, matrix), matrix)
    people = reading + person_costs(grade, matrix, agreement)
    return people.where(doubtful(chances, matrix, asked.share), model)


def by_truth(
    chances: pd.DataFrame,
    true: pd.Series,
    filed: pd.Series,
    matrix: pd.DataFrame,
    asked: Asking,
    reading: float,
) -> pd.DataFrame:
    """What each complaint costs by its true grade: by the model alone, with people on the chosen share, by people alone.

    People are those who filed the grades: their slips are in them.
    """
    model = case_costs(true, decide(chances, matrix), matrix)
    people = reading + case_costs(true, filed, matrix)
    both = people.where(doubtful(chances, matrix, asked.share), model)
    return pd.DataFrame({"model alone": model, "with people": both, "people alone": people})


def advice(asked: Asking, difference: Estimate) -> str:
    """What to do about people: ask, try_it (it saved money, but not by more than chance), leave (it saved none), nobody, or unknown."""
    if asked.case != "somebody":
        return asked.case
    if not difference.value < 0:
        return "leave"
    return "ask" if difference.verdict == "down" else "try_it"


def a_day(asks: pd.DataFrame) -> pd.Series:
    """Complaints that people read on each day, from the first complaint to the last; empty without dates.

    Parameters
    ----------
    asks : complained_at, and ask (whether a person reads it)
    """
    day = asks["complained_at"].dt.normalize()
    if day.isna().all():
        return pd.Series(dtype=float)
    days = pd.date_range(day.min(), day.max(), name="day")
    return asks.groupby(day)["ask"].sum().reindex(days, fill_value=0).astype(int)
