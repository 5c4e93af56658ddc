"""Each distinct text of a column is converted once: a file has far fewer dates and prices than lines.

Of the distinct texts most are written plainly, and are read all at once; the others get the patience that they need.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.tables.importing.readers.dictionary_encoding import Texts, as_codes


def by_distinct(cells: Texts, convert: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Convert each distinct text once."""
    codes, distinct = as_codes(cells)
    found = convert(distinct).array.take(codes)
    return (
        pd.Series(found, cells.index, name=cells.name) if isinstance(cells, pd.Series) else pd.Series(found)
    )


def plain_first(
    texts: pd.Series,
    plain: str,
    quick: Callable[[pd.Series], pd.Series],
    slow: Callable[[pd.Series], pd.Series],
) -> pd.Series:
    """Convert those texts quickly that match a pattern (of RE2, in whole), the others slowly."""
    odd = not_plain(texts, plain)
    if odd.empty:
        return quick(texts)
    return pd.concat([quick(texts.drop(odd.index)), slow(odd)]).sort_index()


def not_plain(texts: pd.Series, plain: str) -> pd.Series:
    """Those texts that don't match a pattern (of RE2) in whole."""
    return texts[~contains(texts, f"^(?:{plain})$")]


def contains(texts: pd.Series, pattern: str) -> np.ndarray:
    """Tell which texts contain a pattern (of RE2)."""
    found = pc.match_substring_regex(pa.array(texts, pa.large_string()), pattern)
    return found.to_numpy(zero_copy_only=False).astype(bool)
