"""A small decision tree that says in words who is in which cluster, and how often that is right."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.purchase_traits import LEVEL
from workbook.formatting.words import change, percent

SPARE = 2  # rules beyond one for each cluster


@dataclass(frozen=True)
class Explained:
    """A tree's rules, and how right they are.

    Attributes
    ----------
    rules : a row a rule: rule (in words), cluster, customers, right (share of them who are in it)
    without : the clusters that no rule leads to, as letters; "" if there are none
    customers : how many are in these
    right : share of customers whom the tree puts into their cluster, by cross-validation
    largest : the share that would be right if all were put into the largest cluster
    """

    rules: pd.DataFrame
    without: str
    customers: int
    right: Estimate
    largest: Estimate

    @property
    def case(self) -> str:
        """Whether each cluster has a rule (all), or some have none (some)."""
        return "some" if self.without else "all"


def explain(traits: pd.DataFrame, labels: pd.Series, seed: int = 1) -> Explained:
    """Fit a tree of few rules to clusters: as many as there are clusters, and SPARE more.

    Parameters
    ----------
    traits : as they are, not scaled, so that the rules are in their units
    labels : cluster of each customer
    """
    n = len(traits)
    leaves = labels.nunique() + SPARE
    tree = DecisionTreeClassifier(max_leaf_nodes=leaves, min_samples_leaf=max(2, n // 50), random_state=seed)
    folds = min(5, int(labels.value_counts().min()))
    score = cross_val_score(tree, traits, labels, cv=folds).mean() if folds > 1 else np.nan
    tree.fit(traits, labels)
    guess = pd.Series(tree.predict(traits), index=traits.index)
    here = tree.decision_path(traits).toarray().astype(bool)
    rows = [
        (rule(tree, traits.columns, node), cluster, int(here[:, node].sum()), (labels == guess)[here[:, node]].mean())
        for node, cluster in unmixed(tree).items()
    ]  # fmt: skip
    rules = pd.DataFrame(rows, columns=["rule", "cluster", "customers", "right"])
    sizes = labels.value_counts()
    without = sizes.drop(rules["cluster"].unique()).sort_index()
    return Explained(
        rules.sort_values(["cluster", "customers"], ascending=[True, False], ignore_index=True),
        ", ".join(without.index),
        int(without.sum()),
        Estimate(float(score), unit="share", n=n),
        Estimate(float(sizes.max() / n), unit="share", n=n),
    )


def unmixed(tree: DecisionTreeClassifier, node: int = 0) -> dict[int, str]:
    """The highest nodes below which all leaves name the same cluster, each with that cluster."""
    inner = tree.tree_
    if inner.children_left[node] < 0:
        return {node: str(tree.classes_[inner.value[node].argmax()])}
    below = unmixed(tree, inner.children_left[node]) | unmixed(tree, inner.children_right[node])
    return {node: next(iter(below.values()))} if len(set(below.values())) == 1 else below


def rule(tree: DecisionTreeClassifier, names: pd.Index, node: int) -> str:
    """The questions on the way to a node, in words; of several of one trait in one direction the last, which is the strictest."""
    inner = tree.tree_
    asked: dict[tuple[str, str], float] = {}
    while node:
        parent = int(np.flatnonzero((inner.children_left == node) | (inner.children_right == node))[0])
        sign = "≤" if inner.children_left[parent] == node else ">"
        asked.setdefault((names[inner.feature[parent]], sign), float(inner.threshold[parent]))
        node = parent
    said = [in_words(trait, sign, at) for (trait, sign), at in asked.items()]
    return " and ".join(reversed(said)) or "everybody"


def in_words(trait: str, sign: str, at: float) -> str:
    """A question: shares in percent, the price level as what it is against goods of the same kind."""
    if trait == LEVEL:
        return f"{trait} {sign} {change(np.expm1(at))}"
    return f"{trait} {sign} {percent(at)}"
