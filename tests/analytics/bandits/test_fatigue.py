"""Whether messages tire: compared within groups; and whether the rules were kept."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import fatigue


def log_of(factor, n=30_000, seed=3):
    """The keen get more messages, and click on three times as many; each message before takes a factor."""
    rng = np.random.default_rng(seed)
    keen = rng.random(n) < 0.5
    before = rng.binomial(2, np.where(keen, 0.6, 0.2))
    chance = np.where(keen, 0.3, 0.1) * factor**before
    return pd.DataFrame(
        {
            "group": np.where(keen, "keen", "others"),
            "reader": np.arange(n).astype(str),
            "messages_before": pd.array(before, "Int64"),
            "success": (rng.random(n) < chance).astype(float),
        }
    )


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_the_factor_is_found_within_groups(seed):
    """The means rise where the keen get more messages; within groups each message before takes its factor."""
    found = fatigue.by_messages_before(log_of(0.8, seed=seed))
    assert found["messages"].sum() == 30_000
    for number in (1, 2):
        assert found.loc[number, "low"] < 0.8**number < found.loc[number, "high"]
    assert found.loc[2, "reward"] / found.loc[0, "reward"] > 0.9


@pytest.mark.parametrize("seed", [3, 4, 5])
def test_without_tiring_the_ratio_is_one(seed):
    """What earlier messages don't do isn't found."""
    found = fatigue.by_messages_before(log_of(1.0, seed=seed))
    assert found.loc[1, "low"] < 1 < found.loc[1, "high"]


def test_a_ratio_by_hand():
    """Of one group: 3 of 30 against 10 of 50, half of it."""
    hits = [1.0] * 10 + [0.0] * 40 + [1.0] * 3 + [0.0] * 27
    log = pd.DataFrame(
        {"group": "all", "reader": range(80), "messages_before": [0] * 50 + [1] * 30, "success": hits}
    )
    assert not fatigue.ratio_within_groups(log, 1).known  # three successes are too few
    more = pd.concat([log, log, log], ignore_index=True).assign(reader=range(240))
    assert fatigue.ratio_within_groups(more, 1).value == pytest.approx(0.5)


def test_broken_rules_are_counted():
    """A message through a closed channel, and one after unsubscribing."""
    log = pd.DataFrame(
        {
            "reader": ["1", "1", "2"],
            "sent_at": pd.date_range("2025-01-01", periods=3),
            "channel": ["SMS", "SMS", "e-mail"],
            "channels": ["SMS", "e-mail", "e-mail+SMS"],
            "unsubscribed": pd.array([True, False, False], "boolean"),
        }
    )
    assert fatigue.kept_rules(log)["broken"].tolist() == [1, 1]
    assert fatigue.kept_rules(log[["reader"]]).empty


@pytest.mark.parametrize("column", ["channel", "channels", "unsubscribed", "sent_at", "reader"])
def test_a_rule_is_not_said_to_be_kept_where_nobody_knows(column):
    """A column of which nothing is known breaks no rule and keeps none; nor do readers of one message each."""
    log = pd.DataFrame(
        {
            "reader": ["1", "1"],
            "sent_at": pd.date_range("2025-01-01", periods=2),
            "channel": "SMS",
            "channels": "SMS",
            "unsubscribed": pd.array([False, False], "boolean"),
        }
    )
    less = log.assign(reader=["1", "2"]) if column == "reader" else log.assign(**{column: None})
    assert len(fatigue.kept_rules(log)) == 2
    assert len(fatigue.kept_rules(less)) == 1
