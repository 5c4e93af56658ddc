"""The day that a notebook looks at, and its other parameters, wherever they were typed."""

import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from workbook.course.fitted import advice
from workbook.course.lessons import check_parameters
from workbook.course.lessons.limits import seconds
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.locations import load as load_whole


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


def load(
    data: str | Path = "lanyu", as_of: str = "", *, lesson: str = "", fitted: bool = False, **parameters: Any
) -> Dataset:
    """Load a data set as it could be known at the end of a day, and check a notebook's other parameters.

    Prints a line if the notebook of a lesson has parts that this data can't show, and isn't fitted to it.

    Parameters
    ----------
    data : bundled name, or a folder
    as_of : ISO date, or "" for the data's end
    lesson : short name of the notebook, whose limits the parameters must keep; those of all notebooks if not given
    fitted : whether the notebook is fitted to this data, as `workbook run` and `workbook lab --data` do it
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
    check_parameters(lesson, parameters)
    whole = load_whole(data)
    if lesson and not fitted and (told := advice(lesson, whole, str(data))):
        print(told)
    return whole.at(last_day(whole, as_of))


def as_of(data: Dataset, day: str = "", **parameters: Any) -> pd.Timestamp:
    """Return the last day that counts, ``day`` or the data's end, and check the other parameters.

    For notebooks that cut their tables themselves; with `load` it is the data's ``today``.
    """
    check_parameters("", parameters)
    return last_day(data, day)


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
