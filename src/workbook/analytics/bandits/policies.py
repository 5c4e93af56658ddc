"""Policies that a log could be asked about: with what chance each content is shown to each row's reader.

A policy is a frame: a row per row of the log, a column per content, rows that sum to 1. Scene and channel are drawn evenly
among those that are open to the reader, so that consent is kept whatever the policy.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd


def contents(log: pd.DataFrame) -> list[str]:
    """All contents of a log, by name."""
    return sorted(log["content"].unique())


def always(log: pd.DataFrame, content: str) -> pd.DataFrame:
    """One content for everybody."""
    names = contents(log)
    return pd.DataFrame(np.tile([float(n == content) for n in names], (len(log), 1)), log.index, names)


def at_random(log: pd.DataFrame) -> pd.DataFrame:
    """Each content with the same chance."""
    names = contents(log)
    return pd.DataFrame(1 / len(names), log.index, names)


def by_group(log: pd.DataFrame, best: Mapping[str, str], otherwise: str) -> pd.DataFrame:
    """One content for each group.

    Parameters
    ----------
    best : group → content
    otherwise : for groups that it doesn't name
    """
    names = contents(log)
    shown = log["group"].map({group: best.get(group, otherwise) for group in log["group"].unique()})
    return pd.DataFrame({n: (shown == n).astype(float) for n in names}, index=log.index)
