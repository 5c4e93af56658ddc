"""A number that was estimated: its value, the interval around it, its unit, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, isfinite, nan
from typing import Any

from workbook.formatting.durations import fitting_unit
from workbook.formatting.quantities import NAMED, PARTS, decimals, interval, written

FINEST = 3  # decimals, at most, to keep the end of an interval on its side of nothing
UP, DOWN, UNCLEAR, UNKNOWN = "up", "down", "unclear", "unknown"


@dataclass(frozen=True, repr=False)
class Estimate:
    """An estimate with its interval.

    Attributes
    ----------
    value : the estimate; missing where the data can't tell
    low, high : ends of its interval, 95 % unless said otherwise; one that is missing is open, and without both there is
        no interval
    unit : one of `workbook.formatting.quantities.UNITS`, or the currency of an amount
    n : number of cases that it rests on, where that says something
    against : the value that would mean "no difference": 1 for a ratio, else 0, if not given
    """

    value: float = nan
    low: float = nan
    high: float = nan
    unit: str = "ratio"
    n: int | None = None
    against: float | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any] | Any, unit: str = "") -> "Estimate":
        """An estimate from a row with value and, where there are any, low, high, unit and n."""
        n = row.get("n")
        return cls(
            value=float(row.get("value", nan)),
            low=float(row.get("low", nan)),
            high=float(row.get("high", nan)),
            unit=unit or row.get("unit", "ratio"),
            n=None if n is None or n != n else int(n),
        )

    @property
    def known(self) -> bool:
        """Whether the data could tell."""
        return isfinite(self.value)

    @property
    def has_interval(self) -> bool:
        """Whether one end at least is known."""
        return self.known and (isfinite(self.low) or isfinite(self.high))

    @property
    def nothing(self) -> float:
        """The value that would mean "no difference"."""
        return self.against if self.against is not None else float(self.unit == "ratio")

    @property
    def verdict(self) -> str:
        """The side of "no difference" on which the interval lies: up or down; unclear if on both, or without interval; unknown."""
        if not self.known:
            return UNKNOWN
        if not self.has_interval:
            return UNCLEAR
        low, high = self.ends
        return UP if low > self.nothing else DOWN if high < self.nothing else UNCLEAR

    @property
    def ends(self) -> tuple[float, float]:
        """Both ends, an open one as infinity."""
        return (self.low if isfinite(self.low) else -inf, self.high if isfinite(self.high) else inf)

    def contains(self, value: float) -> bool:
        """Whether a value, such as the truth, lies in the interval; an estimate without one contains nothing."""
        low, high = self.ends
        return self.has_interval and low <= value <= high

    def scaled(self, factor: float, unit: str) -> "Estimate":
        """The same in another unit; a negative factor turns the interval round."""
        ends = sorted(factor * end for end in self.ends)
        low, high = (end if isfinite(end) else nan for end in ends)
        against = None if self.against is None else factor * self.against
        return Estimate(factor * self.value, low, high, unit, self.n, against)

    def __format__(self, spec: str) -> str:
        """``""`` with the interval in brackets, ``value`` and ``interval`` alone.

        Raises
        ------
        ValueError
            for another format.
        """
        parts = {"value": self.value_in_words, "interval": self.interval_in_words}
        if spec in parts:
            return parts[spec]()
        if spec:
            raise ValueError(f"an estimate is written as 'value', 'interval' or ''; got {spec!r}.")
        interval = self.interval_in_words()
        return f"{self.value_in_words()} ({interval})" if interval else self.value_in_words()

    def value_in_words(self) -> str:
        """The value with its unit."""
        return written(self.read.value, self.read.unit, self.read.digits)

    def interval_in_words(self) -> str:
        """The interval with its unit; "" without one."""
        if not self.has_interval:
            return ""
        parts = (self.read.low, self.read.high, self.read.unit, self.read.digits)
        return interval(*parts)

    @property
    def read(self) -> "Estimate":
        """The same in the unit in which it is read: a short time in seconds, a long one in days."""
        unit, (factor,) = fitting_unit(self.unit, self.value)
        return self if unit == self.unit or not factor else self.scaled(factor / self.value, unit)

    @property
    def digits(self) -> int:
        """Decimals: as few as the value needs, and as keep the interval on its side of "no difference".

        A ratio or an amount needs no more of them than its interval is wide.
        """
        fewest = decimals(self.value, self.unit)
        width = self.ends[1] - self.ends[0]
        if self.unit not in (*PARTS, *NAMED) and isfinite(width):
            fewest = min(fewest, decimals(width, self.unit))
        sides = [side(e - self.nothing) for e in self.ends]
        hundredfold = 2 * (self.unit in PARTS)
        for digits in range(fewest, FINEST + 1):
            if [side(round(e - self.nothing, digits + hundredfold)) for e in self.ends] == sides:
                return digits
        return fewest

    def __str__(self) -> str:
        return format(self)

    def __repr__(self) -> str:
        interval = f", 95 % interval {self:interval}" if self.has_interval else ""
        cases = "" if self.n is None else f", n = {self.n:,}"
        return f"{self:value}{interval}{cases}"


def known(estimates: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """Those estimates, by name, that the data could tell."""
    return {name: estimate for name, estimate in estimates.items() if estimate.known}


def side(distance: float) -> int:
    """1 above, -1 below, 0 at nothing."""
    return int(distance > 0) - int(distance < 0)
