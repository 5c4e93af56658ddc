"""Text → ids."""

import re

import pandas as pd
import pyarrow as pa

from workbook.tables.importing.cells.characters import plain_digits
from workbook.tables.importing.cells.distinct import by_distinct, plain_first
from workbook.tables.importing.readers.dictionary_encoding import Texts, as_codes, from_codes

MISSING = {
    "", "nan", "null", "none", "n/a", "n.a.", "na", "#n/a", "#null!", "nat", "<na>", "(null)", r"\n", "-", "--", "—", "–", "?", "??", "无",
}  # fmt: skip
# What is written where there is no time or number; an id or a name may be such a word.
UNKNOWN = {
    "#value!", "#ref!", "#div/0!", "#name?", "nil", "unknown", "not available", "not applicable", "missing", "blank", "empty", "undefined",
    "tbd", "tba", "n.v.", "k.a.", "unbekannt", "keine", "inconnu", "desconocido", "s/d", "n.d.", "n/d", "未知", "不详", "空", "暂无", "無", "不明", "なし",
    "...", "…", "---", "*", ".", "/",
}  # fmt: skip
# What needs no second look: an id with a figure in it and nothing around it, a number, a time as in ISO 8601.
PLAIN_ID = r"[\w/:#-]*[0-9][\w/:#-]*|[\w/:#-][\w/:#, -]*[0-9]"


def read_ids(cells: Texts) -> pd.Series:
    """Texts without what spreadsheets put around them; missing where nothing is said."""
    return by_distinct(cells, ids)


def coded_ids(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same, coded as they were."""
    codes, texts = as_codes(cells)
    found = ids(texts)
    return cells if found is texts and texts.is_unique else from_codes(codes, found)


def unread(cells: Texts, values: pd.Series) -> pd.Series:
    """Tell where something is written that gave no value: no time, no number, no flag."""
    none = values.isna()
    return none & says_something(cells) if none.any() else none


def says_something(cells: Texts) -> pd.Series:
    """Tell where a time, a number or a flag should be read; a dash, ``?`` or ``未知`` says that there is none."""
    return by_distinct(
        cells, lambda texts: ids(texts).notna() & ~texts.str.strip().str.casefold().isin(UNKNOWN)
    )


def ids(texts: pd.Series) -> pd.Series:
    """Ids of distinct texts."""
    return plain_first(texts, PLAIN_ID, lambda same: same, odd_ids)


def odd_ids(texts: pd.Series) -> pd.Series:
    """Ids of texts that are written in some other way: ``17850.0`` and ``١٧٨٥٠`` → 17850, ``="007"`` and ``'007`` → 007."""
    bare = plain_digits(texts).str.replace(re.compile("[\u200b\ufeff]"), "", regex=True).str.strip()
    bare = bare.str.replace(re.compile(r"""^(?:="(.*)"|'(.*))$"""), r"\1\2", regex=True).str.strip()
    bare = bare.str.replace(re.compile(r"^(\d+)\.0$"), r"\1", regex=True)
    return bare.mask(bare.str.casefold().isin(MISSING))
