"""A data set on disk: a folder with a file a table, CSV or Parquet, read when it is needed and written whole."""

import csv
import json
from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.formatting.safe import visible
from workbook.tables import earlier_names, schema
from workbook.tables.dataset import Dataset, check_references, each_valid, period, validate
from workbook.tables.errors import DataError, choose, readable_path
from workbook.tables.package import datapackage
from workbook.tables.replacing import FORMATS, PACKAGE, whole_folder

Contracts = Mapping[str, type[schema.Table]]
Shapes = dict[str, tuple[list[str], int]]  # table → its columns, and how many rows it has


class Tables(Mapping[str, pd.DataFrame]):
    """The tables of a folder, each read and validated when it is first asked for, and those that it refers to.

    Parameters
    ----------
    folder : where ``<table>.csv``, or ``<table>.parquet``, a file or a folder of parts, are looked for
    contracts : of the tables
    beside : tables that these may refer to
    """

    def __init__(
        self, folder: Path, contracts: Contracts, beside: Mapping[str, pd.DataFrame] | None = None
    ) -> None:
        self.contracts, self.beside = contracts, beside or {}
        found = {name: earlier_names.files_of(folder, name, FORMATS) for name in contracts}
        self.paths = {name: only(paths) for name, paths in found.items() if paths}
        self.notes = [note for name, paths in found.items() for note in earlier_names.said_of(name, paths)]
        self.valid: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.valid:
            raw = {name: self.read(name)}
            self.valid |= each_valid(raw, self.contracts)
            try:
                check_references({name: self.valid[name]}, ChainMap(self.beside, self), self.contracts)  # type: ignore[arg-type]
            except DataError:
                del self.valid[name]
                raise
        return self.valid[name]

    def __contains__(self, name: object) -> bool:
        return name in self.paths

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def all(self) -> "Tables":
        """Read and validate all of them at once, so that an error names what is wrong with any."""
        raw = {name: self.read(name) for name in self.paths}
        self.valid = validate(raw, self.contracts, self.beside)
        return self

    def take(self, others: "Tables") -> None:
        """Take valid tables over; what is written into one of them is not written into the other."""
        self.valid = {name: frame.copy(deep=False) for name, frame in others.valid.items()}
        self.notes = list(others.notes)

    def read(self, name: str) -> pd.DataFrame:
        """Read a table, and note which of its columns go by earlier names."""
        frame, contract = read_table(self.paths[name], self.contracts[name]), self.contracts[name]
        renamed = earlier_names.renamed(frame, schema.columns(contract)["column"])
        self.notes += [
            f"{self.paths[name].name}: {old} is read as {now}, its present name."
            for old, now in renamed.items()
        ]
        return frame.rename(columns=renamed)


def only(paths: Sequence[Path]) -> Path:
    """The last of a table's files, which is to be read, unless there is another one of the same name."""
    path = paths[-1]
    if len({p for p in paths if p.stem == path.stem}) > 1:
        both = " and ".join(p.name for p in paths if p.stem == path.stem)
        raise DataError(
            f"{str(path.parent)!r} holds {both}, of which only one can be meant; move the other away."
        )
    parts = sorted(path.iterdir()) if path.suffix == ".parquet" and path.is_dir() else [path]
    for part in parts:
        readable_path(part)
    return path


def open_folder(folder: Path) -> Dataset:
    """Open a folder of tables, each of which is read and validated when it is first used.

    Raises
    ------
    DataError
        if the folder isn't a data set; when a table is used, if it breaks its contract.
    """
    return described(folder, *tables_of(folder))


def load_folder(folder: Path) -> Dataset:
    """Load and validate a folder of tables (CSV or Parquet, ``datapackage.json`` if there is one).

    Raises
    ------
    DataError
        if the folder isn't a data set or a table breaks its contract.
    """
    tables, truth = tables_of(folder)
    return described(folder, tables.all(), truth.all())


def tables_of(folder: Path) -> tuple[Tables, Tables]:
    """The tables of a folder, and its truth, none of them read yet but for those that are kept."""
    if not folder.is_dir():
        raise DataError(f"A data set is a folder; {str(folder)!r} is none.")
    tables = Tables(folder, schema.CONTRACTS)
    truth = Tables(folder / "truth", schema.TRUTH, tables)
    if (there := kept.get(folder.resolve())) and there.seen == stamped(folder, tables, truth):
        tables.take(there.tables)
        truth.take(there.truth)
    return tables, truth


@dataclass(frozen=True)
class Kept:
    """Tables of a folder that were read, and what its files looked like then."""

    seen: tuple[Any, ...]
    tables: Tables
    truth: Tables


kept: dict[Path, Kept] = {}
LARGEST_KEPT = 500_000_000  # bytes of files; of larger data each process reads what it needs


def keep(folder: Path) -> None:
    """Read and validate a data set now, for this process and those that are forked from it, as long as its files don't change.

    Raises
    ------
    DataError
        if the folder isn't a data set or a table breaks its contract.
    """
    tables, truth = tables_of(folder)
    seen = stamped(folder, tables, truth)
    if sum(size for _, size, *_ in seen) <= LARGEST_KEPT:
        kept[folder.resolve()] = Kept(seen, tables.all(), truth.all())


def stamp(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """What changes when a data set's files do: name, size, time and number of each file, without reading any."""
    return stamped(folder, *tables_of(folder))


def stamped(folder: Path, tables: Tables, truth: Tables) -> tuple[tuple[str, int, int, int], ...]:
    """The same of tables that are found already."""
    paths = [folder / PACKAGE, *tables.paths.values(), *truth.paths.values()]
    files = [f for p in paths for f in (sorted(p.iterdir()) if p.is_dir() else [p]) if f.exists()]
    known = [(str(f.relative_to(folder)), f.stat()) for f in files]
    return tuple((name, s.st_size, s.st_mtime_ns, s.st_ino) for name, s in known)


def described(folder: Path, tables: Tables, truth: Tables) -> Dataset:
    """Tables with what datapackage.json says of them as a whole, or they themselves where it doesn't."""
    if all(frame.empty for frame in tables.values()):
        raise DataError(
            f"{str(folder)!r} isn't a data set: it needs at least one table with a row, such as orders.csv or "
            f"tickets.parquet; it holds {', '.join(sorted(p.name for p in folder.iterdir())[:6]) or 'nothing'}."
        )
    about = read_about(folder)
    start, end = (about["start"], about["end"]) if {"start", "end"} <= set(about) else period(tables)
    return Dataset(
        name=visible(about.get("name", folder.name)),
        tables=tables,
        start=about.get("start", start),
        end=about.get("end", end),
        currency=visible(about.get("currency", "")),
        truth=truth or None,
        facts=about.get("facts", {}),
        notes=(*tables.notes, *truth.notes),
    )


def read_about(folder: Path) -> dict[str, Any]:
    """The ``workbook`` part of datapackage.json, empty where there is none."""
    path = readable_path(folder / PACKAGE)
    if not path.exists():
        return {}
    try:
        about = checked_about(read_json(path))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise DataError(f"{path.name} of {str(folder)!r} can't be used: {str(error).rstrip('.')}.") from None
    facts = about.get("facts", {})
    if "imports" in facts:
        facts = facts | {"imports": earlier_names.by_present_name(facts["imports"])}
    return about | {"facts": facts}


def read_json(path: Path) -> Any:
    """A JSON file of a size that can be meant, with no number that is none.

    Raises
    ------
    ValueError
        if it is none.
    """
    if path.stat().st_size > LARGEST_PACKAGE:
        raise ValueError(f"it has more than {LARGEST_PACKAGE:,} bytes")
    return json.loads(path.read_text(encoding="utf-8"), parse_constant=no_number)


def no_number(text: str) -> Any:
    """Refuse NaN and Infinity, which Python's reader would take."""
    raise ValueError(f"{text} is no number")


def checked_about(package: Any) -> dict[str, Any]:
    """The ``workbook`` part of a package, each entry of the type that it should have, and days as such.

    Raises
    ------
    ValueError
        naming the entry, what it should be, and what came.
    """
    about = of_type("the whole", package, dict).get("workbook", {})
    for name, kind in ABOUT.items():
        if name in of_type("workbook", about, dict):
            of_type(f"workbook.{name}", about[name], kind)
    for table, account in of_type(
        "workbook.facts.imports", about.get("facts", {}).get("imports", {}), dict
    ).items():
        of_type(f"workbook.facts.imports.{table}", account, dict)
    days = {name: pd.Timestamp(about[name]).as_unit("ns") for name in ("start", "end") if name in about}
    if any(day is pd.NaT or day.tzinfo for day in days.values()) or list(days.values()) != sorted(
        days.values()
    ):
        raise ValueError(
            f"workbook.start and workbook.end must be days, one after the other; got {about['start']} and {about['end']}"
        )
    return about | {name: day.normalize() for name, day in days.items()}


def of_type(what: str, value: Any, kind: type) -> Any:
    """A value, if it is of a type."""
    if not isinstance(value, kind):
        raise ValueError(f"{what} must be {KINDS[kind]}; got {str(value)[:60]!r}")
    return value


LARGEST_PACKAGE = 20_000_000  # bytes; one that the workbook writes has some ten thousand
KINDS = {dict: "an object", str: "a text", bool: "true or false"}
ABOUT = {"name": str, "start": str, "end": str, "currency": str, "synthetic": bool, "facts": dict}


def read_table(
    path: Path, contract: type[schema.Table], columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Read one file of a table, or just some of its columns; types are the contract's."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path, columns=columns)
        kinds = schema.columns(contract).set_index("column")["type"]
        header = pd.read_csv(path, nrows=0, usecols=columns).columns
        # Only text is fixed here: numbers and dates that don't parse are the contract's to report.
        kinds = header.to_series().replace(earlier_names.renamed(header, kinds.index)).map(kinds)
        text = {c: "str" for c in header if kinds[c] in ("string", "datetime")}
        times = [c for c in header if kinds[c] == "datetime"]
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""], usecols=columns)
        return frame.assign(**{c: as_times(frame[c]) for c in times})
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} can't be read: {error}.") from None


def as_times(values: pd.Series) -> pd.Series:
    """ISO texts as times; as they are where one isn't a time, so that the contract names it."""
    try:
        return pd.to_datetime(values, format="ISO8601")
    except ValueError:
        return values


def save(data: Dataset, folder: Path, *, format: str = "csv", replace: bool = False) -> None:
    """Write a data set: a file a table, ``truth/`` if there is one, and ``datapackage.json``."""
    with whole_folder(folder, replace=replace) as scratch:
        write(data, scratch, format=format)


def write(data: Dataset, folder: Path, *, format: str = "csv", there: Shapes | None = None) -> None:
    """Write a data set's files into an existing folder; those of the tables ``there`` are there already."""
    if format not in FORMATS:
        raise choose("--format", format, FORMATS)
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(write_table, t, folder / f"{name}.{format}") for name, t in data.tables.items()]
    for job in jobs:
        job.result()
    for name, frame in (data.truth or {}).items():
        (folder / "truth").mkdir(exist_ok=True)
        write_table(frame, folder / "truth" / f"{name}.{format}")
    shapes: Shapes = {n: (list(f.columns), len(f)) for n, f in data.tables.items()} | (there or {})
    shapes = {name: shapes[name] for name in schema.CONTRACTS if name in shapes}
    told = about(data.name, data.start, data.end, data.currency, data.synthetic, data.facts)
    write_about(folder, shapes, format, told)


def about(
    name: str,
    start: pd.Timestamp,
    end: pd.Timestamp,
    currency: str,
    synthetic: bool,
    facts: Mapping[str, Any],
) -> dict[str, Any]:
    """What datapackage.json says of a data set beyond its tables."""
    return {
        "name": name,
        "start": f"{start:%Y-%m-%d}",
        "end": f"{end:%Y-%m-%d}",
        "currency": currency,
        "synthetic": synthetic,
        "facts": dict(facts),
    }


def write_about(folder: Path, shapes: Shapes, format: str, told: dict[str, Any]) -> None:
    """Write datapackage.json: tables with their columns and number of rows, and what is `about` them."""
    package = datapackage(told["name"], shapes, format) | {"workbook": told}
    (folder / PACKAGE).write_text(
        json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def csv_values(values: pd.Series) -> pd.Series:
    """Return values as CSV needs them: no decimals where all are whole, no seconds where all are whole minutes."""
    if pd.api.types.is_float_dtype(values) and (values.dropna() % 1 == 0).all():
        return values if (values.abs() >= 2**53).any() else values.astype("Int64")
    if (
        pd.api.types.is_datetime64_dtype(values)
        and (values.dropna() == values.dropna().dt.floor("min")).all()
    ):
        midnight = (values.dropna() == values.dropna().dt.normalize()).all()
        return values if midnight else values.dt.strftime("%Y-%m-%d %H:%M")
    return values


def write_table(frame: pd.DataFrame, path: Path, *, behind: bool = False) -> None:
    """Write one table, or rows ``behind`` those of a CSV file that is there; CSV has the same bytes on every system."""
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame = frame.assign(**{c: csv_values(frame[c]) for c in frame})
        # A bare carriage return would end the row for a reader unless it is quoted.
        bare = any(frame[c].str.contains("\r", regex=False).any() for c in frame.select_dtypes("str"))
        quoting = csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL
        how = {"mode": "a", "header": False} if behind else {}
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=quoting, **how)


def write_part(frame: pd.DataFrame, path: Path, number: int) -> None:
    """Write a part of a table: Parquet into a folder of parts, CSV behind the parts before it."""
    if path.suffix == ".parquet":
        path.mkdir(exist_ok=True)
        write_table(frame, path / f"part-{number:04d}.parquet")
    else:
        write_table(frame, path, behind=number > 0)
