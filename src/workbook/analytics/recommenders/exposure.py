"""What was shown, clicked and bought: policies that were logged, and lists that were not, from the log."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.recommenders.histories import Split

RANDOM = "random"  # the policy that shows any product on sale with the same chance
FEWEST_SALES = 5  # below which the interval of a difference, which is normal, does not hold
COLUMNS = ["value", "low", "high", "unit", "n"]
FEWEST = 50  # rows that hold a product of a list below which its value isn't stated


def exposures(shown: pd.DataFrame, sessions: pd.DataFrame) -> pd.DataFrame:
    """The log of recommendations with whose session it was and when: customer_id and started_at beside its columns."""
    about = sessions[["session_id", "customer_id", "started_at"]]
    return shown.merge(about, on="session_id").sort_values(["started_at", "session_id"], ignore_index=True)


def of_known(log: pd.DataFrame, split: Split) -> pd.DataFrame:
    """Sessions from the cut on of customers who had bought before: those for whom there are lists."""
    known = log["customer_id"].isin(split.customers) & (log["started_at"] >= split.cut)
    return log[known].reset_index(drop=True)


def readers(log: pd.DataFrame, split: Split) -> Split:
    """The same split for the customers of a log."""
    return replace(split, people=pd.Index(log["customer_id"].unique(), name="customer_id"))


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
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("policy")


def in_list(log: pd.DataFrame, split: Split, items: np.ndarray) -> pd.Series:
    """Whether what was shown is in the list of the person to whom it was shown.

    Parameters
    ----------
    items : columns of ``split.products``, the list of each of ``split.people``, to whom the sessions belong
    """
    row, column = split.people.get_indexer(log["customer_id"]), split.products.get_indexer(log["product_id"])
    there = (row >= 0) & (column >= 0)
    return pd.Series((items[row] == column[:, None]).any(axis=1) & there, log.index)


def value_of_list(log: pd.DataFrame, split: Split, items: np.ndarray) -> Estimate:
    """Share of sessions that would click if the tile showed a product of the own list at random: from the random slice.

    There every product on sale was shown with the same chance, so that what is in a list was shown as a list's products would
    be, and the share of clicks among it is the inverse-propensity estimate with weights set to sum to 1. Customers are
    clusters (Wilson's interval).
    """
    some = log[(log["policy"] == RANDOM) & in_list(log, split, items)]
    if len(some) < FEWEST:
        return Estimate(unit="share", n=len(some))
    return share_of(some["clicked"], some["customer_id"])


def values(log: pd.DataFrame, split: Split, lists: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Share of clicks that each list would have, by the random slice: by list value, low, high, unit and n."""
    rows = {name: vars(value_of_list(log, split, items)) for name, items in lists.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=COLUMNS).rename_axis("list")


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
    if shown.sum() + else_.sum() < FEWEST_SALES:
        return Attribution("unknown")
    whose = ours["customer_id"], other["customer_id"]
    difference = float(shown.mean() - else_.mean())
    parts = [
        spread_of((v - v.mean()).to_numpy() / len(v), w) for v, w in zip((shown, else_), whose, strict=True)
    ]
    reach = float(stats.norm.ppf(0.975)) * float(np.hypot(parts[0], parts[1]))
    caused = Estimate(difference, difference - reach, difference + reach, "points", len(log))
    case = "caused" if caused.verdict == "up" else "nothing"
    return Attribution(case, share_of(shown, whose[0]), share_of(else_, whose[1]), caused)


def share_of(hits: pd.Series, cluster: pd.Series) -> Estimate:
    """A share with its interval, rows of one customer together."""
    return Estimate(float(hits.mean()), *share_interval(hits, cluster=cluster), unit="share", n=len(hits))


@dataclass(frozen=True)
class Leads:
    """How far best sellers are ahead of products at random, offline and online.

    Attributes
    ----------
    case : lost (ahead offline for sure, and not so online), unclear (not sure even offline), kept, or unknown
    offline, online : recall over that of products at random; and clicks over theirs
    """

    case: str
    offline: Estimate = UNKNOWN
    online: Estimate = UNKNOWN


def at_random(split: Split, k: int) -> float:
    """Expected recall of k different products that are drawn at random from those on sale."""
    wanted = split.upcoming.drop_duplicates(["customer_id", "product_id"])
    there = wanted["product_id"].isin(split.products).groupby(wanted["customer_id"]).mean()
    return float(there.mean()) * min(k / max(len(split.products), 1), 1.0)


def leads(recall: Estimate, chance: float, clicks: pd.DataFrame, policy: str = "popular") -> Leads:
    """Hold a policy against products at random.

    Parameters
    ----------
    recall : of the policy's list
    chance : recall of as many products at random
    clicks : from `by_policy`
    """
    if not {policy, RANDOM} <= set(clicks.index) or not recall.has_interval:
        return Leads("unknown")
    offline = recall.scaled(1 / chance, "ratio")
    online = ratio_of(clicks.loc[policy], clicks.loc[RANDOM])
    sure = offline.verdict == "up" and online.verdict != "up"
    case = "lost" if sure else "unclear" if offline.verdict == "unclear" else "kept"
    return Leads(case if online.known else "unknown", offline, online)


def ratio_of(one: pd.Series, other: pd.Series) -> Estimate:
    """The ratio of two independent shares, from their Wilson intervals (MOVER: Donner & Zou 2012, doi 10.1177/0962280210391443)."""
    a, b = float(one["value"]), float(other["value"])
    if not a or not b:
        return Estimate(n=int(one["n"] + other["n"]))
    low_a, high_a, low_b, high_b = (float(r[e]) for r in (one, other) for e in ("low", "high"))
    down = a * b - np.sqrt((a * b) ** 2 - low_a * high_b * (2 * a - low_a) * (2 * b - high_b))
    up = a * b + np.sqrt((a * b) ** 2 - high_a * low_b * (2 * a - high_a) * (2 * b - low_b))
    return Estimate(
        a / b,
        float(down / (high_b * (2 * b - high_b))),
        float(up / (low_b * (2 * b - low_b))),
        n=int(one["n"] + other["n"]),
    )


@dataclass(frozen=True)
class Personal:
    """Clicks on products of somebody's own list, among what was shown at random, against clicks on all else of it.

    Attributes
    ----------
    case : ahead, behind, unclear, or unknown (too few rows)
    way : whose list
    own, others : share of clicks of what the list holds, and of what it doesn't
    ratio : of the two
    """

    case: str
    way: str = ""
    own: Estimate = UNKNOWN
    others: Estimate = UNKNOWN
    ratio: Estimate = UNKNOWN


def personal(log: pd.DataFrame, split: Split, items: np.ndarray, way: str) -> Personal:
    """Whether people click more on what their list holds, in the random slice; `way` names the list."""
    some = log[log["policy"] == RANDOM]
    held = in_list(some, split, items)
    if held.sum() < FEWEST or (~held).sum() < FEWEST:
        return Personal("unknown", way)
    own, others = (share_of(some["clicked"][h], some["customer_id"][h]) for h in (held, ~held))
    ratio = ratio_of(
        *(pd.Series({"value": e.value, "low": e.low, "high": e.high, "n": e.n}) for e in (own, others))
    )
    case = {"up": "ahead", "down": "behind"}.get(ratio.verdict, ratio.verdict)
    return Personal(case, way, own, others, ratio)
