"""The log of profiles: a row for each field that is there, within the life of its record, and why."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.identity import profile_history
from workbook.retailer.identity.source_systems import APP, POS

IDS = pd.Series(["X1", "X2", "X3", "X4"])
MADE = pd.DataFrame(
    {
        "source": [APP, APP, POS, APP],
        "created": pd.to_datetime(["2025-01-01 10:00"] * 4),
        "updated": pd.to_datetime(
            ["2025-06-01 10:00", "2025-06-01 10:00", "2025-01-01 10:00", "2025-06-01 10:00"]
        ),
    }
)
WRITTEN = pd.DataFrame(
    {
        "size": ["M", "L", "S", None],
        "favourite_colour": ["red", None, None, None],
        "preference_tags": ["sale", "new in", None, None],
        "gift": [False, True, False, False],
        "reward": ["points", None, None, None],
    }
)


def log(**changes) -> pd.DataFrame:
    """Make the log of four records: one rewarded, one for a gift, one of the till, one empty."""
    return profile_history.profile_changes(WRITTEN.assign(**changes), MADE, IDS, Block(1, 0, 4))


def test_each_field_that_is_there_has_a_row(monkeypatch):
    """Three of the first record, two of the second, one of the third, none of the empty one; each with its reason."""
    monkeypatch.setattr(profile_history, "UNLOGGED", 0.0)
    made = log()
    assert made.groupby("record_id")["field"].agg(set).to_dict() == {
        "X1": {"size", "favourite_colour", "preference_tags"},
        "X2": {"size", "preference_tags"},
        "X3": {"size"},
    }
    assert made.groupby("record_id")["reason"].agg(set).to_dict() == {
        "X1": {"reward"},
        "X2": {"gift"},
        "X3": {"staff"},
    }


def test_what_is_done_for_a_reward_is_done_at_once():
    """All fields of one reward have one time, between the making and the last change of the record."""
    made = log()
    first = made[made["record_id"] == "X1"]["changed_at"]
    assert (first == first.iloc[0]).all()
    assert first.between("2025-01-01 10:00", "2025-06-01 10:00").all()
    assert made["changed_at"].is_monotonic_increasing


def test_reasons_of_the_world(small):
    """Most fields come by the customer's own will; a share UNLOGGED has no reason; times lie within the record's."""
    made = small.profile_changes.merge(small.source_records, on="record_id")
    assert made["changed_at"].between(made["created_at"], made["updated_at"]).all()
    assert set(made["reason"].dropna()) == set(profile_history.REASONS)
    assert made["reason"].value_counts().idxmax() == "own"
    n, share = len(made), profile_history.UNLOGGED
    assert abs(made["reason"].isna().mean() - share) < 4 * np.sqrt(share * (1 - share) / n)
    assert made.loc[made["gift"], "reason"].dropna().eq("gift").all()


def test_a_log_without_gaps(monkeypatch):
    """With no share unlogged every change has its reason."""
    monkeypatch.setattr(profile_history, "UNLOGGED", 0.0)
    assert log()["reason"].notna().all()
