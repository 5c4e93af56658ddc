"""A log of choices in the form that the methods take: what was chosen, for whom, by what chance, and what it brought."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

TOGETHER = " · "  # between the parts of an arm's name
LATELY = ("not lately", "lately")


def choices(log: pd.DataFrame) -> pd.DataFrame:
    """Rows of a log whose outcome is known, by time where there is one.

    Parameters
    ----------
    log : `tables.contracts.messages.MessageLog`, of which only content, propensity and reward must be there

    Returns
    -------
    pandas.DataFrame
        all columns of the log, and reader (whose row it is; each its own where nobody says), group (what was known of the
        reader), open (pairs of scene and channel that could have been chosen), fair (chance of the row's scene and channel,
        were they drawn evenly among those), success (1 if there is any reward).
    """
    known = log[log["reward"].notna()]
    if "sent_at" in known:
        known = known.sort_values("sent_at", kind="stable")
    known = known.reset_index(drop=True)
    rows = pd.Series(known.index, dtype="float64").astype(str)
    reader = known["customer_id"].fillna("row " + rows) if "customer_id" in known else "row " + rows
    found = known.assign(reader=reader, group=groups(known), open=chosen_places(known))
    reward = found["reward"].astype(float)
    return found.assign(reward=reward, success=(reward > 0).astype(float), fair=1 / found["open"])


def groups(log: pd.DataFrame) -> pd.Series:
    """What was known of each row's reader, in a word: the context, and whether they bought lately."""
    parts = []
    if "context" in log and log["context"].notna().any():
        parts.append(log["context"].fillna("not known").astype(str))
    if "recent" in log and log["recent"].notna().any():
        lately = log["recent"].map({False: LATELY[0], True: LATELY[1]}).astype(object)
        parts.append(lately.fillna("not known"))
    if not parts:
        return pd.Series("all", index=log.index)
    return parts[0] if len(parts) == 1 else parts[0].str.cat(parts[1], ", ")


def chosen_places(log: pd.DataFrame) -> pd.Series:
    """Pairs of scene and channel among which each row was chosen; 1 where only the content was.

    On average one over the chance is the number of things that could be chosen. So the chances themselves say whether scene
    and channel are among them.
    """
    pairs = places(log)
    if log.empty:
        return pairs
    contents, things = log["content"].nunique(), float((1 / log["propensity"]).mean())
    alone, together = (abs(np.log(things / n)) for n in (contents, contents * float(pairs.mean())))
    return pairs if together < alone else pd.Series(1, index=log.index)


def places(log: pd.DataFrame) -> pd.Series:
    """Pairs of scene and channel that were open to each row: all scenes, and the channels that consent allowed."""
    scenes = log["scene"].nunique() if "scene" in log else 1
    if "channels" in log and log["channels"].notna().any():
        channels = log["channels"].str.count(r"\+") + 1
        return (max(scenes, 1) * channels.fillna(1)).astype(int)
    channels = log["channel"].nunique() if "channel" in log else 1
    return pd.Series(max(scenes, 1) * max(channels, 1), index=log.index)


def arms(log: pd.DataFrame) -> pd.Series:
    """The whole arm of each row: scene, channel and content, as far as they are there."""
    there = [c for c in ("scene", "channel", "content") if c in log and log[c].notna().any()]
    first, *others = (log[c].fillna("not known") for c in there)
    return first.str.cat(others, TOGETHER) if others else first


COLUMNS = ["scene", "channel", "content", "context", "recent", "propensity", "reward"]


def stories(log: pd.DataFrame) -> pd.DataFrame:
    """One row of each of the first contents, some with a success and some without, for reading."""
    rows = log.sort_values("success", ascending=False, kind="stable").drop_duplicates("content", keep="first")
    lost = log[log["success"] == 0].drop_duplicates("content")
    both = pd.concat([rows.head(3), lost[~lost["content"].isin(rows.head(3)["content"])].head(3)])
    return both[[c for c in COLUMNS if c in both and both[c].notna().any()]].reset_index(drop=True)


def most_frequent(log: pd.DataFrame, most: int = 8) -> list[str]:
    """The contents that were shown most often, a few of them, by name."""
    return sorted(log["content"].value_counts().index[:most])


def as_they_stand(log: pd.DataFrame) -> pd.DataFrame:
    """Each content as the log shows it: messages, mean reward, mean margin, and the share that went to who bought lately.

    Returns
    -------
    pandas.DataFrame
        index content, most rewarded first: messages, reward, and margin and lately where they are known.
    """
    by = log.groupby("content")
    found = pd.DataFrame({"messages": by.size(), "reward": by["reward"].mean()})
    if "margin" in log and log["margin"].notna().all():
        found["margin"] = by["margin"].mean()
    if "recent" in log and log["recent"].notna().any():
        found["lately"] = log["recent"].astype("Float64").groupby(log["content"]).mean().astype(float)
    return found.sort_values("reward", ascending=False)


def reward_unit(log: pd.DataFrame) -> str:
    """A mean reward's unit: a share where each reward is 0 or 1, else a ratio."""
    return "share" if log["reward"].isin([0.0, 1.0]).all() else "ratio"


UNKNOWN = Estimate()
ENOUGH = 100  # rows behind a mean, below which it may be the luck of a few


@dataclass(frozen=True)
class BestKnown:
    """The highest mean of a table of means that rests on enough rows.

    Attributes
    ----------
    case : found, few (no mean rests on so many rows), or unknown (there is none)
    content, group : its column and row
    mean : the mean
    few : so many rows are enough
    """

    case: str
    content: str = ""
    group: str = ""
    mean: Estimate = UNKNOWN
    few: int = ENOUGH


def best_known(means: pd.DataFrame, rows: pd.DataFrame, unit: str) -> BestKnown:
    """Find it.

    Parameters
    ----------
    means, rows : by group (row) and content (column): mean reward, and how many rows it is of
    unit : of the rewards, from `reward_unit`
    """
    if means.isna().all(axis=None):
        return BestKnown("unknown")
    sure = means.where(rows >= ENOUGH)
    if sure.isna().all(axis=None):
        return BestKnown("few")
    group, content = sure.max(axis=1).idxmax(), sure.max().idxmax()
    return BestKnown("found", str(content), str(group), Estimate(float(sure.loc[group, content]), unit=unit))
