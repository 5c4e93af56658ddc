"""Means of skewed values: Student's interval where nothing is skewed, one that leans where something is."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.skewed_means import freedom, skewed_mean


def ends(estimate: Estimate) -> tuple[float, float, float]:
    """Value and both ends of an estimate."""
    return estimate.value, estimate.low, estimate.high


def test_the_interval_of_a_mean_is_students_where_nothing_is_skewed():
    """Symmetric values have no skewness to transform away."""
    values = pd.Series([-3.0, -1, 0, 1, 3])
    found = skewed_mean(values, unit="CNY")
    expected = stats.t.interval(0.95, 4, 0, values.sem())
    assert ends(found) == pytest.approx((0, *expected))
    assert (found.unit, found.n) == ("CNY", 5)


def test_the_interval_of_lopsided_costs_reaches_further_up():
    """Values with a few large ones: the upper arm is the longer; mirrored values give the mirrored interval."""
    values = pd.Series([0.0] * 95 + [3000.0] * 5)
    mean, low, high = ends(skewed_mean(values))
    assert mean == 150
    assert 0 < mean - low < high - mean
    assert ends(skewed_mean(-values)) == pytest.approx((-mean, -high, -low))


def test_a_variance_that_rests_on_a_few_values_has_few_degrees_of_freedom():
    """Of 100 shares 5 are 1: their kurtosis is 3 + (1 - 6 pq) / pq = 18.05, so 200 / (18.05 - 97 / 99) degrees, not 99."""
    few = np.repeat([0.0, 1.0], [95, 5])
    kurtosis = 3 + (1 - 6 * 0.0475) / 0.0475
    assert freedom(few - few.mean()) == pytest.approx(200 / (kurtosis - 97 / 99))
    assert freedom(np.repeat([-1.0, 1.0], 50)) == 99


def test_no_interval_without_spread_or_cases():
    """Two values, or all alike, tell nothing about their scatter."""
    assert skewed_mean(pd.Series([5.0, 7.0])).value == 6
    assert not skewed_mean(pd.Series([5.0, 7.0])).has_interval
    assert not skewed_mean(pd.Series([4.0] * 9)).has_interval
    assert not skewed_mean(pd.Series([], dtype=float)).known


def test_complaints_of_one_customer_are_one_draw():
    """Each cost four times, by the same customer: the interval is that of the customers, not of four times as many rows."""
    each = pd.Series(np.random.default_rng(1).exponential(100, 50))
    rows, whose = each.repeat(4).reset_index(drop=True), pd.Series(np.repeat(range(50), 4))
    known = ends(skewed_mean(each))
    assert ends(skewed_mean(rows, cluster=whose)) == pytest.approx(known)
    assert ends(skewed_mean(each, cluster=pd.Series(range(50)))) == pytest.approx(known)
    assert not skewed_mean(rows, cluster=pd.Series([1] * 200)).has_interval


def test_no_mean_of_costs_is_below_nothing():
    """Of nine costs, most of them nothing, the interval ends at 0; of differences it may go below."""
    few = pd.Series([0.0] * 7 + [120, 900])
    assert skewed_mean(few).low >= 0
    assert skewed_mean(pd.Series([-10.0, 5, 3, 1])).low < 0
