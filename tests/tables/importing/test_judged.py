"""The number by which rows are told from each other."""

import pyarrow as pa

from workbook.tables.importing.judged import row_hash
from workbook.tables.importing.readers.dictionary_encoding import CODED


def cells(**columns):
    """Columns of coded text."""
    return pa.table(
        {name: pa.array(texts).dictionary_encode().cast(CODED) for name, texts in columns.items()}
    )


def test_rows_are_the_same_only_if_every_cell_is():
    """A cell where nothing is said is no text of its column, nor is a text of one column that of another."""
    number = row_hash(cells(a=["x", None, "y", None, "x"], b=["y", "x", "x", "x", "y"]))
    assert number[0] == number[4]
    assert number[1] == number[3]
    assert len(set(number)) == 3


def test_the_order_of_columns_says_nothing():
    """Two files with the same cells in other places have the same rows."""
    one, other = cells(a=["x", "z"], b=["y", "w"]), cells(b=["y", "w"], a=["x", "z"])
    assert (row_hash(one) == row_hash(other)).all()


def test_no_rows_and_no_columns_have_no_number():
    """An empty file is no error here."""
    assert len(row_hash(pa.table({}))) == len(row_hash(cells(a=pa.array([], pa.string())))) == 0
