"""Several comparisons at once: intervals that all hold together, and p-values that say the same.

By Bonferroni's inequality, whatever the comparisons share (Miller 1981, doi 10.1007/978-1-4613-8122-8). Holm's p-values
are a little smaller, but no simple intervals go with them: one would see a p below 5 % beside an interval that holds 0.
"""

import pandas as pd


def level_of_each(level: float, comparisons: int) -> float:
    """Level that each of several intervals needs for all of them to hold in ``level`` of trials."""
    return 1 - (1 - level) / max(1, comparisons)


def adjusted(p: pd.Series, comparisons: int) -> pd.Series:
    """P-values that can be held against one level for all ``comparisons`` together; missing ones stay so."""
    return (p.astype(float) * max(1, comparisons)).clip(upper=1)
