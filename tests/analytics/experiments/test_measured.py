"""An effect as it is said: points, relative, money, against a claim and a truth."""

import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import ab_tests
from workbook.analytics.experiments.measured import against_claim, effect, money, truth_held


def units(**arms: tuple[int, int]) -> pd.DataFrame:
    """Make units: arm=(orders, units), 10 in money for each order."""
    parts = [
        pd.DataFrame({"arm": arm, "ordered": [1] * hits + [0] * (n - hits)})
        for arm, (hits, n) in arms.items()
    ]
    return pd.concat(parts, ignore_index=True).assign(revenue=lambda f: 10.0 * f["ordered"])


@pytest.mark.parametrize(("orders", "case"), [(300, "up"), (100, "down"), (205, "unclear")])
def test_an_effect_is_up_down_or_unclear(orders, case):
    """By its interval in points, against 200 of 1,000."""
    found = ab_tests.effects(
        units(new=(orders, 1000), none=(200, 1000)), "ordered", control="none", rate=True
    )
    said = effect(found, "new")
    assert said.case == case
    assert (said.control.value, said.treated.value) == (0.2, orders / 1000)
    assert said.difference.value == pytest.approx(orders / 1000 - 0.2)
    assert said.relative.value == pytest.approx(orders / 200 - 1)


def test_without_units_an_effect_is_unknown():
    """As after a split that was stopped."""
    found = ab_tests.effects(units(none=(2, 10)), "ordered", control="none", rate=True)
    assert effect(found, "new").case == "unknown"
    assert not money(found, "new", "CNY").known


def test_money_per_unit():
    """A tenth more of the units order for 10: 1 a unit."""
    found = ab_tests.effects(units(new=(300, 1000), none=(200, 1000)), "revenue", control="none")
    assert money(found, "new", "CNY").value == pytest.approx(1)
    assert money(found, "new", "CNY").unit == "CNY"


def test_a_claim_is_about_one_experiment():
    """Held against 8 points: above, below, or it can't be told; another experiment isn't held against it."""
    for value, case in ((0.12, "up"), (0.04, "down"), (0.07, "unclear")):
        found = Estimate(value, value - 0.02, value + 0.02, "points")
        assert against_claim("recommender", found, 0.08).verdict == case
        assert against_claim("missions", found, 0.08).verdict == "unknown"


def test_an_interval_contains_the_truth_or_misses_it():
    """Without an interval or a truth nothing is said."""
    found = Estimate(0.07, 0.05, 0.09, "points")
    assert [truth_held(found, truth) for truth in (0.08, 0.1, float("nan"))] == ["holds", "misses", "unknown"]
    assert truth_held(Estimate(0.07), 0.08) == "unknown"
