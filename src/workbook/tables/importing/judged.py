"""Rows of a piece that were read by our columns, and for each row every reason why it can't be used."""

from collections import Counter
from dataclasses import dataclass, field
from functools import cache

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.readers.dictionary_encoding import as_codes

LARGEST = 1e12  # more than any line ever cost; a bar code in the wrong column
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no column's number is lost
NOTHING = np.uint64(0)
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
    odd : what is odd of which of their columns, and its text, in how many rows
    """

    lines: pd.DataFrame
    row_hash: np.ndarray
    reasons: pd.DataFrame
    is_return: pd.Series
    texts: pa.Table = field(default_factory=lambda: pa.table({}))
    odd: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def row_hash(cells: pa.Table) -> np.ndarray:
    """A number per row that is the same for rows that are the same in every cell, whatever the columns' order."""
    coded = [as_codes(cells.column(name)) for name in sorted(cells.column_names)]
    texts = [pa.array(distinct, pa.string()) for _, distinct in coded]
    ends = np.cumsum([0, *map(len, texts)])
    numbers = text_hash(pa.chunked_array(texts, pa.string()))
    total = np.zeros(len(cells), dtype="uint64")
    for (codes, _), begin, end in zip(coded, ends, ends[1:], strict=False):
        total = total * MIX + np.append(numbers[begin:end], NOTHING)[codes]  # -1 where nothing is said
    return total


def text_hash(texts: pa.ChunkedArray) -> np.ndarray:
    """A number per text; several times as fast as pandas, and all at once, as each question costs a hundredth of a second."""
    with engine().cursor() as con:
        hashed = con.from_arrow(pa.table({"text": texts})).project("hash(text) AS number")
        return hashed.to_arrow_table()["number"].to_numpy()


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """An engine that is there once, which costs as much as a small file does."""
    return duckdb.connect(config={"threads": 1})
