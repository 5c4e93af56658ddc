"""Work for several processes: results as they come, and one writer at a time in a folder."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TypeVar

from workbook.tables.errors import DataError
from workbook.tables.extras import require

Item = TypeVar("Item")
Result = TypeVar("Result")
BEGUN = ".*.part"  # names of files that aren't written to their end


def outcomes(
    function: Callable[[Item], Result],
    items: Sequence[Item],
    workers: int = 1,
    dask: str = "",
    lost: Callable[[Item], Result] | None = None,
) -> Iterator[Result]:
    """Results of a function over items, as they come; a single worker stays in this process.

    Parameters
    ----------
    function : of the module level, so that another process can import it
    items : what it is called with
    workers : processes of this machine
    dask : address of a Dask scheduler that takes the work instead; it needs this project and the same folders
    lost : gives the result of an item whose process ended, as when memory is short; if None that is an error
    """
    if not dask and (workers <= 1 or len(items) <= 1):
        yield from map(function, items)
        return
    left = list(items)
    try:
        with executor(min(workers, len(items)), dask) as pool:
            futures = {pool.submit(function, item): item for item in items}
            for future in as_completed(futures):
                yield future.result()
                left.remove(futures[future])
    except BrokenProcessPool:
        if not lost:
            raise
        yield from (in_own_process(function, item, lost) for item in left)


def in_own_process(function: Callable[[Item], Result], item: Item, lost: Callable[[Item], Result]) -> Result:
    """Result of one item, in a process for it alone, so that it takes no other along if that ends."""
    try:
        with executor(1) as pool:
            return pool.submit(function, item).result()
    except BrokenProcessPool:
        return lost(item)


@contextmanager
def executor(workers: int, dask: str = "") -> Iterator[Executor]:
    """Processes of this machine, or a Dask cluster, behind Python's own interface.

    Raises
    ------
    DataError
        if Dask is asked for and isn't installed, or nobody answers.
    """
    if not dask:
        spawn = get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=spawn, initializer=end_with_parent) as pool:
            yield pool
        return
    require("dask", "--dask")
    from distributed import Client

    try:
        client = Client(dask, timeout="10s")
    except (OSError, ValueError) as error:
        raise DataError(f"--dask must be the address of a Dask scheduler; {dask!r} gave {error!s}.") from None
    with client:
        yield client.get_executor()


def watched(found: Iterable[Result], total: int, unit: str, shown: bool) -> Iterator[Result]:
    """The same results, with a bar that counts them."""
    from tqdm import tqdm

    with tqdm(total=total, unit=unit, disable=not shown or not total) as bar:
        for result in found:
            if isinstance(result, dict):
                bar.set_postfix_str(str(result.get("id", "")))
            bar.update()
            yield result


def end_with_parent() -> None:
    """Let this worker end when the process that started it does, however that ended.

    A worker of the standard library's pool works off what is queued, and then waits for ever.
    """
    parent = parent_process()

    def watch() -> None:
        if parent:
            parent.join()
            os._exit(1)

    Thread(target=watch, daemon=True).start()


def begun(path: Path) -> Path:
    """Where a file is written before it takes its name."""
    return path.with_name(f".{path.name}.{os.getpid()}.part")


def used(folder: Path) -> bool:
    """Whether a folder holds anything but what a killed process had begun to write."""
    return any(not path.match(BEGUN) for path in folder.iterdir())


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder for as long as results are written into it, rid of what a killed process had begun to write.

    The lock dies with its process.

    Raises
    ------
    DataError
        if another process writes into it.
    """
    import filelock

    folder.mkdir(parents=True, exist_ok=True)
    place = folder.resolve().with_name(f".{folder.resolve().name}.lock")
    lock = filelock.FileLock(place, blocking=False)
    try:
        lock.acquire()
    except filelock.Timeout:
        raise DataError(
            f"Another run writes into {str(folder)!r}; wait for it, or name another --out."
        ) from None
    try:
        for path in folder.rglob(BEGUN):
            path.unlink(missing_ok=True)
        yield
    finally:
        with suppress(OSError):  # Windows removes no file that is open
            place.unlink()  # while it is held, so that nobody else can hold the same name
        lock.release()
