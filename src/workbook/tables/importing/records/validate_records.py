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
from workbook.tables.contract import by_id_alone, columns, key, main_time
from workbook.tables.importing.cells.levels import LEVELS
from workbook.tables.importing.cells.numbers import decimal_sign, unclear_point
from workbook.tables.importing.cells.zones import one_place, several_places
from workbook.tables.importing.judged import Judged, row_hash
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.mapping.targets import MADE_UP, plain_name
from workbook.tables.importing.readers.dictionary_encoding import decoded
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.call_logs import readable, settle_calls
from workbook.tables.importing.records.consent_logs import with_states
from workbook.tables.importing.records.contract_limits import (
    Reasons,
    backwards,
    out_of_range,
    out_of_time,
    to_days,
    unreadable,
)
from workbook.tables.importing.records.read_columns import Read, counted_on, read_cells
from workbook.tables.importing.records.ticket_states import (
    undecided_complaints,
    unused_states,
    with_discarded,
)

PRIORITY = "priorit|prio$|urgen|优先|紧急"  # in the name of a column whose numbers may count down
SCORES = ("nps", "csat", "product", "price", "service", "after_sales", "speed")  # of surveys
FIFTH = 0.2  # of a column's filled cells; with more that can't be read it is hardly the column that was meant
Mapped = dict[str, pd.Series]  # our columns, as the file writes them


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
    told_by : columns of the file that none of ours was read from, and that told something of ours
    """

    judged: Judged
    cells: Mapped
    doubtful: pd.Series
    notes: list[str]
    doubts: list[str]
    unread: list[str]
    told_by: list[str]


BY_FILE = ("experiment", "source")  # what a file without it is called by: its own name


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
    cells, theirs = mapped_cells(raw, found), {f.column: f.theirs for f in found}
    read, assumed = read_all(cells, theirs, table, options, raw.typed)
    lines = pd.DataFrame({n: r.values for n, r in read.items()}, index=raw.cells.index)
    lines, cut = to_days(lines, table)
    lines, made = made_up(lines, raw, table, stem)
    lines, meant = as_meant(lines, cells, table)
    early = backwards(lines, table)
    wrong = wrong_cells(read, lines, table)
    spare = spare_columns(read, table)
    lines, emptied, odd = spared(lines, {n: wrong[n] for n in spare}, table, cells, theirs)
    needed = [n for n in lines if n not in spare or not may_be_empty(n, table)]
    flags = as_flags(reasons_to_reject(lines, read, wrong, needed, table, today), lines.index, raw)
    lines, given_up, unclear, told_by = explained_states(lines, raw, found, cells, table)
    lines, withdrawn = with_states(lines, cells["granted"]) if table == "consents" else (lines, [])
    unread = all_unread(wrong, needed, table, cells, theirs)
    zones = {zone for r in read.values() for zone in r.zones}
    return Records(
        judged=Judged(lines, row_hash(raw.texts), flags, pd.Series(False, index=lines.index)),
        cells=cells,
        doubtful=(emptied | pd.DataFrame(early).any(axis=1).reindex(lines.index, fill_value=False)),
        notes=[f"{n}: {note}" for n, r in read.items() for note in r.notes]
        + [*cut, *meant, *withdrawn, *given_up, *made, *filter(None, [one_place(zones)])],
        doubts=[
            *(f"{n}: {doubt}" for n, r in read.items() for doubt in r.doubts),
            *assumed,
            *unclear,
            *odd,
            *(f"{sentence}: rejected" for sentence in unread),
            *filter(None, [several_places(zones)]),
            *ends_too_early(early, table),
            *direction(lines, cells, theirs),
        ],
        unread=unread,
        told_by=told_by,
    )


def mapped_cells(raw: Raw, found: Sequence[Found]) -> Mapped:
    """Our columns as the file writes them."""
    texts = decoded(pa.table({f.column: cells_of(raw.texts, f) for f in found}))
    return {name: texts[name] for name in texts}


def read_all(
    cells: Mapped, theirs: dict[str, str], table: str, options: FileOptions, typed: bool
) -> tuple[dict[str, Read], list[str]]:
    """Every column by its type, and what was assumed; times written as how long it took count from the row's own."""
    kind = columns(schema.CONTRACTS[table]).set_index("column")["type"]
    cells, assumed = readable(cells, theirs) if table == "tickets" else (cells, [])
    numbers = [c for n, c in cells.items() if kind[n] == "number"]
    decimal = options.decimal or decimal_sign(numbers)
    assumed += [] if options.decimal else filter(None, [unclear_point(numbers)])
    read = {
        n: read_cells(n, c, str(kind[n]), decimal, options.date_format, typed, table)
        for n, c in cells.items()
    }
    time = main_time(schema.CONTRACTS[table])
    ends = [n for n in read if kind[n] == "datetime" and n != time] if time in read else []
    later = {
        n: counted_on(read[n], cells[n], theirs[n], options.decimal, read[time].values, time) for n in ends
    }
    return read | later, assumed


def wrong_cells(read: dict[str, Read], lines: pd.DataFrame, table: str) -> dict[str, Reasons]:
    """Cells that can't be read, or lie outside of what the contract allows, by column."""
    garbled = {n: {f"{n} can't be read": r.garbled} for n, r in read.items()}
    broken = out_of_range(lines, table)
    return {n: garbled.get(n, {}) | broken.get(n, {}) for n in dict.fromkeys([*garbled, *broken])}


def spare_columns(read: dict[str, Read], table: str) -> list[str]:
    """Columns that the table can do without."""
    needed = {*required(table), *key(schema.CONTRACTS[table])}
    return [n for n in read if n not in needed]


def required(table: str) -> list[str]:
    """Columns that the table must have."""
    about = columns(schema.CONTRACTS[table])
    return about.loc[about["required"], "column"].tolist()


def may_be_empty(name: str, table: str) -> bool:
    """Whether a cell of the column may be empty."""
    return bool(schema.CONTRACTS[table].to_schema().columns[name].nullable)


def reasons_to_reject(
    lines: pd.DataFrame,
    read: dict[str, Read],
    wrong: dict[str, Reasons],
    needed: Sequence[str],
    table: str,
    today: pd.Timestamp,
) -> Reasons:
    """What costs a row: a cell that is missing or wrong in a column that is ``needed``, and a time of the future."""
    filled = [n for n in needed if n in read and not may_be_empty(n, table)]
    return {
        **{f"no {n}": lines[n].isna() & ~read[n].garbled for n in filled},
        **{reason: rows for n in needed for reason, rows in wrong.get(n, {}).items()},
        **out_of_time(lines, table, today),
    }


def explained_states(
    lines: pd.DataFrame, raw: Raw, found: Sequence[Found], cells: Mapped, table: str
) -> tuple[pd.DataFrame, list[str], list[str], list[str]]:
    """Rows of help desks as their own columns explain them; see `settle_calls` and `ticket_states`."""
    free = raw.cells[[n for n in raw.texts.column_names if not any(n in f.columns for f in found)]]
    if table == "complaints":
        return lines, [], undecided_complaints(lines, free), []
    if table != "tickets":
        return lines, [], [] if by_id_alone(schema.CONTRACTS[table]) else unused_states(free), []
    lines, ended = with_discarded(lines, free)
    lines, notes, odd, told_by = settle_calls(lines, cells, {f.column: f.theirs for f in found}, free)
    return lines, notes, ended + odd, told_by


def all_unread(
    wrong: dict[str, Reasons], needed: Sequence[str], table: str, cells: Mapped, theirs: dict[str, str]
) -> list[str]:
    """What can't be used of columns that are needed."""
    bad = {
        n: pd.DataFrame(wrong[n]).fillna(False).any(axis=1) for n in needed if n in theirs and wrong.get(n)
    }
    return [unreadable(table, n, theirs[n], cells[n], rows) for n, rows in bad.items() if rows.any()]


def ends_too_early(early: Reasons, table: str) -> list[str]:
    """How many rows end before they begin, by the end."""
    time = main_time(schema.CONTRACTS[table])
    many = {name: int(rows.sum()) for name, rows in early.items()}
    return [f"rows whose {name} lies before their {time}: {n:,}" for name, n in many.items() if n]


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
        optional = may_be_empty(name, table)
        bad = bad if optional else bad | lines[name].isna()
        filled = int((bad | lines[name].notna()).sum())
        say = unreadable(table, name, theirs[name], cells[name], bad)
        if bad.sum() > max(1, FIFTH * filled):
            lines = lines.drop(columns=name)
            away.append(
                f"{say}, {bad.sum() / filled:.0%} of those that are filled: the column is left out; --map {name}=… names "
                f"another one, or [values.{name}] in a file for --mapping says what its values are here"
            )
        elif bad.any() and optional:
            lines = lines.assign(**{name: lines[name].mask(bad)})
            emptied |= bad
            some.append(f"{say}: left empty there; --map {name}= leaves the column out")
    return lines, emptied, away + some


def direction(lines: pd.DataFrame, cells: Mapped, theirs: dict[str, str]) -> list[str]:
    """Say it where numbers of a priority are taken as a severity: many systems count the other way round."""
    name = next((n for n in LEVELS if n in lines and re.search(PRIORITY, plain_name(theirs.get(n, "")))), "")
    if not name or not cells[name][lines[name].notna()].str.strip().str.fullmatch(r"\d").any():
        return []
    return [
        f"{name} is taken from {theirs[name]} as it stands, where 3 is the most serious; many systems give the most urgent "
        f"the number 1: then put words in their place, such as high and low, or leave it out with --map {name}="
    ]


def as_meant(lines: pd.DataFrame, cells: Mapped, table: str) -> tuple[pd.DataFrame, list[str]]:
    """What is clear from the rest: who ordered nothing brought nothing; refunds that are
    all below zero are written as what was paid.
    """
    notes = []
    for name in ("quantity", "amount") if table == "returns" else ():
        if name in lines and (lines[name].dropna() <= 0).all() and (lines[name] < 0).any():
            lines = lines.assign(**{name: -lines[name]})
            notes.append(
                f"{name}: all are below zero, as what is taken back, and are counted without their sign"
            )
    if {"ordered", "revenue"} <= set(cells) and lines["revenue"].notna().any():
        nothing = (lines["ordered"] == 0) & (cells["revenue"].str.strip() == "")
        if nothing.any():
            lines = lines.assign(revenue=lines["revenue"].mask(nothing, 0.0))
            notes.append(
                f"revenue: {int(nothing.sum()):,} blanks of those who ordered nothing are taken as 0"
            )
    if "ordered" in cells and (lines["ordered"].dropna() == 1).all():
        blank = cells["ordered"].str.strip() == ""
        if blank.any():
            lines = lines.assign(ordered=lines["ordered"].mask(blank, 0))
            notes.append(
                f"ordered: {int(blank.sum()):,} blanks are taken as 0, since all that is written is a yes"
            )
    scores = [n for n in SCORES if n in lines] if table == "surveys" and "answered_at" not in cells else []
    if scores and "sent_at" in lines:
        lines = lines.assign(answered_at=lines["sent_at"].where(lines[scores].notna().any(axis=1)))
        notes.append("answered_at: no column for it, so what has a score was answered when it was sent")
    return lines, notes


def made_up(lines: pd.DataFrame, raw: Raw, table: str, stem: str) -> tuple[pd.DataFrame, list[str]]:
    """Add the key, the customer, the name of the experiment or the system where the file has none, and say so."""
    notes = []
    number = f"{stem}-" + raw.row.astype("str")
    for name in (n for n in required(table) if n not in lines):
        values = Path(raw.file).stem if name in BY_FILE else number.array
        lines = lines.assign(**{name: pd.Series(values, index=lines.index, dtype="str")})
        notes.append(MADE_UP.get(name, f"no {name}: rows are numbered"))
    return lines, notes
