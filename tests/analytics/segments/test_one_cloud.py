"""The test for clusters: groups are found, one cloud is not called groups, and a cloud keeps what it should."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.segments import one_cloud, purchase_traits
from workbook.retailer.core.world import make_world
from workbook.retailer.customers import personas
from workbook.retailer.sales import sales


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


def tastes(seed: int, groups: bool = False) -> pd.DataFrame:
    """Averaged shares of six categories, ten lines each: tastes of one kind, that scatter widely; or of two kinds."""
    rng = np.random.default_rng(seed)
    weights = np.full((400, 6), 0.9)
    if groups:
        weights[:200, :3], weights[200:, 3:] = 6, 6
    counts = np.array([rng.multinomial(10, rng.dirichlet(w)) for w in weights])
    shares = (counts + 4 * counts.sum(axis=0) / counts.sum()) / 14
    return pd.DataFrame(shares, columns=[f"category {i}" for i in range(6)])


def test_tastes_of_one_kind_are_no_groups(monkeypatch):
    """Shares add up to one, so that who buys much of one thing buys little of the rest: alone that is no cluster."""
    cases = [one_cloud.against_one_cloud(tastes(seed), seed).case for seed in range(4)]
    assert cases.count("none") >= 3
    monkeypatch.setattr(one_cloud, "ROUNDS", 0)
    assert one_cloud.against_one_cloud(tastes(0), 0).case == "clusters"  # what sums left out would say


def test_two_kinds_of_taste_are_groups():
    """Clouds whose shares add up still leave two kinds of people to be found."""
    assert one_cloud.against_one_cloud(tastes(1, groups=True), 1).case == "clusters"


def test_shares_of_a_cloud_add_up(monkeypatch):
    """To one for each customer, but for a line or two of fourteen, and the values of each trait are the same ones."""
    traits = tastes(3).assign(**{"price level": np.random.default_rng(3).normal(size=400)})
    [cloud] = one_cloud.make_clouds(traits, 1, np.random.default_rng(1))
    assert (np.sort(cloud, axis=0) == np.sort(traits, axis=0)).all()
    off = abs(cloud.filter(like="category").sum(axis=1) - 1)
    monkeypatch.setattr(one_cloud, "ROUNDS", 0)
    [before] = one_cloud.make_clouds(traits, 1, np.random.default_rng(1))
    assert off.max() < 2.5 / 14
    assert off.mean() < abs(before.filter(like="category").sum(axis=1) - 1).mean() / 2


def test_a_cloud_keeps_each_trait_and_its_correlations():
    """Each trait has the same values, in another order; rank correlations stay."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=2000)
    traits = pd.DataFrame({"x": np.exp(x), "y": x + rng.normal(size=2000)})
    [cloud] = one_cloud.make_clouds(traits, 1, rng)
    assert (np.sort(cloud, axis=0) == np.sort(traits, axis=0)).all()
    ranks = [table.corr("spearman").iloc[0, 1] for table in (traits, cloud)]
    assert ranks[0] == pytest.approx(ranks[1], abs=0.04)


def test_too_few_customers_are_not_tested():
    """With fewer than ten a cluster nothing is said."""
    assert one_cloud.against_one_cloud(far(1, 0, 1).head(40), 1).case == "unknown"


def test_several_shops_side_by_side():
    """A row each, with what was found where shop and clouds differ most."""
    found = one_cloud.OneCloud("clusters", 0.025, 0.3, 0.2, 4)
    assert one_cloud.compared({"this shop": found}).loc["this shop"].tolist() == [4, 0.3, 0.2, 0.025]


@pytest.mark.slow
@pytest.mark.parametrize(("apart", "case"), [(0.0, "none"), (1.0, "clusters")])
def test_a_retailer_without_kinds_of_people_has_no_clusters(monkeypatch, apart, case):
    """Own tastes, gender, age and what goes with what are no groups; with the kinds of people apart they are found."""
    monkeypatch.setattr(personas, "APART", apart)
    world = make_world(5000, 24, seed=2)
    block = world.blocks()[0]
    made = sales.make_sales(world.season, world.service, world.goods, block)
    till = sales.sales_tables(made, world.season, world.goods, block)
    lines = purchase_traits.bought(till["orders"], till["order_lines"], world.goods.products)
    assert one_cloud.against_one_cloud(purchase_traits.traits(lines, 8), 1).case == case
