"""The day that a notebook looks at, and its other parameters, wherever they were typed."""

import datetime
from typing import Any

import pandas as pd

from workbook.course.lessons import check_parameters
from workbook.course.lessons.limits import seconds
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError


def time_limit(name: str, value: str) -> pd.Timedelta:
    """A parameter's time as 20 s, 15 min, 4 h or 2 d; a DataError for any other text, or one beyond its limits."""
    check_parameters("", {name: value})
    return pd.Timedelta(seconds=seconds(str(value)) or 0)


def iso_date(name: str, value: str) -> str:
    """Return an ISO date as it should be written, or raise a DataError."""
    try:
        return datetime.date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise DataError(f"{name} must be a date such as 2025-06-30; got {value!r}.") from None


def as_of(data: Dataset, day: str = "", **parameters: Any) -> pd.Timestamp:
    """Return the last day that counts: ``day``, or the data's end if it is empty; check the other parameters too.

    Parameters
    ----------
    data : the data set
    day : ISO date, or ""
    parameters : the notebook's other parameters by name

    Raises
    ------
    DataError
        for a day without data, or a parameter out of range.
    """
    check_parameters("", parameters)
    today = pd.Timestamp(iso_date("as_of", day)) if day else data.end
    first = first_day(data)
    if not first <= today <= data.end:
        raise DataError(f"as_of must be a day from {first:%Y-%m-%d} to {data.end:%Y-%m-%d}; got {day!r}.")
    return today


def first_day(data: Dataset) -> pd.Timestamp:
    """The first day that can be looked at: that of the first order, or of the data where there is none."""
    ordered = data.orders["ordered_at"]
    return data.start if ordered.empty else ordered.min().normalize()
