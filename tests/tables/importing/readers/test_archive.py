"""Packed files: what is in them is read, those of one shape together, and nothing grows beyond a limit."""

import bz2
import gzip
import io
import lzma
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from workbook.tables.errors import DataError
from workbook.tables.importing.readers import archive
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.pieces import Pieces
from workbook.tables.importing.readers.raw_table import Raw, whole_table

JANUARY = b"id,paid\n1,5\n2,6\n"
FEBRUARY = b"paid,id\n7,3\n"


def zipped(**files: bytes) -> bytes:
    """A ZIP; "__" in a name stands for a folder's "/"."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(zipfile.ZipInfo(name.replace("__", "/")), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def words(value: object) -> str:
    """What a case is called: its words, since packed bytes hold the time."""
    return value if isinstance(value, str) else ""


@pytest.fixture
def read(tmp_path: Path):
    """Write bytes into a file and read it."""

    def reader(content: bytes, name: str = "file.zip", **options) -> Raw:
        path = tmp_path / name
        path.write_bytes(content)
        return whole_table(Pieces(path, FileOptions(**options)))

    return reader


def rows(raw: Raw) -> list[list[str]]:
    """Cells as lists."""
    return raw.cells.to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.csv.gz", gzip.compress(JANUARY, mtime=0)),
        ("a.csv.bz2", bz2.compress(JANUARY)),
        ("a.csv.xz", lzma.compress(JANUARY)),
        ("a.csv.zst", pa.compress(JANUARY, codec="zstd", asbytes=True)),
        ("a.zip", zipped(**{"sales.csv": JANUARY})),
        ("a.csv", gzip.compress(JANUARY, mtime=0)),
    ],
    ids=words,
)
def test_one_packed_file(read, name: str, packed: bytes) -> None:
    """A packed file is read as what is in it, under the name that its user knows."""
    raw = read(packed, name)
    assert rows(raw) == [["1", "5"], ["2", "6"]]
    assert (raw.file, raw.row.tolist(), raw.notes) == (name, [2, 3], [])
    assert rows(read(packed, name, format="delimited", separator=",")) == [["1", "5"], ["2", "6"]]


def test_several_files_of_one_shape(read) -> None:
    """A file a month in a ZIP is one table; what is no table, or of another shape, is left, and said with the reason."""
    raw = read(
        zipped(
            **{
                "README.txt": b"read me\nplease",
                "2025__jan.csv": JANUARY,
                "2025__feb.csv": FEBRUARY,
                "goods.csv": b"sku,name,x\na,b,c\n",
                "__MACOSX__._jan.csv": b"\0\1",
            }
        )
    )
    assert rows(raw) == [["1", "5"], ["2", "6"], ["3", "7"]]
    assert raw.row.tolist() == [2, 3, 5]
    assert (
        raw.notes[0]
        == "files read one below the other, their rows numbered through: 2025/jan.csv, 2025/feb.csv"
    )
    assert raw.notes[1].startswith("not read: README.txt (README.txt isn't a table: ")
    assert raw.notes[1].endswith(", goods.csv")


def locked() -> bytes:
    """A ZIP whose member says that it is encrypted."""
    content = bytearray(zipped(**{"a.csv": JANUARY}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (gzip.compress(JANUARY, mtime=0)[:25], "file.zip can't be unpacked: it is cut off"),
        (zipped(**{"a.csv": JANUARY})[:40], "file.zip can't be unpacked: File is not a zip file"),
        (locked(), "file.zip can't be unpacked: it is locked with a password"),
        (
            zipped(**{"in.zip": zipped(**{"a.csv": JANUARY})}),
            "holds another archive, 'in.zip'; unpack it first",
        ),
        (zipped(**{"in.csv.gz": gzip.compress(JANUARY, mtime=0)}), "holds another archive, 'in.csv.gz'"),
        (
            gzip.compress(b"a.csv".ljust(257, b"\0") + b"ustar".ljust(500, b"\0"), mtime=0),
            "holds another archive",
        ),
        (zipped(), "file.zip: it holds no file"),
        (zipped(**{"a.csv": b"a,b\n"}), "file.zip: a.csv has a header but no rows"),
        (zipped(**{"word__document.xml": b"<x/>"}), "is a Word document; export it as CSV or Excel"),
        (zipped(**{"Index__Document.iwa": b"x"}), "is a file of Apple's Numbers or Pages; export it"),
        (b"%PDF-1.7 ...", "is a PDF; ask for the data behind it"),
        (b"Rar!\x1a\x07", "is a RAR archive; unpack it first"),
    ],
    ids=words,
)
def test_what_is_not_unpacked(read, content: bytes, said: str) -> None:
    """What is locked, damaged, nested or of another kind is refused in a sentence."""
    with pytest.raises(DataError, match=said):
        read(content)


@pytest.mark.parametrize(
    "packed", [gzip.compress(b"0,1\n" * 30_000, mtime=0), zipped(**{"a.csv": b"0,1\n" * 30_000})]
)
def test_a_bomb_stops_at_a_limit(read, monkeypatch, packed: bytes) -> None:
    """What grows far beyond its own size is refused, before its end is reached."""
    monkeypatch.setattr(archive, "SPACE", 50_000)
    monkeypatch.setattr(archive, "TIMES", 1)
    with pytest.raises(DataError, match="is refused: unpacked it has more than"):
        read(packed)


def test_nothing_is_written_beside(read, tmp_path) -> None:
    """A member's name leads nowhere: all is unpacked under names of our own, and is gone in the end."""
    raw = read(zipped(**{"..__..__up.csv": JANUARY, "__etc__x.csv": FEBRUARY}))
    assert len(raw.row) == 3
    assert [p.name for p in tmp_path.iterdir()] == ["file.zip"]
    assert not list(tmp_path.parent.glob("**/up.csv"))
