"""A small decision tree that says in words who is in which cluster, and how often that is right."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_score
from sklearn.tree import DecisionTreeClassifier

from workbook.analytics.estimate import Estimate


@dataclass(frozen=True)
class Explained:
    """A tree's rules, and how right they are.

    Attributes
    ----------
    rules : a row a leaf: rule (in words), cluster, customers, right (share of them who are in it)
    right : share of customers whom the tree puts into their cluster, by cross-validation
    largest : the share that would be right if all were put into the largest cluster
    """

    rules: pd.DataFrame
    right: Estimate
    largest: Estimate


def explain(traits: pd.DataFrame, labels: pd.Series, depth: int = 3, seed: int = 1) -> Explained:
    """Fit a tree of few questions to clusters.

    Parameters
    ----------
    traits : as they are, not scaled, so that the rules are in their units
    labels : cluster of each customer
    """
    n = len(traits)
    tree = DecisionTreeClassifier(max_depth=depth, min_samples_leaf=max(2, n // 50), random_state=seed)
    folds = min(5, int(labels.value_counts().min()))
    score = cross_val_score(tree, traits, labels, cv=folds).mean() if folds > 1 else np.nan
    tree.fit(traits, labels)
    leaf = pd.Series(tree.apply(traits), index=traits.index)
    guess = pd.Series(tree.predict(traits), index=traits.index)
    rows = [
        (rule(tree, traits.columns, i), guess[leaf == i].iloc[0], int((leaf == i).sum()), (labels == guess)[leaf == i].mean())
        for i in sorted(leaf.unique())
    ]  # fmt: skip
    rules = pd.DataFrame(rows, columns=["rule", "cluster", "customers", "right"])
    largest = labels.value_counts(normalize=True).max()
    return Explained(
        rules.sort_values(["cluster", "customers"], ascending=[True, False], ignore_index=True),
        Estimate(float(score), unit="share", n=n),
        Estimate(float(largest), unit="share", n=n),
    )


def rule(tree: DecisionTreeClassifier, names: pd.Index, leaf: int) -> str:
    """The questions on the way to a leaf, in words."""
    inner, parts, node = tree.tree_, [], leaf
    while node:
        parent = int(np.flatnonzero((inner.children_left == node) | (inner.children_right == node))[0])
        sign = "≤" if inner.children_left[parent] == node else ">"
        parts.append(f"{names[inner.feature[parent]]} {sign} {inner.threshold[parent]:.2f}")
        node = parent
    return " and ".join(reversed(parts)) or "everybody"
