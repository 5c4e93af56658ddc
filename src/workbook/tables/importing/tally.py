"""What all imports share: which column is which, the rows that can't be used, and what comes of it."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv

from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.importing.cells.distinct import contains
from workbook.tables.importing.mapping.columns import find_columns
from workbook.tables.importing.mapping.mapping import Found, Mapping
from workbook.tables.importing.mapping.targets import Target
from workbook.tables.importing.readers.dictionary_encoding import compact, decoded
from workbook.tables.importing.readers.raw_table import BESIDE, Raw, whole_table

WHERE = ["file", "row", "reasons"]  # what stands before a rejected row's own cells
SURPLUS = "(surplus)"
SAMPLE = 200  # rows that show what a column holds
GUESSES = ("guessed", "dates")  # ways to find a column that hold for further files
STARTS = r"^[=@\t\r\n+＝＠＋－-]"  # of a formula; the wide ones for spreadsheets set to Chinese or Japanese
FORMULA = r"^[=@\t\r\n＝＠]|^[+＋－-](?![\d.,\s]*$)"  # a number with a sign is none


@dataclass(frozen=True)
class Import:
    """What came of an import: the data set, and the rows that are not in it, as they came.

    Attributes
    ----------
    data : its ``facts["imports"]`` holds the account by table
    rejected : file, row, reasons, and the file's own columns
    found : which column of the first file is which
    samples : of each of them, see `preview.samples`
    """

    data: Dataset
    rejected: pd.DataFrame
    found: Sequence[Found]
    samples: Sequence[dict[str, Any]]


def columns_of(raw: Raw, mapping: Mapping, pairs: dict[str, str], first: Raw, aim: Target) -> list[Found]:
    """Map one file's columns; a further file is held to what was found for the first."""
    if raw is not first:
        found = columns_of(first, mapping, pairs, first, aim)
        guessed = {f.column: f.theirs for f in found if f.how in GUESSES}
        theirs = [name for f in found if f.how in GUESSES for name in f.columns]
        lost = [name for name in theirs if name not in raw.texts.column_names]
        if lost:
            raise DataError(
                f"{raw.file} lacks the column {lost[0]!r} that {first.file} has; files must be alike."
            )
        pairs = guessed | pairs
    try:
        sample = decoded(raw.texts.slice(0, SAMPLE))
        return find_columns(raw.texts.column_names, raw.named, mapping, pairs, sample, aim)
    except DataError as error:
        raise DataError(f"{raw.file}: {error}") from None


@dataclass
class Source:
    """What is known of a file once it is read: name, columns, facts, and what was seen how often in how many rows."""

    name: str
    columns: list[str]
    facts: dict[str, str]
    seen: Counter[str] = field(default_factory=Counter)
    rows: int = 0


@dataclass(frozen=True)
class Rejected:
    """Rows as they came, with their places among all rows read and the reasons why they can't be used."""

    raw: Raw
    place: np.ndarray
    reasons: pd.Series


class Tally:
    """Where the rows of all files went, added up piece by piece.

    Attributes
    ----------
    sources : the files
    reasons : reason → rows that show it
    """

    def __init__(self) -> None:
        self.sources: list[Source] = []
        self.reasons: Counter[str] = Counter()
        self.hashes: list[np.ndarray] = []
        self.good: list[np.ndarray] = []
        self.rejected: list[Rejected] = []

    @property
    def read(self) -> int:
        """Number of rows so far."""
        return sum(source.rows for source in self.sources)

    @property
    def left_out(self) -> int:
        """Number of rows so far that can't be used."""
        return sum(int((~good).sum()) for good in self.good)

    def add(self, number: int, raw: Raw, reasons: pd.DataFrame, hashes: np.ndarray) -> np.ndarray:
        """Count the rows of a piece of the file ``number``, and say which are kept."""
        if number == len(self.sources):
            self.sources.append(Source(raw.file, raw.texts.column_names, raw.facts))
        good = ~reasons.to_numpy(dtype=bool).any(axis=1)
        for reason, n in reasons.sum().items():
            self.reasons[str(reason)] += int(n)
        if not good.all():
            self.rejected.append(some_rows(raw, ~good, self.read, reasons_in_words(reasons[~good])))
        self.good.append(good)
        self.hashes.append(hashes)
        self.sources[number].rows += len(good)
        self.sources[number].seen.update(raw.seen)
        return good

    def reject(self, rows: Rejected) -> None:
        """Reject rows that were kept until more was known."""
        place = pd.Index(rows.place)
        begin = 0
        for good in self.good:
            mine = place[(place >= begin) & (place < begin + len(good))]
            good[mine - begin] = False
            begin += len(good)
        self.reasons.update(rows.reasons.tolist())
        self.rejected.append(rows)

    def twins(self) -> pd.DataFrame:
        """Those rows that come more than once, cell for cell: file (its number), hash, whether it came before, whether
        it is kept.
        """
        hashes = np.concatenate(self.hashes)
        ordered = np.sort(hashes)
        twice = ordered[1:][ordered[1:] == ordered[:-1]]
        place = np.flatnonzero(pd.Series(hashes).isin(np.unique(twice)))
        ends = np.cumsum([source.rows for source in self.sources])
        found = pd.DataFrame(
            {
                "file": np.searchsorted(ends, place, side="right"),
                "hash": hashes[place],
                "kept": np.concatenate(self.good)[place],
            }
        )
        return found.assign(again=found["hash"].duplicated())

    def nothing_left(self, unread: Iterable[str] = ()) -> DataError:
        """Build the error for files without one good row; ``unread`` says what of which columns can't be read."""
        why = ", ".join(f"{reason} ({n:,})" for reason, n in self.reasons.most_common(3) if n)
        return DataError(
            f"No row of {', '.join(s.name for s in self.sources)} can be used; of {self.read:,} rows: {why}. "
            + "".join(f"{sentence}. " for sentence in unread)
            + "Say --map COLUMN=THEIRS if another column is meant, --date-format if dates are written in another way."
        )

    def rejected_rows(self) -> pd.DataFrame:
        """The rejected rows as they came, with file, row number and all their reasons."""
        if not self.rejected:
            where = pd.DataFrame({c: pd.Series(dtype="str") for c in WHERE})
            return pd.concat([where, pd.DataFrame(columns=self.sources[0].columns, dtype="str")], axis=1)
        raw = whole_table(part.raw for part in self.rejected)
        file = [part.raw.file for part in self.rejected for _ in part.place]
        reasons = pd.concat([part.reasons for part in self.rejected], ignore_index=True)
        where = pd.DataFrame({"file": pd.Series(file, dtype="str"), "row": raw.row, "reasons": reasons})
        rejected = pd.concat([where, raw.cells], axis=1)
        if (raw.surplus != "").any():
            rejected.insert(len(rejected.columns), SURPLUS, raw.surplus, allow_duplicates=True)
        order = np.argsort(np.concatenate([part.place for part in self.rejected]), kind="stable")
        return rejected.take(order).reset_index(drop=True)


def some_rows(raw: Raw, which: np.ndarray, done: int, reasons: pd.Series) -> Rejected:
    """Keep some rows of a piece that ``done`` rows came before."""
    beside = {c: getattr(raw, c)[which].reset_index(drop=True) for c in BESIDE}
    # Written out and coded anew, they hold on to no text of the others.
    texts = compact(raw.texts.filter(pa.array(which)))
    return Rejected(
        replace(raw, texts=texts, **beside), np.flatnonzero(which) + done, reasons.reset_index(drop=True)
    )


def reasons_in_words(reasons: pd.DataFrame) -> pd.Series:
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
    safe = [pa.array(harmless(c) if c.dtype == "str" else c) for _, c in rejected.items()]
    names = harmless(pd.Series(rejected.columns, dtype="str"))
    table = pa.Table.from_arrays(safe, names=names.tolist())
    pyarrow.csv.write_csv(table, path)


def harmless(texts: pd.Series) -> pd.Series:
    """Put a quote before what a spreadsheet would take for a formula."""
    likely = pd.Series(contains(texts, STARTS), texts.index)  # far quicker than the whole pattern
    likely[likely] = texts[likely].str.contains(FORMULA)
    return texts.mask(likely, "'" + texts) if likely.any() else texts
