"""The door: a user's files → a data set under contract, new or added to one that is there."""

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.folders import load_folder, open_folder, tables_of, write
from workbook.tables.importing.adding import added
from workbook.tables.importing.known_ids import by_known_ids
from workbook.tables.importing.mapping.columns import unnamed_dates
from workbook.tables.importing.mapping.mapping import Found, Mapping
from workbook.tables.importing.mapping.mapping_file import known_currency, to_toml
from workbook.tables.importing.mapping.targets import (
    as_likely,
    better_fit,
    likeliest,
    plain_name,
    target,
    telling_names,
)
from workbook.tables.importing.mended_rows import put_back
from workbook.tables.importing.orders.import_orders import import_orders
from workbook.tables.importing.orders.shelf import Shelf
from workbook.tables.importing.preview import first_rows
from workbook.tables.importing.readers.dictionary_encoding import as_codes, decoded
from workbook.tables.importing.readers.raw_table import Raw, whole_table
from workbook.tables.importing.records.import_records import import_records
from workbook.tables.importing.request import ImportRequest
from workbook.tables.importing.tally import SAMPLE, write_rejected
from workbook.tables.replacing import resolved_path, whole_folder


def import_files(request: ImportRequest) -> Dataset:
    """Import one table from files into a new folder, or add it to a data set that is there.

    All rows are judged for a dry run too; it writes to a folder that is gone afterwards, and only the mapping that was
    asked for.

    Returns
    -------
    Dataset
        with the account of each table in ``facts["imports"]``, for a dry run with a preview in it; of more order lines
        than memory should hold as it is on disk, each table to be read when it is used.

    Raises
    ------
    DataError
        if a file can't be read, a required column is missing, or no row is left; nothing is left behind.
    """
    request.check()
    if request.add:
        tables_of(request.to)
    to, format = resolved_path(request.to), request.format
    if (
        to.exists()
        and not request.replace
        and not request.add
        and not (to.is_dir() and not any(to.iterdir()))
    ):
        raise DataError(f"{str(to)!r} exists already; name a new folder, say --add, or say --replace.")
    mapping, pairs = request.full_mapping(), request.columns()
    pieces = put_back([Path(file) for file in request.files], mapping.file)
    given = f", as {'--table' if request.table else 'the mapping'} says"
    told = (mapping.table, list[str](), given) if mapping.table else None
    table, doubts, why = told or taken_for(pieces[0].first, mapping, pairs)
    options: dict[str, Any] = {"name": to.name, "today": request.today}
    with (
        TemporaryDirectory()
        if request.dry_run
        else whole_folder(to, replace=request.replace or request.add) as place,
        TemporaryDirectory(dir=place) as beside,
    ):
        scratch = Path(place)
        old = load_folder(to) if request.add else None
        mapping = in_its_currency(mapping, old) if old else mapping
        known, say = by_known_ids(pieces[0].first, table, mapping, pairs, old.tables) if old else ({}, [])
        pairs, doubts = pairs | known, [*say, *doubts]
        shelf = Shelf(scratch, format, Path(beside))
        if table == "orders":  # beside other tables all lines are wanted, since these may refer to them
            result = import_orders(
                pieces,
                mapping,
                pairs,
                **options,
                shelf=None if old else shelf,
                progress=request.progress,
                preview=request.dry_run,
            )
        else:
            result = import_records(
                [whole_table(file) for file in pieces], target(table), mapping, pairs, **options
            )
        account = result.data.facts["imports"][table]
        account["doubts"][:0] = doubts
        account["columns"] = [c | {"how": "known"} if c["column"] in known else c for c in account["columns"]]
        account["taken"] = why
        data = added(old, result.data, table, replace=request.replace) if old else result.data
        for kept in to.glob("rejected*.csv") if old else ():
            shutil.copy(kept, scratch)
        rejected = scratch / ("rejected.csv" if table == "orders" else f"rejected-{table}.csv")
        with ThreadPoolExecutor(1) as pool:
            written = pool.submit(write_rejected, result.rejected, rejected)
            write(data, scratch, format=format, there=shelf.shapes)
        written.result()
        kept_mapping = to_toml(to_keep(mapping, table, result.found))
        if request.dry_run:
            data = with_preview(data, open_folder(scratch), table, result.samples, kept_mapping)
    if request.save_mapping:
        request.save_mapping.write_text(kept_mapping, encoding="utf-8", newline="\n")
    return open_folder(to) if shelf.shapes and not request.dry_run else data


def to_keep(mapping: Mapping, table: str, found: Sequence[Found]) -> Mapping:
    """The mapping that brings the next file of this kind, with what was found for this one."""
    columns = {f.column: f.theirs for f in found if f.how != "set"}
    return replace(mapping, table=table, columns=columns)


def with_preview(
    data: Dataset, made: Dataset, table: str, samples: Sequence[dict[str, Any]], mapping: str
) -> Dataset:
    """A data set whose account shows what would come."""
    tables = [table, "order_lines"] if table == "orders" else [table]
    rows = {name: first_rows(made.tables[name]) for name in tables if name in made.tables}
    account = dict(data.facts["imports"][table])
    account["preview"] = {"columns": list(samples), "rows": rows, "mapping": mapping}
    return replace(data, facts={**data.facts, "imports": {**data.facts["imports"], table: account}})


def in_its_currency(mapping: Mapping, old: Dataset) -> Mapping:
    """A mapping that brings money into the currency of a data set that is there, if that is known."""
    told = known_currency(mapping.currency, "--currency")
    if told and old.currency and told != old.currency:
        raise DataError(
            f"{old.name!r} is in {old.currency}, and a data set has one currency; got --currency {told}. Rows that show their "
            "currency are converted at a mapping's [rates]."
        )
    return replace(mapping, currency=told or old.currency)


def taken_for(raw: Raw, mapping: Mapping, pairs: dict[str, str]) -> tuple[str, list[str], str]:
    """The table that a file's header, and what was told of it, fits best; what is to be said if another fits too; and why."""
    known = [*mapping.columns, *mapping.set, *(column for column, theirs in pairs.items() if theirs)]
    header = raw.texts.column_names if raw.named else []
    told = {*mapping.columns.values(), *pairs.values()}
    dated = with_its_date([name for name in header if name not in told], raw)
    try:
        table = likeliest(dated, known)
    except DataError as error:
        raise DataError(f"{raw.file}: {error}") from None
    others = as_likely(dated, known, table)
    say = f"taken for {table}, but the columns' names fit {' and '.join(others)} as well: --table says which it is"
    names = telling_names(header, table)
    other = better_fit(header, table)
    return (
        table,
        [say] if others else [other] if other else [],
        f", by its columns {', '.join(names)}" if names else "",
    )


def with_its_date(header: Sequence[str], raw: Raw) -> list[str]:
    """A file's columns where the one of dates that nobody knows by its name goes by date, unless the file lists customers."""
    dates = unnamed_dates(header, decoded(raw.texts.slice(0, SAMPLE)))
    who = [n for n in header if plain_name(n) in target("customers").spellings["customer_id"].split()]
    if not dates or any(all_differ(raw, name) for name in who[:1]):
        return list(header)
    return ["date" if name == dates else name for name in header]


def all_differ(raw: Raw, name: str) -> bool:
    """Whether no two rows have the same value in a column."""
    codes, _ = as_codes(raw.texts.column(name))
    return len(pd.unique(codes)) == len(codes)
