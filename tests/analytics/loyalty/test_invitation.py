"""How large an invitation at random must be."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments import ab_tests
from workbook.analytics.loyalty import invitation

LATE = pd.DataFrame(
    {"joins": [False] * 100 + [True] * 10, "came_back": [True] * 50 + [False] * 50 + [True] * 10}
)


def test_the_effect_is_thinned_by_the_uptake():
    """A lift of a fifth among those who join is one of 6 % of those invited, if 30 % join: from 50 to 53 %."""
    found = invitation.sizes(LATE, {"x": 0.2}, 0.3).loc["x"]
    assert found.tolist() == [0.2, 0.06, ab_tests.group_size(0.5, 0.53)]


def test_effects_that_cannot_be_tested_are_left_out():
    """None, a loss, an unknown one, and one beyond everybody; without purchases nothing is known."""
    found = invitation.sizes(
        LATE, {"none": 0.0, "loss": -0.1, "?": np.nan, "never": np.inf, "x": 0.2, "all": 9.0}, 0.3
    )
    assert found.index.tolist() == ["x"]
    assert invitation.sizes(LATE[:0], {"x": 0.2}, 0.3).empty


def test_enough_purchases_or_too_few():
    """The largest test counts, for both halves; those who join are none of its purchases."""
    one = invitation.sizes(LATE, {"x": 0.2}, 0.3)
    few = invitation.enough(one, LATE)
    assert (few.case, few.has.value, few.base.value) == ("too_few", 100, 0.5)
    assert few.needs.value == 2 * one["needed"].max()
    many = pd.concat([LATE] * 200, ignore_index=True)
    assert invitation.enough(one, many).case == "enough"
    assert invitation.enough(one[:0], LATE).case == "unknown"


@pytest.mark.parametrize(
    ("earned", "test", "step"),
    [
        ("unclear", "enough", "invite"),
        ("unclear", "too_few", "too_large"),
        ("unclear", "unknown", "none"),
        ("up", "enough", "invite"),
        ("up", "too_few", "none"),
        ("down", "enough", "none"),
        ("may_cost", "too_few", "none"),
        ("no_cost", "too_few", "too_large"),
        ("unknown", "unknown", "none"),
    ],
)
def test_nobody_is_told_to_wait_for_a_test_that_is_too_large(earned, test, step):
    """An invitation is advised only where something is left to find out and there are purchases enough."""
    assert invitation.next_step(earned, test) == step
