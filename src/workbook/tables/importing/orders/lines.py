"""Judged order lines of all files, put together: numbers, times, and a code for each text.

Lines that are too many for memory are laid on disk in parts, all lines of an order in one, so that tables can be made
of each part by itself.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import feather

from workbook.tables.importing.cells.emails import OTHERS, as_first_written, spellings
from workbook.tables.importing.import_warnings import ROWS_OF
from workbook.tables.importing.judged import MIX, Judged
from workbook.tables.importing.orders.validate_orders import TEXTS
from workbook.tables.importing.readers.dictionary_encoding import as_codes, from_codes
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.tally import Rejected, Tally, some_rows

ORPHAN = "a return by a customer without a purchase here"
LEFT_OUT = "no goods, which the mapping's leave_out leaves out"
CUT_OFF = r"\d\.\d+[eE]\+\d+"  # what a spreadsheet makes of a long number
MOST = 12_000_000  # lines that are held in memory
PARTS = 16  # on disk
FIRST_FEW = 20  # customers whose lines are counted each; no more can have a twentieth of all
NO_TEXT = pd.Series([], dtype="str")
SAME = ("customer_id", "product_id")  # what a return has in common with its purchase
SPLIT = "/"  # stands between an order's own name and what is added to make it unique

Piece = tuple[pd.DataFrame, pa.Table]
Names = Mapping[str, pd.Series]  # column → the texts of its codes


@dataclass(frozen=True)
class Kept:
    """Lines that can be used.

    Attributes
    ----------
    rows : a row per line, by its place among all rows read: is_return; named (whether the file names its order); and
        our columns, where one of text holds codes, -1 where nothing is said
    texts : of each such column, what its codes stand for
    """

    rows: pd.DataFrame
    texts: dict[str, pd.Series]


class Lines:
    """Lines as they are judged, piece by piece.

    Parameters
    ----------
    folder : where they may be laid if they are many; if None, all stay in memory
    product : what tells products apart, "" if nothing does

    Attributes
    ----------
    tally : where all rows went
    pairs : `pair_hash` of what came back
    odd : what is odd of statuses
    """

    def __init__(self, folder: Path | None = None, product: str = "") -> None:
        self.tally = Tally()
        self.product, self.pairs = product, np.array([], dtype="uint64")
        self.odd: Counter[tuple[str, str, str]] = Counter()
        self.later: list[Rejected] = []
        self.people: dict[str, str] = {}
        self.held: list[Piece] = []
        self.folder, self.laid = folder, 0

    @property
    def whole(self) -> bool:
        """Whether all lines are in memory."""
        return not self.laid

    def add(self, number: int, raw: Raw, judged: Judged) -> None:
        """Take in a piece of the file ``number``."""
        done = self.tally.read
        self.odd.update(judged.odd)
        good = self.tally.add(number, raw, judged.reasons, judged.row_hash)
        out = judged.lines.get("left_out", pd.Series(False, index=judged.lines.index)).to_numpy(dtype=bool)
        if (out := good & out).any():  # only the whole order tells what is left of its total
            reason = pd.Series(LEFT_OUT, index=range(out.sum()), dtype="str")
            self.later.append(some_rows(raw, out, done, reason))
        back = good & judged.is_return.to_numpy() & ~out
        if back.any():  # as they came: whether they are orphans only the last line shows
            reason = pd.Series(ORPHAN, index=range(back.sum()), dtype="str")
            self.later.append(some_rows(raw, back, done, reason))
            self.remember(judged.texts.filter(pa.array(back)))
        lines = judged.lines.assign(is_return=judged.is_return).set_axis(np.arange(done, done + len(good)))
        texts, renamed = self.one_spelling(judged.texts.filter(pa.array(good)))
        if renamed:
            self.tally.sources[number].seen[OTHERS] += renamed
        self.held.append(with_orders(lines[good], texts))
        if self.folder and sum(len(rows) for rows, _ in self.held) > MOST:
            self.lay()

    def remember(self, back: pa.Table) -> None:
        """Remember whose and which products came back."""
        if self.product:
            codes = (as_codes(back.column(c)) for c in ("customer_id", self.product))
            self.pairs = np.union1d(self.pairs, pair_hash(*codes))

    def one_spelling(self, texts: pa.Table) -> tuple[pa.Table, int]:
        """Texts whose customers are each called as they were called first, and how many rows were called otherwise."""
        codes, names = as_codes(texts.column("customer_id"))
        self.people = spellings(names) | self.people
        if not self.people:
            return texts, 0
        same = as_first_written(names, self.people)
        other = (same != names).to_numpy()
        if not other.any():
            return texts, 0
        place = texts.column_names.index("customer_id")
        return texts.set_column(place, "customer_id", from_codes(codes, same)), int(other[codes].sum())

    def lay(self) -> None:
        """Lay what is held on disk."""
        for rows, texts in self.held:
            table = pa.Table.from_pandas(rows.rename_axis("place").reset_index(), preserve_index=False)
            table = pa.table(dict(zip(table.column_names, table.columns, strict=True)) | plain_texts(texts))
            part = part_of(texts.column("order_id"))
            for number in range(PARTS):
                some = table.filter(pa.array(part == number))
                feather.write_feather(some, self.path(number, self.laid), compression="lz4")
            self.laid += 1
        self.held = []

    def path(self, part: int, piece: int) -> Path:
        """Where a piece's share of a part lies."""
        assert self.folder
        return self.folder / f"{part:02d}-{piece:06d}.lines"

    def parts(self) -> Iterator[Kept]:
        """Each part of the lines, without returns of strangers, now that all buyers are known: these are rejected."""
        if self.laid:
            self.lay()
        buyers = pd.Index(pd.unique(pd.concat(list(self.buyers())))) if self.later else None
        for pieces in self.shares():
            kept = self.without_left_out(under_common_codes(pieces))
            if buyers is not None:
                stranger = ~kept.texts["customer_id"].isin(buyers).to_numpy()[kept.rows["customer_id"]]
                self.reject(kept.rows.index[stranger].to_numpy())
                kept = Kept(kept.rows[~stranger], kept.texts) if stranger.any() else kept
            yield kept

    def without_left_out(self, kept: Kept) -> Kept:
        """Lines without those that the mapping leaves out, which are rejected, and taken off their order's total."""
        if "left_out" not in kept.rows:
            return kept
        rows, out = kept.rows.drop(columns="left_out"), kept.rows["left_out"].to_numpy(dtype=bool)
        self.reject(rows.index[out].to_numpy())
        if "order_total" in rows:
            pieces = rows.get("quantity", pd.Series(1.0, index=rows.index)).fillna(1.0)
            share = pieces / pieces.groupby(rows["order_id"]).transform("sum")
            own = rows["amount"] if "amount" in rows else rows["order_total"] * share
            off = own.where(out, 0.0).groupby(rows["order_id"]).transform("sum")
            rows = rows.assign(order_total=rows["order_total"] - off)
        return Kept(rows[~out], kept.texts)

    def shares(self, columns: Sequence[str] | None = None) -> Iterator[list[Piece]]:
        """The pieces of each part; those in memory are let go as they are taken, if all columns are."""
        if self.laid:
            for part in range(PARTS):
                read = (read_piece(self.path(part, n), columns) for n in range(self.laid))
                if some := [piece for piece in read if len(piece[0])]:
                    yield some
        else:
            pieces = self.held
            if columns is None:
                self.held = []
            yield pieces

    def buyers(self) -> Iterator[pd.Series]:
        """Names of customers who bought something; some come again."""
        for pieces in self.shares(["place", "is_return", "customer_id"]):
            for rows, texts in pieces:
                codes, names = as_codes(texts.column("customer_id"))
                yield names.take(pd.unique(codes[~rows["is_return"].to_numpy()]))

    def reject(self, place: np.ndarray) -> None:
        """Reject the returns at these places."""
        for back in self.later if len(place) else []:
            which = np.isin(back.place, place)
            if which.any():
                orphans = some_rows(back.raw, which, 0, back.reasons[which])
                self.tally.reject(Rejected(orphans.raw, back.place[which], orphans.reasons))


def pair_hash(
    who: tuple[np.ndarray | pd.Series, pd.Series], what: tuple[np.ndarray | pd.Series, pd.Series]
) -> np.ndarray:
    """A number per line for its customer and product, each as codes and their texts, the same in every part of the lines."""
    first, second = (
        np.append(pd.util.hash_array(texts.to_numpy(dtype=object)), np.uint64(0))[np.asarray(codes)]
        for codes, texts in (who, what)
    )
    return np.asarray(first * MIX + second)


def plain_texts(texts: pa.Table) -> dict[str, pa.ChunkedArray]:
    """Columns of coded text as Arrow's plain text."""
    return {name: texts.column(name).cast(pa.large_string()) for name in texts.column_names}


def read_piece(path: Path, columns: Sequence[str] | None) -> Piece:
    """A piece's share of a part, from disk; its texts are coded anew."""
    table = feather.read_table(path, columns=columns, memory_map=False)
    words = [field.name for field in table.schema if field.type == pa.large_string()]
    texts = pa.table({name: table.column(name).dictionary_encode() for name in words})
    return table.drop_columns(words).to_pandas().set_index("place").rename_axis(None), texts


def part_of(orders: pa.ChunkedArray) -> np.ndarray:
    """The part that each line belongs to, by its order: that of any name made of it is the same."""
    codes, names = as_codes(orders)
    stems = names.str.split(SPLIT, n=1).str[0]
    return (pd.util.hash_array(stems.to_numpy(dtype=object)) % PARTS)[codes]


def with_orders(rows: pd.DataFrame, texts: pa.Table) -> Piece:
    """Lines with an order each, and ``named``: those that name none are one order per customer and day."""
    known = texts.column("order_id") if "order_id" in texts.column_names else None
    codes, names = as_codes(known) if known is not None else (np.full(len(rows), -1), NO_TEXT)
    named = codes >= 0
    rows = rows.assign(named=named)
    if named.all() and known is not None:
        return rows, texts
    customers, who = as_codes(texts.column("customer_id"))
    some = pd.DataFrame({"customer": customers, "day": rows["ordered_at"].dt.normalize().array})[~named]
    visit = some.groupby(["customer", "day"], sort=False).ngroup().to_numpy()
    first = some.drop_duplicates()
    days = first["day"].dt.strftime("-%Y%m%d").array
    place, names = with_new_codes(names, who.take(first["customer"]).reset_index(drop=True) + days)
    codes = codes.copy()
    codes[~named] = place[visit]
    left = texts.drop_columns(["order_id"]) if known is not None else texts
    return rows, left.append_column("order_id", from_codes(codes, names))


def with_new_codes(known: pd.Series, names: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Codes of names among those known, and all names: those that weren't known come behind."""
    place = pd.Index(known).get_indexer(pd.Index(names))
    new = place < 0
    place[new] = len(known) + np.arange(new.sum())
    return place, pd.concat([known, names[new]], ignore_index=True)


def under_common_codes(pieces: list[Piece]) -> Kept:
    """Put pieces together, under codes that are the same for all; the list is emptied on the way."""
    rows = pd.concat([rows for rows, _ in pieces])
    coded = pa.concat_tables([texts for _, texts in pieces], promote_options="default")
    pieces.clear()
    texts = {}
    for column in coded.column_names:
        rows[column], texts[column] = as_codes(coded.column(column))
    for column in set(TEXTS) - set(rows):
        rows[column], texts[column] = np.int32(-1), NO_TEXT
    return Kept(rows, texts)


def with_texts(frame: pd.DataFrame, texts: Names) -> pd.DataFrame:
    """A frame with texts in place of their codes."""
    words = {c: texts[c].array.take(frame[c].to_numpy(), allow_fill=True) for c in frame if c in texts}
    return frame.assign(**words).reset_index(drop=True)


def line_counts(kept: Kept) -> Counter[str]:
    """How many lines are kept, take something back, name no order, cost nothing, or have an id cut off; and how many
    orders have several lines, and lines of different amounts.
    """
    rows = kept.rows
    cut = {c: kept.texts[c].str.fullmatch(CUT_OFF).to_numpy(dtype=bool) for c in ("customer_id", "order_id")}
    returns = int(rows["is_return"].sum())
    several, differ = by_amount(rows)
    return Counter(
        {
            "purchases": len(rows) - returns,
            "returns": returns,
            "no order_id": int((~rows["named"]).sum()),
            "amount of zero": int((rows["amount"] == 0).sum()) if "amount" in rows else 0,
            **{f"{c} cut off": int(odd[rows[c]].sum()) if odd.any() else 0 for c, odd in cut.items()},
            "orders of several lines": several,
            "of different amounts": differ,
            **most_rows(rows["customer_id"].to_numpy(), kept.texts["customer_id"]),
        }
    )


def most_rows(codes: np.ndarray, names: pd.Series) -> dict[str, int]:
    """How many lines the customers with most of them have."""
    often = np.bincount(codes, minlength=len(names))
    first = np.argsort(-often, kind="stable")[:FIRST_FEW]
    return {f"{ROWS_OF}{names.iloc[i]}": int(often[i]) for i in first}


def by_amount(rows: pd.DataFrame) -> tuple[int, int]:
    """How many orders have several lines, and how many of these different amounts; of most files the first lines tell."""
    several = differ = 0
    for some in (rows.head(10_000), rows) if "amount" in rows else ():
        amounts = some[some["named"]].groupby("order_id")["amount"]
        many = amounts.size() > 1
        several, differ = int(many.sum()), int((amounts.min() != amounts.max())[many].sum())
        if differ:
            break
    return several, differ
