"""A data set: tables under contract, validated once."""

import hashlib
from collections import ChainMap
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors

from workbook.formatting.templates import counted
from workbook.tables import schema
from workbook.tables.errors import DataError, choose
from workbook.tables.known_tables import KnownTables
from workbook.tables.matching import is_in
from workbook.tables.package import row_meaning


@dataclass(frozen=True)
class Dataset:
    """Tables under contract, with what is known about them as a whole.

    Attributes
    ----------
    name : short name, for titles
    tables : table name → frame, only those that are there
    start, end : first and last day that the data covers; of a data set `at` a past day that is its end
    currency : ISO code of all amounts; empty where it isn't known
    truth : truth-table name → frame on synthetic data, else None; what is true of the data's end only isn't there, or is
        empty, at a past day
    facts : settings of a synthetic world, or the account of an import
    notes : what was noticed when it was read, as sentences
    """

    name: str
    tables: Mapping[str, pd.DataFrame]
    start: pd.Timestamp
    end: pd.Timestamp
    currency: str = ""
    truth: Mapping[str, pd.DataFrame] | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        tables = ", ".join(f"{name} {len(frame):,}" for name, frame in self.tables.items())
        return f"Dataset {self.name!r}, {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: {tables}"

    @property
    def synthetic(self) -> bool:
        """Whether the truth behind the data is known."""
        return self.truth is not None

    @property
    def today(self) -> pd.Timestamp:
        """The day at whose end the tables are known as they are: midnight at its beginning."""
        return self.end

    def at(self, day: str | pd.Timestamp) -> "Dataset":
        """Return the data as it could be known at the end of a day; a table is cut when it is first used.

        Rows that came later are gone; values that came later are empty: of tickets that were still open, of trials
        that weren't measured yet. Data without any dates stays as it is.

        Raises
        ------
        DataError
            for what is no day, or a day after `today`, as what came then isn't known.
        """
        day = as_day(day)
        if day > self.today:
            raise DataError(
                f"day must not lie after {self.today:%Y-%m-%d}, the data's day; got {day:%Y-%m-%d}."
            )
        if self.end == UNKNOWN_DAY:
            return self
        end = self.tables.end if isinstance(self.tables, KnownTables) else self.end
        known = KnownTables(whole(self.tables), schema.CONTRACTS, day, end)
        true = None if self.truth is None else KnownTables(whole(self.truth), schema.TRUTH, day, end, known)
        return replace(self, tables=known, truth=true, end=day)

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
        what = {n: " ".join(row_meaning(schema.CONTRACTS[n]).split()) for n in there}
        told = {n: (len(f), what[n].removeprefix("One row per ").rstrip(".")) for n, f in there.items()}
        return pd.DataFrame.from_dict(told, orient="index", columns=["rows", "one row per"]).rename_axis(
            "table"
        )

    def lacks(self, *needs: str) -> list[str]:
        """Those of ``needs`` (``"orders"``, ``"orders.amount"``, ``"truth"`` or ``"truth.customers"``) that the data doesn't have,
        the table before its column where it isn't there at all.
        """
        lost = [need for need in needs if not self._has(*need.split("."))]
        tables = {table for table in map(table_of, lost) if not self._has(table)}
        named = ([table_of(need), need] if table_of(need) in tables else [need] for need in lost)
        return list(dict.fromkeys(chain.from_iterable(named)))

    def _has(self, table: str, column: str = "") -> bool:
        if table == "truth":
            known = self.truth or {}
            return len(known.get(column, ())) > 0 if column else self.truth is not None
        if table not in schema.CONTRACTS:
            raise choose("A table", table, schema.CONTRACTS)
        frame = self.tables.get(table)
        return frame is not None and len(frame) > 0 and (not column or frame.get(column, NONE).notna().any())

    @cached_property
    def fingerprint(self) -> str:
        """Twelve hex digits of the whole content, at any day: the same from CSV and from Parquet, in any order of rows."""
        digest = hashlib.sha256()
        for name, frame in sorted(whole(self.tables).items()):
            digest.update(name.encode() + content_hash(frame))
        return digest.hexdigest()[:12]


def table_of(need: str) -> str:
    """The table of a need such as ``"orders.amount"``."""
    return need.partition(".")[0]


NONE = pd.Series(dtype=object)
UNKNOWN_DAY = pd.Timestamp("1970-01-02")  # of data that says nothing of when


def as_day(day: str | pd.Timestamp) -> pd.Timestamp:
    """Midnight at the beginning of a day."""
    try:
        found = pd.Timestamp(day)
    except (ValueError, TypeError):
        found = pd.NaT
    if found is pd.NaT:
        raise DataError(f"day must be a date such as 2025-06-30; got {day!r}.")
    return found.tz_localize(None).normalize()


def whole(tables: Mapping[str, pd.DataFrame]) -> Mapping[str, pd.DataFrame]:
    """Tables up to the data's end, whatever day they are cut at."""
    return tables.whole if isinstance(tables, KnownTables) else tables


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
    codes: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """Bring each frame under its contract, keys and references included.

    Parameters
    ----------
    tables : table name → frame
    contracts : table name → contract
    beside : tables that these may refer to, already validated: the data itself, for truth tables
    codes : some of these tables again, with a number for each text, the same in all of them; numbers are compared in a
        fraction of the time

    Raises
    ------
    DataError
        naming the first broken rules: table, column, rule, number of rows and an example.
    """
    good = each_valid(tables, contracts, codes)
    check_references(good, ChainMap(dict(beside or {}), good), contracts, codes)
    return good


def each_valid(
    tables: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, type[schema.Table]],
    codes: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, Any]:
    """Bring each frame under its contract, its key included, whatever it refers to."""
    good, broken = {}, []
    for name, frame in tables.items():
        try:
            good[name] = schema.with_days(
                schema.validated(wall_time(frame), contracts[name]), contracts[name]
            )
            broken += key_problems(name, (codes or {}).get(name, good[name]), contracts[name])
        except pandera.errors.SchemaErrors as error:
            broken += contract_problems(name, error.failure_cases)
    complain(broken)
    return good


def check_references(
    tables: Mapping[str, pd.DataFrame],
    others: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, type[schema.Table]],
    codes: Mapping[str, pd.DataFrame] | None = None,
) -> None:
    """See that what some tables refer to is there, in those of ``others`` that are."""
    complain(
        [p for name in tables for p in reference_problems(name, tables[name], others, contracts, codes or {})]
    )


def complain(broken: list[str]) -> None:
    """Raise what is broken, if anything is, as one error that names the first few."""
    if broken:
        more = f" (and {len(broken) - 5} more problems)" if len(broken) > 5 else ""
        raise DataError("; ".join(broken[:5]) + more + ".")


def wall_time(frame: pd.DataFrame) -> pd.DataFrame:
    """Times as the clock showed them: a zone is dropped."""
    zoned = frame.select_dtypes("datetimetz")
    return frame.assign(**{c: zoned[c].dt.tz_localize(None) for c in zoned})


RULES = {
    "coerce_dtype": "can't be read as the column's type",
    "not_nullable": "are empty",
    "field_uniqueness": "aren't unique",
    "greater_than_or_equal_to": "are below the least allowed",
    "greater_than": "aren't above the least allowed",
    "less_than_or_equal_to": "are above the most allowed",
    "isin": "aren't among the allowed values",
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
            broken = counted("{n} values " + RULES.get(name, f"break {name}"), n=len(rows))
            say.append(f"{table}.{column}: {broken}{allowed}{such}")
    return say


def key_problems(table: str, frame: pd.DataFrame, contract: type[schema.Table]) -> list[str]:
    """Say where the key is not unique."""
    key = schema.key(contract)
    twice = 0 if not set(key) <= set(frame.columns) or rising(frame[key]) else frame.duplicated(key).sum()
    return [f"{table}: {counted('{n} rows repeat', n=twice)} the key ({', '.join(key)})"] if twice else []


def rising(numbers: pd.DataFrame) -> bool:
    """Whether each row is seen at once to come after the one before it, so that none can repeat another."""
    if any(not isinstance(kind, np.dtype) or kind.kind != "i" for kind in numbers.dtypes):
        return False
    pairs = max(len(numbers) - 1, 0)
    same, after = np.ones(pairs, dtype=bool), np.zeros(pairs, dtype=bool)
    for column in numbers:
        step = np.diff(numbers[column])
        after |= same & (step > 0)
        same &= step == 0
    return bool(after.all())


def reference_problems(
    table: str,
    frame: pd.DataFrame,
    others: Mapping[str, pd.DataFrame],
    contracts: Mapping[str, type[schema.Table]],
    codes: Mapping[str, pd.DataFrame],
) -> list[str]:
    """Say which column names rows that another table, where it is there, doesn't have.

    A column that may be empty may also name an order, a ticket … from before the data begins: of such a one no row can be
    made of its id alone.
    """
    say = []
    required = schema.required_columns(contracts[table])
    for column, target in schema.references(contracts[table]).items():
        other, their = target.split(".")
        if other not in others or column not in frame or others[other] is frame:
            continue
        if column not in required and not schema.by_id_alone(schema.CONTRACTS[other]):
            continue
        if table in codes and other in codes:
            there = np.isin(codes[table][column], codes[other][their])
        else:
            there = is_in(frame[column], others[other][their])
        lost = frame.loc[~there, column].dropna()
        if len(lost):
            say.append(
                f"{table}.{column}: {counted('{n} rows name', n=len(lost))} no row of {other}, such as {lost.iloc[0]!r}"
            )
    return say


def period(tables: Mapping[str, pd.DataFrame]) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of what some tables hold; orders alone decide where there are any."""
    decide = ["orders"] if len(tables.get("orders", ())) else list(tables)
    time = {name: schema.main_time(schema.CONTRACTS[name]) for name in decide}
    days = [tables[name][time[name]].dropna().dt.normalize() for name in decide if time[name] in tables[name]]
    known = pd.concat(days) if days else pd.Series(dtype="datetime64[us]")
    if known.empty:
        return UNKNOWN_DAY, UNKNOWN_DAY
    return known.min(), known.max()
