"""Impressions and awareness: visits are given, and those reached are as many as their chances need."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.marketing import awareness as part
from workbook.tables.contracts.digital import TABLES, TRUTH
from workbook.tables.dataset import validate


def visits_of(number: int, weeks: int = 40) -> pd.DataFrame:
    """The same number of visits for each source and week."""
    week = pd.date_range("2025-06-30", periods=weeks, freq="7D", name="week")
    index = pd.MultiIndex.from_product([week, part.MEDIA["source"]], names=["week", "source"])
    return pd.DataFrame({"visits": number}, index=index)


def test_visits_are_counted_once_and_by_week():
    """Machines and doubled rows are no visits, and a Sunday belongs to the week of the Monday before it."""
    at = pd.to_datetime(["2025-07-06 10:00", "2025-07-07 10:00", "2025-07-07 11:00", "2025-07-08 09:00"])
    sessions = pd.DataFrame({"session_id": list("abcd"), "started_at": at, "source": "direct"})
    found = part.visits_by_week(sessions, pd.DataFrame({"session_id": ["c"]}))
    assert found["visits"].tolist() == [1, 2]
    assert found.index.get_level_values("week").tolist() == list(pd.to_datetime(["2025-06-30", "2025-07-07"]))


def test_as_many_are_reached_as_their_chances_need():
    """Visits over people reached are the chance to know the brand times the chance to visit, within 4 standard errors."""
    made = part.make_awareness(visits_of(100), np.random.default_rng(3))
    validate({"awareness": made}, TABLES)
    total = made.groupby("source")[["reached", "asked", "aware"]].sum()
    media = part.MEDIA.set_index("source")
    chance = media["aware"] * media["visit"]
    found = 100 * 40 / total["reached"].reindex(chance.index)
    assert (abs(found - chance) < 4 * np.sqrt(chance / total["reached"].reindex(chance.index))).all()
    aware = (total["aware"] / total["asked"]).reindex(media.index)
    error = np.sqrt(media["aware"] * (1 - media["aware"]) / total["asked"].reindex(media.index))
    assert (abs(aware - media["aware"]) < 4 * error).all()
    assert (made["impressions"] >= made["reached"]).all()


def test_where_nobody_visits_nobody_was_reached():
    """A source without a visit in a week has no reach in it."""
    made = part.make_awareness(visits_of(0, 2), np.random.default_rng(3))
    assert (made[["impressions", "reached", "asked", "aware"]] == 0).all(axis=None)


def test_the_truth_has_each_stage_once():
    """Each channel has its four stages from the visit on, each source its two before it."""
    truth = part.true_funnel()
    validate({"funnel": truth}, TRUTH)
    assert truth.groupby("by").size().to_dict() == {"channel": 12, "source": 2 * len(part.MEDIA)}
    assert truth.loc[truth["by"] == "channel", "rate"].between(0.1, 0.95).all()


@pytest.mark.parametrize("noise", [0.0, 0.08])
def test_impressions_scatter_by_the_noise(noise, monkeypatch):
    """Without noise each person has the source's own number of impressions."""
    monkeypatch.setattr(part, "NOISE", noise)
    made = part.make_awareness(visits_of(500), np.random.default_rng(3))
    often = (
        made["impressions"] / made["reached"] / made["source"].map(part.MEDIA.set_index("source")["often"])
    )
    assert np.log(often).std() == pytest.approx(noise, abs=0.01)
