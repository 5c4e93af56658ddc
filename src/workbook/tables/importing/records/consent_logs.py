"""What logs of consent write in their own way: a row for each change of state, of which several make one consent.

A yes that is withdrawn later is one consent with a withdrawal, and was valid between the two days. A question that waits for
its answer, as in a double opt-in, is none beside the answer.
"""

import pandas as pd

from workbook.tables.importing.cells.flags import is_withdrawn, waits_for_answer

WHOSE = ["customer_id", "purpose"]
STATE = "state of consent"  # what a row of a log says beyond yes and no; no column of any table
WITHDRAWN, PENDING = "withdrawn", "pending"


def with_states(lines: pd.DataFrame, cells: pd.Series) -> tuple[pd.DataFrame, list[str]]:
    """Consents with what their rows say beyond yes and no; one that names its withdrawal had been granted. And what was assumed.

    Parameters
    ----------
    lines : consents as they were read
    cells : the answers, as the file writes them
    """
    back = lines.get("withdrawn_at", pd.Series(pd.NaT, index=lines.index))
    once = ~lines["granted"].fillna(True).astype(bool) & (back > lines["asked_at"])
    state = pd.Series("", index=lines.index, dtype="str")
    state = state.mask(is_withdrawn(cells) & back.isna(), WITHDRAWN).mask(waits_for_answer(cells), PENDING)
    notes = [f"granted: {int(once.sum()):,} that were withdrawn later had been granted"] if once.any() else []
    return lines.assign(granted=lines["granted"].mask(once, True), **{STATE: state}), notes


def settle_consents(
    lines: pd.DataFrame, fine: pd.Series
) -> tuple[pd.DataFrame, pd.Series, list[str], list[str]]:
    """Rows that change an earlier answer, put into it.

    Parameters
    ----------
    lines : rows of all files, from `with_states`
    fine : which of them can be used

    Returns
    -------
    The rows without their states, which of them say nothing that another row doesn't, what was done, and what is odd.
    """
    states = lines.loc[fine, STATE]
    lines, good = lines.drop(columns=STATE), lines[fine]
    first = first_withdrawals(good[good["granted"].astype(bool)], good[good[STATE] == WITHDRAWN])
    if len(first):
        none = pd.Series(pd.NaT, index=lines.index, dtype=lines["asked_at"].dtype)
        ends = first.groupby("row")["at"].min().reindex(lines.index)
        given = lines.get("withdrawn_at", none).astype(none.dtype)
        lines = lines.assign(withdrawn_at=given.where(given <= ends, ends.fillna(given)))
    pending = good[good[STATE] == PENDING]
    answered = good.loc[good[STATE] != PENDING, WHOSE].drop_duplicates().assign(answered=True)
    beside = pending[WHOSE].merge(answered, on=WHOSE, how="left")["answered"].notna().to_numpy()
    again = pending.index[beside | pending.duplicated(WHOSE).to_numpy()]
    settled = pd.Series(lines.index.isin([*first["by"], *again]), index=lines.index)
    return lines, settled, in_words(states, settled[fine]), odd_states(states, settled[fine])


def first_withdrawals(yes: pd.DataFrame, back: pd.DataFrame) -> pd.DataFrame:
    """For each withdrawal the latest yes of the same customer to the same purpose before it: row, by (the withdrawal's), at."""
    yes, back = (
        f[[*WHOSE, "asked_at"]].rename_axis(n).reset_index() for f, n in ((yes, "row"), (back, "by"))
    )
    found = pd.merge_asof(
        back.sort_values("asked_at", kind="stable"),
        yes.sort_values("asked_at", kind="stable"),
        on="asked_at",
        by=WHOSE,
    )
    return found.rename(columns={"asked_at": "at"}).dropna(subset="row").astype({"row": "int64"})


def in_words(states: pd.Series, settled: pd.Series) -> list[str]:
    """What became of rows that change an earlier answer."""
    back, pending = (int((settled & (states == state)).sum()) for state in (WITHDRAWN, PENDING))
    say = [f"{len(states):,} rows became {int((~settled).sum()):,} answers"] if settled.any() else []
    if back:
        say.append(
            f"rows that withdraw a yes: {back:,}; each ends the yes before it, which was a consent until then"
        )
    if pending:
        say.append(f"rows that wait for an answer, beside one that came: {pending:,}; the answer counts")
    return say


def odd_states(states: pd.Series, settled: pd.Series) -> list[str]:
    """Withdrawals of nothing, and questions that nobody answered."""
    back, pending = (int((~settled & (states == state)).sum()) for state in (WITHDRAWN, PENDING))
    say = []
    if back:
        say.append(
            f"withdrawals without a yes before them, and without a time of their own: {back:,}; each counts as a no from its row's "
            "time on. If that is when the yes was given, name the column of the withdrawal: --map withdrawn_at=…"
        )
    if pending:
        say.append(
            f"questions that wait for an answer, such as a double opt-in that nobody confirmed: {pending:,}; they are no yes"
        )
    return say
