"""The area under the curve, and its interval."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from workbook.analytics import roc


def test_the_area_is_that_of_scikit_learn():
    """Ties count half, as there."""
    rng = np.random.default_rng(5)
    side = pd.Series(rng.random(80) < 0.4)
    score = pd.Series((rng.normal(size=80) + side).round(1))
    found = roc.auc(score, side)
    assert found.value == pytest.approx(roc_auc_score(side, score))
    assert found.low < found.value < found.high
    assert found.verdict == "up"


def test_the_interval_by_hand():
    """3 against 2: shares won 1, 1, 1/2 and 1, 2/3; 1.96 × √(1/12 / 3 + 1/18 / 2) about 5/6."""
    found = roc.auc(pd.Series([5.0, 4, 2, 1, 3]), pd.Series([True, True, True, False, False]))
    assert found.value == pytest.approx(5 / 6)
    reach = 1.959964 * np.sqrt((1 / 12) / 3 + (1 / 18) / 2)
    assert (found.low, found.high) == pytest.approx((5 / 6 - reach, 1.0))


def test_without_two_on_each_side_there_is_no_area():
    """One case is no sample; sides that don't overlap have an area and no interval."""
    assert not roc.auc(pd.Series([1.0, 2]), pd.Series([True, False])).known
    found = roc.auc(pd.Series([1.0, 2, 3, 4]), pd.Series([False, False, True, True]))
    assert found.value == 1
    assert not found.has_interval


def test_cases_of_one_customer_are_one_draw():
    """Each score four times, by the same customer: the area is the same, and its interval about that of the customers."""
    rng = np.random.default_rng(7)
    side = pd.Series(np.arange(120) < 50)
    score = pd.Series(rng.normal(side * 0.5, 1.0))
    rows, sides = (s.repeat(4).reset_index(drop=True) for s in (score, side))
    once, found = roc.auc(score, side), roc.auc(rows, sides, cluster=pd.Series(np.repeat(range(120), 4)))
    assert (found.value, found.low, found.high) == pytest.approx((once.value, once.low, once.high), abs=0.005)
    assert roc.auc(rows, sides).low > found.low
