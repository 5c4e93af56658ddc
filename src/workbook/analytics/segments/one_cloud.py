"""Are there clusters at all? The data against one cloud: the same traits, each as it is, and no groups.

A cloud has every trait's own distribution, about the rank correlations of all pairs (a Gaussian copula), shares of one choice that
add up to one, and nothing else. If the data falls into clusters no better than such clouds do, there are none to be found. The
idea of a single cloud as the null is that of SigClust (Liu, Hayes, Nobel & Marron 2008, doi 10.1198/016214508000000454), whose
cloud is Gaussian. Distributions and sums are met in turn, as in surrogates of time series (Schreiber & Schmitz 1996,
doi 10.1103/PhysRevLett.77.635): without the sums, who buys much of one thing and so little of all others looks like a group.
Data and clouds are seen alike: shares by their angle, of which the error is the same for all (Anscombe 1948,
doi 10.1093/biomet/35.3-4.246), in the few directions in which customers differ most; in the others few lines leave mostly chance.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from workbook.analytics.segments.partitions import k_means
from workbook.analytics.segments.purchase_traits import CHOICES

CLOUDS = 39  # so that the smallest p is 1 in 40
KS = (2, 4, 6)
MOST = 2000  # customers
DIRECTIONS = 10  # in which data and clouds are seen
ROUNDS = 5  # in which shares are made to add up, and put back to their distributions; more change little
LITTLE = 0.01  # of the squared distances: what clusters explain more than a cloud, and nobody would notice


@dataclass(frozen=True)
class OneCloud:
    """What the test found.

    Attributes
    ----------
    case : clusters, little (more than a cloud by less than LITTLE), none, or unknown (too few customers)
    p : share of clouds, the data counted among them, that fall into clusters as well as the data
    explained, by_chance : share of the squared distances that clusters explain, in the data and in the mean cloud, where
        the two differ most
    k : number of clusters there
    clouds : how many were made
    """

    case: str
    p: float = np.nan
    explained: float = np.nan
    by_chance: float = np.nan
    k: int = 0
    clouds: int = CLOUDS


def parts_of_a_whole(traits: pd.DataFrame) -> list[list[int]]:
    """Places of the columns of each choice of three names or more: their shares add up to one."""
    choice = [str(column).partition(" ")[0] for column in traits]
    places = [[i for i, name in enumerate(choice) if name == whole] for whole in CHOICES]
    return [some for some in places if len(some) > 2]


def rank_correlation(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Correlation of all pairs of columns once each is made normal by its ranks; ties are broken at random."""
    n = len(values)
    ranks = np.column_stack([rankdata(column + 1e-9 * rng.random(n)) for column in values.T])
    return np.atleast_2d(np.corrcoef(norm.ppf((ranks - 0.5) / n).T))


def make_clouds(traits: pd.DataFrame, clouds: int, rng: np.random.Generator) -> Iterator[pd.DataFrame]:
    """Draw as many customers with the same traits, nearly the same rank correlations, and no groups, so many times."""
    values, wholes = traits.to_numpy(float), parts_of_a_whole(traits)
    size, axes = np.linalg.eigh(rank_correlation(values, rng))
    root, ordered = axes * np.sqrt(size.clip(0)), np.sort(values.T, axis=1)
    for _ in range(clouds):
        cloud = in_order_of(root @ rng.standard_normal(ordered.shape), ordered)
        for _ in range(ROUNDS):
            for some in wholes:
                cloud[some] = in_order_of(cloud[some] / cloud[some].sum(axis=0), ordered[some])
        yield pd.DataFrame(cloud.T, index=traits.index, columns=traits.columns)


def in_order_of(drawn: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """The values of each row, given in rising order, put into the order of what was drawn."""
    found = np.empty_like(ordered)
    np.put_along_axis(found, drawn.argsort(axis=1), ordered, axis=1)
    return found


def seen(traits: pd.DataFrame) -> np.ndarray:
    """Customers as they are compared: shares by their angle, all on one scale, in the DIRECTIONS in which they differ most."""
    values = traits.to_numpy(float, copy=True)
    share = [str(column).partition(" ")[0] in CHOICES for column in traits]
    values[:, share] = np.arcsin(np.sqrt(values[:, share].clip(0, 1)))
    spread = values.std(axis=0)
    z = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1)
    return z @ np.linalg.eigh(z.T @ z)[1][:, -DIRECTIONS:]


def explained(traits: pd.DataFrame, seed: int) -> np.ndarray:
    """Share of the squared distances that k-means explains, for each of KS."""
    z = seen(traits)
    total = ((z - z.mean(axis=0)) ** 2).sum()
    return np.array([1 - k_means(z, k, seed, 1).inertia_ / total for k in KS])


def against_one_cloud(traits: pd.DataFrame, seed: int, clouds: int = CLOUDS) -> OneCloud:
    """Test whether customers fall into clusters better than one cloud does.

    The statistic is the largest of the standardised differences over KS; it is worked out for each cloud as for the data, so
    that p is that of a Monte Carlo test: at most 5 % of clouds are called clusters at p ≤ .05.

    Parameters
    ----------
    traits : a row a customer, not scaled; of more than MOST a random part is taken
    """
    rng = np.random.default_rng(seed)
    some = traits.iloc[np.sort(rng.permutation(len(traits))[:MOST])]
    if len(some) < 10 * max(KS) or some.shape[1] < 2:
        return OneCloud("unknown", clouds=0)
    found = np.array([explained(table, seed) for table in (some, *make_clouds(some, clouds, rng))])
    away = (found - found.mean(axis=0)) / found.std(axis=0, ddof=1)
    largest = away.max(axis=1)
    p, at = float((largest >= largest[0]).mean()), int(away[0].argmax())
    mean = float(found[1:, at].mean())
    case = "none" if p > 0.05 else "little" if found[0, at] - mean < LITTLE else "clusters"
    return OneCloud(case, p, float(found[0, at]), mean, KS[at], clouds)


def compared(tested: Mapping[str, OneCloud]) -> pd.DataFrame:
    """What the test says of several shops, a row each: clusters, explained (in the shop), in clouds, p."""
    rows = {name: (one.k, one.explained, one.by_chance, one.p) for name, one in tested.items()}
    return pd.DataFrame.from_dict(
        rows, orient="index", columns=["clusters", "explained", "in clouds", "p"]
    ).rename_axis("shop")
