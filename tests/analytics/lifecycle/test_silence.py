"""Silence held against the truth, on customers who can be counted by hand."""

import pandas as pd
import pytest

from workbook.analytics.lifecycle import silence

TODAY = pd.Timestamp("2025-12-31")


@pytest.fixture
def silent():
    """Give six customers: days of silence, and whether they have left."""
    last = {"a": 0, "b": 10, "c": 200, "d": 203, "e": 400, "f": 500}
    orders = pd.DataFrame(
        [(name, TODAY + pd.Timedelta(hours=9) - pd.Timedelta(days=days)) for name, days in last.items()]
        + [("e", pd.Timestamp("2024-01-01"))],
        columns=["customer_id", "ordered_at"],
    )
    left = {"a": None, "b": "2025-12-25", "c": "2025-07-01", "d": None, "e": None, "f": "2026-03-01"}
    truth = pd.DataFrame({"customer_id": left.keys(), "dropped_out_at": pd.to_datetime(list(left.values()))})
    return silence.silence_with_truth(orders, truth, TODAY)


def test_silence_and_truth_by_hand(silent):
    """Days since the last order by the calendar; who leaves after the day hasn't left yet."""
    assert silent["days silent"].tolist() == [0, 10, 200, 203, 400, 500]
    assert silent["truly left"].tolist() == [False, True, True, False, False, False]
    assert silent.loc["e", "orders"] == 2


def test_shares_by_band(silent):
    """Bands without a customer drop out."""
    bands = silence.by_silence(silent)
    assert bands["customers"].to_dict() == {"up to 30 days": 2, "181 to 365 days": 2, "over 365 days": 2}
    assert bands["share who have truly left"].tolist() == [0.5, 0.5, 0.0]


def test_both_ends(silent):
    """Of four who are silent for over 180 days one has left; of two fresh ones one has."""
    ends = silence.truth_of_silence(silent)
    assert (ends.left.value, ends.left.n) == (0.25, 4)
    assert (ends.left_already.value, ends.left_already.n) == (0.5, 2)
    assert not silence.truth_of_silence(silent[:0]).left.known


def test_twins_look_alike_and_differ(silent):
    """The nearest two with as many orders, of whom one has left: c and d; without c there is no such pair."""
    twins = silence.twins(silent)
    assert twins["days silent"].to_dict() == {"A": 200, "B": 203}
    assert twins["truly left"].tolist() == [True, False]
    assert silence.twins(silent.drop("c")).empty


def test_one_customer(silent):
    """Left, still there, or unknown to the truth."""
    assert [silence.has_left(silent, name) for name in ("c", "d", "nobody")] == ["left", "still", "unknown"]
