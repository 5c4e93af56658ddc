"""What it is worth to wait for a pilot: expected value of information, simulated.

Two states: the system works as claimed, or it does nothing. A pilot measures its effect with noise; after it one believes what
Bayes' rule says, and goes on only if that pays. Waiting costs the pilot and the months that the benefit comes later. (Raiffa &
Schlaifer 1961; as a real option: Dixit & Pindyck 1994.)
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.estimate import Estimate
from workbook.analytics.project.kept_customers import Base
from workbook.analytics.project.scenarios import Project

DRAWS = 20_000
LITTLE = 0.05  # of what knowing for sure adds; a pilot that adds less counts as adding nothing


@dataclass(frozen=True)
class Choice:
    """What is known before a pilot.

    Attributes
    ----------
    works, nothing : net present value of going on at once if the system works, and if it does nothing
    later : what one unit of money that comes after the pilot is worth today
    effect : the effect that the pilot would measure if it works, as a share of the first year's margin
    believe : chance that it works
    """

    works: float
    nothing: float
    later: float
    effect: float
    believe: float

    @property
    def now(self) -> float:
        """Expected value of going on at once."""
        return self.believe * self.works + (1 - self.believe) * self.nothing

    @property
    def without_pilot(self) -> float:
        """Expected value of the better of going on at once and leaving it."""
        return max(0.0, self.now)

    @property
    def perfect(self) -> float:
        """What it would be worth to know for sure, at once and for nothing; missing where the money is."""
        if np.isnan(self.now):
            return np.nan
        return (
            self.believe * max(0.0, self.works)
            + (1 - self.believe) * max(0.0, self.nothing)
            - self.without_pilot
        )


def standard_error(spread: float, customers: float) -> float:
    """Standard error of a relative effect measured on so many customers, half of them without the system.

    ``spread`` is the standard deviation of a customer's change of margin over the mean margin.
    """
    return float(spread * np.sqrt(4 / customers)) if customers > 0 else np.inf


def value_of_pilot(choice: Choice, error: float, cost: float, seed: int, number: int = DRAWS) -> pd.Series:
    """Expected value of waiting for a pilot, and what comes of it.

    Returns
    -------
    pandas.Series
        value (expected, the pilot's cost taken off), more (than without a pilot), goes_on (share of pilots after which one goes on),
        wrong (share of pilots after which one goes on though it does nothing, or not though it works)
    """
    if not np.isfinite([choice.works, choice.later, choice.effect, error]).all() or choice.effect == 0:
        return pd.Series(dict.fromkeys(["value", "more", "goes_on", "wrong"], np.nan))
    rng = np.random.default_rng(seed)
    state = rng.random(number) < choice.believe
    measured = choice.effect * state + error * rng.standard_normal(number)
    odds = np.exp(np.clip((measured * choice.effect - choice.effect**2 / 2) / error**2, -500, 500))
    prior = choice.believe / (1 - choice.believe)
    believe = odds * prior / (1 + odds * prior)
    expected = believe * choice.works + (1 - believe) * choice.nothing
    goes_on = expected > 0
    # Given what was measured, the expectation is what one then believes; that has less noise than the drawn states.
    value = choice.later * float(np.where(goes_on, expected, 0).mean()) - cost
    wrong = float(np.where(goes_on, 1 - believe, believe).mean())
    found = {
        "value": value,
        "more": value - choice.without_pilot,
        "goes_on": float(goes_on.mean()),
        "wrong": wrong,
    }
    return pd.Series(found)


def by_size(choice: Choice, spread: float, sizes: list[int], cost_of_each: float, seed: int) -> pd.DataFrame:
    """`value_of_pilot` for pilots of several sizes: a row a number of customers."""
    rows = {n: value_of_pilot(choice, standard_error(spread, n), cost_of_each * n, seed) for n in sizes}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("customers in the pilot")


@dataclass(frozen=True)
class Advice:
    """What to do.

    Attributes
    ----------
    case : pilot (one within reach adds something), now (none does, and going on pays in expectation); where going on does not pay, beyond
        (only pilots with more customers than there are add something) or leave (none does), or never (not even a system that works does); no_model (the model of purchases overlooks that customers leave), or unknown
    size : customers of the pilot that adds most, of those within reach if one of them does
    more : what it adds in expectation
    reach : what a pilot with all customers adds
    loss : what going on loses if the system works; below zero if it gains
    perfect : what knowing for sure would add
    seen : chance that a pilot with all customers sees a true effect
    customers : how many there are
    """

    case: str
    size: int
    more: Estimate
    reach: Estimate
    loss: Estimate
    perfect: Estimate
    seen: Estimate
    customers: int


def advice(choice: Choice, table: pd.DataFrame, base: Base, unit: str) -> Advice:
    """Choose between going on, a pilot, and leaving it, from `pilots` of several sizes."""
    none, customers = Estimate(unit=unit), base.customers
    if table.empty or table["more"].isna().any():
        return Advice("unknown", 0, none, none, none, none, Estimate(unit="share"), customers)
    reach = table[table.index <= customers]
    case, best = decided(choice, reach, table)
    case = "no_model" if base.case == "overlooked" else case
    seen, adds = (
        float(reach[column].iloc[-1]) if len(reach) else np.nan
        for column in ("chance to see the effect", "more")
    )
    amounts = (float(table.loc[best, "more"]), adds, -choice.works, choice.perfect)
    more, all_of_them, loss, perfect = (Estimate(amount, unit=unit) for amount in amounts)
    return Advice(case, best, more, all_of_them, loss, perfect, Estimate(seen, unit="share"), customers)


def decided(choice: Choice, reach: pd.DataFrame, table: pd.DataFrame) -> tuple[str, int]:
    """The case of `Advice` from pilots within reach and all that were tried, and the size of the one that adds most."""
    enough = max(LITTLE * choice.perfect, 0.0)
    if len(reach) and float(reach["more"].max()) > enough:
        return "pilot", int(reach["more"].idxmax())
    best = int(table["more"].idxmax())
    if choice.now > 0:
        return "now", best
    if choice.works <= 0:
        return "never", best
    return ("beyond" if float(table["more"].max()) > enough else "leave"), best


def sizes_around(customers: int) -> list[int]:
    """Sizes of pilots: a quarter of the customers, all of them, and 4, 16 and 64 times as many; two at least, and each once."""
    return sorted({max(2, round(customers * times)) for times in (0.25, 1, 4, 16, 64)})


def pilots(choice: Choice, spread: float, sizes: list[int], seed: int) -> pd.DataFrame:
    """What pilots of several sizes can tell and are worth, a row a size: sees it (chance to find a true effect), more, wrong."""
    table = by_size(choice, spread, sizes, 0.0, seed)
    seen = [power(choice.effect, standard_error(spread, n)).value for n in sizes]
    return table.assign(**{"chance to see the effect": seen})


def power(effect: float, error: float) -> Estimate:
    """Chance that a pilot finds an effect above 0, two-sided 5 %."""
    if not error > 0:
        return Estimate(unit="share")
    z = effect / error
    return Estimate(float(stats.norm.sf(1.96 - z) + stats.norm.cdf(-1.96 - z)), unit="share")


def spread_of_change(orders: pd.DataFrame, today: pd.Timestamp) -> float:
    """Standard deviation of a customer's change of spend over the mean spend: last 12 months against the 12 before.

    Where the data are shorter, each half of them. Only customers of the first half count, as in a pilot.
    """
    over = today + pd.Timedelta(days=1)
    first = orders["ordered_at"].min().normalize()
    length = min(pd.Timedelta(days=365), (over - first) / 2)
    middle, start = over - length, over - 2 * length
    at = orders["ordered_at"]
    before = orders[(at >= start) & (at < middle)].groupby("customer_id")["amount"].sum()
    after = orders[at >= middle].groupby("customer_id")["amount"].sum().reindex(before.index).fillna(0.0)
    mean = float(after.mean()) if len(after) else 0.0
    return float((after - before).std() / mean) if mean > 0 and len(after) > 1 else np.nan


def choice_of(
    project: Project, overrun: float, adoption: float, by_year: pd.DataFrame, believe: float
) -> Choice:
    """What is known before a pilot of a year; all that comes after it comes a year later, and is worth that much less."""
    works, nothing = (float(project.npv(overrun, effect=e, adoption=adoption)) for e in (project.full, 0.0))
    return Choice(works, nothing, 1 / (1 + project.discount), float(by_year["share"].iloc[0]), believe)
