"""Whether the programme's truth is that of worlds that are lived twice: with the programme, and with one that changes nothing.

A twin has the same people and the same chances of everything, but membership doesn't multiply anybody's rate. Purchases of
the last 12 months, from joining on, at what each customer spends on average, are compared with those of the twin; the truth
of a world must be right on average over many such pairs. Marketing and trials, which both sides have alike, are left out.
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd

from workbook.retailer.core.world import World, make_world
from workbook.retailer.customers import people
from workbook.retailer.loyalty.programme_truth import joined_members, own_sums, spend
from workbook.retailer.sales.sales import basket_at_end, make_wants, own_visits

SIZES = {"full": (40, 50_000), "quick": (2, 2_000)}  # pairs, customers
MOST = 0.003  # standard error of the mean difference


@dataclass(frozen=True)
class Pair:
    """By how much the programme lifts a year's revenue of members: what the truth of a world says, and what its twin shows."""

    truth: float
    twin: float


def live(world: World) -> Any:
    """Let the first block of a world live by itself: the part of `Sales` that the programme's truth is made of."""
    block, service = world.blocks()[0], world.service
    folk = people.make_habits(people.make_people(world.season, block), service.prefer, service.claims, block)
    return SimpleNamespace(
        people=folk,
        bought=own_visits(folk, service, block),
        basket=basket_at_end(folk, make_wants(folk, block), world.goods, service),
        trials=(),
    )


def revenue(sales: Any, world: World) -> float:
    """What members spend in the last 12 months, from joining on, were each purchase as usual with its customer."""
    season, members = world.season, joined_members(sales, world.service)
    since = members.set_index("who")["inner"].reindex(sales.bought["who"]).to_numpy()
    first = season.inner(season.end + pd.Timedelta(days=1) - pd.DateOffset(months=12))
    inner = sales.bought["inner"].to_numpy()
    counts = sales.bought[(inner >= since) & (inner >= first) & (inner < season.now)]
    return float(spend(sales, world.service, counts["who"], counts["inner"].to_numpy()).sum())


def pair(seed: int, customers: int) -> Pair:
    """One world and its twin."""
    world = make_world(customers, 24, seed)
    sales = live(world)
    with patch.object(people, "programme_factor", lambda engagement, _: np.ones(len(engagement))):
        twin = live(world)
    members = joined_members(sales, world.service)
    expected = own_sums(members, sales, world.service).tail(365).sum()
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
