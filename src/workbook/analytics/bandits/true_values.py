"""What each message of a synthetic shop's log would truly have brought, had another content been chosen."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.bandits.switching import messages_to_tell
from workbook.analytics.estimate import Estimate


def true_rewards(
    log: pd.DataFrame, truth: Mapping[str, pd.DataFrame], outcome: str = "clicks"
) -> pd.DataFrame:
    """Expected outcome of each content for each row, scene and channel drawn evenly among those that are open.

    Parameters
    ----------
    log : as `choices.choices` gives it, with all columns of Lanyu's
    truth : customers, message_values and message_fatigue of the truth
    outcome : clicks, orders or margin

    Returns
    -------
    pandas.DataFrame
        a row per row of the log, a column per content.
    """
    segment = truth["customers"].set_index("customer_id")["segment"]
    values = truth["message_values"]
    key = ["segment", "recent", "channel", "content"]
    fresh = values.pivot_table(outcome, key[:-1], "content")
    who = log["customer_id"].map(segment)
    total = pd.DataFrame(0.0, log.index, fresh.columns)
    kind, kinds = pd.factorize(log["channels"])
    names = [text.split("+") for text in kinds]
    for channel in values["channel"].unique():
        here = np.array([channel in some for some in names])[kind]
        rows = pd.MultiIndex.from_arrays(
            [who[here], log.loc[here, "recent"].astype(bool), [channel] * here.sum()]
        )
        total.loc[here] += fresh.reindex(rows).to_numpy()
    factor = log["messages_before"].map(truth["message_fatigue"].set_index("messages_before")["factor"])
    number = np.array([len(some) for some in names])[kind]
    return total.mul(factor.astype(float).to_numpy() / number, axis=0)


def true_value(policy: pd.DataFrame, rewards: pd.DataFrame) -> float:
    """Mean outcome of a policy on its rows, from `true_rewards`."""
    return float((policy * rewards.loc[policy.index, policy.columns]).sum(axis=1).mean())


def with_truth(
    values: pd.DataFrame,
    plans: Mapping[str, pd.DataFrame],
    log: pd.DataFrame,
    truth: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Values of some policies, with their true mean reward beside them in a column truth."""
    rewards = true_rewards(log, truth)
    return values.assign(truth=[true_value(plans[name], rewards) for name in values.index])


def true_by_group(log: pd.DataFrame, rewards: pd.DataFrame) -> pd.DataFrame:
    """Expected outcome of each content (columns) for each group (rows) of a log."""
    return rewards.groupby(log["group"]).mean()


def true_of_log(log: pd.DataFrame, truth: Mapping[str, pd.DataFrame], outcome: str = "clicks") -> pd.Series:
    """Expected outcome of what each row of the log was in fact sent."""
    segment = truth["customers"].set_index("customer_id")["segment"]
    key = ["segment", "recent", "scene", "channel", "content"]
    rows = log.assign(segment=log["customer_id"].map(segment), recent=log["recent"].astype(bool))[key]
    fresh = truth["message_values"].set_index(key)[outcome].reindex(pd.MultiIndex.from_frame(rows))
    factor = log["messages_before"].map(truth["message_fatigue"].set_index("messages_before")["factor"])
    return pd.Series(fresh.to_numpy() * factor.astype(float).to_numpy(), log.index)


def true_arms(log: pd.DataFrame, truth: Mapping[str, pd.DataFrame], outcome: str = "clicks") -> pd.Series:
    """Expected outcome of each whole arm for the readers of a log, rested: index scene, channel, content; best first."""
    segment = truth["customers"].set_index("customer_id")["segment"]
    who = pd.DataFrame({"segment": log["customer_id"].map(segment), "recent": log["recent"].astype(bool)})
    share = who.value_counts(normalize=True)
    wide = truth["message_values"].pivot_table(
        outcome, ["segment", "recent"], ["scene", "channel", "content"]
    )
    found = wide.mul(share.reindex(wide.index).fillna(0), axis=0).sum()
    return found.sort_values(ascending=False).rename(outcome)


def true_gains(
    log: pd.DataFrame, plans: Mapping[str, pd.DataFrame], truth: Mapping[str, pd.DataFrame]
) -> pd.DataFrame:
    """What some policies truly change for each of their rows, in clicks and in margin: index proposal; reward, margin."""
    found = {}
    for column, outcome in (("reward", "clicks"), ("margin", "margin")):
        rewards, now = true_rewards(log, truth, outcome), true_of_log(log, truth, outcome)
        found[column] = {
            name: true_value(policy, rewards) - float(now[policy.index].mean())
            for name, policy in plans.items()
        }
    return pd.DataFrame(found).rename_axis("proposal")


@dataclass(frozen=True)
class Missed:
    """Which intervals miss the truth.

    Attributes
    ----------
    case : none, unsupported (all that miss it are of plans of which the log never saw a part), some, or unknown (there is no
        interval)
    names : of the contents that miss it
    """

    case: str
    names: str


def truth_missed(held: pd.DataFrame) -> Missed:
    """Say which intervals miss the truth.

    Parameters
    ----------
    held : from `evaluated`, with a column truth
    """
    if held["low"].isna().all():
        return Missed("unknown", "")
    outside = held[(held["truth"] < held["low"]) | (held["truth"] > held["high"])]
    case = "none" if outside.empty else "unsupported" if (outside["never"] > 0).all() else "some"
    return Missed(case, " and ".join(outside.index))


@dataclass(frozen=True)
class Misplaced:
    """The content that stands in truth furthest below its place by the mean in the log.

    Attributes
    ----------
    case : best (the best mean is not the best content), other (another one stands two places too high, or more), or kept
    name : of the content
    by_mean, in_truth : its places, 1 is the best
    contents : how many there are
    """

    case: str
    name: str
    by_mean: int
    in_truth: int
    contents: int


def misplaced(stand: pd.DataFrame, held: pd.DataFrame) -> Misplaced:
    """Hold the order of the means in a log against the true one.

    Parameters
    ----------
    stand : from `choices.as_they_stand`
    held : from `with_truth`
    """
    mean, truth = (
        stand["reward"].reindex(held.index),
        held["truth"].round(9),
    )  # what is equal shares the first of its places
    ranks = {
        "mean": mean.rank(ascending=False, method="first"),
        "truth": truth.rank(ascending=False, method="min"),
    }
    place = pd.DataFrame(ranks).astype(int)
    fall = place["truth"] - place["mean"]
    first = str(place["mean"].idxmin())
    name = first if fall[first] > 0 else str(fall.idxmax())
    case = "best" if fall[first] > 0 else "other" if fall[name] > 1 else "kept"
    return Misplaced(case, name, int(place["mean"][name]), int(place["truth"][name]), len(place))


@dataclass(frozen=True)
class Hindsight:
    """What the log said of a gain, held against the truth.

    Attributes
    ----------
    case : hidden (the interval has both the truth and 0), said (it has the truth and not 0), missed, or unknown
    truth : of a message
    needed : messages of each of two rules, in a test that finds such a difference in four of five cases
    """

    case: str
    truth: Estimate
    needed: float


def hindsight(gain: Estimate, truth: float, log: pd.DataFrame, outcome: str) -> Hindsight:
    """Hold an estimated gain in some outcome against the true one."""
    covers = gain.low <= truth <= gain.high
    hidden = gain.low <= 0 <= gain.high
    case = "missed" if not covers else "hidden" if hidden else "said"
    word = case if gain.has_interval else "unknown"
    return Hindsight(word, Estimate(truth, unit=gain.unit), messages_to_tell(log, outcome, truth))


def whose_aim(gains: pd.DataFrame) -> str:
    """Whether each proposal is truly the best at its own aim: own, one (of them is best at both), crossed, or alike (no difference).

    Parameters
    ----------
    gains : from `true_gains`, a row for each column in the same order
    """
    if gains.eq(gains.iloc[0]).all(axis=None):
        return "alike"
    best = [gains.index.get_loc(gains[column].idxmax()) for column in gains]
    return "own" if best == list(range(len(best))) else "one" if len(set(best)) == 1 else "crossed"
