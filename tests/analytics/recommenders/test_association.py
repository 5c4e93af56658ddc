"""Rules: the known answers of mlxtend's guide, and names of kinds."""

import pandas as pd
import pytest

from workbook.analytics.recommenders import association

# The five baskets of the guide of mlxtend (Raschka 2018).
TOY = [
    ["Milk", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Dill", "Onion", "Nutmeg", "Kidney Beans", "Eggs", "Yogurt"],
    ["Milk", "Apple", "Kidney Beans", "Eggs"],
    ["Milk", "Unicorn", "Corn", "Kidney Beans", "Yogurt"],
    ["Corn", "Onion", "Onion", "Kidney Beans", "Ice cream", "Eggs"],
]


@pytest.fixture
def toy() -> pd.DataFrame:
    """As a table of baskets."""
    lines = pd.DataFrame([(str(i), kind) for i, basket in enumerate(TOY) for kind in basket])
    return pd.crosstab(lines[0], lines[1]).astype(bool)


def test_frequent_sets_of_the_guide(toy):
    """Eleven sets have a support of .6 or more: kidney beans 1.0, eggs .8, both .8, the others .6."""
    found = association.frequent_sets(toy, 0.6).set_index("itemsets")["support"]
    assert len(found) == 11
    assert found[frozenset({"Kidney Beans"})] == 1.0
    assert found[frozenset({"Eggs"})] == found[frozenset({"Eggs", "Kidney Beans"})] == 0.8
    assert sorted(found.round(3))[:8] == [0.6] * 8


def test_rules_of_the_guide(toy):
    """Of single kinds: onion → eggs has confidence 1, lift 1.25, leverage .12."""
    found = association.rules(toy, fewest=1, support=0.6, metric="confidence", least=0.7).set_index(
        ["if", "then"]
    )
    row = found.loc[("Onion", "Eggs")]
    assert row[["support", "confidence", "lift", "leverage"]].tolist() == pytest.approx(
        [0.6, 1.0, 1.25, 0.12]
    )
    assert (association.rules(toy, fewest=1, support=0.6, least=1.2)["lift"] >= 1.2).all()


def test_nothing_together_gives_no_rule(toy):
    """An empty table, not an error."""
    assert association.rules(toy, fewest=1, support=0.99).empty
    assert association.strongest(association.rules(toy, fewest=1, support=0.99), toy).case == "none"


def test_a_pair_of_few_baskets_is_no_rule(toy):
    """Lift is high where each of two kinds was bought once, and once together: ten baskets with both are asked for."""
    assert association.rules(toy, support=0.2).empty
    many = pd.concat([toy] * 10, ignore_index=True)
    assert len(association.rules(many, support=0.2)) == len(association.rules(toy, fewest=1, support=0.2)) > 0


def test_the_strongest_rule(toy):
    """The first of the table, and how many have not what it says."""
    found = association.strongest(association.rules(toy, fewest=1, support=0.6, least=1.2), toy)
    assert (found.case, found.lift.value) == ("chance", 1.25)
    assert found.others in (0.0, pytest.approx(0.25))


def test_a_rule_of_few_baskets_may_be_chance(toy):
    """Onions are in three of five baskets, eggs in four: that all onions come with eggs has a chance of 4 in 10; of 50 none."""
    rule = association.rules(toy, fewest=1, support=0.6, least=1.2).iloc[0]
    assert {rule["if"], rule["then"]} == {"Onion", "Eggs"}
    assert association.by_chance(rule, toy[["Onion", "Eggs"]]) == pytest.approx(0.4)
    many = pd.concat([toy] * 10, ignore_index=True)
    assert association.strongest(association.rules(many, support=0.6, least=1.2), many).case == "found"


def test_kinds_are_style_and_category_else_names_else_ids(bought):
    """What a rule calls a product."""
    ids = sorted(bought["product_id"].unique())
    products = pd.DataFrame({"product_id": ids, "name": [f"the {i}" for i in ids]})
    assert association.kinds(None, bought)["bag"] == "bag"
    assert association.kinds(products, bought)["bag"] == "the bag"
    dressed = products.assign(style="sport", category=ids)
    assert association.kinds(dressed, bought)["bag"] == "sport bag"


def test_baskets_are_the_newest(bought, monkeypatch):
    """Each order is a row; of many the newest remain."""
    kind = association.kinds(None, bought)
    assert association.baskets(bought, kind).loc["O1"].to_dict() == {
        "bag": True, "coat": True, "scarf": False, "shoes": False
    }  # fmt: skip
    monkeypatch.setattr(association, "MOST_BASKETS", 1)
    assert list(association.baskets(bought, kind).index) == ["O7"]
