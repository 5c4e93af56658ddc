"""From a log to a decision: a content for each group, what it would have brought, and what that is in a year."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.bandits import choices, off_policy, policies
from workbook.analytics.estimate import UNKNOWN, Estimate

LEAST = 20  # messages of a content to a group, below which it isn't chosen for that group
POWER = (1.96 + 0.84) ** 2  # for a difference to be found in four of five tests, at 95 %


def learned(log: pd.DataFrame, outcome: str = "reward") -> pd.Series:
    """The content that promises most for each group, of those that it got often enough.

    In money the chance of a success is that of group and content, and what a success is worth is that of the content: there
    are too few orders to tell it of each group.
    """
    promise = off_policy.fitted_means(log, "success" if outcome == "margin" else outcome)
    if outcome == "margin":
        by = log.groupby("content")[["margin", "success"]].sum()
        promise = promise * (by["margin"] / by["success"].clip(lower=1)).reindex(promise.columns)
    often = pd.crosstab(log["group"], log["content"]).reindex_like(promise) >= LEAST
    there = promise.where(often).dropna(how="all")
    return there.idxmax(axis=1)


def teachers(log: pd.DataFrame) -> pd.DataFrame:
    """Rows of the half of the readers that teaches a proposal; the other half judges it."""
    return log[off_policy.halves(log) == 0]


def proposal(log: pd.DataFrame, outcome: str = "reward") -> pd.Series:
    """The content that the teachers propose for each of their groups: index group.

    A group that got no content often enough keeps the one that it mostly got.
    """
    first = teachers(log)
    return learned(first, outcome).combine_first(mostly_sent(first))


def mostly_sent(log: pd.DataFrame) -> pd.Series:
    """The content that each group got most often: index group."""
    return log.groupby("group")["content"].agg(most_often)


def most_often(sent: pd.Series) -> str:
    """The most frequent of some contents."""
    return str(sent.mode().iloc[0])


def learned_policy(log: pd.DataFrame, outcome: str = "reward") -> pd.DataFrame:
    """The `proposal` for the rows of those who judge it; a group that is new to them gets what the teachers mostly got.

    Were each half judged by what the other one teaches, both would err to the same side where contents are nearly alike:
    what one half overrates the other one is sent, and the reverse. The interval of their mean would be too narrow.
    """
    usual = most_often(teachers(log)["content"])
    policy = policies.by_group(log, proposal(log, outcome), usual)
    return policy[off_policy.halves(log) == 1]


def gain(log: pd.DataFrame, policy: pd.DataFrame, outcome: str = "reward", unit: str = "points") -> Estimate:
    """What a policy brings more for each of its rows than the log did, in the doubly robust way.

    The interval is of this very policy, whatever taught it, as long as these rows did not.

    Parameters
    ----------
    policy : for all rows of the log, or for some
    """
    rows, forecast = log.loc[policy.index], off_policy.forecasts(log, outcome).loc[policy.index]
    scores = off_policy.robust_scores(rows, policy, outcome, forecast) - rows[outcome].astype(float)
    found = off_policy.mean_of(scores, rows, policy, outcome)
    return Estimate(found.value, found.low, found.high, unit, found.n)


def messages_to_tell(log: pd.DataFrame, outcome: str, difference: float) -> float:
    """Messages of each of two groups in a test that finds a difference of the mean outcome in four of five cases."""
    spread = float(log[outcome].astype(float).std())
    return float(np.ceil(2 * POWER * (spread / difference) ** 2)) if difference else np.nan


@dataclass(frozen=True)
class Switch:
    """Whether to go over from the rule of the log to a content for each group.

    Attributes
    ----------
    gain : of a message, in money or reward
    a_year : the same for all messages of a year
    messages : in a year
    needed : messages of each group, in a test of this difference
    """

    gain: Estimate
    a_year: Estimate
    messages: float
    needed: float

    @property
    def case(self) -> str:
        """Up, down, unclear (it may be a gain), unpromising (it may be one, and looks like a loss), or unknown (too few tell)."""
        word = self.gain.verdict if self.gain.has_interval else UNKNOWN
        return "unpromising" if word == "unclear" and self.gain.value <= 0 else word


def switch(log: pd.DataFrame, policy: pd.DataFrame, currency: str) -> Switch:
    """Whether a policy brings more than the log did: in money where the log knows a margin, else in reward.

    A reward of 0 or 1 is a chance: its gain is in points, and that of a year in rewards.
    """
    outcome = money_column(log)
    reward, rewards = ("points", "rewards") if choices.reward_unit(log) == "share" else ("ratio", "ratio")
    unit, in_all = (currency, currency) if outcome == "margin" else (reward, rewards)
    found = gain(log, policy, outcome, unit)
    found = Estimate(found.value, found.low, found.high, found.unit, found.n, against=0)
    number = a_year(log)
    return Switch(found, found.scaled(number, in_all), number, messages_to_tell(log, outcome, found.value))


def money_column(log: pd.DataFrame) -> str:
    """Margin where the log has it, else the reward."""
    return "margin" if "margin" in log and log["margin"].notna().all() else "reward"


def a_year(log: pd.DataFrame) -> float:
    """Messages in a year, at the log's pace; the log's own number where it has no times."""
    if "sent_at" not in log or log["sent_at"].isna().all():
        return float(len(log))
    days = (log["sent_at"].max() - log["sent_at"].min()) / pd.Timedelta(days=1)
    return float(round(len(log) * 365 / max(days, 1.0)))


def by_group(log: pd.DataFrame, best: Mapping[str, str] | pd.Series) -> pd.DataFrame:
    """The content for each group, beside the one that it mostly got: index group; messages, mostly sent, content."""
    found = pd.DataFrame({"messages": log.groupby("group").size(), "mostly sent": mostly_sent(log)})
    return found.assign(**{"worth trying": pd.Series(best)}).sort_values("messages", ascending=False)


def two_outcomes(log: pd.DataFrame, plans: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """What some policies change, in reward and in margin for each message, with intervals.

    Returns
    -------
    pandas.DataFrame
        index proposal: reward, reward low, reward high, margin, margin low, margin high.
    """
    rows = {}
    for name, policy in plans.items():
        found = {o: gain(log, policy, o) for o in ("reward", "margin")}
        rows[name] = {
            f"{o}{end}": v
            for o, g in found.items()
            for end, v in (("", g.value), (" low", g.low), (" high", g.high))
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("proposal")
