"""Judged order lines of all files, in a scratch database, so that they need not fit into memory."""

import tempfile
from pathlib import Path
from typing import Self

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from workbook.tables.importing.building import frame
from workbook.tables.importing.judging import Judged
from workbook.tables.importing.raw import Raw
from workbook.tables.importing.rows import Rejected, Tally, some_rows
from workbook.tables.importing.targets import ORDERS

TYPES = {"ordered_at": "TIMESTAMP", "quantity": "DOUBLE", "unit_price": "DOUBLE", "amount": "DOUBLE"}
MEMORY = "1500MB"  # beyond it DuckDB uses the disk
REPEATED = [
    "product_id",
    "product_name",
    "category",
    "store_id",
    "channel",
    "country",
    "city",
    "acquisition_channel",
]
ORPHAN = "a return by a customer without a purchase here"
CUT_OFF = r"\d\.\d+[eE]\+\d+"  # what a spreadsheet makes of a long number


class Lines:
    """Lines as they are judged, piece by piece.

    Attributes
    ----------
    con : its table ``lines`` holds those that are kept, once `finish` was called: place among all rows read, is_return,
        and our columns
    tally : where all rows went
    """

    def __init__(self) -> None:
        self.scratch = tempfile.TemporaryDirectory(prefix="workbook-")
        self.folder = Path(self.scratch.name)
        self.con = duckdb.connect(config={"memory_limit": MEMORY, "temp_directory": self.scratch.name})
        self.tally = Tally()
        self.back: list[Rejected] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.con.close()
        self.scratch.cleanup()

    def add(self, number: int, raw: Raw, judged: Judged) -> None:
        """Take in a piece of the file ``number``."""
        done = self.tally.read
        good = self.tally.add(number, raw, judged.reasons, judged.lines["row_hash"])
        back = good & judged.is_return.to_numpy()
        if back.any():  # as they came: whether they are orphans only the last line shows
            reason = pd.Series(ORPHAN, index=range(back.sum()), dtype="str")
            self.back.append(some_rows(raw, back, done, reason))
        lines = judged.lines.drop(columns="row_hash").assign(
            place=np.arange(done, done + len(good)), is_return=judged.is_return
        )
        piece = pa.Table.from_pandas(lines, preserve_index=False).filter(pa.array(good))
        pq.write_table(piece, self.folder / f"{done:015}.parquet", compression="lz4", use_dictionary=REPEATED)

    def finish(self) -> None:
        """Put the pieces together, and reject returns of strangers, now that all buyers are known."""
        self.con.execute(f"CREATE VIEW pieces AS FROM read_parquet('{self.folder.as_posix()}/*.parquet')")
        have = self.con.table("pieces").columns
        columns = [c if c in have else f"NULL::{TYPES.get(c, 'VARCHAR')} AS {c}" for c in ORDERS]
        view = f"CREATE OR REPLACE VIEW lines AS SELECT place, is_return, {', '.join(columns)} FROM pieces"
        self.con.execute(view)
        place = frame(
            self.con,
            "SELECT place FROM lines WHERE is_return AND customer_id NOT IN "
            "(SELECT customer_id FROM lines WHERE NOT is_return) ORDER BY place",
        )["place"].to_numpy()
        if len(place):
            self.con.register("orphans", pd.DataFrame({"place": place}))
            self.con.execute(f"{view} ANTI JOIN orphans USING (place)")
            self.reject(place)

    def reject(self, place: np.ndarray) -> None:
        """Reject the returns at these places."""
        for back in self.back:
            which = np.isin(back.place, place)
            orphans = some_rows(back.raw, which, 0, back.reasons[which])
            self.tally.reject(Rejected(orphans.raw, back.place[which], orphans.reasons))

    def counts(self) -> dict[str, int]:
        """How many lines are kept, take something back, name no order, cost nothing, or have an id cut off."""
        cut = {
            c: f"contains({c}, '+') AND regexp_full_match({c}, '{CUT_OFF}')"
            for c in ("customer_id", "order_id")
        }
        rows = {
            "purchases": "NOT is_return",
            "returns": "is_return",
            "no order_id": "order_id IS NULL",
            "amount of zero": "amount = 0",
            **{f"{c} cut off": test for c, test in cut.items()},
        }
        counted = ", ".join(f'count(*) FILTER ({test}) AS "{what}"' for what, test in rows.items())
        return {
            str(what): int(n) for what, n in frame(self.con, f"SELECT {counted} FROM lines").iloc[0].items()
        }

    def repeat_a_total(self) -> bool:
        """Whether at least ten orders have several lines, and the amount never differs within one."""
        query = (
            "SELECT count(*) AS several, coalesce(bool_and(low = high), false) AS same FROM (SELECT min(amount) AS low, "
            "max(amount) AS high FROM lines WHERE order_id IS NOT NULL GROUP BY order_id HAVING count(*) > 1)"
        )
        [several, same] = frame(self.con, query).iloc[0]
        return bool(several >= 10 and same)
