"""The library behind its adapter: quiet, and the same each time."""

import numpy as np
import pytest

from workbook.analytics.recommenders import implicit_models


def test_factors_are_the_same_each_time(split):
    """A seed gives the same scores, to the bit; nothing is printed and nothing warns."""
    first, again = (implicit_models.als(split, factors=2, seed=3) for _ in range(2))
    assert np.array_equal(first, again)
    assert first.shape == (2, 3)


def test_neighbours_share_what_they_bought(split, capsys):
    """Ben and Anna share coat and bag: his neighbour adds shoes; he is no neighbour of himself."""
    scores = implicit_models.user_neighbours(split)
    share = 2 / np.sqrt(3 * 2)
    assert scores[1] * share == pytest.approx([share, share, share], abs=1e-5)
    anna = [2 / np.sqrt(6), 2 / np.sqrt(6), 1 / np.sqrt(3)]
    assert scores[0] == pytest.approx(np.array(anna) / anna[0], abs=1e-5)
    assert capsys.readouterr().out == ""
