"""Drivers: what was known then against what came since; an effect is found, and none is found where there is none."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import purchase_drivers as dr

TODAY = pd.Timestamp("2025-12-31")


def test_what_was_known_then_by_hand():
    """a: two orders, the last 10 days before the day half a year ago, and one since; b: one order, none since."""
    then = pd.Timestamp("2026-01-01") - pd.Timedelta(days=180)
    lines = pd.DataFrame(
        {
            "customer_id": ["a", "a", "a", "b"],
            "order_id": ["1", "2", "3", "4"],
            "ordered_at": [then - pd.Timedelta(days=d) for d in (100, 10, -30, 50)],
            "dear": [0.2, 0.4, 9.0, -0.1],
            "place": ["store", "online", "store", "online"],
        }
    )
    customers = pd.DataFrame(
        {"customer_id": ["a", "b"], "member_since": [then + pd.Timedelta(days=5), pd.NaT]}
    )
    found = dr.known_then(lines, pd.Series({"a": "A", "b": "B"}), customers, TODAY)
    a = found.loc["a"]
    assert a["bought_again"] == 1
    assert found.loc["b", "bought_again"] == 0
    assert a["orders so far"] == pytest.approx(np.log(2))
    assert a["silence"] == pytest.approx(np.log(11))
    assert a["time since the first"] == pytest.approx(np.log(101))
    assert a["price level"] == pytest.approx(0.3)
    assert a["in stores"] == 0.5
    assert a["member"] == 0  # joined later
    assert found["cluster B"].tolist() == [0, 1]


def customers(effect: float, seed: int, n: int = 3000) -> pd.DataFrame:
    """Customers whose chance to buy again moves with their silence, and with cluster B."""
    rng = np.random.default_rng(seed)
    silence, b = rng.normal(size=n), rng.random(n) < 0.4
    chance = 0.4 - 0.1 * silence.clip(-2, 2) + effect * b
    again = (rng.random(n) < chance).astype(float)
    return pd.DataFrame({"bought_again": again, "silence": silence, "cluster B": b.astype(float)})


def test_effects_are_found():
    """The change for one standard deviation, and for yes against no, with the truth inside the intervals."""
    known = customers(0.1, 1)
    found = dr.drivers(known)
    assert found.loc["silence", "low"] < -0.1 < found.loc["silence", "high"] < 0
    assert 0 < found.loc["cluster B", "low"] < 0.1 < found.loc["cluster B", "high"]
    read = dr.reading(known, found)
    assert read.case == "clusters"
    assert read.strongest.startswith("silence, -")
    assert read.reach == f"{100 * found.loc['cluster B', 'high']:.0f} points"


def test_intervals_hold_at_once():
    """Where nothing moves the chance some interval of ten leaves out zero in about one of twenty worlds, not in four of ten."""
    called = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        given = pd.DataFrame(rng.normal(size=(400, 10))).add_prefix("driver ")
        found = dr.drivers(given.assign(bought_again=(rng.random(400) < 0.4).astype(float)))
        called += ((found["low"] > 0) | (found["high"] < 0)).any()
    assert called <= 8


def test_a_cluster_is_not_the_strongest():
    """Whether clusters differ is said of all of them together; where nothing else is sure the case is unclear."""
    known = customers(0.0, 3, 400).drop(columns="silence")
    found = dr.drivers(known)
    found.loc["cluster B", ["low", "high"]] = 0.01, 0.2
    assert dr.joint(known).p > 0.05
    assert dr.reading(known, found).case == "unclear"
    assert dr.reading(known, found).reach == "20 points"


def test_a_difference_that_is_of_no_use_is_called_little():
    """In a large shop a small difference of clusters is significant, and explains hardly anything of who buys again."""
    known = customers(0.03, 1, 20_000)
    read = dr.reading(known, dr.drivers(known))
    assert read.p < 0.001
    assert read.case == "little"
    of = np.corrcoef(known.to_numpy().T)[0]
    assert read.without == pytest.approx(of[1] ** 2)
    assert 0 < read.with_them - read.without < 0.002


def test_clusters_that_say_nothing_are_seldom_called():
    """Without an effect the joint test is significant in about one of twenty worlds."""
    p = np.array([dr.joint(customers(0.0, seed, 400)).p for seed in range(100)])
    assert 0 <= (p <= 0.05).sum() <= 12
    assert p.mean() == pytest.approx(0.5, abs=0.1)


def test_too_few_customers_say_nothing():
    """No table, and the case is unknown."""
    known = customers(0.1, 1, 12)
    found = dr.drivers(known)
    assert found.empty
    assert dr.reading(known, found).case == "unknown"
