"""Drift: the index by hand, what shuffling shows, texts told apart."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import drift


def test_the_index_by_hand():
    """Half and half against one and three quarters of 4, half a case added: 2.5/5 against 1.5/5 and 3.5/5."""
    found = drift.psi(pd.Series(["a", "a", "b", "b"]), pd.Series(["a", "b", "b", "b"]))
    assert found == pytest.approx((0.3 - 0.5) * np.log(0.3 / 0.5) + (0.7 - 0.5) * np.log(0.7 / 0.5))


def test_alike_is_nought_and_a_class_may_be_missing():
    """Equal shares give 0; a class that is new gives a finite number; an empty side none."""
    a = pd.Series(["x", "y", "x"])
    assert drift.psi(a, a) == 0
    assert np.isfinite(drift.psi(a, pd.Series(["z"])))
    assert np.isnan(drift.psi(a, a.iloc[:0]))
    assert np.isnan(drift.psi_by_chance(a.iloc[:0], a))


def test_shuffled_samples_are_above_the_limit_one_time_in_twenty():
    """Of 400 pairs of samples from one world 5 % are above it, within 4 standard errors and what equal values blur."""
    rng = np.random.default_rng(3)
    above = []
    for i in range(400):
        old, new = (pd.Series(rng.choice(list("abcd"), n, p=[0.4, 0.3, 0.2, 0.1])) for n in (250, 200))
        above.append(drift.psi(old, new) > drift.psi_by_chance(old, new, draws=200, seed=i))
    assert abs(np.mean(above) - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 400)


def test_fifths_are_those_of_the_other_sample():
    """Cut at the fifths of 1 to 100: 20 is in the first, 21 in the second, and what is beyond in the last."""
    base = pd.Series(np.arange(1, 101))
    assert drift.in_fifths(pd.Series([1, 20, 21, 55, 100, 500]), base).tolist() == [0, 0, 2, 4, 8, 8]
    assert drift.in_fifths(pd.Series([3.0]), pd.Series([], dtype=float)).tolist() == [0]


def test_a_frequent_value_is_a_class_of_its_own():
    """Of 180 × 5 and 20 × 4 the 5 stands for itself: 4 and 1 are below it, 6 above."""
    base = pd.Series([5] * 180 + [4] * 20)
    assert drift.in_fifths(pd.Series([1, 4, 5, 6]), base).tolist() == [0, 0, 1, 2]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([5] * 180 + [4] * 20, [1] * 200),
        ([49.9] * 200, [19.9] * 200),
        ([49.9] * 200, [69.9] * 200),
        ([19.9] * 60 + [30.0, 40, 50, 60] * 35, [9.9] * 60 + [30.0, 40, 50, 60] * 35),
        ([True] * 200, [True] * 100 + [False] * 100),
        ([0] * 200, [0] * 150 + [1] * 50),
        ([0, 1, 2, 3] * 50, [0, 0, 0, 1] * 50),
    ],
    ids=["stars", "price cut", "price rise", "the cheapest cut", "flag", "flag in numbers", "counts"],
)
def test_ties_counts_and_flags_are_seen(before, after):
    """What moves below, above or at a value that many share has moved; the same sample twice has not."""
    old, new = pd.DataFrame({"x": before}), pd.DataFrame({"x": after})
    found = drift.drift_table(old, new)
    assert found["psi"].item() > 0.1
    assert found["moved"].item()
    again = drift.drift_table(old, old)
    assert again["psi"].item() == 0
    assert not again["moved"].item()


def test_flags_with_gaps_are_classes():
    """Nullable flags are compared by their values, gaps left out."""
    flags = pd.DataFrame({"x": pd.array([True, False, None] * 60, dtype="boolean")})
    assert drift.drift_table(flags, flags)["psi"].tolist() == [0]
    changed = pd.DataFrame({"x": pd.array([True, True, None] * 60, dtype="boolean")})
    assert drift.drift_table(flags, changed)["moved"].all()


def test_the_table_finds_what_moved():
    """Numbers and classes that were shifted are seen, those that were not are within chance, and gaps are left out."""
    rng = np.random.default_rng(4)
    before = pd.DataFrame(
        {"kind": rng.choice(["a", "b"], 300), "size": rng.normal(0, 1, 300), "same": ["x", "y", None] * 100}
    )
    after = pd.DataFrame(
        {
            "kind": rng.choice(["a", "b"], 200, p=[0.2, 0.8]),
            "size": rng.normal(1, 1, 200),
            "same": ["x", "y"] * 100,
        }
    )
    assert drift.drift_table(before, after)["moved"].to_dict() == {"kind": True, "size": True, "same": False}


def test_nothing_to_compare_is_missing_and_has_not_moved():
    """An empty side gives a table of gaps."""
    frame = pd.DataFrame({"a": ["x", "y"], "n": [1.0, 2.0]})
    found = drift.drift_table(frame, frame.iloc[:0])
    assert found["psi"].isna().all()
    assert not found["moved"].any()


def test_nobody_is_learnt_from_and_tried():
    """Customers who each write one phrase of their own, before or after: only those seen twice could give it away."""
    words = pd.Series([f"{chr(97 + i // 26)}{chr(97 + i % 26)}word" for i in range(120)])
    texts = words.repeat(4).reset_index(drop=True)
    whose = pd.Series(np.tile(np.repeat(range(60), 4), 2) + np.repeat([0, 60], 240))
    before, after = texts[:240], texts[240:]
    assert drift.texts_apart(before, after).value > 0.9
    assert drift.texts_apart(before, after, cluster=whose).value == pytest.approx(0.5, abs=0.1)


def test_new_words_are_seen_and_old_ones_not():
    """Texts with a new phrase have an area near 1; texts of one world have one half in their interval."""
    rng = np.random.default_rng(6)
    old, same = (pd.Series(rng.choice(["late parcel", "torn seam", "快递慢", "起球"], 120)) for _ in range(2))
    assert drift.texts_apart(old, same + " 新款").value > 0.95
    found = drift.texts_apart(old, same)
    assert found.verdict == "unclear"
    assert found.value == pytest.approx(0.5, abs=0.15)


def test_too_few_texts_say_nothing():
    """A model that has learnt nothing gives one half and no interval; of nothing there is nothing."""
    few = pd.Series(["a", "b", "c", "d", "e", "f"])
    found = drift.texts_apart(few, few)
    assert found.value == 0.5
    assert not found.has_interval
    assert not drift.texts_apart(few.iloc[:0], few.iloc[:0]).known


def test_what_moved_is_named():
    """Of three columns one moved; one that could not be compared is not counted."""
    table = pd.DataFrame(
        {"psi": [0.3, 0.1, np.nan], "psi_by_chance": [0.2, 0.2, np.nan], "moved": [True, False, False]},
        index=["category", "length", "empty"],
    )
    found = drift.moved(table)
    assert (found.case, found.names) == ("some", ["category"])
    assert drift.moved(table.iloc[1:]).case == "none"
    assert drift.moved(table.iloc[2:]).case == "unknown"


def test_limits_hold_for_all_columns_together():
    """Of four columns in which nothing has changed, any moves in about 5 of 100 cases, not in 19."""
    rng = np.random.default_rng(8)
    alarms = 0
    for seed in range(200):
        old, new = (pd.DataFrame(rng.integers(0, 4, (n, 4)).astype(str)) for n in (200, 100))
        alarms += bool(drift.drift_table(old, new, draws=400, seed=seed)["moved"].any())
    assert alarms / 200 < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 200)
