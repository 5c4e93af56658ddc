"""Columns of text as Arrow's dictionaries: each row has a code, each text stands once, and is looked at once."""

from collections.abc import Sequence
from typing import Union

import numpy as np
import pandas as pd
import pyarrow as pa

CODED = pa.dictionary(pa.int32(), pa.large_string())
Texts = Union["pd.Series", pa.ChunkedArray]


def coded(texts: pd.Series | Sequence[str]) -> pa.ChunkedArray:
    """A column of text, coded."""
    return pa.chunked_array([pa.array(texts, pa.large_string()).dictionary_encode()])


def decoded(table: pa.Table) -> pd.DataFrame:
    """Columns of coded text, written out."""
    plain = table.cast(pa.schema([(name, pa.large_string()) for name in table.column_names]))
    return pd.DataFrame({name: pd.array(plain.column(name), dtype="str") for name in plain.column_names})


def compact(table: pa.Table) -> pa.Table:
    """Columns of coded text without the texts that no row has."""
    cells = decoded(table)
    return pa.table({name: coded(cells[name]) for name in cells})


def as_codes(column: Texts) -> tuple[np.ndarray, pd.Series]:
    """Each row's code, -1 where nothing is said, and the texts that the codes stand for."""
    if isinstance(column, pd.Series):
        codes, texts = pd.factorize(column)
        return codes, pd.Series(texts, dtype="str")
    if not len(column):
        return np.array([], dtype="int32"), pd.Series([], dtype="str")
    column = column.unify_dictionaries()
    codes = [(c.indices.fill_null(-1) if c.null_count else c.indices).to_numpy() for c in column.chunks]
    return np.concatenate(codes), pd.Series(pd.array(column.chunk(0).dictionary, dtype="str"))


def from_codes(codes: np.ndarray, texts: pd.Series) -> pa.ChunkedArray:
    """The column that `as_codes` takes apart; texts that are missing or come twice are put right."""
    if texts.hasnans or not texts.is_unique:
        again, distinct = pd.factorize(texts)
        codes, texts = np.append(again, -1)[codes].astype("int32"), pd.Series(distinct)
    indices = pa.array(codes, pa.int32(), mask=codes < 0)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(indices, pa.array(texts, pa.large_string()))])
