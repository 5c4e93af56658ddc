"""Weights from pairs and a scorecard: Saaty's examples, and cases by hand."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.project import ahp, scorecard

# Saaty (2008), as the README of ahpy has them: consumption of drinks in the USA, and the choice of a leader.
DRINKS = {
    ("coffee", "wine"): 9, ("coffee", "tea"): 5, ("coffee", "beer"): 2, ("coffee", "soda"): 1, ("coffee", "milk"): 1,
    ("coffee", "water"): 1 / 2, ("wine", "tea"): 1 / 3, ("wine", "beer"): 1 / 9, ("wine", "soda"): 1 / 9,
    ("wine", "milk"): 1 / 9, ("wine", "water"): 1 / 9, ("tea", "beer"): 1 / 3, ("tea", "soda"): 1 / 4,
    ("tea", "milk"): 1 / 3, ("tea", "water"): 1 / 9, ("beer", "soda"): 1 / 2, ("beer", "milk"): 1, ("beer", "water"): 1 / 3,
    ("soda", "milk"): 2, ("soda", "water"): 1 / 2, ("milk", "water"): 1 / 3,
}  # fmt: skip
LEADER = {
    ("experience", "education"): 4, ("experience", "charisma"): 3, ("experience", "age"): 7,
    ("education", "charisma"): 1 / 3, ("education", "age"): 3, ("charisma", "age"): 5,
}  # fmt: skip


def pairs_of(answers: dict[tuple[str, str], float], judge: str = "one") -> pd.DataFrame:
    """Answers as rows."""
    rows = [(judge, a, b, times) for (a, b), times in answers.items()]
    return pd.DataFrame(rows, columns=["judge", "criterion", "against", "times"])


def test_saatys_drinks():
    """Seven drinks: weights, largest eigenvalue 7.1766 and consistency ratio .022, with a random index of 1.32."""
    found = ahp.weigh(ahp.matrix(pairs_of(DRINKS)))
    assert found.weights.round(3).to_dict() == {
        "coffee": 0.177, "wine": 0.019, "tea": 0.042, "beer": 0.116, "soda": 0.190, "milk": 0.129, "water": 0.327,
    }  # fmt: skip
    assert found.largest == pytest.approx(7.1766, abs=5e-5)
    assert found.ratio == pytest.approx(0.0223, abs=5e-5)
    assert ahp.RANDOM[7] == 1.32


def test_saatys_leader():
    """Four criteria: .548, .270, .127, .056, and a ratio of .044."""
    found = ahp.weigh(ahp.matrix(pairs_of(LEADER)))
    assert found.weights.round(3).to_dict() == {
        "experience": 0.548, "education": 0.127, "charisma": 0.270, "age": 0.056,
    }  # fmt: skip
    assert found.ratio == pytest.approx(0.044, abs=5e-4)
    assert found.case == "consistent"


def test_answers_that_agree_have_no_contradiction():
    """Ratios of weights give the weights back, an eigenvalue of n and a ratio of 0."""
    weights = {"a": 0.5, "b": 0.3, "c": 0.2}
    answers = {(x, y): weights[x] / weights[y] for x, y in combinations(weights, 2)}
    found = ahp.weigh(ahp.matrix(pairs_of(answers)))
    assert found.weights.to_dict() == pytest.approx(weights)
    assert found.largest == pytest.approx(3)
    assert found.ratio == pytest.approx(0, abs=1e-9)


def test_a_circle_contradicts():
    """A over b, b over c, c over a, each three times: no order, equal weights, far from consistent."""
    found = ahp.weigh(ahp.matrix(pairs_of({("a", "b"): 3, ("b", "c"): 3, ("a", "c"): 1 / 3})))
    assert found.weights.tolist() == pytest.approx([1 / 3] * 3)
    assert found.case == "contradicting"


def test_judges_are_joined_by_the_geometric_mean():
    """2 and 8 make 4, and the mirrored place 1/4."""
    both = pd.concat([pairs_of({("a", "b"): 2}, "x"), pairs_of({("a", "b"): 8}, "y")])
    square = ahp.matrix(both)
    assert (square.loc["a", "b"], square.loc["b", "a"]) == pytest.approx((4, 0.25))


def test_more_criteria_than_random_indices():
    """Beyond ten criteria no ratio is stated."""
    names = [f"c{i}" for i in range(12)]
    found = ahp.weigh(ahp.matrix(pairs_of(dict.fromkeys(combinations(names, 2), 1.0))))
    assert np.isnan(found.ratio)
    assert found.case == "unknown"


def test_a_judge_who_left_a_pair_out_has_no_weights():
    """Only whole squares are weighed by themselves."""
    some = pd.concat([pairs_of(LEADER, "whole"), pairs_of(LEADER, "part").iloc[:-1]])
    assert ahp.by_judge(some).index.tolist() == ["whole"]


SCORES = pd.DataFrame(
    [
        ("V1", "price", "kind", 9.0), ("V1", "price", "strict", 7.0), ("V2", "price", "kind", 8.0), ("V2", "price", "strict", 6.0),
        ("V1", "safety", "kind", 5.0), ("V1", "safety", "strict", 3.0), ("V2", "safety", "strict", 6.0),
    ],
    columns=["vendor_id", "criterion", "judge", "score"],
)  # fmt: skip


def test_a_kind_judge_who_is_absent_costs_nothing():
    """The kind judge gives 1 more than the mean and the strict one 1 less; V2's safety was scored by the strict one alone."""
    table = scorecard.fair_scores(SCORES)
    kind = (9 - 8 + 8 - 7 + 5 - 4) / 3
    strict = (7 - 8 + 6 - 7 + 3 - 4 + 0) / 4
    assert table.loc["V1", "price"] == pytest.approx((9 - kind + 7 - strict) / 2)
    assert table.loc["V2", "safety"] == pytest.approx(6 - strict)
    assert (
        table.loc["V2", "safety"]
        > SCORES.query("vendor_id == 'V2' and criterion == 'safety'")["score"].mean()
    )


TABLE = pd.DataFrame(
    {"price": [9.0, 6.0], "safety": [4.0, 8.0]}, index=pd.Index(["A", "B"], name="vendor_id")
)


def test_totals_by_hand():
    """.75 x 9 + .25 x 4 = 7.75 against 6.5; weights need not sum to 1."""
    found = scorecard.totals(TABLE, pd.Series({"price": 3.0, "safety": 1.0}))
    assert found.to_dict() == pytest.approx({"A": 7.75, "B": 6.5})


def test_any_weights_by_hand():
    """A wins where 3 w > 4 (1 - w): in 3/7 of the simplex of two criteria."""
    shares = scorecard.win_shares(TABLE, scorecard.simplex(2, 40_000, 1))
    assert shares["A"] == pytest.approx(3 / 7, abs=0.01)


def test_the_tipping_weight_by_hand():
    """At a weight of price under 4/7 the other one wins."""
    found = scorecard.tipping_weights(TABLE, pd.Series({"price": 0.75, "safety": 0.25}))
    assert found.loc["price", "tips_at"] == pytest.approx(4 / 7, abs=0.006)
    assert found.loc["price", "to"] == "B"


def test_one_who_is_best_at_everything_never_loses():
    """No weight tips it, it wins every draw, and it is stable."""
    table = TABLE.assign(safety=[9.0, 8.0])
    weights = pd.Series({"price": 0.5, "safety": 0.5})
    assert scorecard.tipping_weights(table, weights)["tips_at"].isna().all()
    shares = scorecard.win_shares(table, scorecard.simplex(2, 100, 1))
    found = scorecard.winner(table, weights, shares)
    assert (found.case, found.name, found.wins.value) == ("stable", "A", 1.0)


def test_other_judges():
    """Where all judges agree the winner wins every draw; where they are split it does not."""
    weights = pd.Series({"price": 1.0, "safety": 1.0})
    rows = [(v, c, f"j{j}", TABLE.loc[v, c] + 0.2 * j) for v in "AB" for c in TABLE for j in range(5)]
    same = pd.DataFrame(rows, columns=["vendor_id", "criterion", "judge", "score"])
    assert scorecard.win_shares_of_judges(same, weights, 1)["B"] == 1.0
    rng = np.random.default_rng(1)
    split = same.assign(score=rng.normal(6, 2, len(same)))
    assert scorecard.win_shares_of_judges(split, weights, 1).max() < 1.0


def test_names_in_place_of_ids():
    """Names that are there and differ are shown; others stay ids."""
    vendors = pd.DataFrame({"vendor_id": ["A", "B"], "name": ["Heron", "Lotus"]})
    assert scorecard.named(TABLE, vendors).index.tolist() == ["Heron", "Lotus"]
    assert scorecard.named(TABLE, vendors.assign(name="Heron")).index.tolist() == ["A", "B"]
    assert scorecard.named(TABLE, vendors[["vendor_id"]]).index.tolist() == ["A", "B"]


def test_weights_have_intervals_over_judges():
    """Judges who agree leave no width; others do."""
    alike = pd.concat([pairs_of(LEADER, f"j{i}") for i in range(4)])
    found = ahp.weight_estimates(alike, 1, draws=200)
    assert (found["high"] - found["low"]).max() < 1e-9
    other = pd.concat([alike, pairs_of({k: 1 / v for k, v in LEADER.items()}, "odd")])
    assert (ahp.weight_estimates(other, 1, draws=200)["high"] > found["high"]).any()
