"""Grades learnt from texts: a logistic model, and a stronger one stacked from two; in any mix of languages.

Words and pairs of words serve languages that write spaces, runs of one to three characters serve Chinese too. Sources:
naive Bayes and linear support vectors on n-grams: Wang & Manning (2012), "Baselines and bigrams"; stacking: Wolpert
(1992), doi 10.1016/S0893-6080(05)80023-1.
"""

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_union
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from workbook.tables.errors import choose

Kind = Literal["logistic", "stacked"]
GRADES = (1, 2, 3)
LEAST = 10  # complaints of a grade below which nothing can be learnt about it
MANY = 300  # complaints from which on words can be learnt with some trust
FEATURES = 20_000  # of each sort, at most
MARK = "·"  # so that no sort is ever empty
WORD = re.compile(r"[a-z0-9']+")
SURE = 0.003  # no chance is stated nearer to 0 than a third of this: nobody is that sure of a text


def runs(text: str) -> list[str]:
    """Runs of one to three characters, and a mark that every text has."""
    text = text.casefold()
    return [MARK] + [text[i : i + n] for n in (1, 2, 3) for i in range(len(text) - n + 1)]


def words(text: str) -> list[str]:
    """Latin words and pairs of them, and a mark that every text has."""
    found = WORD.findall(text.casefold())
    return [MARK, *found] + [f"{a} {b}" for a, b in pairwise(found)]


def logistic(seed: int) -> LogisticRegression:
    """A logistic model for many sparse features; SAGA (Defazio et al. 2014) needs few passes and one core."""
    return LogisticRegression(C=2.0, solver="saga", max_iter=500, tol=1e-3, random_state=seed)


class Stacked:
    """Naive Bayes and a linear support vector machine, and a logistic model that learns how far to trust each.

    The logistic model learns from scores of complaints that the two have not seen (five folds), so that it turns them
    into chances that can be taken at their word; for one model alone this is Platt's scaling.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.parts: list[tuple[Any, str]] = [
            (MultinomialNB(alpha=0.05), "predict_log_proba"),
            (LinearSVC(C=0.3, random_state=seed), "decision_function"),
        ]

    def fit(self, features: Any, grades: np.ndarray) -> "Stacked":
        """Learn from sparse features and grades, at least five of each that occurs."""
        folds = StratifiedKFold(5, shuffle=True, random_state=self.seed)
        apart = [cross_val_predict(m, features, grades, cv=folds, method=how) for m, how in self.parts]
        self.scaler = StandardScaler()
        self.top = LogisticRegression(max_iter=500).fit(
            self.scaler.fit_transform(side_by_side(apart)), grades
        )
        for model, _ in self.parts:
            model.fit(features, grades)
        return self

    def predict_proba(self, features: Any) -> np.ndarray:
        """Chances of each grade that was learnt, a row a complaint."""
        scores = [getattr(model, how)(features) for model, how in self.parts]
        return np.asarray(self.top.predict_proba(self.scaler.transform(side_by_side(scores))))


def side_by_side(scores: list[np.ndarray]) -> np.ndarray:
    """Scores as columns, a single one too; those over classes less their mean, which says nothing."""
    columns = [s.reshape(len(s), -1) for s in scores]
    return np.hstack([c - c.mean(axis=1, keepdims=True) if c.shape[1] > 1 else c for c in columns])


@dataclass(frozen=True)
class TextGrader:
    """A model of grades, or, where there is too little to learn from, the shares of the past.

    Attributes
    ----------
    base : share of each grade in the past, with half a case of each added
    problem : empty, or why it has learnt nothing from the words
    """

    base: pd.Series
    problem: str
    vectorizer: Any = None
    model: Any = None
    learnt: tuple[int, ...] = ()

    def chances(self, texts: pd.Series) -> pd.DataFrame:
        """Chance of each grade for each text; rows add up to 1. A grade too rare to be learnt keeps its share."""
        found = pd.DataFrame(np.tile(self.base, (len(texts), 1)), index=texts.index, columns=list(GRADES))
        if self.model is None or texts.empty:
            return found
        said = self.model.predict_proba(self.vectorizer.transform(texts))
        found[list(self.learnt)] = said * float(self.base[list(self.learnt)].sum())
        return found * (1 - SURE) + SURE / len(GRADES)


def fit(texts: pd.Series, grades: pd.Series, kind: Kind = "stacked", *, seed: int = 0) -> TextGrader:
    """Learn grades from texts.

    Parameters
    ----------
    texts : what customers wrote
    grades : 1, 2 or 3 each, as filed
    kind : "logistic" or "stacked"
    seed : of the folds

    Raises
    ------
    DataError
        for another kind.
    """
    if kind not in ("logistic", "stacked"):
        raise choose("kind", kind, ("logistic", "stacked"))
    y = grades.astype(int)
    counts = y.value_counts().reindex(list(GRADES), fill_value=0)
    base = (counts + 0.5) / (counts + 0.5).sum()
    learnt = [g for g in GRADES if counts[g] >= LEAST]
    if len(learnt) < 2:
        return TextGrader(base, f"fewer than two grades have {LEAST} complaints to learn from")
    keep = y.isin(learnt).to_numpy()
    options = {"min_df": 2, "sublinear_tf": True, "max_features": FEATURES}
    vectorizer = make_union(
        TfidfVectorizer(analyzer=runs, **options), TfidfVectorizer(analyzer=words, **options)
    )
    features = vectorizer.fit_transform(texts[keep])
    model = Stacked(seed) if kind == "stacked" else logistic(seed)
    return TextGrader(base, "", vectorizer, model.fit(features, y[keep].to_numpy()), tuple(learnt))


@dataclass(frozen=True)
class Learnt:
    """What a model could learn.

    Attributes
    ----------
    case : nothing (it gives every text the shares of the past), rare (a grade is too rare to be learnt), few (under `MANY`
        complaints), enough
    complaints : to learn from
    rare : names of grades that were not learnt
    least : complaints of a grade that are needed
    """

    case: str
    complaints: int
    rare: list[str]
    least: int = LEAST


def learnt(grader: TextGrader, grades: pd.Series, names: pd.Series) -> Learnt:
    """What a model could learn from complaints of these grades; only grades that occur can be too rare."""
    rare = [names[g] for g in GRADES if (grades == g).any() and g not in grader.learnt]
    case = "nothing" if grader.problem else "rare" if rare else "few" if len(grades) < MANY else "enough"
    return Learnt(case, len(grades), rare)
