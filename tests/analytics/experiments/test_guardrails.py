"""What must not get worse, where it is on record."""

import numpy as np
import pandas as pd

from workbook.analytics.experiments.guardrails import COST, LARGER, ORDER, REGULARS, usual, verdicts


def units(n: int, *, new_order: float = 100.0) -> pd.DataFrame:
    """Make two arms of n units, half of whom order, for 100 in the control; half had bought before."""
    index = np.arange(2 * n)
    arm = np.where(index < n, "none", "new")
    ordered = (index % 2 == 0).astype(int)
    amount = np.where(arm == "new", new_order, 100.0) + index % 7
    rows = {"arm": arm, "ordered": ordered, "revenue": ordered * amount, "cost": 0.0}
    return pd.DataFrame(rows | {"before": np.where(index % 4 < 2, 50.0, 0.0)})


def test_four_guardrails_on_equal_arms():
    """Both arms do the same: with many units all are safe."""
    found = usual(units(8000), "none", "new")
    assert list(found.index) == [ORDER, LARGER, REGULARS, COST]
    assert found["unit"].tolist() == ["money", "share", "share", "money"]
    assert verdicts(found).case == "safe"


def test_a_fifth_less_an_order_is_broken():
    """The margin is a tenth."""
    found = verdicts(usual(units(1000, new_order=80.0), "none", "new"))
    assert (found.case, found.broken) == ("broken", [ORDER])


def test_small_tests_can_not_tell():
    """With 140 units an arm the share of earlier buyers isn't known to two points."""
    found = verdicts(usual(units(140), "none", "new"))
    assert (found.case, REGULARS in found.open) == ("open", True)


def test_what_is_not_on_record_has_no_row():
    """Costs that nobody noted, a past that nobody knows, an arm without units."""
    bare = units(1000).assign(cost=np.nan, before=np.nan)
    assert list(usual(bare, "none", "new").index) == [ORDER, LARGER]
    assert verdicts(usual(bare.iloc[:0], "none", "new")).case == "unknown"
    assert usual(bare[bare["arm"] == "none"], "none", "new").empty
