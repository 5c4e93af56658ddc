"""What a format is: how it is recognised, and how it is read."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw


@dataclass(frozen=True)
class Reader:
    """A format of files.

    Attributes
    ----------
    name : by which ``[file] format`` of a mapping asks for it
    fits : whether a file that begins with these bytes, and lies there, is of this format
    pieces : the rows of a file as raw cells, about so many bytes at a time
    queried : whether it is a database, which ``--query`` asks for rows
    """

    name: str
    fits: Callable[[bytes, Path], bool]
    pieces: Callable[[Path, FileOptions, int], Iterator[Raw]]
    queried: bool = False
