"""What of a file's cells is an order's, not a line's: found out from its first piece.

A shop system's export has a line per item. What holds for the whole order stands on its first line only, or again on each:
who, when, the total, its discount, shipping, tax and refund. Such a cell counts once an order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.cells.ids import coded_ids, read_ids
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import plain_name
from workbook.tables.importing.readers.dictionary_encoding import as_codes, from_codes
from workbook.tables.importing.readers.raw_table import Raw

MONEY = ("refunded", "discount", "shipping", "tax")  # of an order, beside its total
OF_ORDERS = (
    *(
        "customer_id",
        "ordered_at",
        "store_id",
        "channel",
        "country",
        "city",
        "acquisition_channel",
        "currency",
    ),
    *("scene", "payment", "delivery"),
    *("status", "payment_status", "cancelled", "refunded_at", "amount", *MONEY),
)
ANCHORS = {
    "ordered_at",
    "amount",
}  # of which one at least must be blank on an order's further lines: others may be by chance
ENOUGH = 3  # orders of several lines, where only the customer is
SELDOM = 0.01  # of an order's further lines; if no more are filled, its cells stand on the first alone
MOSTLY = 0.95  # of orders of several lines
SIGNS = {"discount": -1, "shipping": 1, "tax": 1}  # in an order's total, beside its lines
# Names of an order's total, and those of them that can't be a line's.
OF_ORDER_BY_NAME = {
    *("ordertotal", "ordertotalamount", "grandtotal", "orderamount", "ordervalue", "bestellwert", "orderbedrag", "rechnungsbetrag"),
    *("订单金额", "订单总金额", "订单总额", "订单实付金额", "注文金額", "kwotazamowienia"),
}  # fmt: skip
TOTALS = OF_ORDER_BY_NAME | {"total", "totalamount", "gesamtbetrag"}
MANY = 10  # orders of several lines that show one amount on each; more are hardly of lines that cost the same

Cells = Mapping[str, pa.ChunkedArray]  # our columns, as the file writes them


@dataclass(frozen=True)
class Layout:
    """How a file shows what holds for a whole order.

    Attributes
    ----------
    once : our columns that are filled on an order's first line only
    total : whether the amount is the whole order's
    each_line : whether every line shows a refund of its own
    parts : what the total has beside the lines, of `SIGNS`
    unused : our columns that say nothing here
    notes : for the account
    doubts : what to look at first
    """

    once: tuple[str, ...] = ()
    total: bool = False
    each_line: bool = False
    parts: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def used(self, found: Sequence[Found]) -> list[Found]:
        """The columns that say something."""
        return [f for f in found if f.column not in self.unused]


def find_layout(raw: Raw, found: Sequence[Found], decimal: str) -> Layout:
    """Find out what of a file's cells is an order's.

    Parameters
    ----------
    raw : its first piece
    found : which column is which
    decimal : how it writes its numbers
    """
    cells = {f.column: cells_of(raw.texts, f) for f in found}
    extra = [c for c in SIGNS if c in cells]
    if "order_id" not in cells:
        return Layout(unused=tuple(extra))
    once = given_once(cells)
    cells = fill_down(cells, once)
    start = begins(cells["order_id"])
    several = len(start) > start.sum()
    repeated = [c for c in (*MONEY, "amount") if c in cells and same_on_each_line(cells[c], start)]
    each_line = several and "refunded" in cells and "refunded" not in repeated
    layout = Layout(once=tuple(once), each_line=each_line)
    money = {
        c: read_numbers(cells[c], decimal).fillna(0.0).to_numpy() for c in (*extra, "amount") if c in cells
    }
    lines = own_amounts(cells, decimal)
    if several and "amount" in repeated:
        known, share = parts_of_total(money, lines, start, [c for c in extra if c in repeated])
        total = "amount" in once or (
            an_order_s_alone(cells, found, money["amount"], start)
            if lines is None
            else share > share_of_lines(money["amount"], lines, start)
        )
    else:
        known, share = (), 1.0
        total = not several and lines is not None and an_order_s_by_name(found)
    if not total:
        add = tuple(c for c in extra if c in once and c != "tax" and "amount" not in cells)
        return with_notes(
            replace(layout, parts=add, unused=tuple(c for c in extra if c not in add)), found, share
        )
    left = tuple(c for c in extra if c not in known and money[c].any())
    return with_notes(replace(layout, total=True, parts=known, unused=left), found, share)


def given_once(cells: Cells) -> list[str]:
    """Those columns that are filled on the first line of orders of several lines, and not on the others."""
    codes, names = as_codes(cells["order_id"])
    blank = ~filled_cells(codes, names)
    here = ["order_id"] if named_once(blank, cells) else []
    start = begins(fill_down({"order_id": cells["order_id"]}, here)["order_id"])
    first = start & ~np.append(start[1:], True)  # of orders of several lines
    there = {c: filled_cells(*as_codes(cells[c])) for c in OF_ORDERS if c in cells}
    once = [c for c, full in there.items() if full[first].any() and full[~start].mean() <= SELDOM]
    sure = ANCHORS & set(once) or ("customer_id" in once and first.sum() >= ENOUGH)
    return here + once if sure or here else []


def named_once(blank: np.ndarray, cells: Cells) -> bool:
    """Whether an order's name too stands on its first line only: where it is blank, customer and time are."""
    others = [filled_cells(*as_codes(cells[c])) for c in ("customer_id", "ordered_at") if c in cells]
    return bool(
        blank.sum() > 1 and not blank[:1].any() and others and not any(o[blank].any() for o in others)
    )


def filled_cells(codes: np.ndarray, texts: pd.Series) -> np.ndarray:
    """Which cells hold something."""
    return np.append(read_ids(texts).notna().to_numpy(dtype=bool), False)[codes]


def begins(order: pa.ChunkedArray) -> np.ndarray:
    """Which lines begin an order; lines without a name are one each."""
    codes, _ = as_codes(coded_ids(order))
    return np.append(True, (codes[1:] != codes[:-1]) | (codes[1:] < 0))[: len(codes)]


def fill_down(cells: Cells, once: Collection[str]) -> dict[str, pa.ChunkedArray]:
    """Cells of these columns, where they are blank, from the first line of the same order."""
    if not once:
        return dict(cells)
    result = dict(cells)
    if "order_id" in once:
        codes, names = as_codes(cells["order_id"])
        result["order_id"] = from_codes(codes[latest(filled_cells(codes, names))], names)
    first = latest(begins(result["order_id"]))
    for column in (set(once) & set(cells)) - {"order_id"}:
        codes, texts = as_codes(cells[column])
        result[column] = from_codes(np.where(filled_cells(codes, texts), codes, codes[first]), texts)
    return result


def latest(here: np.ndarray) -> np.ndarray:
    """The place of the latest true value, up to each row; of the first row where there is none."""
    return np.maximum.accumulate(np.where(here, np.arange(len(here)), 0))


def same_on_each_line(cells: pa.ChunkedArray, start: np.ndarray) -> bool:
    """Whether (nearly) all orders of several lines show one value."""
    codes, _ = as_codes(cells)
    order = np.cumsum(start) - 1
    differ = np.zeros(order[-1] + 1 if len(order) else 0, dtype=bool)
    differ[order[codes != codes[latest(start)]]] = True
    several = np.bincount(order, minlength=len(differ)) > 1
    return bool(several.any() and 1 - differ[several].mean() >= MOSTLY)


def own_amounts(cells: Cells, decimal: str) -> np.ndarray | None:
    """What the lines come to by quantity and price; None if there is no price."""
    if "unit_price" not in cells:
        return None
    price = read_numbers(cells["unit_price"], decimal)
    pieces = read_numbers(cells["quantity"], decimal) if "quantity" in cells else 1.0
    return np.asarray((price * pieces).fillna(0.0))


def parts_of_total(
    money: Mapping[str, np.ndarray], lines: np.ndarray | None, start: np.ndarray, extra: Sequence[str]
) -> tuple[tuple[str, ...], float]:
    """What of discount, shipping and tax the total has beside the lines, in most orders; and the share of orders where so.

    Of sums that hold equally often the shortest is taken.
    """
    if lines is None or not len(start):
        return (), 1.0
    first = np.flatnonzero(start)
    goods = np.add.reduceat(lines, first)
    several = np.diff(np.append(first, len(start))) > 1
    found: tuple[tuple[str, ...], float] = (), -1.0
    for size in range(len(extra) + 1):
        for some in combinations(extra, size):
            total = goods + sum(SIGNS[c] * np.abs(money[c][first]) for c in some)
            share = float(np.isclose(total, money["amount"][first], atol=0.015)[several].mean())
            found = (some, share) if share > found[1] else found
    return found


def share_of_lines(amount: np.ndarray, lines: np.ndarray, start: np.ndarray) -> float:
    """Share of those orders of several lines whose lines' amounts are each line's quantity × price."""
    first = np.flatnonzero(start)
    right = np.minimum.reduceat(np.isclose(amount, lines, atol=0.015), first)
    several = np.diff(np.append(first, len(start))) > 1
    return float(right[several].mean())


def an_order_s_alone(cells: Cells, found: Sequence[Found], amount: np.ndarray, start: np.ndarray) -> bool:
    """Whether an amount that is the same on each line of an order, beside no price, is the order's: by its name, or since many orders
    of different amounts have lines of different products.
    """
    name = {f.column: plain_name(f.theirs) for f in found}
    if name.get("amount") in OF_ORDER_BY_NAME:
        return True
    product = next((c for c in ("product_id", "product_name") if c in cells), "")
    if not product:
        return False
    codes, _ = as_codes(cells[product])
    order = np.cumsum(start) - 1
    mixed = np.unique(order[codes != codes[latest(start)]])
    return len(mixed) >= MANY and len(np.unique(amount[start][mixed])) >= MANY / 2


def an_order_s_by_name(found: Sequence[Found]) -> bool:
    """Whether the names tell an order's total from an item's price, where every order has one line."""
    name = {f.column: plain_name(f.theirs) for f in found}
    return name.get("amount") in TOTALS and name.get("unit_price", "").startswith(("lineitem", "item"))


def with_notes(layout: Layout, found: Sequence[Found], share: float) -> Layout:
    """The layout, with what the account says of it."""
    name = {f.column: f.theirs for f in found}
    notes, doubts = [], []
    if layout.once:
        notes.append(
            f"filled on an order's first line only, and taken for its other lines too: {', '.join(name[c] for c in layout.once)}"
        )
    signs = "".join(f" {'−' if SIGNS[c] < 0 else '+'} {name[c]}" for c in layout.parts)
    if layout.total:
        notes.append(f"{name['amount']} is the whole order's and counts once: what its lines come to{signs}")
    elif layout.parts:
        notes.append(f"an order's amount is what its lines come to{signs}")
    if "discount" in layout.parts:
        notes.append(f"{name['discount']} is taken off an order's lines in proportion to what they cost")
    if layout.total and share < MOSTLY:
        doubts.append(
            f"{name['amount']} is what the lines come to{signs} in {share:.0%} of orders of several lines; it counts as it stands"
        )
    return replace(layout, notes=tuple(notes), doubts=tuple(doubts))


@dataclass
class Filling:
    """Pieces of a file, with our columns' cells: what stands on an order's first line only is there for all its lines.

    An order may begin in one piece and go on in the next, so that the last line of each is kept in mind.
    """

    found: Sequence[Found]
    layout: Layout
    last: dict[str, pa.ChunkedArray] = field(default_factory=dict)

    def __call__(self, pieces: Iterable[Raw]) -> Iterator[tuple[Raw, dict[str, pa.ChunkedArray]]]:
        """Go through the pieces in their order."""
        for raw in pieces:
            cells = {f.column: cells_of(raw.texts, f) for f in self.found}
            yield raw, self.filled(cells) if self.layout.once else cells

    def filled(self, cells: dict[str, pa.ChunkedArray]) -> dict[str, pa.ChunkedArray]:
        """A piece's cells behind the last line of the one before."""
        together = {
            c: pa.chunked_array([*self.last.get(c, pa.chunked_array([], v.type)).chunks, *v.chunks])
            for c, v in cells.items()
        }
        whole = fill_down(together, self.layout.once)
        self.last = {c: v.slice(len(v) - 1) for c, v in whole.items()}
        before = len(next(iter(whole.values()))) - len(next(iter(cells.values())))
        return {c: v.slice(before) for c, v in whole.items()}
