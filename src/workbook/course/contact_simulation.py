"""A simulator of weekly contacts with the customers of a synthetic shop."""

from workbook.retailer.marketing.contact_simulator import ContactSimulator, make_simulator
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError


def contact_simulator(shop: Dataset) -> ContactSimulator:
    """Return a simulator whose readers buy as often as the shop's customers who haven't left.

    Raises
    ------
    DataError
        for a shop whose truth nobody knows.
    """
    people = (shop.truth or {}).get("customers")
    if people is None or "dropped_out_at" not in people:
        raise DataError("contact_simulator needs a synthetic shop, such as lanyu; this one has no truth.")
    here = ~(people["dropped_out_at"] <= shop.today)
    return make_simulator(float(people.loc[here, "purchase_rate"].mean()))
