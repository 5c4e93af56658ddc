"""What all imports share: which column is which, the rows that can't be used, and what comes of it."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.importing.mapping import Found, Mapping, find_columns
from workbook.tables.importing.reading import Raw
from workbook.tables.importing.targets import Target

FORMULA = r"^[=@\t\r]|^[+-](?![\d.,\s]*$)"  # a number with a sign is none


@dataclass(frozen=True)
class Import:
    """What came of an import: the data set, and the rows that are not in it, as they came.

    Attributes
    ----------
    data : its ``facts["imports"]`` holds the account by table
    rejected : file, row, reasons, and the file's own columns
    """

    data: Dataset
    rejected: pd.DataFrame


def columns_of(raw: Raw, mapping: Mapping, pairs: dict[str, str], first: Raw, aim: Target) -> list[Found]:
    """Map one file's columns; a further file is held to what was found for the first."""
    if raw is not first:
        found = columns_of(first, mapping, pairs, first, aim)
        guessed = {f.column: f.theirs for f in found if f.how == "guessed"}
        lost = [theirs for theirs in guessed.values() if theirs not in raw.cells]
        if lost:
            raise DataError(
                f"{raw.file} lacks the column {lost[0]!r} that {first.file} has; files must be alike."
            )
        pairs = guessed | pairs
    try:
        return find_columns(list(raw.cells.columns), raw.named, mapping, pairs, list(raw.cells.iloc[0]), aim)
    except DataError as error:
        raise DataError(f"{raw.file}: {error}") from None


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
    """Write the rejected rows as CSV, the same bytes on every system; what a spreadsheet would run is quoted."""
    safe = rejected.apply(lambda c: c.mask(c.str.contains(FORMULA), "'" + c) if c.dtype == "str" else c)
    safe.to_csv(path, index=False, lineterminator="\n", encoding="utf-8", quoting=csv.QUOTE_MINIMAL)
