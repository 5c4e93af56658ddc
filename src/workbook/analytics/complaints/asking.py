"""When in doubt, ask a person: what it costs by how many complaints are asked about, and how many that should be."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.complaints.grading import case_costs, decide, expected_costs
from workbook.analytics.estimate import Estimate


def abstention_curve(
    chances: pd.DataFrame, grade: pd.Series, matrix: pd.DataFrame, *, reading: float, person: pd.Series | None = None
) -> pd.DataFrame:  # fmt: skip
    """Mean cost of a complaint if a person decides on the doubtful ones, by how many these are.

    The doubtful are those whose best desk still has the highest expected cost.

    Parameters
    ----------
    chances : of each grade, a row a complaint
    grade : the grade it was
    matrix : see `costs`
    reading : cost of having one complaint read and decided by a person
    person : the grade that the person gives; without it the person is always right

    Returns
    -------
    pandas.DataFrame
        Index share handed to a person (0 to 1, at most 101 rows); complaints, cost.
    """
    doubt = expected_costs(chances, matrix).min(axis=1).sort_values(ascending=False, kind="stable")
    machine = case_costs(grade, decide(chances, matrix), matrix)[doubt.index]
    by_person = reading + case_costs(grade, grade if person is None else person, matrix)[doubt.index]
    n = len(doubt)
    total = np.append(0, by_person.cumsum()) + machine.sum() - np.append(0, machine.cumsum())
    asked = (
        np.unique(np.linspace(0, n, min(n, 100) + 1).round().astype(int)) if n else np.array([], dtype=int)
    )
    return pd.DataFrame({"complaints": asked, "cost": total[asked] / max(n, 1)},
                        index=pd.Index(asked / max(n, 1), name="share"))  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """What it brought to ask people about as many complaints as had been cheapest before.

    Attributes
    ----------
    case : somebody, nobody (to ask nobody had been cheapest), or unknown
    share : of the complaints, the most doubtful ones, as it was chosen on earlier ones
    alone : cost of a later complaint without asking anybody
    asked : the same when people decide on that share
    """

    case: str
    share: Estimate
    alone: Estimate
    asked: Estimate


def chosen_before(before: pd.Series, now: pd.Series, unit: str = "money") -> Asking:
    """Choose the cheapest share on earlier complaints, and see on later ones what that brings.

    A share that is chosen on the very complaints on which its cost is then read looks cheaper than it will be.

    Parameters
    ----------
    before, now : cost of a complaint by share asked about, from `abstention_curve`, of earlier and of later complaints
    unit : of the costs
    """
    if not (before.notna().any() and now.notna().any()):
        return Asking("unknown", Estimate(unit="share"), Estimate(unit=unit), Estimate(unit=unit))
    share = float(before.idxmin())
    alone = float(now.iloc[0])
    asked = float(np.interp(share, now.index.to_numpy(dtype=float), now.to_numpy(dtype=float)))
    case = "somebody" if share > 0 else "nobody"
    return Asking(case, Estimate(share, unit="share"), Estimate(alone, unit=unit), Estimate(asked, unit=unit))
