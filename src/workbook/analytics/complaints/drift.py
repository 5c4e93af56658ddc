"""Has the world moved since the model learnt? Two samples compared, with what chance alone would show."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics import roc
from workbook.analytics.complaints import text_grades
from workbook.analytics.dependent_rows import codes
from workbook.analytics.estimate import Estimate

FREQUENT = 0.1  # of the earlier sample; a value that makes up so much can be a class of its own


def psi(before: pd.Series, after: pd.Series) -> float:
    """Population stability index of two samples of classes: 0 where the shares are alike.

    The sum over classes of the difference of shares times the difference of their logarithms, half a case added to each
    class so that an empty one has a logarithm; missing if a sample is empty.
    """
    if before.empty or after.empty:
        return np.nan
    return float(psi_of(*counted(before, after))[0])


def psi_by_chance(
    before: pd.Series, after: pd.Series, *, draws: int = 1000, seed: int = 0, share: float = 0.95
) -> float:
    """What the index stays under in a ``share`` of ``draws`` if the two samples are shuffled; missing if one is empty."""
    if before.empty or after.empty:
        return np.nan
    old, new = counted(before, after)
    both = (old + new).astype(int)[0]
    mixed = np.random.default_rng(seed).multivariate_hypergeometric(both, len(before), size=draws)
    return float(np.quantile(psi_of(mixed, both - mixed), share))


def counted(before: pd.Series, after: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Cases by class in each sample, as one row each."""
    classes = sorted(set(before) | set(after), key=str)
    old, new = (
        s.value_counts().reindex(classes, fill_value=0).to_numpy(float)[None, :] for s in (before, after)
    )
    return old, new


def psi_of(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """The index of each row of counts."""
    p, q = ((k + 0.5) / (k + 0.5).sum(axis=1, keepdims=True) for k in (before, after))
    return np.asarray(((q - p) * np.log(q / p)).sum(axis=1))


def in_fifths(values: pd.Series, of: pd.Series) -> pd.Series:
    """Class of each value, cut at the fifths of another sample; a frequent value at a cut is a class of its own.

    Else a value that makes up most of a sample would hide what lies below it.

    Returns
    -------
    pandas.Series
        0, 2, 4, 6, 8 for the fifths from the lowest on, and odd numbers between them for `FREQUENT` values.
    """
    sample = of.dropna().astype(float)
    cuts = np.unique(sample.quantile([0.2, 0.4, 0.6, 0.8], interpolation="lower").dropna())
    own = [cut for cut in cuts if (sample == cut).mean() >= FREQUENT]
    numbers = values.to_numpy(dtype=float)
    found = 2 * np.searchsorted(cuts, numbers, side="left") + np.isin(numbers, own)
    return pd.Series(found, index=values.index)


def is_number(values: pd.Series) -> bool:
    """Whether values are measured or counted; flags are classes."""
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def drift_table(
    before: pd.DataFrame, after: pd.DataFrame, *, draws: int = 1000, seed: int = 0
) -> pd.DataFrame:
    """The index of each column that both have, and what chance alone keeps it under; numbers are cut into fifths.

    The limits hold for all columns together in 95 of 100 cases (Bonferroni): so many columns, so many chances of a false alarm.

    Returns
    -------
    pandas.DataFrame
        By column: psi, psi_by_chance, moved (whether the index is above it).
    """
    rows, both = {}, before.columns.intersection(after.columns)
    share = 1 - 0.05 / max(len(both), 1)
    for name in both:
        old, new = before[name].dropna(), after[name].dropna()
        if is_number(old) and is_number(new):
            old, new = in_fifths(old, old), in_fifths(new, old)
        rows[str(name)] = (psi(old, new), psi_by_chance(old, new, draws=draws, seed=seed, share=share))
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["psi", "psi_by_chance"])
    return table.assign(moved=table["psi"] > table["psi_by_chance"])


def texts_apart(
    before: pd.Series, after: pd.Series, *, seed: int = 0, cluster: pd.Series | None = None
) -> Estimate:
    """Can a model tell the texts of two samples apart? `roc.auc` of one that learnt from half of each, on the other half.

    One half means that it can't: then the words have not moved in any way that it could learn (Lopez-Paz & Oquab 2017,
    "Revisiting classifier two-sample tests"). The interval is that of `roc.auc`, for the model as it was learnt.

    Parameters
    ----------
    before, after : texts
    cluster : who wrote each, those of ``before`` first: nobody's texts are learnt from and tried
    """
    texts = pd.concat([before, after], ignore_index=True)
    later = pd.Series(np.arange(len(texts)) >= len(before))
    whose = np.arange(len(texts)) if cluster is None else codes(cluster)
    learns = pd.Series((np.random.default_rng(seed).permutation(whose.max(initial=-1) + 1) % 2 == 0)[whose])
    model = text_grades.fit(texts[learns], later[learns] + 1, seed=seed)
    score = model.chances(texts[~learns])[2]
    return roc.auc(score, later[~learns], cluster=None if cluster is None else pd.Series(whose)[~learns])


@dataclass(frozen=True)
class Moved:
    """Which columns of a `drift_table` moved by more than chance.

    Attributes
    ----------
    case : none, some, or unknown where nothing could be compared
    names : of those that moved
    """

    case: str
    names: list[str]


def moved(table: pd.DataFrame) -> Moved:
    """Which columns of a `drift_table` moved by more than chance."""
    known = table.dropna()
    names = [str(name) for name in known.index[known["moved"].astype(bool)]]
    return Moved("unknown" if known.empty else "some" if names else "none", names)
