"""Do new customers come back? The repurchase rate of docs/glossary.md, and how sure one can be of it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments.ab_tests import share_interval

ALIKE = 0.01  # shares that are closer tell the same
NEARLY_ALL = 0.9  # of those who come back
FEW = 30  # customers watched; of fewer nothing should be decided


def first_and_second(orders: pd.DataFrame, as_of: pd.Timestamp, days: int = 180) -> pd.DataFrame:
    """The first two days on which each customer ordered; a second order of the same day is no return.

    Parameters
    ----------
    orders : customer_id, ordered_at; up to ``as_of``
    days : within which a customer has to come back

    Returns
    -------
    pandas.DataFrame
        Index customer_id; first_day, second_day (empty where there was none), days_between, and three truth values: came_back
        at all, in_time (within ``days``), long_enough (the first day lies ``days`` or more before ``as_of``).
    """
    on = pd.DataFrame({"customer_id": orders["customer_id"], "day": orders["ordered_at"].dt.normalize()})
    on = on.drop_duplicates().sort_values(["customer_id", "day"])
    nth = on.groupby("customer_id").cumcount()
    first, second = (on[nth == n].set_index("customer_id")["day"] for n in (0, 1))
    table = pd.DataFrame({"first_day": first, "second_day": second.reindex(first.index)})
    between = (table["second_day"] - table["first_day"]).dt.days
    return table.assign(
        days_between=between.astype("Int64"),
        came_back=table["second_day"].notna(),
        in_time=between <= days,
        long_enough=(as_of - table["first_day"]).dt.days >= days,
    )


@dataclass(frozen=True)
class FairWindow:
    """Days within which customers have to come back: case asked, or shorter, where the history is too short for that."""

    case: str
    days: int


def fair_window(orders: pd.DataFrame, as_of: pd.Timestamp, days: int = 180) -> FairWindow:
    """The days asked for, or half of the history if that is less, so that half of it can be watched so long."""
    first = orders["ordered_at"].min()
    half = (as_of - first.normalize()).days // 2 + 1 if pd.notna(first) else 1
    return FairWindow("asked", days) if days <= half else FairWindow("shorter", half)


def repurchase_rate(customers: pd.DataFrame) -> Estimate:
    """Share who came back in time, of those who were watched long enough, with Wilson's interval.

    Parameters
    ----------
    customers : long_enough and in_time, from `first_and_second`
    """
    return share(customers.loc[customers["long_enough"], "in_time"])


def share(hits: pd.Series) -> Estimate:
    """A share of True with Wilson's interval; unknown of nobody."""
    return Estimate(float(hits.mean()), *share_interval(hits), unit="share", n=len(hits))


def readings(customers: pd.DataFrame) -> pd.DataFrame:
    """Three ways to count who came back, of which the last one is the repurchase rate.

    Returns
    -------
    pandas.DataFrame
        Index who is counted, and of whom; numerator, denominator (customers), share.
    """
    old = customers["long_enough"]
    counted = {
        "ever came back, of all": (customers["came_back"].sum(), len(customers)),
        "came back in time, of all": (customers["in_time"].sum(), len(customers)),
        "came back in time, of those watched long enough": ((customers["in_time"] & old).sum(), old.sum()),
    }
    table = pd.DataFrame.from_dict(counted, orient="index", columns=["numerator", "denominator"]).astype(int)
    shares = table["numerator"] / table["denominator"].replace(0, np.nan)
    return table.assign(share=shares).rename_axis("counted")


@dataclass(frozen=True)
class Readings:
    """Three readings of one question, each a share.

    Attributes
    ----------
    case : apart, alike (all three), all_watched (the last two are the same, since everybody was watched long enough), or unknown
    ever, of_all, right : as `readings` has them
    """

    case: str
    ever: Estimate
    of_all: Estimate
    right: Estimate


def compared(table: pd.DataFrame) -> Readings:
    """How far the `readings` lie apart."""
    ever, of_all, right = (Estimate(float(value), unit="share") for value in table["share"])
    if not right.known:
        return Readings("unknown", ever, of_all, right)
    far = max(abs(ever.value - right.value), abs(of_all.value - right.value))
    watched = table["denominator"].min() == table["denominator"].max()
    case = "alike" if far <= ALIKE else "all_watched" if watched else "apart"
    return Readings(case, ever, of_all, right)


def curve(customers: pd.DataFrame, days: int) -> pd.Series:
    """Share who had come back by each day from 0 to ``days``, of those watched long enough; empty for nobody."""
    watched = customers.loc[customers["long_enough"], "days_between"]
    by_day = watched.value_counts().reindex(range(days + 1), fill_value=0).cumsum()
    found = by_day.astype(float) / len(watched) if len(watched) else by_day[:0].astype(float)
    return found.rename("share who bought again").rename_axis("days since the first order")


@dataclass(frozen=True)
class Pace:
    """How soon customers come back.

    Attributes
    ----------
    case : some, nobody, few (so few were watched that nothing should be decided), or unknown
    rate : the repurchase rate
    half, nine_of_ten : days within which half, and nine of ten, of those who came back in time had done so
    """

    case: str
    rate: Estimate
    half: Estimate
    nine_of_ten: Estimate


def pace(customers: pd.DataFrame) -> Pace:
    """How soon those came back who did so in time, of those watched long enough."""
    rate = repurchase_rate(customers)
    took = customers.loc[customers["long_enough"] & customers["in_time"], "days_between"].astype(float)
    half, most = (Estimate(days_until(took, part), unit="days", n=len(took)) for part in (0.5, NEARLY_ALL))
    return Pace(pace_case(rate), rate, half, most)


def pace_case(rate: Estimate) -> str:
    """The case of a `Pace`."""
    if not rate.known:
        return "unknown"
    if (rate.n or 0) < FEW:
        return "few"
    return "some" if rate.value else "nobody"


def days_until(days: pd.Series, part: float) -> float:
    """The least of ``days`` within which this part of them lies; missing of none."""
    return float(days.quantile(part, interpolation="higher")) if len(days) else np.nan


def sample_customers(answers: pd.Series, customers: int, seed: int, times: int = 20) -> pd.DataFrame:
    """Ask so many customers, drawn at random without asking anybody twice, and do so several times.

    Parameters
    ----------
    answers : yes or no of everybody who could be asked
    customers : how many are asked each time; all where there are fewer

    Returns
    -------
    pandas.DataFrame
        A row per sample, index sample from 1; value, low, high (Wilson's 95 % interval), unit, n. No rows if there is nobody.
    """
    rng, answers = np.random.default_rng(seed), answers.to_numpy(dtype=bool)
    size = min(customers, len(answers))
    found = [share(pd.Series(rng.choice(answers, size, replace=False))) for _ in range(times if size else 0)]
    rows = [{"value": e.value, "low": e.low, "high": e.high, "unit": e.unit, "n": e.n} for e in found]
    index = pd.RangeIndex(1, len(rows) + 1, name="sample")
    return pd.DataFrame(rows, columns=["value", "low", "high", "unit", "n"], index=index)


def first_sample(samples: pd.DataFrame) -> Estimate:
    """The first sample of `sample_customers`; unknown if nobody could be asked."""
    return Estimate.of(samples.iloc[0]) if len(samples) else Estimate(unit="share", n=0)


@dataclass(frozen=True)
class Hits:
    """How many intervals of how many samples contain the share of everybody."""

    hits: int
    samples: int
    asked: int | None


def hits(samples: pd.DataFrame, everybody: float) -> Hits:
    """Count the intervals of `sample_customers` that contain the share of everybody."""
    contain = (samples["low"] <= everybody) & (everybody <= samples["high"])
    return Hits(int(contain.sum()), len(samples), int(samples["n"].iloc[0]) if len(samples) else None)
