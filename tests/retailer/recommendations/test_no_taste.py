"""Where nobody has a taste of their own nothing beats best sellers."""

import numpy as np
import pandas as pd
import pytest

from workbook.analytics.recommenders import comparison, ways
from workbook.analytics.recommenders.histories import purchases, time_split
from workbook.retailer.core.world import make_world
from workbook.retailer.customers import people, personas
from workbook.retailer.sales import sales, sequence


@pytest.mark.slow
def test_without_taste_nothing_beats_best_sellers(monkeypatch):
    """Categories, styles and price steps alike for all, and no line that goes on: no way is ahead, all intervals together."""
    monkeypatch.setattr(people, "ALIKE", 1e7)
    monkeypatch.setattr(people, "LIKES", np.ones_like(personas.LIKES))
    monkeypatch.setattr(people, "MEN", np.ones_like(people.MEN))
    monkeypatch.setattr(personas, "STYLED", np.ones_like(personas.STYLED))
    monkeypatch.setattr(personas, "OWN_STYLE", 0.0)
    monkeypatch.setattr(sequence, "IN_BASKET", 0.0)
    monkeypatch.setattr(sequence, "NEXT_ORDER", 0.0)
    monkeypatch.setattr(people, "step_chances", lambda level: np.tile(same_steps(), (len(level), 1)))
    world = make_world(4000, 24, seed=9)
    block = world.blocks()[0]
    made = sales.make_sales(world.season, world.service, world.goods, block)
    till = sales.sales_tables(made, world.season, world.goods, block)
    bought = purchases(till["orders"], till["order_lines"])
    split = time_split(bought, world.goods.products, pd.Timestamp("2025-09-01"))
    lists = ways.lists_of(ways.ways(split, ways.texts_of(world.goods.products)), 10)
    ahead = comparison.differences(ways.results(split, lists), ways.BEST_SELLERS)
    assert len(split.people) > 800
    assert (ahead["low"] <= 0).all()


def same_steps() -> np.ndarray:
    """Chances of the price steps for everybody."""
    return np.array([0.06, 0.16, 0.24, 0.23, 0.16, 0.09, 0.04, 0.02])
