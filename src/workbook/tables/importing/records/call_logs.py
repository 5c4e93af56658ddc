"""What logs of calls write in their own way: waits as numbers, and who gave up as a word or as answered: no."""

from collections.abc import Mapping, Sequence

import pandas as pd

from workbook.tables.importing.cells.durations import MINUTE, SECOND, read_durations, unit_in
from workbook.tables.importing.cells.flags import read_flags, yes_or_no
from workbook.tables.importing.mapping.targets import is_wait, plain_name

# By plain names: columns that say how a call went, and what they say of one that nobody answered.
STATUS = {
    *("status", "outcome", "result", "disposition", "callstatus", "calloutcome", "callresult", "calldisposition", "callstate"),
    *("状态", "通话状态", "呼叫状态", "接听状态", "结果", "呼叫结果", "通话结果"),
}  # fmt: skip
GAVE_UP = {
    *("abandoned", "abandon", "abandonedcall", "abandonedinqueue", "hang", "hangup", "hungup", "callerhungup", "customerhungup"),
    *("noanswer", "notanswered", "unanswered", "missed", "missedcall", "lost", "lostcall", "dropped"),
    *("放弃", "已放弃", "排队放弃", "挂断", "客户挂断", "未接", "未接来电", "未接听", "未接通", "未应答", "无人接听", "漏接", "呼损"),
}  # fmt: skip
ANSWERED = {"answered", "isanswered", "wasanswered", "callanswered", "answeredyn", "answeredflag", "是否接听", "是否接通", "接听", "接通"}  # fmt: skip
LEFT = {"abandoned", "isabandoned", "wasabandoned", "abandonedyn", "abandonedflag", "callabandoned", "是否放弃", "放弃"}  # fmt: skip
NOTHING = pd.Series(dtype="str")
NUMBER = r"\d+(?:[.,]\d+)?"
SETTLED = {"resolved", "isresolved", "wasresolved", "resolvedyn", "solved", "是否解决", "已解决"}
TIMES = ("first_response_at", "answered_at", "abandoned_at", "resolved_at")


def readable(
    cells: Mapping[str, pd.Series], theirs: Mapping[str, str]
) -> tuple[dict[str, pd.Series], list[str]]:
    """Waits that are numbers without a unit in seconds, and an agent's time without what `clock_minutes` reads; and what of
    it is only assumed.

    Parameters
    ----------
    cells, theirs : of each of our columns as the file writes it, and its name there
    """
    cells, assumed = dict(cells), []
    if "agent_minutes" in cells:
        talk = cells["agent_minutes"]
        cells["agent_minutes"] = talk.mask(clock_minutes(talk, theirs["agent_minutes"]).notna(), "")
    for name in [n for n in TIMES if n in cells and is_wait(theirs[n]) and unit_in(theirs[n]) is None]:
        if (numbers := cells[name].str.strip().str.fullmatch(NUMBER)).any():
            cells[name] = cells[name].where(~numbers, cells[name].str.strip() + " s")
            assumed.append(f"{name}: {theirs[name]} has numbers without a unit, taken as seconds")
    return cells, assumed


def clock_minutes(cells: pd.Series, header: str) -> pd.Series:
    """Minutes of what isn't plain minutes: clocks, and numbers in another unit; missing for all else."""
    unit = unit_in(header)
    took = read_durations(cells, unit) / pd.Timedelta(minutes=1)
    return took.mask(cells.str.strip().str.fullmatch(NUMBER)) if unit in (None, MINUTE) else took


def unanswered_rows(texts: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Which rows the log says nobody answered, and by which of its columns."""
    said = {name: of_column(plain_name(name), texts[name]) for name in texts}
    told = {name: marks for name, marks in said.items() if marks.any()}
    nobody = pd.Series(False, index=texts.index)
    return pd.DataFrame(told, index=texts.index).any(axis=1) if told else nobody, list(told)


def of_column(name: str, cells: pd.Series) -> pd.Series:
    """Which rows one column says nobody answered."""
    if name in STATUS:
        words = {text: plain_name(text) in GAVE_UP for text in cells.unique()}
        return cells.map(words).astype(bool)
    if name not in ANSWERED | LEFT or not yes_or_no(cells):
        return pd.Series(False, index=cells.index)
    return read_flags(cells).eq(name in LEFT).fillna(False).astype(bool)


def settle_calls(
    lines: pd.DataFrame, cells: Mapping[str, pd.Series], theirs: Mapping[str, str], texts: pd.DataFrame
) -> tuple[pd.DataFrame, list[str], list[str], list[str]]:
    """Give each call that nobody answered the time at which the customer gave up, and each other its end.

    Parameters
    ----------
    lines : tickets as they were read
    cells, theirs : of each of our columns as the file writes it, and its name there
    texts : the file's columns that none of ours was read from

    Returns
    -------
    tuple
        the tickets, what was assumed, what is odd, and those of the file's columns that told it.
    """
    if "opened_at" not in lines:
        return lines, [], [], []
    given = {name: lines[name] if name in lines else pd.Series(pd.NaT, index=lines.index) for name in TIMES}
    given = {name: times.astype("datetime64[us]") for name, times in given.items()}
    if "agent_minutes" in lines:
        talk = clock_minutes(cells["agent_minutes"], theirs["agent_minutes"])
        lines = lines.assign(agent_minutes=lines["agent_minutes"].fillna(talk))
    waits, header = cells.get("answered_at", NOTHING), theirs.get("answered_at", "")
    waited = read_durations(waits, unit_in(header) or (SECOND if is_wait(header) else None)).notna()
    waited = waited.reindex(lines.index, fill_value=False)
    nobody, by = unanswered_rows(texts)
    heard = given["answered_at"].mask(nobody & waited)
    left = (nobody | given["abandoned_at"].notna()) & heard.isna()
    ends = [given["abandoned_at"], given["answered_at"].where(nobody & waited), given["resolved_at"]]
    at = ends[0].fillna(ends[1]).fillna(ends[2])
    done = given["resolved_at"] if "resolved_at" in lines else given["abandoned_at"].where(heard.notna())
    notes, odd = calls_in_words(lines, left, at, by, heard)
    if "resolved_at" not in lines and "agent_minutes" in lines and heard.notna().any():
        spoken = pd.to_timedelta(lines["agent_minutes"].astype("float64"), unit="min").dt.round("s")
        notes.append("resolved_at: no column for it, so it is the answer and what agent_minutes says")
        unsettled, said = unsettled_rows(texts)
        done = done.fillna(heard + spoken).mask(unsettled)
        by = [*by, *said]
        if n := int((unsettled & heard.notna()).sum()):
            notes.append(
                f"resolved_at: {n:,} answered tickets that aren't resolved, as {' and '.join(said)} says, stay open"
            )
    new = {
        "abandoned_at": at.fillna(lines["opened_at"]).where(left),
        "answered_at": heard,
        "resolved_at": done.mask(left),
    }
    if "first_response_at" not in lines and heard.notna().any():
        new["first_response_at"] = heard
        notes.append("first_response_at: no column for it, so it is the answer of a person")
    return lines.assign(**{n: t for n, t in new.items() if n in lines or t.notna().any()}), notes, odd, by


def calls_in_words(
    lines: pd.DataFrame, left: pd.Series, at: pd.Series, by: Sequence[str], heard: pd.Series
) -> tuple[list[str], list[str]]:
    """What was taken for given up and why, and what the log leaves open."""
    notes, odd = [], []
    if by and left.any():
        notes.append(
            f"abandoned_at: {int(left.sum()):,} tickets that nobody answered, as {' and '.join(by)} says; their end, where the "
            "file has one, is when the customer gave up"
        )
    if bare := int((left & at.isna()).sum()):
        odd.append(
            f"tickets that nobody answered, without a time at which the customer gave up: {bare:,}; taken as given up at "
            "once, so their waits aren't known"
        )
    ended = lines["resolved_at"].notna() if "resolved_at" in lines else pd.Series(False, index=lines.index)
    if "discarded_as" in lines:
        ended &= lines["discarded_as"].isna()
    if heard.notna().any() and (silent := int((ended & heard.isna() & ~left).sum())):
        odd.append(
            f"tickets that ended without an answer: {silent:,}; they count as resolved. If their customers gave up, say "
            "--map abandoned_at= with the column of the end as well"
        )
    return notes, odd


def unsettled_rows(texts: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Which rows the log says weren't resolved, and by which of its columns."""
    flags = [n for n in texts if plain_name(n) in SETTLED and yes_or_no(texts[n])]
    no = pd.DataFrame({n: read_flags(texts[n]).eq(False).fillna(False) for n in flags}, index=texts.index)
    return no.any(axis=1).astype(bool), flags
