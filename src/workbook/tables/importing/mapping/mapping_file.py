"""Mappings from TOML files: ready ones, and a user's own."""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any

from workbook.tables import earlier_names, schema
from workbook.tables.errors import DataError, choose
from workbook.tables.importing.mapping.mapping import Mapping, Rules
from workbook.tables.importing.mapping.targets import Target, target
from workbook.tables.importing.readers.options import FileOptions

READY = resources.files("workbook.tables.importing.mapping") / "ready"
ALLOWED: Dict[tuple[str, str], tuple[str, ...]] = {
    ("file", "format"): (
        "",
        "delimited",
        "whitespace",
        "fixed-width",
        "spreadsheet",
        "markup",
        "json",
        "parquet",
        "arrow",
    ),
    ("file", "decimal"): ("", ".", ","),
    ("rules", "negatives"): ("reject", "returns"),
    ("rules", "zero_amount"): ("keep", "reject"),
}
SOME_TIME = dt.datetime(2024, 11, 23, tzinfo=dt.UTC)  # its year, month and day can't be taken for each other
TABLE = (dict, "a table of keys")
KINDS = {
    "header": (bool, "true or false"),
    "columns": TABLE,
    "set": TABLE,
    "values": TABLE,
    "file": TABLE,
    "rules": TABLE,
    "rates": TABLE,
}


def ready_mappings() -> list[str]:
    """Names of the mappings that come with the package."""
    return sorted(f.name.removesuffix(".toml") for f in READY.iterdir() if f.name.endswith(".toml"))


def load_mapping(mapping: str | Path) -> Mapping:
    """Read a ready mapping by its name, or a TOML file.

    Raises
    ------
    DataError
        if there is none, or it holds an unknown key or value.
    """
    if str(mapping) in ready_mappings():
        text = (READY / f"{mapping}.toml").read_text("utf-8")
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
    checked_section(content, Mapping, where, "")
    file = FileOptions(**checked_section(content.get("file", {}), FileOptions, where, "file"))
    rules = Rules(**checked_section(content.get("rules", {}), Rules, where, "rules"))
    columns = content.get("columns", {})
    if table := content.get("table", ""):
        known_table(table, f"{where}: table")
    aims = [target(table)] if table else [target("orders")] if rules != Rules() else []
    for column, theirs in columns.items():
        known_column(column, aims)
        if not isinstance(theirs, str | int) or isinstance(theirs, bool):
            raise DataError(f"{where}: [columns] {column} must be a name or a position; got {theirs!r}.")
    for column, value in content.get("set", {}).items():
        known_column(column, aims)
        if not isinstance(value, str | int | float):
            raise DataError(f"{where}: [set] {column} must be a text or a number; got {value!r}.")
    content = {**content, "set": {column: str(value) for column, value in content.get("set", {}).items()}}
    values = known_values(content.get("values", {}), aims, f"{where}: [values")
    for rule in ("cancelled", "leave_out"):
        try:
            re.compile(getattr(rules, rule))
        except re.error as error:
            raise DataError(f"{where}: [rules] {rule} isn't a regular expression: {error}.") from None
    currency = known_currency(content.get("currency", ""), f"{where}: currency")
    known_format(file.date_format, f"{where}: [file] date_format")
    rates = known_rates(content.get("rates", {}), f"{where}: [rates]")
    ours = {"currency": currency, "file": file, "rules": rules, "values": values, "rates": rates}
    return Mapping(**{"name": where, **content, **ours})


def checked_section(given: Dict[str, Any], part: type, where: str, section: str) -> Dict[str, Any]:
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


def known_values(values: Dict[str, Any], aims: Sequence[Target], label: str) -> dict[str, dict[str, str]]:
    """Return what stands in the place of their values, by our columns; refuse what is no text or number."""
    for column, pairs in values.items():
        known_column(column, aims)
        if not isinstance(pairs, Dict):
            raise DataError(f"{label}] {column} must be {TABLE[1]}, theirs = ours; got {pairs!r}.")
        for theirs, ours in pairs.items():
            if not isinstance(ours, str | int | float):
                raise DataError(f"{label}.{column}] {theirs} must be a text or a number; got {ours!r}.")
    return {c: {theirs: str(ours) for theirs, ours in pairs.items()} for c, pairs in values.items()}


def known_rates(rates: Dict[str, Any], label: str) -> dict[str, float]:
    """Return rates by code in capitals; refuse what is no rate."""
    for code, rate in rates.items():
        if not isinstance(rate, int | float) or isinstance(rate, bool) or not 0 < rate < float("inf"):
            raise DataError(
                f"{label} {code} must be a number above 0, what one {code} is in the data set's currency; got {rate!r}."
            )
    return {known_currency(code, f"{label} {code}"): float(rate) for code, rate in rates.items()}


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
    if table in earlier_names.TABLES:
        raise DataError(f"{label}: the table {table} is called {earlier_names.TABLES[table]} now.")
    if table not in schema.CONTRACTS:
        raise choose(label, table, schema.CONTRACTS)


def known_column(column: str, aims: Sequence[Target] = ()) -> None:
    """Refuse a column that isn't ours: of these targets, or of any."""
    if column in earlier_names.COLUMNS:
        raise DataError(f"A column to map: {column} is called {earlier_names.COLUMNS[column]} now.")
    allowed = dict.fromkeys(c for aim in aims or map(target, schema.CONTRACTS) for c in aim.columns)
    if column not in allowed:
        raise choose("A column to map", column, allowed)


def to_toml(mapping: Mapping) -> str:
    """A mapping as the file that `load_mapping` reads: what differs from a mapping that says nothing."""
    usual = Mapping()
    plain = {f.name: getattr(mapping, f.name) for f in fields(mapping) if f.name != "name"}
    lines = [f"{key} = {as_toml(v)}" for key, v in plain.items() if isinstance(v, str) and v]
    for key, value in plain.items():
        if isinstance(value, str):
            continue
        told = value if isinstance(value, Dict) else differing(value, getattr(usual, key))
        nested = (
            {f"{key}.{column}": pairs for column, pairs in told.items()} if key == "values" else {key: told}
        )
        for section, pairs in nested.items() if told else ():
            lines += ["", f"[{section}]", *(f"{as_key(name)} = {as_toml(v)}" for name, v in pairs.items())]
    return "\n".join(lines).lstrip("\n") + "\n"


def differing(part: Any, usual: Any) -> dict[str, Any]:
    """Those fields of a part of a mapping that are not as usual."""
    return {f.name: v for f in fields(part) if (v := getattr(part, f.name)) != getattr(usual, f.name)}


def as_key(name: str) -> str:
    """A key as TOML writes it."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else as_toml(name)


def as_toml(value: Any) -> str:
    """A text, a number or a flag as TOML writes it; its texts are those of JSON, but for one character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
