"""What goes with buying again: a regression on what was known on a past day, with intervals."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.regression.linear_model import OLS, RegressionResultsWrapper
from statsmodels.tools.tools import add_constant

from workbook.analytics.estimate import Estimate

DAY = pd.Timedelta(days=1)
LITTLE = 0.005  # of the variance: what clusters explain more than the other drivers, and is of no use


def known_then(
    lines: pd.DataFrame,
    labels: pd.Series,
    customers: pd.DataFrame | None,
    today: pd.Timestamp,
    days: int = 180,
) -> pd.DataFrame:
    """What was known of each customer ``days`` ago, and whether they bought since.

    Parameters
    ----------
    lines : from `purchase_traits.bought`
    labels : clusters by customer_id
    customers : member_since where it is known

    Returns
    -------
    pandas.DataFrame
        index customer_id; bought_again, orders so far (log), silence and time since the first (log days), price level, in stores (if
        there are stores), member (if there are any), and a column for each cluster but A.
    """
    over = today.normalize() + DAY
    then = over - days * DAY
    before = lines[lines["ordered_at"] < then]
    by = before.groupby("customer_id")
    last, first = by["ordered_at"].max(), by["ordered_at"].min()
    again = lines.loc[lines["ordered_at"].between(then, over, inclusive="left"), "customer_id"].unique()
    found = pd.DataFrame(
        {
            "bought_again": last.index.isin(again).astype(float),
            "orders so far": np.log(by["order_id"].nunique()),
            "silence": np.log1p((then - last) / DAY),
            "time since the first": np.log1p((then - first) / DAY),
            "price level": by["dear"].mean(),
        },
        index=last.index,
    )
    if "place" in before and (before["place"] == "store").any():
        found["in stores"] = before["place"].eq("store").groupby(before["customer_id"]).mean()
    if customers is not None and "member_since" in customers:
        since = customers.set_index("customer_id")["member_since"].reindex(found.index)
        found["member"] = (since < then).astype(float)
    cluster = labels.reindex(found.index)
    for name in sorted(cluster.dropna().unique())[1:]:
        found[f"cluster {name}"] = (cluster == name).astype(float)
    return found[cluster.notna()]


def drivers(known: pd.DataFrame) -> pd.DataFrame:
    """Change of the chance to buy again that goes with each driver, others held equal.

    Of a quantity the change is for one standard deviation more; of yes or no, and of a cluster (against A), for yes.

    Returns
    -------
    pandas.DataFrame
        index driver; value, low, high (all intervals hold at once in 95 % of worlds: Bonferroni), unit points, n.
    """
    given = differing(known)
    if too_few(known, given):
        return pd.DataFrame(columns=["value", "low", "high", "unit", "n"])
    flags = given.isin([0.0, 1.0]).all()
    spread = given.std(ddof=0).where(~flags, 1.0)
    fit = regression(known, given / spread)
    ends = fit.conf_int(0.05 / given.shape[1]).drop("const")
    return pd.DataFrame(
        {
            "value": fit.params.drop("const"),
            "low": ends[0],
            "high": ends[1],
            "unit": "points",
            "n": len(known),
        }
    ).rename_axis("driver")


def differing(known: pd.DataFrame) -> pd.DataFrame:
    """Drivers in which customers differ at all."""
    given = known.drop(columns="bought_again")
    return given.loc[:, given.std() > 1e-9]


def too_few(known: pd.DataFrame, given: pd.DataFrame) -> bool:
    """Whether there are not five customers for each number to be found, or all did the same."""
    return len(known) < 5 * (given.shape[1] + 2) or known["bought_again"].nunique() < 2


def regression(known: pd.DataFrame, given: pd.DataFrame) -> RegressionResultsWrapper:
    """A linear probability model by least squares with errors that hold whatever the variance (HC1: MacKinnon & White 1985)."""
    return OLS(known["bought_again"], add_constant(given)).fit(cov_type="HC1")


@dataclass(frozen=True)
class Clusters:
    """What clusters add to the other drivers.

    Attributes
    ----------
    p : of the test that no cluster differs from another in the chance to buy again, all else equal
    with_them, without : share of the variance that is explained (R squared)
    """

    p: float = float("nan")
    with_them: float = float("nan")
    without: float = float("nan")


def joint(known: pd.DataFrame) -> Clusters:
    """Test all clusters together, and see how much they explain; missing without two."""
    given = differing(known)
    clusters = [c for c in given if c.startswith("cluster ")]
    if not clusters or too_few(known, given):
        return Clusters()
    fit, less = regression(known, given), regression(known, given.drop(columns=clusters))
    which = np.eye(len(fit.params))[fit.params.index.get_indexer(clusters)]
    p = float(fit.wald_test(which, scalar=True).pvalue)
    return Clusters(p, float(fit.rsquared), float(less.rsquared))


@dataclass(frozen=True)
class Reading:
    """What the regression says.

    Attributes
    ----------
    case : clusters (they differ in the chance to buy again), little (they do, but explain less than LITTLE more), none (that can't
        be shown), unclear (nor does any interval of another driver leave out zero), unknown
    strongest : the driver that the chance moves most with, clusters apart, of those whose interval leaves out zero, and by how much
    p : of the test that all clusters are alike
    reach : the largest difference from the first cluster, up or down, that an interval doesn't rule out, in words
    with_them, without : share of the variance that is explained with the clusters, and without
    """

    case: str
    strongest: str = "nothing else whose interval leaves out zero"
    p: float = float("nan")
    reach: str = ""
    with_them: float = float("nan")
    without: float = float("nan")


def reading(known: pd.DataFrame, found: pd.DataFrame) -> Reading:
    """Read `drivers`: the strongest, and whether clusters differ at all, and enough to matter."""
    clusters = joint(known)
    if clusters.p != clusters.p:
        return Reading("unknown")
    of_clusters = found.index.str.startswith("cluster ")
    reach = f"{100 * found.loc[of_clusters, ['low', 'high']].abs().to_numpy().max():.0f} points"
    others = found[~of_clusters]
    sure = others[(others["low"] > 0) | (others["high"] < 0)]
    about = {"reach": reach, **vars(clusters)}
    little = clusters.with_them - clusters.without < LITTLE
    differ = "little" if little else "clusters"
    if sure.empty:
        return Reading(differ if clusters.p <= 0.05 else "unclear", **about)
    name = sure["value"].abs().idxmax()
    case = differ if clusters.p <= 0.05 else "none"
    return Reading(case, f"{name}, {Estimate.of(sure.loc[name], 'points')}", **about)
