"""Which texts are among others, in a fraction of the time that pandas takes for it."""

from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc


def is_in(values: pd.Series, among: Any) -> pd.Series:
    """Whether each value is among others, as ``values.isin(among)`` says; a missing value is, where one is among them.

    Pandas makes a Python object of each of the others first; Arrow compares what it has.

    Parameters
    ----------
    values : texts, say
    among : a series, an index or an array

    Returns
    -------
    pandas.Series
        of truth values, index as ``values``.
    """
    ours, theirs = pa.array(values), pa.array(among)
    if ours.type != theirs.type:  # as of a column without any value
        return values.isin(among)
    found = pc.is_in(ours, value_set=theirs)
    return pd.Series(found.to_numpy(zero_copy_only=False), index=values.index)
