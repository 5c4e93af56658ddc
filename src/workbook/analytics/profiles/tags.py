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
COUNTS, SOME, MOST = 0.5, 4, 6  # weight of a tag; customers and tags that are shown as examples
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


def examples(weighed: pd.DataFrame) -> pd.DataFrame:
    """The first SOME customers with two tags or more that count something, and the MOST tags that count most with them."""
    few = weighed[weighed.gt(COUNTS).sum(axis=1) > 1].head(SOME)
    return few.loc[:, few.sum().rank(ascending=False, method="first") <= MOST]


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


def half_lives(chosen: float) -> tuple[float, ...]:
    """The HALF_LIVES that are compared, with the chosen one among them."""
    return tuple(sorted({*HALF_LIVES, float(chosen)}))


def judged(
    events: pd.DataFrame, day: pd.Timestamp, half_lives: tuple[float, ...] = HALF_LIVES
) -> pd.DataFrame:
    """How much more often the next purchases are of the tag that a customer had on a day than anybody's are, by half-life.

    Returns
    -------
    pandas.DataFrame
        Index way; value (hits over what is expected of anybody, less 1; 0 is worthless), low, high, n (purchases), unit.
    """
    found = {way(half_life): scored(tested(events, day, half_life)) for half_life in half_lives}
    return pd.DataFrame.from_dict(found, orient="index").rename_axis("way")


def way(half_life: float) -> str:
    """A half-life as it is read."""
    return "nothing forgotten" if half_life == NEVER else f"half-life {half_life:g} days"


def tested(events: pd.DataFrame, day: pd.Timestamp, half_life: float) -> pd.DataFrame:
    """The `hits` of all purchases after a day, by the tags of the day."""
    over = day + pd.Timedelta(days=1)
    past, later = events[events["at"] < over], events[events["at"] >= over]
    return hits(later, top(weights(events, day, half_life), shares(past)), shares(later))


def scored(found: pd.DataFrame) -> dict[str, object]:
    """Hits over expected hits, less 1, with the interval of a ratio of two totals whose units are customers (Cochran 1977, section 6.4)."""
    value, off = excess(found)
    error = spread(off)
    reach = WIDE * error if len(off) >= FEW else np.nan
    return {"value": value, "low": value - reach, "high": value + reach, "n": len(found), "unit": "change"}


def excess(found: pd.DataFrame) -> tuple[float, pd.Series]:
    """Hits over expected hits, less 1, and how far each customer pulls it: residuals over the expected total."""
    total = found.groupby("customer_id")[["hit", "expected"]].sum().astype(float)
    expected = total["expected"].sum()
    ratio = total["hit"].sum() / expected if expected else np.nan
    return ratio - 1, (total["hit"] - ratio * total["expected"]) / expected


def spread(off: pd.Series) -> float:
    """Standard error of a sum of what each customer pulls."""
    return float(np.sqrt((off**2).sum() * len(off) / max(len(off) - 1, 1)))


def difference(events: pd.DataFrame, day: pd.Timestamp, half_life: float) -> Estimate:
    """How much more often the own tag is bought with nothing forgotten than with a half-life.

    Both are of the same purchases, so its interval is of a ratio of ratios (linearised as in `scored`).
    """
    (one, off), (other, away) = (excess(tested(events, day, h)) for h in (half_life, NEVER))
    ratio = (1 + other) / (1 + one) if one > -1 else np.nan
    apart = away.sub(ratio * off, fill_value=0.0) / (1 + one)
    reach, gain = WIDE * spread(apart) if len(apart) >= FEW else np.nan, float(ratio - 1)
    return Estimate(gain, gain - reach, gain + reach, "change", len(apart))


@dataclass(frozen=True)
class Memory:
    """What a tag is worth, and whether forgetting helps: case forget (better than if nothing is forgotten), remember (worse) or
    alike; worthless where the interval reaches 0, unknown where too few bought for an interval.

    Attributes
    ----------
    worth : with the chosen half-life
    kept : if nothing is forgotten
    gain : how much more often the own tag is bought with nothing forgotten than with the half-life
    """

    case: str
    worth: Estimate
    kept: Estimate
    gain: Estimate


def memory(table: pd.DataFrame, half_life: float, gain: Estimate) -> Memory:
    """Sum up `judged` and `difference`."""
    worth, kept = (Estimate.of(table.loc[way(h)]) for h in (half_life, NEVER))
    if not worth.has_interval:
        return Memory("unknown", worth, kept, gain)
    if not worth.low > 0:
        return Memory("worthless", worth, kept, gain)
    case = "remember" if gain.low > 0 else "forget" if gain.high < 0 else "alike"
    return Memory(case, worth, kept, gain)
