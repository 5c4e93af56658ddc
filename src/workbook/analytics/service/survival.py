"""How many still wait after each time, by Kaplan and Meier, and how sure that is where customers come several times."""

import numpy as np
import pandas as pd

from workbook.analytics.dependent_rows import codes


def survival(times: pd.Series, event_observed: pd.Series, cluster: pd.Series | None = None) -> pd.DataFrame:
    """Share left after each time at which a wait ended.

    The error is Greenwood's; with clusters it is that of independent clusters of rows, by how each row moves the curve
    (infinitesimal jackknife: Ying & Wei 1994, doi 10.1006/jmva.1994.1031).

    Parameters
    ----------
    times : of each wait, until its end or as long as it was watched
    event_observed : whether it came to its end
    cluster : whose wait it is, where somebody has several

    Returns
    -------
    pandas.DataFrame
        By time: left (share), error (standard error of its logarithm; not defined where nobody is left).
    """
    at, place = np.unique(times.to_numpy(float), return_inverse=True)
    over, n = event_observed.to_numpy(bool), len(times)
    ended = np.bincount(place, weights=over, minlength=len(at))
    watched = n - np.concatenate([[0], np.bincount(place, minlength=len(at)).cumsum()[:-1]])
    with np.errstate(all="ignore"):
        left = np.cumprod(1 - ended / watched)
        hazard = np.cumsum(ended / (watched * (watched - ended)))
        moved = hazard[place] - over / (watched - ended)[place]
        variance = hazard if cluster is None else of_clusters(place, moved, hazard, codes(cluster))
        error = np.sqrt(variance)
    return pd.DataFrame({"left": left, "error": error}, index=pd.Index(at, name="time"))[ended > 0]


def of_clusters(place: np.ndarray, moved: np.ndarray, hazard: np.ndarray, whose: np.ndarray) -> np.ndarray:
    """Variance of the logarithm of the curve at each time: the sum of squares of what each cluster adds to it.

    A row adds the hazard so far as long as it is watched, and ``moved`` from its own time on; so a cluster with w rows
    still watched and k in all from the others adds w × hazard + k, and its square changes at its own times only.
    """
    order = np.lexsort((place, whose))
    place, moved, whose = place[order], moved[order], whose[order]
    size = np.bincount(whose)
    first = np.concatenate([[0], size.cumsum()[:-1]])
    step = np.arange(len(whose)) - first[whose] + 1
    watched = size[whose] - step
    moved = np.where(np.isfinite(moved), moved, 0.0)
    sums = np.cumsum(moved)
    done = sums - (sums - moved)[first][whose]
    before = done - moved
    changes = (watched**2 - (watched + 1) ** 2, watched * done - (watched + 1) * before, done**2 - before**2)
    squares, mixed, known = (np.bincount(place, w, len(hazard)).cumsum() for w in changes)
    many = len(size)
    total = hazard**2 * ((size**2).sum() + squares) + 2 * hazard * mixed + known
    return total * many / (many - 1) if many > 1 else np.full(len(hazard), np.nan)
