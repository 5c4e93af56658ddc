"""What a triggered message adds: orders after it, less those of people whom the trigger left alone at random."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import codes
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.several import level_of_each

WITHIN = 14  # days after the message in which an order counts
FEWEST = 10  # customers in each group, below which no interval is stated
UNKNOWN = Estimate()


def triggered(
    touchpoints: pd.DataFrame, campaigns: pd.DataFrame, orders: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """Every message of a trigger that held some people out, sent or held out, with the orders of the days after it.

    Returns
    -------
    pandas.DataFrame
        customer_id, at, kind, held_out, orders (within `WITHIN` days, and before the next message of this kind, so that each
        order counts once); of those whose days are over by ``as_of``.
    """
    kind = touchpoints["campaign_id"].map(campaigns.set_index("campaign_id")["kind"])
    some = touchpoints.assign(kind=kind, held_out=touchpoints["held_out"].fillna(False).astype(bool))
    holds = some.groupby("kind")["held_out"].any()
    over = as_of + pd.Timedelta(days=1)
    some = some[some["kind"].isin(holds.index[holds])]
    some = some[some["touched_at"] + pd.Timedelta(days=WITHIN) <= over].reset_index(drop=True)
    found = pd.DataFrame(
        {
            "customer_id": some["customer_id"],
            "at": some["touched_at"],
            "kind": some["kind"],
            "held_out": some["held_out"],
        }
    )
    found = found.sort_values(["customer_id", "kind", "at"], ignore_index=True)
    following = found.groupby(["customer_id", "kind"])["at"].shift(-1)
    over = found["at"] + pd.Timedelta(days=WITHIN)
    until = over.where(~(following < over), following)
    return found.assign(orders=orders_after(found, orders, until))


def orders_after(messages: pd.DataFrame, orders: pd.DataFrame, until: pd.Series) -> np.ndarray:
    """Number of orders of each message's customer after it, up to a time."""
    ids = pd.Index(pd.unique(pd.concat([messages["customer_id"], orders["customer_id"]])))
    second = pd.Timedelta(seconds=1)

    def key(who: pd.Series, at: pd.Series) -> np.ndarray:
        return (ids.get_indexer(who).astype("int64") << 36) + ((at - pd.Timestamp(0)) // second).to_numpy()

    sorted_key = np.sort(key(orders["customer_id"], orders["ordered_at"]))
    begin = key(messages["customer_id"], messages["at"])
    end = key(messages["customer_id"], until)
    return np.searchsorted(sorted_key, end, side="right") - np.searchsorted(sorted_key, begin, side="right")


def difference(
    outcome: pd.Series, treated: pd.Series, cluster: pd.Series, level: float = 0.95
) -> list[float]:
    """Difference of two means with its interval, where customers come several times: value, low, high.

    Both groups share one variance, that of rows of independent customers: with few in one of them their own spread would be
    known too badly, and an effect that is small changes it little. Student's t, counted in customers.
    """
    y, d = outcome.to_numpy(float), treated.to_numpy(bool)
    if not d.any() or d.all():
        return [np.nan] * 3
    means = np.array([y[~d].mean(), y[d].mean()])
    found = float(means[1] - means[0])
    whose = codes(cluster)
    many = [len(np.unique(whose[group])) for group in (d, ~d)]
    sums = np.bincount(whose, weights=y - means[d.astype(int)])
    freedom = sum(many) - 2
    if min(many) < FEWEST or not sums.any():
        return [found, np.nan, np.nan]
    variance = (sums**2).sum() / len(y) * sum(many) / freedom
    reach = stats.t.ppf(0.5 + level / 2, freedom) * np.sqrt(variance * (1 / d.sum() + 1 / (~d).sum()))
    return [found, float(found - reach), float(found + reach)]


def increments(messages: pd.DataFrame, truth: pd.DataFrame | None = None) -> pd.DataFrame:
    """What each trigger adds, by its holdout; the intervals hold all at once.

    Parameters
    ----------
    messages : from `triggered`
    truth : kind, touches, orders_expected (of all messages sent, after fatigue)

    Returns
    -------
    pandas.DataFrame
        index trigger; sent, held_out (messages), after (orders per message sent, caused or not), adds, low, high (orders
        that a message adds), and true where the truth is known.
    """
    kinds = sorted(messages["kind"].unique())
    level = level_of_each(0.95, len(kinds))
    rows = {}
    for kind in kinds:
        part = messages[messages["kind"] == kind]
        sent = ~part["held_out"]
        after = part.loc[sent, "orders"].mean()
        found = difference(part["orders"], sent, part["customer_id"], level)
        rows[kind] = [int(sent.sum()), int((~sent).sum()), after, *found]
    columns = ["sent", "held_out", "after", "adds", "low", "high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("trigger")
    if truth is None:
        return table
    own = truth.set_index("kind")
    each = (own["orders_expected"] / own["touches"].replace(0, np.nan)).reindex(table.index)
    return table.assign(true=each)


def together(messages: pd.DataFrame) -> Estimate:
    """What a message adds on average, all triggers together: each trigger's difference, weighted by the messages it sent."""
    kinds = messages.loc[~messages["held_out"], "kind"].value_counts(normalize=True)
    found, variance = 0.0, 0.0
    for kind, share in kinds.items():
        part = messages[messages["kind"] == kind]
        value, low, high = difference(part["orders"], ~part["held_out"], part["customer_id"])
        found += share * value
        variance += (share * (high - low) / 2) ** 2
    reach = float(np.sqrt(variance))
    return Estimate(float(found), float(found - reach), float(found + reach), "orders", len(messages))


@dataclass(frozen=True)
class Credit:
    """What one would think a trigger brings, and what it adds.

    Attributes
    ----------
    case : shown (some trigger adds orders beyond doubt), unclear (none can be shown), unknown
    after : orders in the days after a message, whoever caused them
    adds : orders that a message adds, all triggers together
    shown : triggers that add something beyond doubt
    held_out : messages held out
    """

    case: str
    after: Estimate = UNKNOWN
    adds: Estimate = UNKNOWN
    shown: str = ""
    held_out: int = 0


def credit(messages: pd.DataFrame, table: pd.DataFrame) -> Credit:
    """Read `increments` and `together`."""
    if table.empty:
        return Credit("unknown")
    shown = ", ".join(table.index[table["low"] > 0])
    after = Estimate(float((table["after"] * table["sent"]).sum() / table["sent"].sum()), unit="orders")
    return Credit(
        "shown" if shown else "unclear", after, together(messages), shown, int(table["held_out"].sum())
    )


def holdout_needed(messages: pd.DataFrame, effect: float, power: float = 0.8) -> Estimate:
    """Messages to hold out, and as many to send, to find ``effect`` orders a message with this power (two-sided, 5 %)."""
    spread = float(messages["orders"].std())
    z = stats.norm.ppf(0.975) + stats.norm.ppf(power)
    if not (effect > 0 and spread > 0):
        return UNKNOWN
    return Estimate(float(np.ceil(2 * (z * spread / effect) ** 2)), unit="ratio")
