"""What a cluster is worth: show each customer one category, and see in the months that follow how much of it they buy.

Who is shown what is decided on a past day from what was known then; what they buy comes afterwards. Nobody was in truth shown
anything: this says how well each rule knows what people will want, the most that a better choice of the message can be about.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.partitions import fit
from workbook.analytics.segments.purchase_traits import traits

DAYS = 180  # half a year
ALL, CLUSTER, OWN, TRUE = "one for all", "one per cluster", "each customer's own", "one per true segment"


@dataclass(frozen=True)
class Targeted:
    """What each rule shows and what comes of it.

    Attributes
    ----------
    rules : a row a customer: the category that each rule shows (columns)
    hits : a row a customer: what was spent afterwards on that category, by rule
    categories : what each cluster is shown
    """

    rules: pd.DataFrame
    hits: pd.DataFrame
    categories: pd.Series


def parted(lines: pd.DataFrame, today: pd.Timestamp, days: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lines from before the day ``days`` ago, and those since."""
    over = today.normalize() + pd.Timedelta(days=1)
    then = over - pd.Timedelta(days=days)
    at = lines["ordered_at"]
    return lines[at < then], lines[(at >= then) & (at < over)]


def past_clusters(
    lines: pd.DataFrame, today: pd.Timestamp, k: int, least: int, seed: int, days: int = DAYS
) -> pd.Series:
    """Clusters as they could be made ``days`` ago."""
    then = traits(parted(lines, today, days)[0], least)
    return (
        fit(then, k, seed).labels if len(then) else pd.Series(index=then.index, dtype="str", name="cluster")
    )


def without_cluster(
    lines: pd.DataFrame, labels: pd.Series, today: pd.Timestamp, days: int = DAYS
) -> pd.Series:
    """Who had bought by ``days`` ago and had too few lines for a cluster, all as one group that is called "none"."""
    before = parted(lines, today, days)[0]["customer_id"].drop_duplicates()
    others = pd.Index(before[~before.isin(labels.index)].sort_values(), name="customer_id")
    return pd.Series("none", index=others, name="cluster")


def target(
    lines: pd.DataFrame,
    labels: pd.Series,
    today: pd.Timestamp,
    days: int = DAYS,
    segment: pd.Series | None = None,
) -> Targeted:
    """Decide on the day ``days`` ago what each customer is shown, and look at what they bought since.

    Parameters
    ----------
    lines : from `purchase_traits.bought`, with categories
    labels : clusters made on that day, see `past_clusters`
    segment : true segment by customer_id, if it is known
    """
    before, after = (spend(part, labels.index) for part in parted(lines, today, days))
    if before.empty:  # nobody had been here, so nobody is shown anything
        nothing = pd.DataFrame(index=labels.index, columns=[ALL, CLUSTER, OWN], dtype="float64")
        return Targeted(nothing, nothing, pd.Series(dtype="str", name="category"))
    after = after.reindex(columns=before.columns, fill_value=0.0)
    best = before.groupby(labels).sum().idxmax(axis=1).rename("category")
    rules = pd.DataFrame(
        {ALL: before.sum().idxmax(), CLUSTER: labels.map(best), OWN: before.idxmax(axis=1)},
        index=labels.index,
    )
    if segment is not None:
        kind = segment.reindex(labels.index)
        rules[TRUE] = kind.map(before.groupby(kind).sum().idxmax(axis=1))
    row = np.arange(len(after))
    hits = {r: after.to_numpy()[row, after.columns.get_indexer(rules[r])] for r in rules}
    return Targeted(rules, pd.DataFrame(hits, index=labels.index), best)


def spend(lines: pd.DataFrame, customers: pd.Index) -> pd.DataFrame:
    """What each of some customers spent on each category."""
    table = lines.pivot_table(
        index="customer_id", columns="category", values="amount", aggfunc="sum", fill_value=0.0
    )
    return table.reindex(customers).fillna(0.0)


def by_rule(found: Targeted, unit: str) -> pd.DataFrame:
    """Spend on the shown category per customer, and how much more than with one for all, with its 95 % interval.

    Returns
    -------
    pandas.DataFrame
        index rule; per_customer, value (more than one for all), low, high, unit, n.
    """
    rows = {rule: found.hits[rule] - found.hits[ALL] for rule in found.hits}
    made = {rule: mean_difference(more, unit) for rule, more in rows.items()}
    table = pd.DataFrame(
        {r: (e.value, e.low, e.high, e.n) for r, e in made.items()}, index=["value", "low", "high", "n"]
    ).T
    return table.assign(per_customer=found.hits.mean(), unit=unit).rename_axis("shown")


def mean_difference(more: pd.Series, unit: str) -> Estimate:
    """Mean of what each customer adds, with its 95 % interval (normal, customers are independent)."""
    n = len(more)
    error = float(more.std(ddof=1) / np.sqrt(n)) if n > 1 else np.nan
    value = float(more.mean()) if n else np.nan
    return Estimate(value, value - 1.96 * error, value + 1.96 * error, unit, n)


def gain(found: Targeted, unit: str, rule: str = CLUSTER, over: str = ALL) -> Estimate:
    """Spend per customer on what one rule shows, less that on what another one shows."""
    return mean_difference(found.hits[rule] - found.hits[over], unit)


@dataclass(frozen=True)
class Worth:
    """What the clusters add, and whether each customer's own history does better.

    Attributes
    ----------
    case : clusters (they add, and the own history no more than they), both (they add, the own history more), own (it alone
        is shown to add), nothing, unknown
    clusters : more than one for all
    own : the own history, more than the clusters
    alone : the own history, more than one for all
    few : the own history, more than one for all, of who had too few lines for a cluster
    """

    case: str
    clusters: Estimate
    own: Estimate
    alone: Estimate
    few: Estimate

    @property
    def who(self) -> str:
        """Whom the own history serves better than one for all: everybody who has bought, many (lines), or nobody."""
        if self.case not in ("both", "own"):
            return self.case
        return "everybody" if self.few.verdict == "up" else "many"


def worth(found: Targeted, few: Targeted, unit: str) -> Worth:
    """Compare clusters with one for all, and the own history with both.

    Each way adds by chance in one of 40 worlds, as far as its interval goes: so some way does in one of 20 at most.
    """
    clusters, own, alone = gain(found, unit), gain(found, unit, OWN, CLUSTER), gain(found, unit, OWN)
    if not clusters.has_interval:
        case = "unknown"
    elif clusters.verdict == "up":
        case = "both" if own.verdict == "up" else "clusters"
    else:
        case = "own" if alone.verdict == "up" else "nothing"
    return Worth(case, clusters, own, alone, gain(few, unit, OWN))
