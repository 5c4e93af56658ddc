"""What was shown, clicked and bought: policies that were logged, and lists that were not, from the log."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.clusters import spread_of
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.recommenders.histories import Split

FEWEST = 15  # clicks on what a list holds below which its value isn't stated


def exposures(shown: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The log of recommendations with whose session it was and when: customer_id and started_at beside its columns."""
    about = sessions[["session_id", "customer_id", "started_at"]]
    return shown.merge(about, on="session_id").sort_values(["started_at", "session_id"], ignore_index=True)


def by_policy(log: pd.DataFrame, column: str = "clicked") -> pd.DataFrame:
    """Share of sessions that clicked, or bought, by the policy that chose; sessions of one customer go together.

    Returns
    -------
    pandas.DataFrame
        by policy: value, low, high, unit and n.
    """
    rows = {}
    for policy, some in log.groupby("policy"):
        low, high = share_interval(some[column], cluster=some["customer_id"])
        rows[policy] = {
            "value": some[column].mean(),
            "low": low,
            "high": high,
            "unit": "share",
            "n": len(some),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("policy")


def weights(log: pd.DataFrame, split: Split, items: np.ndarray) -> pd.Series:
    """Chance of what was shown if one of a list's products were shown at random, over its chance in the log.

    Parameters
    ----------
    items : columns of ``split.products``, the list of each of ``split.people``, to whom the sessions belong
    """
    row, column = split.people.get_indexer(log["customer_id"]), split.products.get_indexer(log["product_id"])
    in_list = ((items[row] == column[:, None]) & (row >= 0)[:, None] & (column >= 0)[:, None]).any(axis=1)
    return pd.Series(in_list / items.shape[1] / log["propensity"].to_numpy(), log.index)


def value_of_lists(log: pd.DataFrame, split: Split, items: np.ndarray) -> Estimate:
    """Share of sessions that would click if the tile showed one of their list's products at random.

    By inverse propensities whose sum is set to what it should be (SNIPS: Swaminathan & Joachims 2015). The interval is normal,
    with customers as clusters, of a ratio (Taylor).
    """
    weight, clicked = weights(log, split, items), log["clicked"].astype(float)
    total, n = float(weight.sum()), len(log)
    if (weight[log["clicked"]] > 0).sum() < FEWEST:
        return Estimate(unit="share", n=n)
    value = float((weight * clicked).sum()) / total
    error = spread_of(((clicked - value) * weight / total).to_numpy(), log["customer_id"])
    reach = float(stats.norm.ppf(0.975)) * error
    return Estimate(value, max(0.0, value - reach), value + reach, "share", n)


def values(log: pd.DataFrame, split: Split, lists: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """The value of several lists: value, low, high, unit, n, and the rows of equal weight that would tell as much."""
    rows = {}
    for name, items in lists.items():
        found, weight = value_of_lists(log, split, items), weights(log, split, items)
        effective = float(weight.sum()) ** 2 / max(float((weight**2).sum()), 1e-12)
        rows[name] = {
            "value": found.value,
            "low": found.low,
            "high": found.high,
            "unit": "share",
            "n": found.n,
            "effective rows": effective,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("list")


UNKNOWN = Estimate()


@dataclass(frozen=True)
class Attribution:
    """What a report credits to a policy, and what sessions without it say.

    Attributes
    ----------
    case : nothing (no difference is seen), caused (more bought it where it was shown), or unknown
    credited : share of sessions in which a product that the policy showed was then bought
    anyway : share of the sessions that were shown something else, and in which such a product was bought all the same
    caused : difference of the two
    """

    case: str
    credited: Estimate = UNKNOWN
    anyway: Estimate = UNKNOWN
    caused: Estimate = UNKNOWN


def attribution(log: pd.DataFrame, lines: pd.DataFrame, orders: pd.Series, policy: str) -> Attribution:
    """Whether showing products made people buy them: sessions for which a policy chose, and all others.

    Which policy chooses is drawn at random. Each of the other sessions is asked about the product that the policy showed in the
    next session of the log: had it been shown here and been bought, a report would have credited it. That is fair for a
    policy that shows everybody the same.

    Parameters
    ----------
    log : from `exposures`
    lines : order_id and product_id of what was bought
    orders : order of each session that ended in one, by session_id
    """
    ours, other = log[log["policy"] == policy], log[log["policy"] != policy]
    if ours.empty or other.empty:
        return Attribution("unknown")
    after = np.searchsorted(ours["started_at"].to_numpy(), other["started_at"].to_numpy())
    asked = ours["product_id"].to_numpy()[np.minimum(after, len(ours) - 1)]
    pairs = pd.MultiIndex.from_frame(lines[["order_id", "product_id"]])
    bought = pd.MultiIndex.from_arrays([other["session_id"].map(orders), asked]).isin(pairs)
    shown, else_ = ours["bought"].astype(bool), pd.Series(bought, other.index)
    whose = ours["customer_id"], other["customer_id"]
    difference = float(shown.mean() - else_.mean())
    parts = [
        spread_of((v - v.mean()).to_numpy() / len(v), w) for v, w in zip((shown, else_), whose, strict=True)
    ]
    reach = float(stats.norm.ppf(0.975) * np.hypot(*parts))
    caused = Estimate(difference, difference - reach, difference + reach, "points", len(log))
    case = "caused" if caused.verdict == "up" else "nothing"
    return Attribution(case, share_of(shown, whose[0]), share_of(else_, whose[1]), caused)


def share_of(hits: pd.Series, cluster: pd.Series) -> Estimate:
    """A share with its interval, rows of one customer together."""
    return Estimate(float(hits.mean()), *share_interval(hits, cluster=cluster), unit="share", n=len(hits))
