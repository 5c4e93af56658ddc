"""Who must read a complaint: grades, a keyword rule, costs of a wrong desk, decisions, and the queue for people.

A complaint has a grade (1 basic, 2 advanced, 3 senior) and is *sent* to the desk of one: front-line staff, the regional
manager, the executives. Business rules are tables: `GRADES`, `WORDS`, and the matrix of `costs`.
"""

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.clusters import codes, spread_of
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.tables.errors import DataError

GRADES = pd.DataFrame(
    [
        (1, "basic", "基础级", "front-line staff", 48, 72),
        (2, "advanced", "进阶级", "regional manager", 48, 72),
        (3, "senior", "高级别", "executives", 48, 72),
    ],
    columns=["grade", "name", "name_zh", "sent_to", "answer_hours", "resolve_hours"],
).set_index(
    "grade"
)  # grades: the deck's; hours: the handbook's, the same for all grades; a shop may set its own

# Words that an experienced clerk would look for, not learnt from any data. English ones are beginnings of words.
WORDS = pd.DataFrame(
    [
        (3, "injury", "en", ("hospital", "injur", "burn", "blister", "rash", "stitches", "blood", "clinic", "doctor")),
        (3, "injury", "zh", ("医院", "受伤", "烫伤", "烧伤", "流血", "缝针", "红疹", "住院", "医生")),
        (3, "law", "en", ("lawyer", "court", "police", "sue", "legal", "prosecut")),
        (3, "law", "zh", ("律师", "法院", "法庭", "起诉", "报警", "派出所", "法务")),
        (3, "public", "en", ("journalist", "newspaper", "television", "viral", "regulator", "consumer council")),
        (3, "public", "zh", ("记者", "媒体", "电视台", "曝光", "热搜", "监管", "消协")),
        (3, "many", "en", ("data leak", "personal data", "whole batch", "our company", "our school")),
        (3, "many", "zh", ("泄露", "个人信息", "同一批", "我们公司", "我们学校")),
        (2, "repeated", "en", ("again", "twice", "second time", "third time", "still not", "promised")),
        (2, "repeated", "zh", ("又", "两次", "三次", "再次", "还没", "答应")),
        (2, "higher up", "en", ("manager", "supervisor", "head office", "compensat", "hotline", "written")),
        (2, "higher up", "zh", ("经理", "主管", "总部", "赔偿", "12315", "书面")),
    ],
    columns=["grade", "about", "language", "words"],
)  # fmt: skip

HALF_MISSED = (
    0.3  # a senior case that stops at the regional manager costs this part of one that stays with staff
)


def language_of(texts: pd.Series) -> pd.Series:
    """Language by the letters: zh where a fifth or more of them are Chinese, else en."""
    chinese = texts.str.count(r"[\u4e00-\u9fff]")
    return pd.Series(np.where(chinese >= 0.2 * texts.str.len().clip(lower=1), "zh", "en"), index=texts.index)


def keyword_grades(texts: pd.Series, words: pd.DataFrame = WORDS) -> pd.Series:
    """Grade each text by the gravest word found in it; 1 where there is none.

    Parameters
    ----------
    texts : one a complaint
    words : grade, language and a tuple of words a row; English words match where a word begins, Chinese ones anywhere
    """
    found = pd.Series(1, index=texts.index)
    for grade, rows in words.sort_values("grade").groupby("grade"):
        parts = [("" if lang == "zh" else r"\b") + re.escape(w)
                 for lang, some in zip(rows["language"], rows["words"], strict=True) for w in some]  # fmt: skip
        found[texts.str.contains("|".join(parts), case=False, regex=True)] = int(str(grade))
    return found


def keyword_chances(said: pd.Series, past_said: pd.Series, past_grade: pd.Series) -> pd.DataFrame:
    """Chances of each grade given what a rule says: shares in the past, with one case of each added."""
    names = list(GRADES.index)
    seen = pd.crosstab(past_said, past_grade).reindex(index=names, columns=names, fill_value=0) + 1
    return seen.div(seen.sum(axis=1), axis=0).loc[said].set_axis(said.index)


def costs(senior_missed: float = 3000.0, needless_alarm: float = 150.0) -> pd.DataFrame:
    """Cost of sending a complaint to the wrong desk: rows the grade it has, columns the grade it is sent to.

    Parameters
    ----------
    senior_missed : cost of a senior case that stays with front-line staff, in the data's money
    needless_alarm : cost of a basic case on the executives' desk

    Returns
    -------
    pandas.DataFrame
        3 × 3, zero where the desk is right. The other costs are parts of the two: see the source.

    Raises
    ------
    DataError
        if a cost is not above 0.
    """
    for name, value in (("senior_missed", senior_missed), ("needless_alarm", needless_alarm)):
        if not value > 0:
            raise DataError(f"{name} must be above 0; got {value}.")
    return pd.DataFrame(
        [[0.0, 0.3 * needless_alarm, needless_alarm],
         [0.1 * senior_missed, 0.0, 0.8 * needless_alarm],
         [senior_missed, HALF_MISSED * senior_missed, 0.0]],
        index=pd.Index(GRADES.index, name="grade"), columns=pd.Index(GRADES.index, name="sent"),
    )  # fmt: skip


def expected_costs(chances: pd.DataFrame, matrix: pd.DataFrame) -> pd.DataFrame:
    """Expected cost of each desk for each complaint: its chances of the grades times the matrix."""
    return chances[list(matrix.index)].dot(matrix)


def decide(chances: pd.DataFrame, matrix: pd.DataFrame) -> pd.Series:
    """The desk of least expected cost (Elkan 2001, "The foundations of cost-sensitive learning"); of equals the lower."""
    expected = expected_costs(chances, matrix)
    return pd.Series(expected.columns.to_numpy()[expected.to_numpy().argmin(axis=1)], index=chances.index)


def case_costs(grade: pd.Series, sent: pd.Series, matrix: pd.DataFrame) -> pd.Series:
    """What each complaint cost, by its grade and where it was sent; missing where either is."""
    known = grade.notna() & sent.notna()
    rows = grade[known].astype(int).to_numpy() - 1
    columns = sent[known].astype(int).to_numpy() - 1
    found = pd.Series(np.nan, index=grade.index)
    found[known] = matrix.to_numpy()[rows, columns]
    return found


def log_losses(chances: pd.DataFrame, grade: pd.Series) -> pd.Series:
    """Minus the logarithm of the chance given to the grade that it was: 0 is best."""
    taken = chances.to_numpy()[np.arange(len(chances)), grade.astype(int).to_numpy() - 1]
    return pd.Series(-np.log(taken), index=chances.index)


def newest(times: pd.Series, share: float) -> pd.Series:
    """Whether each case belongs to the newest ``share`` of all; cases of one moment stay together."""
    if not 0 < share < 1:
        raise DataError(f"share must lie between 0 and 1; got {share}.")
    return times.rank(method="max", pct=True) > 1 - share


def set_aside(times: pd.Series, share: float, seed: int) -> pd.Series:
    """The cases that methods are marked on: the `newest`, or where no time is known so many drawn at random.

    A case without a time among others that have one is no new one.
    """
    if times.notna().any() or times.empty:
        return newest(times, share)
    place = pd.Series(range(len(times)), index=times.index)
    return at_random(place, share, seed)


def at_random(times: pd.Series, share: float, seed: int) -> pd.Series:
    """Mark as many cases as `newest` does, whatever their time."""
    marked = newest(times, share).to_numpy(copy=True)
    return pd.Series(np.random.default_rng(seed).permutation(marked), index=times.index)


def may_teach(customers: pd.Series, marked: pd.Series) -> pd.Series:
    """Whether each case may be learnt from: it isn't marked on, nor is another one of the same customer.

    Who writes again uses the same words. A method that has learnt the first letter would know the second by heart.
    """
    return ~marked & ~customers.isin(customers[marked].dropna())


def mean_interval(
    values: pd.Series, level: float = 0.95, *, cluster: pd.Series | None = None
) -> tuple[float, float, float]:
    """Mean of skewed values, such as costs of which a few are large, with its interval.

    The interval covers the mean behind ``values`` in about ``level`` of samples: Student's, with the skewness transformed
    away (Hall 1992, doi 10.1111/j.2517-6161.1992.tb01872.x). Missing with fewer than 3 values or clusters, or if all are the
    same. For differences of two ways on the same cases, see `mean_difference`: they can be symmetric.

    Parameters
    ----------
    values : one a case; missing ones are left out
    cluster : whose case it is, a row each, where somebody has several
    """
    known = values.notna().to_numpy()
    x = values.to_numpy(dtype=float)[known]
    if not len(x):
        return np.nan, np.nan, np.nan
    mean = float(x.mean())
    off = x - mean if cluster is None else np.bincount(codes(cluster[known]), x - mean)
    n = len(off)
    if n < 3 or np.allclose(off, 0):
        return mean, np.nan, np.nan
    skew = float(stats.skew(off)) / np.sqrt(n)
    reach = stats.t.ppf([0.5 + level / 2, 0.5 - level / 2], n - 1)
    if abs(skew) > 1e-9:
        reach = 3 / skew * (np.cbrt(1 + skew * (reach - skew / 6)) - 1)
    low, high = mean - spread_of(off, None) / len(x) * reach
    return mean, float(low), float(high)


def slipped(grade: pd.Series, error: float, seed: int | Sequence[int]) -> pd.Series:
    """Grades as somebody files them who slips to a neighbouring grade with chance ``error``.

    Several numbers as ``seed`` make one key, such as a notebook's seed and the data's fingerprint.
    """
    rng = np.random.default_rng(seed)
    step = np.where(rng.random(len(grade)) < 0.5, -1, 1)
    step = np.where(grade == 1, 1, np.where(grade == 3, -1, step))
    return grade.where(rng.random(len(grade)) >= error, grade + step)


def ceiling(agree: pd.Series, level: float = 0.95) -> tuple[float, float, float]:
    """How often filed grades are right at best, from two people who graded the same complaints apart.

    Parameters
    ----------
    agree : whether the two gave the same grade, a row a complaint

    Returns
    -------
    tuple
        Estimate and interval. If both err by themselves, equally often, and to the one neighbour that a grade has, they
        agree in a share r² + (1 − r)², so r = (1 + √(2 × agreement − 1)) / 2. Missing where they agree by half or less.
    """
    low, high = share_interval(agree, level)
    right = [
        (1 + np.sqrt(2 * a - 1)) / 2 if a > 0.5 else np.nan for a in (agree.mean(), max(low, 0.5000001), high)
    ]
    found, least, most = (float(r) for r in right)
    return (found, least, most) if found == found else (np.nan, np.nan, np.nan)


def sla(complaints: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """How many complaints kept the standard, of those that fell due up to the end of ``as_of``, by grade as filed.

    Parameters
    ----------
    complaints : complained_at, grade, first_response_at, first_response_by, resolved_at

    Returns
    -------
    pandas.DataFrame
        By grade: complaints, answer_due, answered_in_time, resolve_due, resolved_in_time (shares). An open case counts
        as broken once it is overdue, and not before. Where a machine came first, it isn't on record when a person
        answered: these are left out of the answers. What is not on record at all has no columns.
    """
    over, c = as_of + pd.Timedelta(days=1), complaints
    grade = c["grade"].astype("Int64")
    person = c["first_response_by"].ne("machine").fillna(True).to_numpy(dtype=bool)
    parts = {"complaints": grade.groupby(grade).size()}
    for name, done, hours, counted in (
        ("answer", "first_response_at", "answer_hours", person),
        ("resolve", "resolved_at", "resolve_hours", np.ones(len(c), dtype=bool)),
    ):
        if c[done].isna().all():
            continue  # not on record, which isn't never
        due_at = c["complained_at"] + pd.to_timedelta(grade.map(GRADES[hours]).astype(float), unit="h")
        due = (due_at < over) & counted
        kept = (c[done] <= due_at)[due]
        parts[f"{name}_due"] = due.groupby(grade).sum()
        parts["answered_in_time" if name == "answer" else "resolved_in_time"] = kept.groupby(
            grade[due]
        ).mean()
    return pd.DataFrame(parts).rename_axis("grade")
