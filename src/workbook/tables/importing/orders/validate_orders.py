"""Raw rows → typed lines, and for each row every reason why it is not a purchase.

`judge_lines` looks at no row beyond its own frame: a file is judged piece by piece, with the habits found before.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.cells.currency import currency_of_rows, exchange_rates
from workbook.tables.importing.cells.flags import read_flags
from workbook.tables.importing.cells.habits import Habits
from workbook.tables.importing.cells.ids import coded_ids, unread
from workbook.tables.importing.cells.numbers import read_numbers
from workbook.tables.importing.cells.statuses import (
    PARTLY,
    UNKNOWN,
    read_statuses,
    says_cancelled,
    says_returned,
)
from workbook.tables.importing.cells.times import read_times
from workbook.tables.importing.import_warnings import first_few
from workbook.tables.importing.judged import FIRST_DAY, LARGEST, Judged, row_hash
from workbook.tables.importing.mapping.mapping import Rules
from workbook.tables.importing.orders.layout import MONEY, Cells, Layout
from workbook.tables.importing.orders.ways import NUMBERS, STATUSES, Ways
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.raw_table import Raw

TIMES = ("ordered_at", "refunded_at")
TEXTS = (
    "customer_id", "order_id", "product_id", "product_name", "category", "store_id", "channel", "country", "city", "acquisition_channel",
    "scene", "payment", "delivery",
)  # fmt: skip
NO_PURCHASE = {
    "cancelled": "order cancelled",
    "unpaid": "order not paid",
    "failed": "payment failed",
    "test": "a test order",
}


def judge_lines(raw: Raw, cells: Cells, rules: Rules, ways: Ways, today: pd.Timestamp) -> Judged:
    """Read the mapped columns of a raw frame and say of each row what is wrong with it.

    Parameters
    ----------
    raw : rows as they came
    cells : our columns of them
    rules : what counts as a purchase
    ways : how the file writes what
    today : orders after this day are an error of the file
    """
    times = {c: read_when(cells[c], ways.habits) for c in TIMES if c in cells}
    lines = pd.DataFrame(times | {c: read_amount(cells[c], ways) for c in (*NUMBERS, *MONEY) if c in cells})
    texts = pa.table({name: coded_ids(cells[name]) for name in TEXTS if name in cells})
    garbled = {c: unread(cells[c], lines[c]) for c in NUMBERS if c in lines}
    lines = with_signs(lines, cells)
    lines, foreign = in_one_currency(lines, cells, ways)
    states = {c: read_statuses(cells[c]) for c in STATUSES if c in cells}
    lines = by_order(lines, states, ways.layout)
    if rules.leave_out:
        lines = lines.assign(left_out=no_goods(texts, rules.leave_out))
    is_return = below_zero(lines) if rules.negatives == "returns" else pd.Series(False, index=lines.index)
    reasons = (
        row_reasons(cells["ordered_at"], texts, lines, today)
        | {f"{NUMBERS[c]} is no plausible number": bad for c, bad in garbled.items()}
        | foreign
        | purchase_reasons(lines, rules, garbled, ways.layout)
        | status_reasons(cells, states, texts, lines, rules, is_return)
    )
    # A row of the wrong width has its cells in the wrong places: nothing else can be said about it.
    ragged = raw.trouble != ""
    flags = pd.DataFrame(reasons)
    flags = flags.where(~ragged, False) if ragged.any() else flags
    for trouble in raw.trouble[ragged].unique():
        flags.insert(0, trouble, raw.trouble == trouble)
    return Judged(lines, row_hash(raw.texts), flags, is_return, texts, odd_states(cells, states, lines, ways))


def read_when(cells: pa.ChunkedArray, ways: Habits) -> pd.Series:
    """Read a time."""
    return read_times(cells, ways.dates, ways.date_format, ways.typed)


def read_amount(cells: pa.ChunkedArray, ways: Ways) -> pd.Series:
    """Read a number of pieces or of money."""
    return read_numbers(cells, ways.habits.decimal).where(lambda n: n.abs() < LARGEST)


def with_signs(lines: pd.DataFrame, cells: Cells) -> pd.DataFrame:
    """Lines that are called returns with their pieces and amounts below zero, whatever sign they are written with."""
    if "kind" not in cells:
        return lines
    back = says_returned(cells["kind"])
    counted = [c for c in ("quantity", "amount") if c in lines] or [c for c in ("unit_price",) if c in lines]
    return lines.assign(**{c: lines[c].mask(back, -lines[c].abs()) for c in counted})


def in_one_currency(
    lines: pd.DataFrame, cells: Cells, ways: Ways
) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Money in the data set's currency, and the rows whose can't be brought into it, by reason."""
    money = [c for c in ("unit_price", "amount", *MONEY) if c in lines]
    rows = (
        currency_of_rows(cells.get("currency"), [cells[c] for c in money])
        if ways.currency and money
        else None
    )
    if rows is None:
        return lines, {}
    factor, reasons = exchange_rates(rows, ways.currency, ways.rates)
    converted = lines[money].mul(factor, axis=0) if (factor != 1).any() else lines[money]
    return lines.assign(**converted), reasons


def by_order(lines: pd.DataFrame, states: dict[str, pd.Series], layout: Layout) -> pd.DataFrame:
    """Lines with their own amount; what is the whole order's has a column of its own, if it counts."""
    beside = ["discount"] if layout.total else ["discount", "shipping"]  # which the total has in it
    parts = {c: lines[c].abs() for c in beside if c in lines and c in layout.parts}
    if layout.total:
        parts["order_total"] = lines["amount"]
        lines = lines.drop(columns="amount")
    if "refunded" in lines:
        parts["refunded_lines" if layout.each_line else "refunded"] = lines["refunded"].abs()
    if whole := [state == "refunded" for state in states.values()]:
        parts["all_refunded"] = pd.concat(whole, axis=1).any(axis=1).astype("float64")
    lines = lines.drop(columns=[c for c in MONEY if c in lines])
    return lines.assign(**amount_of(lines), **parts)


def amount_of(lines: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the line's amount as mapped, else quantity × unit price; a price alone is that of one piece."""
    if "amount" in lines:
        return {"amount": lines["amount"]}
    if "unit_price" in lines:
        return {"amount": lines["unit_price"] * lines.get("quantity", 1.0)}
    return {}


def status_reasons(
    cells: Cells,
    states: dict[str, pd.Series],
    texts: pa.Table,
    lines: pd.DataFrame,
    rules: Rules,
    is_return: pd.Series,
) -> dict[str, pd.Series]:
    """Reasons that come from what became of the order: it was cancelled, not paid, or given back without a sum."""
    means = {what: [state == what for state in states.values()] for what in (*NO_PURCHASE, "refunded")}
    if "cancelled" in cells:
        means["cancelled"].append(says_cancelled(cells["cancelled"]))
    if "test" in cells:
        means["test"].append(read_flags(cells["test"]).fillna(False).astype(bool))
    if rules.cancelled and "order_id" in cells:
        codes, orders = as_codes(texts.column("order_id"))
        named = np.append(orders.str.contains(rules.cancelled, regex=True).to_numpy(dtype=bool), False)
        means["cancelled"].append(~is_return & named[codes])
    reasons = {
        NO_PURCHASE[what]: any_of(some) for what, some in means.items() if some and what in NO_PURCHASE
    }
    if means["refunded"] and not {"amount", "order_total"} & set(lines):
        reasons["order refunded"] = any_of(means["refunded"])
    return reasons


def no_goods(texts: pa.Table, pattern: str) -> np.ndarray:
    """Which lines are no goods by a mapping's pattern: by name, category or id."""
    found = np.zeros(len(texts), dtype=bool)
    for column in {"product_name", "category", "product_id"} & set(texts.column_names):
        codes, names = as_codes(texts.column(column))
        hit = names.str.contains(pattern, case=False, regex=True).to_numpy(dtype=bool)
        found |= np.append(hit, False)[codes]
    return found


def odd_states(
    cells: Cells, states: dict[str, pd.Series], lines: pd.DataFrame, ways: Ways
) -> Counter[tuple[str, str, str]]:
    """Statuses that aren't known, and those that say that a part was refunded where no sum does; in how many rows."""
    refunded = lines.get("refunded", lines.get("refunded_lines", pd.Series(0.0, index=lines.index))).fillna(
        0.0
    )
    found: Counter[tuple[str, str, str]] = Counter()
    for column, state in states.items():
        theirs = next(f.theirs for f in ways.found if f.column == column)
        for what, which in ((UNKNOWN, state == UNKNOWN), (PARTLY, (state == PARTLY) & (refunded == 0))):
            if which.any():
                codes, texts = as_codes(cells[column])
                often = np.bincount(codes[which.to_numpy()], minlength=len(texts))
                found.update({(what, theirs, texts.iloc[i]): int(often[i]) for i in np.flatnonzero(often)})
    return found


def states_in_words(odd: Counter[tuple[str, str, str]]) -> list[str]:
    """What to say of `odd_states`, the most frequent first."""
    says = {
        UNKNOWN: "what {few} means isn't known; such orders count as purchases",
        PARTLY: "{few} says that a part was refunded, and no column how much; such orders count in full",
    }
    told: dict[tuple[str, str], list[str]] = {}
    for (what, theirs, text), n in odd.most_common():
        told.setdefault((what, theirs), []).append(f"{text!r} ({n:,})")
    return [f"{theirs}: {says[what].format(few=first_few(few))}" for (what, theirs), few in told.items()]


def any_of(flags: Sequence[pd.Series]) -> pd.Series:
    """Whether any of some flags is true, row by row."""
    return pd.concat(flags, axis=1).any(axis=1)


def below_zero(lines: pd.DataFrame) -> pd.Series:
    """Whether a line takes something back: its quantity, price or amount is negative."""
    return (lines[[c for c in (*NUMBERS, "order_total") if c in lines]] < 0).any(axis=1)


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
    lines: pd.DataFrame, rules: Rules, garbled: dict[str, pd.Series], layout: Layout
) -> dict[str, pd.Series]:
    """Reasons that come from what was paid, by the mapping's rules; ``garbled`` says which numbers came."""
    refuse, no_zero = rules.negatives == "reject", rules.zero_amount == "reject"
    paid = "order_total" if layout.total and "amount" not in lines else "amount"
    came = "amount" in garbled and (not layout.total or paid == "order_total")
    nan = pd.Series(np.nan, index=lines.index)
    quantity, price = (lines.get(c, nan) for c in ("quantity", "unit_price"))
    amount = lines.get(paid, nan)
    behind = ["amount"] if came else [c for c in garbled if c != "amount" or not layout.total]
    said = pd.DataFrame({c: garbled[c] for c in behind}, index=lines.index).any(axis=1)
    return {
        "quantity below zero (a return)": (quantity < 0) & refuse,
        "quantity of zero": quantity == 0,
        "unit price of zero or below": ((price < 0) & refuse) | ((price == 0) & (no_zero and not came)),
        "no amount": amount.isna() & ~said & (paid in lines),
        "amount below zero (a return)": (amount < 0) & (refuse and came),
        "amount of zero": (amount == 0) & (no_zero and came),
    }
