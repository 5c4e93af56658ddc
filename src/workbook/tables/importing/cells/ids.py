"""Text → ids."""

import re

import pandas as pd
import pyarrow as pa

from workbook.tables.importing.cells.distinct import by_distinct, plain_first
from workbook.tables.importing.readers.dictionary_encoding import Texts, as_codes, from_codes

MISSING = {"", "nan", "null", "none", "n/a", "na", "#n/a", "#null!", "nat", "<na>", r"\n", "-", "--", "无"}
# What needs no second look: an id with a figure in it and nothing around it, a number, a time as in ISO 8601.
PLAIN_ID = r"[\w/:#-]*[0-9][\w/:#-]*|[\w/:#-][\w/:#, -]*[0-9]"


def read_ids(cells: Texts) -> pd.Series:
    """Texts without what spreadsheets put around them; missing where nothing is said."""
    return by_distinct(cells, ids)


def coded_ids(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same, coded as they were."""
    codes, texts = as_codes(cells)
    return from_codes(codes, ids(texts))


def unread(cells: Texts, values: pd.Series) -> pd.Series:
    """Tell where something is written that gave no value."""
    none = values.isna()
    return none & by_distinct(cells, lambda texts: ids(texts).notna()) if none.any() else none


def ids(texts: pd.Series) -> pd.Series:
    """Ids of distinct texts."""
    return plain_first(texts, PLAIN_ID, lambda same: same, odd_ids)


def odd_ids(texts: pd.Series) -> pd.Series:
    """Ids of texts that are written in some other way: ``17850.0`` → 17850, ``="007"`` and ``'007`` → 007."""
    bare = texts.str.replace(re.compile("[\u200b\ufeff]"), "", regex=True).str.strip()
    bare = bare.str.replace(re.compile(r"""^(?:="(.*)"|'(.*))$"""), r"\1\2", regex=True).str.strip()
    bare = bare.str.replace(re.compile(r"^(\d+)\.0$"), r"\1", regex=True)
    return bare.mask(bare.str.casefold().isin(MISSING))
