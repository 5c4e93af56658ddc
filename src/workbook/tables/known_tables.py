"""Tables as they could be known at the end of a day: later rows are gone, and later values are empty.

From when something is known is declared with its column and its row, see `contract.column` and
`contract.rows_known_from`. A row that is known but refers to a later one, such as a ticket to which an order was added
afterwards, is there without that reference.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pandas as pd

from workbook.tables.contract import (
    END,
    LATEST,
    MENTION,
    ROW,
    Table,
    columns,
    references,
    required_columns,
    rows_known_from,
)
from workbook.tables.matching import is_in

DAY = pd.Timedelta(days=1)


class KnownTables(Mapping[str, pd.DataFrame]):
    """Tables as they could be known at the end of a day, each cut when it is first asked for.

    Parameters
    ----------
    whole : all tables, up to the data's end
    contracts : of the tables
    day : the day
    end : the data's last day; what nothing dates is known then, and not before
    data : the known tables that these refer to, if these are the truth about them
    """

    def __init__(
        self,
        whole: Mapping[str, pd.DataFrame],
        contracts: Mapping[str, type[Table]],
        day: pd.Timestamp,
        end: pd.Timestamp,
        data: "KnownTables | None" = None,
    ) -> None:
        self.whole, self.contracts, self.day, self.end = whole, contracts, day, end
        self.parents = self if data is None else data
        self.at_end, self.over = day >= end, day + DAY
        self.names = [n for n in whole if self.at_end or END not in row_sources(contracts[n])]
        self.cut: dict[str, pd.DataFrame] = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self.cut:
            if name not in self.names:
                raise KeyError(name)
            self.cut[name] = self.known(name)
        return self.cut[name]

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def known(self, name: str) -> pd.DataFrame:
        """Cut one table: its rows, what they refer to, its values."""
        frame = self.whole[name]
        frame = self.with_known_references(name, only(frame, self.rows_known(name, frame)))
        late = {
            column: ~self.is_known(name, frame, sources, self.at_end)
            for column, sources in value_sources(self.contracts[name]).items()
            if column in frame
        }
        empty = {c: emptied(frame[c], where) for c, where in late.items() if where.any()}
        return frame.assign(**empty) if empty else frame

    def rows_known(self, name: str, frame: pd.DataFrame) -> pd.Series:
        """Whether each row of a whole table is known."""
        sources = row_sources(self.contracts[name])
        if MENTION not in sources:
            return self.is_known(name, frame, sources, True)
        dated = self.is_known(name, frame, [s for s in sources if s != MENTION], self.at_end)
        return dated if dated.all() else dated | self.mentioned(name, frame)

    def is_known(self, name: str, frame: pd.DataFrame, sources: Sequence[str], undated: bool) -> pd.Series:
        """What the first source with a value says of each row of a table; ``undated`` where none has one."""
        known = pd.Series(pd.NA, index=frame.index, dtype="boolean")
        for source in sources:
            known = known.fillna(self.says(name, frame, source))
        return known.fillna(undated).astype(bool)

    def says(self, name: str, frame: pd.DataFrame, source: str) -> pd.Series | bool:
        """Whether one source says of each row that it is known; missing where it is empty."""
        if source in (ROW, LATEST, END):
            return source != END or self.at_end
        column, _, span = source.partition(" + ")
        refers = references(self.contracts[name]).get(column, "")
        if column not in frame or (refers and refers.split(".")[0] not in self.parents):
            return pd.Series(pd.NA, index=frame.index, dtype="boolean")
        values = frame[column]
        if refers:
            known = self.names_known(values, refers)
        elif span and not self.at_end:  # of what lasts the whole must be over
            known = values + offset(span) <= self.over
        else:
            known = values < self.over
        return known.astype("boolean").mask(values.isna())

    def names_known(self, values: pd.Series, refers: str) -> pd.Series:
        """Whether each value names a row that is known."""
        parent, key = refers.split(".")
        if self.complete(parent):
            return values.notna()
        return is_in(values, self.parents[parent][key])

    def with_known_references(self, name: str, frame: pd.DataFrame) -> pd.DataFrame:
        """Empty what refers to rows that aren't known; where a reference must be there its row goes."""
        required = required_columns(self.contracts[name])
        for column, refers in references(self.contracts[name]).items():
            if column not in frame or self.holds(name, refers.split(".")[0]):
                continue
            lost = frame[column].notna() & ~self.names_known(frame[column], refers)
            if column in required:
                frame = only(frame, ~lost)
            elif lost.any():
                frame = frame.assign(**{column: emptied(frame[column], lost)})
        return frame

    def holds(self, name: str, parent: str) -> bool:
        """Whether all that a table refers to in another one is known for sure."""
        if parent not in self.parents or parent == name:
            return True
        sources = row_sources(self.parents.contracts[parent])
        if not sources or (MENTION in sources and self is self.parents and not self.born_of(name, parent)):
            return True  # it is always known, or known because it is named here
        return self.complete(parent)

    def complete(self, parent: str) -> bool:
        """Whether all rows of a table that others refer to are known."""
        return len(self.parents[parent]) == len(self.parents.whole[parent])

    def born_of(self, name: str, parent: str) -> bool:
        """Whether rows of a table may be known because of the row of another one that they refer to."""
        refers = references(self.contracts[name])
        return any(refers.get(s, "").startswith(f"{parent}.") for s in row_sources(self.contracts[name]))

    def mentioned(self, name: str, frame: pd.DataFrame) -> pd.Series:
        """Whether known rows of other tables name each row of this one."""
        named = pd.Series(False, index=frame.index)
        for other in self.names:
            if other == name or self.born_of(other, name):
                continue
            for column, refers in references(self.contracts[other]).items():
                parent, key = refers.split(".")
                if parent == name and column in self.whole[other]:
                    named |= is_in(frame[key], self[other][column])
        return named


def only(frame: pd.DataFrame, keep: pd.Series) -> pd.DataFrame:
    """The rows to keep; the frame itself if that is all of them."""
    return frame if keep.all() else frame[keep].reset_index(drop=True)


def emptied(values: pd.Series, where: pd.Series) -> pd.Series:
    """Values that are missing in some places, in a type that can say so."""
    if pd.api.types.is_bool_dtype(values):
        values = values.astype("boolean")
    elif pd.api.types.is_integer_dtype(values):
        values = values.astype("Int64")
    return values.mask(where)


def offset(span: str) -> pd.DateOffset:
    """``7 days`` or ``1 month`` as something that can be added to times."""
    number, unit = span.split()
    return pd.DateOffset(**{unit.removesuffix("s") + "s": int(number)})


@cache
def row_sources(contract: type[Table]) -> tuple[str, ...]:
    """What says from when a row is known."""
    return rows_known_from(contract)


@cache
def value_sources(contract: type[Table]) -> dict[str, tuple[str, ...]]:
    """What says from when a column's values are known, of those that may come after their row."""
    sources = columns(contract).set_index("column")["known_from"]
    return {c: s for c, s in sources.items() if s[0] not in (ROW, LATEST)}
