"""Rows of any table under contract but orders: tickets, complaints, experiments, customers, consents …"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns, key
from workbook.tables.dataset import Dataset, period, validate
from workbook.tables.importing.import_report import table_account
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.targets import Target
from workbook.tables.importing.preview import samples
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.consent_logs import STATE, settle_consents
from workbook.tables.importing.records.one_currency import in_one_currency
from workbook.tables.importing.records.people import one_spelling
from workbook.tables.importing.records.repeated import repeated_keys
from workbook.tables.importing.records.units import TOGETHER, in_several_arms, one_row_each
from workbook.tables.importing.records.validate_records import Records, judge_records
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
    parts = [
        judge_records(raw, f, aim.table, mapping.file, today, stem)
        for raw, f, stem in zip(raws, found, stems(raws), strict=True)
    ]
    rows, currency, converted = in_one_currency(
        raws, [part.cells for part in parts], [part.judged for part in parts], aim.table, mapping
    )
    parts = [replace(part, judged=judged) for part, judged in zip(parts, rows, strict=True)]
    judged, settled, notes, doubts = judge_together(parts, aim.table)
    tally, begin = Tally(), 0
    for number, raw in enumerate(raws):
        mine = slice(begin, begin := begin + len(raw.row))
        tally.add(number, raw, judged.reasons[mine], judged.row_hash[mine])
    kept = ~judged.reasons.any(axis=1)
    if not kept.any():
        raise tally.nothing_left(dict.fromkeys(s for part in parts for s in part.unread))
    about = columns(schema.CONTRACTS[aim.table])["column"]
    frame = judged.lines.loc[kept & ~settled, [c for c in about if c in judged.lines]].reset_index(drop=True)
    frame, put_together = one_row_each(frame, aim.table)
    tables = validate({aim.table: frame}, schema.CONTRACTS)
    start, end = period(tables)
    doubtful = pd.concat([part.doubtful for part in parts], ignore_index=True)
    account = table_account(
        aim.table,
        tally,
        found,
        mapping,
        tables[aim.table],
        notes + converted + put_together,
        doubts,
        int((doubtful & kept).sum()),
        {name for part in parts for name in part.told_by},
    )
    data = Dataset(
        name=name,
        tables=tables,
        start=start,
        end=end,
        currency=currency,
        facts={"imports": {aim.table: account | {"table": aim.table}}},
    )
    return Import(data, tally.rejected_rows(), found[0], samples(raws[0], found[0], parts[0].judged))


def stems(raws: Sequence[Raw]) -> list[str]:
    """The files' names as they stand in the keys of rows that have none: different ones for different files."""
    names = [Path(raw.file).stem for raw in raws]
    return [f"{name}-{i}" if names.count(name) > 1 else name for i, name in enumerate(names, 1)]


def judge_together(parts: Sequence[Records], table: str) -> tuple[Judged, pd.Series, list[str], list[str]]:
    """Put judged files one below the other, and reject what another row says already.

    Returns
    -------
    All rows, which of them are put into another one, what was assumed of them, and what is odd.
    """
    judged = [part.judged for part in parts]
    lines, reasons, is_return = (
        pd.concat([getattr(j, part) for j in judged], ignore_index=True)
        for part in ("lines", "reasons", "is_return")
    )
    hashes = np.concatenate([j.row_hash for j in judged])
    reasons = reasons.fillna(False).astype(bool)
    lines, notes = one_spelling(lines, table)
    notes = [note for part in parts for note in part.notes] + notes
    doubts = [doubt for part in parts for doubt in part.doubts]
    if table == "experiments":
        reasons["unit in more than one arm"], mixed = in_several_arms(lines)
        doubts = mixed + doubts
    fine, settled = ~reasons.any(axis=1), pd.Series(False, index=lines.index)
    if STATE in lines:
        lines, settled, done, odd = settle_consents(lines, fine)
        notes, doubts = notes + done, odd + doubts
    if table in TOGETHER:
        reasons["the same as an earlier row, cell for cell"] = again(pd.Series(hashes)[fine], lines.index)
    else:
        names = key(schema.CONTRACTS[table])
        repeated = repeated_keys(lines[fine & ~settled], names)
        reasons[f"{' and '.join(names)} of another row"] = filled_up(repeated.dropped, lines.index)
        notes, doubts = notes + repeated.notes, repeated.doubts + doubts
    return Judged(lines, hashes, reasons, is_return), settled, notes, doubts


def again(values: pd.Series, index: pd.Index) -> pd.Series:
    """Rows whose value an earlier row has."""
    return filled_up(values.duplicated(), index)


def filled_up(flags: pd.Series, index: pd.Index) -> pd.Series:
    """Flags of some rows, for all of them."""
    return flags.reindex(index, fill_value=False)
