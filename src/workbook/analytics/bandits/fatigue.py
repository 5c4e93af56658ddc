"""Whether messages tire, and whether those who want no more of them are left alone."""

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import spread_of
from workbook.analytics.estimate import Estimate

LEAST = 5  # successes on each side that a ratio needs


def by_messages_before(log: pd.DataFrame) -> pd.DataFrame:
    """Mean reward by the messages of the weeks before, and what it is of that of the first one, within groups.

    Who bought lately gets more messages and clicks more often. So groups are compared with themselves: the ratio is that of
    Mantel & Haenszel (1959, doi 10.1093/jnci/22.4.719), for chances (Greenland & Robins 1985), with readers as clusters.

    Returns
    -------
    pandas.DataFrame
        index messages_before: messages, reward, value, low, high (the ratio within groups; 1 for none before).
    """
    before = log["messages_before"].astype("Int64")
    by = log.groupby(before)["success"]
    found = pd.DataFrame({"messages": by.size(), "reward": by.mean()})
    ratios = [ratio_within_groups(log[before.isin([0, n])], n) for n in found.index]
    found["value"] = [r.value for r in ratios]
    found["low"], found["high"] = [r.low for r in ratios], [r.high for r in ratios]
    return found.rename_axis("messages before")


def ratio_within_groups(log: pd.DataFrame, number: int) -> Estimate:
    """Chance of a success after so many messages over that after none, within groups; missing for too few successes."""
    if number == 0:
        return Estimate(1.0, unit="ratio", n=len(log))
    tired = (log["messages_before"].astype("Int64") == number).to_numpy(dtype=bool)
    hit, group = log["success"].to_numpy(), pd.factorize(log["group"])[0]
    if min(hit[tired].sum(), hit[~tired].sum()) < LEAST:
        return Estimate(unit="ratio", n=int(tired.sum()))
    size = np.bincount(group)
    after, fresh = (np.bincount(group, mask, len(size)) for mask in (tired, ~tired))
    share = [
        np.bincount(group, hit * m, len(size)) / np.maximum(np.bincount(group, m), 1) for m in (tired, ~tired)
    ]
    weight = after * fresh / size
    above, below = (float((weight * s).sum()) for s in share)
    moved = np.where(
        tired,
        (hit - share[0][group]) * fresh[group] / size[group] / above,
        -(hit - share[1][group]) * after[group] / size[group] / below,
    )
    reach = float(stats.norm.ppf(0.975)) * spread_of(moved, log["reader"])
    value = above / below
    low, high = (value * float(np.exp(side * reach)) for side in (-1, 1))
    return Estimate(value, low, high, "ratio", int(tired.sum()))


def kept_rules(log: pd.DataFrame) -> pd.DataFrame:
    """How many messages broke a rule: sent through a channel without consent, or to who had unsubscribed.

    Returns
    -------
    pandas.DataFrame
        index rule, of those that the log can tell: messages (looked at), broken.
    """
    rows = {}
    there = {column for column in log if log[column].notna().any()}
    if {"channel", "channels"} <= there:
        known = log.dropna(subset=["channel", "channels"])
        open_ = [
            channel in some.split("+")
            for channel, some in zip(known["channel"], known["channels"], strict=True)
        ]
        rows["only through channels with consent"] = (len(known), len(known) - sum(open_))
    if {"unsubscribed", "sent_at"} <= there and log["reader"].duplicated().any():
        gone = log["unsubscribed"].fillna(False).astype(int)
        after = gone.groupby(log["reader"]).cumsum() - gone > 0
        rows["nobody after unsubscribing"] = (len(log), int(after.sum()))
    return pd.DataFrame.from_dict(rows, orient="index", columns=["messages", "broken"]).rename_axis("rule")
