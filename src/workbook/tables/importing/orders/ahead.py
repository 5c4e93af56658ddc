"""Pieces of a file are read and judged while earlier ones are taken in."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pyarrow as pa

from workbook.tables.importing.judged import Judged
from workbook.tables.importing.readers.raw_table import Raw

AHEAD = 2  # pieces that are read and judged before the next is taken in; more of them would need more memory


def ahead(
    pieces: Iterator[tuple[Raw, dict[str, pa.ChunkedArray]]], judging: Callable[..., Judged]
) -> Iterator[tuple[Raw, Judged]]:
    """Each piece of a file, judged, while the next ones are read and judged beside it."""
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[tuple[Raw, Future[Judged]]] = deque()
        coming = pool.submit(next, pieces, None)
        while (piece := coming.result()) is not None:
            coming = pool.submit(next, pieces, None)
            waiting.append((piece[0], pool.submit(judging, *piece)))
            if len(waiting) > AHEAD:
                done, judged = waiting.popleft()
                yield done, judged.result()
        for done, judged in waiting:
            yield done, judged.result()
