"""Compressed files, which are not read."""

from collections.abc import Iterator
from pathlib import Path

from workbook.tables.errors import DataError
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader

COMPRESSED = (b"\x1f\x8b", b"BZh", b"7z\xbc\xaf", b"Rar!")


def refuse(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Say that a compressed file is to be unpacked first."""
    raise DataError(f"{path.name} is compressed; unpack it first.")


READER = Reader("archive", lambda start: start.startswith(COMPRESSED), refuse)
