"""Rows of any table under contract but orders: requests, complaints, experiments, customers, consents …

Types and limits are the contract's; a row that breaks one is rejected with the reason in words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns, key, main_time
from workbook.tables.dataset import RULES, Dataset, period, validate
from workbook.tables.importing import parsing
from workbook.tables.importing.account import table_account
from workbook.tables.importing.judging import FIRST_DAY, LARGEST, Judged, row_hash
from workbook.tables.importing.mapping import FileOptions, Found, Mapping, known_currency
from workbook.tables.importing.raw import Raw
from workbook.tables.importing.rows import Import, Tally, columns_of
from workbook.tables.importing.targets import MADE_UP, Target

INTERVAL = re.compile(
    r"(?:(?P<d>\d+) ?d(?:ays?)?[ ,]*)?(?P<H>\d{1,4}):(?P<M>\d{2})(?::(?P<S>\d{2}(?:\.\d+)?))?"
)
PLACEHOLDERS = r"^(?:0000-00-00|1900-01-01|1899-12-3\d|1753-01-01|0001-01-01|9999-12-31)"
YES = (
    "true",
    "t",
    "yes",
    "y",
    "1",
    "1.0",
    "是",
    "有",
    "已同意",
    "同意",
    "on",
    "granted",
    "opt-in",
    "opted in",
    "ja",
    "oui",
    "si",
    "sí",
    "sim",
)
WITHDRAWN = ("withdrawn", "revoked", "unsubscribed", "widerrufen", "已撤回", "撤回")
NO = (
    "false",
    "f",
    "no",
    "n",
    "0",
    "0.0",
    "否",
    "无",
    "未同意",
    "不同意",
    "off",
    "denied",
    "opt-out",
    "opted out",
    "declined",
    "nein",
    "non",
    "não",
    *WITHDRAWN,
)
ARMS = {
    "1": "treatment",
    "0": "control",
    "1.0": "treatment",
    "0.0": "control",
    "True": "treatment",
    "False": "control",
}
ALLOWED = {"number": "a number", "integer": "a whole number", "boolean": "yes or no"}
AT_END = r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$"  # a zone behind a time
FAR = pd.Timestamp("2200-01-01")
Mapped = dict[str, pd.Series]  # our columns, as the file writes them
LONG = 30  # characters; a text column with longer ones is read as it is written


@dataclass(frozen=True)
class Read:
    """One column as it was read: values, the rows that can't be read, what the account should say, zones of times."""

    values: pd.Series
    garbled: pd.Series
    notes: tuple[str, ...] = ()
    zones: frozenset[str] = frozenset()


def import_records(
    raws: Sequence[Raw],
    aim: Target,
    mapping: Mapping,
    pairs: dict[str, str] | None = None,
    *,
    name: str,
    currency: str = "",
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
        currency=known_currency(currency or mapping.currency, "--currency"),
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


def judge_records(
    raw: Raw, found: Sequence[Found], table: str, options: FileOptions, today: pd.Timestamp
) -> tuple[Judged, list[str], list[str]]:
    """Read the mapped columns of a raw frame, say of each row what is wrong with it, what was assumed, and what is odd.

    A number or a yes or no that nobody needs and that can't be read is left out; for any other, its row is.

    Parameters
    ----------
    raw : rows as they came
    found : which column is which
    table : under whose contract they come
    options : how numbers and dates are written, where it was told
    today : a row whose time is after this day is an error of the file
    """
    about = columns(schema.CONTRACTS[table]).set_index("column")
    cells = {f.column: raw.cells[f.theirs] for f in found}
    decimal = options.decimal or parsing.decimal_sign(
        [c for n, c in cells.items() if about.loc[n, "type"] == "number"]
    )
    kind = about["type"]
    read = {
        n: read_cells(n, c, str(kind[n]), decimal, options.date_format, raw.typed) for n, c in cells.items()
    }
    time = main_time(schema.CONTRACTS[table])
    read |= {
        n: counted_on(r, cells[n], read[time].values, time)
        for n, r in read.items()
        if kind[n] == "datetime" and time in read and n != time
    }
    lines = pd.DataFrame({n: r.values for n, r in read.items()}, index=raw.cells.index)
    lines, made = made_up(lines, raw, table, about)
    lines, meant = as_meant(lines, cells)
    spare = [n for n in read if about.loc[n, "empty"] and kind[n] in ALLOWED]
    reasons = {
        **{f"no {n}": lines[n].isna() & ~read[n].garbled for n in cells if not about.loc[n, "empty"]},
        **{f"{n} can't be read": r.garbled for n, r in read.items() if n not in spare},
        **out_of_time(lines, time, today),
        **out_of_range(lines, table),
    }
    fine = pd.Series(raw.trouble == "")
    flags = pd.DataFrame(reasons, index=lines.index).fillna(False).astype(bool).where(fine, False)
    for trouble in raw.trouble[~fine].unique():
        flags.insert(0, trouble, raw.trouble == trouble)
    notes = [f"{n}: {note}" for n, r in read.items() for note in r.notes]
    doubts = [
        unreadable(n, cells[n], r.garbled, kind[n], n in spare) for n, r in read.items() if r.garbled.any()
    ]
    if len(zones := sorted({zone for r in read.values() for zone in r.zones})) > 1:
        doubts.append(
            f"times carry different zones ({', '.join(zones)}): each is kept as its own clock shows it, so that what lies "
            "between two of them may be hours off; bring them to one zone first"
        )
    doubts += backwards(lines, time, table)
    nothing = pd.Series(False, index=lines.index)
    return Judged(lines, row_hash(raw.texts), flags, nothing), notes + meant + made, doubts


def backwards(lines: pd.DataFrame, time: str, table: str) -> list[str]:
    """Ends that lie before their beginning, which no wait can be made of; a customer's days have no such order."""
    if time not in lines or table == "customers":
        return []
    early = {n: int((lines[n] < lines[time]).sum()) for n in lines.select_dtypes("datetime") if n != time}
    return [f"rows whose {n} lies before their {time}: {count:,}" for n, count in early.items() if count]


def unreadable(name: str, cells: pd.Series, garbled: pd.Series, kind: str, spare: bool) -> str:
    """What of a column can't be read, with examples, and what became of it."""
    few = ", ".join(repr(text) for text in cells[garbled].drop_duplicates().head(3))
    allowed = ALLOWED.get(kind, "a date and time")
    so = f"left empty there; --map {name}= leaves the column out" if spare else "rejected"
    many = "one row has" if garbled.sum() == 1 else f"{int(garbled.sum()):,} rows have"
    return f"{name} should be {allowed}, and {many} something else ({few}): {so}"


def as_meant(lines: pd.DataFrame, cells: Mapped) -> tuple[pd.DataFrame, list[str]]:
    """What is clear from another column: who ordered nothing brought nothing; what was withdrawn had been granted."""
    notes = []
    if {"ordered", "revenue"} <= set(cells) and lines["revenue"].notna().any():
        nothing = (lines["ordered"] == 0) & (cells["revenue"].str.strip() == "")
        if nothing.any():
            lines = lines.assign(revenue=lines["revenue"].mask(nothing, 0.0))
            notes.append(
                f"revenue: {int(nothing.sum()):,} blanks of those who ordered nothing are taken as 0"
            )
    if {"granted", "withdrawn_at"} <= set(cells):
        word = cells["granted"].str.strip().str.casefold()
        once = word.isin(WITHDRAWN) & lines["withdrawn_at"].notna()
        if once.any():
            lines = lines.assign(granted=lines["granted"].mask(once, True))
            notes.append(f"granted: {int(once.sum()):,} that were withdrawn later had been granted")
    return lines, notes


def read_cells(
    name: str, cells: pd.Series, kind: str, decimal: str, date_format: str, typed: bool = False
) -> Read:
    """Read a column by its type in the contract."""
    if name == "arm":  # where "none" is a treatment, not a gap
        texts = cells.str.strip()
        renamed = [f"{a} is read as {ARMS[a]}" for a in sorted(set(texts) & set(ARMS))]
        return Read(
            texts.replace(ARMS).mask(texts == ""), pd.Series(False, index=cells.index), tuple(renamed)
        )
    written = parsing.read_ids(cells).notna()
    if kind == "datetime":
        return read_moments(cells, written, date_format, typed)
    if kind in ("number", "integer"):
        values = parsing.read_numbers(cells, decimal).where(lambda n: n.abs() < LARGEST)
        values = values.where(values == values.round()) if kind == "integer" else values
        return Read(values.astype("Int64") if kind == "integer" else values, written & values.isna())
    if kind == "boolean":
        word = cells.str.strip().str.casefold()
        values = (
            pd.Series(pd.NA, index=cells.index, dtype="boolean")
            .mask(word.isin(YES), True)
            .mask(word.isin(NO), False)
        )
        return Read(values, written & values.isna())
    long = cells.str.len().max() > LONG
    values = cells.str.strip().mask(~written) if long else parsing.read_ids(cells)
    return Read(values, pd.Series(False, index=cells.index))


def read_moments(cells: pd.Series, written: pd.Series, date_format: str, typed: bool = False) -> Read:
    """Times, with what a system writes where there is none taken as missing."""
    order = parsing.DateOrder() if date_format else parsing.date_order(cells)
    values = parsing.read_times(cells, order.day_first, date_format, typed)
    none = written & (cells.str.strip().str.contains(PLACEHOLDERS) | (values < FIRST_DAY) | (values > FAR))
    notes = [order.note] if order.note else []
    if none.any():
        notes.append(f"{int(none.sum()):,} placeholders such as {cells[none].iloc[0]!r} are taken as no time")
    zone = (
        cells[values.notna() & ~none]
        .str.extract(AT_END, expand=False)
        .fillna("none")
        .str.replace("Z", "+00:00")
    )
    return Read(values.mask(none), written & values.isna() & ~none, tuple(notes), frozenset(zone))


def counted_on(read: Read, cells: pd.Series, start: pd.Series, name: str) -> Read:
    """Times that are written as how long it took, counted on from the row's own time."""
    parts = cells.str.strip().str.extract(rf"^{INTERVAL.pattern}$").astype("float64")
    seconds = parts["d"].fillna(0) * 86_400 + parts["H"] * 3600 + parts["M"] * 60 + parts["S"].fillna(0)
    took = pd.to_timedelta(seconds, unit="s")
    if took.notna().sum() <= read.values.notna().sum():
        return read
    note = f"written as how long it took, and counted on from {name}"
    return Read(start + took, read.garbled & took.isna(), (note,))


def made_up(lines: pd.DataFrame, raw: Raw, table: str, about: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Add the key, the customer, the experiment's name where the file has none, and say so."""
    notes, stem = [], Path(raw.file).stem
    must = about.index[about["required"]]
    number = f"{stem}-" + raw.row.astype("str")
    for name in (n for n in must if n not in lines):
        lines = lines.assign(
            **{name: pd.Series(stem, index=lines.index) if name == "experiment" else number.array}
        )
        notes.append(MADE_UP.get(name, f"no {name}: rows are numbered"))
    return lines, notes


def out_of_time(lines: pd.DataFrame, time: str, today: pd.Timestamp) -> dict[str, pd.Series]:
    """Rows of the future."""
    if time not in lines:
        return {}
    return {f"{time} in the future": lines[time] >= today.normalize() + pd.Timedelta(days=1)}


def out_of_range(lines: pd.DataFrame, table: str) -> dict[str, pd.Series]:
    """Rows that break a limit of the contract, by limit."""
    contract = schema.CONTRACTS[table].to_schema()
    reasons: dict[str, pd.Series] = {}
    for name in lines:
        there = lines[name].dropna()
        plain = there.astype("float64") if pd.api.types.is_numeric_dtype(there) else there
        for check in contract.columns[name].checks:
            broken = ~check(plain).check_output.astype(bool)
            rule, _, limit = str(check.error).partition("(")
            words = f"{name} {RULES.get(rule, f'breaks {rule}')} ({limit.rstrip(')')})"
            reasons[words] = broken.reindex(lines.index, fill_value=False)
    return reasons


def settle_references(
    tables: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make references hold: an unknown customer is added to the customers, any other that leads nowhere is emptied.

    Returns
    -------
    tables : with references that hold; none is changed in place
    conflicts : what was done → how often
    """
    tables, conflicts = dict(tables), {}
    for table in tables:
        about = columns(schema.CONTRACTS[table]).query("refers != ''")
        for name, refers in zip(about["column"], about["refers"], strict=True):
            other, their = refers.split(".")
            frame = tables[table]
            if name not in frame or other not in tables or other == table:
                continue
            strange = frame[name].notna() & ~frame[name].isin(tables[other][their])
            if not strange.any():
                continue
            if other == "customers":
                ids = pd.DataFrame({their: frame.loc[strange, name].unique()})
                tables[other] = pd.concat([tables[other], ids], ignore_index=True)
                conflicts[f"customers of {table} who were unknown, added"] = len(ids)
            else:
                tables[table] = frame.assign(**{name: frame[name].mask(strange)})
                conflicts[f"rows of {table} whose {name} isn't among the {other}, left without"] = int(
                    strange.sum()
                )
    return tables, conflicts
