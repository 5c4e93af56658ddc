"""Reading: whatever the file is, its cells come as text, each row with its number and its trouble."""

import datetime as dt
import io
from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.delimited import divide
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, filled_rows, under, whole_table
from workbook.tables.importing.readers.text_files import lines_of


def read_raw(path: Path, options: FileOptions | None = None) -> Raw:
    """Read a whole file."""
    return whole_table(Pieces(path, options))


@pytest.fixture
def read(tmp_path):
    """Write text or bytes into a file and read it."""

    def reader(content: str | bytes, name: str = "file.csv", **options) -> Raw:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_raw(path, FileOptions(**options))

    return reader


def rows(raw: Raw) -> list[list[str]]:
    """Cells as lists."""
    return raw.cells.to_numpy().tolist()


@pytest.mark.parametrize(
    ("separator", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "bar")]
)
def test_separators(read, separator: str, name: str) -> None:
    """The separator is found out, though another one stands inside the cells."""
    raw = read('id;when;paid\n7;2025-01-01;"1;50"\n8;2025-01-02;2.50\n'.replace(";", separator))
    assert rows(raw) == [["7", "2025-01-01", f"1{separator}50"], ["8", "2025-01-02", "2.50"]]
    assert raw.facts["separator"] == name
    assert list(raw.row) == [2, 3]


def test_decimal_commas_are_no_separator(read) -> None:
    """Commas within numbers don't make a semicolon file a comma file, with a header or without."""
    for header in ("id;paid\n", ""):
        assert rows(read(f"{header}1;2,50\n2;3,40\n")) == [["1", "2,50"], ["2", "3,40"]]


def test_told_separator(read) -> None:
    """A mapping may tell any separator; Excel's own sep= line is heeded."""
    assert rows(read("a~b\n1~2\n", separator="~")) == [["1", "2"]]
    raw = read("sep=;\na;b\n1;2\n")
    assert (rows(raw), list(raw.row)) == ([["1", "2"]], [3])


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "gb18030", "big5"]
)
def test_chinese_encodings(read, encoding: str) -> None:
    """Chinese text is read in the encodings that it comes in."""
    text = (
        "客戶,日期,城市\n張三,2025-01-01,臺北市\n"
        if encoding == "big5"
        else "客户,日期,城市\n张三,2025-01-01,上海市\n"
    )
    mark = b"\xff\xfe" if encoding == "utf-16-le" else b""
    raw = read(mark + text.encode(encoding))
    assert [*raw.cells.columns, *rows(raw)[0]] == text.replace("\n", ",").split(",")[:-1]
    assert raw.facts["encoding"] == encoding.removesuffix("-le")


@pytest.mark.parametrize(
    ("encoding", "word"), [("cp1252", "Österreich"), ("cp1252", "Orléans"), ("cp1251", "Москва")]
)
def test_european_encodings(read, encoding: str, word: str) -> None:
    """Western and Cyrillic text isn't taken for Chinese."""
    raw = read(f"id,date,city\n1,2025-01-01,{word}\n2,2025-01-01,{word} 2\n".encode(encoding))
    assert raw.cells["city"][0] == word
    assert raw.facts["encoding"] == encoding


def test_two_encodings_in_one_file(read) -> None:
    """A file stuck together from two is read line by line, and that is said."""
    good = "客户,日期\n" + "张三,2025-01-01\n" * 3
    raw = read(good.encode() + "李四,2025-01-02\n".encode("gb18030"))
    assert list(raw.cells["客户"]) == ["张三"] * 3 + ["李四"]
    assert raw.notes == ["lines that were not UTF-8 and were read as gb18030: 1"]


def test_told_encoding(read) -> None:
    """A told encoding is taken even where it doesn't quite fit, and what was lost is counted."""
    raw = read("id,city\n1,Łódź\n".encode("cp1250") + b"2,\x81\n", encoding="cp1250")
    assert list(raw.cells["city"]) == ["Łódź", "\ufffd"]
    assert raw.notes == ["characters that could not be read as cp1250: 1"]
    with pytest.raises(DataError, match="encoding must be one that Python knows; got 'klingon'"):
        read("id,city\n1,x\n", encoding="klingon")


def test_ragged_rows(read) -> None:
    """A row with too few or too many fields keeps its cells and says so; blank cells at the end are no harm."""
    raw = read("a,b\n1,2\n3\n4,5,6,7\n8,9,,\n\n,\n")
    assert list(raw.trouble != "") == [False, True, True, False]
    assert rows(raw) == [["1", "2"], ["3", ""], ["4", "5"], ["8", "9"]]
    assert list(raw.surplus) == ["", "", "6 | 7", ""]
    assert list(raw.row) == [2, 3, 4, 5]
    assert raw.notes == ["rows without a single filled cell, passed over: 1"]


def test_quotes(read) -> None:
    """Quoted separators, quotes and line ends are part of a cell; a quote that never closes costs its line only."""
    raw = read('id,text\n1,"a, ""b"""\n2,"two\nlines"\n3,"open\n4,x\n5,6" nails\n6,x\n')
    assert rows(raw) == [
        ["1", 'a, "b"'],
        ["2", "two\nlines"],
        ["3", '"open'],
        ["4", "x"],
        ["5", '6" nails'],
        ["6", "x"],
    ]
    assert list(raw.row) == [2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize("closing", ["200,x", '200,x"'])
def test_open_quote_in_a_long_file(read, closing: str) -> None:
    """A quote that opens can't swallow the rest of the file unseen, nor all up to the next quote."""
    lines = [f"{i},x" for i in range(300)]
    lines[100], lines[200] = '100,"x', closing
    raw = read("\n".join(["id,text", *lines]))
    assert rows(raw) == [line.split(",") for line in lines]


SCRAPS = ["a", "1", " ", '"', '""', ",", '","', "\t", "\r", "\n", "客", '"a"', ',"x y",', ',"\n']


@given(st.lists(st.sampled_from(SCRAPS), max_size=30), st.integers(1, 40))
def test_haste_and_pieces_change_nothing(tmp_path_factory, scraps: list[str], size: int) -> None:
    """Read at once or in pieces, by Arrow or row by row, a file's rows are the same."""
    path: Path = tmp_path_factory.mktemp("pieces") / "file.csv"
    text = "a,b,c\n1,2,3\n" + "".join(scraps)
    path.write_bytes(text.encode())
    options = FileOptions(separator=",", header=True)
    by_hand, _ = filled_rows(
        [row._replace(number=row.number + 1) for row in divide(lines_of(text), ",", width=3)]
    )
    slow = under(by_hand[1:], ["a", "b", "c"], True, "file.csv", {}, Counter())
    for raw in (read_raw(path, options), whole_table(Pieces(path, options, size))):
        assert rows(raw) == rows(slow)
        assert list(raw.row) == list(slow.row)
        assert list(raw.surplus) == list(slow.surplus)
        assert list(raw.trouble) == list(slow.trouble)


def test_nul_bytes(read) -> None:
    """A stray NUL doesn't end the file."""
    assert rows(read(b"a,b\n1,x\0y\n" + b"2,z\n" * 50))[0] == ["1", "xy"]


def test_header(read) -> None:
    """A first row with a number or a date is data; names that are blank or come twice are told apart."""
    assert read("7,2025-01-01\n8,2025-01-02\n").named is False
    assert list(read("7,2025-01-01\n8,2025-01-02\n").cells) == ["column 0", "column 1"]
    assert list(read("date, date,,x,\n1,2,3,4,\n").cells) == ["date", "date (2)", "column 2", "x"]
    assert list(read("2024,b\n1,2\n", header=True).cells) == ["2024", "b"]
    assert rows(read("a,b\n1,2\n", header=False)) == [["a", "b"], ["1", "2"]]


def test_aligned(read) -> None:
    """White space divides where every line agrees; where cells hold spaces or are blank, the positions do."""
    raw = read(" id  date paid\n 0001 19970101   11.77\n 0002 19970102    2.00\n", "x.txt")
    assert (rows(raw)[1], raw.facts["format"]) == (["0002", "19970102", "2.00"], "whitespace")
    raw = read("id    name        paid\n0001  red shirt  12.00\n      blue        3.00\n", "x.txt")
    assert rows(raw) == [["0001", "red shirt", "12.00"], ["", "blue", "3.00"]]
    assert (raw.facts["format"], list(raw.cells)) == ("fixed-width", ["id", "name", "paid"])


def excel(frame: pd.DataFrame, **other: pd.DataFrame) -> bytes:
    """Bytes of a workbook with a sheet per frame."""
    buffer = io.BytesIO()
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        for name, sheet in {"orders": frame, **other}.items():
            sheet.to_excel(writer, sheet_name=name, index=False, header=name != "titled")
    return buffer.getvalue()


def test_excel(read) -> None:
    """Ids of a sheet lose no zero and gain no ".0"; times come as ISO; the other sheets are named."""
    frame = pd.DataFrame(
        {
            "id": [17850.0, 17851.0, np.nan],
            "code": ["007", "008", None],
            "at": [pd.Timestamp("2025-03-01 10:05"), pd.Timestamp("2025-03-02"), None],
            "day": [dt.date(2025, 3, 1)] * 3,
            "paid": [1.5, 2.0, -3.25],
        }
    )
    notes = pd.DataFrame({"note": ["a", "b"], "by": ["c", "d"]})
    raw = read(excel(frame, notes=notes), "orders.xlsx")
    assert rows(raw) == [
        ["17850", "007", "2025-03-01 10:05:00", "2025-03-01", "1.5"],
        ["17851", "008", "2025-03-02", "2025-03-01", "2"],
        ["", "", "", "2025-03-01", "-3.25"],
    ]
    assert raw.notes == ["only the sheet 'orders' was read, not notes"]
    assert list(raw.row) == [2, 3, 4]
    with pytest.raises(DataError, match=r"sheet must be one of notes, orders; got 'order'. Did you mean"):
        read(excel(frame, notes=notes), "orders.xlsx", sheet="order")


def test_excel_with_a_title(read) -> None:
    """What stands above the header is passed over, and rows keep the sheet's numbers."""
    sheet = pd.DataFrame([["Sales 2025", None], [None, None], ["id", "paid"], ["A", 5]])
    raw = read(excel(sheet, titled=sheet), "x.xlsx", sheet="titled")
    assert (rows(raw), list(raw.row)) == ([["A", "5"]], [4])


def test_parquet(read) -> None:
    """Parquet's types become text that gives them back: floats to the bit, times without their zone."""
    frame = pd.DataFrame(
        {
            "id": [17850.0, np.nan],
            "n": pd.array([1, None], dtype="Int64"),
            "paid": [0.1 + 0.2, 1e-9],
            "at": pd.to_datetime(["2025-03-01 10:05:00+08:00", None]),
            "kind": pd.Categorical(["a", None]),
        }
    )
    buffer = io.BytesIO()
    frame.to_parquet(buffer)
    raw = read(buffer.getvalue(), "x.csv")  # its content says what it is, not its name
    assert rows(raw)[0] == ["17850.0", "1", repr(0.1 + 0.2), "2025-03-01 10:05:00", "a"]
    assert [c for c in rows(raw)[1] if c] == ["1e-09"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "file.csv is empty"),
        (b" \n\r\n\t\n", "file.csv is empty"),
        (b"\xef\xbb\xbf", "file.csv is empty"),
        (b"a,b\n", "has a header but no rows"),
        (b"PK\x03\x04 no zip", "file.csv can't be unpacked: File is not a zip file"),
        (b"\xd0\xcf\x11\xe0 no sheet", "file.csv can't be read as a spreadsheet"),
        (b"PAR1 no parquet", "file.csv can't be read"),
        (b"\x1f\x8b\x08\x00", "can't be unpacked: it is cut off"),
        (np.random.default_rng(1).bytes(5000), "isn't a table: it is neither text nor"),
        (b"one column\n1\n2\n", "isn't a table: neither a separator"),
    ],
)
def test_no_table(read, content: bytes, said: str) -> None:
    """What isn't a table is told in a sentence."""
    with pytest.raises(DataError, match=said):
        read(content)


def test_no_file(tmp_path) -> None:
    """A file that isn't there and a folder are told in a sentence."""
    with pytest.raises(DataError, match=r"There is no file '.*' in '.*'\."):
        read_raw(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="is a folder; name the files in it"):
        read_raw(tmp_path)


@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(alphabet='ab1",;\t|\r\n \0é客-./:', max_size=120).map(str.encode),
    )
)
def test_noise_is_read_or_refused(tmp_path_factory, content: bytes) -> None:
    """No content raises anything but a DataError, and what is read is even: text, one number and trouble a row."""
    path: Path = tmp_path_factory.mktemp("noise") / "noise.csv"
    path.write_bytes(content)
    try:
        raw = read_raw(path)
    except DataError:
        return
    assert len(raw.cells) == len(raw.row) == len(raw.trouble) == len(raw.surplus) > 0
    assert raw.cells.notna().all(axis=None)
    assert raw.row.is_monotonic_increasing
    assert len(set(raw.cells.columns)) == raw.cells.shape[1]


@pytest.fixture
def database(tmp_path):
    """A DuckDB database with a table of two orders."""
    path = tmp_path / "shop.duckdb"
    with duckdb.connect(path) as con:
        con.execute(
            "CREATE TABLE orders AS SELECT '007' AS id, TIMESTAMP '2025-03-01 10:05' AS came, 1.5 AS paid"
        )
        con.execute("INSERT INTO orders VALUES (NULL, NULL, 2)")
    return path


def test_a_query_on_a_database(database) -> None:
    """What a query finds comes as text, as a Parquet file's columns do."""
    raw = read_raw(database, FileOptions(query="SELECT id, came, paid FROM orders ORDER BY paid"))
    assert rows(raw) == [["007", "2025-03-01 10:05:00", "1.5"], ["", "", "2.0"]]
    assert raw.facts["format"] == "DuckDB"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", r"say which rows with --query 'SELECT …'. Its tables are orders\."),
        ("SELECT * FROM order", "shop.duckdb: "),
        ("DROP TABLE orders", "read-only"),
        ("SET threads = 1", "has no rows"),
        ("COPY orders TO 'out.csv'", "shop.duckdb: "),
        ("SELECT * FROM read_text('/etc/hostname')", "shop.duckdb: "),
        ("SELECT * FROM orders WHERE paid > 9", "shop.duckdb has no rows"),
    ],
)
def test_a_query_can_only_read(database, query: str, said: str) -> None:
    """Whatever it says, a query neither changes the database nor reaches beyond it, and what is wrong is told."""
    with pytest.raises(DataError, match=said):
        read_raw(database, FileOptions(query=query))
    assert not list(database.parent.glob("*.csv"))


@pytest.mark.parametrize("query", [";", ";;", "-- nothing", "SELECT 1; SELECT 2"])
def test_a_query_is_one_select(database, query: str) -> None:
    """No statement, or several, is a sentence; none of several is run."""
    with pytest.raises(DataError, match="--query must be one SELECT; got '"):
        list(Pieces(database, FileOptions(query=query)))


def test_a_blank_query_is_none(database) -> None:
    """Who types a blank is told which tables there are."""
    with pytest.raises(DataError, match="say which rows with --query"):
        list(Pieces(database, FileOptions(query="  ")))


def test_a_query_of_no_database(tmp_path) -> None:
    """A query on another file is an error, not forgotten."""
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.raises(DataError, match=r"--query is for a DuckDB or a SQLite database; a\.csv is none"):
        read_raw(tmp_path / "a.csv", FileOptions(query="SELECT 1"))


def test_commas_in_a_few_numbers_are_no_separator(tmp_path) -> None:
    """What divides most rows counts, although one of these is too short and the commas at the end all agree."""
    path = tmp_path / "x.csv"
    path.write_text(
        "a;b;c;d;e\n" + ";;2025-01-03;;\n" * 2 + ";;2025-01-03;\n" + ";;2025-01-03;;1,250.00\n" * 4
    )
    assert Pieces(path).first.texts.column_names == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "big5", "cp949"])
def test_encodings_without_a_mark(read, encoding: str) -> None:
    """UTF-16 that doesn't say so, traditional Chinese and Korean are found out."""
    names = {"big5": "白色長袖襯衫 黑色褲子", "cp949": "셔츠 파랑 긴팔 바지 검정 면 소재"}
    word = names.get(encoding, "衬衫 Größe")
    assert rows(read(f"customer,name\n1,{word}\n2,{word}\n".encode(encoding))) == [["1", word], ["2", word]]


def test_nul_characters_are_counted(read) -> None:
    """What is left out of a cell is said."""
    raw = read(b"customer,amount\nA,1\x000\nB,2\n")
    assert rows(raw) == [["A", "10"], ["B", "2"]]
    assert "characters of no meaning (NUL), left out: 1" in raw.notes


@pytest.mark.parametrize("title", ["2025", "2025;;", "1"])
def test_a_year_above_the_header(read, title: str) -> None:
    """A lone figure above the names of columns is a title."""
    raw = read(f"{title}\nCustomer;Date;Amount\nA;2025-01-05;10\nB;2025-01-06;20\n".encode())
    assert raw.texts.column_names == ["Customer", "Date", "Amount"]
    assert rows(raw) == [["A", "2025-01-05", "10"], ["B", "2025-01-06", "20"]]


def test_a_cover_before_the_table(read) -> None:
    """A first sheet without names of columns isn't taken for the table, and which one was read is said."""
    cover = pd.DataFrame({"Sales of 2025": [3]})
    raw = read(excel(cover, Data=pd.DataFrame({"Customer": ["A", "B"], "Amount": [1, 2]})))
    assert rows(raw) == [["A", "1"], ["B", "2"]]
    assert any("only the sheet 'Data' was read" in note for note in raw.notes)
