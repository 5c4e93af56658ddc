"""BG/NBD on a million customers: the workbook fits the distinct histories with their counts, lifetimes every row."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from workbook.analytics.value.btyd import HISTORY, fit_purchases, lifetimes
from workbook.analytics.value.forecast import simulate_histories

SIZES = {"full": 1_000_000, "quick": 20_000, "warm": 1_000}
CDNOW = pd.Series({"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426})  # Fader, Hardie & Lee (2005), weeks


def make(folder: Path, size: str) -> str:
    """Simulate customers who came 27 to 39 weeks ago, and write them in whole weeks and in days/7."""
    rng = np.random.default_rng(2026)
    age = rng.integers(27 * 7, 39 * 7, SIZES[size], endpoint=True) / 7
    histories = simulate_histories(CDNOW, age, 0.0, rng)[HISTORY]
    distinct = {}
    for unit, per_week in {"weeks": 1, "days": 7}.items():
        # A begun week or day counts as one; times 7 may land a hair above a whole number.
        rounded = histories.assign(
            **{c: np.ceil(histories[c] * per_week - 1e-9) / per_week for c in ["recency", "T"]}
        )
        rounded.to_parquet(folder / f"{unit}-{size}.parquet")
        distinct[unit] = f"{len(rounded.drop_duplicates()):,}"
    return (
        f"{len(age):,} customers simulated with CDNOW's parameters, aged 27 to 39 weeks; "
        f"{distinct['weeks']} distinct histories in whole weeks, {distinct['days']} in days/7"
    )


def by_workbook(rows: pd.DataFrame) -> pd.Series:
    """The workbook's own."""
    return fit_purchases(rows).params


def by_lifetimes(rows: pd.DataFrame) -> pd.Series:
    """Plain lifetimes, a row per customer."""
    return lifetimes().BetaGeoFitter().fit(*(rows[c] for c in HISTORY)).params_


def same(ours: pd.Series, peer: pd.Series) -> None:
    """Assert that the parameters are equal to 1e-6."""
    pd.testing.assert_series_equal(ours, peer, rtol=1e-6, atol=0)


PEERS: dict[str, Callable[[pd.DataFrame], pd.Series]] = {"workbook": by_workbook, "lifetimes": by_lifetimes}


def ready(peer: str, variant: str, folder: Path, size: str) -> Callable[[], pd.Series]:
    """A call that needs nothing but to be timed; the customers are in memory."""
    rows = pd.read_parquet(folder / f"{variant}-{size}.parquet")
    return lambda: PEERS[peer](rows)
