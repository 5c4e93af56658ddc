"""Order lines → customers, orders, lines, products, returns."""

import dataclasses
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
from tqdm import tqdm

from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.folders import Shapes, read_table, write_part
from workbook.tables.importing.cells.currency import code_of
from workbook.tables.importing.import_report import basics, make_account
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import target
from workbook.tables.importing.orders.building import (
    Part,
    brief,
    build_part,
    build_tables,
    product_of,
    sales_of,
)
from workbook.tables.importing.orders.layout import Filling
from workbook.tables.importing.orders.lines import Lines, counts
from workbook.tables.importing.orders.validate_orders import judge
from workbook.tables.importing.orders.ways import find_ways
from workbook.tables.importing.preview import samples
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.tally import Import, columns_of
from workbook.tables.returned import came_back_whole

AHEAD = 2  # pieces that are read and judged before the next is taken in; more of them would need more memory
NOTHING = pd.Series(dtype="float64")


@dataclass
class Shelf:
    """Where orders and their lines go that are too many for memory, a part at a time.

    Attributes
    ----------
    folder, format : of the data set
    scratch : a folder for lines that are no table yet
    shapes : table → its columns and rows, of those that were put
    """

    folder: Path
    format: str
    scratch: Path
    shapes: Shapes = field(default_factory=dict)
    parts: int = 0

    def put(self, part: Part) -> None:
        """Validate and write a part's sales."""
        for name, frame in validate(sales_of(part), schema.CONTRACTS, codes=part.sales).items():
            write_part(frame, self.path(name), self.parts)
            _, before = self.shapes.get(name, ([], 0))
            self.shapes[name] = list(frame.columns), before + len(frame)
        self.parts += 1

    def column(self, name: str, column: str) -> pd.Series:
        """Read a column of a table back; nothing if it has no such column."""
        if column not in self.shapes[name][0]:
            return NOTHING
        return read_table(self.path(name), schema.CONTRACTS[name], [column])[column]

    def path(self, name: str) -> Path:
        """The file or folder of a table."""
        return self.folder / f"{name}.{self.format}"


def import_orders(
    files: Sequence[Pieces],
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    today: pd.Timestamp,
    shelf: Shelf | None = None,
    progress: bool = False,
) -> Import:
    """Bring raw rows under the contract; see `import_files`, which reads and writes around this.

    Of more lines than memory should hold, orders and order_lines are not in the result but on the ``shelf``, if there is
    one.
    """
    first = [file.first for file in files]
    found = [columns_of(raw, mapping, pairs or {}, first[0], target("orders")) for raw in first]
    ways = find_ways(files, found, mapping)
    mapped = {f.column for f in ways[0].found}
    mapped |= {"amount"} if "unit_price" in mapped else set()
    lines = Lines(shelf.scratch if shelf else None, product_of(mapped))
    shown: list[dict[str, Any]] = []
    with bar("reading", " rows", progress) as read:
        for number, file in enumerate(files):
            way = ways[number]
            judging = partial(judge, rules=mapping.rules, ways=way, today=today)
            for raw, judged in ahead(Filling(way.found, way.layout)(file), judging):
                shown = shown or samples(raw, found[0], judged)
                lines.add(number, raw, judged)
                read.update(len(raw.row))
    counted: Counter[str] = Counter()
    parts = []
    for kept in bar("making tables", " parts", progress and not lines.whole, lines.parts()):
        counted += counts(kept)
        parts.append(build_part(kept, mapped, lines.pairs))
        del kept
        if shelf and not lines.whole:
            shelf.put(parts[-1])
            parts[-1] = brief(parts[-1], mapped)
    if not counted["purchases"]:
        raise lines.tally.nothing_left(way.habits.dates.note for way in ways if way.habits.dates.note)
    with ThreadPoolExecutor(1) as pool:  # where the rows went is counted beside the tables
        told = pool.submit(basics, lines.tally, [way.found for way in ways], mapping)
        rejected = pool.submit(lines.tally.rejected_rows)
        tables, codes, conflicts = build_tables(parts, mapped)
        del parts
        tables = validate(tables, schema.CONTRACTS, codes=codes)
        del codes
    sales = partial(column_of, tables) if lines.whole or not shelf else shelf.column
    conflicts |= returned_whole(tables, sales)
    at = sales("orders", "ordered_at")
    data = Dataset(
        name=name,
        tables=tables,
        start=at.min().normalize(),
        end=at.max().normalize(),
        currency=code_of(ways[0].currency),
    )
    beside = {
        what: [*told.result()[what], *(say for w in ways for say in getattr(w, what))]
        for what in ("notes", "doubts")
    }
    found, written = [w.found for w in ways], [w.habits for w in ways]
    account = make_account(
        lines.tally, told.result() | beside, found, written, mapping, counted, data, sales, conflicts
    )
    data = dataclasses.replace(data, facts={"imports": {"orders": account}})
    return Import(data, rejected.result(), found[0], shown)


def returned_whole(tables: dict[str, pd.DataFrame], sales: Callable[[str, str], pd.Series]) -> dict[str, int]:
    """Orders that came back whole, for the account."""
    if "returns" not in tables or not tables["returns"].get("order_id", NOTHING).notna().any():
        return {}
    of = {"orders": ["order_id", "amount"], "order_lines": ["order_id", "product_id", "quantity", "amount"]}
    some = {n: pd.DataFrame({c: v for c in columns if len(v := sales(n, c))}) for n, columns in of.items()}
    whole = int(came_back_whole(some["orders"], tables["returns"], some["order_lines"]).sum())
    return {"orders that came back whole, no purchases for recency and frequency": whole} if whole else {}


def column_of(tables: dict[str, pd.DataFrame], name: str, column: str) -> pd.Series:
    """A column of a table; nothing if it has no such column."""
    return tables[name].get(column, NOTHING)


def bar(what: str, unit: str, shown: bool, over: Iterable[Any] | None = None) -> Any:
    """A bar of progress for what takes longer than a second."""
    return tqdm(over, desc=what, unit=unit, unit_scale=True, delay=1, leave=False, disable=not shown)


def ahead(
    pieces: Iterator[tuple[Raw, dict[str, pa.ChunkedArray]]], judging: Callable[..., Judged]
) -> Iterator[tuple[Raw, Judged]]:
    """Each piece of a file, judged, while the next ones are read and judged beside it."""
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[tuple[Raw, Future[Judged]]] = deque()
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            waiting.append((piece[0], pool.submit(judging, *piece)))
            if len(waiting) > AHEAD:
                done, judged = waiting.popleft()
                yield done, judged.result()
        for done, judged in waiting:
            yield done, judged.result()
