"""The door: a user's files → a data set under contract, new or added to one that is there."""

import dataclasses
import shutil
from collections.abc import Mapping as Dict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset, period, validate
from workbook.tables.errors import DataError, choose
from workbook.tables.folders import load_folder, open_folder, tables_of, write
from workbook.tables.importing.mapping import Mapping, known_format, known_table, load_mapping, told
from workbook.tables.importing.mending import put_back
from workbook.tables.importing.orders import Shelf, import_orders
from workbook.tables.importing.raw import Raw, whole
from workbook.tables.importing.records import import_records, settle_references
from workbook.tables.importing.rows import write_rejected
from workbook.tables.importing.targets import likeliest, target
from workbook.tables.replacing import FORMATS, settled, whole_folder

ENOUGH = 20  # customers, of whom most should be known
NOBODY = pd.Series(dtype="str")


def import_files(
    files: Sequence[Path],
    to: Path,
    *,
    table: str = "",
    mapping: str | Path | None = None,
    pairs: Sequence[str] = (),
    format: str = "parquet",
    add: bool = False,
    replace: bool = False,
    currency: str = "",
    date_format: str = "",
    query: str = "",
    today: pd.Timestamp,
    progress: bool = False,
) -> Dataset:
    """Import one table from files into a new folder, or add it to a data set that is there.

    Parameters
    ----------
    files : CSV, TSV, aligned text, spreadsheet or Parquet; more than one must have the same columns, but for a rejected.csv
        whose rows were mended, which take their places in the files that they are of
    to : folder to be made; its name is the data set's
    mapping : a ready mapping's name or a TOML file; if None, columns are guessed
    table : what the files hold, orders or another table under contract; found out if empty
    pairs : ``column=THEIRS``, which go before the mapping and the guesses
    format : csv or parquet
    add : whether the table is to be added to the data set in ``to``
    replace : whether a data set in ``to`` may be replaced; with ``add`` the table of the same name
    currency : ISO code, in capitals or not; the mapping's if empty
    date_format : as in strptime, such as %d.%m.%Y; the mapping's if empty
    query : SQL that gives the rows of a DuckDB database; the mapping's if empty
    today : rows after this day are rejected
    progress : whether to show how far the reading of orders is

    Returns
    -------
    Dataset
        with the account of each table in ``facts["imports"]``; of more order lines than memory should hold as it is
        on disk, each table to be read when it is used.

    Raises
    ------
    DataError
        if a file can't be read, a required column is missing, or no row is left; nothing is left behind.
    """
    if format not in FORMATS:
        raise choose("--format", format, FORMATS)
    if add:
        tables_of(to)
    to = settled(to)
    if to.exists() and not replace and not add and not (to.is_dir() and not any(to.iterdir())):
        raise DataError(f"{str(to)!r} exists already; name a new folder, say --add, or say --replace.")
    ways = load_mapping(mapping) if mapping else Mapping()
    if table:
        known_table(table, "--table")
    if date_format:
        told_format = known_format(date_format, "--date-format")
        ways = dataclasses.replace(ways, file=dataclasses.replace(ways.file, date_format=told_format))
    if query:
        ways = dataclasses.replace(ways, file=dataclasses.replace(ways.file, query=query))
    pieces = put_back([Path(file) for file in files], ways.file)
    told_pairs = told(pairs)
    name = table or ways.table or taken_for(pieces[0].first, ways, told_pairs)
    options = {"name": to.name, "currency": currency, "today": today}
    with whole_folder(to, replace=replace or add) as scratch, TemporaryDirectory(dir=scratch) as beside:
        old = load_folder(to) if add else None
        shelf = Shelf(scratch, format, Path(beside))
        if name == "orders":  # beside other tables all lines are wanted, since these may refer to them
            result = import_orders(
                pieces, ways, told_pairs, **options, shelf=None if add else shelf, progress=progress
            )
        else:
            raws = [whole(file) for file in pieces]
            result = import_records(raws, target(name), ways, told_pairs, **options)
        data = added(old, result.data, name, replace=replace) if old else result.data
        for kept in to.glob("rejected*.csv") if add else ():
            shutil.copy(kept, scratch)
        rejected = scratch / ("rejected.csv" if name == "orders" else f"rejected-{name}.csv")
        with ThreadPoolExecutor(1) as pool:
            written = pool.submit(write_rejected, result.rejected, rejected)
            write(data, scratch, format=format, there=shelf.shapes)
        written.result()
    return open_folder(to) if shelf.shapes else data


def taken_for(raw: Raw, mapping: Mapping, pairs: dict[str, str]) -> str:
    """The table that a file's header, and what was told of it, fits best."""
    known = [*mapping.columns, *(column for column, theirs in pairs.items() if theirs)]
    return likeliest(raw.texts.column_names if raw.named else [], known)


def added(old: Dataset, new: Dataset, table: str, *, replace: bool) -> Dataset:
    """Put a new table, and what came with it, beside those of a data set.

    Raises
    ------
    DataError
        if the data set has the table already and ``replace`` is false; customers are put together.
    """
    if table in old.tables and table != "customers" and not replace:
        raise DataError(
            f"{old.name!r} has the table {table} already; say --replace to put the new one in its place."
        )
    tables = {**without(old.tables, table), **new.tables}
    if "customers" in old.tables and "customers" in new.tables:
        before = old.tables["customers"]
        if replace and table == "customers":
            before = staying(new.tables["customers"], before, tables)
        tables["customers"] = all_customers(new.tables["customers"], before)
    tables, conflicts = settle_references(tables)
    account = new.facts["imports"][table]
    odd = strangers(old.tables, new.tables[table]) if table != "orders" else []
    account = {**account, "conflicts": {**account["conflicts"], **conflicts}}
    account["doubts"] = [*account["doubts"], *odd]
    start, end = period(tables)
    earlier = {n: told for n, told in old.facts.get("imports", {}).items() if n != table}
    return dataclasses.replace(
        old,
        tables=validate({n: tables[n] for n in schema.CONTRACTS if n in tables}, schema.CONTRACTS),
        start=start,
        end=end,
        currency=new.currency or old.currency,
        facts={**old.facts, "imports": {**earlier, table: account}},
    )


def strangers(old: Dict[str, pd.DataFrame], new: pd.DataFrame) -> list[str]:
    """Say it if hardly any customer of a table is one who bought."""
    if "orders" not in old or "customer_id" not in new:
        return []
    here, there = (pd.Series(t["customer_id"].dropna().unique()) for t in (new, old["orders"]))
    known = int(here.isin(there).sum())
    if len(here) < ENOUGH or known >= len(here) / 2:
        return []
    return [
        f"{known:,} of its {len(here):,} customers have orders: are ids written in the same way? Here one is {here.iloc[0]!r}, of "
        f"those who bought {there.iloc[0]!r}"
    ]


def without(tables: Dict[str, pd.DataFrame], table: str) -> dict[str, pd.DataFrame]:
    """Leave a table out, and with it the customers of whom nothing is known but that it named them."""
    left = {name: frame for name, frame in tables.items() if name != table}
    if table not in tables or "customers" not in left or "customer_id" not in tables[table]:
        return left
    people, named = left["customers"], named_by(left)
    bare = people.drop(columns="customer_id").isna().all(axis=1)
    only_there = (
        bare & people["customer_id"].isin(tables[table]["customer_id"]) & ~people["customer_id"].isin(named)
    )
    return left | {"customers": people[~only_there].reset_index(drop=True)}


def named_by(tables: Dict[str, pd.DataFrame]) -> pd.Series:
    """Customers of whom other tables tell."""
    return pd.concat(
        [f["customer_id"] for n, f in tables.items() if n != "customers" and "customer_id" in f] or [NOBODY]
    )


def staying(new: pd.DataFrame, old: pd.DataFrame, tables: Dict[str, pd.DataFrame]) -> pd.DataFrame:
    """What stays of customers beside those that replace them: who is named elsewhere, with what the new ones don't tell."""
    other = [c for c in old if c == "customer_id" or (c not in new and old[c].notna().any())]
    return old.loc[old["customer_id"].isin(named_by(tables)), other]


def all_customers(first: pd.DataFrame, more: pd.DataFrame) -> pd.DataFrame:
    """The customers of two tables; what both know is taken from the first."""
    both = first.set_index("customer_id").combine_first(more.set_index("customer_id"))
    return both.reset_index()
