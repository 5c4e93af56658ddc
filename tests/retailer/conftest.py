"""What the tests of the retailer's parts share: one block's sales and service, made once."""

from types import SimpleNamespace

import pytest

from workbook.retailer.complaints.complaints import make_complaints
from workbook.retailer.core.world import make_world
from workbook.retailer.sales.sales import make_sales, sales_tables
from workbook.retailer.service.surveys import make_surveys
from workbook.retailer.service.tickets import make_tickets, tickets_table, true_tickets


@pytest.fixture(scope="session")
def served() -> SimpleNamespace:
    """Make 8,000 customers with their sales, tickets, surveys and complaints; tests must not write into it."""
    world = make_world(8000, 24, 8)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block)
    order_ids = tables["orders"]["order_id"]
    hidden = make_tickets(sales, world.service, block)
    tickets = tickets_table(hidden, sales, world.service, order_ids, block)
    surveys = make_surveys(hidden, tickets, sales, world.service, block)
    complaints, truth = make_complaints(hidden, tickets, sales, world.goods, world.service, order_ids, block)
    return SimpleNamespace(
        world=world,
        block=block,
        sales=sales,
        tables=tables,
        hidden=hidden,
        tickets=tickets,
        true_tickets=true_tickets(hidden, tickets, world.service),
        surveys=surveys,
        complaints=complaints,
        true_complaints=truth,
    )
