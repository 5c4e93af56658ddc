"""What help desks call the state of a ticket, or of a complaint: open, over, or ended without being dealt with."""

import re
from collections.abc import Iterator

import pandas as pd

from workbook.tables.importing.cells.values import known
from workbook.tables.importing.mapping.targets import plain_name
from workbook.tables.importing.records.call_logs import GAVE_UP

# By plain names: columns that say how a ticket stands, those that say why it ended, and the words of both.
STATES = {
    *("status", "state", "ticketstatus", "ticketstate", "casestatus", "requeststatus", "issuestatus", "statuscategory", "complaintstatus"),
    *("状态", "工单状态", "处理状态", "投诉状态"),
}  # fmt: skip
REASONS = {
    *("resolution", "resolutioncode", "resolutiontype", "closereason", "closurereason", "closecode", "closurecode", "outcome", "result", "disposition"),
    *("关闭原因", "关单原因", "结果", "处理结果"),
}  # fmt: skip
# What the other words say; those of tickets that were discarded are in `cells/values.toml`.
STANDING = {
    "open": """
        new open reopened pending onhold hold waiting inprogress assigned unassigned escalated active todo backlog triage
        waitingoncustomer waitingforcustomer waitingonthirdparty awaitingreply awaitingcustomer customerreplied notstarted
        新建 待处理 待受理 处理中 进行中 待回复 待分配 已受理 已分配 跟进中 未解决 未处理 未关闭
    """,
    "over": """
        solved resolved closed done completed complete finished fixed answered handled settled upheld partlyupheld notupheld
        closedresolved closedsolved closedcomplete resolvedclosed archived rejected declined
        已解决 已关闭 已完成 已处理 已办结 已结案 关闭 完成 办结 结案
    """,
}
SAYS = {word: state for state, words in STANDING.items() for word in words.split()} | dict.fromkeys(
    GAVE_UP, "abandoned"
)
DISCARDED_AS = known()["tickets"]["discarded_as"]
NAMED = 8  # words that a sentence names


def state_columns(texts: pd.DataFrame) -> dict[str, pd.Series]:
    """The columns that say how tickets stand or why they ended, as plain words; those none of whose words is known say something else."""
    named = [name for name in texts if plain_name(name) in STATES | REASONS]
    words = {
        name: texts[name].map({text: plain_name(text) for text in texts[name].unique()}) for name in named
    }
    return {name: w for name, w in words.items() if w.isin({*DISCARDED_AS, *SAYS}).any()}


def discarded(texts: pd.DataFrame) -> pd.Series:
    """How each row says that it ended without being dealt with, as the table calls it; missing where it doesn't."""
    found = pd.Series(pd.NA, index=texts.index, dtype="str")
    for words in state_columns(texts).values():
        found = found.fillna(words.map(DISCARDED_AS).astype("str"))
    return found


def with_discarded(lines: pd.DataFrame, texts: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Tickets with how they were discarded, and what to look at first."""
    kind = discarded(texts)
    if kind.notna().any() and "discarded_as" not in lines:
        lines = lines.assign(discarded_as=kind)
    how = lines.get("discarded_as", kind)
    odd = []
    if how.notna().any():
        odd.append(
            f"tickets that ended without being dealt with: {int(how.notna().sum()):,}, {in_numbers(how.dropna())}; they are counted "
            "apart, and are neither open nor resolved"
        )
    return lines, odd + list(odd_states(lines[how.isna()], texts[how.isna()]))


def odd_states(lines: pd.DataFrame, texts: pd.DataFrame) -> Iterator[str]:
    """States that say that a row is over where no time does, and words that aren't known."""
    ended = lines.reindex(columns=["resolved_at", "abandoned_at"]).notna().any(axis=1)
    for name, words in state_columns(texts).items():
        over = words.map(SAYS).eq("over") & ~ended
        if over.any():
            yield (
                f"{name} says that rows are over, and no time when: {int(over.sum()):,}, {in_numbers(texts[name][over])}; they count "
                "as open for ever. --map resolved_at=… names the column of their end"
            )
        odd = (words != "") & ~words.isin({*DISCARDED_AS, *SAYS})
        if odd.any() and plain_name(name) in STATES:
            yield (
                f"{name}: what {in_numbers(texts[name][odd])} means isn't known; such rows are open until a time says "
                "that they ended"
            )


def undecided_complaints(lines: pd.DataFrame, texts: pd.DataFrame) -> list[str]:
    """What to look at first of complaints: those that were withdrawn or filed twice count like all others."""
    kind = discarded(texts)
    say = (
        [f"complaints that were {in_numbers(kind.dropna())}: they count like all others"]
        if kind.notna().any()
        else []
    )
    return say + list(odd_states(lines[kind.isna()], texts[kind.isna()]))


def unused_states(texts: pd.DataFrame) -> list[str]:
    """Columns of a table without states that are called one: rows count whatever they say, such as a return that was rejected."""
    named = [name for name in texts if re.search(r"status$|state$|状态$", plain_name(name))]
    return [
        f"not used, but by name a state: {name}, with {in_numbers(filled)}; rows count whatever it says. If some shouldn't, leave them "
        "out of a copy"
        for name in named
        if len(filled := texts[name][texts[name].str.strip() != ""])
    ]


def in_numbers(words: pd.Series) -> str:
    """Words with their numbers, the most frequent first."""
    often = words.str.strip().value_counts()
    more = f" and {len(often) - NAMED} more" if len(often) > NAMED else ""
    return ", ".join(f"{word!r} ({n:,})" for word, n in often.head(NAMED).items()) + more
