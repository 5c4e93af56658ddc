"""Exports of many customers' data at once: night jobs, reports and lists, and among them the leaks."""

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import DAY
from workbook.retailer.privacy.purposes import BASES, CODE, KINDS, LEAK, PLACES, PURPOSES, ROLES
from workbook.retailer.sales.season import Season

NIGHT_JOBS, EXPORTS = 130.0, 55.0  # bulk rows for 1,000 customers: of systems, of people
LATE_WORK = 0.06  # share of people's bulk exports outside working hours
LEAK_AT_NIGHT = 0.7  # share of leaks between 22 and 5 o'clock
LEAK_TO = np.array([0.45, 0.12, 0.08, 0, 0, 0.12, 0.09, 0.08, 0.06])  # shares of PLACES
STOLEN = 0.6  # share of leaks from outside that use an employee's credentials
# One row a way to export in bulk: role, purpose, share of people's exports, share of leaks by insiders.
BULK = pd.DataFrame(
    [
        ("analyst", "reporting", 0.36, 0.30),
        ("marketing", "reporting", 0.26, 0.24),
        ("engineer", "backup", 0.10, 0.20),
        ("service agent", "service", 0.10, 0.26),
        ("courier", "delivery", 0.12, 0.0),
        ("partner", "service", 0.06, 0.0),
    ],
    columns=["role", "purpose", "usual", "leaks"],
)
WORK, NIGHT = np.zeros(24), np.zeros(24)
WORK[8:20], NIGHT[[22, 23, 0, 1, 2, 3, 4]] = 1 / 12, 1 / 7


def bulk(n: int, first: np.ndarray, season: Season, rng: np.random.Generator) -> pd.DataFrame:
    """Rows on many persons at once that are in order: night jobs, and exports by people."""
    jobs, exports = rng.poisson(NIGHT_JOBS * n / 1000), rng.poisson(EXPORTS * n / 1000)
    job = pd.DataFrame({"at": hours(NIGHT, jobs, season, rng), "role": 0})
    job = job.assign(purpose=np.where(rng.random(jobs) < 0.6, CODE["backup"], CODE["reporting"]),
                     place=np.where(rng.random(jobs) < 0.1, 1, 0), part=rng.beta(30, 1, jobs))  # fmt: skip
    late = rng.random(exports) < LATE_WORK
    at = np.where(late, hours(NIGHT, exports, season, rng), hours(WORK, exports, season, rng))
    where = np.array([0.91, 0.05, 0.02, 0.005, 0.005, 0.004, 0.002, 0.002, 0.002])
    export = by_people(
        at, rng.choice(len(BULK), exports, p=BULK["usual"]), rng.choice(len(PLACES), exports, p=where)
    )
    rows = pd.concat([job, export.assign(part=rng.beta(1, 6, exports))], ignore_index=True)
    return in_bulk(rows, first, rng).assign(kind=-1, inside=False)


def leaked(n: int, first: np.ndarray, season: Season, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Leaks: exports like others, but oftener at night, larger, and to odd places; ``share`` by insiders."""
    leaks = rng.poisson(KINDS["rate"][LEAK] * n / 1000)
    inside = rng.random(leaks) < share
    way = rng.choice(len(BULK), leaks, p=BULK["leaks"])  # stolen credentials look like their owner
    party = ~inside & (rng.random(leaks) >= STOLEN)
    way = np.where(party, rng.integers(4, 6, leaks), way)
    at = np.where(
        rng.random(leaks) < LEAK_AT_NIGHT, hours(NIGHT, leaks, season, rng), hours(WORK, leaks, season, rng)
    )
    rows = by_people(at, way, rng.choice(len(PLACES), leaks, p=LEAK_TO))
    rows = rows.assign(part=rng.beta(1.5, 3, leaks), kind=LEAK, inside=inside, party=party)
    return in_bulk(rows, first, rng)


def hours(shape: np.ndarray, n: int, season: Season, rng: np.random.Generator) -> np.ndarray:
    """Times (s) on any day of the data, at hours of that shape."""
    day = int(season.start.timestamp()) + rng.integers(0, (season.end - season.start).days + 1, n) * DAY
    return day + rng.choice(24, n, p=shape) * 3600 + rng.integers(0, 3600, n)


def by_people(at: np.ndarray, way: np.ndarray, place: np.ndarray) -> pd.DataFrame:
    """Exports at these times, in these ways (rows of BULK), to these places."""
    role = pd.Index(list(ROLES)).get_indexer(BULK["role"])[way]
    purpose = BULK["purpose"].map(CODE).to_numpy()[way]
    return pd.DataFrame({"at": at, "role": role, "purpose": purpose, "place": place})


def in_bulk(rows: pd.DataFrame, first: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    """Fill in what rows on many persons have in common; ``part`` is their share of the customers so far."""
    so_far = np.searchsorted(first, rows["at"].to_numpy(), side="right")
    basis = pd.Index(BASES).get_indexer(PURPOSES["basis"])[rows["purpose"]]
    rows = rows.assign(
        who=-1,
        basis=basis,
        mechanism=np.where(rows["place"] > 0, 0, -1),
        variant=rng.choice(3, len(rows), p=[0.6, 0.25, 0.15]),
        records=np.maximum(np.ceil(rows["part"] * so_far).astype(int), 1),
        export=True,
    )
    return rows[so_far > 0].drop(columns="part")
