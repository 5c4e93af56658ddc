"""How much of what is wrong was found, and how much of what was found is wrong."""

import numpy as np
import pandas as pd


def found_and_true(found: pd.DataFrame, true: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Precision and recall of rows that were flagged, kind by kind.

    Parameters
    ----------
    found, true : keys and kind, one row each place
    keys : columns that name a place

    Returns
    -------
    pandas.DataFrame
        Index kind, last all; found, right (flagged at its place, by its kind), true, precision, recall; of all rows any kind is
        right that is at its place.
    """
    both = found.merge(true, on=keys, how="inner", suffixes=("", "_true"))
    exact = both[both["kind"] == both["kind_true"]]
    counts = {"found": found["kind"], "right": exact["kind"], "true": true["kind"]}
    table = pd.DataFrame({name: kinds.value_counts() for name, kinds in counts.items()}).fillna(0).astype(int)
    table = table.sort_index()
    table.loc["all, of any kind"] = {"found": len(found), "right": len(both), "true": len(true)}
    some = table.replace(0, np.nan)
    return table.assign(
        precision=table["right"] / some["found"], recall=table["right"] / some["true"]
    ).rename_axis("kind")
