"""A programme in money, by hand."""

from dataclasses import replace

import numpy as np
import pytest

from workbook.analytics.loyalty import loyalty_programme
from workbook.tables.errors import DataError

YEAR = loyalty_programme.Programme(
    revenue=1_100.0, lift=0.1, margin=0.5, points=1_000.0, redeemed=0.8, points_cost=0.05
)


def test_a_programme_by_hand():
    """Of 1,100, a lift of a tenth added 100; 1,000 points × 0.8 × 0.05 cost 40: ROI 2.5, on margin (50 − 40) / 40."""
    assert YEAR.added_revenue == pytest.approx(100)
    assert YEAR.cost == pytest.approx(40)
    assert YEAR.roi == pytest.approx(2.5)
    assert YEAR.net_roi == pytest.approx(0.25)


def test_an_roi_of_one_on_revenue_has_lost_half_at_a_margin_of_one_half():
    """The course breaks even at 1, and that is a loss."""
    even = replace(YEAR, lift=40 / 1060)
    assert even.roi == pytest.approx(1)
    assert even.net_roi == pytest.approx(-0.5)


@pytest.mark.parametrize("margin", [0.3, 0.5, 1.0])
def test_at_the_break_even_lift_nothing_is_left_and_nothing_lost(margin):
    """Net ROI is 0 there, more lift is a gain, less a loss."""
    case = replace(YEAR, margin=margin)
    at = replace(case, lift=case.break_even_lift)
    assert at.net_roi == pytest.approx(0)
    assert replace(at, lift=at.lift + 0.01).net_roi > 0 > replace(at, lift=at.lift - 0.01).net_roi


def test_without_cost_there_is_no_return_and_without_margin_no_way_out():
    """Over nothing there is no ratio; and what costs more than all margin never breaks even."""
    assert np.isnan(replace(YEAR, points=0.0).roi)
    assert replace(YEAR, margin=0.0).break_even_lift == np.inf
    assert replace(YEAR, running_cost=1e6).break_even_lift == np.inf


def test_the_tornado_moves_one_input_at_a_time():
    """Each end is net ROI with that input alone changed; the widest is on top."""
    table = loyalty_programme.sensitivity(YEAR, {"margin": (0.4, 0.6), "lift": (0.0, 0.2)})
    assert table.index.tolist() == ["lift", "margin"]
    assert table.loc["lift", "at_low"] == -1
    assert table.loc["margin", "at_high"] == pytest.approx(replace(YEAR, margin=0.6).net_roi)
    with pytest.raises(DataError, match=r"An input must be one of .*got 'margn'.*Did you mean 'margin'"):
        loyalty_programme.sensitivity(YEAR, {"margn": (0, 1)})


def test_net_roi_between_two_uncertain_inputs_by_hand():
    """With one input sure the ends are those of the other alone; with both the interval is wider than either, and holds them."""
    sure = (YEAR.redeemed, YEAR.redeemed)
    alone = loyalty_programme.net_roi_between(YEAR, (0.05, 0.15), sure)
    for end, lift in ((alone.low, 0.05), (alone.high, 0.15)):
        assert end == pytest.approx(replace(YEAR, lift=lift).net_roi)
    cost = loyalty_programme.net_roi_between(YEAR, (YEAR.lift, YEAR.lift), (0.7, 0.9))
    assert (cost.low, cost.high) == pytest.approx([replace(YEAR, redeemed=r).net_roi for r in (0.9, 0.7)])
    both = loyalty_programme.net_roi_between(YEAR, (0.05, 0.15), (0.7, 0.9))
    assert both.low < min(alone.low, cost.low)
    assert both.high > max(alone.high, cost.high)
    assert (both.value, both.nothing) == (pytest.approx(0.25), 0)


def test_a_share_that_is_not_known_is_taken_as_it_is():
    """Without an interval of the share the effect's alone is left; without one of the effect there is none."""
    missing = (np.nan, np.nan)
    known = loyalty_programme.net_roi_between(YEAR, (0.05, 0.15), missing)
    assert known.low == pytest.approx(replace(YEAR, lift=0.05).net_roi)
    assert not loyalty_programme.net_roi_between(YEAR, missing, (0.7, 0.9)).has_interval
    assert not loyalty_programme.net_roi_between(replace(YEAR, points=0.0), (0.05, 0.15), missing).known
