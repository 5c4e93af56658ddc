"""A user's file → frames of raw cells, all of them text, each row with its number in the file.

A file is read in pieces, so that one larger than memory can be; only spreadsheets, JSON, and text that is
divided by its alignment, come whole.
"""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from workbook.tables.errors import DataError, readable_path
from workbook.tables.importing.readers import (
    archive,
    arrow_files,
    duckdb_query,
    json_files,
    markup,
    other_kinds,
    parquet,
    spreadsheet,
    sqlite,
    text_files,
)
from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.text_files import PIECE

# Every format, in the order in which they are tried; the last one takes what no other does.
READERS = (
    parquet.READER,
    arrow_files.READER,
    spreadsheet.READER,
    duckdb_query.READER,
    sqlite.READER,
    other_kinds.READER,
    archive.READER,
    markup.READER,
    json_files.READER,
    text_files.READER,
)


class Pieces:
    """A file, read in pieces as often as somebody goes through it.

    Parameters
    ----------
    path : CSV, TSV, aligned text, spreadsheet, JSON, Parquet, a database, or one of these packed; its content says which
    options : how it is to be read, where that is told
    size : bytes of text to a piece

    Raises
    ------
    DataError
        while reading: if the file isn't there, can't be read, is empty, or isn't a table.
    """

    def __init__(self, path: Path, options: FileOptions | None = None, size: int = PIECE) -> None:
        self.path, self.options, self.size = path, options or FileOptions(), size
        self.rest: Iterator[Raw] | None = None

    @cached_property
    def first(self) -> Raw:
        """The first piece, in which the columns and the file's habits are looked for."""
        self.rest = self.read()
        return next(self.rest)

    def __iter__(self) -> Iterator[Raw]:
        begun, self.rest = self.rest, None
        if begun is None:
            yield from self.read()
        else:
            yield self.first
            yield from begun

    def read(self) -> Iterator[Raw]:
        """Read from the beginning."""
        name, options = self.path.name, self.options
        reader = reader_of(self.path, options)
        if options.query and not reader.queried:
            raise DataError(f"--query is for a DuckDB or a SQLite database; {name} is none.")
        try:
            yield from reader.pieces(self.path, options, self.size)
        except DataError:
            raise
        except (ValueError, OSError) as error:  # pyarrow's own errors are among these
            raise DataError(f"{name} can't be read: {str(error).splitlines()[0]}.") from None


def reader_of(path: Path, options: FileOptions) -> Reader:
    """The reader that was asked for, or else the first that fits a file; an archive is unpacked first in any case."""
    start = read_start(path)
    if options.format and not archive.READER.fits(start, path):
        named = {name: reader for reader in READERS for name in reader.name.split()}
        return named[options.format]
    return next(reader for reader in READERS if reader.fits(start, path))


def read_start(path: Path) -> bytes:
    """The first bytes of a file; one sentence if there are none."""
    if path.is_dir():
        raise DataError(f"{str(path)!r} is a folder; name the files in it.")
    try:
        with readable_path(path).open("rb") as file:
            start = file.read(1000)
    except FileNotFoundError:
        raise DataError(f"There is no file {path.name!r} in {str(path.absolute().parent)!r}.") from None
    except OSError as error:
        raise DataError(f"{str(path)!r} can't be read: {error.strerror}.") from None
    if not start:
        raise DataError(f"{path.name} is empty.")
    return start
