"""Write a world to disk. A large one is written block by block, so that it need not fit into memory."""

import dataclasses
import multiprocessing
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

from workbook.retailer.core.world import World, generate, make_world
from workbook.tables import schema
from workbook.tables.contract import pandas_type
from workbook.tables.folders import Shapes, about, write, write_about, write_part, write_table
from workbook.tables.replacing import resolved_path, whole_folder

Sums = dict[str, pd.DataFrame]


def make(
    folder: Path,
    customers: int = 5000,
    months: int = 24,
    seed: int = 2026,
    claims: Mapping[str, float] | None = None,
    *,
    format: str = "csv",
    replace: bool = False,
    progress: bool = False,
    jobs: int | None = None,
) -> dict[str, int]:
    """Make a world and write it; return the number of rows by table.

    A world of several blocks in Parquet is made by several processes; each of its larger tables is then a folder of
    Parquet files, one a block, which pandas, polars and DuckDB read as one.

    Parameters
    ----------
    folder : new folder of the data set, which is called as the folder is
    customers, months, seed, claims : see `generate`
    format : csv or parquet
    replace : whether a data set that is there may be replaced
    progress : whether to show a progress bar
    jobs : processes at once; as many as there are cores, up to 4

    Raises
    ------
    DataError
        for a setting out of range, or a folder that is there.
    """
    world, name = make_world(customers, months, seed, claims), resolved_path(folder).name
    if len(world.blocks()) == 1 or format != "parquet":
        with whole_folder(folder, replace=replace) as scratch:
            data = dataclasses.replace(generate(customers, months, seed, claims), name=name)
            write(data, scratch, format=format)
        return {name: len(frame) for name, frame in data.tables.items()}
    with whole_folder(folder, replace=replace) as scratch:
        return write_blocks(world, name, scratch, jobs or min(os.cpu_count() or 1, 4), progress)


def write_blocks(world: World, data: str, folder: Path, jobs: int, progress: bool) -> dict[str, int]:
    """Write all blocks of the data set ``data``, then what is shared and what needs sums over blocks."""
    from tqdm import tqdm

    (folder / "truth").mkdir()
    blocks = world.blocks()
    found = list(
        tqdm(each_block(world, folder, jobs), total=len(blocks), unit=" blocks", disable=not progress)
    )
    shared, shared_truth = world.shared()
    total, total_truth = world.totals([sums for _, sums in found])
    for name, frame in (shared | total).items():
        write_table(conform(frame, schema.CONTRACTS[name]), folder / f"{name}.parquet")
    for name, frame in (shared_truth | total_truth).items():
        write_table(conform(frame, schema.TRUTH[name]), folder / "truth" / f"{name}.parquet")
    shapes: Shapes = {n: (list(f.columns), len(f)) for n, f in (shared | total).items()}
    for name, (columns, _) in found[0][0].items():
        shapes[name] = (columns, sum(one[name][1] for one, _ in found))
    shapes = {name: shapes[name] for name in schema.CONTRACTS if name in shapes}
    season = world.season
    write_about(folder, shapes, "parquet", about(data, season.start, season.end, "CNY", True, world.facts()))
    return {name: rows for name, (_, rows) in shapes.items()}


def each_block(world: World, folder: Path, jobs: int) -> Iterator[tuple[Shapes, Sums]]:
    """Write the blocks, some at once; yield what is told of each, in their order."""
    numbers = range(len(world.blocks()))
    if jobs == 1:
        yield from (write_block(world, i, folder) for i in numbers)
        return
    # Threads of the parent would not survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context) as pool:
        yield from pool.map(write_block, [world] * len(numbers), numbers, [folder] * len(numbers))


def write_block(world: World, number: int, folder: Path) -> tuple[Shapes, Sums]:
    """Make one block and write its part of each table; return columns and rows, and its sums."""
    tables, truth, sums = world.part(world.blocks()[number])
    for name, frame in tables.items():
        write_part(conform(frame, schema.CONTRACTS[name]), folder / f"{name}.parquet", number)
    for name, frame in truth.items():
        write_part(conform(frame, schema.TRUTH[name]), folder / "truth" / f"{name}.parquet", number)
    return {n: (list(f.columns), len(f)) for n, f in tables.items()}, sums


def conform(frame: pd.DataFrame, contract: type[schema.Table]) -> pd.DataFrame:
    """Give columns the types of the contract, so that all parts of a table have the same; nothing else is checked."""
    types = {name: pandas_type(c.dtype) for name, c in contract.to_schema().columns.items() if name in frame}
    return frame.astype({name: dtype for name, dtype in types.items() if frame[name].dtype != dtype})
