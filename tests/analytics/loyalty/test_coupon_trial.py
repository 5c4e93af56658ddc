"""A trial of coupons with several arms, by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.experiments import ab_tests
from workbook.analytics.loyalty import coupon_trial
from workbook.tables.dataset import Dataset

BEGAN = pd.Timestamp("2024-06-01")


def drawn(sizes: dict[str, tuple[int, int]], cost: float = 10.0) -> pd.DataFrame:
    """Customers of arms: how many, and how many of them came, for 100 each; a coupon costs where it was redeemed."""
    rows = [
        (
            f"{arm}-{i}",
            arm,
            BEGAN,
            i < came,
            int(i < came),
            100.0 * (i < came),
            cost * (i < came) * (arm != "none"),
        )
        for arm, (size, came) in sizes.items()
        for i in range(size)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "arm", "assigned_at", "came", "orders", "revenue", "cost"])


THREE = drawn({"none": (50, 10), "same for all": (50, 12), "by price level": (50, 40)})


def test_arms_in_order_and_their_means():
    """The arm without a coupon is first; means are of a customer."""
    table = coupon_trial.arms(THREE)
    assert table.index.tolist() == ["none", "same for all", "by price level"]
    assert table.loc["by price level"].tolist() == pytest.approx([50, 0.8, 80, 8])
    assert coupon_trial.arms(THREE[:0]).empty


def test_each_with_each():
    """Three arms make three comparisons of yes and no; each interval is Newcombe's of 1 − .05 / 3."""
    pairs = coupon_trial.pairs(THREE)
    assert pairs == [("same for all", "none"), ("by price level", "none"), ("by price level", "same for all")]
    found = coupon_trial.compared(THREE, "came", "points")
    assert found["value"].tolist() == pytest.approx([0.04, 0.6, 0.56])
    assert found["n"].tolist() == [50, 50, 50]
    came = [THREE.loc[THREE["arm"] == arm, "came"] for arm in ("by price level", "none")]
    alone = ab_tests.compare_rates(*came, 1 - 0.05 / 3)
    assert found.loc["by price level − none", ["low", "high"]].tolist() == alone[5:7]
    found_apart = coupon_trial.distinguished(found)
    assert (found_apart.case, found_apart.of, found_apart.apart) == (
        "some",
        3,
        ["by price level − none", "by price level − same for all"],
    )


def test_intervals_of_uneven_arms_hold_together():
    """Without an effect all three hold in 95 % of 200 tests, though few of a small arm come (normal intervals: 64 %)."""
    rng, together = np.random.default_rng(1), 0
    for _ in range(200):
        came = {
            arm: (size, int(rng.binomial(size, 0.05))) for arm, size in (("none", 20), ("a", 200), ("b", 200))
        }
        found = coupon_trial.compared(drawn(came), "came", "points")
        together += coupon_trial.distinguished(found).case == "nothing"
    assert together / 200 > 0.95 - 2 * np.sqrt(0.05 * 0.95 / 200)


def test_a_small_arm_widens_nothing():
    """An arm of nineteen has no interval, and the other pair is not widened for it."""
    small = drawn({"none": (50, 10), "a": (50, 40), "b": (19, 3)})
    found = coupon_trial.compared(small, "came", "points")
    assert found["low"].notna().sum() == 1
    came = [small.loc[small["arm"] == arm, "came"] for arm in ("a", "none")]
    assert found.loc["a − none", ["low", "high"]].tolist() == ab_tests.compare_rates(*came, 0.95)[5:7]


def test_what_is_left_after_cost_by_hand():
    """40 of 50 came for 100, at a margin of one half and 10 a coupon: 32 a customer, against 10 without."""
    left = coupon_trial.left_after_cost(THREE, 0.5, "CNY")
    assert left.index.tolist() == ["same for all − none", "by price level − none"]
    assert left.loc["by price level − none", "value"] == pytest.approx(32 - 10)
    assert set(left["unit"]) == {"CNY"}


def test_a_trial_that_tells_nothing_or_is_too_small():
    """Arms alike are not distinguished; arms of five have no interval."""
    alike = drawn({"none": (50, 10), "coupon": (50, 10)})
    assert coupon_trial.distinguished(coupon_trial.compared(alike, "came", "points")).case == "nothing"
    few = drawn({"none": (5, 1), "coupon": (5, 4)})
    assert coupon_trial.distinguished(coupon_trial.compared(few, "came", "points")).case == "unknown"
    assert coupon_trial.distinguished(coupon_trial.compared(THREE[:0], "came", "points")).case == "unknown"


def test_roi_of_a_coupon():
    """It added 60 a customer for 8: 7.5; of the control, an unknown arm, and a free one nothing can be said."""
    assert coupon_trial.roi(THREE, "by price level").value == pytest.approx(60 / 8)
    for arm in ("none", "gold"):
        assert not coupon_trial.roi(THREE, arm).known
    assert not coupon_trial.roi(drawn({"none": (5, 1), "x": (5, 4)}, cost=0.0), "x").known


def shop(**tables: pd.DataFrame) -> Dataset:
    """A shop with these tables."""
    return Dataset("by hand", tables, BEGAN, pd.Timestamp("2024-12-31"))


def test_the_trial_is_of_customers_and_over():
    """Of two trials that of coupons is taken; who orders within 60 days came."""
    experiments = pd.DataFrame(
        [
            ("coupon test", "a", "none", BEGAN, 0),
            ("coupon test", "b", "coupon", BEGAN, 5),
            ("other", "a", "x", BEGAN, 0),
        ],
        columns=["experiment", "unit_id", "arm", "assigned_at", "cost"],
    )
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2"],
            "customer_id": ["a", "b"],
            "amount": [10.0, 20.0],
            "ordered_at": [BEGAN + pd.Timedelta(days=60), BEGAN],
        }
    )
    found = coupon_trial.trial(shop(experiments=experiments, orders=orders))
    assert found["unit_id"].tolist() == ["a", "b"]
    assert found["came"].tolist() == [False, True]
    assert found["revenue"].tolist() == [0, 20]
    early = replace(shop(experiments=experiments, orders=orders), end=BEGAN + pd.Timedelta(days=30))
    assert coupon_trial.trial(early).empty


def test_how_expensive_somebody_buys():
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
    found = coupon_trial.price_taste(lines, orders, products)
    assert found.to_dict() == {"a": 1.25, "b": 0.5, "c": 1.0}


def test_halves_and_their_truth():
    """Within each half the arm against none; the truth is the mean of effects of the same customers."""
    half = pd.Series(np.where(np.arange(len(THREE)) % 2, coupon_trial.CHEAP, coupon_trial.EXPENSIVE))
    found = coupon_trial.by_taste(THREE, half)
    assert found.index.tolist() == [
        f"{arm}: {which}"
        for arm in ("same for all", "by price level")
        for which in (coupon_trial.CHEAP, coupon_trial.EXPENSIVE)
    ]
    assert found.loc[f"by price level: {coupon_trial.CHEAP}", "value"] == pytest.approx(0.6)
    effects = THREE.assign(experiment="coupon test", effect=np.where(half == coupon_trial.CHEAP, 0.2, 0.1))
    truth = coupon_trial.true_differences(THREE, effects[effects["arm"] != "none"], half)["truth"]
    assert truth["by price level − none"] == pytest.approx(0.15)
    assert truth["by price level − same for all"] == pytest.approx(0)
    assert truth[f"same for all: {coupon_trial.EXPENSIVE}"] == pytest.approx(0.1)


def test_the_order_of_estimates_against_that_of_the_truth():
    """Of the halves the estimates put x first, in truth it is y; whole arms are left out; without a truth nothing is said."""
    x, y = (f"coupon: {which}" for which in (coupon_trial.CHEAP, coupon_trial.EXPENSIVE))
    found = pd.DataFrame({"value": [0.2, 0.1, 0.9], "low": 0.05, "high": 0.3}, index=[x, y, "coupon − none"])
    truth = pd.DataFrame({"truth": [0.1, 0.3, 0.9]}, index=[x, y, "coupon − none"])
    likeliest = coupon_trial.likeliest(found, truth)
    assert (likeliest.case, likeliest.found, likeliest.true) == ("other", x, y)
    assert coupon_trial.likeliest(found, truth.assign(truth=[0.3, 0.1, 0.9])).case == "same"
    clear = found.assign(low=[0.15, 0.0, 0.8], high=[0.3, 0.14, 1.0])
    assert coupon_trial.likeliest(clear, truth.assign(truth=[0.3, 0.1, 0.9])).case == "sure"
    assert coupon_trial.likeliest(found, truth[:0]).case == "unknown"
    assert (
        coupon_trial.likeliest(coupon_trial.by_taste(THREE[:0], pd.Series(dtype=object)), truth).case
        == "unknown"
    )


def test_tastes_are_of_before_the_trial():
    """Who bought socks at three times the usual price before it buys expensive things; who bought nothing is unknown."""
    products = pd.DataFrame({"product_id": ["P1", "P3"], "category": "socks", "list_price": [1.0, 3.0]})
    orders = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "customer_id": ["a", "b", "c"],
            "amount": 1.0,
            "ordered_at": [BEGAN - pd.Timedelta(days=1)] * 2 + [BEGAN],
        }
    )
    lines = pd.DataFrame(
        {
            "order_id": ["1", "2", "3"],
            "line": 1,
            "product_id": ["P3", "P1", "P3"],
            "quantity": 1,
            "amount": 1.0,
        }
    )
    of = pd.DataFrame({"unit_id": ["a", "b", "c"], "arm": "x", "assigned_at": BEGAN})
    half = coupon_trial.tastes(of, shop(orders=orders, order_lines=lines, products=products))
    assert half.tolist() == [coupon_trial.EXPENSIVE, coupon_trial.CHEAP, ""]
