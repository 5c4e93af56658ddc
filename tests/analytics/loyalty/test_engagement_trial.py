"""A trial of missions: what it moves, and the truth about it."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.loyalty import engagement_trial
from workbook.tables.dataset import Dataset

BEGAN = pd.Timestamp("2024-01-01")


def shop(ends: str = "2024-12-31") -> Dataset:
    """Two members: a with missions checks in twice in time and once too late, and orders; b does neither."""
    experiments = pd.DataFrame(
        {
            "experiment": "missions",
            "unit_id": ["a", "b"],
            "arm": ["missions", "none"],
            "assigned_at": BEGAN,
            "cost": 0.0,
        }
    )
    visits = [BEGAN, BEGAN + pd.Timedelta(days=179), BEGAN + pd.Timedelta(days=180)]
    points = pd.DataFrame({"customer_id": "a", "posted_at": visits, "kind": "check-in", "points": 5})
    orders = pd.DataFrame({"order_id": ["1"], "customer_id": ["a"], "ordered_at": [BEGAN], "amount": [9.0]})
    tables = {"experiments": experiments, "points": points, "orders": orders}
    return Dataset("by hand", tables, BEGAN, pd.Timestamp(ends))


def test_check_ins_and_orders_of_the_same_days():
    """Both are counted in 180 days from the beginning; before they are over there is no trial."""
    found = engagement_trial.trial(shop())
    assert found["check_ins"].tolist() == [2, 0]
    assert found["orders"].tolist() == [1, 0]
    assert engagement_trial.treated(found).tolist() == [True, False]
    assert engagement_trial.trial(shop("2024-06-01")).empty


def test_lifts_by_hand():
    """Check-ins double, orders grow by half; a group that never orders has no lift."""
    of = pd.DataFrame(
        {
            "arm": ["missions"] * 20 + ["none"] * 20,
            "check_ins": [4] * 20 + [2] * 20,
            "orders": [3] * 20 + [2] * 20,
        }
    )
    found = engagement_trial.lifts(of)
    assert found["value"].tolist() == pytest.approx([1.0, 0.5])
    assert engagement_trial.of_orders(found).value == pytest.approx(0.5)
    assert not engagement_trial.of_orders(engagement_trial.lifts(of.assign(orders=0))).known


def test_the_truth_is_expected_over_expected():
    """Effects of 1 and 3 on 10 orders that would come anyway: 40 %; other trials are not counted."""
    effects = pd.DataFrame(
        {
            "experiment": ["missions", "missions", "coupon test"],
            "effect": [1.0, 3.0, 9.0],
            "without": [4.0, 6.0, 1.0],
        }
    )
    assert engagement_trial.true_lift(effects) == pytest.approx(0.4)
    assert np.isnan(engagement_trial.true_lift(effects[:0]))
