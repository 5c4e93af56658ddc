"""Files of known kinds that aren't read, each with what to do instead."""

from collections.abc import Iterator
from pathlib import Path

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.archive import ZIP, kind_of_zip
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader

EXPORT = "export it as CSV or Excel"
KINDS = {
    b"%PDF": ("a PDF", "ask for the data behind it, as CSV or Excel"),
    b"7z\xbc\xaf": ("compressed by 7-Zip", "unpack it first"),
    b"Rar!": ("a RAR archive", "unpack it first"),
    b"\x04\x22\x4d\x18": ("compressed by LZ4", "unpack it first"),
    b"{\\rtf": ("a text with its looks (RTF)", "save it as CSV"),
    b"\x89PNG": ("a picture", "ask for the data behind it, as CSV or Excel"),
    b"\xff\xd8\xff": ("a picture", "ask for the data behind it, as CSV or Excel"),
    b"GIF8": ("a picture", "ask for the data behind it, as CSV or Excel"),
    b"\x00\x01\x00\x00Standard": ("an Access database", EXPORT),
    b"$FL2": ("a file of SPSS", EXPORT),
    b"<stata_dta>": ("a file of Stata", EXPORT),
    b"\x89HDF": ("an HDF5 file", EXPORT),
    b"Obj\x01": ("an Avro file", "convert it to Parquet or CSV"),
    b"ORC": ("an ORC file", "convert it to Parquet or CSV"),
    b"FEA1": ("a Feather file of the first version", "save it anew as Feather or Parquet"),
}


def known_kind(start: bytes, path: Path) -> tuple[str, str] | None:
    """What a file is, and what to do, if it is of a kind that isn't read."""
    if start.startswith(ZIP):
        kind = kind_of_zip(path)
        return (kind, EXPORT) if kind not in ("", "spreadsheet") else None
    return next((kind for begin, kind in KINDS.items() if start.startswith(begin)), None)


def refuse(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Say what a file is, and what to do."""
    with path.open("rb") as file:
        found = known_kind(file.read(100), path)
    what, do = found or ("of another kind", EXPORT)
    raise DataError(f"{path.name} is {what}; {do}.")


READER = Reader("other", lambda start, path: known_kind(start, path) is not None, refuse)
