"""Are there clusters at all? The data against one cloud: the same traits, each as it is, and no groups.

A cloud has every trait's own distribution and all pairs' rank correlations (a Gaussian copula), and nothing else. If the data
falls into clusters no better than such clouds do, there are none to be found. The idea of a single cloud as the null is that of
SigClust (Liu, Hayes, Nobel & Marron 2008, doi 10.1198/016214508000000454), whose cloud is Gaussian.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from workbook.analytics.segments.partitions import k_means

CLOUDS = 39  # so that the smallest p is 1 in 40
KS = (2, 4, 6)
MOST = 1000  # customers
LITTLE = 0.02  # of the squared distances: what clusters explain more than a cloud, and nobody would notice


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


def make_cloud(z: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw as many customers with the same traits and rank correlations, and no groups."""
    n, many = z.shape
    ranks = np.column_stack([rankdata(column + 1e-9 * rng.random(n)) for column in z.T])
    correlation = np.corrcoef(norm.ppf((ranks - 0.5) / n).T)
    size, axes = np.linalg.eigh(np.atleast_2d(correlation))
    drawn = rng.standard_normal((n, many)) @ (axes * np.sqrt(size.clip(0))).T
    places = np.argsort(np.argsort(drawn, axis=0), axis=0)
    return np.take_along_axis(np.sort(z, axis=0), places, axis=0)


def explained(z: np.ndarray, seed: int) -> np.ndarray:
    """Share of the squared distances that k-means explains, for each of KS."""
    total = ((z - z.mean(axis=0)) ** 2).sum()
    return np.array([1 - k_means(z, k, seed, 1).inertia_ / total for k in KS])


def against_one_cloud(z: pd.DataFrame, seed: int, clouds: int = CLOUDS) -> OneCloud:
    """Test whether customers fall into clusters better than one cloud does.

    The statistic is the largest of the standardised differences over KS; it is worked out for each cloud as for the data, so
    that p is that of a Monte Carlo test: at most 5 % of clouds are called clusters at p ≤ .05.

    Parameters
    ----------
    z : scaled traits, a row a customer; of more than MOST a random part is taken
    """
    rng = np.random.default_rng(seed)
    values = z.to_numpy()[np.sort(rng.permutation(len(z))[:MOST])]
    if len(values) < 10 * max(KS) or values.shape[1] < 2:
        return OneCloud("unknown", clouds=0)
    found = np.array(
        [explained(s, seed) for s in (values, *(make_cloud(values, rng) for _ in range(clouds)))]
    )
    away = (found - found.mean(axis=0)) / found.std(axis=0, ddof=1)
    largest = away.max(axis=1)
    p, at = float((largest >= largest[0]).mean()), int(away[0].argmax())
    mean = float(found[1:, at].mean())
    case = "none" if p > 0.05 else "little" if found[0, at] - mean < LITTLE else "clusters"
    return OneCloud(case, p, float(found[0, at]), mean, KS[at], clouds)
