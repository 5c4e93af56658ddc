"""Comparisons of members with others, one after the other, and the truth about each."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal
from workbook.analytics.loyalty import joining, membership_effects

TODAY = pd.Timestamp("2024-12-31")


@pytest.fixture(scope="module")
def shop() -> tuple[pd.DataFrame, pd.Series]:
    """Orders of 400 customers who come on random days, each third of whom joins at the second purchase."""
    rng = np.random.default_rng(7)
    rows = [
        (f"c{who:03}", pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day)), 50.0)
        for who in range(400)
        for day in np.sort(rng.choice(360, size=rng.integers(1, 9), replace=False))
    ]
    orders = pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])
    second = joining.purchase_days(orders).query("number == 1").set_index("customer_id")["day"]
    thirds = second[[int(who[1:]) % 3 == 0 for who in second.index]]
    return orders, thirds.reindex(orders["customer_id"].unique())


def comparisons(shop):
    """All comparisons by name."""
    orders, since = shop
    moments = joining.purchase_moments(orders, since, as_of=TODAY, follow_days=60)
    return membership_effects.at_purchases(moments) | membership_effects.on_one_day(orders, since, TODAY, 60)


def test_the_report_by_hand():
    """Of the last 30 days: the member bought twice for 30 in all, the other one nothing; a member's lift over nothing is missing."""
    orders = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "ordered_at": pd.to_datetime(["2024-12-02", "2024-12-31", "2024-12-01"]),
            "amount": [10.0, 20.0, 5.0],
        }
    )
    since = pd.Series({"a": pd.Timestamp("2024-12-02"), "b": pd.NaT})
    days = joining.purchase_days(orders)
    found = membership_effects.report(days, since, TODAY, 30)
    assert found.loc["a"].tolist() == [2, 30, True]
    assert found.loc["b"].tolist() == [0, 0, False]
    by_report = membership_effects.by_report(days, since, TODAY, 30)
    assert by_report.members.tolist() == ["a"]
    assert not by_report.contrast.change.known


def test_comparisons_are_of_their_own_members(shop):
    """Those that start at a later purchase are of the same joiners, and equal what the plain functions say."""
    found = comparisons(shop)
    orders, since = shop
    late = joining.comparable(joining.purchase_moments(orders, since, as_of=TODAY, follow_days=60))
    joiners = late.loc[late["joins"], "customer_id"].tolist()
    for name in ("joined later", "difference in differences", "joined later, equal past"):
        assert found[name].members.tolist() == joiners
    plain = causal.compare(late["after"], late["joins"], cluster=late["customer_id"])
    assert found["joined later"].contrast == plain
    table = membership_effects.lifts(found)
    assert table.loc["joined later", ["value", "low", "high"]].tolist() == [
        plain.lift,
        plain.lift_low,
        plain.lift_high,
    ]
    assert "joined at the first purchase" not in table.index  # nobody did


def test_three_outcomes_are_wider_than_one(shop):
    """Each of the three has an interval that is wider than the one it would have alone."""
    orders, since = shop
    late = joining.comparable(joining.purchase_moments(orders, since, as_of=TODAY, follow_days=60))
    three = membership_effects.on_outcomes(late)
    assert three.index.tolist() == ["came back at all", "purchases", "spend"]
    alone = comparisons(shop)["joined later, equal past"].contrast.change
    assert three.loc["purchases", "value"] == pytest.approx(alone.value)
    assert three.loc["purchases", "low"] < alone.low
    assert three.loc["purchases", "high"] > alone.high


@pytest.mark.parametrize(
    ("alone", "widened", "case"),
    [
        ((0.1, 0.5), (0.05, 0.6), "both"),
        ((0.1, 0.5), (-0.1, 0.6), "only_alone"),
        ((-0.1, 0.5), (-0.2, 0.6), "neither"),
    ],
)
def test_alone_and_together(alone, widened, case):
    """What leaves out no effect alone may not leave it out as one of three."""
    table = pd.DataFrame(
        {"value": 0.3, "low": widened[0], "high": widened[1], "unit": "change", "n": 9}, index=["purchases"]
    )
    found = membership_effects.together(table, Estimate(0.3, *alone, unit="change"))
    assert found.case == case
    assert membership_effects.together(table[:0], Estimate()).case == "unknown"


RATES = pd.DataFrame(
    {"without": [0.1, 0.2], "with_it": [0.2, 0.4], "dropout": [0.0, 0.5]}, index=pd.Index(["a", "b"])
)


def test_the_true_lift_is_smaller_than_that_of_the_rate():
    """Without leaving, a doubled rate doubles purchases; with it, each further purchase is an occasion to leave."""
    assert membership_effects.true_lift(RATES, pd.Index(["a"]), 70) == pytest.approx(1, abs=1e-6)
    before, after = (0.5 * (1 - np.exp(-rate * 0.5 * 10)) / 0.5 for rate in (0.2, 0.4))
    assert membership_effects.true_lift(RATES, pd.Index(["b"]), 70) == pytest.approx(after / before - 1)
    assert np.isnan(membership_effects.true_lift(RATES, pd.Index(["z"]), 70))


def test_who_is_there_twice_counts_twice():
    """Two moments of one customer weigh as two."""
    twice = membership_effects.true_lift(RATES, pd.Index(["a", "a", "b"]), 70)
    once = membership_effects.true_lift(RATES, pd.Index(["a", "b"]), 70)
    assert once < twice < 1


def test_comparisons_beside_the_truth(shop):
    """Each has the truth of its own members; without one the column is missing, and nothing is judged."""
    found = comparisons(shop)
    known = pd.DataFrame({"without": 0.1, "with_it": 0.11, "dropout": 0.0}, index=shop[1].index)
    table = membership_effects.beside_truth(found, known, 60)
    assert table["truth"].to_numpy() == pytest.approx(0.1)
    nothing = membership_effects.beside_truth(found, known[:0], 60)
    assert nothing["truth"].isna().all()
    assert membership_effects.judged(nothing).case == "unknown"


def test_judged_by_hand():
    """The nearest is off by a point, the farthest by 50, and its interval misses."""
    table = pd.DataFrame(
        {"value": [0.11, 0.6], "low": [0.0, 0.4], "high": [0.2, 0.8], "truth": [0.1, 0.1]},
        index=["near", "far"],
    )
    found = membership_effects.judged(table)
    assert (found.case, found.nearest, found.farthest, found.missing) == ("some_miss", "near", "far", ["far"])
    assert (f"{found.off_by}", f"{found.off_most}") == ("+1.0 points", "+50.0 points")
    assert membership_effects.judged(table[:1]).case == "all_hold"


def test_when_each_customer_joined():
    """At the first purchase, later, or never."""
    days = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "c"],
            "day": pd.to_datetime(["2024-01-01", "2024-02-01", "2024-01-01", "2024-01-01"]),
        }
    )
    since = pd.Series(pd.to_datetime(["2024-02-01", "2024-01-01", None]), ["a", "b", "c"])
    assert membership_effects.joins_by_kind(since, days).tolist() == [
        "later",
        "at the first purchase",
        "never",
    ]


def test_the_value_of_members_alone():
    """Members are worth 10 without and 12 with it; who is no member isn't counted."""
    customers = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "value_without_programme_12m": [10.0, 99.0],
            "value_with_programme_12m": [12.0, 99.0],
        }
    )
    since = pd.Series({"a": pd.Timestamp("2024-01-01"), "b": pd.NaT})
    value = membership_effects.true_value(customers, since)
    assert value.tolist() == [10, 12]
    assert membership_effects.value_lift(value).value == pytest.approx(0.2)
    assert not membership_effects.value_lift(value * 0).known
