"""Purchases as numbers, by hand."""

from dataclasses import replace

import numpy as np

from workbook.analytics.recommenders.deep.sequences import NOTHING, OTHER, Sequences, sequences


def test_histories_begin_at_the_left(split):
    """Bag, coat and shoes are 2, 3 and 4: Anna bought coat, bag, shoes; Ben coat and bag; Cleo shoes."""
    found = sequences(split, 4)
    assert list(split.products) == ["bag", "coat", "shoes"]
    assert found.read.tolist() == [[3, 2, 4, 0], [3, 2, 0, 0], [4, 0, 0, 0]]
    assert (found.products, found.lines.tolist()) == (3, [3, 2, 1])


def test_of_a_long_history_the_end_is_read(split):
    """What was bought last says most."""
    assert sequences(split, 2).read.tolist() == [[2, 4], [3, 2], [4, NOTHING]]


def test_what_is_no_longer_on_sale_is_read_too(split):
    """It has a number of its own, so that what came after it is not said to have come after something else."""
    assert sequences(replace(split, products=split.products[:2]), 3).read[0].tolist() == [3, 2, OTHER]


def test_nothing_of_after_the_cut_is_read(split):
    """Whatever the next orders are, the sequences are the same."""
    assert np.array_equal(sequences(replace(split, upcoming=split.upcoming[:0])).read, sequences(split).read)


def test_groups_have_about_as_many_lines():
    """Who has one line has nothing that came next; the others go together by length, and are cut at the longest."""
    read = np.array([[5, 0, 0], [2, 3, 4], [2, 3, 0], [4, 2, 0], [2, 2, 2]])
    data = Sequences(read, 4)
    groups = data.batches(np.array([4, 3, 0, 1, 2]), 2)
    assert [group.tolist() for group in groups] == [[3, 2], [4, 1]]
    assert data.trimmed(groups[0]).tolist() == [[4, 2], [2, 3]]
    assert data.trimmed(np.array([], dtype=int)).shape == (0, 0)
