"""Which experiment is read, what its arms are, and whether its outcome is known yet."""

from dataclasses import dataclass, field

import pandas as pd

from workbook.analytics.experiments import ab_tests
from workbook.tables.matching import is_in


@dataclass(frozen=True)
class OnRecord:
    """The experiment that is read.

    Attributes
    ----------
    case : none (no experiment with two arms), running (none whose outcome is known), wanted_running (the wanted one is, so that
        another is read), other (there is none of the wanted name), over (the wanted one is read)
    name, control, arm : of the experiment, and of the two arms that are compared; "" if none is read
    others : arms beside these two
    they : what its units are: customers of the orders, visitors (nobody of whom is on record as a customer), or units
    units : whose outcome is known
    waiting : units whose outcome isn't known yet; None for none
    first, days : first day on which units were drawn, and number of such days; missing where nobody noted it
    running : experiments whose outcome isn't known yet
    """

    case: str
    name: str = ""
    control: str = ""
    arm: str = ""
    others: int = 0
    they: str = "units"
    units: int = 0
    waiting: int | None = None
    first: pd.Timestamp = pd.NaT
    days: int | None = None
    running: list[str] = field(default_factory=list)


def on_record(
    experiments: pd.DataFrame, orders: pd.DataFrame, wanted: str = "", control: str = ""
) -> OnRecord:
    """Choose the experiment to read: the wanted one if its outcome is known, else the largest of which it is.

    Parameters
    ----------
    experiments, orders : the tables as of the day that is looked at, so that an outcome which isn't known yet is missing
    wanted : name of the experiment
    control : arm to compare with; "" for the one whose name says so, else the largest

    Raises
    ------
    DataError
        for a control that no unit of the experiment has.
    """
    known = with_two_arms(experiments.dropna(subset="ordered"))
    running = sorted(set(experiments["experiment"]) - set(known["experiment"]))
    name = ab_tests.pick(known, wanted)
    if not name:
        return OnRecord("running" if running else "none", running=running)
    rows = experiments[experiments["experiment"] == name]
    read = rows.dropna(subset="ordered")
    without = ab_tests.control_arm(read["arm"], control)
    days = read["assigned_at"].dt.normalize().dropna()
    return OnRecord(
        "over" if wanted in ("", name) else "wanted_running" if wanted in running else "other",
        name, without, ab_tests.treated_arm(read["arm"], without), read["arm"].nunique() - 2,
        units_are(read["unit_id"], orders["customer_id"]), len(read), len(rows) - len(read) or None,
        days.min() if len(days) else pd.NaT, days.nunique() or None, running,
    )  # fmt: skip


def with_two_arms(experiments: pd.DataFrame) -> pd.DataFrame:
    """Rows of the experiments in which more than one arm has units."""
    return experiments[experiments.groupby("experiment")["arm"].transform("nunique") > 1]


def units_are(units: pd.Series, customers: pd.Series) -> str:
    """What the units of an experiment are: customers if one at least has ordered; units where there are no orders."""
    if customers.empty:
        return "units"
    return "customers" if is_in(units, customers).any() else "visitors"


def units_of(experiments: pd.DataFrame, name: str, today: pd.Timestamp) -> pd.DataFrame:
    """Units of an experiment whose outcome is known; where nobody noted the day it is ``today``."""
    rows = experiments[experiments["experiment"] == name].dropna(subset="ordered")
    given = rows["assigned_at"].fillna(today)
    return rows.assign(ordered=rows["ordered"].astype(int), assigned_at=given).reset_index(drop=True)


def two_arms(units: pd.DataFrame, control: str, arm: str) -> pd.DataFrame:
    """Units of the two arms that are compared, with ``treated``: True or False."""
    pair = units[units["arm"].isin([control, arm])].reset_index(drop=True)
    return pair.assign(treated=pair["arm"] == arm)
