"""Rows of any table under contract but orders: tickets, complaints, experiments, customers, consents …"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns, key
from workbook.tables.dataset import Dataset, period, validate
from workbook.tables.importing.import_report import table_account
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.mapping_file import known_currency
from workbook.tables.importing.mapping.targets import Target
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.validate_records import judge_records
from workbook.tables.importing.tally import Import, Tally, columns_of


def import_records(
    raws: Sequence[Raw],
    aim: Target,
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    today: pd.Timestamp,
) -> Import:
    """Bring raw rows of one table under its contract; see `files.import_files`, which reads and writes around this."""
    found = [columns_of(raw, mapping, pairs or {}, raws[0], aim) for raw in raws]
    parts = [judge_records(r, f, aim.table, mapping.file, today) for r, f in zip(raws, found, strict=True)]
    judged = together([part for part, *_ in parts], aim.table)
    tally, begin = Tally(), 0
    for number, raw in enumerate(raws):
        mine = slice(begin, begin := begin + len(raw.row))
        tally.add(number, raw, judged.reasons[mine], judged.row_hash[mine])
    kept = ~judged.reasons.any(axis=1)
    if not kept.any():
        raise tally.nothing_left()
    about = columns(schema.CONTRACTS[aim.table])["column"]
    frame = judged.lines.loc[kept, [c for c in about if c in judged.lines]].reset_index(drop=True)
    tables = validate({aim.table: frame}, schema.CONTRACTS)
    start, end = period(tables)
    notes = [note for _, part, _ in parts for note in part]
    doubts = [doubt for *_, part in parts for doubt in part]
    account = table_account(tally, found, mapping, tables[aim.table], notes, doubts)
    data = Dataset(
        name=name,
        tables=tables,
        start=start,
        end=end,
        currency=known_currency(mapping.currency, "--currency"),
        facts={"imports": {aim.table: account | {"table": aim.table}}},
    )
    return Import(data, tally.rejected_rows())


def together(parts: Sequence[Judged], table: str) -> Judged:
    """Put judged files one below the other; a row whose key an earlier good one has is rejected."""
    lines, reasons, is_return = (
        pd.concat([getattr(p, part) for p in parts], ignore_index=True)
        for part in ("lines", "reasons", "is_return")
    )
    reasons = reasons.fillna(False).astype(bool)
    names = key(schema.CONTRACTS[table])
    again = lines[~reasons.any(axis=1)].duplicated(names)
    reasons[f"{' and '.join(names)} of an earlier row"] = again.reindex(lines.index, fill_value=False)
    return Judged(lines, np.concatenate([p.row_hash for p in parts]), reasons, is_return)
