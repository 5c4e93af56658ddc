"""Two ways on the same cases: the test by flipping signs, its interval, and when it is silent."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments.paired import between_parts, deciding, mean_difference


def test_the_interval_is_that_of_the_values_which_no_flip_rejects():
    """Eight differences, all 256 flips: values inside have a p-value above 5 %, values outside have one below."""
    d = np.array([3.0, 5, 4, 6, 5, 4, 7, 2])
    flips = np.array(list(product([-1, 1], repeat=8)))
    found = mean_difference(pd.Series(d), draws=100_000)

    def p(value: float) -> float:
        return float((np.abs(flips @ (d - value)) >= abs((d - value).sum()) - 1e-9).mean())

    assert found.value == 4.5
    for end, inward in ((found.low, 0.1), (found.high, -0.1)):
        assert p(end + inward) > 0.05 > p(end - inward)


def test_the_means_of_two_parts_lie_around_the_mean():
    """Whatever is kept, the one part's mean is below the mean of all and the other's above."""
    sums, sizes = np.array([1.0, 5, -2, 8, 0, 3, 1]), np.array([1, 1, 2, 1, 3, 1, 1])
    low, high = between_parts(sums, sizes, 500, np.random.default_rng(1))
    assert (low <= 1.6).all()
    assert (high >= 1.6).all()


@pytest.mark.parametrize(("n", "share"), [(110, 0.3), (200, 0.3), (690, 0.1)])
def test_without_a_difference_one_interval_in_twenty_says_there_is_one(n, share):
    """Symmetric differences, many small and a few large: 0 is left out in 4 to 6 % of 1,000 tests, within 2 errors."""
    rng, sizes = np.random.default_rng(n), np.array([0.0, 120.0, 900.0, 3000.0])
    chance, out = [1 - share, share * 0.7, share * 0.2, share * 0.1], 0
    stated = 0
    for i in range(1000):
        d = pd.Series(rng.choice(sizes, n, p=chance) * rng.choice([-1, 1], n))
        found = mean_difference(d, draws=300, seed=i)
        stated += found.has_interval
        out += found.has_interval and not found.contains(0)
    assert stated > 250
    error = np.sqrt(0.05 * 0.95 / stated)
    assert 0.04 - 2 * error < out / stated < 0.06 + 2 * error


def test_few_large_differences_tell_nothing():
    """Five of one sign have a p-value of 2 / 2⁵ at best; so have five large ones among many small ones."""
    five = pd.Series([0.0] * 100 + [900.0] * 5)
    assert deciding(five.to_numpy()) == 5
    assert not mean_difference(five).has_interval
    assert mean_difference(five).value == pytest.approx(900 / 21)
    assert not mean_difference(pd.Series([1.0] * 100 + [3000.0] * 5)).has_interval
    assert mean_difference(pd.Series([0.0] * 100 + [900.0] * 6)).has_interval


def test_a_customer_flips_whole():
    """Thirty complaints of three customers are three differences, however many rows they have."""
    d, whose = pd.Series([500.0] * 30), pd.Series([1, 2, 3] * 10)
    assert mean_difference(d).has_interval
    assert not mean_difference(d, cluster=whose).has_interval


def test_nothing_and_gaps():
    """Without a difference there is no mean; missing ones are left out; alike ones have a mean of 0 and no interval."""
    assert mean_difference(pd.Series([], dtype=float)).verdict == "unknown"
    assert mean_difference(pd.Series([1.0, np.nan, 3.0])).value == 2
    assert (mean_difference(pd.Series([0.0] * 50)).value, mean_difference(pd.Series([0.0] * 50)).verdict) == (
        0,
        "unclear",
    )


def test_a_difference_is_held_against_nothing():
    """Whatever its unit: 0 is no difference, not 1."""
    found = mean_difference(pd.Series([0.1, 0.2] * 5))
    assert found.high < 1
    assert found.verdict == "up"
