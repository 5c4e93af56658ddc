"""Judged order lines of all files, put together: numbers, times, and a code for each text."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.coded import as_codes
from workbook.tables.importing.judging import Judged
from workbook.tables.importing.raw import Raw
from workbook.tables.importing.rows import Rejected, Tally, some_rows
from workbook.tables.importing.targets import ORDERS

ORPHAN = "a return by a customer without a purchase here"
CUT_OFF = r"\d\.\d+[eE]\+\d+"  # what a spreadsheet makes of a long number


@dataclass(frozen=True)
class Kept:
    """The lines that can be used.

    Attributes
    ----------
    rows : a row per line, in the order of the files: is_return, and our columns; a column of text holds codes, -1
        where nothing is said
    texts : of each such column, what its codes stand for
    """

    rows: pd.DataFrame
    texts: dict[str, pd.Series]


class Lines:
    """Lines as they are judged, piece by piece.

    Attributes
    ----------
    tally : where all rows went
    """

    def __init__(self) -> None:
        self.tally = Tally()
        self.back: list[Rejected] = []
        self.parts: list[pd.DataFrame] = []
        self.coded: list[pa.Table] = []

    def add(self, number: int, raw: Raw, judged: Judged) -> None:
        """Take in a piece of the file ``number``."""
        done = self.tally.read
        good = self.tally.add(number, raw, judged.reasons, judged.row_hash)
        back = good & judged.is_return.to_numpy()
        if back.any():  # as they came: whether they are orphans only the last line shows
            reason = pd.Series(ORPHAN, index=range(back.sum()), dtype="str")
            self.back.append(some_rows(raw, back, done, reason))
        lines = judged.lines.assign(is_return=judged.is_return).set_axis(np.arange(done, done + len(good)))
        self.parts.append(lines[good])
        self.coded.append(judged.texts.filter(pa.array(good)))

    def finish(self) -> Kept:
        """Put the pieces together, and reject returns of strangers, now that all buyers are known."""
        rows, texts = pd.concat(self.parts), {}
        coded = pa.concat_tables(self.coded, promote_options="default")
        self.parts, self.coded = [], []
        for column in coded.column_names:
            rows[column], texts[column] = as_codes(coded.column(column))
        for column in ORDERS.keys() - set(rows) - {"quantity", "unit_price", "amount"}:
            rows[column], texts[column] = np.int32(-1), pd.Series([], dtype="str")
        buyer = np.zeros(len(texts["customer_id"]), dtype=bool)
        buyer[rows.loc[~rows["is_return"], "customer_id"]] = True
        stranger = ~buyer[rows["customer_id"]]
        if stranger.any():
            self.reject(rows.index[stranger].to_numpy())
            rows = rows[~stranger]
        return Kept(rows, texts)

    def reject(self, place: np.ndarray) -> None:
        """Reject the returns at these places."""
        for back in self.back:
            which = np.isin(back.place, place)
            orphans = some_rows(back.raw, which, 0, back.reasons[which])
            self.tally.reject(Rejected(orphans.raw, back.place[which], orphans.reasons))


def counts(kept: Kept) -> dict[str, int]:
    """How many lines are kept, take something back, name no order, cost nothing, or have an id cut off."""
    rows = kept.rows
    cut = {c: kept.texts[c].str.fullmatch(CUT_OFF).to_numpy(dtype=bool) for c in ("customer_id", "order_id")}
    named = {c: rows.loc[rows[c] >= 0, c] for c in cut}
    returns = int(rows["is_return"].sum())
    return {
        "purchases": len(rows) - returns,
        "returns": returns,
        "no order_id": len(rows) - len(named["order_id"]),
        "amount of zero": int((rows["amount"] == 0).sum()) if "amount" in rows else 0,
        **{f"{c} cut off": int(odd[named[c]].sum()) if odd.any() else 0 for c, odd in cut.items()},
        "repeated totals": repeat_a_total(rows),
    }


def repeat_a_total(rows: pd.DataFrame) -> bool:
    """Whether at least ten orders have several lines, and the amount never differs within one."""
    if "amount" not in rows:
        return False
    for some in (rows.head(10_000), rows):  # of most files the first lines tell
        amounts = some[some["order_id"] >= 0].groupby("order_id")["amount"]
        several = amounts.size() > 1
        if not (amounts.min() == amounts.max())[several].all():
            return False
    return bool(several.sum() >= 10)
