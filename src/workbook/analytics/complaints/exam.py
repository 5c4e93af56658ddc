"""What a method learns from, and what it is examined on: the newest complaints, and nobody's on both sides."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.tables.errors import DataError


def newest(times: pd.Series, share: float) -> pd.Series:
    """Whether each case belongs to the newest ``share`` of all; cases of one moment stay together."""
    if not 0 < share < 1:
        raise DataError(f"share must lie between 0 and 1; got {share}.")
    return times.rank(method="max", pct=True) > 1 - share


def set_aside(times: pd.Series, share: float, seed: int) -> pd.Series:
    """The cases that methods are examined on: the `newest`, or where no time is known so many drawn at random.

    A case without a time among others that have one is no new one.
    """
    return newest(times, share) if times.notna().any() else at_random(times, share, seed)


def at_random(times: pd.Series, share: float, seed: int) -> pd.Series:
    """Set aside as many cases as `newest` does, whatever their time; where none is known, so large a share of all."""
    order = times if times.notna().any() else pd.Series(range(len(times)), index=times.index)
    marked = newest(order, share).to_numpy(copy=True)
    return pd.Series(np.random.default_rng(seed).permutation(marked), index=times.index)


def may_teach(customers: pd.Series, examined: pd.Series) -> pd.Series:
    """Whether each case may be learnt from: it is not examined on, nor is another one of the same customer.

    Who writes again uses the same words. A method that has learnt the first letter would know the second by heart.
    """
    return ~examined & ~customers.isin(customers[examined].dropna())


@dataclass(frozen=True)
class Exam:
    """Complaints to learn from, and those that are newer.

    Attributes
    ----------
    case : dated, undated (no complaint has a date, so they are drawn at random), or empty
    past, test : to learn from, and to be examined on
    learn, examine : number of both
    left_out : number of older ones of customers who are among the newer
    until : the newest date of those to learn from
    """

    case: str
    past: pd.DataFrame
    test: pd.DataFrame
    learn: int
    examine: int
    left_out: int
    until: pd.Timestamp


def examination(cases: pd.DataFrame, share: float, seed: int) -> Exam:
    """Set the newest ``share`` of complaints aside, and all older ones of the same customers out.

    Parameters
    ----------
    cases : complained_at, customer_id
    share : of the complaints that are set aside
    seed : of the draw where no complaint has a date
    """
    late = set_aside(cases["complained_at"], share, seed)
    past, test = cases[may_teach(cases["customer_id"], late)], cases[late]
    until = past["complained_at"].max()
    case = "empty" if past.empty or test.empty else "undated" if pd.isna(until) else "dated"
    return Exam(case, past, test, len(past), len(test), len(cases) - len(past) - len(test), until)


def with_reminders(cases: pd.DataFrame, days: int = 7) -> pd.DataFrame:
    """Each complaint twice: as it is, and sent again by the same customer in the same words, ``days`` later."""
    again = cases.assign(complained_at=cases["complained_at"] + pd.Timedelta(days=days))
    return pd.concat([cases, again]).sort_index(kind="stable").reset_index(drop=True)


def by_heart(letters: pd.DataFrame, drawn: pd.Series) -> pd.DataFrame:
    """Share of right grades of a method that knows texts by heart and nothing else: any other text gets grade 1.

    Parameters
    ----------
    letters : customer_id, text and grade
    drawn : whether each letter is in the examination

    Returns
    -------
    pandas.DataFrame
        Rows shuffled (as drawn) and apart (without letters to learn from of customers who are examined): learnt, examined
        (numbers of letters), right.
    """
    rows = {}
    for name, learns in {"shuffled": ~drawn, "apart": may_teach(letters["customer_id"], drawn)}.items():
        learn, examined = letters[learns], letters[drawn]
        known = learn.drop_duplicates("text").set_index("text")["grade"]
        right = examined["text"].map(known).fillna(1) == examined["grade"]
        rows[name] = {"learnt": len(learn), "examined": len(examined), "right": right.mean()}
    return pd.DataFrame(rows).T.astype({"learnt": int, "examined": int}).rename_axis("split")
