"""Which texts are among others."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from workbook.tables.matching import is_in

TEXTS = st.lists(st.sampled_from(["a", "b", "岚屿", "", None]), max_size=6)


@given(TEXTS, TEXTS)
def test_it_says_what_pandas_says(values, among):
    """Missing values and empty series too, and the index is kept."""
    left = pd.Series(values, dtype="str", index=range(7, 7 + len(values)))
    right = pd.Series(among, dtype="str")
    for others in (right, pd.Index(right), right.unique()):
        pd.testing.assert_series_equal(is_in(left, others), left.isin(others))


def test_what_has_no_value_has_no_type():
    """An empty column may be of any type, and nothing is in it."""
    texts, nothing = pd.Series(["a"], dtype="str"), pd.Series([], dtype=float)
    assert not is_in(texts, nothing).any()
    assert not is_in(pd.Series([None], dtype=object), texts).any()
