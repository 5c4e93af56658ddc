"""A price that is a whole line's: it grows with the quantity, as in the order reports of some market places."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workbook.tables.importing.cells.ids import read_ids
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.readers.raw_table import Raw

ENOUGH = 3  # products and quantities beyond one piece
MOSTLY = 0.8  # of them
NEAR = 0.02  # of what it should be
SOME = 50_000  # lines, which show it


def as_amounts(raw: Raw, found: Sequence[Found], decimal: str) -> tuple[list[Found], list[str]]:
    """The columns, with a guessed unit price as the amount where it grows with the quantity; and what is to be said."""
    ours = {f.column: f for f in found}
    product = ours.get("product_id") or ours.get("product_name")
    price, pieces = ours.get("unit_price"), ours.get("quantity")
    if "amount" in ours or not (product and pieces and price and price.how == "guessed"):
        return list(found), []
    some = raw.texts.slice(0, SOME)
    lines = pd.DataFrame(
        {
            "product": read_ids(cells_of(some, product)),
            "pieces": read_numbers(cells_of(some, pieces), decimal),
            "price": read_numbers(cells_of(some, price), decimal),
        }
    )
    if not grows_with_pieces(lines):
        return list(found), []
    say = f"{price.theirs} grows with {pieces.theirs}, as what is paid for a line does, and is taken as that"
    return [replace(f, column="amount") if f is price else f for f in found], [say]


def grows_with_pieces(lines: pd.DataFrame) -> bool:
    """Whether n pieces of a product mostly show n times the price of one.

    Parameters
    ----------
    lines : product, pieces, price
    """
    usual = (
        lines[(lines["price"] > 0) & (lines["pieces"] > 0)].groupby(["product", "pieces"])["price"].median()
    )
    usual = usual.reset_index()
    single = usual[usual["pieces"] == 1].set_index("product")["price"]
    several = usual[(usual["pieces"] > 1) & usual["product"].isin(single.index)]
    if len(several) < ENOUGH:
        return False
    times = several["price"] / several["product"].map(single) / several["pieces"]
    return bool(((times - 1).abs() < NEAR).mean() >= MOSTLY)
