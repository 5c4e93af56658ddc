"""Limits of parameters: from one number to another, or from one time with its unit to another."""

import re
from collections.abc import Mapping
from typing import Any

from workbook.tables.errors import DataError

Ends = tuple[float, float] | tuple[str, str]
Limits = Mapping[str, Ends]
COMMON: Limits = {"seed": (0, 2**32 - 1)}  # of parameters that every notebook has
SECONDS = {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600, "hour": 3600, "d": 86400, "day": 86400}  # fmt: skip


def keep(name: str, value: Any, ends: Ends) -> None:
    """Raise a DataError if a parameter's value lies beyond its limits, with what is allowed and what came."""
    least, most = ends
    if isinstance(least, str):
        time, low, high = seconds(str(value)), seconds(least), seconds(str(most))
        if time is None or not (low or 0) <= time <= (high or 0):
            such = f"{name} must be a time {spelt(ends)}, such as 20 s, 15 min, 4 h or 2 d"
            raise DataError(f"{such}; got {value!r}.")
    elif isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= float(most):
        raise DataError(f"{name} must be a number {spelt(ends)}; got {value!r}.")


def spelt(ends: Ends) -> str:
    """Limits as they are read: from 0 to 1, from 1 s to 90 d."""
    least, most = (end if isinstance(end, str) else f"{end:.13g}" for end in ends)
    return f"from {least} to {most}"


def seconds(text: str) -> float | None:
    """Seconds of a time such as 20 s, 15 min, 4 hours or 2 d; None for any other text."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+?)s?\s*", text.casefold())
    unit = SECONDS.get(found[2]) if found else None
    return float(found[1]) * unit if found and unit else None
