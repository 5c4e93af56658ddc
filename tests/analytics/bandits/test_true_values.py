"""What other contents would truly have brought, by hand from the tables of the truth."""

import pandas as pd
import pytest

from workbook.analytics.bandits import choices, policies, true_values


@pytest.fixture
def truth():
    """One segment, two channels, two scenes, two contents."""
    grid = pd.MultiIndex.from_product(
        [["trend"], [False], ["commute", "evening"], ["SMS", "e-mail"], ["a", "b"]],
        names=["segment", "recent", "scene", "channel", "content"],
    ).to_frame(index=False)
    return {
        "customers": pd.DataFrame({"customer_id": ["C1"], "segment": ["trend"]}),
        "message_values": grid.assign(clicks=[0.1, 0.2, 0.3, 0.4, 0.3, 0.4, 0.5, 0.6], margin=[1.0, 2.0] * 4),
        "message_fatigue": pd.DataFrame({"messages_before": [0, 1], "factor": [1.0, 0.5]}),
    }


@pytest.fixture
def log():
    """A rested reader with SMS alone, and a tired one with both channels."""
    return choices.choices(
        pd.DataFrame(
            {
                "customer_id": "C1",
                "recent": False,
                "messages_before": [0, 1],
                "channels": ["SMS", "SMS+e-mail"],
                "scene": ["commute", "evening"],
                "channel": ["SMS", "e-mail"],
                "content": ["a", "b"],
                "propensity": 0.25,
                "reward": [0.0, 1.0],
            }
        )
    )


def test_by_hand(log, truth):
    """Scenes evenly, and the channels that are open: (.1 + .3) / 2 for a; tired half of (.1 + .3 + .3 + .5) / 4."""
    found = true_values.true_rewards(log, truth)
    assert found["a"].tolist() == pytest.approx([0.2, 0.15])
    assert found["b"].tolist() == pytest.approx([0.3, 0.2])


def test_what_was_sent(log, truth):
    """The first row was a by SMS on the way to work; the second b by e-mail in the evening, to a tired reader."""
    assert true_values.true_of_log(log, truth).tolist() == pytest.approx([0.1, 0.3])


def test_gains_are_against_what_was_sent(log, truth):
    """Sending b to everybody: the mean of .3 and .2, less that of .1 and .3."""
    found = true_values.true_gains(log, {"b": policies.always(log, "b")}, truth)
    assert found.loc["b", "reward"] == pytest.approx(0.25 - 0.2)


def test_whole_arms_are_ordered(log, truth):
    """The best arm of all is b by e-mail in the evening."""
    found = true_values.true_arms(log, truth)
    assert found.index[0] == ("evening", "e-mail", "b")
    assert len(found) == 8
