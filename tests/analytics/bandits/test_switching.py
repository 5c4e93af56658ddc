"""From a log to a decision: a content for each group, what it brings, and when nobody can tell."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import choices, off_policy, policies, switching
from workbook.analytics.estimate import Estimate


def log_of(gain, n=4000, seed=1):
    """Two groups; in each another content is better by the gain, and the engine draws at random."""
    rng = np.random.default_rng(seed)
    women, a = rng.random(n) < 0.5, rng.random(n) < 0.5
    hit = rng.random(n) < 0.1 + gain * (women == a)
    return choices.choices(
        pd.DataFrame(
            {
                "customer_id": rng.integers(0, n // 3, n).astype(str),
                "sent_at": pd.Timestamp("2025-01-01") + pd.to_timedelta(np.arange(n) * 365 / (n - 1), "D"),
                "context": np.where(women, "women", "men"),
                "content": np.where(a, "a", "b"),
                "propensity": 0.5,
                "reward": hit.astype(float),
                "margin": hit * np.where(a, 10.0, 30.0),
            }
        )
    )


def test_the_best_content_of_each_group_is_learned():
    """Women are worth a, men b; in money b is worth three times as much, for both."""
    log = log_of(0.1)
    assert switching.learned(log).to_dict() == {"men": "b", "women": "a"}
    assert switching.learned(log, "margin").to_dict() == {"men": "b", "women": "b"}


def test_a_content_that_a_group_hardly_got_is_not_chosen():
    """Twenty messages are the least."""
    log = log_of(0.1)
    few = log[~((log["context"] == "women") & (log["content"] == "a"))]
    some = log[(log["context"] == "women") & (log["content"] == "a")].head(19).assign(reward=1.0, success=1.0)
    assert switching.learned(pd.concat([few, some]))["women"] == "b"


def test_who_judges_a_proposal_did_not_teach_it():
    """It is for the rows of half of the readers; what these did, the other way round, would change nothing in it."""
    log = log_of(0.1)
    policy = switching.learned_policy(log)
    judges = log["reader"].isin(log.loc[policy.index, "reader"])
    assert policy.index.tolist() == log.index[judges].tolist()
    assert 0.4 < judges.mean() < 0.6
    other = log.assign(success=log["success"].mask(judges, 1 - log["success"]))
    other = other.assign(reward=other["success"], margin=other["margin"].mask(judges, -1.0))
    for outcome in ("reward", "margin"):
        before, after = (switching.learned_policy(frame, outcome) for frame in (log, other))
        pd.testing.assert_frame_equal(after, before)


def test_the_policy_is_the_proposal():
    """What is judged is what the page shows, group by group; a group that taught too little keeps what it mostly got."""
    log = log_of(0.1)
    log = log.assign(group=log["group"].mask(log["reader"] == log.loc[0, "reader"], "few"))
    log = log.assign(group=log["group"].mask(log["reader"] == log.loc[1, "reader"], "only in the other half"))
    proposed, policy = switching.proposal(log), switching.learned_policy(log)
    first = switching.teachers(log)
    assert proposed["few"] == first.loc[first["group"] == "few", "content"].mode()[0]
    group, usual = log.loc[policy.index, "group"], first["content"].mode()[0]
    assert policy.idxmax(axis=1).tolist() == group.map(proposed).fillna(usual).tolist()
    assert set(group) - set(proposed.index) == {"only in the other half"}
    assert policy.sum(axis=1).eq(1).all()


def test_one_reader_proves_nothing():
    """Who has nobody else to judge the proposal gets no gain, and no error."""
    log = log_of(0.1).head(30).assign(reader="1")
    policy = switching.learned_policy(log)
    assert policy.empty
    assert switching.switch(log, policy, "CNY").case == "unknown"


def test_a_gain_is_of_the_rows_of_its_policy():
    """The gain of a policy for some rows is the mean of what these rows say of it."""
    log = log_of(0.1)
    policy = policies.always(log, "a")
    some = policy[off_policy.halves(log) == 1]
    scores = off_policy.robust_scores(log, policy) - log["reward"]
    found = switching.gain(log, some)
    assert found.value == pytest.approx(scores[some.index].mean())
    assert found.n == len(some)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_gain_is_found(seed):
    """The best content for each group brings half of the difference more than one at random."""
    log = log_of(0.1, seed=seed)
    found = switching.gain(log, switching.learned_policy(log))
    assert found.contains(0.05)
    assert found.verdict == "up"
    assert found.unit == "points"


def test_without_a_difference_nothing_is_found():
    """In worlds whose contents are alike the verdict is up or down in about one of twenty."""
    said = [switching.gain(log, switching.learned_policy(log)).verdict for log in map(zero, range(60))]
    assert sum(word != "unclear" for word in said) <= 8


def zero(seed):
    """A log without any difference."""
    return log_of(0.0, n=1000, seed=seed)


def test_a_year_is_a_year():
    """The log's messages at its pace, and the gain of all of them in money."""
    log = log_of(0.1)
    switch = switching.switch(log, policies.always(log, "b"), "CNY")
    assert switch.messages == 4000
    assert switch.gain.unit == "CNY"
    assert switch.a_year.value == pytest.approx(4000 * switch.gain.value)
    assert switch.case == switch.gain.verdict


def test_a_gain_has_the_unit_of_the_reward():
    """Of a reward of 0 or 1 it is in points, and in a year so many rewards; any other reward has no unit that is known."""
    log = log_of(0.1).drop(columns="margin")
    switch = switching.switch(log, policies.always(log, "b"), "CNY")
    assert (switch.gain.unit, switch.a_year.unit) == ("points", "rewards")
    assert switch.a_year.value == pytest.approx(switch.messages * switch.gain.value)
    other = log.assign(reward=5.0 * log["reward"])
    switch = switching.switch(other, policies.always(other, "b"), "CNY")
    assert (switch.gain.unit, switch.a_year.unit) == ("ratio", "ratio")


@pytest.mark.parametrize(
    ("value", "low", "high", "case"),
    [(1, 0.5, 2, "up"), (-1, -2, -0.5, "down"), (1, -1, 3, "unclear"), (-1, -3, 1, "unpromising")],
)
def test_what_is_to_be_done(value, low, high, case):
    """A gain that is sure, a loss that is sure, one that a test should tell, and one that is worth no test."""
    gain = Estimate(value, low, high, "CNY")
    assert switching.Switch(gain, gain, 1.0, 1.0).case == case


def test_without_an_interval_nothing_is_decided():
    """A gain that rests on a handful of orders is a number, and no reason to go over or to stay."""
    log = log_of(0.1)
    few = log.assign(margin=log["margin"].where(log["margin"].gt(0).cumsum() <= 4, 0.0))
    switch = switching.switch(few, policies.always(few, "b"), "CNY")
    assert switch.gain.known
    assert switch.case == "unknown"


def test_messages_to_tell_by_hand():
    """16 times the squared ratio of spread and difference, about: (1.96 + .84)^2 x 2."""
    log = pd.DataFrame({"reward": [0.0, 1.0] * 500})
    spread = log["reward"].std()
    assert switching.messages_to_tell(log, "reward", 0.1) == np.ceil(2 * 2.8**2 * (spread / 0.1) ** 2)
    assert np.isnan(switching.messages_to_tell(log, "reward", 0.0))


def test_two_outcomes_stand_side_by_side():
    """What is good for clicks may be bad for money."""
    log = log_of(0.1)
    found = switching.two_outcomes(log, {"a": policies.always(log, "a")})
    assert found.loc["a", "margin high"] < 0
    assert found.loc["a", "reward"] == pytest.approx(
        (off_policy.doubly_robust(log, policies.always(log, "a")).value - log["reward"].mean()), abs=1e-9
    )


@pytest.mark.parametrize("rows", [1, 2, 3, 9])
def test_a_handful_of_rows_proposes_what_was_sent(rows):
    """Where no content was sent often enough each group keeps its own, and nothing is decided."""
    log = log_of(0.1).head(rows)
    first = switching.teachers(log)
    assert switching.proposal(log).to_dict() == switching.mostly_sent(first).to_dict()
    switch = switching.switch(log, switching.learned_policy(log), "CNY")
    assert switch.case == "unknown"
