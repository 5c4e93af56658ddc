"""A change that began in some cities: the change there less the change elsewhere, and whether that may be believed.

Difference in differences is the effect if all cities would otherwise have changed alike. Its interval here is for
customers drawn again, from these cities. Whether the cities themselves differ by chance is asked by a second test: what would
the difference be if other cities had been drawn? (Permutation of cities; MacKinnon & Webb 2020, doi
10.1016/j.jeconom.2020.04.024.)
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
import pandas as pd
from scipy import stats

from workbook.analytics.dependent_rows import codes
from workbook.analytics.estimate import Estimate

UNKNOWN = Estimate()
MOST = 2000  # draws of cities, at most; fewer where there are fewer ways
QUARTER = 365.25 / 4  # days
FEWEST = 10  # rows in each of the four groups


def purchases_watched(orders: pd.DataFrame, as_of: pd.Timestamp, days: int) -> pd.DataFrame:
    """Repeat purchases that were watched for ``days``, and whether no other followed: a sign of having left.

    Nobody is known to have left; who does not come back within ``days`` may only be slow. A purchase is a day with an order.

    Returns
    -------
    pandas.DataFrame
        customer_id, at (day), outcome (True: did not come back).
    """
    rows = pd.DataFrame({"customer_id": orders["customer_id"], "at": orders["ordered_at"].dt.normalize()})
    rows = rows.drop_duplicates().sort_values(["customer_id", "at"], ignore_index=True)
    nth = rows.groupby("customer_id").cumcount()
    gap = (rows.groupby("customer_id")["at"].shift(-1) - rows["at"]).dt.days
    watched = (as_of - rows["at"]).dt.days >= days
    found = rows.assign(outcome=~(gap <= days))
    return found[(nth > 0) & watched].reset_index(drop=True)


def answers(surveys: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Answered surveys that followed a ticket: customer_id, ticket_id, at (sent), outcome (satisfied: 4 or 5 of 5)."""
    told = surveys[surveys["ticket_id"].notna() & surveys["csat"].notna()]
    told = told[told["sent_at"] < as_of + pd.Timedelta(days=1)]
    found = told[["customer_id", "ticket_id"]].assign(at=told["sent_at"], outcome=told["csat"] >= 4)
    return found.reset_index(drop=True)


def resolved(tickets: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Tickets that were resolved, from which those are drawn that a survey follows: customer_id, ticket_id, at (resolved)."""
    done = tickets[tickets["resolved_at"] < as_of + pd.Timedelta(days=1)]
    return done[["customer_id", "ticket_id"]].assign(at=done["resolved_at"]).reset_index(drop=True)


def first_day(events: pd.DataFrame, event: str) -> pd.Timestamp:
    """The first day of an event, such as crm, of a shop whose truth is known; missing where it isn't there yet."""
    return events.set_index("event")["starts_at"].get(event, pd.NaT)


def names(cities: str) -> tuple[str, ...]:
    """Cities that are separated by commas."""
    return tuple(city.strip() for city in cities.split(","))


def in_cities(
    rows: pd.DataFrame, customers: pd.DataFrame, cities: Sequence[str], began: pd.Timestamp
) -> pd.DataFrame:
    """Rows with city, treated (of the cities) and after (on or after the day on which it began); without a city they go."""
    city = rows["customer_id"].map(customers.set_index("customer_id")["city"])
    marked = rows.assign(city=city, treated=city.isin(list(cities)), after=rows["at"] >= began)
    return marked[city.notna()].reset_index(drop=True)


def transformed(share: np.ndarray, kind: str) -> tuple[np.ndarray, np.ndarray]:
    """A share on the scale on which changes are compared, and the slope of that scale: points, log, or log odds."""
    if kind == "points":
        return share, np.ones_like(share)
    if kind == "change":
        return np.log(share), 1 / share
    return np.log(share / (1 - share)), 1 / (share * (1 - share))


def difference(rows: pd.DataFrame, kind: str = "points", level: float = 0.95) -> Estimate:
    """Difference in differences, with its interval by customer.

    Parameters
    ----------
    rows : from `in_cities`
    kind : points (of shares), change (relative: the factor elsewhere is taken off the factor here), or odds (the same of the odds)

    Returns
    -------
    Estimate
        in points, as a change, or as a ratio of odds; unknown where one of the four groups is too small.
    """
    unit = {"points": "points", "change": "change", "odds": "ratio"}[kind]
    group = rows["treated"].to_numpy(int) * 2 + rows["after"].to_numpy(int)
    y = rows["outcome"].to_numpy(float)
    size = np.bincount(group, minlength=4)
    hits = np.bincount(group, weights=y, minlength=4)
    if size.min() < FEWEST or (kind != "points" and (hits.min() < 1 or (size - hits).min() < 1)):
        return Estimate(unit=unit, n=len(rows))
    share = hits / size
    value, slope = transformed(share, kind)
    sign = np.array([1.0, -1.0, -1.0, 1.0])
    part = (y - share[group]) / size[group] * slope[group] * sign[group]
    by = np.bincount(codes(rows["customer_id"]), weights=part)
    error = np.sqrt((by**2).sum() * len(by) / (len(by) - 1))
    found = float((sign * value).sum())
    ends = np.array([found, *(found + np.array([-1, 1]) * stats.norm.ppf(0.5 + level / 2) * error)])
    ends = ends if kind == "points" else np.expm1(ends) if kind == "change" else np.exp(ends)
    middle, low, high = (float(end) for end in ends)
    return Estimate(middle, low, high, unit, len(rows))


@dataclass(frozen=True)
class Cities:
    """What the difference would be if other cities had been drawn.

    Attributes
    ----------
    p : share of the ways to draw so many cities that give a difference as large as the real one, or larger
    ways : draws that were tried, the real one among them
    cities : in all
    """

    p: float
    ways: int
    cities: int

    @property
    def case(self) -> str:
        """Rare (at most 5 % of the draws), usual, or unknown."""
        return "unknown" if np.isnan(self.p) else "rare" if self.p <= 0.05 else "usual"


def permuted(rows: pd.DataFrame, seed: int, kind: str = "points") -> Cities:
    """Draw other cities in place of the real ones: every way, or a sample of ways where there are very many."""
    size = pd.crosstab(rows["city"], rows["after"])
    hits = pd.crosstab(rows["city"], rows["after"], rows["outcome"].astype(float), aggfunc="sum").fillna(0)
    names, hits, size = size.index, hits.to_numpy(float), size.to_numpy(float)
    chosen = rows.groupby("city")["treated"].first().reindex(names).to_numpy(bool)
    many = int(chosen.sum())
    if hits.shape[1] != 2 or not 0 < many < len(names):
        return Cities(np.nan, 0, len(names))
    picks = drawn(len(names), many, seed)
    found = np.abs([of_cities(pick, hits, size, kind) for pick in (chosen, *picks)])
    return Cities(float(np.mean(found >= found[0] - 1e-12)), len(found), len(names))


def drawn(cities: int, many: int, seed: int) -> list[np.ndarray]:
    """Which cities are chosen in each way; without the real one where all ways are tried, that is counted apart."""
    if comb(cities, many) <= MOST:
        return [np.isin(np.arange(cities), pick) for pick in combinations(range(cities), many)]
    rng = np.random.default_rng(seed)
    return [np.isin(np.arange(cities), rng.choice(cities, many, replace=False)) for _ in range(MOST)]


def of_cities(chosen: np.ndarray, hits: np.ndarray, size: np.ndarray, kind: str) -> float:
    """Difference in differences of chosen cities against the others, on its own scale; 0 where it can't be had."""
    share = np.array(
        [hits[side].sum(axis=0) / np.maximum(size[side].sum(axis=0), 1) for side in (~chosen, chosen)]
    )
    if kind != "points" and ((share <= 0) | (share >= 1)).any():
        return 0.0
    value, _ = transformed(share, kind)
    return float(value[1, 1] - value[1, 0] - value[0, 1] + value[0, 0])


def placebo_day(rows: pd.DataFrame, began: pd.Timestamp) -> pd.Timestamp:
    """A day on which nothing happened: the middle of the time before the real one; missing without such a time."""
    first = rows.loc[rows["at"] < began, "at"].min()
    return (first + (began - first) / 2).normalize()


def placebo(rows: pd.DataFrame, began: pd.Timestamp, kind: str = "points") -> Estimate:
    """The same difference for the `placebo_day`, by the rows before the real one alone."""
    before = rows[rows["at"] < began]
    if before.empty:
        return UNKNOWN
    return difference(before.assign(after=before["at"] >= placebo_day(rows, began)), kind)


def by_quarter(rows: pd.DataFrame, began: pd.Timestamp) -> pd.DataFrame:
    """Share with the outcome by quarters since a day (-1 is the last one before it), in the cities and elsewhere.

    Without rows where the day has not come.
    """
    rows = rows[(rows["at"] - began).notna()]
    quarter = np.floor((rows["at"] - began).dt.days / QUARTER).astype("int64")
    where = rows["treated"].map({True: "pilot cities", False: "elsewhere"})
    size = pd.crosstab(quarter, where)
    found = pd.crosstab(quarter, where, rows["outcome"].astype(float), aggfunc="mean").where(size >= FEWEST)
    found = found.reindex(columns=["pilot cities", "elsewhere"])
    return found.rename_axis(index="quarters since it began", columns=None)


def results(rows: pd.DataFrame, began: pd.Timestamp, seed: int, kinds: Sequence[str]) -> pd.DataFrame:
    """The difference with its interval by customer, its placebo before the change, and what other cities would have given.

    Parameters
    ----------
    rows : from `in_cities`
    kinds : as in `difference`

    Returns
    -------
    pandas.DataFrame
        a row for each of ``kinds``; value, low, high, placebo_low, placebo_high, other_cities (share of the ways).
    """
    found = {}
    for kind in kinds:
        real, before = difference(rows, kind), placebo(rows, began, kind)
        ways = permuted(rows, seed, kind).p
        found[kind] = [real.value, real.low, real.high, before.low, before.high, ways]
    columns = ["value", "low", "high", "placebo_low", "placebo_high", "other_cities"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("difference in")


def expected_share(rows: pd.DataFrame) -> Estimate:
    """Share with the outcome that the cities would have had without the change: theirs before, times the factor elsewhere."""
    share = rows["outcome"].astype(float).groupby([rows["treated"], rows["after"]]).mean()
    if len(share) < 4 or not share[False, False]:
        return Estimate(unit="share")
    return Estimate(float(share[True, False] * share[False, True] / share[False, False]), unit="share")


def true_not_back(rows: pd.DataFrame, truth: pd.DataFrame, claim: float, days: int, kind: str) -> float:
    """Expected change of the share that does not come back, by the rates of each customer; elsewhere nothing changes.

    Who stays comes back within ``days`` with the chance that the rate of purchases gives; who leaves does not. The CRM changes
    the chance to leave by ``claim``. Seasons are averaged out.

    Parameters
    ----------
    rows : from `in_cities`, with an outcome of `purchases_watched`
    truth : customer_id, purchase_rate (a week), dropout_probability (as it is at the data's end, with the CRM)
    claim : relative change of the chance to leave, in the pilot cities since it began
    kind : points or change, as in `difference`
    """
    own = truth.set_index("customer_id").reindex(rows.loc[rows["treated"] & rows["after"], "customer_id"])
    if own.empty:
        return np.nan
    slow = np.exp(-own["purchase_rate"] * days / 7)
    leaves = own["dropout_probability"]
    usual = leaves / (1 + claim)
    now, without = (float((p + (1 - p) * slow).mean()) for p in (leaves, usual))
    return now - without if kind == "points" else now / without - 1


def true_satisfied(rows: pd.DataFrame, truth: pd.DataFrame) -> float:
    """True difference in differences of the odds to be satisfied, as a ratio, of all tickets from which those asked are drawn.

    Those who answered have a mix of tickets of their own, which `difference` has to allow for: the truth is of the mix that they
    come from. Who answers depends on whether they are satisfied, by the same factor everywhere: odds against each other are
    free of it.

    Parameters
    ----------
    rows : from `in_cities`, of `resolved`
    truth : ticket_id, satisfied_chance
    """
    chance = rows["ticket_id"].map(truth.set_index("ticket_id")["satisfied_chance"])
    mean = chance.groupby([rows["treated"], rows["after"]]).mean()
    odds = mean / (1 - mean)
    if len(odds) < 4:
        return np.nan
    return float(odds[True, True] / odds[True, False] / (odds[False, True] / odds[False, False]))


def needed(estimate: Estimate, effect: float, customers: int) -> Estimate:
    """Customers that it takes to find a relative change of this size in four of five such studies, to two digits.

    Parameters
    ----------
    estimate : a change with its interval, from ``customers``
    effect : relative change that is to be found
    """
    if not estimate.has_interval or not effect or effect <= -1:
        return UNKNOWN
    error = (np.log1p(estimate.high) - np.log1p(estimate.low)) / (2 * stats.norm.ppf(0.975))
    z = stats.norm.ppf(0.975) + stats.norm.ppf(0.8)
    many = customers * float((z * error / np.log1p(effect)) ** 2)
    return Estimate(float(f"{many:.2g}"), unit="customers")
