"""From one stage of a customer's life to the next: the matrix of changes by month, and how long a stage lasts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.dependent_rows import codes
from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval
from workbook.analytics.segments.lifecycle import LOST, NEW, SLEEPING, STAGES

DRAWS = 400  # samples of customers behind the interval of an expected time
UNKNOWN = Estimate()


def month_ends(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DatetimeIndex:
    """Last days of the months from that of the first order to the last whole one."""
    return pd.date_range(orders["ordered_at"].min().normalize(), as_of, freq="ME")


def stages_by_month(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The stage of each customer at the end of each month; a row per customer, a column per last day.

    The stages are those of `segments.lifecycle.stages`, as numbers of STAGES; -1 before the first order.
    """
    ends = month_ends(orders, as_of)
    who, ids = pd.factorize(orders["customer_id"], sort=True)
    day = orders["ordered_at"].dt.normalize().to_numpy().astype("datetime64[D]").astype("int64")
    month = np.searchsorted(ends.to_numpy().astype("datetime64[D]").astype("int64"), day)
    inside = month < len(ends)
    last = np.full((len(ids), len(ends)), np.iinfo("int64").min)
    np.maximum.at(last, (who[inside], month[inside]), day[inside])
    last = np.maximum.accumulate(last, axis=1) if len(ends) else last
    first = np.full(len(ids), np.iinfo("int64").max)
    np.minimum.at(first, who, day)
    today = ends.to_numpy().astype("datetime64[D]").astype("int64")
    age, silent = today - first[:, None], today - np.maximum(last, first[:, None])
    found = np.select([age < 0, age < NEW, silent >= LOST, silent >= SLEEPING], [-1, 0, 3, 2], 1)
    return pd.DataFrame(found, index=pd.Index(ids, name="customer_id"), columns=ends)


def in_words(stages: pd.DataFrame) -> pd.DataFrame:
    """Numbers of stages as words; "" before the first order."""
    return stages.apply(lambda column: pd.Series(np.array([*STAGES, ""], dtype=object)[column], stages.index))


def steps(stages: pd.DataFrame) -> pd.DataFrame:
    """A row per customer and month: customer_id, month (its last day), stage, next_stage (a month later)."""
    values, months = stages.to_numpy(), stages.shape[1]
    before, after = values[:, :-1].ravel(), values[:, 1:].ravel()
    there = before >= 0
    who = np.repeat(stages.index.to_numpy(), max(months - 1, 0))[there]
    named = [pd.Categorical.from_codes(part[there], STAGES, ordered=True) for part in (before, after)]
    month = np.tile(stages.columns[:-1], len(stages))[there]
    return pd.DataFrame({"customer_id": who, "month": month, "stage": named[0], "next_stage": named[1]})


def matrix(moves: pd.DataFrame) -> pd.DataFrame:
    """Share of each stage that is in each stage a month later: the maximum likelihood estimate of a Markov chain."""
    counts = pd.crosstab(moves["stage"], moves["next_stage"])
    counts = counts.reindex(index=STAGES, columns=STAGES, fill_value=0)
    return counts.div(counts.sum(axis=1).replace(0, np.nan), axis=0)


def changes(moves: pd.DataFrame) -> pd.DataFrame:
    """Every change from one stage to another that happened: its share of the stage a month before, by customer.

    Returns
    -------
    pandas.DataFrame
        index change; value, low, high (Wilson's, customers counting as they come), n (months of customers).
    """
    rows = {}
    for stage, part in moves.groupby("stage", observed=True):
        for other in part["next_stage"].unique().sort_values():
            if other != stage:
                hits = part["next_stage"] == other
                ends = share_interval(hits, cluster=part["customer_id"])
                rows[f"{stage} to {other}"] = [float(hits.mean()), *ends, len(hits)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    return table.rename_axis("change")


def absorbing(chances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Fundamental matrix of an absorbing chain, and the expected number of steps until it is absorbed.

    Parameters
    ----------
    chances : chances between the states that are left at last, (k, k)

    Returns
    -------
    tuple of numpy.ndarray
        expected visits of each state from each (k, k), and their sums (k). Grinstead & Snell (1997), chapter 11.
    """
    visits = np.linalg.inv(np.eye(len(chances)) - chances)
    return visits, visits.sum(axis=1)


def months_until_lost(moves: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Expected months in each stage before a customer is lost for the first time, for one who is new today.

    By the absorbing chain of the `matrix`; the interval is of customers drawn again (bootstrap by customer). Where nobody has
    been lost yet, as in records of a year, it is the time until a customer sleeps.

    Returns
    -------
    pandas.DataFrame
        index stage, and in all; value, low, high, n (customers). Without rows where nobody has got so far.
    """
    stage, later = (moves[c].cat.codes.to_numpy() for c in ("stage", "next_stage"))
    for states in (3, 2):  # before lost, and before sleeping
        here = stage < states
        counts, customers = counts_by_customer(moves["customer_id"], stage, later, here, states)
        whole = expected_times(counts.sum(axis=0)[None], states)
        if np.isfinite(whole).all():
            weights = np.random.default_rng(seed).multinomial(
                customers, np.full(customers, 1 / customers), DRAWS
            )
            low, high = np.nanquantile(expected_times(weights @ counts, states), [0.025, 0.975], axis=0)
            names = [*STAGES[:states], f"in all, until {STAGES[states]}"]
            table = {"value": whole[0], "low": low, "high": high, "n": customers}
            return pd.DataFrame(table, index=pd.Index(names, name="months as"))
    return pd.DataFrame(columns=["value", "low", "high", "n"])


def counts_by_customer(
    customer: pd.Series, stage: np.ndarray, later: np.ndarray, here: np.ndarray, states: int
) -> tuple[np.ndarray, int]:
    """How often each customer went from each of some stages to each, the last column for all beyond them; and how many they are."""
    who = codes(customer)
    many = int(who.max()) + 1 if len(who) else 0
    cell = stage * (states + 1) + np.minimum(later, states)
    counts = np.zeros((many, states * (states + 1)))
    np.add.at(counts, (who[here], cell[here]), 1)
    return counts, many


def expected_times(counts: np.ndarray, states: int = 3) -> np.ndarray:
    """Expected months in each of the first stages, and in all, of one who is new, for each row of counts."""
    table = counts.reshape(-1, states, states + 1).astype(float)
    sums = table.sum(axis=2, keepdims=True)
    found = np.full((len(table), states + 1), np.nan)
    fine = (table[:, :, states].sum(axis=1) > 0) & (sums[:, :, 0] > 0).all(axis=1)
    inner = table[fine][:, :, :states] / sums[fine]
    visits = np.linalg.inv(np.eye(states) - inner)[:, 0]
    found[fine] = np.column_stack([visits, visits.sum(axis=1)])
    return found


@dataclass(frozen=True)
class Waking:
    """How many of the sleeping and of the lost come back in a month.

    Attributes
    ----------
    case : sooner (the sleeping wake more often than the lost, beyond doubt), alike, no_lost (nobody has been lost and come
        back), or unknown
    sleeping, lost : share that is active a month later
    """

    case: str
    sleeping: Estimate = UNKNOWN
    lost: Estimate = UNKNOWN


def waking(table: pd.DataFrame) -> Waking:
    """Read `changes`."""
    pair = [
        Estimate.of(table.loc[f"{s} to active"], "share") if f"{s} to active" in table.index else UNKNOWN
        for s in ("sleeping", "lost")
    ]
    if not all(e.known for e in pair):
        return Waking("no_lost" if pair[0].known else "unknown", *pair)
    return Waking("sooner" if pair[0].low > pair[1].high else "alike", *pair)


def by_months_asleep(stages: pd.DataFrame, months: int = 6) -> pd.DataFrame:
    """Share of the sleeping who are active a month later, by how many months they have slept: value, low, high, n (of customers
    who may sleep several times).

    In a chain without memory it would be the same in each row.
    """
    values = stages.to_numpy()
    asleep = np.zeros(values.shape, dtype="int64")
    for month in range(values.shape[1]):
        before = asleep[:, month - 1] if month else 0
        asleep[:, month] = np.where(values[:, month] == 2, before + 1, 0)
    slept, wakes = asleep[:, :-1], values[:, 1:] == 1
    known = values[:, :1] != 2  # of those who sleep in the first month nobody knows since when
    rows = {}
    for number in range(1, months + 1):
        who, at = np.nonzero((slept == number) & known)
        hits = pd.Series(wakes[who, at])
        ends = share_interval(hits, cluster=pd.Series(who))
        rows[number] = [float(hits.mean()) if len(hits) else np.nan, *ends, len(hits)]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["value", "low", "high", "n"])
    return table[table["n"] > 0].rename_axis("months asleep")


def stories(stages: pd.DataFrame, seed: int, months: int = 9) -> pd.DataFrame:
    """Four customers, each with another way through the stages: one who stayed, slept, was lost, came back, if there are such.

    Returns
    -------
    pandas.DataFrame
        a row per customer (A, B, …), a column per month with the stage at its end.
    """
    late = stages.iloc[:, -months:]
    if late.empty:
        return pd.DataFrame().rename_axis("customer")
    values = late.to_numpy()
    falls, rises = (values[:, 1:] > values[:, :-1]).any(axis=1), (values[:, 1:] < values[:, :-1]).any(axis=1)
    there = values[:, 0] >= 0
    last = values[:, -1]
    kinds = [
        there & (last == 1) & ~rises & (values[:, 0] == 0),
        there & rises & (last == 1),
        there & (last == 2) & falls & ~rises,
        there & (last == 3) & falls & ~rises,
    ]
    rng = np.random.default_rng(seed)
    rows = [int(rng.choice(np.flatnonzero(kind))) for kind in kinds if kind.any()]
    words = in_words(late.iloc[rows])
    words.columns = [f"{day:%b %Y}" for day in late.columns]
    return words.set_axis(list("ABCD")[: len(words)], axis=0).rename_axis("customer")


def beside_truth(stages: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Of the customers in each stage at the last month's end, the share who have really left for good by the data's end.

    Parameters
    ----------
    truth : customer_id, active (which is known at the data's end only: on an earlier day the table has no rows)
    """
    if stages.empty:
        return pd.DataFrame(columns=["customers", "left for good, in truth"]).rename_axis("stage")
    active = truth.set_index("customer_id")["active"].reindex(stages.index)
    left = ~active.dropna().astype(bool)
    now = pd.Series(np.array([*STAGES, ""], dtype=object)[stages.iloc[:, -1]], stages.index)
    now = now[(now != "") & active.notna()]
    found = left[now.index].groupby(now).agg(["size", "mean"]).reindex([s for s in STAGES if s in set(now)])
    return found.set_axis(["customers", "left for good, in truth"], axis=1).rename_axis("stage")
