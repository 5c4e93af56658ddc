"""Rows that repeat a key: which of them is kept, and whether they agree with it."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Repeated:
    """Rows whose key another row has, and which is kept.

    Attributes
    ----------
    dropped : the rows that give way
    notes : what the account should say
    doubts : what should be looked at: rows that contradict each other
    """

    dropped: pd.Series
    notes: list[str]
    doubts: list[str]


def repeated_keys(lines: pd.DataFrame, key: list[str]) -> Repeated:
    """Of rows with one key the fullest is kept, the first of equals; the others are held against it.

    Parameters
    ----------
    lines : rows that can be used
    key : columns that should name a row

    Returns
    -------
    Repeated
    """
    fullest = lines.notna().sum(axis=1).sort_values(ascending=False, kind="stable").index
    kept = lines.loc[fullest].drop_duplicates(key)
    dropped = ~lines.index.isin(kept.index)
    if not dropped.any():
        return Repeated(pd.Series(dropped, lines.index), [], [])
    away = lines[dropped]
    stays = away[key].merge(kept, on=key, how="left").set_axis(away.index)
    differ = pd.DataFrame(
        {
            c: (away[c] != stays[c]) & away[c].notna() & stays[c].notna()
            for c in lines.columns.difference(key, sort=False)
        },
        index=away.index,
    ).astype(bool)
    names = " and ".join(key)
    say = f"rows that repeat the {names} of another: {len(away):,}; the fullest of each is kept, the first of equals"
    odd = differ.any(axis=1)
    if not odd.any():
        return Repeated(
            pd.Series(dropped, lines.index), [f"{say}; none contradicts the one that is kept"], []
        )
    where = ", ".join(f"{c} {n:,}" for c, n in differ.sum().sort_values(ascending=False).items() if n)
    example = away.loc[odd[odd].index[0], key].tolist()
    doubt = f"{say}; {int(odd.sum()):,} contradict the one that is kept (in {where}), such as {' and '.join(map(repr, map(str, example)))}"
    return Repeated(pd.Series(dropped, lines.index), [], [doubt])
