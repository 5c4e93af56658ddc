"""Measure the workbook against its peers, check that all find the same, and write RESULTS.md.

    python benchmarks/run.py            # as published: about half an hour
    python benchmarks/run.py --only fit # one benchmark; its sections of RESULTS.md are written anew, the others stay
    python benchmarks/run.py --quick    # small data, printed only: does it still work?

Every measurement runs in a fresh process, so that no peer profits from another's warm caches and the peak of memory
is its own. The peers take turns. Where other processes keep the machine busy, more rounds are run and the quietest
count, chosen by what the others used and not by the result. This process imports nothing large: on Linux a child's peak
starts at its parent's.
"""

import argparse
import datetime as dt
import importlib
import os
import pickle
import platform
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

HERE = Path(__file__).parent
PACKAGES = ("duckdb", "lifetimes", "narwhals", "numpy", "pandas", "pyarrow", "scipy")
OURS = "workbook"
MORE = ("scale", "covering", "twins", "running", "panels", "memory")  # modules that write their own section
MOST, QUIET = 3, 0.15  # rounds at most, as a multiple; cores that others may use in a quiet one


@dataclass(frozen=True)
class Case:
    """One comparison.

    Attributes
    ----------
    module, variant : where it lives, and which of the module's comparisons it is
    peers : names; ours comes first
    aims : by peer, the least ratio of its time to ours that we want
    title, meaning : for the report
    """

    module: str
    variant: str
    peers: tuple[str, ...]
    aims: dict[str, float]
    title: str
    meaning: str


SUMMARY_PEERS = (OURS, "lifetimes", "pandas by hand", "DuckDB SQL by hand")
SUMMARY_AIMS = {"lifetimes": 8.0, "DuckDB SQL by hand": 1 / 1.15}
CASES = (
    Case(
        "summary",
        "rows",
        SUMMARY_PEERS,
        SUMMARY_AIMS,
        "Customer summary, each row a purchase",
        "`customer_summary(file, as_of)` hands the work to DuckDB, which uses all cores and reads only the columns "
        "it needs; lifetimes and pandas use one core and hold all lines in memory. So the distance to them is mostly "
        "DuckDB's merit, and grows with the cores; what the workbook answers for is the distance to the SQL that one "
        "would write by hand, the price of one function for pandas, polars and Parquet alike. lifetimes finds only "
        "four of the nine columns.",
    ),
    Case(
        "summary",
        "orders",
        tuple(peer for peer in SUMMARY_PEERS if peer != "lifetimes"),
        {},
        "Customer summary, rows as lines of orders",
        'The same with `order="order_id"`, as order lines need it: `purchases` counts orders, not lines. lifetimes '
        "can't count orders, so it is left out.",
    ),
    Case(
        "fit",
        "weeks",
        (OURS, "lifetimes"),
        {"lifetimes": 15.0},
        "BG/NBD fit in whole weeks",
        "Customers with the same frequency, recency and T add the same to the likelihood, so `fit_purchases` fits "
        "each distinct history once, weighted by its count, with lifetimes' own fitter. Nothing is approximated: the "
        "likelihood is the same sum. The gain is the number of customers per distinct history, less the time to find "
        "them, and is smaller with fewer customers or a wider range of ages.",
    ),
    Case(
        "fit",
        "days",
        (OURS, "lifetimes"),
        {},
        "BG/NBD fit in days/7",
        "The same customers measured to the day, the workbook's default unit, which the published CDNOW parameters "
        "need. There are many more distinct histories, so there is less to gain.",
    ),
    Case(
        "importing",
        "orders",
        (OURS, "DuckDB and pandera"),
        {"DuckDB and pandera": 1 / 1.5},
        "Import of order lines",
        "`workbook data import` finds out encoding, separator, columns and dates by itself, gives each row that can't be "
        "used all its reasons, looks for rows that come twice and for what is odd, and writes the data set and the "
        "rejected rows. The peer is told all that, does the least that makes the same four tables, and writes nothing. "
        "The file is read in pieces; of each line its numbers and times are kept, and a code for each of its texts; "
        "keys and references are compared as these codes, where the peer has the texts themselves. Beyond 12 million lines "
        "they are laid on disk, and made into tables a part at a time.",
    ),
)


@dataclass(frozen=True)
class Cost:
    """What one call took.

    Attributes
    ----------
    wall, cpu : seconds by the clock, and of all cores together
    peak : of memory, in MB
    others : cores that other processes kept busy meanwhile; 0 where that can't be told
    """

    wall: float
    cpu: float
    peak: float
    others: float


def one(case: Case, peer: str, folder: Path, size: str, keep: bool) -> Cost:
    """Measure one call in this process, which is new.

    A run on tiny data goes before, so that no lazy import is timed.
    """
    module = importlib.import_module(case.module)
    module.ready(peer, case.variant, folder, "warm")()
    call = module.ready(peer, case.variant, folder, size)
    before = time.perf_counter(), time.process_time(), busy()
    answer = call()
    after = time.perf_counter(), time.process_time(), busy()
    wall, cpu, total = (b - a for a, b in zip(before, after, strict=True))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if keep:
        (folder / f"{peer}.pickle").write_bytes(pickle.dumps(answer))
    # In kilobytes of 1024 on Linux, in bytes on macOS.
    peak = peak / 1e6 * (1 if sys.platform == "darwin" else 1024)
    return Cost(wall, cpu, peak, max(0.0, total - cpu) / wall)


def busy() -> float:
    """Seconds that all cores have worked since the machine started, for whomever; 0 where that can't be told."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _wait, *rest = map(int, stat.read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


def make(module: str, folder: Path, size: str) -> str:
    """Write the data of a module, the tiny one included, and say what it is."""
    make = importlib.import_module(module).make
    make(folder, "warm")
    return make(folder, size)


def check(case: Case, folder: Path) -> None:
    """Assert that all peers found the same."""
    same = importlib.import_module(case.module).same
    ours, *others = (pickle.loads((folder / f"{peer}.pickle").read_bytes()) for peer in case.peers)
    for other in others:
        same(ours, other)


def more(module: str, folder: Path, size: str) -> str:
    """A section that a module measures and writes itself."""
    return str(importlib.import_module(module).section(folder, size))


def alone(function: Any, *arguments: Any) -> Any:
    """Call in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def measure(case: Case, folder: Path, size: str, repeats: int) -> dict[str, list[Cost]]:
    """Let the peers take turns, and compare their answers after the first round."""
    found: dict[str, list[Cost]] = {peer: [] for peer in case.peers}
    for turn in range(repeats * (MOST if size == "full" else 1)):
        # Every other round runs backwards, so that nobody always comes after the same one.
        for peer in case.peers[:: -1 if turn % 2 else 1]:
            if turn >= repeats and quietest(found[peer], repeats)[-1].others < QUIET:
                continue
            cost = alone(one, case, peer, folder, size, turn == 0)
            found[peer].append(cost)
            said = f"{case.title}: {peer} {cost.wall:.2f} s, others {cost.others:.1f} cores"
            print(said, file=sys.stderr, flush=True)
        if turn == 0:
            alone(check, case, folder)
    return {peer: quietest(costs, repeats) for peer, costs in found.items()}


def quietest(costs: list[Cost], number: int) -> list[Cost]:
    """Those during which other processes did least, the quietest first."""
    return sorted(costs, key=lambda cost: cost.others)[:number]


def table(found: dict[str, list[Cost]]) -> str:
    """The measurements as a Markdown table, ratios first."""
    rows = [
        "| | time ÷ ours | seconds | lowest–highest | CPU seconds | peak MB | others' cores |",
        "|---|--:|--:|--:|--:|--:|--:|",
    ]
    for peer, costs in found.items():
        wall = [cost.wall for cost in costs]
        cpu, peak, others = (median(getattr(c, name) for c in costs) for name in ("cpu", "peak", "others"))
        rows.append(
            f"| {peer} | {ratio(found, peer):.2f} | {median(wall):.2f} | {min(wall):.2f}–{max(wall):.2f} "
            f"| {cpu:.2f} | {peak:,.0f} | {others:.1f} |"
        )
    return "\n".join(rows)


def ratio(found: dict[str, list[Cost]], peer: str) -> float:
    """The peer's median time by ours."""
    return median(cost.wall for cost in found[peer]) / median(cost.wall for cost in found[OURS])


def verdict(case: Case, found: dict[str, list[Cost]]) -> str:
    """Whether the aims are met."""
    said = []
    for peer, aim in case.aims.items():
        got = ratio(found, peer)
        met = "met" if got >= aim else "**not met**"
        said.append(
            f"Aim: at least {aim:.0f} × as fast as {peer}: {met}, at {got:.1f} ×."
            if aim > 1
            else f"Aim: within {1 / aim:.2f} × of {peer}: {met}, at {1 / got:.2f} ×."
        )
    return " ".join(said) or "There is no aim for this one."


def machine() -> str:
    """What this runs on, without saying whose it is."""
    model = platform.processor() or platform.machine()
    if (cpuinfo := Path("/proc/cpuinfo")).exists():
        names = [line.partition(":")[2] for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0].strip() if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}; "
        f"Python {platform.python_version()}, {versions}."
    )


def report(repeats: int, sections: list[str]) -> str:
    """The whole of RESULTS.md."""
    return "\n\n".join(
        [
            "# Benchmark results",
            f"Written by `make bench`, last on {dt.date.today()}: medians of {repeats} interleaved rounds, each "
            f"measurement in a process of its own. {machine()}",
            "Time ÷ ours is the peer's median by the workbook's; above 1 the workbook is faster. Peak memory is of the "
            "whole process, Python and its imports included. Others' cores are what other processes used meanwhile: "
            f"above {QUIET} more rounds were run, up to {MOST} times as many, and the quietest kept; where it is still "
            "large, the seconds are too long, most of all for those who use every core. The answers of all peers were "
            "compared: the summaries to 1e-9 in every column that the peer has, the parameters to 1e-6.",
            *sections,
        ]
    )


def sections_of(text: str) -> dict[str, str]:
    """The sections of a report by title."""
    sections = ("## " + part.strip() for part in text.split("\n## ")[1:])
    return {title(section): section for section in sections}


def title(section: str) -> str:
    """The title of a section."""
    return section.partition("\n")[0]


def main() -> None:
    """Read the command line, measure, and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help="2 %% of the data, on which no aim holds; nothing written"
    )
    parser.add_argument("--repeats", type=int, help="interleaved rounds (5, or 1 with --quick)")
    names = [*sorted({c.module for c in CASES}), *MORE]
    parser.add_argument("--only", choices=names, help="a benchmark: " + ", ".join(names))
    options = parser.parse_args()
    size, repeats = ("quick", 1) if options.quick else ("full", 5)
    repeats = options.repeats or repeats
    sections = []
    with tempfile.TemporaryDirectory() as name:
        folder, data = Path(name), {}
        for case in (c for c in CASES if options.only in (None, c.module)):
            data[case.module] = data.get(case.module) or alone(make, case.module, folder, size)
            found = measure(case, folder, size, repeats)
            sections.append(
                f"## {case.title}\n\n{data[case.module]}.\n\n{table(found)}\n\n"
                f"{verdict(case, found)}\n\n{case.meaning}"
            )
        sections += [alone(more, m, folder, size) for m in MORE if options.only in (None, m)]
    if options.quick:
        print(report(repeats, sections))
    else:
        results = HERE / "RESULTS.md"
        kept = sections_of(results.read_text(encoding="utf-8")) if options.only else {}
        made = kept | {title(section): section for section in sections}
        results.write_text(report(repeats, list(made.values())) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
