"""Cuts by what is recorded of customers and of orders: how large each part is, what it brings, and what the gaps hide."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, norm

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

NOT_KNOWN = "(not known)"
AGES = {0: "under 25", 25: "25 to 34", 35: "35 to 49", 50: "50 and over"}
OF_CUSTOMERS = (
    "gender",
    "age",
    "city",
    "country",
    "income_band",
    "occupation",
    "education",
    "customer_kind",
    "stated_need",
)
OF_ORDERS = ("scene", "payment", "delivery")
A_CELL = 5  # counts for each cell of a table, below which the chi-square test is too rough (Cochran 1954)
FEWEST = 20  # customers in a group, below which it is not compared


def described(customers: pd.DataFrame | None, today: pd.Timestamp) -> pd.DataFrame:
    """What is recorded of customers, ages in bands: index customer_id, the columns of OF_CUSTOMERS that the data has."""
    if customers is None:
        return pd.DataFrame()
    about = customers.set_index("customer_id")
    if "birth_year" in about and about["birth_year"].notna().any():
        age = today.year - about["birth_year"].astype(float)
        about = about.assign(
            age=pd.cut(age, [*AGES, np.inf], right=False, labels=list(AGES.values())).astype(object)
        )
    return about[[c for c in OF_CUSTOMERS if c in about and about[c].notna().any()]]


def parts(values: pd.Series, orders: pd.DataFrame) -> pd.DataFrame:
    """Customers by one thing that is recorded of them: how many, orders each, and the median value of an order.

    Parameters
    ----------
    values : by customer_id; those that are missing are a part of their own
    orders : customer_id; amount where it is known

    Returns
    -------
    pandas.DataFrame
        index the values, in the order of their categories if they have one; customers, share, orders each, median order.
    """
    of_customer = orders["customer_id"].map(values.astype(object).fillna(NOT_KNOWN))
    customers = orders["customer_id"].groupby(of_customer).nunique()
    found = pd.DataFrame(
        {
            "customers": customers,
            "share": customers / customers.sum(),
            "orders each": orders.groupby(of_customer).size() / customers,
        }
    )
    if "amount" in orders:
        found["median order"] = orders.groupby(of_customer)["amount"].median()
    known = values.cat.categories if isinstance(values.dtype, pd.CategoricalDtype) else found.index
    return found.reindex([name for name in known if name in found.index]).rename_axis(values.name)


def order_parts(orders: pd.DataFrame, column: str) -> pd.DataFrame:
    """Orders by one thing that is recorded of them: how many, the share among those that are known, the median value."""
    values = orders[column].astype(object).fillna(NOT_KNOWN)
    found = pd.DataFrame({"orders": values.value_counts()})
    found["share of known"] = found["orders"].drop(NOT_KNOWN, errors="ignore") / orders[column].notna().sum()
    if "amount" in orders:
        found["median order"] = orders.groupby(values)["amount"].median()
    return found.rename_axis(column)


def strength(about: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """How much each thing that is recorded says of the cluster: Cramér's V with Bergsma's correction, p, and how often it is known.

    Bergsma (2013), doi 10.1016/j.jkss.2012.10.002: 0 in expectation where there is no link. p is that of the chi-square test; it is
    missing where there are under A_CELL customers for each cell of the table.
    """
    rows = {}
    for column in about:
        values = about[column].reindex(labels.index)
        table = pd.crosstab(labels, values.astype(object)).to_numpy(float)
        rows[column] = (cramers_v(table), p_of(table), values.notna().mean())
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["cramers_v", "p", "known"])
    return found.sort_values("cramers_v", ascending=False)


@dataclass(frozen=True)
class Best:
    """What says most of the cluster.

    Attributes
    ----------
    case : found, or none (nothing says more than chance would)
    name : in words
    v, known : Cramér's V, and the share of customers of whom it is known
    """

    case: str
    name: str = ""
    v: float = np.nan
    known: float = np.nan


def best(found: pd.DataFrame) -> Best:
    """Find it, from `strength`, among what is more than chance at 5 %, shared by all that were tried (Bonferroni)."""
    sure = found[found["p"] * len(found) <= 0.05]
    if sure.empty:
        return Best("none")
    name = sure["cramers_v"].idxmax()
    v, known = (float(sure.loc[name, column]) for column in ("cramers_v", "known"))
    return Best("found", str(name).replace("_", " "), v, known)


def p_of(table: np.ndarray) -> float:
    """P of the chi-square test of a table of counts; missing where it has one row or column, or too few counts."""
    if min(table.shape) < 2 or table.sum() < A_CELL * table.size:
        return float("nan")
    return float(chi2_contingency(table, correction=False).pvalue)


def cramers_v(table: np.ndarray) -> float:
    """Bergsma's bias-corrected Cramér's V of a table of counts; missing where it has one row or column, or too few counts."""
    n, (r, c) = table.sum(), table.shape
    if min(r, c) < 2 or n < 2:
        return float("nan")
    expected = table.sum(1, keepdims=True) * table.sum(0, keepdims=True) / n
    phi = ((table - expected) ** 2 / expected).sum() / n
    phi = max(0.0, phi - (r - 1) * (c - 1) / (n - 1))
    rows, columns = r - (r - 1) ** 2 / (n - 1), c - (c - 1) ** 2 / (n - 1)
    room = min(rows, columns) - 1
    return float(np.sqrt(phi / room)) if room > 0 else float("nan")


def chosen_by(who: pd.Series, orders: pd.DataFrame, column: str) -> pd.DataFrame:
    """Share of each choice among the orders of each group of FEWEST customers or more, and of all of these.

    Parameters
    ----------
    who : group by customer_id; who has none isn't counted
    column : of ``orders``: the choice; orders without one aren't counted

    Returns
    -------
    pandas.DataFrame
        index the groups, and "all" at the end; a column a choice. Empty if no group is large enough.
    """
    group = orders["customer_id"].map(who)
    many = orders["customer_id"].groupby(group).nunique()
    of = group.where(group.isin(many.index[many >= FEWEST]))
    if of.isna().all():
        return pd.DataFrame()
    shares = pd.crosstab(of, orders[column], normalize="index", margins=True, margins_name="all")
    return shares.rename_axis(index=who.name)


@dataclass(frozen=True)
class Furthest:
    """The choice in which a group is furthest from all.

    Attributes
    ----------
    case : found, alike (no group differs from all by more than chance), or none (no two groups, or nothing to choose)
    group, choice : which
    share, of_all : of the group's orders, and of all orders of the groups
    """

    case: str
    group: str = ""
    choice: str = ""
    share: float = np.nan
    of_all: float = np.nan


def furthest(who: pd.Series, orders: pd.DataFrame, column: str) -> Furthest:
    """Find it, from what `chosen_by` takes, among differences that are more than chance at 5 %, shared by all (Bonferroni).

    Orders of one customer go together.
    """
    shares = chosen_by(who, orders, column)
    if shares.shape[1] < 2 or len(shares) < 3:
        return Furthest("none")
    away = (shares.drop("all") - shares.loc["all"]).abs()
    whose = orders["customer_id"].map(who)
    known = {name: orders[(whose == name) & orders[column].notna()] for name in away.index}
    error = pd.DataFrame(
        [
            [
                error_of(own[column] == c, of_all, own["customer_id"])
                for c, of_all in shares.loc["all"].items()
            ]
            for own in known.values()
        ],
        index=away.index,
        columns=away.columns,
    )
    away = away.where(away > norm.ppf(1 - 0.025 / away.size) * error)
    if away.isna().all(axis=None):
        return Furthest("alike")
    group, choice = away.max(axis=1).idxmax(), away.max().idxmax()
    share, of_all = (float(shares.loc[row, choice]) for row in (group, "all"))
    return Furthest("found", str(group), str(choice), share, of_all)


def error_of(hits: pd.Series, of_all: float, cluster: pd.Series) -> float:
    """Standard error of a share that is that of all, rows of one customer together."""
    return spread_of((hits - of_all).to_numpy(float) / len(hits), cluster)


def recorded_share(orders: pd.DataFrame, scene: str = "gift") -> Estimate:
    """Share of a scene among orders whose scene is known, customers counted as they come."""
    known = orders[orders["scene"].notna()]
    hits = known["scene"] == scene
    if known.empty:
        return Estimate(unit="share")
    low, high = share_interval(hits, cluster=known["customer_id"])
    return Estimate(float(hits.mean()), low, high, "share", len(known))


def true_share(orders: pd.DataFrame, needs: pd.DataFrame, scene: str = "gift") -> float:
    """Expected share of a scene among all orders, from the truth of each customer."""
    return float(orders["customer_id"].map(needs.set_index("customer_id")[scene]).mean())


def bought_when(orders: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    """Share of each cluster's orders in each hour of the day: index hour, a column a cluster; empty without times of day."""
    at = orders["ordered_at"]
    if (at == at.dt.normalize()).all():
        return pd.DataFrame()
    of = orders["customer_id"].map(labels)
    shares = pd.crosstab(at.dt.hour[of.notna()], of.dropna(), normalize="columns")
    return shares.reindex(range(24), fill_value=0.0).rename_axis(index="hour of the day", columns="cluster")


@dataclass(frozen=True)
class Busiest:
    """When clusters order most.

    Attributes
    ----------
    case : differ, same (all in one hour), or unknown
    first, at : the cluster whose busiest hour is the earliest, and that hour
    last, then : the cluster whose busiest hour is the latest, and that hour
    """

    case: str
    first: str = ""
    at: int = 0
    last: str = ""
    then: int = 0


def busiest(shares: pd.DataFrame) -> Busiest:
    """Find them in `bought_when`; of equal hours the earlier counts."""
    if shares.empty:
        return Busiest("unknown")
    peaks = shares.idxmax()
    first, last = peaks.idxmin(), peaks.idxmax()
    case = "same" if peaks[first] == peaks[last] else "differ"
    return Busiest(case, str(first), int(peaks[first]), str(last), int(peaks[last]))
