"""Two people grade the same complaints: what their agreement says of the file."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import second_reader


def test_slips_are_neighbours_and_as_many_as_said():
    """A slip goes one grade up or down, at the ends to the only one; their share is the error, within 4 standard errors."""
    grade = pd.Series(np.tile([1, 2, 3], 4000))
    filed = second_reader.slipped(grade, 0.12, seed=1)
    assert (filed - grade).abs().max() == 1
    assert set(filed) == {1, 2, 3}
    assert abs((filed != grade).mean() - 0.12) < 4 * np.sqrt(0.12 * 0.88 / 12_000)
    assert second_reader.slipped(grade, 0, seed=1).equals(grade)


def test_each_data_set_has_slips_of_its_own():
    """The same seed slips alike on the same data, and elsewhere on other data, or one odd draw would be every shop's."""
    grade = pd.Series(np.tile([1, 2, 3], 100))
    filed = second_reader.slipped(grade, 0.12, seed=[1, 0xABC])
    assert filed.equals(second_reader.slipped(grade, 0.12, seed=[1, 0xABC]))
    assert not filed.equals(second_reader.slipped(grade, 0.12, seed=[1, 0xABD]))


def test_the_share_that_is_right_by_hand():
    """Two who are right in 9 of 10 and else give the same neighbour agree in 0.81 + 0.01: from 82 % back to 90 %."""
    found = second_reader.share_right(pd.Series([True] * 82 + [False] * 18))
    assert found.value == pytest.approx(0.9)
    assert found.low < found.value < found.high
    assert second_reader.share_right(pd.Series([True] * 50)).value == 1


def test_half_agreement_says_nothing():
    """Who agrees by half or less may as well have thrown a coin."""
    assert not second_reader.share_right(pd.Series([True] * 5 + [False] * 5)).known
    assert not second_reader.share_right(pd.Series([], dtype=bool)).known


def test_the_lowest_end_is_that_of_a_thrown_coin():
    """An interval of agreement that reaches below one half ends where the file is right by half."""
    assert second_reader.share_right(pd.Series([True] * 6 + [False] * 4)).low == 0.5


def test_the_table_is_of_whole_complaints():
    """82 % of 200 complaints are 164 of them, and a share right of 90 %."""
    table = second_reader.table_of_agreement(200, [0.82])
    assert table.index.tolist() == ["82 %"]
    assert table.loc["82 %", "share right"] == pytest.approx(0.9)


def test_a_clerk_is_the_same_for_the_same_texts():
    """The same texts and seed give the same slips, other texts others."""
    grade, texts = pd.Series([1, 2, 3] * 50), pd.Series(["a", "b", "c"] * 50)
    found = second_reader.clerk(grade, 0.2, texts, 1)
    assert found.equals(second_reader.clerk(grade, 0.2, texts, 1))
    assert not found.equals(second_reader.clerk(grade, 0.2, texts + "!", 1))


@pytest.mark.parametrize(("truth", "case"), [(0.9, "holds"), (0.5, "misses"), (float("nan"), "unknown")])
def test_the_estimate_is_held_against_the_truth(truth, case):
    """90 % with its interval contains 90 % and not 50 %; without a truth nothing is said."""
    agree = pd.Series([True] * 82 + [False] * 18)
    found = second_reader.verified(agree, second_reader.share_right(agree), truth)
    assert (found.case, found.same.value, found.n) == (case, 0.82, 100)
