"""The test for clusters: groups are found, one cloud is not called groups, and a cloud keeps what it should."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import one_cloud


def far(groups: int, apart: float, seed: int) -> pd.DataFrame:
    """Groups of 80 in four traits, so far apart."""
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(groups, 4)) * apart
    return pd.DataFrame(np.repeat(centres, 80, axis=0) + rng.normal(size=(80 * groups, 4)))


def test_groups_are_found():
    """Four groups far apart are more than one cloud, at the smallest p that so many clouds allow."""
    found = one_cloud.against_one_cloud(far(4, 5.0, 1), 1)
    assert (found.case, found.p) == ("clusters", 1 / 40)
    assert found.explained > found.by_chance


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_one_cloud_is_not_called_groups(seed):
    """Correlated and skewed traits without groups have no clusters."""
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(300, 3)) @ np.array([[1, 0.7, 0.2], [0, 1, 0.5], [0, 0, 1]])
    assert one_cloud.against_one_cloud(pd.DataFrame(np.exp(z)), seed).case == "none"


def test_a_cloud_keeps_each_trait_and_its_correlations():
    """Each trait has the same values, in another order; rank correlations stay."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=2000)
    z = np.column_stack([np.exp(x), x + rng.normal(size=2000)])
    cloud = one_cloud.make_cloud(z, rng)
    for column in range(2):
        assert (np.sort(cloud[:, column]) == np.sort(z[:, column])).all()
    ranks = [pd.DataFrame(values).corr("spearman").iloc[0, 1] for values in (z, cloud)]
    assert ranks[0] == pytest.approx(ranks[1], abs=0.04)


def test_too_few_customers_are_not_tested():
    """With fewer than ten a cluster nothing is said."""
    assert one_cloud.against_one_cloud(far(1, 0, 1).head(40), 1).case == "unknown"
