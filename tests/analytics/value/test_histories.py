"""Two customers of equal silence: who is chosen, how they are shown, and what the model says of them."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.value import btyd, histories

TODAY = pd.Timestamp("2025-07-01")


@pytest.fixture
def summary() -> pd.DataFrame:
    """Give one who came weekly, one who came twice a year, one who is hardly silent, and one who bought once."""
    return pd.DataFrame(
        {
            "purchases": [6, 4, 5, 1],
            "days_since_last": [182, 180, 4, 181],
            "frequency": [4, 3, 4, 0],
            "recency": [4.0, 78.0, 20.0, 0.0],
            "T": [30.0, 104.0, 21.0, 26.0],
        },
        index=["weekly", "yearly", "here", "once"],
    )


def test_two_of_equal_silence_are_chosen(summary):
    """A waits many times the own rhythm, B about once, and they have been silent for equally long."""
    assert histories.two_rhythms(summary).to_dict() == {"A": "weekly", "B": "yearly"}


@pytest.mark.parametrize("gone", ["weekly", "yearly"])
def test_without_two_such_customers_there_are_none(summary, gone):
    """One alone makes no comparison, and the words say so."""
    two = histories.two_rhythms(summary.drop(index=gone))
    assert two.empty
    assert histories.side_by_side(two, summary).case == "fewer"
    assert histories.who_is_left(pd.DataFrame({"value": [], "unit": []})).case == "unknown"


def test_the_two_side_by_side(summary):
    """4 weeks hold 4 waits of 7 days, 78 weeks 3 of 182; silent for 181 days on average."""
    found = histories.side_by_side(histories.two_rhythms(summary), summary)
    assert (found.case, found.silence.value, found.quick.value, found.slow.value) == (
        "two",
        181.0,
        7.0,
        182.0,
    )


def test_timelines_are_days_before_today():
    """Two orders of one day are one point; the earliest comes first."""
    times = pd.to_datetime(["2025-06-30 10:00", "2025-06-01 09:00", "2025-06-01 20:00", "2025-06-20 08:00"])
    orders = pd.DataFrame({"customer_id": ["a", "a", "a", "b"], "ordered_at": times})
    found = histories.timelines(pd.Series({"A": "a"}), orders, TODAY)
    assert found.to_list() == [30, 1]
    assert set(found.index) == {"A"}
    assert histories.timelines(pd.Series(dtype=object), orders, TODAY).empty


def test_one_customer_in_both_languages(summary):
    """RFM's recency is days since, that of the models weeks at; RFM counts orders, the models repeat days."""
    found = histories.both_vocabularies(histories.two_rhythms(summary), summary)
    read = {(text, word): values["A"] for (text, word, _), values in found.iterrows()}
    assert read == {
        ("RFM", "recency"): "182",
        ("model", "recency"): "4",
        ("model", "T"): "30",
        ("RFM", "frequency"): "6",
        ("model", "frequency"): "4",
    }


@pytest.mark.parametrize(
    ("chances", "case"),
    [
        ((0.01, 0.66), "B"),
        ((0.5, 0.55), "alike"),
        ((0.9, 0.2), "A"),
        ((0.99, 0.97), "both"),
        ((np.nan, np.nan), "unknown"),
    ],
)
def test_who_is_left(chances, case):
    """Ten points are worth a sentence."""
    table = pd.DataFrame({"value": chances, "unit": "share"}, index=["A", "B"])
    assert histories.who_is_left(table).case == case


def test_chances_are_the_models(summary, bgnbd, nobody_back):
    """Of A and B, in this order; missing where there is no fit."""
    two = histories.two_rhythms(summary)
    found = histories.chances(two, summary, bgnbd)
    assert found["value"].tolist() == bgnbd.alive(summary.loc[["weekly", "yearly"]]).tolist()
    assert histories.chances(two, summary, btyd.fit_purchases(nobody_back))["value"].isna().all()
