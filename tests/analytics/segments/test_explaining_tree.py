"""The tree: rules in words that are right, and how right they are on customers it has not seen."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import explaining_tree as et


def test_a_clear_cut_is_one_question():
    """Two clusters parted by one trait: two rules, both always right."""
    traits = pd.DataFrame({"dress": np.r_[np.zeros(30), np.ones(20)], "noise": np.tile([0.0, 1.0], 25)})
    labels = pd.Series(["A"] * 30 + ["B"] * 20)
    found = et.explain(traits, labels)
    assert found.rules["rule"].tolist() == ["dress ≤ 50 %", "dress > 50 %"]
    assert found.rules["customers"].tolist() == [30, 20]
    assert found.rules["right"].tolist() == [1, 1]
    assert found.right.value == 1
    assert found.largest.value == 0.6


def test_clusters_of_noise_are_not_explained():
    """Labels drawn at random: unseen customers are no better placed than by the largest cluster."""
    rng = np.random.default_rng(1)
    traits = pd.DataFrame(rng.normal(size=(600, 3)), columns=list("xyz"))
    found = et.explain(traits, pd.Series(rng.choice(list("AB"), 600)))
    assert found.right.value == pytest.approx(0.5, abs=0.08)
    assert found.rules["customers"].sum() == 600


def test_a_cluster_of_one():
    """Who is alone in a cluster can't be left out for a check; the rules are there, their rightness is not known."""
    traits = pd.DataFrame({"x": [0.0, 0.1, 0.2, 9.0]})
    found = et.explain(traits, pd.Series(list("AAAB")))
    assert not found.right.known
    assert found.rules["rule"].tolist() == ["everybody"]
    assert found.without == "B"


def test_leaves_of_one_cluster_are_one_rule():
    """By hand: what lies right of the first question is B whatever else is asked, and C, which no leaf names, is said."""
    traits = pd.DataFrame({"x": np.repeat([0.1, 0.6, 0.9], 20), "y": np.tile([0.2, 0.8], 30)})
    labels = pd.Series(np.repeat(["A", "B", "B"], 20)).mask(lambda s: s.index == 59, "C")
    found = et.explain(traits, labels)
    assert found.rules["rule"].tolist() == ["x ≤ 35 %", "x > 35 %"]
    assert found.rules["customers"].tolist() == [20, 40]
    assert (found.case, found.without, found.customers) == ("some", "C", 1)


def test_only_the_strictest_question_of_a_trait_is_said():
    """Two questions in the same direction are one; the price level is against goods of the same kind."""
    traits = pd.DataFrame({"price level": np.repeat([-0.5, -0.2, 0.3], 20)})
    found = et.explain(traits, pd.Series(np.repeat(["A", "B", "A"], 20)))
    assert set(found.rules["rule"]) == {
        "price level ≤ -30 %",
        "price level > -30 % and price level ≤ +5 %",
        "price level > +5 %",
    }
    assert found.case == "all"
