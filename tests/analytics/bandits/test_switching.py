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


def test_a_gain_is_found():
    """The best content for each group brings half of the difference more than one at random."""
    log = log_of(0.1)
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


@pytest.mark.parametrize(
    ("value", "low", "high", "case"),
    [(1, 0.5, 2, "up"), (-1, -2, -0.5, "down"), (1, -1, 3, "unclear"), (-1, -3, 1, "unpromising")],
)
def test_what_is_to_be_done(value, low, high, case):
    """A gain that is sure, a loss that is sure, one that a test should tell, and one that is worth no test."""
    gain = Estimate(value, low, high, "CNY")
    assert switching.Switch(gain, gain, 1.0, 1.0).case == case


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
