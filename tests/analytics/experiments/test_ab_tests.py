"""Shares with their uncertainty, and sizes of tests, against published values and simulation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments.ab_tests import (
    admit,
    control_arm,
    effects,
    group_size,
    lift,
    pick,
    power,
    sample_ratio,
    share_interval,
    treated_arm,
)
from workbook.tables.errors import DataError


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


def test_rows_of_one_customer_are_not_independent():
    """Each customer's four rows are alike: 400 rows of 100 customers tell as much as 100 rows."""
    each = pd.Series([True] * 30 + [False] * 70)
    rows, whose = each.repeat(4).reset_index(drop=True), pd.Series(np.repeat(np.arange(100), 4))
    assert share_interval(rows, cluster=whose) == pytest.approx(share_interval(each), abs=0.002)
    assert share_interval(rows)[0] > share_interval(rows, cluster=whose)[0]


def test_customers_who_come_once_change_nothing():
    """Nor do those whom nobody knows: a row without a customer is one by itself."""
    some = hits(7, 30)
    for whose in (pd.Series(range(30)), pd.Series([None] * 30)):
        assert share_interval(some, cluster=whose) == pytest.approx(share_interval(some))


def test_where_all_hit_customers_count():
    """Ten rows of two customers, all hits: nobody can see how alike they are, so they are two."""
    whose = pd.Series([1, 2] * 5)
    assert share_interval(hits(10, 10), cluster=whose) == pytest.approx(share_interval(hits(2, 2)))
    assert share_interval(hits(5, 10), cluster=pd.Series([1] * 10))[0] < 0.1


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


def test_power_turns_the_size_around():
    """At the size for a power, that power is reached, and one unit less does not reach it."""
    size = group_size(0.15, 0.23, power=0.9)
    sizes = np.array([size, size - 1])
    assert power(sizes, sizes, 0.15, 0.23) == pytest.approx([0.9, 0.9], abs=0.002)
    assert power(size, size, 0.15, 0.23) >= 0.9 > power(size - 1, size - 1, 0.15, 0.23)
    assert np.isnan(power(sizes, sizes, 0.0, 0.1)).all()


def test_unequal_arms_have_the_power_of_both():
    """2,000 against 8,000 find 15 → 18 % in nine tests of ten, though two equal arms need 2,400 each for eight of ten."""
    assert group_size(0.15, 0.18) == 2400
    error = np.sqrt(0.15 * 0.85 / 2000 + 0.18 * 0.82 / 8000)
    assert power(2000, 8000, 0.15, 0.18) == pytest.approx(stats.norm.cdf(0.03 / error - 1.96), abs=1e-4)
    assert power(2000, 8000, 0.15, 0.18) == pytest.approx(0.91, abs=0.005)


def test_unequal_groups_of_that_size_have_the_power():
    """With three treated for each one of the control, the size asked for reaches the power, and one less does not."""
    treated = group_size(0.15, 0.18, ratio=1 / 3)
    assert power(treated / 3, treated, 0.15, 0.18) >= 0.8 > power((treated - 1) / 3, treated - 1, 0.15, 0.18)
    assert np.isnan(group_size(0.15, 0.18, ratio=0))


def trial(**arms: tuple[int, int]) -> pd.DataFrame:
    """Make units: arm=(orders, units)."""
    parts = [
        pd.DataFrame({"arm": arm, "ordered": [1] * hits + [0] * (n - hits)})
        for arm, (hits, n) in arms.items()
    ]
    return pd.concat(parts, ignore_index=True)


def test_effects_of_a_rate_by_hand():
    """Newcombe (1998), table II, a: 56 of 70 against 48 of 80 is 0.2, from 0.0524 to 0.3339 by method 10."""
    row = effects(trial(new=(56, 70), old=(48, 80)), "ordered", control="old", rate=True).loc["new"]
    assert (row["units"], row["treated"], row["control"]) == (70, 0.8, 0.6)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)
    assert row["relative"] == pytest.approx(0.8 / 0.6 - 1)
    assert row["error"] == pytest.approx(np.sqrt(0.8 * 0.2 / 70 + 0.6 * 0.4 / 80))


def test_effects_of_a_mean_are_welchs():
    """The same p as scipy, and an interval whose ends are as far off as t says."""
    units = pd.DataFrame({"arm": ["b"] * 4 + ["a"] * 5, "spent": [3.0, 9, 4, 8, 1, 2, 2, 1, 4]})
    row = effects(units, "spent", control="a").loc["b"]
    expected = stats.ttest_ind(units["spent"][:4], units["spent"][4:], equal_var=False)
    assert row["p"] == pytest.approx(expected.pvalue)
    assert (row["low"], row["high"]) == pytest.approx(tuple(expected.confidence_interval()))
    assert (row["difference"], row["relative"]) == pytest.approx((4, 2))


def test_several_arms_pay_for_being_several():
    """Beside two more arms an interval is wider, at 1 - 0.05 / 3, and each p is multiplied by 3."""
    alone = effects(trial(a=(30, 100), none=(20, 100)), "ordered", control="none", rate=True).loc["a"]
    units = trial(a=(30, 100), b=(25, 100), c=(21, 100), none=(20, 100))
    together = effects(units, "ordered", control="none", rate=True)
    assert list(together.index) == ["a", "b", "c"]
    assert together.loc["a", "low"] < alone["low"] < alone["high"] < together.loc["a", "high"]
    assert together.loc["a", "p"] == pytest.approx(3 * alone["p"])
    assert together.loc["c", "p"] == 1
    stricter = effects(
        units[units["arm"].isin(["a", "none"])], "ordered", control="none", rate=True, level=1 - 0.05 / 3
    )
    assert together.loc["a", ["low", "high"]].tolist() == pytest.approx(
        stricter.loc["a", ["low", "high"]].tolist()
    )


@pytest.mark.parametrize("rate", [True, False])
def test_nothing_to_compare_gives_no_effect(rate):
    """No units, one arm, one unit each, or an outcome that is all the same: no error, and no interval for a mean."""
    assert effects(trial(a=(3, 9)).iloc[:0], "ordered", control="a", rate=rate).empty
    assert effects(trial(a=(3, 9)), "ordered", control="a", rate=rate).empty
    assert effects(trial(a=(3, 9)), "ordered", control="b", rate=rate).empty
    same = effects(trial(a=(0, 5), b=(0, 5)), "ordered", control="b", rate=rate).loc["a"]
    assert same["difference"] == 0
    assert np.isnan([same["p"], same["relative"]]).all()


def test_a_lot_as_planned_is_sound():
    """5,000 to 4,900 is no reason to stop; 5,000 to 4,500 is: chi-squared is 26.3."""
    lot = sample_ratio(trial(a=(0, 5000), b=(0, 4900))["arm"])
    assert lot.sound
    assert lot.counts["planned"].tolist() == [4950, 4950]
    broken = sample_ratio(trial(a=(0, 5000), b=(0, 4500))["arm"])
    assert not broken.sound
    assert broken.p == pytest.approx(stats.chi2.sf(500**2 / 9500, 1))
    assert (lot.case, broken.case) == ("as_planned", "stop")


def test_an_uneven_split_that_chance_may_have_made_is_looked_at():
    """At p = .009 the test goes on, as it would stop below .001; from .05 down somebody looks who is missing."""
    lot = sample_ratio(trial(a=(0, 5000), b=(0, 4742))["arm"])
    assert lot.p == pytest.approx(0.009, abs=0.0005)
    assert (lot.sound, lot.case) == (True, "look")
    assert sample_ratio(trial(a=(0, 50))["arm"]).case == "unknown"


def test_a_plan_may_be_unequal():
    """40 to 60 is broken for equal arms and sound for that plan, whatever the shares sum to."""
    arms = trial(holdout=(0, 400), treated=(0, 600))["arm"]
    assert not sample_ratio(arms).sound
    for plan in ("holdout=0.4, treated=0.6", "treated=3,holdout=2"):
        assert sample_ratio(arms, plan).p == pytest.approx(1)


@pytest.mark.parametrize(
    "plan", ["holdout=0.4", "holdout=a, treated=b", "0.4, 0.6", "holdout=0, treated=1", "x=1, y=1"]
)
def test_a_plan_that_cannot_be_read_is_told(plan):
    """Whoever names other arms, or no shares, learns how a plan looks."""
    with pytest.raises(
        DataError, match=r"split must give each arm its share, such as 'holdout=0.5, treated=0.5'; got"
    ):
        sample_ratio(trial(holdout=(0, 4), treated=(0, 6))["arm"], plan)


def test_a_broken_lot_hands_on_nothing():
    """Behind `admit` no effect can be found in a test whose lot is broken, and all of it where it is sound."""
    sound, broken = trial(a=(300, 1000), b=(200, 1000)), trial(a=(300, 800), b=(200, 1000))
    assert admit(sound, sample_ratio(sound["arm"])) is sound
    left = admit(broken, sample_ratio(broken["arm"]))
    assert left.empty
    assert effects(left, "ordered", control="b", rate=True).empty
    assert not sample_ratio(trial(a=(1, 9))["arm"]).sound  # one arm is no test
    assert not sample_ratio(pd.Series([], dtype=str)).sound


@pytest.mark.parametrize(
    ("arms", "wanted", "control", "treated"),
    [("xxxy", "", "x", "y"), ("xxxy", "y", "y", "x"), (["new", "Control", "new"], "", "Control", "new"),
     (["holdout", "treated", "treated"], "", "holdout", "treated"), (["none", "c", "b", "b", "c"], "", "none", "b"),
     ([], "", "", "")],
)  # fmt: skip
def test_the_arms_to_compare(arms, wanted, control, treated):
    """The control is the wanted arm, or the one whose name says so, or the largest; against it, the largest other."""
    arms = pd.Series(list(arms), dtype=str)
    assert (control_arm(arms, wanted), treated_arm(arms, control)) == (control, treated)


def test_an_unknown_control_is_told():
    """A misspelt control is an error with the nearest name."""
    with pytest.raises(
        DataError, match=r"control must be one of none, offer; got 'non'\. Did you mean 'none'\?"
    ):
        control_arm(pd.Series(["none", "offer"]), "non")


def test_the_experiment_is_the_wanted_or_the_largest():
    """A name that isn't there gives the largest, and no rows give none."""
    table = pd.DataFrame({"experiment": ["a", "b", "b"]})
    assert [pick(table, name) for name in ("a", "", "c")] == ["a", "b", "b"]
    assert pick(table.iloc[:0], "a") == ""
