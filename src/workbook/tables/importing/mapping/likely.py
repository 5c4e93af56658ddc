"""Whether the cells of a column speak against what its name says that it is."""

import re

import pandas as pd

from workbook.tables.importing.cells.ids import read_ids
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.statuses import UNKNOWN, read_statuses

NUMBERS = ("quantity", "unit_price", "amount", "refunded", "discount", "shipping", "tax")
ORDER_NAME = re.compile(r"\S{0,6}\d\S*")  # "#1001", "EU-2044"


def unlike(column: str, name: str, cells: pd.Series) -> bool:
    """Whether the first cells of a column are none of ours, of orders; nothing is said by blank ones.

    Parameters
    ----------
    column : ours
    name : theirs, as `plain_name` writes it
    cells : the first of theirs
    """
    filled = read_ids(cells).dropna()
    if column == "order_id" and name == "name":  # of an order, a customer, or a product
        return filled.empty or not filled.str.fullmatch(ORDER_NAME).all()
    if filled.empty:
        return False
    if column in NUMBERS:
        return not readable(filled)
    if column in ("status", "payment_status"):  # or "state", a part of a country
        return bool((read_statuses(filled) == UNKNOWN).all())
    return False


def readable(filled: pd.Series) -> bool:
    """Whether most of some cells are numbers."""
    return bool(read_numbers(filled, decimal_sign([filled])).notna().mean() >= 0.5)
