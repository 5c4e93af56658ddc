"""Tags that behaviour gives a customer: each purchase adds to its tag, and what was added fades; judged by what is bought next.

What was added h days ago still counts 2^(-h / half-life). With an endless half-life nothing is forgotten.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

NEVER = float("inf")
WIDE, FEW = 1.96, 20  # standard errors on either side, for 95 %; of fewer customers no interval is stated
HALF_LIVES = (30, 90, 180, 365, NEVER)
PRIOR = 2  # purchases like everybody's that each customer begins with


def taste_events(orders: pd.DataFrame, lines: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """Each order line with the tag of what was bought: its style, or its category where no product has a style.

    Returns
    -------
    pandas.DataFrame
        customer_id, at, tag; by time.
    """
    column = "style" if products.get("style", pd.Series(dtype=str)).notna().any() else "category"
    tag = products.set_index("product_id").get(column, pd.Series(dtype=str))
    bought = lines.join(orders.set_index("order_id")[["customer_id", "ordered_at"]], on="order_id")
    frame = bought.assign(tag=bought["product_id"].map(tag), at=bought["ordered_at"])
    return frame.dropna(subset="tag")[["customer_id", "at", "tag"]].sort_values(
        "at", kind="stable", ignore_index=True
    )


def weights(events: pd.DataFrame, day: pd.Timestamp, half_life: float) -> pd.DataFrame:
    """What each tag of each customer weighs on the evening of a day: customers in rows, tags in columns."""
    past = events[events["at"] < day + pd.Timedelta(days=1)]
    age = (day + pd.Timedelta(days=1) - past["at"]) / pd.Timedelta(days=1)
    return (
        past.assign(weight=0.5 ** (age / half_life))
        .pivot_table(index="customer_id", columns="tag", values="weight", aggfunc="sum", observed=True)
        .fillna(0.0)
    )


def shares(events: pd.DataFrame) -> pd.Series:
    """Share of each tag among all purchases."""
    return events["tag"].value_counts(normalize=True)


def top(weighed: pd.DataFrame, usual: pd.Series) -> pd.Series:
    """The tag that stands out most for each customer: its share of what they bought, over the share that is usual.

    Each customer is taken to have bought PRIOR things as everybody does beforehand, so that a single purchase doesn't decide.

    Parameters
    ----------
    weighed : as `weights` makes it
    usual : share of each tag among all purchases
    """
    if weighed.empty:
        return pd.Series(dtype="str", name="tag")
    base = usual.reindex(weighed.columns)
    share = weighed.add(PRIOR * base, axis=1).div(weighed.sum(axis=1) + PRIOR, axis=0)
    return (share / base).idxmax(axis=1).rename("tag")


def hits(later: pd.DataFrame, tag: pd.Series, usual: pd.Series) -> pd.DataFrame:
    """Whether each later purchase is of the tag that its customer had, and how often anybody's is; of customers with a tag only.

    Returns
    -------
    pandas.DataFrame
        customer_id, hit, expected (share of the tag among all later purchases).
    """
    said = later["customer_id"].map(tag)
    found = later.assign(hit=later["tag"] == said, expected=said.map(usual).astype(float))
    return found[said.notna().to_numpy()][["customer_id", "hit", "expected"]]


def judged(
    events: pd.DataFrame, day: pd.Timestamp, half_lives: tuple[float, ...] = HALF_LIVES
) -> pd.DataFrame:
    """How much likelier the next purchases are of the tag that a customer had on a day than anybody's are, by half-life.

    Returns
    -------
    pandas.DataFrame
        Index way; value (ratio of hits to what is expected of anybody), low, high, n (purchases), unit.
    """
    over = day + pd.Timedelta(days=1)
    past, later = events[events["at"] < over], events[events["at"] >= over]
    usual, ways = shares(past), {}
    for half_life in half_lives:
        name = (
            "bought, nothing forgotten" if half_life == NEVER else f"bought, half-life {half_life:.0f} days"
        )
        ways[name] = top(weights(events, day, half_life), usual)
    table = {name: scored(hits(later, tag, shares(later))) for name, tag in ways.items()}
    return pd.DataFrame.from_dict(table, orient="index").rename_axis("way")


def scored(found: pd.DataFrame) -> dict[str, object]:
    """Hits over expected hits, with the interval of a ratio of two totals whose units are customers (Cochran 1977, section 6.4)."""
    total = found.groupby("customer_id")[["hit", "expected"]].sum().astype(float)
    hit, expected = total["hit"].sum(), total["expected"].sum()
    if not expected:
        return {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0, "unit": "ratio"}
    value, n = hit / expected, len(total)
    off = total["hit"] - value * total["expected"]
    error = np.sqrt((off**2).sum() * n / max(n - 1, 1)) / expected
    reach = WIDE * error if n >= FEW else np.nan
    return {"value": value, "low": value - reach, "high": value + reach, "n": len(found), "unit": "ratio"}


def above_anybody(judged: pd.DataFrame) -> pd.DataFrame:
    """The ratios of `judged` less 1: by how much purchases of the own tag are more than anybody's."""
    return judged.assign(**{c: judged[c] - 1 for c in ("value", "low", "high")}, unit="change")


@dataclass(frozen=True)
class Memory:
    """Whether forgetting helps: case forget (the shortest memory is better than the endless one), remember (worse) or alike.

    Attributes
    ----------
    best : the way with most hits
    hit, short, kept : hits over expected ones of the best, with the shortest memory, and if nothing is forgotten
    """

    case: str
    best: str
    hit: Estimate
    short: Estimate
    kept: Estimate


def memory(table: pd.DataFrame) -> Memory:
    """Compare the ways of `judged`."""
    short, kept = (Estimate.of(table.iloc[i]) for i in (0, -1))
    if not kept.known:
        return Memory("unknown", "", kept, short, kept)
    best = str(table["value"].idxmax())
    case = "remember" if short.high < kept.low else "forget" if short.low > kept.high else "alike"
    return Memory(case, best, Estimate.of(table.loc[best]), short, kept)
