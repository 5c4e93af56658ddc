"""Whether the programme's truth is that of worlds that are lived twice: with the programme, and with one that changes nothing.

A twin has the same people and the same chances of everything, but membership doesn't multiply anybody's rate. What members
spend in the last 12 months, from the day of joining on, is compared with what they spend in the twin; the truth of a world
must be right on average over many such pairs.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pandas as pd

from workbook.retailer.core.world import World, make_world
from workbook.retailer.customers import people
from workbook.retailer.loyalty.programme_truth import programme_sums
from workbook.retailer.sales.sales import Sales, make_sales, member_since

SIZES = {"full": (40, 50_000), "quick": (2, 2_000)}  # pairs, customers
MOST = 0.003  # standard error of the mean difference


@dataclass(frozen=True)
class Pair:
    """By how much the programme lifts a year's revenue of members: what the truth of a world says, and what its twin shows."""

    truth: float
    twin: float


def live(world: World) -> Sales:
    """Let the first block of a world live."""
    return make_sales(world.season, world.service, world.goods, world.blocks()[0])


def year_of(world: World) -> pd.Timestamp:
    """First day of the last 12 months."""
    return world.season.end + pd.Timedelta(days=1) - pd.DateOffset(months=12)


def revenue(sales: Sales, world: World) -> float:
    """What members spent in the last 12 months, from the day of joining on."""
    seen = sales.orders[: sales.seen]
    since = member_since(sales, seen).dt.normalize().reindex(seen["who"]).to_numpy()
    counts = (seen["ordered_at"].dt.normalize() >= since) & (seen["ordered_at"] >= year_of(world))
    return float(seen.loc[counts, "amount"].sum())


def pair(seed: int, customers: int) -> Pair:
    """One world and its twin."""
    world = make_world(customers, 24, seed)
    sales = live(world)
    with patch.object(people, "programme_factor", lambda engagement, _: np.ones(len(engagement))):
        twin = live(world)
    expected = programme_sums(sales, world.service).loc[year_of(world) :].sum()
    truth = expected["added"] / (expected["revenue"] - expected["added"])
    return Pair(float(truth), revenue(sales, world) / revenue(twin, world) - 1)


def pairs(number: int, customers: int, jobs: int | None = None) -> pd.DataFrame:
    """Truth and twin of so many worlds, a row each."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        found = pool.map(partial(pair, customers=customers), range(1, number + 1))
        return pd.DataFrame([vars(one) for one in found])


def section(folder: Path, size: str) -> str:
    """The section of RESULTS.md."""
    number, customers = SIZES[size]
    found = pairs(number, customers)
    print(found.describe(), file=sys.stderr)
    off = found["truth"] - found["twin"]
    error = float(off.std() / np.sqrt(number))
    met = "met" if abs(off.mean()) < 2 * error and error <= MOST else "**not met**"
    return "\n".join(
        [
            "## The programme's truth against twins\n",
            f"{number} worlds of {customers:,} customers, each lived again with a programme that changes nobody's rate. Lift of "
            "the last 12 months' revenue of members, from the day of joining on.\n",
            "| | mean | standard error |",
            "|---|--:|--:|",
            *(f"| {name} | {found[name].mean():.2%} | {found[name].sem():.2%} |" for name in found),
            f"| truth less twin | {off.mean():+.2%} | {error:.2%} |",
            "",
            f"Aim: a difference within two standard errors, and these at most {MOST:.1%}: {met}.",
        ]
    )
