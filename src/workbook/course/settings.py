"""Parameters of notebooks: what each may be, wherever it was typed."""

import datetime
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.home import load as load_whole

# Parameters of the same name mean the same in all notebooks; those not named here may be anything of their type.
RANGES: dict[str, tuple[float, float]] = {
    "seed": (0, 2**32 - 1),
    "bins": (2, 10),
    "high_from": (2, 10),
    "months": (1, 120),
    "margin": (0, 1),
    "annual_discount": (0, 1),
    "lifetime_years": (0.1, 50),
    "draws": (2, 1000),
    "least_lift": (0.001, 0.9),
    "yearly_units": (0, 10**9),
    "yearly_cost": (0, 10**12),
    "test_share": (0.1, 0.9),
    "senior_missed_cost": (1, 1e7),
    "needless_alarm_cost": (1, 1e6),
    "reading_cost": (0, 1e5),
    "follow_days": (7, 365),
    "points_cost": (0, 100),
    "running_cost": (0, 1e12),
    "uptake": (0.01, 1),
    "kpi_days": (30, 3650),
    "baseline": (8, 520),
    "retention_days": (1, 36_500),
    "cny_per_eur": (0.001, 1e6),
    "cny_per_usd": (0.001, 1e6),
}

TIMES = {"limit": ("1 s", "90 d")}  # parameters that are a time with its unit, from and to
UNITS = {"s": "s", "sec": "s", "second": "s", "min": "min", "minute": "min", "h": "h", "hour": "h", "d": "D", "day": "D"}  # fmt: skip


def time_limit(name: str, value: str) -> pd.Timedelta:
    """A time as 20 s, 15 min, 4 h or 2 d; a DataError for any other text, or one out of the parameter's range."""
    least, most = TIMES[name]
    time = as_time(str(value))
    if time is None or not as_time(least) <= time <= as_time(most):
        such = f"{name} must be a time from {least} to {most}, such as 20 s, 15 min, 4 h or 2 d"
        raise DataError(f"{such}; got {value!r}.")
    return time


def as_time(text: str) -> pd.Timedelta | None:
    """A number with one of `UNITS`, in the plural or not, as a time; None for any other text."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", text.casefold())
    unit = UNITS.get(found[2]) if found else None
    return pd.Timedelta(float(found[1]), unit=unit) if found and unit else None


def in_range(name: str, value: Any) -> None:
    """Raise a DataError if a parameter's value is out of its range."""
    if name in TIMES:
        time_limit(name, value)
    least, most = RANGES.get(name, (None, None))
    if least is None or most is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise DataError(f"{name} must be a number from {least:g} to {most:g}; got {value!r}.")


def iso_date(name: str, value: str) -> str:
    """Return an ISO date as it should be written, or raise a DataError."""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise DataError(f"{name} must be a date such as 2025-06-30; got {value!r}.") from None


def load(data: str | Path = "lanyu", as_of: str = "", **parameters: Any) -> Dataset:
    """Load a data set as it could be known at the end of a day, and check a notebook's other parameters.

    Parameters
    ----------
    data : bundled name, or a folder
    as_of : ISO date, or "" for the data's end
    parameters : the notebook's other parameters by name

    Returns
    -------
    Dataset
        with every table cut at the day, which is its ``today``; its ``at`` goes further back. See `Dataset.at`.

    Raises
    ------
    DataError
        if the data can't be used, for a day without data, or a parameter out of range.
    """
    check(parameters)
    whole = load_whole(data)
    return whole.at(last_day(whole, as_of))


def as_of(data: Dataset, day: str = "", **parameters: Any) -> pd.Timestamp:
    """Return the last day that counts, ``day`` or the data's end, and check the other parameters.

    For notebooks that cut their tables themselves; with `load` it is the data's ``today``.
    """
    check(parameters)
    return last_day(data, day)


def check(parameters: Mapping[str, Any]) -> None:
    """Raise a DataError if a parameter is out of its range, or two of them contradict each other."""
    for name, value in parameters.items():
        in_range(name, value)
    if parameters.get("high_from", 0) > parameters.get("bins", 10):
        raise DataError(
            f"high_from must not be above bins, which is {parameters['bins']}; got {parameters['high_from']}."
        )


def last_day(data: Dataset, day: str = "") -> pd.Timestamp:
    """Return the last day that counts: ``day``, or the data's end if it is empty.

    Raises
    ------
    DataError
        for what is no ISO date, or a day without data.
    """
    if not day:
        return data.end
    last, first = pd.Timestamp(iso_date("as_of", day)), first_day(data)
    if not first <= last <= data.end:
        raise DataError(f"as_of must be a day from {first:%Y-%m-%d} to {data.end:%Y-%m-%d}; got {day!r}.")
    return last


def first_day(data: Dataset) -> pd.Timestamp:
    """The first day that can be looked at: that of the first order, or of the data where there is none."""
    ordered = data.orders["ordered_at"]
    return data.start if ordered.empty else ordered.min().normalize()
