"""Chances and what came of them: bins by hand, errors, and what chance alone would show."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.complaints import calibration
from workbook.analytics.experiments.ab_tests import share_interval


def test_the_table_by_hand():
    """Eight chances in two bins: means, shares and Wilson's intervals, each of its own four cases."""
    chance = pd.Series([0.1, 0.2, 0.1, 0.2, 0.7, 0.8, 0.9, 0.8])
    happened = pd.Series([False, False, True, False, True, True, True, False])
    table = calibration.calibration_table(chance, happened, bins=2)
    assert table["cases"].tolist() == [4, 4]
    assert table["chance"].tolist() == pytest.approx([0.15, 0.8])
    assert table["share"].tolist() == [0.25, 0.75]
    assert tuple(table.loc[2, ["low", "high"]]) == share_interval(happened[4:])
    # weighted: (4 × |0.25 − 0.15| + 4 × |0.75 − 0.8|) / 8
    assert calibration.calibration_error(chance, happened, bins=2) == pytest.approx(0.075)


def test_equal_chances_stay_together():
    """A chance that all share is one bin, not eight."""
    table = calibration.calibration_table(pd.Series([0.3] * 40), pd.Series([True, False] * 20))
    assert table["cases"].tolist() == [40]


def test_the_order_of_rows_changes_nothing():
    """Shuffled rows give the same table and error."""
    rng = np.random.default_rng(1)
    chance, happened = pd.Series(rng.random(100)), pd.Series(rng.random(100) < 0.4)
    order = rng.permutation(100)
    pd.testing.assert_frame_equal(
        calibration.calibration_table(chance, happened),
        calibration.calibration_table(chance[order], happened[order]),
    )


def test_of_nothing_there_is_nothing():
    """No cases, no rows and no error."""
    none = pd.Series([], dtype=float)
    assert calibration.calibration_table(none, none.astype(bool)).empty
    assert np.isnan(calibration.calibration_error(none, none.astype(bool)))
    assert np.isnan(calibration.error_by_chance(none)).all()


def test_honest_chances_have_the_error_that_is_foretold():
    """Errors of 300 simulated honest files have the mean that is foretold, and 5 % lie above the limit."""
    rng = np.random.default_rng(2)
    chance = pd.Series(rng.beta(0.5, 2, 200))
    errors = [calibration.calibration_error(chance, pd.Series(rng.random(200) < chance)) for _ in range(300)]
    usual, limit = calibration.error_by_chance(chance, draws=2000, seed=1)
    assert abs(np.mean(errors) - usual) < 4 * np.std(errors) / np.sqrt(300)
    assert abs((np.array(errors) > limit).mean() - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 300)


def test_boastful_chances_are_seen():
    """Chances of 0.9 of which half come true are 0.4 off."""
    error = calibration.calibration_error(pd.Series([0.9] * 100), pd.Series([True, False] * 50))
    assert error == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("chance", "came", "case"),
    [(0.5, 0.5, "honest"), (0.1, 0.9, "low"), (0.9, 0.1, "high"), (0.5, 0.0, "unknown")],
)
def test_all_parts_are_judged_together(chance, came, case):
    """A hundred equal chances: what is stated and what came, and the side on which they are off."""
    stated, happened = pd.Series([chance] * 100), pd.Series(np.arange(100) < 100 * came)
    found = calibration.judged(stated, happened, calibration.calibration_table(stated, happened))
    assert found.case == case
    assert (found.stated.value, found.came.value) == (pytest.approx(chance), came)
    assert found.parts == (None if case == "unknown" else 1)
    assert found.distance.known == (case != "unknown")
    assert case == "unknown" or found.distance.value == pytest.approx(100 * abs(chance - came))


def test_of_no_chances_nothing_is_judged():
    """No cases, no verdict."""
    none = pd.Series([], dtype=float)
    table = calibration.calibration_table(none, none.astype(bool))
    assert calibration.judged(none, none.astype(bool), table).case == "unknown"


def test_the_highest_grade_is_that_on_file():
    """A model may know more grades than are in use; where nothing is filed, its own count."""
    chances = pd.DataFrame({1: [0.5], 2: [0.3], 3: [0.2]})
    assert calibration.highest_grade(pd.Series([1, 2, 2]), chances) == 2
    assert calibration.highest_grade(pd.Series([], dtype="float64"), chances) == 3


def test_chances_that_are_off_in_both_directions_are_uneven():
    """Half of the cases are stated too high and half too low by as much: the mean is right, so neither word fits."""
    chance = pd.Series([0.1] * 100 + [0.9] * 100)
    happened = pd.Series(np.tile(np.arange(100) < 30, 2))
    happened[100:] = np.arange(100) < 70
    table = calibration.calibration_table(chance, happened)
    assert calibration.judged(chance, happened, table).case == "uneven"
