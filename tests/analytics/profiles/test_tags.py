"""Tags that fade, and what they are worth, by hand."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.estimate import Estimate
from workbook.analytics.profiles import tags

DAY = pd.Timestamp("2025-06-30")


def events(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """Make purchases of (customer, day, tag)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "at", "tag"])
    return frame.assign(at=pd.to_datetime(frame["at"])).sort_values("at", ignore_index=True)


def test_a_purchase_counts_half_after_its_half_life():
    """Thirty days ago a half, today one; without forgetting one each; what comes later doesn't count."""
    made = events(
        ("C1", "2025-07-01", "sport"), ("C1", "2025-06-01", "sport"), ("C1", "2025-06-30", "street")
    )
    half = tags.weights(made, DAY, 30)
    assert half.loc["C1", "sport"] == pytest.approx(0.5, abs=0.001)
    assert half.loc["C1", "street"] == pytest.approx(0.98, abs=0.005)
    assert tags.weights(made, DAY, tags.NEVER).loc["C1"].tolist() == [1, 1]


def test_the_tag_that_stands_out_is_not_the_one_that_sells_best():
    """Eight of ten purchases of all are commuter; who bought two of each stands out for sport."""
    usual = pd.Series({"commuter": 0.8, "sport": 0.2})
    weighed = pd.DataFrame({"commuter": [2.0, 0.0], "sport": [2.0, 0.0]}, index=["C1", "C2"])
    found = tags.top(weighed, usual)
    assert found["C1"] == "sport"
    assert tags.top(weighed[:0], usual).empty


def test_worth_is_hits_over_what_anybody_buys():
    """Two of two later purchases are of the own tag, which half of all are: once as often again."""
    later = events(("C1", "2025-07-01", "sport"), ("C2", "2025-07-02", "street"))
    tag = pd.Series({"C1": "sport", "C2": "street"})
    found = tags.hits(later, tag, tags.shares(later))
    assert found["hit"].all()
    assert found["expected"].tolist() == [0.5, 0.5]
    assert tags.scored(found)["value"] == 1
    assert tags.hits(later, tag[:0], tags.shares(later)).empty


def lasting(turn: bool) -> pd.DataFrame:
    """Make 300 customers who buy one thing each, or who turned to the other one a month before the day."""
    rng = np.random.default_rng(1)
    rows = []
    for i in range(300):
        old, new = ("sport", "street") if rng.random() < 0.5 else ("street", "sport")
        days = pd.date_range("2025-01-01", "2025-09-30", freq="15D")
        rows += [(f"C{i}", d, new if turn and d > pd.Timestamp("2025-05-31") else old) for d in days]
    return pd.DataFrame(rows, columns=["customer_id", "at", "tag"]).sort_values("at", ignore_index=True)


def judged(events: pd.DataFrame, half_life: float) -> tags.Memory:
    """Judge a half-life as the notebook does."""
    table = tags.judged(events, DAY, tags.half_lives(half_life))
    return tags.memory(table, half_life, tags.difference(events, DAY, half_life))


def test_forgetting_helps_where_tastes_change():
    """Who turned a month ago is known by a short memory only; where nobody turns the difference is nothing."""
    turned = judged(lasting(turn=True), 10)
    assert turned.case == "forget"
    assert turned.gain.value == pytest.approx((1 + turned.kept.value) / (1 + turned.worth.value) - 1)
    still = judged(lasting(turn=False), 30)
    assert (still.case, still.gain.value) == ("alike", 0)
    assert still.worth.value == pytest.approx(1.0, abs=0.1)


def test_the_same_purchases_are_compared():
    """A difference of two half-lives is of the same customers, so its interval is narrower than those of both together."""
    rng = np.random.default_rng(4)
    mixed = lasting(turn=False).assign(tag=lambda f: f["tag"].mask(rng.random(len(f)) < 0.3, "classic"))
    found = judged(mixed, 30)
    assert found.gain.high - found.gain.low < found.worth.high - found.worth.low
    assert found.gain.n == 300


@pytest.mark.parametrize(
    ("worth", "gain", "case"),
    [((0.5, 0.3, 0.7), (0.1, 0.05, 0.15), "remember"), ((0.5, 0.3, 0.7), (-0.1, -0.15, -0.05), "forget"),
     ((0.5, 0.3, 0.7), (0.1, -0.05, 0.15), "alike"), ((0.1, -0.1, 0.3), (0.1, 0.05, 0.15), "worthless"),
     ((float("nan"),) * 3, (0.1, 0.05, 0.15), "unknown"), ((0.5, float("nan"), float("nan")), (0.1, 0.05, 0.15), "unknown")],
)  # fmt: skip
def test_what_is_said_of_a_memory(worth, gain, case):
    """Worth first: of a tag that is not shown to be worth anything, no half-life is better."""
    row = dict(zip(("value", "low", "high"), worth, strict=True)) | {"n": 50, "unit": "change"}
    table = pd.DataFrame({"half-life 30 days": row, "nothing forgotten": row}).T
    assert tags.memory(table, 30, Estimate(*gain, unit="change")).case == case


def test_the_chosen_half_life_is_among_those_that_are_compared():
    """In its place, once."""
    assert tags.half_lives(100) == (30, 90, 100, 180, 365, tags.NEVER)
    assert tags.half_lives(180) == tags.HALF_LIVES


def test_tags_without_a_taste_are_worthless():
    """Where everybody buys by chance nothing is bought more often, within its interval."""
    rng = np.random.default_rng(2)
    made = lasting(turn=False).assign(tag=lambda f: rng.choice(["sport", "street", "classic"], len(f)))
    found = Estimate.of(tags.judged(made, DAY).iloc[-1])
    assert found.contains(0.0)


def test_the_tag_of_a_purchase_is_its_style_or_category():
    """The style where products have one, else the category; lines without either are left out."""
    orders = pd.DataFrame(
        {"order_id": ["O1"], "customer_id": ["C1"], "ordered_at": pd.to_datetime(["2025-01-01"])}
    )
    lines = pd.DataFrame({"order_id": ["O1", "O1"], "product_id": ["P1", "P9"]})
    products = pd.DataFrame({"product_id": ["P1"], "category": ["shirt"], "style": ["sport"]})
    assert tags.taste_events(orders, lines, products)["tag"].tolist() == ["sport"]
    assert tags.taste_events(orders, lines, products.drop(columns="style"))["tag"].tolist() == ["shirt"]


def test_nobody_bought_since():
    """Without later purchases nothing is known, and nothing fails."""
    assert judged(events(("C1", "2025-01-01", "sport")), 180).case == "unknown"


def test_examples_are_few_and_of_the_tags_that_count_most():
    """Four customers with two tags or more; of ten tags the six that count most with them, in their order."""
    tags_of = pd.DataFrame({f"t{k}": [float(k)] * 5 for k in range(10)}, index=["C1", "C2", "C3", "C4", "C5"])
    tags_of.loc["C1", "t1":] = 0.0
    found = tags.examples(tags_of)
    assert found.index.tolist() == ["C2", "C3", "C4", "C5"]
    assert found.columns.tolist() == ["t4", "t5", "t6", "t7", "t8", "t9"]
    assert tags.examples(tags_of[:0]).empty
