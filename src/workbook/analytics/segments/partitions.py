"""Ways to part customers into clusters, and criteria for how many: silhouette, gap, stability under resampling.

Clusters are numbered by size, the largest first, because a method's own numbers mean nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import linear_sum_assignment
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import ThreadpoolController

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.purchase_traits import fewest, traits

STARTS, MANY_STARTS, ROUNDS = 2, 5, 60  # of k-means; many where the result is kept
SAMPLE = 1000  # customers of whom silhouettes are worked out, and whom Ward's method joins
BOXES = 4  # reference sets of the gap
HALVES = 4  # pairs of halves for stability
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
THREADS = ThreadpoolController()  # made once: to look for the libraries takes as long as a fit


def k_means(z: np.ndarray, k: int, seed: int, starts: int = STARTS) -> KMeans:
    """Fit k-means, of no more clusters than there are different rows; one thread, so that it is the same everywhere."""
    z = z if z.shape[1] else np.zeros((len(z), 1))  # where nothing differs all are alike
    k = max(1, min(k, len(np.unique(z, axis=0)))) if len(z) < 10 * k else k
    with THREADS.limit(limits=1):
        return KMeans(k, n_init=starts, max_iter=ROUNDS, random_state=seed).fit(np.ascontiguousarray(z))


def nearest(z: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """The centre nearest to each customer."""
    return ((z**2).sum(1)[:, None] - 2 * z @ centres.T + (centres**2).sum(1)).argmin(axis=1)


def lettered(labels: np.ndarray, index: pd.Index) -> pd.Series:
    """Clusters as letters, A the largest."""
    _, codes, counts = np.unique(labels, return_inverse=True, return_counts=True)
    rank = np.argsort(np.argsort(-counts, kind="stable"))
    return pd.Series(np.array(list(LETTERS))[rank[codes]], index=index, name="cluster")


def aligned(labels: pd.Series, like: pd.Series) -> pd.Series:
    """Clusters under the letters of earlier ones, so that a letter means the same group of customers all along.

    Letters are given so that as many customers as possible keep theirs (Hungarian method: Kuhn 1955); a cluster that has nobody
    in common with those left gets a letter that ``like`` doesn't use.
    """
    both = pd.crosstab(labels, like)  # of customers whom both know
    pairs = zip(*linear_sum_assignment(both.to_numpy(), maximize=True), strict=True)
    named = {both.index[row]: both.columns[column] for row, column in pairs if both.iloc[row, column]}
    new = iter(letter for letter in LETTERS if letter not in set(like))
    return labels.map({name: named.get(name) or next(new) for name in sorted(labels.unique())})


def kept(labels: pd.Series, like: pd.Series) -> Estimate:
    """Share of the customers whom both know that are in the cluster of the same letter."""
    both = labels.index.intersection(like.index)
    same = labels.reindex(both) == like.reindex(both)
    return Estimate(float(same.mean()) if len(both) else np.nan, unit="share", n=len(both))


def ward(z: pd.DataFrame, k: int, seed: int) -> pd.Series:
    """The cluster of each customer by Ward's method, of SAMPLE of them at most; the others go to the nearest centre."""
    rng = np.random.default_rng(seed)
    some = np.sort(rng.permutation(len(z))[:SAMPLE])
    values = z.to_numpy()
    labels = AgglomerativeClustering(min(k, len(some))).fit_predict(values[some])
    centres = np.array([values[some][labels == c].mean(axis=0) for c in np.unique(labels)])
    found = nearest(values, centres)
    found[some] = labels
    return lettered(found, z.index)


def scale(traits: pd.DataFrame, like: pd.DataFrame) -> pd.DataFrame:
    """Each trait less its mean, over its standard deviation, both taken from the customers ``like``."""
    return (traits - like.mean()) / like.std(ddof=0).replace(0, 1)


@dataclass(frozen=True)
class Fitted:
    """Clusters by k-means, with what is needed to put other customers into them.

    Attributes
    ----------
    traits : of the customers who were clustered
    model : k-means of these, scaled by their own mean and spread
    labels : cluster of each of them, A the largest
    """

    traits: pd.DataFrame
    model: KMeans
    labels: pd.Series

    def cluster_of(self, z: pd.DataFrame) -> pd.Series:
        """The cluster of other customers, from their scaled traits."""
        own = pd.Series(self.labels.to_numpy(), index=self.model.labels_).groupby(level=0).first()
        return pd.Series(own.reindex(nearest(z.to_numpy(), self.model.cluster_centers_)).array, index=z.index)


def fit(traits: pd.DataFrame, k: int, seed: int) -> Fitted:
    """Part customers into ``k`` clusters by k-means, with many starts."""
    model = k_means(scale(traits, traits).to_numpy(), k, seed, MANY_STARTS)
    return Fitted(traits, model, lettered(model.labels_, traits.index))


def possible(n: int, most: int) -> range:
    """Numbers of clusters that so many customers can be parted into, ten in each at least on average."""
    return range(2, max(2, min(most, n // 10)) + 1)


def silhouette(z: np.ndarray, labels: np.ndarray, seed: int) -> float:
    """Mean silhouette of up to SAMPLE customers (Rousseeuw 1987); missing with one cluster."""
    some = np.random.default_rng(seed).permutation(len(z))[:SAMPLE]
    if len(np.unique(labels[some])) < 2:
        return float("nan")
    return float(silhouette_score(z[some], labels[some]))


def stability(z: np.ndarray, k: int, seed: int) -> float:
    """Agreement (adjusted Rand index) of clusterings made on two halves of the customers, over all of them."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(HALVES):
        order = rng.permutation(len(z))
        halves = order[: len(z) // 2], order[len(z) // 2 :]
        one, other = (nearest(z, k_means(z[half], k, seed).cluster_centers_) for half in halves)
        found.append(adjusted_rand_score(one, other))
    return float(np.mean(found))


def gaps(z: np.ndarray, fits: Mapping[int, KMeans], seed: int, starts: int = BOXES) -> pd.DataFrame:
    """Gap and its error for each k, whose clusters are given, against points spread evenly over the box that holds the data.

    Tibshirani, Walther & Hastie (2001), doi 10.1111/1467-9868.00293; W is the sum of squared distances to the centres.
    """
    rng = np.random.default_rng(seed)
    boxes = [rng.uniform(z.min(axis=0), z.max(axis=0), z.shape) for _ in range(starts)]
    logs = {k: np.log([k_means(box, k, seed).inertia_ for box in boxes]) for k in fits}
    return pd.DataFrame(
        {
            "gap": [logs[k].mean() - np.log(fit.inertia_) for k, fit in fits.items()],
            "error": [logs[k].std() * np.sqrt(1 + 1 / starts) for k in fits],
        },
        index=pd.Index(fits, name="clusters"),
    )


def gap_choice(found: pd.DataFrame) -> int:
    """The first number of clusters whose gap the next one doesn't beat by more than its error."""
    following = (found["gap"] - found["error"]).shift(-1)
    good = found.index[(found["gap"] >= following) | following.isna()]
    return int(good[0])


def criteria(z: pd.DataFrame, most: int, seed: int) -> pd.DataFrame:
    """What each criterion says of each number of clusters.

    Returns
    -------
    pandas.DataFrame
        index clusters, from 2; explained (share of the squared distances from the mean), silhouette, gap, error (of the gap),
        stability.
    """
    values, ks = z.to_numpy(), possible(len(z), most)
    total = ((values - values.mean(axis=0)) ** 2).sum()
    fits = {k: k_means(values, k, seed) for k in ks}
    rows = pd.DataFrame(
        {
            "explained": [1 - fits[k].inertia_ / total for k in ks],
            "silhouette": [silhouette(values, fits[k].labels_, seed) for k in ks],
            "stability": [stability(values, k, seed) for k in ks],
        },
        index=pd.Index(ks, name="clusters"),
    )
    return rows.join(gaps(values, fits, seed))


def choices(found: pd.DataFrame) -> pd.Series:
    """The number of clusters that each criterion picks."""
    return pd.Series(
        {
            "silhouette": int(found["silhouette"].idxmax()),
            "gap": gap_choice(found),
            "stability": int(found["stability"].idxmax()),
        },
        name="clusters",
    )


@dataclass(frozen=True)
class Asked:
    """How a number of clusters that somebody asked for stands beside the others.

    Attributes
    ----------
    case : best (no other is as stable), less, or untried (more than so many customers allow)
    kinds, here : the number asked for, and how stable it is
    stable, there : the most stable number, and how stable that is
    """

    case: str
    kinds: int
    here: float
    stable: int
    there: float


def asked_for(found: pd.DataFrame, kinds: int) -> Asked:
    """Read the stability of `criteria` for a number of clusters."""
    stable = int(found["stability"].idxmax())
    case = "untried" if kinds not in found.index else "best" if kinds == stable else "less"
    here = float(found["stability"].get(kinds, np.nan))
    return Asked(case, kinds, here, stable, float(found["stability"].max()))


def agreement(one: pd.Series, other: pd.Series) -> float:
    """Adjusted Rand index of two partitions of the customers whom both know (Hubert & Arabie 1985)."""
    both = one.index.intersection(other.index)
    return float(adjusted_rand_score(one.reindex(both), other.reindex(both)))


def agreement_by_lines(
    lines: pd.DataFrame, truth: pd.Series, seed: int, least: Sequence[int] = (1, 4, 8, 15)
) -> pd.DataFrame:
    """Agreement of each method's clusters with true segments, as many as there are, for customers of so many lines.

    Returns
    -------
    pandas.DataFrame
        index lines (at least), no more than LEFT customers have; customers, k-means, Ward.
    """
    k, rows = truth.nunique(), {}
    for many in dict.fromkeys(fewest(lines, some) for some in least):
        own = traits(lines, many)
        found = {"k-means": fit(own, k, seed).labels, "Ward": ward(scale(own, own), k, seed)}
        rows[many] = {"customers": len(own)} | {
            name: agreement(labels, truth) for name, labels in found.items()
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lines, at least")


def where_found(labels: pd.Series, truth: pd.Series) -> pd.DataFrame:
    """For each true segment the cluster that has most of it.

    Returns
    -------
    pandas.DataFrame
        index true kind; cluster, of the kind (share of its customers who are there), of the cluster (share of this kind).
    """
    table = pd.crosstab(truth.reindex(labels.index), labels)
    best = table.idxmax(axis=1)
    most = table.max(axis=1)
    found = {"cluster": best, "of the kind": most / table.sum(axis=1)}
    return pd.DataFrame(found | {"of the cluster": most / best.map(table.sum())}).rename_axis("true kind")
