"""Random streams by name."""

import numpy as np
import pytest

from workbook.retailer.streams import stream


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
