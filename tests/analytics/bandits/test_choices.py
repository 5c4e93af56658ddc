"""A log in the form that the methods take, with whatever columns it has."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import choices, policies


def test_three_columns_are_enough():
    """Without anybody's name each row is a reader of its own, of one group, and only the content was chosen."""
    log = choices.choices(
        pd.DataFrame({"content": ["a", "b"], "propensity": [0.5, 0.5], "reward": [0.0, 3.0]})
    )
    assert log["reader"].nunique() == 2
    assert log["group"].tolist() == ["all", "all"]
    assert log["fair"].tolist() == [1.0, 1.0]
    assert log["success"].tolist() == [0.0, 1.0]
    assert choices.reward_unit(log) == "ratio"


def test_what_is_not_known_yet_is_left_out():
    """A row whose outcome is missing says nothing."""
    log = pd.DataFrame({"content": ["a", "b"], "propensity": 0.5, "reward": [np.nan, 1.0]})
    assert choices.choices(log)["content"].tolist() == ["b"]


def test_groups_are_context_and_lately():
    """What the engine knew, in a word; gaps are named."""
    log = pd.DataFrame({"context": ["women", None], "recent": [True, None]})
    assert choices.groups(log).tolist() == ["women, lately", "not known, not known"]
    assert choices.groups(log.assign(context=None, recent=None)).tolist() == ["all", "all"]


@pytest.mark.parametrize(("factor", "fair"), [(1, [0.5, 0.25]), (2, [1.0, 1.0])])
def test_the_chances_say_whether_scene_and_channel_were_chosen(factor, fair):
    """One over the chance is the number of things to choose from: contents alone, or with scenes and channels."""
    log = pd.DataFrame(
        {
            "content": ["a", "b"] * 100,
            "scene": "x",
            "channels": ["e-mail+SMS", "e-mail+SMS+app push+fax"] * 100,
            "channel": "e-mail",
            "propensity": [0.25 if factor == 1 else 0.5, 0.125 if factor == 1 else 0.5] * 100,
            "reward": 0.0,
        }
    )
    assert choices.choices(log)["fair"].head(2).tolist() == fair


def test_arms_have_their_parts_in_their_names():
    """Scene, channel and content, as far as they are there."""
    log = pd.DataFrame({"scene": ["evening"], "channel": [None], "content": ["a"]})
    assert choices.arms(log).tolist() == ["evening · a"]


def test_as_they_stand_by_hand():
    """Messages, mean reward and the share of recent buyers, best first."""
    log = pd.DataFrame(
        {
            "content": list("aab"),
            "reward": [1.0, 0.0, 1.0],
            "recent": pd.array([True, False, True], "boolean"),
        }
    )
    found = choices.as_they_stand(log)
    assert found.index.tolist() == ["b", "a"]
    assert found.loc["a"].tolist() == [2, 0.5, 0.5]
    assert choices.as_they_stand(log.assign(margin=[8.0, 0.0, 1.0]))["margin"].tolist() == [1.0, 4.0]


def test_policies_sum_to_one():
    """Whatever a policy is, each reader gets one content."""
    log = pd.DataFrame({"content": ["a", "b", "c"], "group": ["x", "y", "z"]})
    for policy in (
        policies.always(log, "b"),
        policies.at_random(log),
        policies.by_group(log, {"x": "c", "y": "a"}, "b"),
    ):
        assert policy.sum(axis=1).tolist() == pytest.approx([1.0] * 3)
    assert policies.by_group(log, {"x": "c", "y": "a"}, "b").idxmax(axis=1).tolist() == ["c", "a", "b"]


def test_groups_that_are_not_named_get_the_rest():
    """Also where none is named."""
    log = pd.DataFrame({"group": ["a", "b"], "content": ["x", "y"]})
    assert policies.by_group(log, {}, "y")["y"].tolist() == [1, 1]
    assert policies.by_group(log, {"a": "x"}, "y")["x"].tolist() == [1, 0]


def test_the_best_mean_that_rests_on_enough_rows():
    """A higher one of fewer rows may be luck; where all are of few rows none is named."""
    means = pd.DataFrame({"coupon": [0.2, 0.9], "outfit": [0.3, np.nan]}, index=["men", "women"])
    rows = pd.DataFrame({"coupon": [500, 20], "outfit": [100, np.nan]}, index=means.index)
    found = choices.best_known(means, rows, "share")
    assert (found.case, found.content, found.group, found.mean.value) == ("found", "outfit", "men", 0.3)
    assert choices.best_known(means, rows / 100, "share").case == "few"
    assert choices.best_known(means.iloc[:0], rows.iloc[:0], "share").case == "unknown"
