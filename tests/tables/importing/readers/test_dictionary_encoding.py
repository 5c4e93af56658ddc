"""Coded columns of text: what goes in comes out, and each text has one code."""

import numpy as np
import pandas as pd
import pyarrow as pa

from workbook.tables.importing.readers.dictionary_encoding import (
    as_codes,
    coded,
    compact,
    decoded,
    from_codes,
)


def test_what_is_coded_comes_out_again():
    """A column of text, taken apart, has a code a row and each text once."""
    codes, texts = as_codes(coded(["b", "", "b", "a"]))
    assert codes.tolist() == [0, 1, 0, 2]
    assert texts.tolist() == ["b", "", "a"]


def test_pieces_share_their_codes():
    """The same text in two pieces has the same code, whatever it had in each."""
    both = pa.chunked_array([*coded(["a", "b"]).chunks, *coded(["b", "c"]).chunks])
    codes, texts = as_codes(both)
    assert texts.take(codes).tolist() == ["a", "b", "b", "c"]
    assert texts.is_unique


def test_texts_that_became_equal_or_missing_have_one_code_or_none():
    """Where "007" and "'007" are one id, and "-" is none, the rows say so."""
    column = from_codes(np.array([0, 1, 2, 3, -1]), pd.Series(["007", "007", pd.NA, "8"], dtype="str"))
    codes, texts = as_codes(column)
    assert codes.tolist() == [0, 0, -1, 1, -1]
    assert texts.tolist() == ["007", "8"]


def test_a_series_is_taken_apart_like_a_column():
    """Parsing works on either."""
    codes, texts = as_codes(pd.Series(["x", "y", "x"], index=[5, 6, 7], dtype="str"))
    assert (codes.tolist(), texts.tolist()) == ([0, 1, 0], ["x", "y"])


def test_nothing_is_a_column_too():
    """A piece without a row has neither codes nor texts."""
    for column in (coded([]), pa.chunked_array([], type=coded([]).type)):
        codes, texts = as_codes(column)
        assert len(codes) == len(texts) == 0


def test_a_part_forgets_the_texts_of_the_rest():
    """A few rows of many are kept with their own texts alone; a column that one file lacks stays missing."""
    table = pa.concat_tables(
        [pa.table({"id": coded(["a", "b", "c"])}), pa.table({"id": coded(["d"]), "city": coded(["Łódź"])})],
        promote_options="default",
    )
    part = compact(table.filter(pa.array([False, True, False, True])))
    assert part.column("id").chunk(0).dictionary.to_pylist() == ["b", "d"]
    assert decoded(part)["city"].tolist()[1] == "Łódź"
    assert decoded(part)["city"].isna().tolist() == [True, False]
