"""A weighted scorecard, and how sure its winner is: of the weights, and of the scores."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.tables.dataset import Dataset

DRAWS = 5000


def fair_scores(scores: pd.DataFrame) -> pd.DataFrame:
    """Mean score by vendor and criterion, with each judge's kindness taken off: rows vendors, columns criteria.

    Judges who leave cells empty would otherwise favour or harm whom they scored: a kind judge's missing score costs its vendor. Kindness is a
    judge's mean distance from the mean of the same cells.
    """
    cell = scores.groupby(["vendor_id", "criterion"])["score"].transform("mean")
    kind = (scores["score"] - cell).groupby(scores["judge"]).transform("mean")
    adjusted = scores.assign(score=scores["score"] - kind)
    return adjusted.pivot_table("score", "vendor_id", "criterion")


def totals(table: pd.DataFrame, weights: pd.Series) -> pd.Series:
    """Weighted mean score of each vendor, the best first; weights are taken as shares of their sum."""
    weights = weights.reindex(table.columns).fillna(0.0)
    found = table.fillna(table.mean()) @ (weights / weights.sum())
    return found.sort_values(ascending=False, kind="stable").rename("score")


@dataclass(frozen=True)
class Winner:
    """How sure a winner is.

    Attributes
    ----------
    case : stable (wins in nine of ten draws or more), contested
    name, second : of the winner, and of who wins most of the other draws
    wins : share of draws in which it wins
    lead : its score less the second's at the given weights
    """

    case: str
    name: str
    second: str
    wins: Estimate
    lead: float


def simplex(criteria: int, draws: int, seed: int) -> np.ndarray:
    """Weights drawn evenly from all there are: a row a draw, each sums to 1 (a Dirichlet with ones)."""
    return np.random.default_rng(seed).dirichlet(np.ones(criteria), draws)


def win_shares(table: pd.DataFrame, weights: np.ndarray) -> pd.Series:
    """Share of draws of weights (a row a draw, columns as the table's) in which each vendor wins."""
    filled = table.fillna(table.mean())
    best = (weights @ filled.to_numpy().T).argmax(axis=1)
    counts = np.bincount(best, minlength=len(filled)) / len(weights)
    return pd.Series(counts, index=filled.index).sort_values(ascending=False, kind="stable")


def win_shares_of_judges(scores: pd.DataFrame, weights: pd.Series, seed: int, draws: int = 1000) -> pd.Series:
    """Share of draws of judges, with replacement, in which each vendor wins at the given weights."""
    judges = scores["judge"].unique()
    cells = pd.MultiIndex.from_frame(scores[["vendor_id", "criterion"]])
    cube = scores.assign(cell=cells).pivot_table("score", "cell", "judge", observed=True)[list(judges)]
    mean = cube.mean(axis=1)
    value = cube.sub(cube.sub(mean, axis=0).mean()).to_numpy()
    rng = np.random.default_rng(seed)
    times = rng.multinomial(len(judges), np.full(len(judges), 1 / len(judges)), draws).T.astype(float)
    there = ~np.isnan(value)
    drawn = np.nan_to_num(value) @ times / np.maximum(there.astype(float) @ times, 1e-9)
    drawn = np.where(there @ times > 0, drawn, mean.to_numpy()[:, None])
    index = pd.MultiIndex.from_tuples(list(cube.index), names=["vendor_id", "criterion"])
    share = weights / weights.sum()
    weighed = pd.DataFrame(drawn, index=index).mul(
        share.reindex(index.get_level_values(1)).to_numpy(), axis=0
    )
    best = weighed.groupby(level=0).sum().idxmax()
    return best.value_counts(normalize=True).rename("share of draws")


def winner(table: pd.DataFrame, weights: pd.Series, shares: pd.Series) -> Winner:
    """The winner at given weights, and how often it wins elsewhere, see `Winner`."""
    order = totals(table, weights)
    name = str(order.index[0])
    others = shares.drop(name, errors="ignore")
    second = str(others.idxmax()) if len(others) else ""
    share = float(shares.get(name, 0.0))
    lead = float(order.iloc[0] - order.iloc[1]) if len(order) > 1 else np.nan
    return Winner(
        "stable" if share >= 0.9 else "contested", name, second, Estimate(share, unit="share"), lead
    )


def tipping_weights(table: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """The weight at which each criterion would change the winner, the others shrinking in proportion.

    Returns
    -------
    pandas.DataFrame
        index criterion; weight (now), tips_at (the nearest weight that changes the winner; missing if none does), to (who wins then).
    """
    weights = weights.reindex(table.columns)
    weights, filled = weights / weights.sum(), table.fillna(table.mean())
    best, rows = totals(filled, weights).index[0], {}
    grid = np.linspace(0, 1, 201)
    for criterion in table.columns:
        rest = weights.drop(criterion)
        rest = rest / rest.sum() if rest.sum() > 0 else rest
        score = np.outer(filled[criterion], grid) + np.outer(filled.drop(columns=criterion) @ rest, 1 - grid)
        names = filled.index.to_numpy()[score.argmax(axis=0)]
        other = np.flatnonzero(names != best)
        if len(other):
            nearest = other[np.abs(grid[other] - weights[criterion]).argmin()]
            rows[criterion] = [weights[criterion], grid[nearest], names[nearest]]
        else:
            rows[criterion] = [weights[criterion], np.nan, ""]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["weight", "tips_at", "to"])


def named(table: pd.DataFrame, vendors: pd.DataFrame) -> pd.DataFrame:
    """The table with the vendors' names in place of their ids, where they are known and differ."""
    names = vendors.set_index("vendor_id")["name"].dropna() if "name" in vendors else pd.Series(dtype="str")
    if names.duplicated().any():
        return table
    return table.rename(index=dict(names)).rename_axis("vendor")


def stability(
    shop: Dataset, table: pd.DataFrame, weights: pd.Series, drawn: np.ndarray, seed: int
) -> pd.DataFrame:
    """Share of draws in which each vendor wins: with any weights, and at the given ones with other judges."""
    judges = win_shares_of_judges(shop.vendor_scores, weights, seed).to_frame()
    other = named(judges, shop.vendors)["share of draws"]
    any_of = win_shares(table, drawn)
    order = totals(table, weights).index
    both = pd.DataFrame({"any weights": any_of, "other judges": other.reindex(any_of.index).fillna(0.0)})
    return both.reindex(order)
