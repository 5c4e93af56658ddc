"""Times as whole seconds since 1970, the plain numbers in which the retailer's parts reckon."""

import numpy as np
import pandas as pd

from workbook.retailer.sales.season import HOUR, Season

DAY = 86_400  # seconds
NEVER = np.iinfo(np.int64).max  # seconds of a time that isn't there: later than any other


def second(time: pd.Timestamp) -> int:
    """Whole seconds since 1970."""
    return int(time.timestamp())


def seconds(time: pd.Series | pd.DatetimeIndex) -> np.ndarray:
    """Whole seconds since 1970; NEVER for a missing time."""
    at = time.to_numpy().astype("datetime64[s]")
    return np.where(np.isnat(at), NEVER, at.astype("int64"))


def times(at: np.ndarray | pd.Series) -> pd.DatetimeIndex:
    """Times of whole seconds since 1970."""
    return pd.DatetimeIndex(np.asarray(at, dtype="int64").astype("datetime64[s]")).as_unit("us")


def end_of(season: Season) -> int:
    """Last second of the data."""
    return second(season.end) + DAY - 1


def last_of(season: Season) -> int:
    """Last second that is made: what comes after the data's end is known to the truth alone."""
    return second(season.days[-1]) + DAY - 1


def keyed(who: np.ndarray, at: np.ndarray) -> np.ndarray:
    """One number for customer and second, so that one search finds both."""
    return (np.asarray(who, dtype="int64") << 36) + at


def at_shop_hour(at: np.ndarray, rng: np.random.Generator, hours: np.ndarray = HOUR) -> np.ndarray:
    """Move each time (s) within its day to an hour of the shop's day, by the weights of its 24 ``hours``."""
    hour = rng.choice(24, len(at), p=hours / hours.sum())
    return at - at % DAY + hour * 3600 + rng.integers(0, 3600, len(at))
