"""What these tests share: one block's sales and log, made once."""

from types import SimpleNamespace

import pytest

from workbook.retailer.core.world import make_world
from workbook.retailer.marketing.sessions import make_sessions
from workbook.retailer.recommendations.fit import Fit
from workbook.retailer.recommendations.visits import make_visits
from workbook.retailer.sales.sales import make_sales, sales_tables


@pytest.fixture(scope="package")
def shop() -> SimpleNamespace:
    """Make 2,500 customers with their sales, log and visits; tests must not write into it."""
    world = make_world(2500, 18, seed=6)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    till = sales_tables(sales, world.season, world.goods, block)
    log = make_sessions(till["orders"], till["customers"], sales.campaigns.touches, world.season, block)
    visits = make_visits(log[0]["sessions"], log[1]["session_flags"], till["orders"], sales)
    return SimpleNamespace(
        world=world,
        block=block,
        sales=sales,
        till=till,
        log=log,
        visits=visits,
        fit=Fit(*sales.wants),
        shelf=world.goods.shelf,
        season=world.season,
    )
