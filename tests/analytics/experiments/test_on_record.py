"""Which experiment is read, whether its outcome is known, and who its units are."""

import pandas as pd
import pytest

from workbook.analytics.experiments.on_record import on_record, two_arms, units_of
from workbook.tables.errors import DataError

DAY = pd.Timestamp("2025-03-01")


def table(**experiments: list[tuple[str, object]]) -> pd.DataFrame:
    """Make an experiments table: name=[(arm, ordered), …], one unit per row, drawn on one day."""
    rows = [
        {"experiment": name, "unit_id": f"U{n}", "arm": arm, "assigned_at": DAY, "ordered": ordered}
        for name, units in experiments.items()
        for n, (arm, ordered) in enumerate(units)
    ]
    columns = ["experiment", "unit_id", "arm", "assigned_at", "ordered"]
    return pd.DataFrame(rows, columns=columns).astype({"ordered": "Int64"})


ORDERS = pd.DataFrame({"customer_id": ["U0", "C9"], "ordered_at": [DAY, DAY]})
OVER = [("none", 1), ("new", 0), ("new", 1)]
RUNNING = [("none", pd.NA), ("new", pd.NA), ("new", pd.NA), ("none", pd.NA)]


def test_the_wanted_experiment_is_read():
    """Its control is the arm whose name says so; units and days are counted."""
    read = on_record(table(small=OVER, large=[*OVER, *OVER]), ORDERS, "small")
    assert (read.case, read.name, read.control, read.arm) == ("over", "small", "none", "new")
    assert (read.units, read.waiting, read.days, read.first, read.others) == (3, None, 1, DAY, 0)


def test_without_such_a_name_the_largest_is_read():
    """And it is said, since nobody asked for it."""
    read = on_record(table(small=OVER, large=[*OVER, *OVER]), ORDERS, "none of these")
    assert (read.case, read.name) == ("other", "large")
    assert on_record(table(small=OVER), ORDERS).case == "over"


def test_an_experiment_whose_outcome_is_not_known_is_running():
    """It isn't read, however large it is; where it was wanted, another is read and that is said."""
    assert on_record(table(a=RUNNING), ORDERS, "a").case == "running"
    read = on_record(table(a=RUNNING, b=OVER), ORDERS, "a")
    assert (read.case, read.name, read.running) == ("wanted_running", "b", ["a"])


def test_units_that_still_wait_are_counted_apart():
    """Of one experiment some outcomes may be known before the others."""
    read = on_record(table(a=[*OVER, ("new", pd.NA)]), ORDERS, "a")
    assert (read.case, read.units, read.waiting) == ("over", 3, 1)


def test_one_arm_is_no_experiment():
    """Nor is an empty table."""
    assert on_record(table(a=[("new", 1), ("new", 0)]), ORDERS).case == "running"
    assert on_record(table(), ORDERS).case == "none"


def test_who_the_units_are():
    """Customers if one has ordered, visitors if none has, and just units where there are no orders."""
    assert on_record(table(a=OVER), ORDERS).they == "customers"
    assert on_record(table(a=OVER), ORDERS.tail(1)).they == "visitors"
    assert on_record(table(a=OVER), ORDERS.iloc[:0]).they == "units"


def test_an_unknown_control_is_said():
    """With the arms that there are."""
    with pytest.raises(DataError, match="control must be one of new, none; got 'x'"):
        on_record(table(a=OVER), ORDERS, "a", "x")


def test_units_and_two_arms():
    """Units without an outcome are left out, a day that nobody noted is today, other arms aren't compared."""
    rows = table(a=[*OVER, ("third", 1), ("new", pd.NA)])
    rows.loc[0, "assigned_at"] = pd.NaT
    units = units_of(rows, "a", DAY + pd.Timedelta(days=9))
    assert units["ordered"].tolist() == [1, 0, 1, 1]
    assert units["assigned_at"].iloc[0] == DAY + pd.Timedelta(days=9)
    assert two_arms(units, "none", "new")["treated"].tolist() == [False, True, True]
    assert two_arms(units.iloc[:0], "", "").empty
