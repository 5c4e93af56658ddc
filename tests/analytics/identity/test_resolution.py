"""Pairs become people; precision, recall and B-cubed by hand, and as published."""

import pandas as pd
import pytest

from workbook.analytics.identity import resolution
from workbook.tables.dataset import Dataset


def grouped(*sizes: tuple[str, int]) -> pd.Series:
    """Make so many members of each group in turn."""
    return pd.Series([name for name, n in sizes for _ in range(n)])


# Bagga and Baldwin (1998): three chains of 5, 2 and 5 mentions; one response joins the last two, the other the two of 5.
TRUE = grouped(("a", 5), ("b", 2), ("c", 5))
LATE = grouped(("a", 5), ("bc", 7))
LARGE = pd.Series(["ac"] * 5 + ["b"] * 2 + ["ac"] * 5)


@pytest.mark.parametrize(
    ("response", "pairwise", "b_cubed"),
    [(LATE, 0.6774, 0.7619), (LARGE, 0.4565, 0.5833)],
    ids=["with two", "two large"],
)
def test_b_cubed_as_bagga_and_baldwin_have_it(response, pairwise, b_cubed):
    """Precision .76 and .58 with recall 1, as published; pairwise 21 of 31 and 21 of 46."""
    found = resolution.scores(response, TRUE)
    assert found["B-cubed precision"] == pytest.approx(b_cubed, abs=5e-5)
    assert found["precision"] == pytest.approx(pairwise, abs=5e-5)
    assert found["B-cubed recall"] == found["recall"] == 1


def test_scores_by_hand():
    """Of {1,2,3},{4} against {1,2},{3,4}: one of three pairs is right, one of two true ones found."""
    found = resolution.scores(pd.Series([0, 0, 0, 1]), pd.Series([0, 0, 1, 1]))
    assert found[["pairs", "right", "true pairs"]].tolist() == [3, 1, 2]
    assert found["precision"] == pytest.approx(1 / 3)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["F"] == pytest.approx(0.4)
    assert found["B-cubed precision"] == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4)
    assert found["B-cubed recall"] == pytest.approx((1 + 1 + 1 / 2 + 1 / 2) / 4)


def test_without_a_pair_there_is_no_precision():
    """Of nobody with a companion nothing can be said, and nothing fails."""
    found = resolution.scores(pd.Series([0, 1]), pd.Series([0, 1]))
    assert found[["precision", "recall", "F"]].isna().all()
    assert found["B-cubed F"] == 1


RECORDS = pd.DataFrame(
    {
        "record_id": ["X1", "X2", "X3", "X4"],
        "phone": ["1", "1", None, None],
        "email": [None, "a", "a", None],
        "name": ["li na"] * 4,
        "birth_date": [None] * 4,
    },
    dtype="str",
)


def test_chains_make_people():
    """X1 and X2 share a phone, X2 and X3 an e-mail: one person; missing values agree with nothing."""
    links = [resolution.equal_pairs(RECORDS, column) for column in ("phone", "email")]
    assert [len(part) for part in links] == [1, 1]
    found = resolution.people(RECORDS["record_id"], pd.concat(links))
    assert found["X1"] == found["X2"] == found["X3"] != found["X4"]


def test_rules_side_by_side():
    """Each rule's people and scores; a rule that links nothing is left out."""
    true = pd.Series(["C1", "C1", "C1", "C2"], index=RECORDS["record_id"])
    table = resolution.by_rules(RECORDS, true)
    assert table["people"].to_dict() == {
        "same phone": 3, "same e-mail": 3, "same name": 1, "same phone or e-mail": 2, "phone and name, or e-mail": 2,
    }  # fmt: skip
    assert table.loc["same name", "precision"] == pytest.approx(0.5)
    assert table.loc["same phone or e-mail", "F"] == 1
    assert list(resolution.by_rules(RECORDS)) == ["people"]


def test_a_record_whose_person_nobody_knows_makes_no_pair():
    """Neither a right one nor a true one, at any threshold."""
    true = pd.Series(["x", "x"], index=["A", "B"])
    table = resolution.by_threshold(IDS, PAIRS, resolution.Costs(10, 1), true)
    assert table.loc[0.7, ["true cost", "precision", "recall"]].tolist() == [0, 1, 1]


IDS = pd.Series(["A", "B", "C"])
PAIRS = pd.DataFrame({"record_l": ["A", "B"], "record_r": ["B", "C"], "probability": [0.99, 0.6]})


def test_costs_by_hand():
    """At .5 all three are one: the pair A-C, never compared, is taken as wrong; at .7 only A and B are."""
    table = resolution.by_threshold(
        IDS, PAIRS, resolution.Costs(10, 1), pd.Series(["x", "x", "y"], index=IDS)
    )
    assert table.loc[0.5, ["people", "expected cost", "true cost"]].tolist() == pytest.approx(
        [1, 10 * (3 - 1.59), 20]
    )
    assert table.loc[0.7, ["people", "expected cost", "true cost"]].tolist() == pytest.approx(
        [2, 10 * 0.01 + 0.6, 0]
    )
    assert table.loc[0.999, ["people", "expected cost", "true cost"]].tolist() == pytest.approx([3, 1.59, 1])


def test_the_least_expected_cost_decides():
    """It is taken without a look at the truth; beside the truth it is near or far, and says by how much."""
    table = resolution.by_threshold(IDS, PAIRS, resolution.Costs(10, 1))
    plain = resolution.choose(table, 3, "EUR")
    assert (plain.case, plain.at, plain.people) == ("chosen", "0.7", 2)
    assert not plain.cost.known
    far = resolution.choose(table.assign(**{"true cost": range(len(table), 0, -1)}), 3, "EUR")
    assert (far.case, far.best_at) == ("far", "0.9999")
    assert far.extra.value == far.cost.value - 1
    best = resolution.choose(table.assign(**{"true cost": 5.0}), 3, "")
    assert (best.case, best.extra.value) == ("best", 0)
    dearer = [5.2 if cut == 0.7 else 5.0 for cut in table.index]
    near = resolution.choose(table.assign(**{"true cost": dearer}), 3, "")
    assert (near.case, near.extra.value) == ("near", pytest.approx(0.2))
    nothing = resolution.by_threshold(IDS, PAIRS[:0], resolution.Costs(10, 1))
    assert resolution.choose(nothing, 3, "").case == "unknown"


def test_the_cheapest_threshold_for_merging_is_no_count():
    """Its people are held against the true ones, and the threshold whose count is nearest is named with its true cost."""
    true = pd.Series(["x", "x", "x"], index=IDS)
    table = resolution.by_threshold(IDS, PAIRS, resolution.Costs(10, 1), true)
    choice = resolution.choose(table, 3, "EUR")
    found = resolution.counted(table, choice, true)
    assert (found.case, found.people, found.true.value, found.off.value) == ("high", 2, 1, 1)
    assert (found.nearest, found.nearest_at, found.nearest_cost.value) == (1, "0.1", 0)
    apart = resolution.counted(table, choice, pd.Series(["x", "y", "z"], index=IDS))
    assert (apart.case, round(apart.off.value, 2)) == ("low", -0.33)
    alone = table.assign(people=[2] * len(table))
    assert resolution.counted(alone, choice, true).case == "nearest"
    right = resolution.counted(table, choice, pd.Series(["x", "x", "z"], index=IDS))
    assert (right.case, right.off.value, right.nearest) == ("right", 0, 2)


def test_without_a_truth_the_expected_errors_say_which_way_a_count_is_off():
    """More missed than wrong pairs make too many people, more wrong ones too few; where nothing is linked nothing is said."""
    table = resolution.by_threshold(IDS, PAIRS, resolution.Costs(10, 1))
    choice = resolution.choose(table, 3, "EUR")
    many = resolution.counted(table, choice)
    assert (many.case, many.wrong, many.missed) == ("many", 0, 1)
    assert not many.true.known
    turned = table.rename(columns={"wrong": "missed", "missed": "wrong"})
    assert resolution.counted(turned, choice).case == "few"
    assert resolution.counted(table.assign(wrong=0.61), choice).case == "even"
    nothing = resolution.by_threshold(IDS, PAIRS[:0], resolution.Costs(10, 1))
    unlinked = resolution.choose(nothing, 3, "")
    assert resolution.counted(nothing, unlinked).case == "unknown"
    true = pd.Series(["x", "x", "z"], index=IDS)
    apart = resolution.by_threshold(IDS, PAIRS[:0], resolution.Costs(10, 1), true)
    assert resolution.counted(apart, resolution.choose(apart, 3, ""), true).case == "unknown"


def test_costs_are_drawn_where_they_can_be_read():
    """Thresholds are named as they are read; what costs more than three times the least is left out."""
    table = pd.DataFrame({"expected cost": [100.0, 20.0, 10.0]}, index=[0.1, 0.5, 0.8])
    lines = resolution.cost_lines(table)
    assert lines.index.tolist() == ["0.5", "0.8"]
    assert list(lines) == ["expected cost"]


def test_costs_and_pairs_are_read_in_whole_numbers():
    """Shares keep their decimals."""
    table = resolution.by_threshold(IDS, PAIRS, resolution.Costs(10, 1))
    shown = resolution.whole_numbers(table)
    assert shown.loc[0.5, ["people", "wrong", "missed", "expected cost"]].tolist() == [1, 1, 0, 14]
    assert resolution.whole_numbers(table[:0]).empty


def test_the_truth_is_there_or_not(small):
    """Whose each record is, and nothing where nobody knows."""
    assert len(resolution.true_people(small)) == len(small.source_records)
    some = dict(small.tables) | {"source_records": small.source_records[:9]}
    assert len(resolution.true_people(Dataset("mine", some, small.start, small.end, truth=small.truth))) == 9
    assert resolution.true_people(Dataset("mine", dict(small.tables), small.start, small.end)) is None
