"""A data set: a folder of tables under contract, loaded and validated once."""

import csv
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.errors
import pyarrow as pa
import pyarrow.compute as pc

from workbook.tables import schema
from workbook.tables.errors import DataError, choose
from workbook.tables.package import datapackage, row_meaning

FORMATS = ("csv", "parquet")


@dataclass(frozen=True)
class Dataset:
    """Tables under contract, with what is known about them as a whole.

    Attributes
    ----------
    name : short name, for titles
    tables : table name → frame, only those that are there
    start, end : first and last day that the data covers
    currency : ISO code of all amounts; empty where it isn't known
    truth : truth-table name → frame on synthetic data, else None
    facts : settings of a synthetic world, or the account of an import
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    start: pd.Timestamp
    end: pd.Timestamp
    currency: str = ""
    truth: Mapping[str, pd.DataFrame] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} {len(frame):,}" for name, frame in self.tables.items())
        return f"Dataset {self.name!r}, {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: {tables}"

    @property
    def synthetic(self) -> bool:
        """Whether the truth behind the data is known."""
        return self.truth is not None

    def __getattr__(self, name: str) -> pd.DataFrame:
        """``data.orders``: the table, see `table`."""
        if name in schema.CONTRACTS:
            return self.table(name)
        raise AttributeError(f"A data set has no {name!r}; its tables are {', '.join(schema.CONTRACTS)}.")

    def table(self, name: str) -> pd.DataFrame:
        """Return one table with every column of its contract; what the data lacks is there, but empty."""
        if name not in schema.CONTRACTS:
            raise choose("A table", name, schema.CONTRACTS)
        blank = schema.empty(schema.CONTRACTS[name])
        if name not in self.tables:
            return blank.copy()
        frame = self.tables[name]
        lacking = {
            column: blank[column].astype(nullable(blank[column].dtype)).reindex(frame.index)
            for column in blank.columns.difference(frame.columns)
        }
        return frame.assign(**lacking)[list(blank.columns)]

    def overview(self) -> pd.DataFrame:
        """One row per table that is there: rows, and what a row is."""
        there = {name: frame for name, frame in self.tables.items() if name in schema.CONTRACTS}
        told = {
            n: (len(f), row_meaning(schema.CONTRACTS[n]).removeprefix("One row per ").rstrip("."))
            for n, f in there.items()
        }
        return pd.DataFrame.from_dict(told, orient="index", columns=["rows", "one row per"]).rename_axis(
            "table"
        )

    def lacks(self, *needs: str) -> list[str]:
        """Those of ``needs`` (``"orders"`` or ``"orders.amount"``) that the data doesn't have."""
        return [need for need in needs if not self._has(*need.split("."))]

    def _has(self, table: str, column: str = "") -> bool:
        if table not in schema.CONTRACTS:
            raise choose("A table", table, schema.CONTRACTS)
        frame = self.tables.get(table)
        return frame is not None and len(frame) > 0 and (not column or frame.get(column, NONE).notna().any())

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hex digits of the content: the same from CSV and from Parquet, in any order of rows."""
        digest = hashlib.sha256()
        for name, frame in sorted(self.tables.items()):
            digest.update(name.encode() + content_hash(frame))
        return digest.hexdigest()[:12]


NONE = pd.Series(dtype=object)
UNKNOWN_DAY = pd.Timestamp("1970-01-02")  # of data that says nothing of when


def nullable(dtype: Any) -> Any:
    """The dtype that holds an all-empty column of ``dtype``."""
    return "Int64" if pd.api.types.is_integer_dtype(dtype) else dtype


def content_hash(frame: pd.DataFrame) -> bytes:
    """Hash of a frame's column names and of its rows as a bag."""
    frame = frame[sorted(frame.columns)]
    rows = pd.util.hash_pandas_object(frame, index=False).sum() if len(frame) else 0
    return f"{list(frame.columns)}{len(frame)}{int(rows)}".encode()


def validate(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, type[schema.Table]],
    beside: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """Bring each frame under its contract, keys and references included.

    Parameters
    ----------
    tables : table name → frame
    contracts : table name → contract
    beside : tables that these may refer to, already validated: the data itself, for truth tables

    Raises
    ------
    DataError
        naming the first broken rules: table, column, rule, number of rows and an example.
    """
    good, broken = {}, []
    for name, frame in tables.items():
        try:
            good[name] = contracts[name].validate(wall_time(frame), lazy=True)
            broken += key_problems(name, good[name], contracts[name])
        except pandera.errors.SchemaErrors as error:
            broken += contract_problems(name, error.failure_cases)
    if not broken:
        others = good | dict(beside or {})
        broken = [
            p for name, frame in good.items() for p in reference_problems(name, frame, others, contracts)
        ]
    if broken:
        more = f" (and {len(broken) - 5} more problems)" if len(broken) > 5 else ""
        raise DataError("; ".join(broken[:5]) + more + ".")
    return good


def wall_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Times as the clock showed them: a zone is dropped."""
    zoned = frame.select_dtypes("datetimetz")
    return frame.assign(**{c: zoned[c].dt.tz_localize(None) for c in zoned})


RULES = {
    "coerce_dtype": "can't be read as its type",
    "not_nullable": "is empty",
    "field_uniqueness": "isn't unique",
    "greater_than_or_equal_to": "is below the least allowed",
    "greater_than": "isn't above the least allowed",
    "less_than_or_equal_to": "is above the most allowed",
    "isin": "isn't among the allowed values",
}


def contract_problems(table: str, cases: pd.DataFrame) -> list[str]:
    """Pandera's failure cases, a sentence for each column and rule."""
    rule = cases["check"].str.partition("(")[0]
    # What can't be read breaks other rules too; only the cause is said.
    unread = cases.loc[rule == "coerce_dtype", "column"]
    cases = cases[(rule == "coerce_dtype") | ~cases["column"].isin(unread)]
    say = []
    for (column, check), rows in cases.groupby(["column", "check"], sort=False, dropna=False):
        example = rows["failure_case"].iloc[0]
        example = example.item() if hasattr(example, "item") else example
        name, _, limit = check.partition("(")
        if name == "column_in_schema":
            say += [f"{table}: column {name!r} is not in the contract" for name in rows["failure_case"]]
        elif name == "column_in_dataframe":
            say += [f"{table}: the column {name!r} is missing" for name in rows["failure_case"]]
        else:
            allowed = f" ({limit.rstrip(')')})" if limit and name != "coerce_dtype" else ""
            such = "" if pd.isna(example) else f", such as {example!r}"
            say.append(
                f"{table}.{column}: {len(rows)} values {RULES.get(name, f'break {name}')}{allowed}{such}"
            )
    return say


def key_problems(table: str, frame: pd.DataFrame, contract: type[schema.Table]) -> list[str]:
    """Say where the key is not unique."""
    key = schema.key(contract)
    twice = frame.duplicated(key).sum() if set(key) <= set(frame.columns) else 0
    return [f"{table}: {twice} rows repeat the key ({', '.join(key)})"] if twice else []


def reference_problems(
    table: str,
    frame: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, type[schema.Table]],
) -> list[str]:
    """Say which column names rows that another table, where it is there, doesn't have."""
    say = []
    refers = schema.columns(contracts[table]).query("refers != ''")
    for column, target in zip(refers["column"], refers["refers"], strict=True):
        other, their = target.split(".")
        if other not in others or column not in frame or others[other] is frame:
            continue
        values = frame[column].dropna()
        # Several times as fast as isin on text.
        there = pc.is_in(pa.array(values), value_set=pa.array(others[other][their]))
        lost = values[~there.to_numpy(zero_copy_only=False)]
        if len(lost):
            say.append(f"{table}.{column}: {len(lost)} rows name no row of {other}, such as {lost.iloc[0]!r}")
    return say


def load_folder(folder: Path) -> Dataset:
    """Load and validate a folder of tables (CSV or Parquet, ``datapackage.json`` if there is one).

    Raises
    ------
    DataError
        if the folder isn't a data set or a table breaks its contract.
    """
    if not folder.is_dir():
        raise DataError(f"A data set is a folder; {str(folder)!r} is none.")
    tables = validate(read_tables(folder, schema.CONTRACTS), schema.CONTRACTS)
    if all(frame.empty for frame in tables.values()):
        raise DataError(
            f"{str(folder)!r} isn't a data set: it needs at least one table with a row, such as orders.csv or "
            f"contacts.parquet; it holds {', '.join(sorted(p.name for p in folder.iterdir())[:6]) or 'nothing'}."
        )
    about = read_about(folder)
    truth = read_tables(folder / "truth", schema.TRUTH)
    first, last = period(tables)
    return Dataset(
        name=about.get("name", folder.name),
        tables=tables,
        start=pd.Timestamp(about.get("start", first)),
        end=pd.Timestamp(about.get("end", last)),
        currency=about.get("currency", ""),
        truth=validate(truth, schema.TRUTH, tables) if truth else None,
        facts=about.get("facts", {}),
    )


def period(tables: Mapping[str, pd.DataFrame]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of what some tables hold; orders alone decide where there are any."""
    decide = ["orders"] if len(tables.get("orders", ())) else list(tables)
    time = {name: schema.main_time(schema.CONTRACTS[name]) for name in decide}
    days = [tables[name][time[name]].dropna().dt.normalize() for name in decide if time[name] in tables[name]]
    known = pd.concat(days) if days else pd.Series(dtype="datetime64[us]")
    if known.empty:
        return UNKNOWN_DAY, UNKNOWN_DAY
    return known.min(), known.max()


def read_about(folder: Path) -> dict[str, Any]:
    """The ``workbook`` part of datapackage.json, empty where there is none."""
    path = folder / "datapackage.json"
    if not path.exists():
        return {}
    try:
        about = dict(json.loads(path.read_text(encoding="utf-8")).get("workbook", {}))
        return about | {k: pd.Timestamp(about[k]) for k in ("start", "end") if k in about}
    except (ValueError, TypeError, AttributeError) as error:
        raise DataError(f"{path.name} of {str(folder)!r} isn't readable JSON: {error}.") from None


def read_tables(folder: Path, contracts: Mapping[str, type[schema.Table]]) -> dict[str, pd.DataFrame]:
    """Read each ``<table>.csv`` or ``<table>.parquet`` that the folder has, as the contract types it."""
    found = {
        name: path
        for name in contracts
        for path in (folder / f"{name}.{f}" for f in FORMATS)
        if path.exists()
    }
    return {name: read_table(path, contracts[name]) for name, path in found.items()}


def read_table(path: Path, contract: type[schema.Table]) -> pd.DataFrame:
    """Read one file of a table; types are the contract's."""
    try:
        if path.suffix == ".parquet":
            return pd.read_parquet(path)
        kinds = schema.columns(contract).set_index("column")["type"]
        header = pd.read_csv(path, nrows=0).columns
        # Only text is fixed here: numbers and dates that don't parse are the contract's to report.
        text = {c: "str" for c in header if kinds.get(c) in ("string", "datetime")}
        times = [c for c in header if kinds.get(c) == "datetime"]
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
        return frame.assign(**{c: as_times(frame[c]) for c in times})
    except (ValueError, OSError) as error:
        raise DataError(f"{path.name} can't be read: {error}.") from None


def as_times(values: pd.Series) -> pd.Series:
    """ISO texts as times; as they are where one isn't a time, so that the contract names it."""
    try:
        return pd.to_datetime(values, format="ISO8601")
    except ValueError:
        return values


@contextmanager
def whole_folder(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a scratch folder that becomes ``target`` when all went well, and vanishes when not."""
    if target.exists() and not (target.is_dir() and (replace or not any(target.iterdir()))):
        raise DataError(f"{str(target)!r} exists already; name a new folder, or say --replace.")
    if replace and target.is_dir() and any(target.iterdir()) and not (target / "datapackage.json").exists():
        raise DataError(f"{str(target)!r} isn't a data set, so it is not replaced; name a new folder.")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        folder = str(target.absolute().parent)
        raise DataError(f"{target.name!r} can't be made in {folder!r}: {error.strerror}.") from None
    try:
        yield scratch
        scratch.chmod(0o755)
        if target.exists():
            shutil.rmtree(target)
        scratch.rename(target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def save(data: Dataset, folder: Path, *, format: str = "csv", replace: bool = False) -> None:
    """Write a data set: a file a table, ``truth/`` if there is one, and ``datapackage.json``."""
    with whole_folder(folder, replace=replace) as scratch:
        write(data, scratch, format=format)


def write(data: Dataset, folder: Path, *, format: str = "csv") -> None:
    """Write a data set's files into an existing folder."""
    if format not in FORMATS:
        raise choose("--format", format, FORMATS)
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(write_table, t, folder / f"{name}.{format}") for name, t in data.tables.items()]
    for job in jobs:
        job.result()
    for name, frame in (data.truth or {}).items():
        (folder / "truth").mkdir(exist_ok=True)
        write_table(frame, folder / "truth" / f"{name}.{format}")
    shapes = {name: (list(frame.columns), len(frame)) for name, frame in data.tables.items()}
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


def write_about(
    folder: Path, shapes: Mapping[str, tuple[list[str], int]], format: str, told: dict[str, Any]
) -> None:
    """Write datapackage.json: tables with their columns and number of rows, and what is `about` them."""
    package = datapackage(told["name"], shapes, format) | {"workbook": told}
    (folder / "datapackage.json").write_text(
        json.dumps(package, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n"
    )


def brief(values: pd.Series) -> pd.Series:
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


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write one table; CSV has the same bytes on every system."""
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame = frame.assign(**{c: brief(frame[c]) for c in frame})
        # A bare carriage return would end the row for a reader unless it is quoted.
        bare = any(frame[c].str.contains("\r", regex=False).any() for c in frame.select_dtypes("str"))
        quoting = csv.QUOTE_NONNUMERIC if bare else csv.QUOTE_MINIMAL
        frame.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=quoting)
