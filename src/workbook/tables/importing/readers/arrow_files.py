"""Arrow's own files, which are Feather's second version too."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.typed import typed_pieces


def arrow_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Turn an Arrow file's columns into text, a batch of it at a time."""
    with pa.memory_map(str(path)) as mapped, pa.ipc.open_file(mapped) as file:
        batches = (file.get_batch(i) for i in range(file.num_record_batches))
        yield from typed_pieces(batches, path.name, {"format": "Arrow"})


READER = Reader("arrow", lambda start, path: start.startswith(b"ARROW1"), arrow_pieces)
