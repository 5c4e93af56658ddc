"""Formats: the same table comes back from each of them, and databases are only read."""

import bz2
import csv
import datetime as dt
import decimal
import gzip
import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table

WORDS = st.text(alphabet="ab1é客\"; ,\t|\n'", min_size=1, max_size=8).filter(
    lambda text: text.strip() == text
)
ROWS = st.lists(st.tuples(WORDS, WORDS, WORDS), min_size=2, max_size=6)
NAMES = ["id", "city", "text"]


def as_csv(rows: list[tuple[str, ...]], separator: str, encoding: str, quoting: int, end: str) -> bytes:
    """A CSV as some system writes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, quoting=quoting, lineterminator=end)
    writer.writerows([NAMES, *rows])
    return text.getvalue().encode(encoding)


def as_sheet(rows: list[tuple[str, ...]]) -> bytes:
    """An Excel workbook."""
    buffer = io.BytesIO()
    pd.DataFrame(rows, columns=NAMES).to_excel(buffer, index=False)
    return buffer.getvalue()


def as_parquet(rows: list[tuple[str, ...]]) -> bytes:
    """A Parquet file."""
    buffer = io.BytesIO()
    pd.DataFrame(rows, columns=NAMES).to_parquet(buffer)
    return buffer.getvalue()


def as_arrow(rows: list[tuple[str, ...]]) -> bytes:
    """An Arrow file."""
    buffer = io.BytesIO()
    pd.DataFrame(rows, columns=NAMES).to_feather(buffer)
    return buffer.getvalue()


def as_zip(content: bytes, name: str) -> bytes:
    """A ZIP with one file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr(name, content)
    return buffer.getvalue()


def read(folder: Path, content: bytes, **options) -> Raw:
    """Write a file and read it."""
    path = folder / "file"
    path.write_bytes(content)
    return whole_table(Pieces(path, FileOptions(**options)))


@settings(max_examples=50, deadline=None)
@given(
    ROWS,
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_table_comes_back_from_text(tmp_path_factory, rows, separator, encoding, quoting, end) -> None:
    """However a CSV is separated, quoted, encoded and packed, its cells are those that were written."""
    folder = tmp_path_factory.mktemp("text")
    content = as_csv(rows, separator, encoding, quoting, end)
    told = {"separator": separator, "header": True, "encoding": "gb18030" if encoding == "gb18030" else ""}
    wanted = [list(row) for row in rows]
    for packed in (content, gzip.compress(content), bz2.compress(content), as_zip(content, "a.csv")):
        raw = read(folder, packed, **told)
        assert list(raw.cells) == NAMES
        assert raw.cells.to_numpy().tolist() == wanted
        assert (raw.trouble == "").all()


@settings(max_examples=30, deadline=None)
@given(ROWS)
def test_a_table_comes_back_from_other_formats(tmp_path_factory, rows) -> None:
    """The same cells come from JSON, JSON lines, Parquet and Arrow."""
    folder = tmp_path_factory.mktemp("formats")
    records = [dict(zip(NAMES, row, strict=True)) for row in rows]
    contents = [
        json.dumps(records, ensure_ascii=False).encode(),
        "\n".join(json.dumps(record) for record in records).encode(),
        as_parquet(rows),
        as_arrow(rows),
    ]
    for content in contents:
        raw = read(folder, content)
        assert list(raw.cells) == NAMES
        assert raw.cells.to_numpy().tolist() == [list(row) for row in rows]


@settings(max_examples=5, deadline=None)
@given(ROWS)
def test_a_table_comes_back_from_a_sheet(tmp_path_factory, rows) -> None:
    """The same cells come from Excel, whole numbers written as text too."""
    raw = read(tmp_path_factory.mktemp("sheet"), as_sheet(rows), header=True)
    assert raw.cells.to_numpy().tolist() == [list(row) for row in rows]


def test_types_of_parquet(tmp_path) -> None:
    """Nested columns have names with dots; whole numbers and decimals keep every figure, coded columns their texts."""
    table = pa.table(
        {
            "id": pa.array([2**60 + 1, None]),
            "who": pa.array([{"id": 1, "at": {"city": "Rome"}}, None]),
            "paid": pa.array([decimal.Decimal("1.50"), None]),
            "kind": pa.array(["a", None]).dictionary_encode(),
            "code": pa.array([7, 8]).dictionary_encode(),
            "tags": pa.array([["a", "b"], None]),
            "items": pa.array([[{"sku": "x"}], []]),
            "at": pa.array([dt.datetime(2025, 1, 1, 10), None], pa.timestamp("ns", "Asia/Tokyo")),
            "day": pa.array([dt.date(2025, 1, 1), None]),
            "took": pa.array([dt.timedelta(minutes=5), None]),
            "nothing": pa.nulls(2),
        }
    )
    pq.write_table(table, tmp_path / "x.parquet")
    raw = whole_table(Pieces(tmp_path / "x.parquet"))
    assert raw.cells.iloc[0].to_dict() == {
        "id": "1152921504606846977",
        "who.id": "1",
        "who.at.city": "Rome",
        "paid": "1.50",
        "kind": "a",
        "code": "7",
        "tags": "a, b",
        "items": '[{"sku": "x"}]',
        "at": "2025-01-01 19:00:00",
        "day": "2025-01-01",
        "took": "0 days 00:05:00",
        "nothing": "",
    }
    assert set(raw.cells.iloc[1].drop("code")) == {""}


@pytest.fixture
def database(tmp_path) -> Path:
    """A SQLite database with a table of two orders."""
    path = tmp_path / "shop.sqlite"
    con = sqlite3.connect(path)
    con.execute("CREATE TABLE orders (id, paid)")
    con.executemany("INSERT INTO orders VALUES (?, ?)", [("007", 1.5), (None, "2")])
    con.commit()
    con.close()
    return path


def test_a_query_on_sqlite(database) -> None:
    """What a query finds comes as text."""
    raw = whole_table(Pieces(database, FileOptions(query="SELECT id, paid FROM orders ORDER BY paid")))
    assert raw.cells.to_numpy().tolist() == [["007", "1.5"], ["", "2"]]
    assert raw.facts["format"] == "SQLite"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", r"is a SQLite database; say which rows with --query 'SELECT …'. Its tables are orders\."),
        ("SELECT * FROM order", r"shop\.sqlite: "),
        ("DROP TABLE orders", "not authorized"),
        ("ATTACH 'out.sqlite' AS x", "not authorized"),
        ("PRAGMA writable_schema = 1", "not authorized"),
        ("SELECT 1; SELECT 2", "one statement at a time"),
        (";", "has no rows"),
        ("SELECT * FROM orders WHERE paid > 'z'", "has no rows"),
    ],
)
def test_a_query_on_sqlite_can_only_read(database, query: str, said: str) -> None:
    """Whatever it says, a query neither changes the database nor reaches beyond it, and what is wrong is told."""
    before = database.read_bytes()
    with pytest.raises(DataError, match=said):
        whole_table(Pieces(database, FileOptions(query=query)))
    assert database.read_bytes() == before
    assert [p.name for p in database.parent.iterdir()] == [database.name]
