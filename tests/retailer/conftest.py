"""What the tests of the retailer's parts share: one block's sales and service, made once."""

from types import SimpleNamespace

import pytest

from workbook.retailer.complaints import make_complaints
from workbook.retailer.contacts import contacts_table, make_requests, true_contacts
from workbook.retailer.sales import make_sales, sales_tables
from workbook.retailer.surveys import make_surveys
from workbook.retailer.world import make_world


@pytest.fixture(scope="session")
def served() -> SimpleNamespace:
    """Make 8,000 customers with their sales, requests, surveys and complaints; tests must not write into it."""
    world = make_world(8000, 24, 8)
    block = world.blocks()[0]
    sales = make_sales(world.season, world.service, world.goods, block)
    tables = sales_tables(sales, world.season, world.goods, block)
    order_ids = tables["orders"]["order_id"]
    requests = make_requests(sales, world.service, block)
    contacts = contacts_table(requests, sales, world.service, order_ids, block)
    surveys = make_surveys(requests, contacts, sales, world.service, block)
    complaints, truth = make_complaints(
        requests, contacts, sales, world.goods, world.service, order_ids, block
    )
    return SimpleNamespace(
        world=world,
        block=block,
        sales=sales,
        tables=tables,
        requests=requests,
        contacts=contacts,
        true_contacts=true_contacts(requests, contacts, world.service),
        surveys=surveys,
        complaints=complaints,
        true_complaints=truth,
    )
