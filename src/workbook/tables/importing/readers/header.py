"""Where a table begins in its file, and what its columns are called."""

import re
from collections import Counter
from collections.abc import Sequence

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.delimited import Row, usual_width

FIGURES = re.compile(r"(?=.*\d)[\d\s.,:;/+\-()%¥￥$€£年月日时分秒]+")
ABOVE = "lines above the header, passed over"
SEARCHED = 100  # rows; a header stands among them
MOST_COLUMNS = 5_000


def table_start(rows: Sequence[Row]) -> int:
    """The place of the row that names the columns, below titles, notes and pairs of a name and a value.

    Parameters
    ----------
    rows : the first ones, each with a filled cell

    Returns
    -------
    int
        0 unless a row further down is surely it: what stands above is shorter than the table, or mostly blank, or a pair
        above a row of names.
    """
    width = usual_width([row.fields for row in rows])
    for place, row in enumerate(rows[:SEARCHED]):
        if not above(rows, place, width):
            return place if place == 0 or len(row.fields) >= 2 else 0
    return 0


def above(rows: Sequence[Row], place: int, width: int) -> bool:
    """Whether a row stands above the table."""
    row, below = rows[place].fields, rows[place + 1 : SEARCHED]
    filled = sum(map(bool, map(str.strip, row)))
    if not below:
        return False
    if (
        filled <= 2
        and filled < width
        and any(names_more(rows, p, filled) for p in range(place + 1, place + 21))
    ):
        return True
    if all(figure(cell) for cell in row if cell.strip()):
        return False
    ragged = len(row) != width and len(below[0].fields) != width
    return filled * 2 <= width or (ragged and not names_more(rows, place, 2))


def names_more(rows: Sequence[Row], place: int, filled: int) -> bool:
    """Whether a row names more columns than are filled above, and a row with a figure follows."""
    if place + 1 >= len(rows):
        return False
    row, after = rows[place].fields, rows[place + 1].fields
    cells = [cell for cell in row if cell.strip()]
    return (
        len(cells) > filled
        and not any(map(figure, row))
        and any(map(figure, after))
        and len(set(cells)) == len(cells)
    )


def figure(cell: str) -> bool:
    """Whether a cell holds a number or a date."""
    return FIGURES.fullmatch(cell.strip()) is not None


def has_header(first: Sequence[str], told: bool | None) -> bool:
    """Whether the first row names the columns: it is told, or has no figure."""
    return not any(map(figure, first)) if told is None else told


def column_names(rows: Sequence[Row], named: bool, file: str) -> list[str]:
    """Names from the header, without those at its end that are blank; or ``column 0`` … by position.

    Raises
    ------
    DataError
        if they are more than a table has.
    """
    if not named:
        width = Counter(len(row.fields) for row in rows).most_common(1)[0][0]
        return some_columns([f"column {i}" for i in range(width)], file)
    names = [n.strip().lstrip("\ufeff") for n in rows[0].fields]
    while not names[-1]:
        names.pop()
    return distinct_names([n or f"column {i}" for i, n in enumerate(some_columns(names, file))])


def some_columns(names: list[str], file: str) -> list[str]:
    """Names, if they aren't too many."""
    if len(names) > MOST_COLUMNS:
        raise DataError(
            f"{file} has {len(names):,} columns, and at most {MOST_COLUMNS:,} are read: is it another separator, or does the "
            "table lie on its side?"
        )
    return names


def distinct_names(names: Sequence[str]) -> list[str]:
    """Number the names that come again: ``date``, ``date (2)``."""
    seen: Counter[str] = Counter()
    result = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
