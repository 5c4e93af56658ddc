"""Six source systems: which of them know whom, and since when."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY
from workbook.retailer.core.streams import Block
from workbook.retailer.customers.names import pick
from workbook.retailer.sales.season import HOUR, Season

# One row a system. Shares: of the people who have reason to be in it that are (known), of records followed by a
# further one of the same person (again) or by an exact copy (copied), of records with a phone, e-mail, gender,
# birth date and city; of records with a slip in the name and in the phone or e-mail; of records looked after
# since they were made (kept); the letter of its keys.
SOURCES = pd.DataFrame(
    [
        ("POS", 0.95, 0.060, 0.020, 0.97, 0.30, 0.80, 0.58, 0.55, 0.04, 0.025, 0.55, "M"),
        ("e-shop", 0.97, 0.050, 0.015, 0.97, 0.92, 0.62, 0.60, 0.93, 0.04, 0.016, 0.65, "E"),
        ("app", 0.99, 0.025, 0.005, 0.98, 0.78, 0.66, 0.68, 0.70, 0.04, 0.012, 0.75, "A"),
        ("service desk", 1.0, 0.060, 0.020, 0.94, 0.54, 0.45, 0.12, 0.55, 0.08, 0.035, 0.25, "T"),
        ("social", 1.0, 0.030, 0.005, 0.82, 0.48, 0.55, 0.40, 0.60, 0.02, 0.025, 0.50, "W"),
        ("ERP", 0.96, 0.030, 0.025, 0.97, 0.70, 0.55, 0.40, 0.92, 0.03, 0.018, 0.40, "D"),
    ],
    columns=[
        "source", "known", "again", "copied", "phone", "email", "gender", "birth_date", "city",
        "name_slip", "contact_slip", "kept", "letter",
    ],
)  # fmt: skip
POS, ESHOP, APP, DESK, SOCIAL, ERP = range(len(SOURCES))
CHANNELS = ("store", "e-shop", "app", "mini-program")

# Chance of a contact: anyone, with a return, an order more.
DESK_BASE, DESK_RETURN, DESK_ORDER = 0.06, 0.18, 0.03
# Chance to follow: anyone, mini-program buyer, under 30.
SOCIAL_BASE, SOCIAL_MINI, SOCIAL_YOUNG = 0.06, 0.12, 0.05
LATE, LATE_DAYS = 0.04, 18.0  # share of POS, service-desk and ERP records entered late, and mean days


@dataclass(frozen=True)
class Habits:
    """What each customer's orders give reason for; arrays are (customers, channels) or (customers,)."""

    orders: np.ndarray  # number
    first: np.ndarray  # time of the first order of all, the joining day where there is none
    last: np.ndarray
    first_in: np.ndarray  # time of the first order in each channel, empty where there is none
    last_in: np.ndarray
    returned: np.ndarray  # whether anything came back
    of_order: np.ndarray  # row of customers, by row of orders

    @property
    def online(self) -> np.ndarray:
        """Number of orders online."""
        return self.orders[:, 1:].sum(axis=1)


def habits(customers: pd.DataFrame, orders: pd.DataFrame, returns: pd.DataFrame) -> Habits:
    """Sum up where and when each customer bought, and whether anything came back."""
    index, shape = pd.Index(customers["customer_id"]), (len(customers), len(CHANNELS))
    who = index.get_indexer(pd.Index(orders["customer_id"]))
    cell = who * len(CHANNELS) + pd.Index(CHANNELS).get_indexer(pd.Index(orders["channel"]))
    time = orders["ordered_at"].to_numpy("datetime64[s]")
    by_time = np.argsort(time, kind="stable")
    first = np.full(shape[0] * shape[1], np.datetime64("NaT", "s"))
    last = first.copy()
    last[cell[by_time]] = time[by_time]  # of those that share a cell, the one written last stays
    first[cell[by_time[::-1]]] = time[by_time[::-1]]
    first, last = first.reshape(shape), last.reshape(shape)
    joined = customers["joined_on"].to_numpy("datetime64[s]")
    begin, stop = np.fmin.reduce(first, axis=1), np.fmax.reduce(last, axis=1)
    back = index.get_indexer(pd.Index(returns["customer_id"]))
    return Habits(
        orders=np.bincount(cell, minlength=first.size).reshape(shape),
        first=np.where(np.isnat(begin), joined, begin),
        last=np.where(np.isnat(stop), joined, stop),
        first_in=first,
        last_in=last,
        returned=np.bincount(back, minlength=shape[0]) > 0,
        of_order=who,
    )


def make_records(folk: pd.DataFrame, bought: Habits, season: Season, block: Block) -> pd.DataFrame:
    """Decide which records there are and when they were made and last touched.

    Returns
    -------
    pandas.DataFrame
        who (row of folk), source (code), again (bool: further records of a person), created, updated.
    """
    there = presence(folk, bought, block.rng("identity.presence"))
    who, source = np.nonzero(there)
    rng = block.rng("identity.again")
    more = np.flatnonzero(rng.random(len(who)) < SOURCES["again"].to_numpy()[source])
    row = np.concatenate([np.arange(len(who)), more])
    records = pd.DataFrame({"who": who[row], "source": source[row], "again": np.arange(len(row)) >= len(who)})
    return records.assign(**make_times(records, bought, season, block))


def presence(folk: pd.DataFrame, bought: Habits, rng: np.random.Generator) -> np.ndarray:
    """Who is known to which system, (customers, sources): by what they did; everybody to one at least."""
    desk = DESK_BASE + DESK_RETURN * bought.returned + DESK_ORDER * bought.orders.sum(axis=1).clip(max=10)
    social = SOCIAL_BASE + SOCIAL_MINI * (bought.orders[:, 3] > 0) + SOCIAL_YOUNG * folk["young"].to_numpy()
    everyone = np.ones(len(folk))
    chance = np.column_stack([*(bought.orders[:, :3] > 0).T, desk, social, everyone])
    there = rng.random(chance.shape) < chance * SOURCES["known"].to_numpy()
    there[~there.any(axis=1), ERP] = True
    return there


def make_times(records: pd.DataFrame, bought: Habits, season: Season, block: Block) -> dict[str, np.ndarray]:
    """When each record was made, mostly with the first order there, and last touched."""
    rng, m = block.rng("identity.times"), len(records)
    who, source = records["who"].to_numpy(), records["source"].to_numpy()
    start, end = (np.datetime64(t, "s") for t in (season.start, season.end + pd.Timedelta("23:59:59")))
    own = np.minimum(source, APP)  # the first three systems are the first three channels
    first = np.where(source < DESK, bought.first_in[who, own], bought.first[who])
    last = np.where(source < DESK, bought.last_in[who, own], bought.last[who])
    since = np.where(source == SOCIAL, start, first)  # people follow a brand before they buy from it
    anywhere = some_time(since, end, rng.random(m), rng)
    created = np.where((source == DESK) | (source == SOCIAL) | records["again"], anywhere, first)
    late = (rng.random(m) < LATE) & np.isin(source, (POS, DESK, ERP))
    delayed = created + duration(late * rng.exponential(LATE_DAYS * DAY, m) + rng.integers(20, 900, m))
    created = np.where(delayed <= end, delayed, created)
    kept = rng.random(m) < SOURCES["kept"].to_numpy()[source]
    visited = some_time(created, end, rng.beta(1.2, 1.6, m), rng)
    touched = np.where(rng.random(m) < 0.5, np.maximum(last, created), visited)
    return {"created": created, "updated": np.where(kept, touched, created)}


def time_between(start: np.ndarray, end: np.datetime64, share: np.ndarray) -> np.ndarray:
    """Return the time when ``share`` of the way from start to end is gone."""
    return start + duration(share * (end - start).astype(float))


def some_time(
    start: np.ndarray, end: np.datetime64, share: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    """Return a time of the day that lies there, at an hour when people shop, and never before ``start``."""
    day = time_between(start, end, share).astype("datetime64[D]").astype("datetime64[s]")
    clock = pick(HOUR, len(share), rng) * 3600 + rng.integers(0, 3600, len(share))
    return np.maximum(start, day + duration(clock))


def duration(number: np.ndarray) -> np.ndarray:
    """Whole seconds as a duration."""
    return number.astype(np.int64).astype("timedelta64[s]")
