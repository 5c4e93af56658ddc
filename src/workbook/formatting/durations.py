"""Times from seconds to days, kept in hours and read in the unit that fits their size."""

from collections.abc import Sequence
from typing import TypeVar

import pandas as pd

from workbook.formatting.quantities import written
from workbook.formatting.words import known

HOUR = pd.Timedelta(hours=1)
HOURS = {"seconds": 1 / 3600, "minutes": 1 / 60, "hours": 1.0, "days": 24.0}  # hours of each unit
BELOW = {"seconds": 2 / 60, "minutes": 2.0, "hours": 96.0}  # hours up to which a unit is read
Values = TypeVar("Values", float, pd.Series, pd.DataFrame)


def time_unit(hours: Sequence[float | None]) -> str:
    """The unit in which the middle one of these times reads well; hours where none is known or all are 0."""
    sizes = sorted(abs(h) for h in hours if h is not None and known(h) and h)
    if not sizes:
        return "hours"
    middle = sizes[len(sizes) // 2]
    return next((unit for unit, limit in BELOW.items() if middle < limit), "days")


def in_time_unit(hours: Values) -> tuple[Values, str]:
    """Times in the one unit that fits them, and its name: 0.004 hours are 15 seconds.

    Parameters
    ----------
    hours : a number, or a Series or DataFrame of numbers

    Returns
    -------
    tuple
        the times in that unit, and seconds, minutes, hours or days.
    """
    values = hours.to_numpy(dtype=float).ravel() if isinstance(hours, pd.Series | pd.DataFrame) else [hours]
    unit = time_unit([float(v) for v in values])
    return hours / HOURS[unit], unit


def rows_in_time_units(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Times in the unit that fits each row, which a column ``unit`` names.

    Parameters
    ----------
    frame : with a column ``unit`` only its rows of unit hours are times, without one all are
    columns : that hold hours

    Returns
    -------
    pandas.DataFrame
        the same rows; the unit of one in which no time is known is blank.
    """
    frame = frame.assign(unit="hours") if "unit" not in frame else frame.copy()
    timed = frame["unit"] == "hours"
    hours = frame.loc[timed, columns].astype(float)
    units = pd.Series([time_unit(row) for row in hours.to_numpy()], index=hours.index, dtype=object)
    frame.loc[timed, "unit"] = units.where(hours.notna().any(axis=1), "")
    return frame.assign(
        **{c: frame[c] / frame["unit"].map(HOURS).astype(float).where(timed, 1.0) for c in columns}
    )


def fitting_unit(unit: str, *values: float | None) -> tuple[str, tuple[float | None, ...]]:
    """A figure's unit and values as they are read: hours in the unit that fits the first that is known."""
    if unit != "hours":
        return unit, values
    unit = time_unit([next((v for v in values if v is not None and known(v) and v), None)])
    return unit, tuple(None if v is None else v / HOURS[unit] for v in values)


def duration(time: float | pd.Timedelta) -> str:
    """A time, in hours or as pandas has it, in words: 20 seconds, 7.3 hours, 4 days."""
    hours = time / HOUR if isinstance(time, pd.Timedelta) else time
    unit, (value,) = fitting_unit("hours", float(hours))
    return written(value, unit)
