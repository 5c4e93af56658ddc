"""From an impression to a visit, by source."""

import pandas as pd
import pytest

from workbook.analytics.funnel import reach

WEEKS = pd.to_datetime(["2025-06-30", "2025-07-07", "2025-07-14"])


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Three weeks of one source, and a log that begins in the first and ends in the last of them."""
    awareness = pd.DataFrame(
        {"week": WEEKS, "source": "ad", "impressions": 400, "reached": 200, "asked": 50, "aware": 25}
    )
    at = pd.to_datetime(["2025-07-02", "2025-07-07", "2025-07-08", "2025-07-15"])
    sessions = pd.DataFrame({"started_at": at, "source": "ad", "stage": ["visit", "visit", "order", "view"]})
    return awareness, sessions


def test_only_whole_weeks_count():
    """A week counts if the log covers all its days; its visits are those of its days."""
    awareness, sessions = tables()
    found = reach.by_source(awareness, sessions, pd.Timestamp("2025-07-16"))
    assert found.loc["ad", ["reached", "visit", "order"]].tolist() == [200, 2, 1]


def test_shares_by_hand():
    """Half of those asked know the brand; 2 visits of 100 who know it are 2 %."""
    found = reach.by_source(*tables(), pd.Timestamp("2025-07-16")).loc["ad"]
    assert found["know"] == 0.5
    assert found["comes"] == pytest.approx(0.02)
    assert found["know_low"] < 0.5 < found["know_high"]
    assert found["comes_low"] < 0.02 < found["comes_high"]


def test_a_share_is_at_most_one():
    """Where few were asked and few came, the interval of a share ends at 1."""
    awareness, sessions = tables()
    found = reach.by_source(
        awareness.assign(reached=4, asked=3, aware=2), sessions, pd.Timestamp("2025-07-16")
    )
    assert found[["know_high", "comes_high"]].to_numpy().max() <= 1


def test_intervals_of_several_sources_hold_at_once():
    """With a second source each interval is wider."""
    awareness, sessions = tables()
    two = [pd.concat([rows, rows.assign(source="mail")]) for rows in (awareness, sessions)]
    alone, both = (reach.by_source(*rows, pd.Timestamp("2025-07-16")).loc["ad"] for rows in (tables(), two))
    for share in ("know", "comes"):
        assert both[f"{share}_low"] < alone[f"{share}_low"] < alone[f"{share}_high"] < both[f"{share}_high"]


def test_the_truth_stands_beside_it():
    """True shares are joined by source; without a truth the table stays as it is."""
    table = reach.by_source(*tables(), pd.Timestamp("2025-07-16"))
    truth = pd.DataFrame({"by": "source", "name": "ad", "stage": ["aware", "visit"], "rate": [0.4, 0.03]})
    assert reach.with_truth(table, truth)[["true_know", "true_comes"]].to_numpy().tolist() == [[0.4, 0.03]]
    assert reach.with_truth(table, None) is table
