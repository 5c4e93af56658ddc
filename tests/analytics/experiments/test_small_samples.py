"""Ten and ten: what they show, and what chance alone does."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.experiments.small_samples import at_least, first_of_each, leads_by_chance


def pair(control: list[int], treated: list[int]) -> pd.DataFrame:
    """Make units of two arms."""
    arms = ["none"] * len(control) + ["new"] * len(treated)
    return pd.DataFrame({"arm": arms, "ordered": [*control, *treated]})


def test_the_first_of_each_stand_side_by_side():
    """In the order of the table, the control on the left."""
    table = first_of_each(pair([1, 0, 0], [0, 1, 1]), "none", "new")
    assert table["none"].tolist() == ["yes", "no", "no"]
    assert table["new"].tolist() == ["no", "yes", "yes"]


def test_leads_of_two_tens_from_one_population():
    """Of many units of whom one in two orders, two tens differ as two binomials do, within four standard errors."""
    leads = leads_by_chance(pair([0, 1] * 5000, [0, 1] * 5000), draws=20_000, seed=1)
    one = stats.binom.pmf(np.arange(11), 10, 0.5)
    two_apart = sum(one[i] * one[j] for i in range(11) for j in range(11) if abs(i - j) >= 2)
    assert leads.sum() == pytest.approx(1)
    assert at_least(leads, 2).value == pytest.approx(two_apart, abs=4 * 0.5 / 20_000**0.5)


def test_fewer_than_twice_ten_have_no_leads():
    """Two groups of ten can't be drawn from nineteen."""
    leads = leads_by_chance(pair([0, 1] * 5, [0] * 9), draws=10, seed=1)
    assert leads.empty
    assert not at_least(leads, 2).known
