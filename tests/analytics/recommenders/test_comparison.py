"""Paired comparisons: differences are of the same people, and all intervals hold together."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.recommenders import comparison


@pytest.fixture
def results() -> pd.DataFrame:
    """Two hundred people: b is always .1 better than a, c is noise."""
    rng = np.random.default_rng(4)
    a = rng.random(200)
    return pd.DataFrame({"a": a, "b": a + 0.1, "c": rng.random(200)})


def test_means_by_hand(results):
    """The mean, with an interval about two standard errors to each side."""
    found = comparison.means(results, seed=1)
    assert found["value"].to_numpy() == pytest.approx(results.mean().to_numpy())
    error = results.std(ddof=0) / np.sqrt(200)
    assert ((found["high"] - found["low"]) / error).between(3.6, 4.3).all()
    assert (found["n"] == 200).all()


def test_a_paired_difference_that_never_varies_is_sure(results):
    """All have .1 more: the interval has no width."""
    found = comparison.differences(results[["a", "b"]], "a", seed=1).loc["b"]
    assert found[["value", "low", "high"]].tolist() == pytest.approx([0.1, 0.1, 0.1])


def test_several_intervals_are_wider(results):
    """For all of them to hold together each has to be wider than alone."""
    more = results.assign(**{f"d{i}": np.random.default_rng(i).random(200) for i in range(8)})
    alone = comparison.differences(more[["a", "c"]], "a", seed=1).loc["c"]
    together = comparison.differences(more, "a", seed=1).loc["c"]
    assert together["high"] - together["low"] > 1.2 * (alone["high"] - alone["low"])


def test_few_people_have_no_interval(results):
    """Below 20 nothing is said."""
    few = results.head(19)
    assert comparison.means(few)[["low", "high"]].isna().all(axis=None)
    assert comparison.differences(few, "a")[["low", "high"]].isna().all(axis=None)
    assert comparison.contest(few).case == "unknown"
    assert comparison.contest(few).many == comparison.contest(few).ways == len(few.columns)
    assert comparison.means(results[:0]).isna()["value"].all()
    assert comparison.differences(results[:0], "a").isna()["value"].all()


def test_a_contest_that_is_clear(results):
    """B beats a for sure, which is the baseline."""
    found = comparison.contest(results[["a", "b"]])
    assert (found.case, found.winner, found.second) == ("clear", "b", "a")
    assert (found.ahead.value, found.gain.value) == pytest.approx((0.1, 0.1))
    assert (found.base.value, found.of.value) == pytest.approx((results["a"].mean(), results["b"].mean()))
    assert (found.others, found.many, found.ways) == ("", 1, 2)


def test_the_winner_was_chosen(results):
    """Of many ways that are alike the winner's own interval misses the truth often; that of the contest does not."""
    missed = {"own": 0, "contest": 0}
    for seed in range(40):
        alike = pd.DataFrame(np.random.default_rng(seed).random((100, 12)))
        found = comparison.contest(alike, seed=seed)
        own = comparison.means(alike, seed=seed).loc[found.winner]
        missed["own"] += not own["low"] <= 0.5 <= own["high"]
        missed["contest"] += not found.of.contains(0.5)
    assert missed["contest"] <= 5 < missed["own"]
    sure = comparison.means(results, at_once=True)
    assert sure["low"].between(results.min(), sure["value"]).all()


def test_nobody_wins_where_the_baseline_is_as_good(results):
    """Of two that are alike nobody wins, and neither is to replace the baseline; two that are both better are close."""
    twin = results.assign(d=results["a"].sample(frac=1, random_state=2).to_numpy())
    found = comparison.contest(twin[["a", "d"]])
    assert (found.case, found.many) == ("baseline", 2)
    both = results.assign(b=results["a"] + 0.3, d=twin["d"] + 0.3)[["a", "b", "d"]]
    close = comparison.contest(both)
    assert (close.case, close.many, close.ways) == ("close", 2, 3)
    assert {close.winner, close.others} == {"b", "d"}
    assert comparison.contest(results[["b", "a"]]).case == "baseline"


def test_one_difference(results):
    """The same as of the table."""
    assert comparison.single_difference(results, "b", "a").value == pytest.approx(0.1)
