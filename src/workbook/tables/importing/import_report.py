"""The account of an import: where every row went, what was assumed, what the data can't answer."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import pandas as pd

from workbook.tables.contract import key, main_time
from workbook.tables.dataset import Dataset
from workbook.tables.importing.cells.habits import Habits
from workbook.tables.importing.import_warnings import (
    Column,
    answers_to_surveys,
    collective_customers,
    repeats,
    telling_columns,
    unused,
)
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.mapping import Mapping as Columns
from workbook.tables.importing.mapping.targets import MADE_UP
from workbook.tables.importing.readers.raw_table import seen_in_words
from workbook.tables.importing.tally import Source, Tally
from workbook.tables.schema import CONTRACTS

STRANGERS = MADE_UP["customer_id"]
NOBODY = pd.Series(dtype="str")
SAME = 3  # orders of several lines, each of which may cost the same by chance
MANY = 0.2  # of all rows; more that are rejected are hardly slips
WITHOUT = {
    "amount": "anything in money: spend, value tiers, lifetime value",
    "product_id": "what was bought: baskets, categories, recommendations",
    "store_id": "comparisons of stores",
    "channel": "comparisons of sales channels",
    "acquisition_channel": "lifetime value against cost by acquisition channel",
}


def make_account(
    tally: Tally,
    told: Mapping[str, Any],
    found: Sequence[Sequence[Found]],
    ways: Sequence[Habits],
    mapping: Columns,
    counts: Mapping[str, int],
    data: Dataset,
    sales: Column,
    conflicts: Mapping[str, int],
    odd: Sequence[str],
) -> dict[str, Any]:
    """Put everything about an import into one dictionary that JSON can hold.

    Parameters
    ----------
    tally : where all rows went
    told : the `basics`
    found, ways : which column is which, and how numbers and dates are written, of each file
    counts : those of `lines.line_counts`
    data : what came of it, if need be without orders and order_lines
    sales : see `odd_sales`
    conflicts : what rows disagree on → how often
    odd : from `odd_sales`
    """
    at, amount = (sales("orders", column) for column in ("ordered_at", "amount"))
    alike = same_amounts(counts)
    repeated = told["duplicates"]["read"] >= counts["orders of several lines"]  # and that is told
    dates = [{"dates": way.date_format or way.dates.words, "decimal": way.decimal} for way in ways]
    return {
        **told,
        "files": [file | date for file, date in zip(told["files"], dates, strict=True)],
        "rules": asdict(mapping.rules),
        "rows": {
            "read": tally.read,
            "kept": counts["purchases"],
            "returns": counts["returns"],
            "rejected": tally.read - counts["purchases"] - counts["returns"],
        },
        "conflicts": dict(conflicts),
        "result": {
            "orders": len(at),
            "customers": len(data.tables["customers"]),
            "start": f"{data.start:%Y-%m-%d}",
            "end": f"{data.end:%Y-%m-%d}",
            "amount": None if amount.empty else round(float(amount.sum()), 6),
            "currency": data.currency,
        },
        "notes": [
            *told["notes"],
            *notes(found[0], ways, tally.sources, counts),
            *(alike if repeated else []),
        ],
        "doubts": [
            *mostly_rejected(tally),
            *told["doubts"],
            *([] if repeated else alike),
            *telling_columns(told["unused"], {f.column for one in found for f in one}),
            *odd,
        ],
        "lacks": lacks(data, sales),
    }


def table_account(
    table: str,
    tally: Tally,
    found: Sequence[Sequence[Found]],
    mapping: Columns,
    frame: pd.DataFrame,
    notes: Sequence[str],
    doubts: Sequence[str],
    doubtful: int,
    told_by: Collection[str],
) -> dict[str, Any]:
    """The same for a table that isn't orders; ``doubtful`` rows are kept with a cell left empty, or with odd times; columns that
    only told something of ours are used too.
    """
    told = basics(tally, found, mapping, table)
    told["unused"] = [name for name in told["unused"] if name not in told_by]
    rejected, time = tally.left_out, main_time(CONTRACTS[table])
    return {
        **told,
        "rows": {
            "read": tally.read,
            "kept": tally.read - rejected,
            "rejected": rejected,
            "doubtful": doubtful,
        },
        "conflicts": {},
        "result": {"rows": len(frame), "empty": blanks(frame)},
        "notes": [
            *told["notes"],
            *dict.fromkeys(n for n in notes if n != STRANGERS),
            *(answers_to_surveys(told["unused"]) if table == "tickets" else []),
        ],
        "doubts": [
            *mostly_rejected(tally),
            *told["doubts"],
            *doubts,
            *collective_customers(frame.get("customer_id", NOBODY), {}, table),
            *([f"{STRANGERS}; say --map customer_id=… if one is named"] if STRANGERS in notes else []),
        ],
        "lacks": [f"anything over time (no {time} column)"] if time and time not in frame else [],
    }


def basics(
    tally: Tally, found: Sequence[Sequence[Found]], mapping: Columns, table: str = "orders"
) -> dict[str, Any]:
    """What every account has, once all rows went somewhere: files, columns, reasons, and rows that come twice."""
    rows = tally.twins()
    return {
        "files": [{"name": s.name, "rows": s.rows, **s.facts} for s in tally.sources],
        "mapping": mapping.name or "guessed",
        "columns": [
            {
                "column": f.column,
                "theirs": f.theirs,
                "how": f.how,
                "also": list(f.also),
                "together": list(f.together),
            }
            for f in found[0]
        ],
        "unused": unused(tally.sources, found),
        "reasons": {reason: n for reason, n in tally.reasons.most_common() if n},
        "duplicates": {"read": int(rows["again"].sum()), "kept": int((rows["again"] & rows["kept"]).sum())},
        "notes": [f"{s.name}: {note}" for s in tally.sources for note in seen_in_words(s.seen)],
        "doubts": repeats(rows, tally.sources, [without_name(table, one) for one in found]),
    }


def without_name(table: str, found: Sequence[Found]) -> str:
    """The column that would name a file's rows, and that it lacks; "" if it has it."""
    name = key(CONTRACTS[table])[-1]
    return "" if any(f.column == name for f in found) else name


def same_amounts(counts: Mapping[str, int]) -> list[str]:
    """Say it where the amount of each line may be its order's."""
    if counts["orders of several lines"] < SAME or counts["of different amounts"]:
        return []
    return [
        "every order shows the same amount on each of its lines: if that is the order's total, it is counted once a line; call the "
        "column Order total, and it counts once"
    ]


def mostly_rejected(tally: Tally) -> list[str]:
    """Say it where more rows are rejected than slips would explain."""
    if tally.left_out <= MANY * tally.read:
        return []
    reason, n = tally.reasons.most_common(1)[0]
    return [
        f"{tally.left_out:,} of {tally.read:,} rows ({tally.left_out / tally.read:.0%}) are rejected, most often for: {reason} "
        f"({n:,}); were the right columns taken, and are they read as they are meant?"
    ]


def blanks(frame: pd.DataFrame) -> dict[str, float]:
    """Share of empty values of each column that has some."""
    share = frame.isna().mean()
    return {str(c): round(float(v), 4) for c, v in share.items() if v}


def notes(
    found: Sequence[Found], ways: Sequence[Habits], sources: Sequence[Source], counts: Mapping[str, int]
) -> Iterator[str]:
    """What was assumed, and what looks odd."""
    columns = {f.column for f in found}
    for source, way in zip(sources, ways, strict=True):
        if way.dates.note and not way.dates.unsure:
            yield f"{source.name}: {way.dates.note}"
    if "order_id" not in columns:
        yield "no order id: all that a customer bought on one day is taken as one order"
    elif blank := counts["no order_id"]:
        yield f"rows without an order id: {blank:,}; what the customer bought on that day is taken as one order"
    if "unit_price" in columns and not columns & {"quantity", "amount"}:
        yield "neither quantity nor amount: every row is taken as one piece at its price"
    stand_in = next((c for c in ("product_name", "category") if c in columns), None)
    if "product_id" not in columns and stand_in:
        yield f"no product id: products are told apart by their {stand_in.replace('product_', '')}"
    if zero := counts["amount of zero"]:
        yield f"rows of amount zero: {zero:,}, kept as purchases (zero_amount in a mapping decides)"
    for column in ("customer_id", "order_id"):
        if cut := counts[f"{column} cut off"]:
            yield f"values of {column} such as 1.23E+17: {cut:,}; a spreadsheet has cut their digits off"


def lacks(data: Dataset, sales: Column) -> list[str]:
    """What can't be computed from this data, each with what it would need."""
    say = [f"{what} (no {column} column)" for column, what in WITHOUT.items() if not has(column, data, sales)]
    if "returns" not in data.tables:
        say += [
            'spend net of returns (none taken; with negatives = "returns" in a mapping, lines below zero are)'
        ]
    at = sales("orders", "ordered_at")
    return [*say, "hours of the day (dates without a time)"] if (at == at.dt.normalize()).all() else say


def has(column: str, data: Dataset, sales: Column) -> bool:
    """Whether some table says something in a column."""
    values = [sales("orders", column), *(t[column] for t in data.tables.values() if column in t)]
    return any(bool(v.notna().any()) for v in values)
