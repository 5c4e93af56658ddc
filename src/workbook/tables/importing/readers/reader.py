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
    fits : whether a file that begins with these bytes is of this format
    pieces : the rows of a file as raw cells, about so many bytes at a time
    """

    name: str
    fits: Callable[[bytes], bool]
    pieces: Callable[[Path, FileOptions, int], Iterator[Raw]]
