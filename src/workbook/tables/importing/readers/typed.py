"""Typed columns → text."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.dictionary_encoding import coded
from workbook.tables.importing.readers.header import distinct_names
from workbook.tables.importing.readers.raw_table import Raw, untroubled

BATCH = 250_000  # rows of a Parquet file or of a query


def typed_pieces(batches: Iterable[pa.RecordBatch], name: str, facts: dict[str, str]) -> Iterator[Raw]:
    """Turn typed columns into text; that of a float is the shortest that gives it back."""
    done = 0
    for batch in batches:
        frame = pa.Table.from_batches([batch]).to_pandas()
        if any(frame.index.names):
            frame = frame.reset_index()
        frame.columns = pd.Index(distinct_names([str(c) for c in frame.columns]))
        if len(frame):
            texts = pa.table({column: coded(typed_text(cells)) for column, cells in frame.items()})
            raw = untroubled(name, texts, np.arange(done + 1, done + len(frame) + 1))
            yield replace(raw, facts=facts)
        done += len(frame)
    if not done:
        raise DataError(f"{name} has no rows.")


def typed_text(column: pd.Series) -> pd.Series:
    """Text of a typed column; a time loses its zone, not its hour."""
    missing = column.isna()
    if isinstance(column.dtype, pd.DatetimeTZDtype):
        column = column.dt.tz_localize(None)
    elif column.dtype == "category":
        column = column.astype("object")
    if column.dtype == "object" and isinstance(next(iter(column[~missing]), None), bytes):
        column = column.str.decode("utf-8", errors="replace")  # as some tools write text
    return column.astype("str").mask(missing, "")
