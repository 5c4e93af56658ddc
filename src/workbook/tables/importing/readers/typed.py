"""Typed columns → text."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.dictionary_encoding import coded
from workbook.tables.importing.readers.header import distinct_names
from workbook.tables.importing.readers.raw_table import Raw, untroubled

BATCH = 250_000  # rows of a Parquet file or of a query
NUMBERS_OF_ROWS = r"__index_level_\d+__"
SCALARS = (str, int, float, bool, type(None))


def typed_pieces(batches: Iterable[pa.RecordBatch], name: str, facts: dict[str, str]) -> Iterator[Raw]:
    """Turn typed columns into text; that of a float is the shortest that gives it back."""
    done = 0
    for batch in batches:
        table = flattened(pa.Table.from_batches([batch]))
        names = distinct_names(table.column_names)
        if len(table):
            texts = pa.table({n: coded(typed_text(c)) for n, c in zip(names, table.columns, strict=True)})
            raw = untroubled(name, texts, np.arange(done + 1, done + len(table) + 1))
            yield replace(raw, facts=facts)
        done += len(table)
    if not done:
        raise DataError(f"{name} has no rows.")


def flattened(table: pa.Table) -> pa.Table:
    """A table with the parts of its nested columns as columns, under names with dots; without a frame's own numbers."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table.drop_columns([name for name in table.column_names if re.fullmatch(NUMBERS_OF_ROWS, name)])


def typed_text(column: pa.ChunkedArray) -> pd.Series:
    """Text of a typed column; a time loses its zone, not its hour, and a whole number no figure."""
    if pa.types.is_dictionary(column.type):
        column = column.combine_chunks().dictionary_decode()
    if pa.types.is_integer(column.type) or pa.types.is_decimal(column.type):
        return pd.Series(pd.array(column.cast(pa.large_string()).fill_null(""), dtype="str"))
    if pa.types.is_nested(column.type):
        return pd.Series([value_text(value) for value in column.to_pylist()], dtype="str")
    values = column.to_pandas()
    missing = values.isna()
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_localize(None)
    if values.dtype == "object" and isinstance(next(iter(values[~missing]), None), bytes):
        values = values.str.decode("utf-8", errors="replace")  # as some tools write text
    return values.astype("str").mask(missing, "")


def value_text(value: Any) -> str:
    """Text of a nested value: as it is; a list of words with commas, any other as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        plain = all(isinstance(v, SCALARS) for v in value)
        return (
            ", ".join(map(value_text, value)) if plain else json.dumps(value, ensure_ascii=False, default=str)
        )
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, dict) else str(value)
