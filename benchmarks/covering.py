"""How often the workbook's 95 % intervals cover the truth, over many worlds."""

import sys
import zlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from intervals import Case, Found, cases
from scipy.stats import binomtest

WORLDS = {"full": 1000, "quick": 40}
LEAST, MOST = 0.93, 0.97


def simulate(name: str, worlds: int) -> pd.DataFrame:
    """Estimate, truth, low and high of a case, a row a world; each world's draws depend on its number alone."""
    return together([name], worlds)[name]


def together(names: Sequence[str], worlds: int) -> dict[str, pd.DataFrame]:
    """The same of several cases, by name, world by world.

    Cases that take a whole shop a world have the same draws, so that those that begin with the shop's seed share it.
    """
    some = {name: case for name, case in cases().items() if name in names}
    found: dict[str, list[Found]] = {name: [] for name in some}
    for i in range(worlds):
        for name, case in some.items():
            if i < case.at_most:
                key = 0 if case.at_most < WORLDS["full"] else zlib.crc32(name.encode())
                found[name].append(case.world(np.random.default_rng([key, i])))
    return {name: pd.DataFrame(map(vars, rows)) for name, rows in found.items()}


def jobs(known: Mapping[str, Case]) -> list[list[str]]:
    """Names of cases that are run together: those of a notebook that stand together and take as many whole shops; each other one alone."""

    def of(name: str) -> tuple[object, ...]:
        case = known[name]
        return (case.notebook, case.at_most) if case.at_most < WORLDS["full"] else (name,)

    return [list(names) for _, names in groupby(known, of)]


def covered(found: pd.DataFrame) -> float:
    """Share of worlds whose interval covers the truth, of those that have one."""
    stated = found.dropna(subset=["low", "high"])
    return float(((stated["low"] <= stated["truth"]) & (stated["truth"] <= stated["high"])).mean())


def row(case: Case, found: pd.DataFrame) -> str:
    """One line of the table."""
    off = (found["estimate"] - found["truth"]).dropna()
    share = covered(found)
    stated = found["low"].notna().mean()
    few = len(found) == case.at_most < WORLDS["full"]
    most = 1.0 if case.at_least else MOST
    verdict = case.biased or judged(share, round(stated * len(found)), few, most)
    notes = [f"stated in {stated:.0%}"] * int(stated < 1) + [f"{len(found)} worlds"] * few
    notes += ["stated as at least"] * case.at_least
    interval = "—" if np.isnan(share) else f"{share:.1%}" + (f" ({', '.join(notes)})" if notes else "")
    return (
        f"| {case.name} | {case.notebook} | {interval} | {off.mean():+.3g} | {found['truth'].mean():.3g} "
        f"| {off.std():.2g} | {verdict} |"
    )


def judged(share: float, worlds: int, few: bool, most: float = MOST) -> str:
    """Whether a covered share is within the aim; open where it isn't, but so few worlds may hit beside it by chance alone."""
    if np.isnan(share):
        return "—"
    by_chance = binomtest(round(share * worlds), worlds).proportion_ci(0.95)
    if LEAST <= share <= most:
        return "met"
    return "open" if few and by_chance.low <= most and by_chance.high >= LEAST else "**not met**"


def section(folder: Path, size: str) -> str:
    """The section of RESULTS.md."""
    known, worlds = cases(), WORLDS[size]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        rows = []
        for job in [pool.submit(together, names, worlds) for names in jobs(known)]:
            for name, found in job.result().items():
                rows.append(row(known[name], found))
                print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(
        [
            "## Coverage of intervals\n",
            f"{worlds:,} worlds a case, fewer where the table says so, each simulated anew. An interval of 95 % should cover the truth in {LEAST:.0%} to "
            f"{MOST:.0%} of them; {worlds:,} worlds tell it to within {1.96 * np.sqrt(0.05 * 0.95 / worlds):.1%}. Bias is "
            "the mean of estimate less truth. Open is what lies beside the aim, but may by chance in so few worlds. What is stated as at least 95 % may cover more. Estimates that are wrong on purpose say why instead.\n",
            "| what | notebook | covered | bias | mean truth | spread of the estimate | aim |",
            "|---|---|--:|--:|--:|--:|---|",
            *rows,
        ]
    )
