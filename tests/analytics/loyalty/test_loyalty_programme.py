"""A programme in money, and the moments at which customers join it, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.loyalty import loyalty_programme
from workbook.tables.errors import DataError

ORDERS = pd.DataFrame(
    [
        ("a", "2024-01-01 10:00", 100), ("a", "2024-01-11 10:00", 50), ("a", "2024-01-11 20:00", 30),
        ("a", "2024-01-21 10:00", 40), ("a", "2024-02-20 10:00", 60),
        ("b", "2024-01-05 09:00", 200), ("b", "2024-01-20 09:00", 10),
    ],
    columns=["customer_id", "ordered_at", "amount"],
).astype({"ordered_at": "datetime64[ns]", "amount": float})  # fmt: skip
SINCE = pd.Series({"a": pd.Timestamp("2024-01-21"), "b": pd.NaT})
TODAY = pd.Timestamp("2024-02-29")
YEAR = loyalty_programme.Programme(
    revenue=1_100.0, lift=0.1, margin=0.5, points=1_000.0, redeemed=0.8, points_cost=0.05
)


def moments(**options) -> pd.DataFrame:
    """The moments of ORDERS with 20 days around each."""
    return loyalty_programme.purchase_moments(
        ORDERS, SINCE, **({"as_of": TODAY, "follow_days": 20} | options)
    )


def test_orders_of_one_day_are_one_purchase():
    """Two orders on 11 January are one purchase of 80, the second of that customer."""
    days = loyalty_programme.purchase_days(ORDERS)
    assert days["amount"].tolist() == [100, 80, 40, 60, 200, 10]
    assert days["number"].tolist() == [0, 1, 2, 3, 0, 1]


def test_moments_by_hand():
    """Open to join: a's purchases up to that of joining, all of b's; later ones of a member are left out."""
    found = moments().set_index(["customer_id", "day"])
    assert found.index.get_level_values(0).tolist() == ["a", "a", "a", "b", "b"]
    assert found["joins"].tolist() == [False, False, True, False, False]
    assert found["purchases_so_far"].tolist() == [0, 1, 2, 0, 1]
    assert found["days_as_customer"].tolist() == [0, 10, 20, 0, 15]
    assert found["days_since_previous"].tolist() == [0, 10, 10, 0, 15]
    assert found["spend_so_far"].tolist() == [0, 100, 90, 0, 200]
    assert found["bought_before"].tolist() == [0, 1, 2, 0, 1]
    assert found["after"].tolist() == [2, 1, 0, 1, 0]
    assert found["spend_after"].tolist() == [120, 40, 0, 10, 0]
    assert found["came_back"].tolist() == [True, True, False, True, False]


def test_a_moment_that_cannot_be_followed_is_left_out():
    """As of 31 January, 20 days can be seen after 11 January at the latest, and nothing after that day is known."""
    found = moments(as_of=pd.Timestamp("2024-01-31"))
    assert found["day"].max() == pd.Timestamp("2024-01-11")
    assert moments(as_of=pd.Timestamp("2024-01-02")).empty


def test_the_last_day_of_the_window_counts():
    """A purchase exactly ``follow_days`` later is within, one day more is not."""
    assert moments(follow_days=10)["after"].tolist() == [1, 1, 0, 0, 0]
    assert moments(follow_days=9)["after"].tolist() == [0, 0, 0, 0, 0]


def test_windows_that_run_into_something_else_are_left_out():
    """Something begins on 16 January: out are those bought before it and followed to it or beyond."""
    kept = loyalty_programme.without_days(moments(), [pd.Timestamp("2024-01-16")], 20)
    assert kept["day"].min() == pd.Timestamp("2024-01-20")
    assert len(loyalty_programme.without_days(moments(), [pd.Timestamp("2023-01-01")], 20)) == 5
    assert len(loyalty_programme.without_days(moments(), [], 20)) == 5


def test_a_landmark_by_hand():
    """On 20 January both have bought twice; a joins and buys in the days after, b does neither."""
    people = loyalty_programme.landmark(ORDERS, SINCE, day=pd.Timestamp("2024-01-20"), follow_days=10)
    assert people["purchases_so_far"].tolist() == [2, 2]
    assert people["days_since_previous"].tolist() == [9, 0]
    assert people["bought_before"].tolist() == [1, 1]
    assert people["after"].tolist() == [1, 0]
    assert people["member"].tolist() == [False, False]
    assert people["joins_later"].tolist() == [True, False]
    later = loyalty_programme.landmark(ORDERS, SINCE, day=pd.Timestamp("2024-01-21"), follow_days=10)
    assert later["member"].tolist() == [True, False]


def test_the_history_is_that_before():
    """Columns are those of HISTORY, on a logarithmic scale; the landmark has them too."""
    found = loyalty_programme.as_history(moments())
    assert found.columns.tolist() == loyalty_programme.HISTORY
    assert found["purchases_so_far"].tolist() == pytest.approx(np.log([1, 2, 3, 1, 2]))
    people = loyalty_programme.landmark(ORDERS, SINCE, day=TODAY, follow_days=10)
    assert loyalty_programme.as_history(people).notna().all(axis=None)


def test_no_orders_no_moments():
    """A shop without orders has no moment, and no error."""
    assert loyalty_programme.purchase_moments(ORDERS[:0], SINCE, as_of=TODAY, follow_days=20).empty
    assert loyalty_programme.landmark(ORDERS[:0], SINCE, day=TODAY, follow_days=20).empty


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


def test_a_lift_of_purchases_is_smaller_than_that_of_the_rate():
    """Without leaving, a doubled rate doubles purchases; with it, each further purchase is an occasion to leave."""
    rate, never, often = pd.Series([0.1, 0.2]), pd.Series([0.0, 0.0]), pd.Series([0.5, 0.5])
    assert loyalty_programme.expected_lift(rate, 2 * rate, never, days=70) == pytest.approx(1, abs=1e-6)
    assert 0 < loyalty_programme.expected_lift(rate, 2 * rate, often, days=70) < 0.7
    before, after = (0.5 * (1 - np.exp(-r * 0.5 * 10)).sum() / 0.5 for r in (rate, 2 * rate))
    assert loyalty_programme.expected_lift(rate, 2 * rate, often, days=70) == pytest.approx(
        after / before - 1
    )
    assert np.isnan(loyalty_programme.expected_lift(rate[:0], rate[:0], never[:0], days=70))


def test_how_dear_somebody_buys():
    """List prices over the median that is bought of the same category: 3 of 2 and 10 of 10 for a, 1 of 2 for b."""
    products = pd.DataFrame(
        {
            "product_id": ["P1", "P2", "P3", "P4"],
            "category": ["socks", "socks", "socks", "coats"],
            "list_price": [1, 2, 3, 10],
        }
    )
    lines = pd.DataFrame({"order_id": ["O1", "O1", "O2", "O3"], "product_id": ["P3", "P4", "P1", "P2"]})
    orders = pd.DataFrame({"order_id": ["O1", "O2", "O3"], "customer_id": ["a", "b", "c"]})
    found = loyalty_programme.price_taste(lines, orders, products)
    assert found.to_dict() == {"a": 1.25, "b": 0.5, "c": 1.0}
