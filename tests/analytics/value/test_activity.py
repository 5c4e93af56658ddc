"""What is read off the fitted models: rhythm, leaving, who is active, and whether spend goes its own way."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.value import activity, btyd


def test_alive_grid_reads_the_model(bgnbd, histories):
    """Rows are repeat purchases, columns weeks of silence; all are as old as the oldest customer."""
    grid = activity.alive_grid(bgnbd, histories, steps=5)
    assert list(grid.index) == [1, 2, 3, 5, 8, 12, 20]
    assert list(grid.columns) == [0, 12, 23, 35, 47]
    cell = pd.DataFrame({"frequency": [3], "recency": [52.0 - 23], "T": [52.0]})
    assert grid.loc[3, 23] == pytest.approx(bgnbd.alive(cell).iloc[0])
    assert (grid.diff(axis=1).iloc[:, 1:] < 0).all(axis=None)


def test_active_shares_by_hand(bgnbd, histories):
    """The mean chance over all, over who came back, and over who bought once: 100 % by BG/NBD, less by MBG/NBD."""
    other = btyd.PurchaseModel("mbgnbd", bgnbd.params, np.nan, 0)
    summary = histories.assign(days_since_last=[210, 89, 90])
    found = activity.active_shares(summary, {"BG/NBD": bgnbd, "MBG/NBD": other})
    alive = bgnbd.alive(summary)
    assert found["customers"].tolist() == [3, 2, 1]
    assert found["bought lately"].tolist() == pytest.approx([1 / 3, 1 / 2, 0])
    assert found["BG/NBD"].tolist() == pytest.approx([alive.mean(), alive[["b", "c"]].mean(), 1.0])
    assert found.loc["bought once", "MBG/NBD"] == pytest.approx(other.alive(summary)["a"])
    assert found.loc["bought once", "MBG/NBD"] < 1


def test_active_shares_of_nobody_are_missing(bgnbd, histories):
    """Where nobody bought once, that line is empty."""
    summary = histories.loc[["b"]].assign(days_since_last=5)
    found = activity.active_shares(summary, {"BG/NBD": bgnbd})
    assert found.loc["bought once", "customers"] == 0
    assert found.loc["bought once", ["bought lately", "BG/NBD"]].isna().all()


def test_the_four_numbers_are_read_as_two(bgnbd, nobody_back):
    """Alpha / r weeks between purchases, a / (a + b) who leave; without a fit there is nothing to read."""
    found = activity.meaning(bgnbd)
    assert found["value"].tolist() == pytest.approx([5.0 / 0.6, 100 * 0.9 / 3.9])
    assert found["unit"].tolist() == ["weeks", "% of customers"]
    assert activity.meaning(btyd.fit_purchases(nobody_back)).empty


def test_the_same_silence_after_few_and_many_purchases(bgnbd, histories):
    """The middle column of the grid, its first row and that of twelve; nothing is known of an empty grid."""
    grid = activity.alive_grid(bgnbd, histories, steps=5)
    found = activity.same_silence(grid)
    assert found["weeks"] == 23
    assert (found["few"].value, found["many"].value) == (grid.loc[1, 23], grid.loc[12, 23])
    assert not activity.same_silence(grid * np.nan)["few"].known


def test_who_is_nearly_sure_by_hand():
    """Below 10 % and above 90 %, of those whose chance is known."""
    found = activity.nearly_sure(pd.Series([0.05, 0.5, 0.95, 0.9, np.nan]))
    assert (found.value, found.n) == (0.5, 4)
    assert not activity.nearly_sure(pd.Series([np.nan])).known


@pytest.mark.parametrize(
    ("back", "once", "case"),
    [((0.48, 0.49), (1.0, 0.53), "once"), ((0.48, 0.49), (1.0, 0.98), "alike"), ((0.3, 0.5), (1.0, 0.5), "differ"),
     ((np.nan, np.nan), (1.0, 0.5), "unknown")],
)  # fmt: skip
def test_how_far_the_models_agree(back, once, case):
    """On who came back first, then on who bought once; 10 points are alike."""
    shares = pd.DataFrame([back, once], index=["came back", "bought once"], columns=["BG/NBD", "MBG/NBD"])
    assert activity.agreement(shares).case == case


def test_whether_spend_goes_its_own_way(gamma_gamma, nobody_back):
    """Correlation by hand; one that is far from none is said, and so is a model that can't be had."""
    frame = pd.DataFrame({"frequency": [1, 2, 3], "monetary_value": [10.0, 20.0, 30.0]})
    found = activity.related(frame)
    assert (found.value, found.n) == (pytest.approx(1.0), 3)
    assert activity.spend_case(gamma_gamma, found) == "related"
    assert activity.spend_case(gamma_gamma, Estimate(0.1)) == "unrelated"
    assert activity.spend_case(btyd.fit_spend(nobody_back), found) == "too_few"
    assert not activity.related(frame.assign(monetary_value=5.0)).known
