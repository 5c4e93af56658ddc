"""A user's files → a data set under contract; every rejected row is kept, with its reasons."""

import csv
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbook.tables import schema
from workbook.tables.dataset import FORMATS, Dataset, validate, whole_folder, write
from workbook.tables.errors import DataError, choose
from workbook.tables.importing.account import make_account
from workbook.tables.importing.building import build_tables
from workbook.tables.importing.judging import Judged, habits, judge
from workbook.tables.importing.mapping import (
    Found,
    Mapping,
    find_columns,
    known_currency,
    known_format,
    load_mapping,
    told,
)
from workbook.tables.importing.reading import Raw, read_raw

ORPHAN = "a return by a customer without a purchase here"


@dataclass(frozen=True)
class Import:
    """What came of an import: the data set, and the rows that are not in it, as they came.

    Attributes
    ----------
    data : its ``facts["import"]`` is the account
    rejected : file, row, reasons, and the file's own columns
    """

    data: Dataset
    rejected: pd.DataFrame


def import_files(
    files: Sequence[Path],
    to: Path,
    *,
    mapping: str | Path | None = None,
    pairs: Sequence[str] = (),
    format: str = "parquet",
    replace: bool = False,
    currency: str = "",
    date_format: str = "",
    today: pd.Timestamp,
) -> Dataset:
    """Import orders from files into a new folder.

    Parameters
    ----------
    files : CSV, TSV, aligned text, spreadsheet or Parquet; more than one must have the same columns
    to : folder to be made; its name is the data set's
    mapping : a ready mapping's name or a TOML file; if None, columns are guessed
    pairs : ``column=THEIRS``, which go before the mapping and the guesses
    format : csv or parquet
    replace : whether a data set in ``to`` may be replaced
    currency : ISO code, in capitals or not; the mapping's if empty
    date_format : as in strptime, such as %d.%m.%Y; the mapping's if empty
    today : orders after this day are rejected

    Returns
    -------
    Dataset
        with the account in ``facts["import"]``.

    Raises
    ------
    DataError
        if a file can't be read, a required column is missing, or no row is left; nothing is left behind.
    """
    if format not in FORMATS:
        raise choose("--format", format, FORMATS)
    if to.exists() and not replace and not (to.is_dir() and not any(to.iterdir())):
        raise DataError(f"{str(to)!r} exists already; name a new folder, or say --replace.")
    ways = load_mapping(mapping) if mapping else Mapping()
    if date_format:
        told_format = known_format(date_format, "--date-format")
        ways = dataclasses.replace(ways, file=dataclasses.replace(ways.file, date_format=told_format))
    raws = [read_raw(Path(file), ways.file) for file in files]
    result = import_orders(raws, ways, told(pairs), name=to.resolve().name, currency=currency, today=today)
    with whole_folder(to, replace=replace) as scratch:
        write(result.data, scratch, format=format)
        write_rejected(result.rejected, scratch / "rejected.csv")
    return result.data


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
    found = [columns_of(raw, mapping, pairs or {}, raws[0]) for raw in raws]
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
    return Import(dataclasses.replace(data, facts={"import": account}), rejected_rows(raws, judged.reasons))


def columns_of(raw: Raw, mapping: Mapping, pairs: dict[str, str], first: Raw) -> list[Found]:
    """Map one file's columns; a further file is held to what was found for the first."""
    if raw is not first:
        found = columns_of(first, mapping, pairs, first)
        guessed = {f.column: f.theirs for f in found if f.how == "guessed"}
        lost = [theirs for theirs in guessed.values() if theirs not in raw.cells]
        if lost:
            raise DataError(
                f"{raw.file} lacks the column {lost[0]!r} that {first.file} has; files must be alike."
            )
        pairs = guessed | pairs
    try:
        return find_columns(list(raw.cells.columns), raw.named, mapping, pairs, list(raw.cells.iloc[0]))
    except DataError as error:
        raise DataError(f"{raw.file}: {error}") from None


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


def nothing_left(raws: Sequence[Raw], reasons: pd.DataFrame) -> DataError:
    """Build the error for files without one good row."""
    common = reasons.sum().sort_values(ascending=False).head(3)
    why = ", ".join(f"{reason} ({n:,})" for reason, n in common.items() if n)
    return DataError(
        f"No row of {', '.join(r.file for r in raws)} can be used; of {len(reasons):,} rows: {why}. "
        "Check which columns were taken, with --map or --mapping."
    )


def rejected_rows(raws: Sequence[Raw], reasons: pd.DataFrame) -> pd.DataFrame:
    """Return the rejected rows as they came, with file, row number and all their reasons."""
    where = pd.DataFrame(
        {
            "file": [r.file for r in raws for _ in range(len(r.row))],
            "row": pd.concat([r.row for r in raws], ignore_index=True),
            "reasons": joined(reasons),
        }
    )
    cells = pd.concat([r.cells for r in raws], ignore_index=True)
    surplus = pd.concat([r.surplus for r in raws], ignore_index=True)
    rejected = pd.concat([where, cells], axis=1)[where["reasons"] != ""]
    surplus = surplus[rejected.index]
    if (surplus != "").any():
        rejected.insert(len(rejected.columns), "(surplus)", surplus, allow_duplicates=True)
    return rejected.reset_index(drop=True)


def joined(reasons: pd.DataFrame) -> pd.Series:
    """Join each row's reasons with "; "; a combination is put into words once, however many rows show it."""
    combination = (reasons.to_numpy("int64") << range(len(reasons.columns))).sum(axis=1)
    codes, distinct = pd.factorize(combination)
    words = [
        "; ".join(name for bit, name in enumerate(reasons.columns) if number >> bit & 1)
        for number in distinct
    ]
    return pd.Series(words, dtype="str").take(codes).reset_index(drop=True)


def write_rejected(rejected: pd.DataFrame, path: Path) -> None:
    """Write the rejected rows as CSV, the same bytes on every system."""
    rejected.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL)
