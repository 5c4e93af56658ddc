"""Cards: numbers with their spread, by hand; nobody is the mean; nothing of the data is markup."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import persona_cards as pc

TRAITS = pd.DataFrame(
    {"x": [0.0, 1, 2, 3, 10, 11, 12, 13], "y": [5.0] * 4 + [6.0] * 4}, index=list("abcdefgh")
)
LABELS = pd.Series(list("AAAABBBB"), index=TRAITS.index)
ORDERS = pd.DataFrame(
    {
        "customer_id": list("aabcdefgh"),
        "ordered_at": pd.Timestamp("2025-01-01"),
        "amount": [10.0, 20, 30, 40, 50, 1, 1, 1, 1],
        "scene": ["gift", None, "gift", "gift", "everyday", "everyday", None, None, None],
    }
)
CUSTOMERS = pd.DataFrame(
    {"customer_id": list("abcdefgh"), "gender": ["<b>$x$"] * 4 + ["male"] * 4, "birth_year": 1990}
)


def made() -> pc.Cards:
    """Cards of two clusters."""
    return pc.cards(TRAITS, LABELS, ORDERS, CUSTOMERS, pd.Timestamp("2025-06-30"), "CNY")


def test_a_card_says_its_numbers(monkeypatch):
    """By hand: half of all are in A; orders of 10 to 50; three of its four known scenes are gifts, of all three of five."""
    monkeypatch.setattr(pc, "FEWEST", 1)
    monkeypatch.setattr(pc, "SURE", 0.1)
    card = made().table["A"]
    assert card["customers"] == "4, 50 % of those clustered"
    assert card["order value"] == "CNY 30 (middle half CNY 20 to CNY 40)"
    assert card["age"] == "35 (middle half 35 to 35)"
    assert card["scene"] == "most often gift 75 % (all: 60 %); known of 80 %"


def test_a_card_is_named_by_what_is_above_all_others():
    """B has more of both traits; A of none."""
    table = made().table
    assert set(table.loc["title", "B"].split(" · ")) == {"x", "y"}
    assert table.loc["title", "A"] == "near the middle in everything"


def test_nothing_of_the_data_is_markup(monkeypatch):
    """A tag in the data is text on the page."""
    monkeypatch.setattr(pc, "FEWEST", 1)
    monkeypatch.setattr(pc, "SURE", 0.1)
    page = made()._repr_mimebundle_()["text/html"]
    assert "&lt;b&gt;<span>&#36;</span>x<span>&#36;</span> 100 %" in page
    assert page.count("<b>") == 2


def test_what_is_not_known_is_left_out():
    """Orders alone make a card without lines about people."""
    bare = pc.cards(
        TRAITS, LABELS, ORDERS[["customer_id", "ordered_at"]], None, pd.Timestamp("2025-06-30"), "CNY"
    )
    assert bare.table.index.tolist() == ["title", "customers", "orders"]


def test_what_is_most_common_goes_first():
    """Who is a minority is never said alone: first the most common, then who is more common than among all."""
    of_all = pd.Series(["female"] * 70 + ["male"] * 30)
    mine = pd.Series(["female"] * 56 + ["male"] * 44 + [None] * 100)
    assert pc.most_common(mine, of_all) == (
        "most often female 56 % (all: 70 %); more than others: male 44 % (all: 30 %); known of 50 %"
    )
    assert pc.most_common(pd.Series(["male"] * 20), of_all) == "most often male 100 % (all: 30 %)"


def test_a_difference_that_is_none_is_not_said():
    """A line that would be the same on every card is left out."""
    values = pd.Series(["a"] * 60 + ["b"] * 40)
    assert pc.most_common(values, values) == ""
    assert pc.most_common(pd.Series([None, None], dtype=object), values) == ""


def test_what_may_be_chance_is_not_said():
    """By hand: 10 points more are one standard error of 20 customers, and 5 of 500; 19 are too few; orders count by customer."""
    of_all = pd.Series(["gift"] * 30 + ["everyday"] * 70)
    mine = pd.Series(["gift"] * 8 + ["everyday"] * 12)
    assert pc.most_common(mine, of_all) == ""
    many = pd.concat([mine] * 25, ignore_index=True)
    said = "most often everyday 60 % (all: 70 %); more than others: gift 40 % (all: 30 %)"
    assert pc.most_common(many, of_all) == said
    assert pc.most_common(many, of_all, pd.Series(range(20)).repeat(25).reset_index(drop=True)) == ""
    assert pc.most_common(pd.Series(["gift"] * 19), of_all) == ""
    rarer = pd.Series(["gift"] * 30 + ["everyday"] * 60 + ["business"] * 10)
    assert (
        pc.most_common(pd.Series(["gift"] * 64 + ["everyday"] * 136), rarer) == ""
    )  # fewer for business is not said
    assert (
        pc.most_common(pd.Series(["gift"] * 160 + ["everyday"] * 340), rarer)
        == "most often everyday 68 % (all: 60 %)"
    )


def test_the_trait_that_a_cluster_has_most():
    """By hand: B has 9.5 more of x than all, and y by less of its spread."""
    assert pc.main_trait(TRAITS.assign(y=[5.0, 6] * 4), LABELS, "B") == "x"


def test_halves_of_halves():
    """With independent traits one half, a quarter, an eighth … are like their card."""
    rng = np.random.default_rng(2)
    traits = pd.DataFrame(rng.normal(size=(8000, 5)))
    labels = pd.Series(np.where(rng.random(8000) < 0.9, "A", "B"))
    found = pc.like_the_card(traits, labels, "A")
    assert found["share"].tolist() == pytest.approx([0.5, 0.25, 0.125, 0.0625, 0.03125], abs=0.02)
    assert found["by chance"].tolist() == pytest.approx(found["share"].tolist(), abs=0.02)
    alike = pc.near_the_mean(found)
    assert alike.n == (labels == "A").sum()
    assert (found["customers"].diff().dropna() <= 0).all()


def test_medians_are_in_standard_deviations():
    """By hand: B's median of x is 11.5, that of all 6.5, the spread that of all."""
    found = pc.medians(TRAITS, LABELS)
    assert found.loc["x", "B"] == pytest.approx(5 / TRAITS["x"].std(ddof=0))


def test_the_trait_that_is_furthest_from_all():
    """Below counts like above; of no cluster none is named."""
    away = pd.DataFrame({"A": [0.2, -1.5], "B": [0.0, 1.0]}, index=["price level", "style sport"])
    found = pc.furthest(away)
    assert (found.trait, found.cluster, found.by) == ("style sport", "A", -1.5)
    assert pc.furthest(away.iloc[:0]).trait == ""
