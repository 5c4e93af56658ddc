"""Order lines → customers, orders, lines, products, returns."""

import dataclasses
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.importing.account import make_account
from workbook.tables.importing.building import build_tables
from workbook.tables.importing.judging import Judged, habits, judge
from workbook.tables.importing.lines import Lines, counts
from workbook.tables.importing.mapping import Mapping, known_currency
from workbook.tables.importing.raw import Raw
from workbook.tables.importing.reading import Pieces
from workbook.tables.importing.rows import Import, columns_of
from workbook.tables.importing.targets import target

AHEAD = 2  # pieces that are read and judged before the next is taken in; more of them would need more memory


def import_orders(
    files: Sequence[Pieces],
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    currency: str = "",
    today: pd.Timestamp,
) -> Import:
    """Bring raw rows under the contract; see `import_files`, which reads and writes around this."""
    first = [file.first for file in files]
    found = [columns_of(raw, mapping, pairs or {}, first[0], target("orders")) for raw in first]
    ways = [habits(file, f, mapping.file) for file, f in zip(files, found, strict=True)]
    mapped = {f.column for f in found[0]}
    lines = Lines()
    for number, file in enumerate(files):
        judging = partial(judge, found=found[number], rules=mapping.rules, ways=ways[number], today=today)
        for raw, judged in ahead(file, judging):
            lines.add(number, raw, judged)
    kept = lines.finish()
    counted = counts(kept)
    if not counted["purchases"]:
        raise lines.tally.nothing_left()
    tables, conflicts = build_tables(kept, mapped | ({"amount"} if "unit_price" in mapped else set()))
    del kept
    days = tables["orders"]["ordered_at"].dt.normalize()
    data = Dataset(
        name=name,
        tables=validate(tables, schema.CONTRACTS),
        start=days.min(),
        end=days.max(),
        currency=known_currency(currency or mapping.currency, "--currency"),
    )
    account = make_account(lines.tally, found, ways, mapping, counted, data, conflicts)
    data = dataclasses.replace(data, facts={"imports": {"orders": account}})
    return Import(data, lines.tally.rejected_rows())


def ahead(file: Pieces, judging: Callable[[Raw], Judged]) -> Iterator[tuple[Raw, Judged]]:
    """Each piece of a file, judged, while the next ones are read and judged beside it."""
    pieces = iter(file)
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[tuple[Raw, Future[Judged]]] = deque()
        coming = pool.submit(next, pieces, None)
        while (raw := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            waiting.append((raw, pool.submit(judging, raw)))
            if len(waiting) > AHEAD:
                done, judged = waiting.popleft()
                yield done, judged.result()
        for done, judged in waiting:
            yield done, judged.result()
