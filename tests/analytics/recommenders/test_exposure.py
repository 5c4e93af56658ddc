"""What was shown, by hand: policies, lists that were never shown, and what a report credits."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.recommenders import exposure


@pytest.fixture
def log() -> pd.DataFrame:
    """Six sessions: of the random ones Anna saw a bag and clicked, and Ben saw shoes."""
    return pd.DataFrame(
        {
            "session_id": [f"W{i}" for i in range(6)],
            "customer_id": ["Anna", "Ben", "Anna", "Ben", "Ben", "Zoe"],
            "started_at": pd.date_range("2025-03-01", periods=6),
            "product_id": ["bag", "shoes", "coat", "coat", "bag", "hat"],
            "policy": ["random", "random", "popular", "popular", "popular", "random"],
            "propensity": [0.1, 0.1, 0.5, 0.5, 0.4, 0.1],
            "clicked": [True, False, False, True, False, True],
            "bought": [False, False, True, False, False, False],
        }
    )


def test_whose_session_it_was(log):
    """The log of recommendations has the session only; time and customer are of the sessions."""
    sessions = log[["session_id", "customer_id", "started_at"]]
    joined = exposure.exposures(
        log.drop(columns=["customer_id", "started_at"]).sample(frac=1, random_state=1), sessions
    )
    assert joined["session_id"].tolist() == log["session_id"].tolist()


def test_sessions_for_which_there_are_lists(log, split):
    """Of customers who had bought before the cut, from it on: Zoe hadn't."""
    known = exposure.of_known(log, split)
    assert known["customer_id"].tolist() == ["Anna", "Ben", "Anna", "Ben", "Ben"]
    assert list(exposure.readers(known, split).people) == ["Anna", "Ben"]


def test_shares_by_policy(log):
    """Two of three and one of three; an empty log gives an empty table with all columns."""
    found = exposure.by_policy(log)
    assert found["value"].to_dict() == {"popular": pytest.approx(1 / 3), "random": pytest.approx(2 / 3)}
    assert found["n"].tolist() == [3, 3]
    assert list(exposure.by_policy(log[:0]).columns) == list(found.columns)


def test_what_was_shown_is_in_the_own_list(log, split):
    """Anna's list has bag and coat, Ben's coat and shoes; nobody has a list for Zoe."""
    lists = np.array([[0, 1], [1, 2]])
    assert exposure.in_list(log, split, lists).tolist() == [True, True, True, True, False, False]


def test_the_random_slice_needs_rows(log, split):
    """Two rows are too few; fifty times as many give one of two, with an interval."""
    lists = np.array([[0, 1], [1, 2]])
    assert not exposure.value_of_list(log, split, lists).known
    many = pd.concat([log] * 50, ignore_index=True)
    found = exposure.value_of_list(many, split, lists)
    assert (found.value, found.n) == (0.5, 100)
    table = exposure.values(many, split, {"x": lists})
    assert list(table.columns) == ["value", "low", "high", "unit", "n"]
    assert table.loc["x", "value"] == 0.5
    assert exposure.personal(log, split, lists, "x").case == "unknown"


def test_own_list_against_the_rest(split):
    """A hundred random rows of the list with 40 clicks, a hundred others with 10: four times as often."""
    n = 200
    held = np.arange(n) < 100
    log = pd.DataFrame(
        {
            "customer_id": np.where(np.arange(n) % 2, "Anna", "Ben"),
            "product_id": np.where(held, "coat", "bag"),
            "policy": "random",
            "clicked": np.where(held, np.arange(n) % 100 < 40, np.arange(n) % 100 < 10),
        }
    )
    found = exposure.personal(log, split, np.array([[1, 2], [1, 2]]), "x")
    assert (found.case, found.way) == ("ahead", "x")
    assert found.ratio.value == pytest.approx(4.0)


def test_products_at_random_find_their_share(split):
    """Of Anna's bag and scarf only the bag is on sale, Ben's shoes are: two of three products find 2/3 of 1/2, and 2/3."""
    assert exposure.at_random(split, 2) == pytest.approx((0.5 + 1) / 2 * 2 / 3)
    assert exposure.at_random(split, 9) == pytest.approx(0.75)


def test_a_lead_that_is_lost():
    """Ahead offline for sure, online as likely behind: lost. Ahead on both sides: kept. Not even offline: nobody can say."""
    recall = Estimate(0.10, 0.09, 0.11, "share", 1000)
    clicks = pd.DataFrame(
        {"value": [0.050, 0.048], "low": [0.043, 0.041], "high": [0.058, 0.056], "n": [3000, 3000]},
        index=["popular", "random"],
    )
    found = exposure.leads(recall, 0.04, clicks)
    assert found.case == "lost"
    assert (found.offline.value, found.online.value) == pytest.approx((2.5, 0.050 / 0.048))
    assert found.online.low < 1 < found.online.high
    better = clicks.assign(value=[0.10, 0.048], low=[0.09, 0.041], high=[0.11, 0.056])
    assert exposure.leads(recall, 0.04, better).case == "kept"
    few = Estimate(0.10, 0.03, 0.17, "share", 40)
    assert exposure.leads(few, 0.04, clicks).case == exposure.leads(few, 0.04, better).case == "unclear"
    assert exposure.leads(recall, 0.04, clicks.drop("random")).case == "unknown"


def test_what_is_bought_anyway_is_not_caused():
    """Every second session buys the coat, whether the tile showed it or not: nothing is caused."""
    n = 400
    log = pd.DataFrame(
        {
            "session_id": [f"W{i}" for i in range(n)],
            "customer_id": [f"C{i}" for i in range(n)],
            "started_at": pd.date_range("2025-01-01", periods=n, freq="h"),
            "product_id": np.where(np.arange(n) % 4 < 2, "coat", "bag"),
            "policy": np.where(np.arange(n) % 4 < 2, "popular", "random"),
            "bought": (np.arange(n) % 4 < 2) & (np.arange(n) % 2 == 0),
        }
    )
    orders = pd.Series([f"O{i}" for i in range(0, n, 2)], index=[f"W{i}" for i in range(0, n, 2)])
    lines = pd.DataFrame({"order_id": orders.to_numpy(), "product_id": "coat"})
    found = exposure.attribution(log, lines, orders, "popular")
    assert found.case == "nothing"
    assert (found.credited.value, found.anyway.value, found.caused.value) == (0.5, 0.5, 0.0)
    assert exposure.attribution(log, lines[:0], orders, "popular").case == "caused"
    assert exposure.attribution(log, lines, orders, "similar").case == "unknown"
    unsold = log.assign(bought=False)
    assert exposure.attribution(unsold, lines[:0], orders, "popular").case == "unknown"
