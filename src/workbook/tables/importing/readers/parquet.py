"""Parquet files."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from workbook.tables.importing.readers.options import FileOptions
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.readers.reader import Reader
from workbook.tables.importing.readers.typed import BATCH, typed_pieces


def parquet_pieces(path: Path, options: FileOptions, size: int) -> Iterator[Raw]:
    """Turn a Parquet file's columns into text, some rows at a time."""
    with pq.ParquetFile(path) as file:
        yield from typed_pieces(file.iter_batches(BATCH), path.name, {"format": "Parquet"})


READER = Reader("parquet", lambda start, path: start.startswith(b"PAR1"), parquet_pieces)
