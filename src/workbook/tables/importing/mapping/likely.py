"""Whether the cells of a column speak against what its name says that it is."""

import re

import pandas as pd

from workbook.tables.importing.cells.flags import yes_or_no
from workbook.tables.importing.cells.ids import read_ids
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.statuses import UNKNOWN, read_statuses, says_sold_or_returned

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
    if column == "kind":  # of a line, a product, or a customer
        return not says_sold_or_returned(filled).any()
    if column == "test":  # whether it is one, or of an experiment
        return not yes_or_no(filled)
    if column in ("status", "payment_status"):  # or "state", a part of a country
        return bool((read_statuses(filled) == UNKNOWN).all())
    return False


def readable(filled: pd.Series) -> bool:
    """Whether most of some cells are numbers."""
    return len(no_numbers(filled)) <= 0.5 * len(filled)


def no_numbers(filled: pd.Series) -> pd.Series:
    """Those of some cells that are no numbers."""
    return filled[read_numbers(filled, decimal_sign([filled])).isna()]
