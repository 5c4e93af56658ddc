"""A file that was written from a table comes back as that table, whatever its format, spellings and order of columns."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.tables import schema
from workbook.tables.importing import ImportRequest, import_files
from workbook.tables.importing.mapping.targets import target

TODAY = pd.Timestamp("2026-12-31")
ROWS = 25
WRITERS = {
    "csv": lambda frame, path: frame.to_csv(path, index=False),
    "tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t"),
    "xlsx": lambda frame, path: frame.to_excel(path, index=False),
    "json": lambda frame, path: frame.to_json(path, orient="records", date_format="iso", double_precision=15),
    "parquet": lambda frame, path: frame.to_parquet(path),
}
TABLES = [name for name in schema.CONTRACTS if name != "orders"]  # whose lines are a table of their own


def renamed(frame: pd.DataFrame, table: str, rng: np.random.Generator) -> pd.DataFrame:
    """A table whose columns go by any name that is known to be theirs alone, in any order."""
    words = {c: set(spellings.split()) for c, spellings in target(table).spellings.items()}
    own = {c: sorted(w - set().union(*(v for k, v in words.items() if k != c))) for c, w in words.items()}
    names = {c: rng.choice(own[c]) if own[c] else c for c in frame}
    return frame[list(rng.permutation(list(frame)))].rename(columns=names)


@settings(max_examples=30)
@given(table=st.sampled_from(TABLES), format=st.sampled_from(sorted(WRITERS)), seed=st.integers(0, 2**32 - 1))
def test_a_table_comes_back(lanyu, table, format, seed):
    """Ids that look like numbers, days without a time, empty columns, words and amounts: all as they were."""
    rng = np.random.default_rng(seed)
    start = int(rng.integers(0, max(len(lanyu.tables[table]) - ROWS, 1)))
    frame = lanyu.tables[table].iloc[start : start + ROWS].reset_index(drop=True)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"file.{format}"
        WRITERS[format](renamed(frame, table, rng), path)
        data = import_files(ImportRequest([path], Path(folder) / "mine", table=table, today=TODAY))
    account = data.facts["imports"][table]
    assert account["rows"]["rejected"] == 0, account
    for column in frame:
        expected = frame[column]
        expected = expected.str.strip() if expected.dtype == "str" else expected
        found = data.table(table)[column]
        if expected.isna().all():
            assert found.isna().all()
        else:
            pd.testing.assert_series_equal(found, expected, check_dtype=False)


@pytest.mark.parametrize("ids", [["007", "070", "1e5"], ["12345678901234567890", "1.10", "0"]])
@pytest.mark.parametrize("format", sorted(WRITERS))
def test_ids_stay_as_they_are_written(tmp_path, format, ids):
    """Zeros before a number, a number too long for a computer, and one that looks like a power are names."""
    path = tmp_path / f"file.{format}"
    WRITERS[format](pd.DataFrame({"customer_id": ids, "city": ["X", None, "Y"]}), path)
    data = import_files(ImportRequest([path], tmp_path / "mine", table="customers", today=TODAY))
    assert data.customers["customer_id"].tolist() == ids
