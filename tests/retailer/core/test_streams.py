"""Random streams by name."""

import numpy as np
import pytest

from workbook.retailer.core.streams import SIZE, Block, numbered, stream


def test_a_stream_depends_on_seed_and_name_alone():
    """Who else draws, and when, changes nothing."""
    alone = stream(7, "orders").random(5)
    stream(7, "stores").random(1000)
    np.testing.assert_array_equal(stream(7, "orders").random(5), alone)


@pytest.mark.parametrize(("seed", "key"), [(8, "orders"), (7, "order"), (0, "orders")])
def test_another_seed_or_name_is_another_stream(seed, key):
    """Parts of the world are independent of each other, and so are worlds."""
    drawn, other = stream(7, "orders").random(5), stream(seed, key).random(5)
    assert not np.isin(drawn, other).any()


def test_ids_are_numbered_with_zeros_in_front():
    """An id is text of a fixed width, and no two blocks of a world share one."""
    assert list(numbered("O", 10, 3))[-1] == "O010"
    assert list(Block(7, 0, 2).customer_ids()) == ["C000001", "C000002"]
    first, second = Block(7, 0, SIZE), Block(7, 1, 3)
    assert not set(first.customer_ids()) & set(second.customer_ids())
    assert list(second.customer_ids()) == ["C050001", "C050002", "C050003"]
    assert list(second.ids("O", 1)) == ["O2000001"]
    assert len(numbered("O", 0, 3)) == 0


def test_blocks_have_streams_of_their_own():
    """The first block draws what a world of one block draws; the next one something else."""
    np.testing.assert_array_equal(Block(7, 0, 5).rng("orders").random(5), stream(7, "orders").random(5))
    assert not np.isin(Block(7, 1, 5).rng("orders").random(5), stream(7, "orders").random(5)).any()
