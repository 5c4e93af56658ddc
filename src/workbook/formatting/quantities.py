"""Recorded figures as a person writes them: 43 %, +12 %, CNY 293, 2.4 days."""

import math

from workbook.formatting.words import FACTOR, UNKNOWN, change, factor, known, number, percent

PARTS = ("share", "change", "points")  # of one; read as a hundredfold
COUNTED = ("customers", "orders", "purchases", "rows", "rewards")
NAMED = (*COUNTED, "days", "weeks", "hours", "minutes", "seconds")
UNITS = ("money", "ratio", *PARTS, *NAMED)


def label(name: str) -> str:
    """A figure's name as it is read: ``bought_once`` is bought once."""
    return str(name).replace("_", " ")


def decimals(value: float | None, unit: str) -> int:
    """Decimals that a value of a unit is read with: as few as tell it from nothing, and from the whole."""
    if value is None or not known(value):
        return 0
    size = abs(value)
    if unit == "points":
        return 1
    if unit in ("share", "change"):
        return 2 if 0 < size < 0.001 else int(0 < size < 0.1 or 0.9 < size < 1)
    if unit == "ratio":
        return 0 if size >= 100 else 3 if 0 < size < 0.1 else 2
    if size >= 100 or math.isclose(size, round(size)):
        return 0
    if unit in NAMED:
        return 1 + (unit in COUNTED and size < 1)
    return 3 if size < 0.1 else 2


def finer(value: float | None, unit: str) -> int:
    """Decimals for values that are held against each other; counts and money have enough."""
    return decimals(value, unit) + (unit in PARTS or unit == "ratio")


def written(value: float | None, unit: str, digits: int | None = None) -> str:
    """A value with its unit.

    Parameters
    ----------
    value : the number; nothing is known where it is missing
    unit : one of `UNITS`, or the currency of an amount
    digits : decimals; as `decimals` has it if not given
    """
    if value is None or not known(value):
        return UNKNOWN
    return named(bare(value, unit, decimals(value, unit) if digits is None else digits), unit)


def interval(low: float | None, high: float | None, unit: str, digits: int) -> str:
    """An interval in words, also where one end is open; nothing where both are unknown."""
    return between(low, high, unit, digits) or on_one_side(low, high, unit, digits)


def between(low: float | None, high: float | None, unit: str, digits: int) -> str:
    """An interval with its unit, said once: ``+33 to +68 %``, ``×9.1 to ×19``; nothing where an end is unknown."""
    if low is None or high is None or not known(low) or not known(high):
        return ""
    if unit == "change" and high >= FACTOR:  # then both ends are factors
        return f"×{factor(1 + low, digits)} to ×{factor(1 + high, digits)}"
    return named(f"{bare(low, unit, digits).removesuffix(' %')} to {bare(high, unit, digits)}", unit)


def on_one_side(low: float | None, high: float | None, unit: str, digits: int) -> str:
    """An interval with an open end: ``up to 12 hours``, ``from 3 hours on``; nothing where both ends are open."""
    if known(high):
        return f"up to {written(high, unit, digits)}"
    return f"from {written(low, unit, digits)} on" if known(low) else ""


def bare(value: float, unit: str, digits: int) -> str:
    """A number as its unit is written, without the unit's name."""
    if unit == "points":
        return f"{100 * value:+z.{digits}f}"
    as_percent = {"share": percent, "change": change}.get(unit)
    return as_percent(value, digits) if as_percent else number(value, digits)


def named(text: str, unit: str) -> str:
    """A number with the name of its unit: before it for a currency, behind it for what is counted."""
    if unit == "points":
        return f"{text} points"
    if unit in NAMED:
        return f"{text} {unit[:-1] if text == '1' else unit}"
    return text if unit in UNITS else f"{unit} {text}"
