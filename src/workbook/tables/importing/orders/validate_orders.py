"""Raw rows → typed lines, and for each row every reason why it is not a purchase.

`judge` looks at no row beyond its own frame: a file is judged piece by piece, with the habits found before.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.cells.date_order import DateOrder, date_order, may_mislead
from workbook.tables.importing.cells.habits import Habits
from workbook.tables.importing.cells.ids import coded_ids, unread
from workbook.tables.importing.cells.numbers import decimal_sign, read_numbers
from workbook.tables.importing.cells.times import read_times
from workbook.tables.importing.judged import FIRST_DAY, LARGEST, Judged, row_hash
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found, Rules
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw

NUMBERS = {"quantity": "quantity", "unit_price": "unit price", "amount": "amount"}
TYPED = {*NUMBERS, "ordered_at"}


def habits(file: Pieces, found: Sequence[Found], options: FileOptions) -> Habits:
    """Find out how a file writes its numbers and dates, where the mapping doesn't tell.

    The first piece shows it, unless dates are written like 1/2/2025 or numbers with a comma: then all do.
    """
    ours = {f.column: f for f in found}
    numbers = [c for c in NUMBERS if c in ours and not options.decimal]
    times = ["ordered_at"] if not options.date_format else []
    telling = [ours[c] for c in (*numbers, *times)]
    texts = distinct_texts([file.first], telling)
    if any(may_mislead(texts[c], c in times) for c in texts):
        texts = distinct_texts(file, telling)
    return Habits(
        decimal=options.decimal or decimal_sign([texts[c] for c in numbers]),
        dates=date_order(texts["ordered_at"]) if times else DateOrder(),
        date_format=options.date_format,
        typed=file.first.typed,
    )


def distinct_texts(pieces: Iterable[Raw], found: Sequence[Found]) -> dict[str, pd.Series]:
    """The different texts of some of our columns."""
    some: dict[str, list[pd.Series]] = {f.column: [] for f in found}
    for raw in pieces:
        for f in found:
            some[f.column].append(as_codes(cells_of(raw.texts, f))[1])
    return {c: pd.concat(parts, ignore_index=True).drop_duplicates() for c, parts in some.items()}


def judge(raw: Raw, found: Sequence[Found], rules: Rules, ways: Habits, today: pd.Timestamp) -> Judged:
    """Read the mapped columns of a raw frame and say of each row what is wrong with it.

    Parameters
    ----------
    raw : rows as they came
    found : which column is which
    rules : what counts as a purchase
    ways : how numbers and dates are written
    today : orders after this day are an error of the file
    """
    theirs = {f.column: cells_of(raw.texts, f) for f in found}
    typed = {name: cells for name, cells in theirs.items() if name in TYPED}
    lines = pd.DataFrame({name: read_column(name, cells, ways) for name, cells in typed.items()})
    texts = pa.table({name: coded_ids(cells) for name, cells in theirs.items() if name not in typed})
    garbled = {c: unread(theirs[c], lines[c]) for c in NUMBERS if c in lines}
    lines = lines.assign(**amount_of(lines))
    is_return = below_zero(lines) if rules.negatives == "returns" else pd.Series(False, index=lines.index)
    reasons = (
        row_reasons(theirs["ordered_at"], texts, lines, today)
        | {f"{NUMBERS[c]} is no plausible number": bad for c, bad in garbled.items()}
        | purchase_reasons(lines, rules, garbled)
    )
    if rules.cancelled and "order_id" in theirs:
        codes, orders = as_codes(texts.column("order_id"))
        cancelled = np.append(orders.str.contains(rules.cancelled, regex=True).to_numpy(dtype=bool), False)
        reasons["order cancelled"] = ~is_return & cancelled[codes]
    # A row of the wrong width has its cells in the wrong places: nothing else can be said about it.
    ragged = raw.trouble != ""
    flags = pd.DataFrame(reasons)
    flags = flags.where(~ragged, False) if ragged.any() else flags
    for trouble in raw.trouble[ragged].unique():
        flags.insert(0, trouble, raw.trouble == trouble)
    return Judged(lines, row_hash(raw.texts), flags, is_return, texts)


def read_column(name: str, cells: pa.ChunkedArray, ways: Habits) -> pd.Series:
    """Read one of our columns that are no text."""
    if name == "ordered_at":
        return read_times(cells, ways.dates, ways.date_format, ways.typed)
    return read_numbers(cells, ways.decimal).where(lambda n: n.abs() < LARGEST)


def amount_of(lines: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the line's amount as mapped, else quantity × unit price; a price alone is that of one piece."""
    if "amount" in lines:
        return {"amount": lines["amount"]}
    if "unit_price" in lines:
        return {"amount": lines["unit_price"] * lines.get("quantity", 1.0)}
    return {}


def below_zero(lines: pd.DataFrame) -> pd.Series:
    """Whether a line takes something back: its quantity, price or amount is negative."""
    return (lines[[c for c in NUMBERS if c in lines]] < 0).any(axis=1)


def row_reasons(
    times: pa.ChunkedArray, texts: pa.Table, lines: pd.DataFrame, today: pd.Timestamp
) -> dict[str, pd.Series]:
    """Reasons that hold for any table with customers and times; ``times`` as they came."""
    at = lines["ordered_at"]
    garbled = unread(times, at)
    return {
        "no customer": pd.Series(texts.column("customer_id").is_null().to_numpy()),
        "no date": at.isna() & ~garbled,
        "date can't be read": garbled,
        "date in the future": at >= today.normalize() + pd.Timedelta(days=1),
        "date before 1970-01-02, a placeholder": at < FIRST_DAY,
    }


def purchase_reasons(
    lines: pd.DataFrame, rules: Rules, garbled: dict[str, pd.Series]
) -> dict[str, pd.Series]:
    """Reasons that come from what was paid, by the mapping's rules; ``garbled`` says which numbers came."""
    refuse, no_zero, came = rules.negatives == "reject", rules.zero_amount == "reject", "amount" in garbled
    nan = pd.Series(np.nan, index=lines.index)
    quantity, price, amount = (lines.get(c, nan) for c in NUMBERS)
    behind = ["amount"] if came else list(garbled)
    said = pd.DataFrame({c: garbled[c] for c in behind}, index=lines.index).any(axis=1)
    return {
        "quantity below zero (a return)": (quantity < 0) & refuse,
        "quantity of zero": quantity == 0,
        "unit price of zero or below": ((price < 0) & refuse) | ((price == 0) & (no_zero and not came)),
        "no amount": amount.isna() & ~said & ("amount" in lines),
        "amount below zero (a return)": (amount < 0) & (refuse and came),
        "amount of zero": (amount == 0) & (no_zero and came),
    }
