"""Stages of life, and the tiers that are said to follow from them."""

import pandas as pd
import pytest

from workbook.analytics.segments import lifecycle

DAY = pd.Timestamp("2025-12-31")
SUMMARY = pd.DataFrame(
    {
        "first_order_on": DAY - pd.to_timedelta([89, 90, 400, 400, 800, 400], unit="D"),
        "days_since_last": [89, 90, 179, 180, 365, 364],
        "frequency": [9, 2, 3, 0, 0, 9],
        "total_spend": [100.0] * 6,
    },
    index=list("abcdef"),
)


def test_stages_at_their_edges():
    """New up to 89 days after the first purchase; then by silence: 180 days sleep, 365 are lost."""
    found = lifecycle.stages(SUMMARY, DAY)
    assert found.tolist() == ["new", "active", "active", "sleeping", "lost", "sleeping"]


def orders_of(**days):
    """Orders of each customer so many days ago, of 10 each."""
    rows = [(who, DAY - pd.Timedelta(days=ago), 10.0) for who, agos in days.items() for ago in agos]
    return pd.DataFrame(rows, columns=["customer_id", "ordered_at", "amount"])


def test_the_handbooks_stages():
    """The active are of growth up to three days with a purchase, mature from the fourth; the lost have no stage."""
    orders = orders_of(a=[1, 89], b=[5, 90], c=[1, 2, 3, 400], d=[180, 200], e=[365], f=[364])
    found = lifecycle.handbook_stages(orders, DAY)
    assert found.tolist() == ["new", "growth", "mature", "decline", "(lost: no stage)", "decline"]


def test_decline_is_falling_spend():
    """Less in the last 180 days than in the 180 before; as much is no decline, and what is older doesn't count."""
    orders = orders_of(a=[179, 180, 359], b=[179, 180], c=[10, 360, 361, 362])
    assert lifecycle.handbook_stages(orders, DAY).tolist() == ["decline", "growth", "mature"]


def test_spend_a_year():
    """A customer of under three months is counted as one of three months; one of a year and more by the days."""
    found = lifecycle.yearly_spend(SUMMARY, DAY)
    assert found["a"] == pytest.approx(100 * 365.25 / 91)
    assert found["c"] == pytest.approx(100 * 365.25 / 401)


STAGE = pd.Series(["new", "growth", "mature", "decline", "(lost: no stage)"], index=list("abcde"))


def test_the_shortcut_by_hand():
    """Right for two of three of whom it speaks, one of two whom it calls high; of the two in the high tier it misses one."""
    tier = pd.Series(["high", "high", "low", "low", "low"], index=list("abcde"))
    found = lifecycle.shortcut(STAGE, tier)
    assert found.case == "misses"
    assert [e.value for e in (found.right, found.high, found.lost)] == [pytest.approx(2 / 3), 0.5, 0.5]


def test_a_shortcut_that_follows_and_one_that_says_nothing():
    """Nine of ten is enough; where all are new it says nothing of anybody."""
    tier = pd.Series(["low", "high", "high", "low", "low"], index=list("abcde"))
    assert lifecycle.shortcut(STAGE, tier).case == "follows"
    assert lifecycle.shortcut(STAGE.iloc[:1], tier.iloc[:1]).case == "unknown"


def test_tiers_within_stages():
    """Shares of a stage add up to 1, in the order of life; the customers stand beside them."""
    tier = pd.Series(["high", "high", "low", "low", "low"], index=list("abcde"))
    found = lifecycle.tiers_within(STAGE, tier)
    assert found.index.tolist() == lifecycle.HANDBOOK
    assert found[["high", "middle", "low"]].sum(axis=1).tolist() == [1] * 5
    assert found.loc["growth"].tolist() == [1, 0, 0, 1]


def test_a_profile_of_tiers():
    """Two high ones who spend 30 and 50 have 80 of 100; a tier without customers is left out."""
    tier = pd.Series(pd.Categorical(["high", "high", "low"], ["low", "middle", "high"], ordered=True))
    found = lifecycle.tier_profile(pd.Series([30.0, 50.0, 20.0]), tier)
    assert found.index.tolist() == ["high", "low"]
    assert found.loc["high"].tolist() == [2, 40, 0.8]


def test_high_tiers_by_two_measures():
    """Of ten customers two are high by each; one is by both; a measure of nobody is left out."""
    one = pd.Series(range(10))
    found = lifecycle.high_tiers_agree({"one": one, "two": one.replace({9: -1}), "none": one * float("nan")})
    assert list(found) == ["one", "two"]
    assert found.loc["one", "two"] == 0.5


def test_tastes_of_a_class():
    """A favourite is the category of most money; a class whose customers bought nothing known is left out."""
    orders = pd.DataFrame({"order_id": ["1", "2"], "customer_id": ["ann", "bo"]})
    lines = pd.DataFrame({"order_id": ["1", "1", "2", "2"], "product_id": ["s", "t", "t", "x"], "amount": [5.0, 3.0, 9.0, 99.0]})  # fmt: skip
    products = pd.DataFrame({"product_id": ["s", "t"], "category": ["shirt", "tie"]})
    classes = pd.Series(pd.Categorical(["k", "k", "g"], ["k", "g"]), index=["ann", "bo", "cy"])
    found = lifecycle.tastes(orders, lines, products, classes)
    assert found.to_dict() == {"shirt": {"k": 0.5}, "tie": {"k": 0.5}}
    widest = lifecycle.widest(found)
    assert (widest.of, widest.share.value) == ("k", 0.5)
    assert lifecycle.widest(found.head(0)).of == ""


def test_what_is_prescribed_for_each_tier():
    """Each tier has a treatment, and a question before it."""
    assert lifecycle.TREATMENTS["tier"].tolist() == ["high", "middle", "low"]
    assert lifecycle.TREATMENTS.iloc[:, 2:].map(bool).all(axis=None)
