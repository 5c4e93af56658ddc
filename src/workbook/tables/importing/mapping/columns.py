"""Which of a file's columns is which of ours: guessed from its header, given by ``--map``, or by a mapping."""

import re
from collections.abc import Collection, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns, key, main_time
from workbook.tables.errors import DataError, choose
from workbook.tables.importing.cells.date_order import date_order
from workbook.tables.importing.cells.durations import unit_in
from workbook.tables.importing.cells.flags import yes_or_no
from workbook.tables.importing.cells.ids import says_something
from workbook.tables.importing.cells.times import read_times
from workbook.tables.importing.mapping.joining import day_and_clock, named_together
from workbook.tables.importing.mapping.likely import NUMBERS, unlike
from workbook.tables.importing.mapping.mapping import Found, Mapping
from workbook.tables.importing.mapping.mapping_file import known_column
from workbook.tables.importing.mapping.targets import (
    Target,
    all_targets,
    best_possible,
    is_wait,
    plain_name,
    target,
)

LONGEST_NAME = 40  # characters of a column's name in a sentence
NEARLY_ALL = 0.9  # of a column's filled cells are dates; one of which fewer are is of something else
LONG_NUMBER = r"\d{1,7}|\d{9,}"  # an id, or seconds since 1970: no date that can be told by its look


def parse_pairs(pairs: Sequence[str], option: str = "--map", what: str = "THEIRS") -> dict[str, str]:
    """Read ``column=THEIRS`` pairs; an empty THEIRS leaves the column out.

    Raises
    ------
    DataError
        for a pair without "=" or an unknown column.
    """
    for pair in pairs:
        if "=" not in pair:
            raise DataError(f"{option} must be column={what}; got {pair!r}.")
        known_column(pair.partition("=")[0].strip())
    return {p.partition("=")[0].strip(): p.partition("=")[2].strip() for p in pairs}


def find_columns(
    header: Sequence[str],
    named: bool,
    mapping: Mapping,
    pairs: Dict[str, str],
    sample: pd.DataFrame | None = None,
    aim: Target | None = None,
) -> list[Found]:
    """Say which of a file's columns is which of ours.

    Parameters
    ----------
    header : the file's columns, in its order
    named : whether the file itself names them; if not, nothing can be guessed
    mapping : where it has columns, nothing is guessed beside them
    pairs : what `parse_pairs` read; it goes before the mapping and the guesses
    sample : the first rows: what they hold decides with the names, and is shown if these don't suffice
    aim : what the file is taken for; orders if None

    Raises
    ------
    DataError
        if the file lacks a column that was told, or no column is found for a required one.
    """
    aim = aim or target("orders")
    sample = pd.DataFrame("", range(0), list(header), dtype="str") if sample is None else sample
    for column in (*mapping.columns, *mapping.set, *mapping.values, *pairs):
        known_column(column, [aim])
    fixed = {c: (t, "mapping") for c, t in mapping.columns.items()} | {
        c: (t, "told") for c, t in pairs.items()
    }
    found = {c: told_columns(header, c, t, how) for c, (t, how) in fixed.items() if t != ""}
    found |= {c: Found(c, value, "set") for c, value in mapping.set.items()}
    if named and not mapping.columns:
        taken = {name for f in found.values() for name in f.columns}
        free = [name for name in header if name not in taken]
        found |= guess(free, [c for c in aim.columns if c not in {*fixed, *found}], aim, sample)
    missing = [c for c in aim.required if c not in found]
    if missing:
        raise lacking(named, missing, aim.table, sample)
    meant = {column: tuple(pairs.items()) for column, pairs in mapping.values.items()}
    return [replace(found[c], values=meant.get(c, ())) for c in aim.columns if c in found]


def guess(free: Sequence[str], wanted: Sequence[str], aim: Target, sample: pd.DataFrame) -> dict[str, Found]:
    """Take the first known spelling of each column that a header has; for a time its day and its clock."""
    found: dict[str, Found] = {}
    day = ""
    own = {plain_name(column): column for column in wanted}  # a column's own name is of no other
    for column in wanted:
        order: dict[str, int] = {}
        for spelling in aim.spellings[column].split():
            order.setdefault(spelling, len(order))
        taken = {name for f in found.values() for name in f.columns}
        fits = [n for n in free if plain_name(n) in order and own.get(plain_name(n), column) == column]
        fits = [n for n in fits if n not in taken and not odd(column, n, aim, sample)]
        fits.sort(key=lambda name: order[plain_name(name)])
        fits = moments_first(fits, sample) if column in time_columns(aim.table) else fits
        fits = own_ids_first(fits, sample) if column == row_id(aim.table) else fits
        if not fits:
            continue
        left = [name for name in free if name not in taken]
        timed = column in time_columns(aim.table) and not is_wait(fits[0])
        together = day_and_clock(fits, left, sample, day) if timed else ()
        if together:
            day = together[0]
        theirs = " ".join(together) or fits[0]
        also = tuple(name for name in fits if name not in (together or fits[:1]))
        found[column] = Found(column, theirs, "guessed", also, together)
    found |= unread_numbers(free, [c for c in wanted if c not in found], aim, found)
    taken = {name for f in found.values() for name in f.columns}
    time = row_time(aim.table)
    needed = time in aim.required and time in wanted and time not in found
    if needed and (dates := unnamed_dates(free, sample, taken)):
        found[time] = Found(time, dates, "dates")
    taken = {name for f in found.values() for name in f.columns}
    return {c: replace(f, also=tuple(n for n in f.also if n not in taken)) for c, f in found.items()}


def unread_numbers(
    free: Sequence[str], wanted: Sequence[str], aim: Target, found: Dict[str, Found]
) -> dict[str, Found]:
    """Columns that go by the very name of a number of ours, and hold none: that is said of them later, rather than nothing."""
    taken = {name for f in found.values() for name in f.columns}
    left = {plain_name(name): name for name in free if name not in taken}
    numbers = [c for c in wanted if aim.table == "orders" and c in NUMBERS and plain_name(c) in left]
    return {c: Found(c, left[plain_name(c)], "guessed") for c in numbers}


def odd(column: str, name: str, aim: Target, sample: pd.DataFrame) -> bool:
    """Whether a column's cells speak against what its name says."""
    return aim.table == "orders" and unlike(column, plain_name(name), sample[name])


def moments_first(names: Sequence[str], sample: pd.DataFrame) -> list[str]:
    """Columns that may be a time: those of moments before those of how long it took; "answered: yes" is neither."""
    fits = [n for n in names if is_wait(n) or unit_in(n) is not None or not yes_or_no(sample[n])]
    return sorted(fits, key=lambda name: not holds_moments(sample[name])) if len(fits) > 1 else fits


def row_time(table: str) -> str:
    """The column that says when a row of a table was; "" if none does."""
    return "ordered_at" if table == "orders" else main_time(schema.CONTRACTS[table])


def row_id(table: str) -> str:
    """The column that no two rows of a table share; those of orders are lines, which have none."""
    names = key(schema.CONTRACTS[table])
    return names[0] if table != "orders" and len(names) == 1 else ""


def own_ids_first(names: Sequence[str], sample: pd.DataFrame) -> list[str]:
    """Columns that may be the id of a row: those that differ from row to row before those that don't."""
    return sorted(names, key=lambda name: sample[name][says_something(sample[name])].duplicated().any())


def unnamed_dates(names: Sequence[str], sample: pd.DataFrame, taken: Collection[str] = ()) -> str:
    """The one column of dates that no table knows by its name; "" where there is none, or more than one."""
    new = [
        n for n in names if n not in taken and not any(plain_name(n) in aim.names for aim in all_targets())
    ]
    dated = [n for n in new if looks_like_dates(sample[n])]
    return dated[0] if len(dated) == 1 else ""


def looks_like_dates(cells: pd.Series) -> bool:
    """Whether nearly all filled cells are dates, and no long numbers."""
    filled = cells[says_something(cells)]
    if filled.empty or filled.str.strip().str.fullmatch(LONG_NUMBER).any():
        return False
    return bool(read_times(filled, date_order(filled)).notna().mean() >= NEARLY_ALL)


def holds_moments(cells: pd.Series) -> bool:
    """Whether most filled cells are moments."""
    filled = cells[says_something(cells)]
    return bool(read_times(filled, date_order(filled)).notna().mean() > 0.5)


def time_columns(table: str) -> list[str]:
    """Those columns of a table that are times."""
    about = columns(schema.CONTRACTS[table])
    return about.loc[about["type"] == "datetime", "column"].tolist()


def told_columns(header: Sequence[str], column: str, theirs: str | int, how: str) -> Found:
    """The column, or the columns one behind the other, that were told."""
    together = named_together(header, theirs) if isinstance(theirs, str) and theirs not in header else ()
    if len(together) > 1:
        return Found(column, " ".join(together), how, (), together)
    return Found(column, their_column(header, column, theirs), how)


def their_column(header: Sequence[str], column: str, theirs: str | int) -> str:
    """Find the column that was told by its name, or by its position from 0 (from the end if negative)."""
    same = [name for name in header if plain_name(name) == plain_name(str(theirs))]
    if theirs in header:
        return str(theirs)
    if isinstance(theirs, str) and len(same) == 1:
        return same[0]
    if isinstance(theirs, int) or re.fullmatch(r"-?\d+", theirs):
        if -len(header) <= int(theirs) < len(header):
            return header[int(theirs)]
        raise DataError(
            f"the column for {column} must be from 0 to {len(header) - 1} (or from the end, -1 to -{len(header)}); "
            f"got {theirs}."
        )
    raise choose(f"the column for {column}", theirs, header)


def lacking(named: bool, missing: Sequence[str], table: str, sample: pd.DataFrame) -> DataError:
    """Build the error for required columns that were not found: what there is, each with a value."""
    shown = list(sample)[:20]
    values = {name: next(iter(cells[cells.str.strip() != ""]), "") for name, cells in sample[shown].items()}
    with_value = [shortened(n) + (f" ({shortened(v)!r})" if v else "") for n, v in values.items()]
    some = ", ".join(with_value if named else map(shortened, values.values()))
    some += f" and {len(sample.columns) - 20} more" if len(sample.columns) > 20 else ""
    likely = [shortened(n) if named else str(i) for i, n in enumerate(shown) if looks_like_dates(sample[n])]
    dateless = [c for c in missing if c in time_columns(table) and len(sample) and not likely]
    also = dict.fromkeys(time_columns(table), likely)
    say = " ".join(
        f"--map {c}={next(iter(also.get(c, [])), 'COLUMN' if named else 'POSITION')}"
        for c in missing
        if c not in dateless
    )
    what = "its columns are" if named else "it has no header line, and its first row (positions from 0) is"
    fits = best_possible(list(sample)) if named else ""
    which = f"--table {fits} if that is what it holds" if fits else "--table if it doesn't hold order lines"
    other = f", or {which}" if table == "orders" else ""
    none = (
        f" None of them holds dates, and {table} can't be without {' and '.join(dateless)}."
        if dateless
        else ""
    )
    told = f" Say {say}{other}." if say else other and f" Say {which}."
    return DataError(f"no column was found for {' and '.join(missing)}; {what} {some}.{none}{told}")


def shortened(name: str) -> str:
    """A name as it can stand in a sentence, whatever is in it."""
    safe = name if name.isprintable() else repr(name)
    return safe if len(safe) <= LONGEST_NAME else safe[: LONGEST_NAME - 1] + "…"
