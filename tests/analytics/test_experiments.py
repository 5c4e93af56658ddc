"""Shares with their uncertainty, and sizes of tests, against published values and simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments import group_size, lift, share_interval


def hits(successes: int, n: int) -> pd.Series:
    """Make a sample with so many hits."""
    return pd.Series([True] * successes + [False] * (n - successes))


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_as_published(successes, n, low, high):
    """The four examples of Newcombe (1998), table I, method 3: four decimals."""
    assert share_interval(hits(successes, n)) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_a_mirror_image_is_the_mirror_image():
    """Failures are successes of the opposite."""
    low, high = share_interval(hits(3, 40))
    assert share_interval(hits(37, 40)) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_covers_as_often_as_it_says(level):
    """Over many shares, samples of 60 cover the truth in ``level`` of cases, within 4 standard errors."""
    rng, n, times = np.random.default_rng(1), 60, 20_000
    chance = rng.uniform(0.05, 0.95, times)
    found = rng.binomial(n, chance)
    ends = np.array([share_interval(hits(k, n), level) for k in range(n + 1)])
    covered = (ends[found, 0] <= chance) & (chance <= ends[found, 1])
    assert abs(covered.mean() - level) < 4 * np.sqrt(level * (1 - level) / times)


def test_gaps_are_left_out_and_nothing_is_not_known():
    """A customer of whom it isn't known is not a miss; without any, there is no interval."""
    some = pd.Series([True, None, False, None], dtype="boolean")
    assert share_interval(some) == share_interval(hits(1, 2))
    assert np.isnan(share_interval(pd.Series([], dtype=bool))).all()
    assert np.isnan(share_interval(pd.Series([None, None], dtype="boolean"))).all()


def test_group_size_by_hand():
    """65 % to 85 %: (1.96 + 0.84)² × (0.65 × 0.35 + 0.85 × 0.15) / 0.2² = 69.7, so 70."""
    assert group_size(0.65, 0.85) == 70
    assert group_size(0.85, 0.65) == 70


def test_a_group_of_that_size_finds_the_lift_as_often_as_it_says():
    """In 10,000 simulated tests of 15 % against 23 %, 80 % are significant, within 4 standard errors."""
    rng, n, times = np.random.default_rng(2), int(group_size(0.15, 0.23)), 10_000
    a, b = rng.binomial(n, 0.15, times) / n, rng.binomial(n, 0.23, times) / n
    z = (b - a) / np.sqrt((a * (1 - a) + b * (1 - b)) / n)
    found = (np.abs(z) > stats.norm.ppf(0.975)).mean()
    assert abs(found - 0.8) < 4 * np.sqrt(0.8 * 0.2 / times)


def test_smaller_lifts_and_more_certainty_need_more():
    """Half the lift needs about four times as many; more power and a stricter level need more too."""
    assert group_size(0.5, 0.51) / group_size(0.5, 0.52) == pytest.approx(4, rel=0.01)
    assert group_size(0.1, 0.12, power=0.9) > group_size(0.1, 0.12)
    assert group_size(0.1, 0.12, level=0.01) > group_size(0.1, 0.12)


@pytest.mark.parametrize(
    ("base", "lifted"), [(0.2, 0.2), (0.0, 0.1), (1.0, 0.9), (0.5, 1.1), (np.nan, 0.5), (0.5, np.nan)]
)
def test_no_size_where_there_is_nothing_to_tell_apart(base, lifted):
    """Equal shares and impossible ones have no group size."""
    assert np.isnan(group_size(base, lifted))


def test_lift_by_hand():
    """30 of 100 against 20 of 100 is half as much again; ln 1.5 ± 1.96 × √(1/30 − 1/100 + 1/20 − 1/100)."""
    found, low, high = lift(hits(30, 100), hits(20, 100))
    assert found == pytest.approx(0.5)
    assert (low, high) == pytest.approx((-0.0840, 1.4564), abs=1e-4)
    assert lift(hits(5, 10), hits(5, 10))[0] == 0
    assert lift(hits(100, 100), hits(100, 100)) == (0, 0, 0)  # all of both: nothing left to chance


def test_the_lift_the_other_way_round_is_its_inverse():
    """Who exchanges the groups gets one over the ratio, and its ends exchanged."""
    found, low, high = np.array(lift(hits(9, 60), hits(17, 80))) + 1
    assert np.array(lift(hits(17, 80), hits(9, 60))) + 1 == pytest.approx(1 / np.array([found, high, low]))


def test_more_certainty_needs_a_wider_interval():
    """The interval at 99 % holds that at 80 %, and both hold the lift."""
    ends = [lift(hits(30, 100), hits(20, 100), level) for level in (0.99, 0.8)]
    assert ends[0][1] < ends[1][1] < ends[1][0] < ends[1][2] < ends[0][2]


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_of_the_lift_covers_as_often_as_it_says(level):
    """Of 2,000 trials of 15 % against 23 %, 400 a group, ``level`` cover the true lift, within 4 standard errors."""
    rng, times, n = np.random.default_rng(3), 2000, 400
    treated, control = rng.random((times, n)) < 0.23, rng.random((times, n)) < 0.15
    ends = np.array([lift(pd.Series(a), pd.Series(b), level) for a, b in zip(treated, control, strict=True)])
    truth = 0.23 / 0.15 - 1
    covered = (ends[:, 1] <= truth) & (truth <= ends[:, 2])
    assert abs(covered.mean() - level) < 4 * np.sqrt(level * (1 - level) / times)


@pytest.mark.parametrize(("treated", "control"), [((0, 20), (3, 20)), ((3, 20), (0, 20)), ((0, 0), (0, 0))])
def test_without_a_hit_in_each_group_there_is_no_lift(treated, control):
    """Over nothing there is no ratio, and of nothing no interval: all three are missing."""
    assert np.isnan(lift(hits(*treated).astype(bool), hits(*control).astype(bool))).all()
