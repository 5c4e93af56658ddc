"""Rows of a piece that were read by our columns, and for each row every reason why it can't be used."""

from dataclasses import dataclass, field

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.readers.dictionary_encoding import as_codes

LARGEST = 1e12  # more than any line ever cost; a bar code in the wrong column
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no column's number is lost
FIRST_DAY = pd.Timestamp("1970-01-02")  # what lies before is a computer's zero, not a purchase


@dataclass(frozen=True)
class Judged:
    """The rows of a frame, judged.

    Attributes
    ----------
    lines : our columns, those that are mapped
    row_hash : a number per row, the same for rows that are the same in every cell
    reasons : one column of truth values per reason to reject a row
    is_return : the rows that take something back; they matter where the rules want them as returns
    texts : columns of coded text that are not among the lines
    """

    lines: pd.DataFrame
    row_hash: np.ndarray
    reasons: pd.DataFrame
    is_return: pd.Series
    texts: pa.Table = field(default_factory=lambda: pa.table({}))


def row_hash(cells: pa.Table) -> np.ndarray:
    """A number per row that is the same for rows that are the same in every cell, whatever the columns' order."""
    total = np.zeros(len(cells), dtype="uint64")
    with duckdb.connect(config={"threads": 1}) as con:  # several times as fast as pandas
        for name in sorted(cells.column_names):
            codes, texts = as_codes(cells.column(name))
            distinct = con.from_arrow(pa.table({"text": pa.array(texts)})).project("hash(text) AS number")
            total = total * MIX + distinct.to_arrow_table()["number"].to_numpy()[codes]
    return total
