"""Effects with and without a lot, by hand and against plain pandas."""

from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments import causal


def groups(treated: list[float], others: list[float]) -> tuple[pd.Series, pd.Series]:
    """Outcome and treatment of two small groups."""
    outcome = pd.Series([*treated, *others], dtype=float)
    return outcome, pd.Series([True] * len(treated) + [False] * len(others))


def confounded(n: int = 4000, seed: int = 1) -> pd.DataFrame:
    """Those with x = 1 buy 2 more and are treated in 80 % of cases, the others in 20 %; the treatment adds 1."""
    rng = np.random.default_rng(seed)
    x = rng.integers(0, 2, n)
    treated = rng.random(n) < np.where(x == 1, 0.8, 0.2)
    return pd.DataFrame({"x": x, "treated": treated, "y": 1.0 + 2 * x + treated + rng.normal(0, 1, n)})


def test_a_difference_by_hand():
    """Means 4 and 2: difference 2, lift 1; the interval is that of two independent means, large samples."""
    outcome, treated = groups([3, 5] * 6, [1, 3] * 5)
    found = causal.compare(outcome, treated)
    assert (found.treated, found.untreated, found.difference, found.lift) == (4, 2, 2, 1)
    assert (found.n_treated, found.n_control) == (12, 10)
    error = np.sqrt((1 / 12 + 1 / 10) * 22 / 21)  # variances 1 and 1
    assert (found.low, found.high) == pytest.approx((2 - 1.96 * error, 2 + 1.96 * error), abs=1e-3)
    log_error = np.sqrt((1 / 12 / 16 + 1 / 10 / 4) * 22 / 21)
    ends = np.exp([np.log(2) - 1.96 * log_error, np.log(2) + 1.96 * log_error]) - 1
    assert (found.lift_low, found.lift_high) == pytest.approx(tuple(ends), abs=1e-3)


def test_a_contrast_as_an_estimate():
    """The lift with its interval is a change, the difference is in the unit that is asked for; n is of the treated."""
    found = causal.compare(*groups([3, 5] * 6, [1, 3] * 5))
    lift, more = found.change, found.more("purchases")
    assert (lift.value, lift.low, lift.high, lift.unit) == (1, found.lift_low, found.lift_high, "change")
    assert (more.value, more.low, more.high, more.unit, more.n) == (2, found.low, found.high, "purchases", 12)


def test_doubled_rows_of_the_same_customers_say_nothing_new():
    """With every row there twice, the interval by customer stays, the one that believes in rows shrinks."""
    outcome, treated = groups([3, 5, 4, 8] * 4, [1, 3, 2, 2] * 4)
    once = causal.compare(outcome, treated)
    twice = pd.concat([outcome, outcome], ignore_index=True), pd.concat([treated, treated], ignore_index=True)
    who = pd.Series([*range(32), *range(32)])
    clustered = causal.compare(*twice, cluster=who)
    assert (clustered.low, clustered.high) == pytest.approx((once.low, once.high))
    assert causal.compare(*twice).high < clustered.high


def test_weighting_by_one_yes_or_no_is_standardisation():
    """With a single binary past, weighting is the mean over the treated of the others' means: pandas can do that."""
    w = confounded()
    others = w[~w["treated"]].groupby("x")["y"].mean()
    by_hand = w.loc[w["treated"], "x"].map(others).mean()
    assert causal.weighted(w["y"], w["treated"], w[["x"]]).untreated == pytest.approx(by_hand, abs=2e-3)


def test_weighting_finds_what_the_plain_difference_misses():
    """True effect 1; as it stands it is about 2.2, and the interval of the weighted one holds 1."""
    w = confounded()
    naive, fair = causal.compare(w["y"], w["treated"]), causal.weighted(w["y"], w["treated"], w[["x"]])
    assert naive.low > 2
    assert fair.low < 1 < fair.high
    assert fair.difference == pytest.approx(1, abs=0.15)


def test_the_past_is_alike_after_weighting():
    """The gap is a standard deviation and more before, and nothing after; means are those of pandas."""
    w = confounded()
    table = causal.balance(w[["x"]], w["treated"])
    means = w.groupby("treated")["x"].mean()
    assert table.loc["x", ["treated", "others"]].tolist() == pytest.approx([means[True], means[False]])
    assert table.loc["x", "gap"] > 1
    assert abs(table.loc["x", "weighted_gap"]) < 0.01


def test_differences_in_differences_by_hand():
    """Treated 2 → 5, others 1 → 2: 3 less 1 is 2; without the treatment they would have come to 3."""
    before, treated = groups([1, 3] * 6, [0, 2] * 6)
    after, _ = groups([4, 6] * 6, [2, 2] * 6)
    found = causal.difference_in_differences(before, after, treated)
    assert (found.treated, found.untreated, found.difference) == pytest.approx((5, 3, 2))
    assert found.lift == pytest.approx(2 / 3)
    change = causal.compare(after - before, treated)
    assert (found.low, found.high) == pytest.approx((change.low, change.high))


def test_a_level_is_no_effect():
    """Who starts higher and changes alike has gained nothing: the difference is 0, and its interval holds 0."""
    rng = np.random.default_rng(3)
    treated = pd.Series(np.arange(400) < 200)
    before = pd.Series(rng.normal(10, 1, 400) + 5 * treated)
    after = before + rng.normal(1, 1, 400)
    found = causal.difference_in_differences(before, after, treated)
    assert found.low < 0 < found.high
    assert causal.compare(after, treated).low > 4


def test_an_elasticity_by_hand():
    """Dose up by 50 %, outcome by 1.5 squared: 2 per cent for each one."""
    dose, treated = groups([2.9, 3.1] * 40, [1.9, 2.1] * 40)
    outcome = dose.where(~treated, 9.0).where(treated, 4.0) + np.tile([-0.01, 0.01], 80)
    found = causal.elasticity(outcome, dose, treated)
    assert found.value == pytest.approx(2, abs=0.01)
    assert found.contains(2)
    assert found.verdict == "up"
    tenth = causal.for_a_tenth(found)
    assert (tenth.value, tenth.unit) == (pytest.approx(1.1**found.value - 1), "change")
    assert tenth.low < 0.21 < tenth.high


def test_a_dose_that_was_not_moved_says_nothing():
    """A ratio over nearly nothing is missing, not huge."""
    rng = np.random.default_rng(4)
    treated = pd.Series(np.arange(200) < 100)
    dose, outcome = pd.Series(rng.poisson(3, 200)), pd.Series(rng.poisson(3, 200))
    assert not causal.elasticity(outcome, dose, treated).known
    few = causal.elasticity(outcome[:12], dose[:12], treated[:12])
    assert not few.known
    assert not causal.for_a_tenth(few).known


@pytest.mark.parametrize("arm", [True, False])
def test_one_group_alone_compares_with_nothing(arm):
    """Without the other group all is missing but the count, for every method."""
    y, d = pd.Series([1.0, 2.0]), pd.Series([arm, arm])
    for found in (
        causal.compare(y, d), causal.weighted(y, d, pd.DataFrame({"x": y})),
        causal.difference_in_differences(y, y, d),
    ):  # fmt: skip
        numbers = [getattr(found, f.name) for f in fields(found)]
        assert np.isnan(numbers[:-2]).all()
        assert found.n_treated + found.n_control == 2
    assert causal.balance(pd.DataFrame({"x": y}), d).isna().all(axis=None)


def test_few_have_no_interval():
    """Nine in a group give a difference, and no claim of how sure it is."""
    found = causal.compare(*groups([1, 2, 3] * 3, [1, 2, 3] * 9))
    assert found.difference == 0
    assert np.isnan([found.low, found.high]).all()


def test_a_past_that_decides_everything_is_no_error():
    """Where the past tells the groups apart without fail, or doesn't vary at all, numbers come out all the same."""
    outcome, treated = groups([1, 2] * 10, [3, 4] * 10)
    past = pd.DataFrame({"apart": treated.astype(float), "same": 1.0})
    assert np.isfinite(causal.weighted(outcome, treated, past).untreated)
    assert np.isfinite(causal.balance(past, treated)["weighted"]).all()


def test_frames_are_left_as_they_were():
    """No function writes into what it was given."""
    w = confounded(100)
    same = w.copy()
    causal.weighted(w["y"], w["treated"], w[["x"]])
    causal.balance(w[["x"]], w["treated"])
    causal.difference_in_differences(w["y"], w["y"], w["treated"])
    pd.testing.assert_frame_equal(w, same)


@pytest.mark.slow
def test_the_weighted_interval_covers_as_often_as_it_says():
    """Of 400 worlds of 500 customers, 95 % cover the true effect on the treated, within 4 standard errors."""
    hits = []
    for seed in range(400):
        w = confounded(500, seed)
        found = causal.weighted(w["y"], w["treated"], w[["x"]])
        hits.append(found.low <= 1 <= found.high)
    assert abs(np.mean(hits) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)
