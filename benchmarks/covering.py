"""How often the workbook's 95 % intervals cover the truth, over many worlds."""

import sys
import zlib
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pandas as pd
from intervals import Case, cases
from scipy.stats import binomtest

WORLDS = {"full": 1000, "quick": 40}
LEAST, MOST = 0.93, 0.97


def simulate(name: str, worlds: int) -> pd.DataFrame:
    """Estimate, truth, low and high of a case, a row a world; each world's draws depend on its number alone.

    Cases that take a whole shop a world have the same draws, so that those that begin with the shop's seed share it.
    """
    case = cases()[name]
    key = 0 if case.at_most < WORLDS["full"] else zlib.crc32(name.encode())
    found = [vars(case.world(np.random.default_rng([key, i]))) for i in range(min(worlds, case.at_most))]
    return pd.DataFrame(found)


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
    verdict = case.biased or judged(share, round(stated * len(found)), few)
    notes = [f"stated in {stated:.0%}"] * int(stated < 1) + [f"{len(found)} worlds"] * few
    interval = "—" if np.isnan(share) else f"{share:.1%}" + (f" ({', '.join(notes)})" if notes else "")
    return (
        f"| {case.name} | {case.notebook} | {interval} | {off.mean():+.3g} | {found['truth'].mean():.3g} "
        f"| {off.std():.2g} | {verdict} |"
    )


def judged(share: float, worlds: int, few: bool) -> str:
    """Whether a covered share is within the aim; open where it isn't, but so few worlds may hit beside it by chance alone."""
    if np.isnan(share):
        return "—"
    by_chance = binomtest(round(share * worlds), worlds).proportion_ci(0.95)
    if LEAST <= share <= MOST:
        return "met"
    return "open" if few and by_chance.low <= MOST and by_chance.high >= LEAST else "**not met**"


def section(folder: Path, size: str) -> str:
    """The section of RESULTS.md."""
    known, worlds = cases(), WORLDS[size]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        jobs = {name: pool.submit(simulate, name, worlds) for name, case in known.items()}
        rows = []
        for name, job in jobs.items():
            rows.append(row(known[name], job.result()))
            print(rows[-1], file=sys.stderr, flush=True)
    return "\n".join(
        [
            "## Coverage of intervals\n",
            f"{worlds:,} worlds a case, fewer where the table says so, each simulated anew. An interval of 95 % should cover the truth in {LEAST:.0%} to "
            f"{MOST:.0%} of them; {worlds:,} worlds tell it to within {1.96 * np.sqrt(0.05 * 0.95 / worlds):.1%}. Bias is "
            "the mean of estimate less truth. Open is what lies beside the aim, but may by chance in so few worlds. Estimates that are wrong on purpose say why instead.\n",
            "| what | notebook | covered | bias | mean truth | spread of the estimate | aim |",
            "|---|---|--:|--:|--:|--:|---|",
            *rows,
        ]
    )
