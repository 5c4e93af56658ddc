"""Order lines → customers, orders, lines, products, returns."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pandas as pd
from tqdm import tqdm

from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.importing.cells.currency import code_of
from workbook.tables.importing.import_report import basics, make_account
from workbook.tables.importing.import_warnings import odd_sales
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import target
from workbook.tables.importing.orders import no_goods
from workbook.tables.importing.orders.ahead import ahead
from workbook.tables.importing.orders.building import (
    Part,
    build_part,
    build_tables,
    product_of,
    without_sales,
)
from workbook.tables.importing.orders.layout import Filling
from workbook.tables.importing.orders.lines import Lines, line_counts
from workbook.tables.importing.orders.returning import returned_whole
from workbook.tables.importing.orders.shelf import NOTHING, Shelf
from workbook.tables.importing.orders.validate_orders import judge_lines, states_in_words
from workbook.tables.importing.orders.ways import Ways, find_ways
from workbook.tables.importing.preview import samples
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.tally import Import, Tally, columns_of


def import_orders(
    files: Sequence[Pieces],
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    today: pd.Timestamp,
    shelf: Shelf | None = None,
    progress: bool = False,
    preview: bool = False,
) -> Import:
    """Bring raw rows under the contract; see `import_files`, which reads and writes around this.

    Samples of the columns are taken for a ``preview``. Of more lines than memory should hold, orders and order_lines are
    not in the result but on the ``shelf``, if there is one.
    """
    first = [file.first for file in files]
    found = [columns_of(raw, mapping, pairs or {}, first[0], target("orders")) for raw in first]
    ways = find_ways(files, found, mapping)
    mapped = {f.column for f in ways[0].found}
    mapped |= {"amount"} if "unit_price" in mapped else set()
    lines = Lines(shelf.scratch if shelf else None, product_of(mapped))
    judging = partial(judge_lines, rules=mapping.rules, today=today)
    shown = read_lines(lines, files, ways, judging, progress, preview)
    parts, counted = make_parts(lines, mapped, shelf, progress)
    if not counted["purchases"]:
        raise lines.tally.nothing_left(way.habits.dates.note for way in ways if way.habits.dates.note)
    on_disk = shelf if not lines.whole else None
    # Where the rows went, and what is odd, is found out while the tables are made and validated.
    with ThreadPoolExecutor(2) as pool:
        rows = pool.submit(count_rows, lines.tally, ways, mapping)
        tables, codes, conflicts = build_tables(parts, mapped)
        parts.clear()
        odd = pool.submit(odd_sales, columns_from(tables, on_disk), counted)
        told_of = [*states_in_words(lines.odd), *no_goods.in_words(counted)]
        tables = validate(tables, schema.CONTRACTS, codes=codes)
        del codes
    told, rejected = rows.result()
    sales = columns_from(tables, on_disk)
    conflicts |= returned_whole(tables, sales)
    data = sold(name, tables, sales("orders", "ordered_at"), code_of(ways[0].currency))
    by_file = [way.found for way in ways], [way.habits for way in ways]
    account = make_account(
        lines.tally, told, *by_file, mapping, counted, data, sales, conflicts, [*told_of, *odd.result()]
    )
    return Import(
        dataclasses.replace(data, facts={"imports": {"orders": account}}), rejected, ways[0].found, shown
    )


def read_lines(
    lines: Lines,
    files: Sequence[Pieces],
    ways: Sequence[Ways],
    judging: Callable[..., Judged],
    progress: bool,
    preview: bool,
) -> list[dict[str, Any]]:
    """Read and judge all files piece by piece into ``lines``; samples of the first piece, for a preview."""
    shown: list[dict[str, Any]] = []
    with bar("reading", " rows", progress) as read:
        for number, (file, way) in enumerate(zip(files, ways, strict=True)):
            for raw, judged in ahead(Filling(way.found, way.layout)(file), partial(judging, ways=way)):
                if preview and not shown:
                    shown = samples(raw, ways[0].found, judged)
                lines.add(number, raw, judged)
                read.update(len(raw.row))
    return shown


def make_parts(
    lines: Lines, mapped: Collection[str], shelf: Shelf | None, progress: bool
) -> tuple[list[Part], Counter[str]]:
    """Make the parts of the tables, the sales of those that are too many on the ``shelf``; and count their lines."""
    counted: Counter[str] = Counter()
    parts = []
    for kept in bar("making tables", " parts", progress and not lines.whole, lines.parts()):
        counted += line_counts(kept) + no_goods.counted(kept)
        parts.append(build_part(kept, mapped, lines.pairs))
        del kept  # before the next part is read
        if shelf and not lines.whole:
            shelf.put(parts[-1])
            parts[-1] = without_sales(parts[-1], mapped)
    return parts, counted


def count_rows(tally: Tally, ways: Sequence[Ways], mapping: Mapping) -> tuple[dict[str, Any], pd.DataFrame]:
    """Where all rows went: the account's `basics` with what was found out of each file, and the rejected rows."""
    told = basics(tally, [way.found for way in ways], mapping)
    said = {
        what: [*told[what], *(say for w in ways for say in getattr(w, what))] for what in ("notes", "doubts")
    }
    return told | said, tally.rejected_rows()


def sold(name: str, tables: dict[str, pd.DataFrame], at: pd.Series, currency: str) -> Dataset:
    """The data set from the day of the first order to that of the last."""
    return Dataset(
        name=name, tables=tables, start=at.min().normalize(), end=at.max().normalize(), currency=currency
    )


def columns_from(tables: dict[str, pd.DataFrame], shelf: Shelf | None) -> Callable[[str, str], pd.Series]:
    """What gives a column of a table: from the ``shelf`` where the sales are there."""
    return shelf.column if shelf else partial(column_of, tables)


def column_of(tables: dict[str, pd.DataFrame], name: str, column: str) -> pd.Series:
    """A column of a table; nothing if it has no such column."""
    return tables[name].get(column, NOTHING)


def bar(what: str, unit: str, shown: bool, over: Iterable[Any] | None = None) -> Any:
    """A bar of progress for what takes longer than a second."""
    return tqdm(over, desc=what, unit=unit, unit_scale=True, delay=1, leave=False, disable=not shown)
