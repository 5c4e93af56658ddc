"""Complaints to be read by people: six to begin with, and those that tell most about a method."""

from dataclasses import dataclass
from string import ascii_uppercase

import pandas as pd

from workbook.analytics.complaints.grading import GRADES, keyword_grades, language_of

EASY = (40, 240)  # characters of a text that is read at a glance


def graded(complaints: pd.DataFrame) -> pd.DataFrame:
    """Complaints with text and grade, the oldest first, their language by its letters where it isn't on record."""
    cases = complaints.dropna(subset=["text", "grade"]).astype({"grade": int})
    cases = cases.sort_values(["complained_at", "complaint_id"], ignore_index=True)
    language = cases["language"].where(cases["language"].notna(), language_of(cases["text"]))
    return cases.assign(language=language)


def six(cases: pd.DataFrame) -> pd.DataFrame:
    """Six of the newest complaints: of each grade one that the rule on words grades right, and one that it doesn't.

    English ones that are read at a glance come first; of a grade or kind that there isn't, none is taken.

    Parameters
    ----------
    cases : text, grade and language, the oldest first

    Returns
    -------
    pandas.DataFrame
        Their rows under the letters A, B, C …, in order of time.
    """
    place = pd.DataFrame(
        {
            "kind": cases["grade"].astype(str)
            + (keyword_grades(cases["text"]) == cases["grade"]).astype(str),
            "easy": cases["text"].str.len().between(*EASY),
            "english": cases["language"] == "en",
            "time": range(len(cases)),
        },
        index=cases.index,
    )
    best = place.sort_values(["english", "easy", "time"]).groupby("kind").tail(1).sort_values("time")
    return cases.loc[best.index].set_axis(pd.Index(list(ascii_uppercase[: len(best)]), name=""))


def telling(test: pd.DataFrame, rule: pd.Series, model: pd.Series, most: int = 3) -> pd.DataFrame:
    """Complaints on which methods go wrong, or one does and the other doesn't; the newest of each kind.

    *loud* is filed as basic, and the rule calls it senior; *quiet* is filed as senior, and only the model sends it up;
    *missed* is filed as senior, and neither does.

    Parameters
    ----------
    test : text and grade
    rule, model : the desk that each sends it to
    most : of each kind
    """
    filed, up = test["grade"], len(GRADES)
    kinds = {
        "loud": (filed == 1) & (rule == up),
        "quiet": (filed == up) & (rule < up) & (model == up),
        "missed": (filed == up) & (rule < up) & (model < up),
    }
    desks = pd.DataFrame(
        {"filed": filed, "rule": rule, "model": model, "text": test["text"].str.slice(0, EASY[1])}
    )
    rows = {kind: desks[there].tail(most) for kind, there in kinds.items() if there.any()}
    nothing = desks.iloc[:0].rename_axis("")
    return pd.concat(rows, names=["", "row"]).droplevel("row") if rows else nothing


@dataclass(frozen=True)
class Kinds:
    """How many complaints of each kind there are, and together; None where there are none."""

    loud: int | None
    quiet: int | None
    missed: int | None
    together: int | None


def kinds(test: pd.DataFrame, rule: pd.Series, model: pd.Series) -> Kinds:
    """How many complaints of each kind of `telling` there are."""
    count = telling(test, rule, model, most=len(test)).index.value_counts()
    loud, quiet, missed = (int(count[k]) if k in count else None for k in ("loud", "quiet", "missed"))
    return Kinds(loud, quiet, missed, int(count.sum()) or None)
