"""Whether the programme's truth is that of worlds that are lived twice: with the programme, and with one that changes nothing.

A twin has the same people and the same luck: what befalls a customer with the nth purchase, and the time until the next one in
units of the mean, is the same in both lives (common random numbers), but membership doesn't multiply anybody's rate. So both
join the same day, and what differs is the programme's work, not chance. Purchases of the last 12 months, from joining on, at
what each customer spends on average, are compared with those of the twin; the truth of a world must be right on average over
many such pairs. Marketing and trials are left out: the truth has them as they were, on both sides.

In a twin that is lived with marketing and trials these would bring a little less, as they follow purchases: whom they reach,
and who would have bought anyway. The truth leaves this out by definition; how much it is, is measured in a second table.
"""

import sys
from collections.abc import Callable
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

from workbook.retailer.core.streams import Block
from workbook.retailer.core.world import World, make_world
from workbook.retailer.customers import people
from workbook.retailer.loyalty.programme_truth import brought, joined_members, own_sums, spend
from workbook.retailer.sales import sales as till
from workbook.retailer.sales.buying import purchase_times
from workbook.retailer.service.service_effects import Service

SIZES = {"full": (120, 50_000), "quick": (2, 2_000)}  # pairs, customers
WITH_MARKETING = {"full": (20, 5_000), "quick": (2, 500)}
MOST = 0.001  # standard error of the mean difference


@dataclass(frozen=True)
class Pair:
    """By how much the programme lifts a year's revenue of members: what the truth of a world says, and what its twin shows."""

    truth: float
    twin: float


class SameLuck:
    """Draws as of a Generator, of which each customer's for the nth purchase is the same, whoever else is still there."""

    def __init__(self, rng: np.random.Generator, folk: pd.DataFrame, service: Service) -> None:
        self.rng, self.folk, self.service = rng, folk, service
        self.who, self.leaves = np.arange(len(folk)), np.zeros(0)

    def live(self, who: np.ndarray, inner: np.ndarray) -> dict[str, np.ndarray]:
        """Let these purchases go as they may; the next number that is drawn for each says whether it leaves."""
        self.who, self.leaves = who, np.zeros(0)
        went = self.service.experience(self.folk, who, inner, self)
        self.leaves = went["leaves"]
        return went

    def random(self, size: int) -> np.ndarray:
        """Draw uniform numbers; where one says who leaves, the others alone go on."""
        drawn = self.rng.random(len(self.folk))[self.who]
        if len(self.leaves):
            self.who, self.leaves = self.who[drawn >= self.leaves], np.zeros(0)
        return drawn

    def standard_normal(self, size: int) -> np.ndarray:
        """Draw standard normal numbers."""
        return self.rng.standard_normal(len(self.folk))[self.who]

    def exponential(self, scale: np.ndarray) -> np.ndarray:
        """Draw times with these means."""
        return self.rng.standard_exponential(len(self.folk))[self.who] * scale


def visits(folk: pd.DataFrame, service: Service, block: Block) -> pd.DataFrame:
    """Purchases that customers make of their own accord, in the place of `sales.own_visits`."""
    luck = SameLuck(block.rng("twins"), folk, service)
    bought = purchase_times(folk, float(service.timeline.season.clock[-1]), luck, luck.live)
    return bought.assign(factor=till.basket_factor(bought, folk, service), cause="own")


def live(world: World) -> Any:
    """Let the first block of a world live by itself: the part of `Sales` that the programme's truth is made of."""
    block, service = world.blocks()[0], world.service
    folk = people.make_habits(people.make_people(world.season, block), service.prefer, service.claims, block)
    wants = till.make_wants(folk, block)
    return SimpleNamespace(
        people=folk,
        bought=visits(folk, service, block),
        basket=till.basket_at_end(folk, wants, world.goods, service),
        trials=(),
    )


def without_programme() -> Any:
    """Let membership multiply nobody's rate."""
    return patch.object(people, "programme_factor", lambda engagement, _: np.ones(len(engagement)))


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
    with without_programme():
        twin = live(world)
    members = joined_members(sales, world.service)
    expected = own_sums(members, sales, world.service).tail(365).sum()
    truth = expected["added"] / (expected["revenue"] - expected["added"])
    return Pair(float(truth), revenue(sales, world) / revenue(twin, world) - 1)


def reaction(seed: int, customers: int) -> float:
    """What marketing and trials are expected to bring members more because of the programme, over a year's revenue without it."""
    world = make_world(customers, 24, seed)
    parts = world.season, world.service, world.goods, world.blocks()[0]
    with patch.object(till, "own_visits", visits):
        sales = till.make_sales(*parts)
        with without_programme():
            twin = till.make_sales(*parts)
    both = [(joined_members(life, world.service), life) for life in (sales, twin)]
    more, less = (brought(*one, world.timeline)[-365:].sum() for one in both)
    own = own_sums(*both[1], world.service).tail(365)["revenue"].sum()
    return float((more - less) / (own + less))


def found(of: Callable[[int, int], Any], number: int, customers: int, jobs: int | None = None) -> list[Any]:
    """`pair` or `reaction` of so many worlds."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(of, customers=customers), range(1, number + 1)))


def section(folder: Path, size: str) -> str:
    """The section of RESULTS.md."""
    (number, customers), (few, small) = SIZES[size], WITH_MARKETING[size]
    lives = pd.DataFrame([vars(one) for one in found(pair, number, customers)])
    reacts = pd.Series(found(reaction, few, small))
    print(lives.describe(), reacts.describe(), file=sys.stderr)
    off = lives["truth"] - lives["twin"]
    error = float(off.std() / np.sqrt(number))
    met = "met" if abs(off.mean()) < 2 * error and error <= MOST else "**not met**"
    return "\n".join(
        [
            "## The programme's truth against twins\n",
            f"{number} worlds of {customers:,} customers, each lived again with the same luck and a programme that changes nobody's "
            "rate. Lift of the last 12 months' revenue of members, from the day of joining on.\n",
            "| | mean | standard error |",
            "|---|--:|--:|",
            *(f"| {name} | {lives[name].mean():.3%} | {lives[name].sem():.3%} |" for name in lives),
            f"| truth less twin | {off.mean():+.3%} | {error:.3%} |",
            "",
            f"Aim: a difference within two standard errors, and these at most {MOST:.1%}: {met}.\n",
            f"The truth has the orders that marketing and trials bring as they were. In {few} worlds of {small:,} lived again with both, "
            f"they bring {reacts.mean():+.3%} of the year's revenue more with the programme than without it (standard error "
            f"{reacts.sem():.3%}): who buys more is contacted more, and needs less to be brought.",
        ]
    )
