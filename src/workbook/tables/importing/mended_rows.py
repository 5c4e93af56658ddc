"""Rejected rows that were mended: each takes the place of the row that it was in its file.

The columns file and row of a rejected.csv say where a row came from, so that nothing is counted twice, and a row that
can't be used after all is rejected under its own number again.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.dictionary_encoding import coded
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces, read_start
from workbook.tables.importing.readers.raw_table import Raw, in_order, whole_table
from workbook.tables.importing.readers.spreadsheet import is_spreadsheet
from workbook.tables.importing.tally import SURPLUS, WHERE, harmless

HEADER = re.compile(rb"\W*file\W+row\W+reasons\b")


class Mended(Pieces):
    """A file some of whose rows were mended elsewhere.

    Parameters
    ----------
    file : as it is
    rows : the mended rows, by their number in the file
    """

    def __init__(self, file: Pieces, rows: pd.DataFrame) -> None:
        super().__init__(file.path, file.options, file.size)
        self.file, self.rows = file, rows

    def read(self) -> Iterator[Raw]:
        """Read from the beginning, with the mended rows in their places."""
        left = set(self.rows.index)
        for raw in self.file.read():
            left.difference_update(raw.row)
            yield mend(raw, self.rows)
        if left:
            raise DataError(
                f"{self.path.name} has no row {min(left)}, which was mended; was the file changed?"
            )


def put_back(files: Sequence[Path], options: FileOptions) -> list[Pieces]:
    """The files to be read; rows of those that hold rejected ones go back to where they came from.

    Raises
    ------
    DataError
        if rows were mended whose file isn't among ``files``.
    """
    back = [path for path in files if holds_rejected(path)]
    pieces = [Pieces(path, options) for path in files if path not in back]
    found = {file.path.name: file for file in pieces}
    if not back:
        return pieces
    if len(found) < len(pieces):
        raise DataError(
            "Beside mended rows, files must have different names, since the rows name their files."
        )
    for path in back:
        cells = whole_table(Pieces(path)).cells
        for name, rows in cells.groupby("file", sort=False):
            if name not in found:
                raise DataError(
                    f"{path.name} holds rows that were left out of {name}; name that file too, and they take their places: "
                    f"{name} {path.name}."
                )
            number = pd.to_numeric(rows["row"], errors="coerce")
            if number.isna().any() or number.duplicated().any():
                raise DataError(
                    f"{path.name}: the column row must name each row of {name} once, by its number."
                )
            mended = rows.drop(columns=[*WHERE, SURPLUS], errors="ignore").set_index(number.astype("int64"))
            found[str(name)] = Mended(found[str(name)], mended)
    return list(found.values())


def holds_rejected(path: Path) -> bool:
    """Whether a file is one that an import wrote for rows that it couldn't use."""
    start = read_start(path)
    if is_spreadsheet(start, path):
        return path.stem.startswith("rejected") and list(Pieces(path).first.texts.column_names[:3]) == WHERE
    return HEADER.match(start) is not None


def mend(raw: Raw, rows: pd.DataFrame) -> Raw:
    """Put mended rows in the places of those that they were; one that is as it was keeps its trouble."""
    there = raw.row.isin(rows.index).to_numpy()
    if not there.any():
        return raw
    names = raw.texts.column_names
    rows = rows.rename(columns=dict(zip(harmless(pd.Series(names, dtype="str")), names, strict=True)))
    if missing := [c for c in names if c not in rows]:
        raise DataError(f"The rows mended of {raw.file} lack its column {missing[0]!r}.")
    old, number = rows_of_piece(raw, there), raw.row[there]
    new = rows.loc[number, names].reset_index(drop=True)
    was = old.cells.apply(harmless)
    same = (new == was) & (was != "")
    strange = ~same.any(axis=1) & (was != "").any(axis=1)
    if strange.any():
        raise DataError(
            f"Row {number[strange.to_numpy()].iloc[0]} of {raw.file} is not the one that was mended: no cell is the same; was "
            "the file changed?"
        )
    changed = (new != was).any(axis=1)
    cells = new.where(new != was, old.cells)
    fixed = replace(
        old,
        texts=pa.table({name: coded(cells[name]) for name in cells}),
        trouble=old.trouble.mask(changed, ""),
        surplus=old.surplus.mask(changed, ""),
        seen=Counter({"rows that were mended": int(changed.sum())} if changed.any() else {}),
    )
    return in_order(rows_of_piece(raw, ~there), fixed)


def rows_of_piece(raw: Raw, which: np.ndarray) -> Raw:
    """Some rows of a piece."""
    beside = {c: getattr(raw, c)[which].reset_index(drop=True) for c in ("row", "trouble", "surplus")}
    return replace(raw, texts=raw.texts.filter(pa.array(which)), **beside)
