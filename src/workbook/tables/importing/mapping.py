"""Which of a file's columns is which of ours: guessed from its header, told by ``--map``, or a TOML file."""

import datetime as dt
import re
import tomllib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.tables import schema
from workbook.tables.errors import DataError, choose
from workbook.tables.importing.targets import Target, plain, target


@dataclass(frozen=True)
class FileOptions:
    """How a file is to be read; what is left empty is found out.

    Attributes
    ----------
    format : delimited, whitespace, fixed-width, spreadsheet or parquet
    query : SQL that gives the rows, where the file is a DuckDB database
    separator : one character
    encoding : a Python codec, such as gb18030
    header : whether the first line names the columns
    sheet : name of a spreadsheet's sheet
    date_format : as in strptime, such as %d/%m/%Y
    decimal : "." or ","
    """

    format: str = ""
    query: str = ""
    separator: str = ""
    encoding: str = ""
    header: bool | None = None
    sheet: str = ""
    date_format: str = ""
    decimal: str = ""


@dataclass(frozen=True)
class Rules:
    """What is a purchase.

    Attributes
    ----------
    cancelled : regular expression that the id of a cancelled order matches; empty for none
    negatives : "reject" lines below zero, or take them as "returns"
    zero_amount : "keep" lines of amount zero as purchases, or "reject" them
    """

    cancelled: str = ""
    negatives: str = "reject"
    zero_amount: str = "keep"


@dataclass(frozen=True)
class Mapping:
    """A file's columns by our names, how to read it, and what counts as a purchase; ``table`` is found out if empty."""

    name: str = ""
    table: str = ""
    description: str = ""
    currency: str = ""
    columns: Dict[str, str | int] = field(default_factory=dict)
    file: FileOptions = field(default_factory=FileOptions)
    rules: Rules = field(default_factory=Rules)


@dataclass(frozen=True)
class Found:
    """One of our columns in a file: their name for it, how it was found, and what else would have fitted."""

    column: str
    theirs: str
    how: str
    also: tuple[str, ...] = ()


ALLOWED: Dict[tuple[str, str], tuple[str, ...]] = {
    ("file", "format"): ("", "delimited", "whitespace", "fixed-width", "spreadsheet", "parquet"),
    ("file", "decimal"): ("", ".", ","),
    ("rules", "negatives"): ("reject", "returns"),
    ("rules", "zero_amount"): ("keep", "reject"),
}
SOME_TIME = dt.datetime(2024, 11, 23, tzinfo=dt.UTC)  # its year, month and day can't be taken for each other
LONGEST_NAME = 40  # characters of a column's name in a sentence
TABLE = (dict, "a table of keys")
KINDS = {"header": (bool, "true or false"), "columns": TABLE, "file": TABLE, "rules": TABLE}


def ready_mappings() -> list[str]:
    """Names of the mappings that come with the package."""
    folder = resources.files("workbook.tables.importing") / "mappings"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith(".toml"))


def load_mapping(mapping: str | Path) -> Mapping:
    """Read a ready mapping by its name, or a TOML file.

    Raises
    ------
    DataError
        if there is none, or it holds an unknown key or value.
    """
    if str(mapping) in ready_mappings():
        text = (resources.files("workbook.tables.importing") / "mappings" / f"{mapping}.toml").read_text(
            "utf-8"
        )
    elif Path(mapping).is_file():
        text = Path(mapping).read_text(encoding="utf-8-sig", errors="replace")
    else:
        error = choose("--mapping", str(mapping), [*ready_mappings(), "(a TOML file)"])
        raise DataError(f"{error} Files are looked for in {str(Path(mapping).absolute().parent)!r}.")
    try:
        return from_toml(tomllib.loads(text), Path(mapping).name)
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"The mapping {Path(mapping).name!r} isn't TOML: {error}.") from None


def from_toml(content: Dict[str, Any], where: str) -> Mapping:
    """Turn a TOML file's content into a mapping; anything unknown in it is an error."""
    checked(content, Mapping, where, "")
    file = FileOptions(**checked(content.get("file", {}), FileOptions, where, "file"))
    rules = Rules(**checked(content.get("rules", {}), Rules, where, "rules"))
    columns = content.get("columns", {})
    if table := content.get("table", ""):
        known_table(table, f"{where}: table")
    aims = [target(table)] if table else [target("orders")] if rules != Rules() else []
    for column, theirs in columns.items():
        known_column(column, aims)
        if not isinstance(theirs, str | int) or isinstance(theirs, bool):
            raise DataError(f"{where}: [columns] {column} must be a name or a position; got {theirs!r}.")
    try:
        re.compile(rules.cancelled)
    except re.error as error:
        raise DataError(f"{where}: [rules] cancelled isn't a regular expression: {error}.") from None
    currency = known_currency(content.get("currency", ""), f"{where}: currency")
    known_format(file.date_format, f"{where}: [file] date_format")
    return Mapping(**{"name": where, **content, "currency": currency, "file": file, "rules": rules})


def checked(given: Dict[str, Any], part: type, where: str, section: str) -> Dict[str, Any]:
    """Return a section's keys after holding names, types and values against what is allowed."""
    types = {f.name: f.type for f in fields(part)}
    for name, value in given.items():
        label = f"{where}: [{section}] {name}" if section else f"{where}: {name}"
        if name not in types:
            raise choose(f"{where}: a key of " + (f"[{section}]" if section else "the mapping"), name, types)
        kind, words = KINDS.get(name, (str, "text"))
        if not isinstance(value, kind):
            raise DataError(f"{label} must be {words}; got {value!r}.")
        allowed = ALLOWED.get((section, name))
        if allowed and value not in allowed:
            raise choose(label, str(value), filter(None, allowed))
    return given


def known_currency(code: str, label: str) -> str:
    """Return a currency's code in capitals; refuse what isn't three letters."""
    if not re.fullmatch(r"([A-Za-z]{3})?", code.strip()):
        raise DataError(f"{label} must be an ISO code of three letters, such as CNY; got {code!r}.")
    return code.strip().upper()


def known_format(date_format: str, label: str) -> str:
    """Return a format of dates; refuse one that doesn't give a day of a year."""
    try:
        read = dt.datetime.strptime(SOME_TIME.strftime(date_format), date_format)
    except (ValueError, re.error):
        read = None
    if date_format and (read is None or read.date() != SOME_TIME.date()):
        raise DataError(
            f"{label} must give year, month and day as in strptime, such as %d.%m.%Y; got {date_format!r}."
        )
    return date_format


def known_table(table: str, label: str) -> None:
    """Refuse a table that isn't under contract."""
    if table not in schema.CONTRACTS:
        raise choose(label, table, schema.CONTRACTS)


def known_column(column: str, aims: Sequence[Target] = ()) -> None:
    """Refuse a column that isn't ours: of these targets, or of any."""
    allowed = dict.fromkeys(c for aim in aims or map(target, schema.CONTRACTS) for c in aim.columns)
    if column not in allowed:
        raise choose("A column to map", column, allowed)


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
