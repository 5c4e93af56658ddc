"""Results as words, for sentences that are made from the data."""

import math
import numbers
from collections.abc import Sequence

UNKNOWN = "(not known)"
FACTOR = 3.0  # a relative change from which on it is read as a factor: +300 % is ×4.0


def known(value: float | None) -> bool:
    """Whether there is a finite number."""
    return value is not None and isinstance(value, numbers.Real) and math.isfinite(value)


def number(value: float, digits: int = 0) -> str:
    """12,345 or, with digits, 12,345.6."""
    return f"{value:z,.{digits}f}" if known(float(value)) else UNKNOWN


def percent(value: float, digits: int = 0) -> str:
    """A share as 21 %; one that rounds to nothing or to all but isn't is under 1 % or over 99 %."""
    value = float(value)
    if not known(value):
        return UNKNOWN
    text = f"{value:z.{digits}%}".replace("%", " %")
    if value and text == "0 %":
        return "under 1 %"
    return "over 99 %" if value < 1 and text == "100 %" else text


def change(value: float, digits: int = 0) -> str:
    """A relative change with its sign: +21 %, -3 %; a large one as a factor: ×14 for +1320 %."""
    value = float(value)
    if known(value) and value >= FACTOR:
        return f"×{factor(1 + value, digits)}"
    return f"{value:+z.{digits}%}".replace("%", " %") if known(value) else UNKNOWN


def factor(ratio: float, digits: int = 0) -> str:
    """A factor, with one decimal below ten, or as many more: 0.8, 4.2, 14."""
    return number(ratio, digits + (ratio < 10))


def money(value: float, currency: str = "", digits: int | None = None) -> str:
    """An amount with its currency: CNY 1,234; of "money", as an unknown one is called, the number alone.

    It has no decimals, and below ten so many that two figures are shown: 4.5, 0.014.
    """
    value = float(value)
    small = known(value) and 0 < abs(value) < 10
    text = number(
        value, (1 - math.floor(math.log10(abs(value))) if small else 0) if digits is None else digits
    )
    return f"{currency} {text}" if currency not in ("", "money") and text != UNKNOWN else text


def interval(low: float, high: float, digits: int = 0) -> str:
    """An interval: 12 to 15."""
    return f"{number(low, digits)} to {number(high, digits)}" if known(low) and known(high) else UNKNOWN


def plural(count: int, one: str, many: str = "") -> str:
    """1 customer, 2 customers."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def times(count: int) -> str:
    """never, once, twice, 3 times."""
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")


def miss(ratio: float) -> str:
    """How far a promise over what came is off: 12 % too high, 5 % too low, right; 14 times too high where percent would not be read."""
    if not known(float(ratio)):
        return UNKNOWN
    if ratio - 1 >= FACTOR:
        return f"{factor(ratio)} times too high"
    off = percent(abs(ratio - 1))
    return "right" if off == percent(0) else f"{off} too {'high' if ratio > 1 else 'low'}"


def once(lacks: Sequence[str]) -> list[str]:
    """What is lacking, tables and ``table.column``, but for columns of a table that is lacking as a whole."""
    return [need for need in lacks if "." not in need or need.partition(".")[0] not in lacks]
