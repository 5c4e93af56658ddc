"""How making a world grows with its customers: time, memory and disk, all tables, as Parquet.

Memory is that of this process and of all those that it starts, added up five times a second; what they share counts
once for each, so the figure is too high rather than too low.
"""

import itertools
import math
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

SIZES = {"full": (10_000, 100_000, 1_000_000), "quick": (1_000, 4_000)}
LEAST_ROWS, MOST_GIB = 300_000, 10  # aims for the largest: rows a second, memory


@dataclass(frozen=True)
class Made:
    """What one world took: its customers and rows, seconds, peak of memory and disk in MB."""

    customers: int
    rows: int
    seconds: float
    peak: float
    disk: float


def memory(process: psutil.Process) -> float:
    """Memory of a process and its children in MB."""
    total = 0
    for one in [process, *process.children(recursive=True)]:
        try:
            total += one.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


def world(customers: int, folder: Path) -> Made:
    """Make one world by the command, in processes of its own, and remove it."""
    target = folder / f"world-{customers}"
    command = ["data", "make", str(target), "--customers", str(customers), "--format", "parquet"]
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "workbook.cli", *command], stdout=subprocess.PIPE, text=True
    )
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            try:
                peak[0] = max(peak[0], memory(psutil.Process(process.pid)))
            except psutil.NoSuchProcess:
                return

    watcher = threading.Thread(target=watch)
    watcher.start()
    told, _ = process.communicate()
    seconds = time.perf_counter() - start
    over.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"workbook {' '.join(command)} ended with {process.returncode}.")
    rows = int(told.strip().splitlines()[-1].rpartition(": ")[2].split()[0].replace(",", ""))
    disk = sum(p.stat().st_size for p in target.rglob("*") if p.is_file()) / 1e6
    shutil.rmtree(target)
    return Made(customers, rows, seconds, peak[0], disk)


def section(folder: Path, size: str) -> str:
    """Measure each size, and write the part of RESULTS.md about them."""
    made = [world(customers, folder) for customers in SIZES[size]]
    lines = [
        "| customers | rows | seconds | rows a second | peak MB | disk MB |",
        "|--:|--:|--:|--:|--:|--:|",
        *(
            f"| {m.customers:,} | {m.rows:,} | {m.seconds:.1f} | {m.rows / m.seconds:,.0f} | {m.peak:,.0f} | {m.disk:,.0f} |"
            for m in made
        ),
    ]
    steps = [
        f"{math.log(b.seconds / a.seconds) / math.log(b.customers / a.customers):.2f} "
        f"from {a.customers:,} to {b.customers:,}"
        for a, b in itertools.pairwise(made)
    ]
    last = made[-1]
    speed = "met" if last.rows / last.seconds >= LEAST_ROWS else "**not met**"
    room = "met" if last.peak < MOST_GIB * 2**30 / 1e6 else "**not met**"
    return "\n".join(
        [
            "## Making a world",
            "",
            "24 months, all tables (truth tables not counted as rows), Parquet, by `workbook data make`, once each.",
            "",
            *lines,
            "",
            f"Growth exponent of time (1 is linear): {', '.join(steps)}. The smaller worlds are one block, made by one "
            "process, and validated; larger ones are made by as many processes as there are cores.",
            "",
            f"Aim: at least {LEAST_ROWS:,} rows a second at {last.customers:,} customers: {speed}. "
            f"Aim: memory under {MOST_GIB} GiB: {room}.",
        ]
    )
