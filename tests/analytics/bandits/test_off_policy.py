"""Policies judged by the log of another one: by hand, with and without support, and with wrong chances."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import choices, off_policy, policies


def log_of(**columns):
    """A log in the form that the methods take."""
    return choices.choices(pd.DataFrame(columns))


@pytest.fixture
def four():
    """Four rows, chosen by even chances: a a a b."""
    return log_of(content=list("aaab"), propensity=0.5, reward=[1.0, 0.0, 0.0, 1.0])


@pytest.fixture
def new(four):
    """A rule that chooses a with 0.2 and b with 0.8."""
    return pd.DataFrame({"a": 0.2, "b": 0.8}, index=four.index)


def test_ips_and_snips_by_hand(four, new):
    """Weights .4 .4 .4 1.6: rewards weigh 2.0 of four rows, and of a sum of 2.8; they tell as much as 2.579 rows."""
    assert off_policy.weights(four, new).tolist() == pytest.approx([0.4, 0.4, 0.4, 1.6])
    assert off_policy.ips(four, new).value == pytest.approx(0.5)
    assert off_policy.snips(four, new).value == pytest.approx(0.7142857)
    assert off_policy.effective_rows(off_policy.weights(four, new)) == pytest.approx(2.579, abs=5e-4)


def test_doubly_robust_by_hand(four, new):
    """A model that says one half everywhere gives .5 by itself; the weighted misses (.2 - .2 - .2 + .8) / 4 make it .65."""
    half = pd.DataFrame(0.5, four.index, ["a", "b"])
    assert off_policy.doubly_robust(four, new, forecast=half).value == pytest.approx(0.65)
    assert (new.to_numpy() * half.to_numpy()).sum(axis=1).mean() == pytest.approx(0.5)


def test_the_log_itself_is_judged_by_its_mean():
    """A policy with the log's own chances has weights of 1, and every way gives the mean of the log."""
    rng = np.random.default_rng(1)
    log = log_of(
        content=rng.choice(["a", "b"], 500), propensity=0.5, reward=(rng.random(500) < 0.3).astype(float)
    )
    same = policies.at_random(log)
    assert off_policy.weights(log, same).tolist() == [1.0] * 500
    for way in (off_policy.ips, off_policy.snips):
        assert way(log, same).value == pytest.approx(log["reward"].mean())


def confounded(n=20_000, seed=2):
    """An engine sends a to the keen and b to the others, mostly; both contents are worth the same: .3 and .1."""
    rng = np.random.default_rng(seed)
    keen = rng.random(n) < 0.5
    chance_a = np.where(keen, 0.9, 0.2)
    a = rng.random(n) < chance_a
    return log_of(
        context=np.where(keen, "keen", "others"),
        content=np.where(a, "a", "b"),
        propensity=np.where(a, chance_a, 1 - chance_a),
        reward=(rng.random(n) < np.where(keen, 0.3, 0.1)).astype(float),
    )


def never_to_others(log):
    """The log of an engine that sends a to the keen alone."""
    kept = log[(log["context"] == "keen") | (log["content"] == "b")].reset_index(drop=True)
    return kept.assign(propensity=kept["propensity"].mask(kept["context"] == "others", 1.0))


def test_a_mean_in_the_log_is_repaired_by_the_chances():
    """The mean of a is flattered by its readers, and every way with the right chances finds the true .2."""
    log = confounded()
    everybody = policies.always(log, "a")
    assert log.loc[log["content"] == "a", "reward"].mean() > 0.25
    for way in (off_policy.ips, off_policy.snips, off_policy.doubly_robust):
        found = way(log, everybody)
        assert found.contains(0.2)
        assert found.high - found.low < 0.05


def test_shares_of_the_log_bring_the_mistake_back():
    """With shares in place of the chances SNIPS is the mean of the log again."""
    log = confounded()
    wrong = off_policy.wrong_chances(log, ["a", "b"])
    stand = log.groupby("content")["reward"].mean()
    assert wrong["by shares of the log"].tolist() == pytest.approx(stand.tolist())
    assert abs(wrong.loc["a", "by the chances on record"] - 0.2) < 0.02


def test_what_was_never_sent_is_said():
    """Where a group never got a content its share of choices is counted, and the case is none, whatever the rows."""
    log = confounded()
    kept = log[~((log["context"] == "others") & (log["content"] == "a"))].reset_index(drop=True)
    about = off_policy.support(kept, policies.always(kept, "a"))
    assert about.case == "none"
    assert about.never == pytest.approx((kept["group"] == "others").mean())
    assert off_policy.support(log, policies.always(log, "a")).case == "fine"
    assert off_policy.support(log.head(50), policies.always(log.head(50), "a")).case == "few"


def test_chances_of_something_else_are_found():
    """Chances that are of scene, channel and content, in a log of contents alone: weights of 6 on average, and not of 1."""
    log = confounded()
    other = log.assign(propensity=log["propensity"] / 6)
    about = off_policy.support(other, policies.always(other, "a"))
    assert about.case == "wrong"
    assert about.mean_weight == pytest.approx(6, rel=0.05)


def test_chances_of_something_else_give_no_interval():
    """Whichever way a plan is judged, and whichever plan: an interval would be of nothing. What was never sent keeps its own."""
    log = confounded()
    other = log.assign(propensity=log["propensity"] / 6)
    for way in (off_policy.ips, off_policy.snips, off_policy.doubly_robust):
        assert way(log, policies.always(log, "a")).has_interval
        assert not way(other, policies.always(other, "a")).has_interval
    assert not off_policy.doubly_robust(other, policies.at_random(other)).has_interval
    kept = never_to_others(log)
    assert off_policy.doubly_robust(kept, policies.always(kept, "a")).has_interval


def test_the_weakest_plan_is_named():
    """Wrong chances spoil all that is said, so they come first; then what a group never got."""
    kept = never_to_others(confounded())
    both = {name: policies.always(kept, name) for name in ("b", "a")}
    assert off_policy.weakest(kept, both) == "a"
    assert off_policy.weakest(kept.assign(propensity=kept["propensity"] / 6), both) == "b"


def test_missing_support_breaks_the_interval():
    """Without the rows of one group IPS finds half of the truth, and its interval does not contain it."""
    log = confounded()
    kept = log[~((log["context"] == "others") & (log["content"] == "a"))].reset_index(drop=True)
    found = off_policy.ips(kept, policies.always(kept, "a"))
    assert not found.contains(0.2)


def test_forecasts_come_from_other_readers():
    """A reader's own rows have no part in the forecast of them: rewards of one half are forecast by those of the other."""
    log = log_of(
        customer_id=["1", "1", "2", "2"], content=list("abab"), propensity=0.5, reward=[1.0, 1.0, 0.0, 0.0]
    )
    found = off_policy.forecasts(log)
    assert found.loc[[0, 1]].to_numpy().max() == pytest.approx(0.0, abs=1e-6)
    assert found.loc[[2, 3]].to_numpy().min() == pytest.approx(1.0)


def test_means_are_drawn_towards_group_and_content():
    """With 20 rows of prior weight, a cell with 20 rows lies half-way between its own mean and the prior's."""
    log = log_of(content=["a"] * 20 + ["b"] * 20, propensity=0.5, reward=[1.0] * 20 + [0.0] * 20)
    found = off_policy.fitted_means(log, "reward")
    assert found.loc["all"].tolist() == pytest.approx([1.0, 0.0])


def test_chances_of_success_leave_out_what_was_kept_from_some():
    """A content that a group never got is no arm of the game."""
    log = confounded()
    kept = log[~((log["context"] == "others") & (log["content"] == "a"))].reset_index(drop=True)
    assert off_policy.chances_of_success(kept).index.tolist() == ["b"]
    assert set(off_policy.chances_of_success(log).index) == {"a", "b"}


@pytest.mark.parametrize(("mean", "case"), [(0.5, "over"), (0.1, "under"), (0.3, "alike")])
def test_a_mean_is_held_against_the_value(mean, case):
    """Above the interval the mean says too much, below it too little."""
    stand = pd.DataFrame({"reward": [mean]}, index=["a"])
    values = pd.DataFrame({"value": 0.3, "low": 0.2, "high": 0.4, "never": 0.0}, index=["a"])
    assert off_policy.mean_against_value(stand, values).case == case
    assert off_policy.mean_against_value(stand, values.assign(never=0.5)).case == "unknown"


@pytest.mark.parametrize(("hits", "stated"), [(0, False), (4, False), (5, True)])
def test_too_few_successes_give_no_interval(hits, stated):
    """With four rewards nobody can say how far they scatter, and with none they would not seem to scatter at all."""
    log = log_of(content=["a", "b"] * 50, propensity=0.5, reward=[1.0, 0.0] * hits + [0.0, 0.0] * (50 - hits))
    for way in (off_policy.ips, off_policy.snips, off_policy.doubly_robust):
        found = way(log, policies.always(log, "a"))
        assert found.known
        assert found.has_interval == stated


def test_an_interval_leans_to_the_side_of_large_rewards():
    """A few large margins: what the log missed of them is above, so the interval reaches further up."""
    log = log_of(content=["a", "b"] * 500, propensity=0.5, reward=([100.0] + [0.0] * 99) * 10)
    found = off_policy.ips(log, policies.always(log, "a"))
    assert 0 < found.value - found.low < found.high - found.value


def test_a_log_that_can_answer_for_nothing_gives_what_it_has():
    """Where each content was kept from some group there are chances all the same: two groups, a content each."""
    log = log_of(context=["x", "y"], content=["a", "b"], propensity=1.0, reward=[1.0, 0.0])
    assert off_policy.chances_of_success(log).tolist() == [0.999, 0.001]


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_a_handful_of_rows_is_no_reason_to_fail(rows):
    """With hardly any rows there are values, or none, and never an error."""
    log = confounded().head(rows)
    plans = {name: policies.always(log, name) for name in policies.contents(log)}
    found = off_policy.evaluated(log, plans)
    assert len(found) == log["content"].nunique()
