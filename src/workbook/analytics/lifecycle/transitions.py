"""From one stage of a customer's life to the next: the matrix of changes by month, and how long a stage lasts."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.clusters import codes
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

    By the absorbing chain of the `matrix`; the interval is of customers drawn again (bootstrap by customer).

    Returns
    -------
    pandas.DataFrame
        index stage, and in all; value, low, high, n (customers). Without rows where nobody is lost yet.
    """
    who = codes(moves["customer_id"])
    cell = moves["stage"].cat.codes.to_numpy() * len(STAGES) + moves["next_stage"].cat.codes.to_numpy()
    here = moves["stage"].cat.codes.to_numpy() < 3
    customers = int(who.max()) + 1 if len(who) else 0
    counts = np.zeros((customers, 12))
    np.add.at(counts, (who[here], cell[here]), 1)
    whole = expected_times(counts.sum(axis=0)[None])
    if not np.isfinite(whole).all():
        return pd.DataFrame(columns=["value", "low", "high", "n"])
    weights = np.random.default_rng(seed).multinomial(customers, np.full(customers, 1 / customers), DRAWS)
    low, high = np.nanquantile(expected_times(weights @ counts), [0.025, 0.975], axis=0)
    names = [*STAGES[:3], "in all"]
    table = {"value": whole[0], "low": low, "high": high, "n": customers}
    return pd.DataFrame(table, index=pd.Index(names, name="months as"))


def expected_times(counts: np.ndarray) -> np.ndarray:
    """Expected months as new, active and sleeping, and in all, of one who is new, for each row of 3 x 4 counts."""
    table = counts.reshape(-1, 3, 4).astype(float)
    sums = table.sum(axis=2, keepdims=True)
    found = np.full((len(table), 4), np.nan)
    leaves = table[:, :, 3].sum(axis=1) > 0
    fine = leaves & (sums[:, :, 0] > 0).all(axis=1)
    inner = table[fine][:, :, :3] / sums[fine]
    visits = np.linalg.inv(np.eye(3) - inner)[:, 0]
    found[fine] = np.column_stack([visits, visits.sum(axis=1)])
    return found


@dataclass(frozen=True)
class Waking:
    """How many of the sleeping and of the lost come back in a month.

    Attributes
    ----------
    case : sooner (the sleeping wake more often than the lost, beyond doubt), alike, unknown
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
        return Waking("unknown", *pair)
    return Waking("sooner" if pair[0].low > pair[1].high else "alike", *pair)


def stories(stages: pd.DataFrame, seed: int, months: int = 9) -> pd.DataFrame:
    """Four customers, each with another way through the stages: one who stayed, slept, was lost, came back, if there are such.

    Returns
    -------
    pandas.DataFrame
        a row per customer (A, B, …), a column per month with the stage at its end.
    """
    late = stages.iloc[:, -months:]
    values = late.to_numpy()
    falls, rises = (values[:, 1:] > values[:, :-1]).any(axis=1), (values[:, 1:] < values[:, :-1]).any(axis=1)
    there = values[:, 0] >= 0
    last = values[:, -1] if values.shape[1] else np.array([])
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
    truth : customer_id, active
    """
    left = ~truth.set_index("customer_id")["active"].reindex(stages.index).astype(bool)
    now = pd.Series(np.array([*STAGES, ""], dtype=object)[stages.iloc[:, -1]], stages.index)
    now = now[now != ""]
    found = left[now.index].groupby(now).agg(["size", "mean"]).reindex([s for s in STAGES if s in set(now)])
    return found.set_axis(["customers", "left for good, in truth"], axis=1).rename_axis("stage")
