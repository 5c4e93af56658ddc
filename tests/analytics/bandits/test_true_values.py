"""What other contents would truly have brought, by hand from the tables of the truth."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.bandits import choices, policies, true_values
from workbook.analytics.estimate import Estimate


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


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        ([0.4, 0.1, 0.3, 0.2], ("other", "b", 2, 4)),
        ([0.2, 0.3, 0.4, 0.1], ("best", "a", 1, 3)),
        ([0.4, 0.2, 0.3, 0.1], ("kept", "b", 2, 3)),
        ([0.3, 0.3, 0.3, 0.3 - 1e-17], ("kept", "a", 1, 1)),
    ],
)
def test_the_order_of_means_is_held_against_the_true_one(truth, said):
    """The content that falls furthest is named; before all the one with the best mean, if it isn't the best."""
    stand = pd.DataFrame({"reward": [0.5, 0.4, 0.3, 0.2]}, index=list("abcd"))
    held = pd.DataFrame({"truth": truth}, index=list("abcd")).sort_index(ascending=False)
    assert true_values.misplaced(stand, held) == true_values.Misplaced(*said, 4)


@pytest.mark.parametrize(
    ("low", "high", "case"),
    [(-1.0, 1.0, "hidden"), (0.1, 1.0, "said"), (-1.0, 0.2, "missed"), (np.nan, np.nan, "unknown")],
)
def test_a_gain_in_hindsight(log, low, high, case):
    """A true gain of .5: the interval has it or not, and may have 0 too; rewards 0 and 1 spread by .7071."""
    found = true_values.hindsight(Estimate(0.3, low, high, "CNY"), 0.5, log, "reward")
    assert (found.case, found.truth.value, found.truth.unit) == (case, 0.5, "CNY")
    assert found.needed == 32  # 2 * 2.8² * .5 / .25 = 31.4


@pytest.mark.parametrize(
    ("margin", "case"), [([0.1, 0.2], "own"), ([0.2, 0.1], "one"), ([np.nan, 0.1], "own")]
)
def test_whose_aim_is_reached(margin, case):
    """The first proposal is best at the first column; and the second, or the first again, at the second."""
    gains = pd.DataFrame({"reward": [0.2, 0.1], "margin": margin}, index=["for clicks", "for money"])
    assert true_values.whose_aim(gains) == case
    assert true_values.whose_aim(gains.iloc[::-1]) == {"own": "crossed"}.get(case, case)


def test_one_proposal_for_both_aims_is_better_at_neither():
    """A small log teaches the same for clicks and for money."""
    gains = pd.DataFrame({"reward": [0.2, 0.2], "margin": [-0.1, -0.1]}, index=["for clicks", "for money"])
    assert true_values.whose_aim(gains) == "alike"


def test_which_intervals_miss_the_truth():
    """Those that miss it are named, and it is said whether all of them lack support."""
    held = pd.DataFrame(
        {"low": 0.1, "high": 0.2, "truth": [0.15, 0.3], "never": [0.0, 0.5]}, index=["a", "b"]
    )
    assert true_values.truth_missed(held) == true_values.Missed("unsupported", "b")
    assert true_values.truth_missed(held.assign(never=0.0)).case == "some"
    assert true_values.truth_missed(held.head(1)).case == "none"
    assert true_values.truth_missed(held.assign(low=np.nan, high=np.nan)).case == "unknown"
