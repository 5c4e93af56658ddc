"""Which of a file's columns is which of ours: guessed from its header, given by ``--map``, or by a mapping."""

import re
from collections.abc import Mapping as Dict
from collections.abc import Sequence

from workbook.tables.errors import DataError, choose
from workbook.tables.importing.mapping.mapping import Found, Mapping
from workbook.tables.importing.mapping.mapping_file import known_column
from workbook.tables.importing.mapping.targets import Target, plain, target

LONGEST_NAME = 40  # characters of a column's name in a sentence


def told(pairs: Sequence[str]) -> dict[str, str]:
    """Read ``column=THEIRS`` pairs; an empty THEIRS leaves the column out.

    Raises
    ------
    DataError
        for a pair without "=" or an unknown column.
    """
    for pair in pairs:
        if "=" not in pair:
            raise DataError(f"--map must be column=THEIRS; got {pair!r}.")
        known_column(pair.partition("=")[0].strip())
    return {p.partition("=")[0].strip(): p.partition("=")[2].strip() for p in pairs}


def find_columns(
    header: Sequence[str],
    named: bool,
    mapping: Mapping,
    pairs: Dict[str, str],
    example: Sequence[str] = (),
    aim: Target | None = None,
) -> list[Found]:
    """Say which of a file's columns is which of ours.

    Parameters
    ----------
    header : the file's columns, in its order
    named : whether the file itself names them; if not, nothing can be guessed
    mapping : where it has columns, nothing is guessed beside them
    pairs : what `told` read; it goes before the mapping and the guesses
    example : the first row, to be shown where the columns have no names
    aim : what the file is taken for; orders if None

    Raises
    ------
    DataError
        if the file lacks a column that was told, or no column is found for a required one.
    """
    aim = aim or target("orders")
    for column in (*mapping.columns, *pairs):
        known_column(column, [aim])
    fixed = {c: (t, "mapping") for c, t in mapping.columns.items()} | {
        c: (t, "told") for c, t in pairs.items()
    }
    found = {c: Found(c, their_column(header, c, t), how) for c, (t, how) in fixed.items() if t != ""}
    if named and not mapping.columns:
        free = [name for name in header if name not in {f.theirs for f in found.values()}]
        found |= guess(free, [c for c in aim.columns if c not in fixed], aim)
    missing = [c for c in aim.required if c not in found]
    if missing:
        raise lacking(header if named else example, named, missing, aim.table)
    return [found[c] for c in aim.columns if c in found]


def guess(free: Sequence[str], wanted: Sequence[str], aim: Target) -> dict[str, Found]:
    """Take the first known spelling of each column that a header has."""
    found: dict[str, Found] = {}
    for column in wanted:
        order: dict[str, int] = {}
        for spelling in aim.spellings[column].split():
            order.setdefault(spelling, len(order))
        taken = {f.theirs for f in found.values()}
        fits = [name for name in free if plain(name) in order and name not in taken]
        if fits:
            first, *also = sorted(fits, key=lambda name: order[plain(name)])
            found[column] = Found(column, first, "guessed", tuple(also))
    return found


def their_column(header: Sequence[str], column: str, theirs: str | int) -> str:
    """Find the column that was told by its name, or by its position from 0 (from the end if negative)."""
    same = [name for name in header if plain(name) == plain(str(theirs))]
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


def lacking(shown: Sequence[str], named: bool, missing: Sequence[str], table: str) -> DataError:
    """Build the error for required columns that were not found; shown are the names or the first row."""
    some = ", ".join(map(shortened, shown[:20])) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")
    say = " ".join(f"--map {c}={'COLUMN' if named else 'POSITION'}" for c in missing)
    what = "its columns are" if named else "it has no header line, and its first row (positions from 0) is"
    other = "" if table != "orders" else ", or --table if it doesn't hold order lines"
    return DataError(f"no column was found for {' and '.join(missing)}; {what} {some}. Say {say}{other}.")


def shortened(name: str) -> str:
    """A name as it can stand in a sentence, whatever is in it."""
    safe = name if name.isprintable() else repr(name)
    return safe if len(safe) <= LONGEST_NAME else safe[: LONGEST_NAME - 1] + "…"
