"""What a wrong desk costs: the matrix of costs, the desk of least expected cost, and the mistakes in money."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.complaints.grading import GRADES
from workbook.analytics.estimate import Estimate
from workbook.tables.errors import DataError

# A senior case that stops at the regional manager costs this part of one that stays with front-line staff.
HALF_MISSED = 0.3


def costs(senior_missed: float = 3000.0, needless_alarm: float = 150.0) -> pd.DataFrame:
    """Cost of sending a complaint to the wrong desk: rows the grade it has, columns the grade it is sent to.

    Parameters
    ----------
    senior_missed : cost of a senior case that stays with front-line staff, in the data's money
    needless_alarm : cost of a basic case on the executives' desk

    Returns
    -------
    pandas.DataFrame
        3 × 3, zero where the desk is right. The other costs are parts of the two: see the source.

    Raises
    ------
    DataError
        if a cost is not above 0.
    """
    for name, value in (("senior_missed", senior_missed), ("needless_alarm", needless_alarm)):
        if not value > 0:
            raise DataError(f"{name} must be above 0; got {value}.")
    return pd.DataFrame(
        [[0.0, 0.3 * needless_alarm, needless_alarm],
         [0.1 * senior_missed, 0.0, 0.8 * needless_alarm],
         [senior_missed, HALF_MISSED * senior_missed, 0.0]],
        index=pd.Index(GRADES.index, name="grade"), columns=pd.Index(GRADES.index, name="sent"),
    )  # fmt: skip


def expected_costs(chances: pd.DataFrame, matrix: pd.DataFrame) -> pd.DataFrame:
    """Expected cost of each desk for each complaint: its chances of the grades times the matrix."""
    return chances[list(matrix.index)].dot(matrix)


def decide(chances: pd.DataFrame, matrix: pd.DataFrame) -> pd.Series:
    """The desk of least expected cost (Elkan 2001, "The foundations of cost-sensitive learning"); of equals the lower."""
    expected = expected_costs(chances, matrix)
    return pd.Series(expected.columns.to_numpy()[expected.to_numpy().argmin(axis=1)], index=chances.index)


def case_costs(grade: pd.Series, sent: pd.Series, matrix: pd.DataFrame) -> pd.Series:
    """What each complaint cost, by its grade and where it was sent; missing where either is."""
    known = grade.notna() & sent.notna()
    rows = grade[known].astype(int).to_numpy() - 1
    columns = sent[known].astype(int).to_numpy() - 1
    found = pd.Series(np.nan, index=grade.index)
    found[known] = matrix.to_numpy()[rows, columns]
    return found


def break_even(matrix: pd.DataFrame, grades: pd.Series) -> Estimate:
    """Chance of the highest grade that occurs from which on its desk costs less than that of the lowest, if a case has either.

    Parameters
    ----------
    matrix : see `costs`
    grades : as filed; unknown where only one occurs
    """
    lowest, highest = grades.min(), grades.max()
    if not lowest < highest:
        return Estimate(unit="share")
    alarm, missed = float(matrix.loc[lowest, highest]), float(matrix.loc[highest, lowest])
    return Estimate(alarm / (alarm + missed), unit="share")


def mistakes(grade: pd.Series, sent: pd.Series) -> pd.DataFrame:
    """Complaints by the grade that they have (rows; those that occur) and the desk that they were sent to (columns)."""
    table = pd.crosstab(grade, sent).reindex(columns=list(GRADES.index), fill_value=0)
    return named(table.rename_axis(index="filed as", columns="sent to"))


def named(table: pd.DataFrame) -> pd.DataFrame:
    """A table of grades by desks with the words for both."""
    return table.rename(index=GRADES["name"], columns=GRADES["sent_to"])


@dataclass(frozen=True)
class Heaviest:
    """The kind of mistake that costs most.

    Attributes
    ----------
    case : one, or none where no complaint is on a wrong desk
    grade, desk : the grade that it has, and the desk that it was sent to
    complaints : number of them
    share : of all costs
    """

    case: str
    grade: str | None = None
    desk: str | None = None
    complaints: int | None = None
    share: Estimate | None = None


def heaviest(counts: pd.DataFrame, matrix: pd.DataFrame) -> Heaviest:
    """The kind of mistake that costs most in all, of a table of `mistakes`."""
    money = counts * named(matrix).loc[counts.index]
    total = float(money.to_numpy().sum())
    if not total > 0:
        return Heaviest("none")
    grade = money.max(axis=1).idxmax()
    desk = money.loc[grade].idxmax()
    share = Estimate(float(money.loc[grade, desk]) / total, unit="share")
    return Heaviest("one", str(grade), str(desk), int(counts.loc[grade, desk]), share)
