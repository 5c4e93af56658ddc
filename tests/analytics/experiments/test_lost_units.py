"""A copy of a test that lost units: what it adds, and whether the split gives it away."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments.lost_units import losing, loss, read_both


def units(n: int) -> pd.DataFrame:
    """Make two equal arms of n units, one in ten of whom orders in either."""
    rows = {"arm": ["none"] * n + ["new"] * n, "ordered": (np.arange(2 * n) % 10 == 0).astype(int)}
    return pd.DataFrame(rows)


def test_one_in_seven_of_the_idle_treated_are_lost():
    """Of 700 treated 630 don't order, so 90 are lost; nobody else, and the same ones for a seed."""
    log = losing(units(700), "new", seed=1)
    assert log.groupby(["arm", "ordered"]).size().to_dict() == {
        ("none", 0): 630, ("none", 1): 70, ("new", 0): 540, ("new", 1): 70,
    }  # fmt: skip
    assert log.equals(losing(units(700), "new", seed=1))


def test_the_loss_adds_a_lift_where_there_is_none():
    """70 of 610 against 70 of 700: 1.5 points from nothing."""
    whole = units(700)
    both = read_both(whole, losing(whole, "new", 1), "none", "new")
    assert both["value"].tolist() == pytest.approx([0, 70 / 610 - 0.1])


@pytest.mark.parametrize(("n", "case"), [(7000, "stop"), (700, "look"), (300, "as_planned"), (30, "unknown")])
def test_the_split_gives_large_losses_away(n, case):
    """A loss of that size stops a test of thousands, and hides in one of hundreds; of some tens nothing is said."""
    whole = units(n)
    log = losing(whole, "new", 1)
    assert loss(read_both(whole, log, "none", "new"), log, "").case == case


def test_a_planned_split_is_what_counts():
    """If it was planned as it came out, nobody is missing."""
    log = losing(units(7000), "new", 1)
    both = read_both(units(7000), log, "none", "new")
    assert loss(both, log, "none=7000, new=6100").case == "as_planned"


def test_no_units_lose_nothing():
    """A test that was stopped hands on none."""
    empty = units(700).iloc[:0]
    log = losing(empty, "new", 1)
    assert loss(read_both(empty, log, "none", "new"), log, "").case == "unknown"
