"""Raw rows → rows of a table, and for each row every reason why it can't be used.

Types and limits are the contract's; a row that breaks one is rejected with the reason in words.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbook.tables import schema
from workbook.tables.contract import columns, date_columns, main_time, with_days
from workbook.tables.dataset import RULES
from workbook.tables.importing.cells.flags import WITHDRAWN
from workbook.tables.importing.cells.numbers import decimal_sign
from workbook.tables.importing.judged import Judged, row_hash
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import MADE_UP
from workbook.tables.importing.readers.dictionary_encoding import decoded
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.read_columns import counted_on, read_cells

ALLOWED = {"number": "a number", "integer": "a whole number", "boolean": "yes or no"}
Mapped = dict[str, pd.Series]  # our columns, as the file writes them


def judge_records(
    raw: Raw, found: Sequence[Found], table: str, options: FileOptions, today: pd.Timestamp
) -> tuple[Judged, list[str], list[str]]:
    """Read the mapped columns of a raw frame, say of each row what is wrong with it, what was assumed, and what is odd.

    A number or a yes or no that nobody needs and that can't be read is left out; for any other, its row is.

    Parameters
    ----------
    raw : rows as they came
    found : which column is which
    table : under whose contract they come
    options : how numbers and dates are written, where it was told
    today : a row whose time is after this day is an error of the file
    """
    about = columns(schema.CONTRACTS[table]).set_index("column")
    texts = decoded(pa.table({f.column: cells_of(raw.texts, f) for f in found}))
    cells = {name: texts[name] for name in texts}
    decimal = options.decimal or decimal_sign(
        [c for n, c in cells.items() if about.loc[n, "type"] == "number"]
    )
    kind = about["type"]
    read = {
        n: read_cells(n, c, str(kind[n]), decimal, options.date_format, raw.typed) for n, c in cells.items()
    }
    time = main_time(schema.CONTRACTS[table])
    read |= {
        n: counted_on(r, cells[n], read[time].values, time)
        for n, r in read.items()
        if kind[n] == "datetime" and time in read and n != time
    }
    lines = pd.DataFrame({n: r.values for n, r in read.items()}, index=raw.cells.index)
    lines, cut = to_days(lines, table)
    lines, made = made_up(lines, raw, table, about)
    lines, meant = as_meant(lines, cells)
    spare = [n for n in read if about.loc[n, "empty"] and kind[n] in ALLOWED]
    reasons = {
        **{f"no {n}": lines[n].isna() & ~read[n].garbled for n in cells if not about.loc[n, "empty"]},
        **{f"{n} can't be read": r.garbled for n, r in read.items() if n not in spare},
        **out_of_time(lines, time, today),
        **out_of_range(lines, table),
    }
    fine = pd.Series(raw.trouble == "")
    flags = pd.DataFrame(reasons, index=lines.index).fillna(False).astype(bool).where(fine, False)
    for trouble in raw.trouble[~fine].unique():
        flags.insert(0, trouble, raw.trouble == trouble)
    notes = [f"{n}: {note}" for n, r in read.items() for note in r.notes]
    doubts = [
        unreadable(n, cells[n], r.garbled, kind[n], n in spare) for n, r in read.items() if r.garbled.any()
    ]
    if len(zones := sorted({zone for r in read.values() for zone in r.zones})) > 1:
        doubts.append(
            f"times carry different zones ({', '.join(zones)}): each is kept as its own clock shows it, so that what lies "
            "between two of them may be hours off; bring them to one zone first"
        )
    doubts += backwards(lines, time, table)
    nothing = pd.Series(False, index=lines.index)
    return Judged(lines, row_hash(raw.texts), flags, nothing), notes + cut + meant + made, doubts


def to_days(lines: pd.DataFrame, table: str) -> tuple[pd.DataFrame, list[str]]:
    """Columns that mean a day without their time of day, and how many had one."""
    contract = schema.CONTRACTS[table]
    days = with_days(lines, contract)
    cut = {
        n: int((lines[n] != days[n])[lines[n].notna()].sum()) for n in date_columns(contract) if n in lines
    }
    return days, [
        f"{n}: {count:,} times of day are left out; it is a day" for n, count in cut.items() if count
    ]


def backwards(lines: pd.DataFrame, time: str, table: str) -> list[str]:
    """Ends that lie before their beginning, which no wait can be made of; a customer's days have no such order."""
    if time not in lines or table == "customers":
        return []
    early = {n: int((lines[n] < lines[time]).sum()) for n in lines.select_dtypes("datetime") if n != time}
    return [f"rows whose {n} lies before their {time}: {count:,}" for n, count in early.items() if count]


def unreadable(name: str, cells: pd.Series, garbled: pd.Series, kind: str, spare: bool) -> str:
    """What of a column can't be read, with examples, and what became of it."""
    few = ", ".join(repr(text) for text in cells[garbled].drop_duplicates().head(3))
    allowed = ALLOWED.get(kind, "a date and time")
    so = f"left empty there; --map {name}= leaves the column out" if spare else "rejected"
    many = "one row has" if garbled.sum() == 1 else f"{int(garbled.sum()):,} rows have"
    return f"{name} should be {allowed}, and {many} something else ({few}): {so}"


def as_meant(lines: pd.DataFrame, cells: Mapped) -> tuple[pd.DataFrame, list[str]]:
    """What is clear from another column: who ordered nothing brought nothing; what was withdrawn had been granted."""
    notes = []
    if {"ordered", "revenue"} <= set(cells) and lines["revenue"].notna().any():
        nothing = (lines["ordered"] == 0) & (cells["revenue"].str.strip() == "")
        if nothing.any():
            lines = lines.assign(revenue=lines["revenue"].mask(nothing, 0.0))
            notes.append(
                f"revenue: {int(nothing.sum()):,} blanks of those who ordered nothing are taken as 0"
            )
    if {"granted", "withdrawn_at"} <= set(cells):
        word = cells["granted"].str.strip().str.casefold()
        once = word.isin(WITHDRAWN) & lines["withdrawn_at"].notna()
        if once.any():
            lines = lines.assign(granted=lines["granted"].mask(once, True))
            notes.append(f"granted: {int(once.sum()):,} that were withdrawn later had been granted")
    return lines, notes


def made_up(lines: pd.DataFrame, raw: Raw, table: str, about: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Add the key, the customer, the experiment's name where the file has none, and say so."""
    notes, stem = [], Path(raw.file).stem
    must = about.index[about["required"]]
    number = f"{stem}-" + raw.row.astype("str")
    for name in (n for n in must if n not in lines):
        lines = lines.assign(
            **{name: pd.Series(stem, index=lines.index) if name == "experiment" else number.array}
        )
        notes.append(MADE_UP.get(name, f"no {name}: rows are numbered"))
    return lines, notes


def out_of_time(lines: pd.DataFrame, time: str, today: pd.Timestamp) -> dict[str, pd.Series]:
    """Rows of the future."""
    if time not in lines:
        return {}
    return {f"{time} in the future": lines[time] >= today.normalize() + pd.Timedelta(days=1)}


def out_of_range(lines: pd.DataFrame, table: str) -> dict[str, pd.Series]:
    """Rows that break a limit of the contract, by limit."""
    contract = schema.CONTRACTS[table].to_schema()
    reasons: dict[str, pd.Series] = {}
    for name in lines:
        there = lines[name].dropna()
        plain = there.astype("float64") if pd.api.types.is_numeric_dtype(there) else there
        for check in contract.columns[name].checks:
            broken = ~check(plain).check_output.astype(bool)
            rule, _, limit = str(check.error).partition("(")
            words = f"{name} {RULES.get(rule, f'breaks {rule}')} ({limit.rstrip(')')})"
            reasons[words] = broken.reindex(lines.index, fill_value=False)
    return reasons
