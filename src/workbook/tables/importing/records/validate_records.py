"""Raw rows → rows of a table, and for each row every reason why it can't be used.

Types and limits are the contract's. What a table needs costs its row where it can't be read; what it can do without is
left empty there, and is left out as a whole where that would be so in too many rows.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa

from workbook.tables import schema
from workbook.tables.contract import columns, date_columns, key, main_time, type_name, with_days
from workbook.tables.dataset import RULES
from workbook.tables.importing.cells.flags import is_withdrawn
from workbook.tables.importing.cells.levels import LEVELS
from workbook.tables.importing.cells.numbers import decimal_sign
from workbook.tables.importing.judged import Judged, row_hash
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import MADE_UP, plain
from workbook.tables.importing.readers.dictionary_encoding import decoded
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.call_logs import readable, settle_calls
from workbook.tables.importing.records.read_columns import Read, counted_on, read_cells

KINDS = {
    "number": "a number",
    "integer": "a whole number",
    "boolean": "yes or no",
    "datetime": "a date and time",
}
PRIORITY = "priorit|prio$|urgen|优先|紧急"  # in the name of a column whose numbers may count down
FIFTH = 0.2  # of a column's filled cells; with more that can't be read it is hardly the column that was meant
Mapped = dict[str, pd.Series]  # our columns, as the file writes them
Reasons = dict[str, pd.Series]  # reason → the rows that show it


@dataclass(frozen=True)
class Records:
    """The rows of one file, judged.

    Attributes
    ----------
    judged : rows by our columns, and why some can't be used
    cells : the same columns as the file writes them
    doubtful : rows that can be used although a cell of them was left empty, or two of their times contradict each other
    notes : what was assumed
    doubts : what is odd, the worst first
    unread : what can't be read of columns that are needed
    """

    judged: Judged
    cells: Mapped
    doubtful: pd.Series
    notes: list[str]
    doubts: list[str]
    unread: list[str]


def judge_records(
    raw: Raw, found: Sequence[Found], table: str, options: FileOptions, today: pd.Timestamp, stem: str
) -> Records:
    """Read the mapped columns of a raw frame, and say of each row what is wrong with it.

    Parameters
    ----------
    raw : rows as they came
    found : which column is which
    table : under whose contract they come
    options : how numbers and dates are written, where it was told
    today : a row whose time is after this day is an error of the file
    stem : the file's name in the keys of rows that have none
    """
    about = columns(schema.CONTRACTS[table]).set_index("column")
    texts = decoded(pa.table({f.column: cells_of(raw.texts, f) for f in found}))
    cells = {name: texts[name] for name in texts}
    theirs = {f.column: f.theirs for f in found}
    calls = table == "tickets"
    plain_cells, assumed = readable(cells, theirs) if calls else (cells, [])
    read = read_all(plain_cells, theirs, table, about["type"], options, raw.typed)
    lines = pd.DataFrame({n: r.values for n, r in read.items()}, index=raw.cells.index)
    lines, cut = to_days(lines, table)
    lines, made = made_up(lines, raw, about, stem)
    lines, meant = as_meant(lines, cells)
    time = main_time(schema.CONTRACTS[table])
    early = backwards(lines, time, table)
    wrong = {n: {f"{n} can't be read": r.garbled} for n, r in read.items()}
    for name, reasons in out_of_range(lines, table).items():
        wrong[name] = wrong.get(name, {}) | reasons
    spare = [n for n in read if not about.loc[n, "required"] and n not in key(schema.CONTRACTS[table])]
    lines, emptied, odd = spared(lines, {n: wrong[n] for n in spare}, table, cells, theirs)
    needed = [n for n in lines if n not in spare or not about.loc[n, "empty"]]
    reasons = {
        **{f"no {n}": lines[n].isna() & ~read[n].garbled for n in needed if n in read and not about.loc[n, "empty"]},
        **{reason: rows for n in needed for reason, rows in wrong.get(n, {}).items()},
        **out_of_time(lines, time, today),
    }  # fmt: skip
    flags = as_flags(reasons, lines.index, raw)
    if calls:
        free = [n for n in raw.texts.column_names if not any(n in f.columns for f in found)]
        lines, given_up, unclear = settle_calls(lines, cells, theirs, raw.cells[free])
        meant, assumed = meant + given_up, assumed + unclear
    unread = [
        unreadable(table, n, theirs[n], cells[n], read[n].garbled)
        for n in needed
        if n in read and read[n].garbled.any()
    ]
    nothing = pd.Series(False, index=lines.index)
    return Records(
        judged=Judged(lines, row_hash(raw.texts), flags, nothing),
        cells=cells,
        doubtful=(emptied | pd.DataFrame(early).any(axis=1).reindex(lines.index, fill_value=False)),
        notes=[f"{n}: {note}" for n, r in read.items() for note in r.notes] + cut + meant + made,
        doubts=[
            *assumed,
            *odd,
            *(f"{sentence}: rejected" for sentence in unread),
            *zones(read),
            *(
                f"rows whose {n} lies before their {time}: {int(rows.sum()):,}"
                for n, rows in early.items()
                if rows.any()
            ),
            *direction(lines, cells, theirs),
        ],
        unread=unread,
    )


def read_all(
    cells: Mapped, theirs: dict[str, str], table: str, kind: pd.Series, options: FileOptions, typed: bool
) -> dict[str, Read]:
    """Every column by its type; times that are written as how long it took are counted on from the row's own."""
    decimal = options.decimal or decimal_sign([c for n, c in cells.items() if kind[n] == "number"])
    read = {n: read_cells(n, c, str(kind[n]), decimal, options.date_format, typed) for n, c in cells.items()}
    time = main_time(schema.CONTRACTS[table])
    ends = [n for n in read if kind[n] == "datetime" and n != time] if time in read else []
    return read | {
        n: counted_on(read[n], cells[n], theirs[n], decimal, read[time].values, time) for n in ends
    }


def as_flags(reasons: Reasons, index: pd.Index, raw: Raw) -> pd.DataFrame:
    """Reasons as columns; a row that is in trouble as it stands has that reason alone."""
    fine = pd.Series(raw.trouble == "")
    flags = pd.DataFrame(reasons, index=index).fillna(False).astype(bool).where(fine, False)
    for trouble in raw.trouble[~fine].unique():
        flags.insert(0, trouble, raw.trouble == trouble)
    return flags


def spared(
    lines: pd.DataFrame, wrong: dict[str, Reasons], table: str, cells: Mapped, theirs: dict[str, str]
) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Leave what nobody needs empty where it is wrong, or leave the column out where it is wrong too often.

    Parameters
    ----------
    lines : rows by our columns
    wrong : of each column that the table can do without, what is wrong with which rows
    table : whose rows they are
    cells, theirs : the columns as the file writes them, and its names for them

    Returns
    -------
    lines, the rows in which something was left empty, and what should be said
    """
    emptied, away, some = pd.Series(False, index=lines.index), [], []
    for name, reasons in wrong.items():
        bad = pd.DataFrame(reasons, index=lines.index).fillna(False).any(axis=1)
        may_be_empty = schema.CONTRACTS[table].to_schema().columns[name].nullable
        bad = bad if may_be_empty else bad | lines[name].isna()
        filled = int((bad | lines[name].notna()).sum())
        say = unreadable(table, name, theirs[name], cells[name], bad)
        if bad.sum() > max(1, FIFTH * filled):
            lines = lines.drop(columns=name)
            away.append(
                f"{say}, {bad.sum() / filled:.0%} of those that are filled: the column is left out; --map {name}=… names "
                "another one"
            )
        elif bad.any() and may_be_empty:
            lines = lines.assign(**{name: lines[name].mask(bad)})
            emptied |= bad
            some.append(f"{say}: left empty there; --map {name}= leaves the column out")
    return lines, emptied, away + some


def unreadable(table: str, name: str, theirs: str, cells: pd.Series, bad: pd.Series) -> str:
    """What of a column can't be used, with its name in the file, what is allowed, and examples."""
    few = ", ".join(repr(text[:40]) for text in cells[bad].drop_duplicates().head(3))
    many = "one row has" if bad.sum() == 1 else f"{int(bad.sum()):,} rows have"
    where = "" if plain(theirs) == plain(name) else f" (in the file: {theirs})"
    return f"{name}{where} should be {allowed(table, name)}, and {many} something else ({few})"


def allowed(table: str, name: str) -> str:
    """What a column may hold, in words."""
    column = schema.CONTRACTS[table].to_schema().columns[name]
    told = {k: v for check in column.checks for k, v in check.statistics.items()}
    words = KINDS.get(type_name(column.dtype), "one of its values")
    if "allowed_values" in told:
        return f"one of {', '.join(map(str, told['allowed_values']))}"
    low, high = told.get("min_value"), told.get("max_value")
    if low is not None and high is not None:
        return f"{words} from {low} to {high}"
    return f"{words}, {low} or more" if low is not None else words


def zones(read: dict[str, Read]) -> list[str]:
    """Say it where times carry different zones."""
    found = sorted({zone for r in read.values() for zone in r.zones})
    if len(found) < 2:
        return []
    return [
        f"times carry different zones ({', '.join(found)}): each is kept as its own clock shows it, so that what lies "
        "between two of them may be hours off; bring them to one zone first"
    ]


def direction(lines: pd.DataFrame, cells: Mapped, theirs: dict[str, str]) -> list[str]:
    """Say it where numbers of a priority are taken as a severity: many systems count the other way round."""
    name = next((n for n in LEVELS if n in lines and re.search(PRIORITY, plain(theirs.get(n, "")))), "")
    if not name or not cells[name][lines[name].notna()].str.strip().str.fullmatch(r"\d").any():
        return []
    return [
        f"{name} is taken from {theirs[name]} as it stands, where 3 is the most serious; many systems give the most urgent "
        f"the number 1: then put words in their place, such as high and low, or leave it out with --map {name}="
    ]


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


def backwards(lines: pd.DataFrame, time: str, table: str) -> Reasons:
    """Rows whose end lies before their beginning, by the end; a customer's days have no such order."""
    if time not in lines or table == "customers":
        return {}
    return {n: lines[n] < lines[time] for n in lines.select_dtypes("datetime") if n != time}


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
        once = is_withdrawn(cells["granted"]) & lines["withdrawn_at"].notna()
        if once.any():
            lines = lines.assign(granted=lines["granted"].mask(once, True))
            notes.append(f"granted: {int(once.sum()):,} that were withdrawn later had been granted")
    return lines, notes


def made_up(lines: pd.DataFrame, raw: Raw, about: pd.DataFrame, stem: str) -> tuple[pd.DataFrame, list[str]]:
    """Add the key, the customer, the experiment's name where the file has none, and say so."""
    notes = []
    number = f"{stem}-" + raw.row.astype("str")
    for name in (n for n in about.index[about["required"]] if n not in lines):
        values = Path(raw.file).stem if name == "experiment" else number.array
        lines = lines.assign(**{name: pd.Series(values, index=lines.index, dtype="str")})
        notes.append(MADE_UP.get(name, f"no {name}: rows are numbered"))
    return lines, notes


def out_of_time(lines: pd.DataFrame, time: str, today: pd.Timestamp) -> Reasons:
    """Rows of the future."""
    if time not in lines:
        return {}
    return {f"{time} in the future": lines[time] >= today.normalize() + pd.Timedelta(days=1)}


def out_of_range(lines: pd.DataFrame, table: str) -> dict[str, Reasons]:
    """Values that the contract doesn't allow, by column."""
    contract = schema.CONTRACTS[table].to_schema()
    found: dict[str, Reasons] = {}
    for name in lines:
        there = lines[name].dropna()
        plain = there.astype("float64") if pd.api.types.is_numeric_dtype(there) else there
        for check in contract.columns[name].checks:
            broken = ~check(plain).check_output.astype(bool)
            rule, _, limit = str(check.error).partition("(")
            words = f"{name} {RULES.get(rule, f'breaks {rule}')} ({limit.rstrip(')')})"
            found.setdefault(name, {})[words] = broken.reindex(lines.index, fill_value=False)
    return found
