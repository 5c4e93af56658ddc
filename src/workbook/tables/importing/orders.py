"""Order lines → customers, orders, lines, products, returns."""

import dataclasses
from collections.abc import Sequence

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.importing.account import make_account
from workbook.tables.importing.building import build_tables
from workbook.tables.importing.judging import Judged, habits, judge
from workbook.tables.importing.mapping import Mapping, known_currency
from workbook.tables.importing.reading import Raw
from workbook.tables.importing.rows import Import, columns_of, nothing_left, rejected_rows
from workbook.tables.importing.targets import target

ORPHAN = "a return by a customer without a purchase here"


def import_orders(
    raws: Sequence[Raw],
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    currency: str = "",
    today: pd.Timestamp,
) -> Import:
    """Bring raw rows under the contract; see `import_files`, which reads and writes around this."""
    found = [columns_of(raw, mapping, pairs or {}, raws[0], target("orders")) for raw in raws]
    ways = [habits(raw, f, mapping.file) for raw, f in zip(raws, found, strict=True)]
    judged = join([judge(r, f, mapping.rules, w, today) for r, f, w in zip(raws, found, ways, strict=True)])
    kept = ~judged.reasons.any(axis=1)
    lines, returns = (judged.lines[kept & which] for which in (~judged.is_return, judged.is_return))
    if lines.empty:
        raise nothing_left(raws, judged.reasons)
    tables, conflicts = build_tables(lines, returns)
    days = tables["orders"]["ordered_at"].dt.normalize()
    data = Dataset(
        name=name,
        tables=validate(tables, schema.CONTRACTS),
        start=days.min(),
        end=days.max(),
        currency=known_currency(currency or mapping.currency, "--currency"),
    )
    account = make_account(raws, found, ways, mapping, judged, data, conflicts)
    return Import(
        dataclasses.replace(data, facts={"imports": {"orders": account}}), rejected_rows(raws, judged.reasons)
    )


def join(parts: Sequence[Judged]) -> Judged:
    """Put judged files one below the other; returns of strangers are rejected, now that all buyers are known."""
    lines, reasons, is_return = (
        pd.concat([getattr(p, part) for p in parts], ignore_index=True)
        for part in ("lines", "reasons", "is_return")
    )
    reasons = reasons.fillna(False).astype(bool)
    fine = ~reasons.any(axis=1)
    buyers = lines.loc[fine & ~is_return, "customer_id"].unique()
    reasons[ORPHAN] = fine & is_return & ~lines["customer_id"].isin(buyers)
    return Judged(lines, reasons, is_return)
