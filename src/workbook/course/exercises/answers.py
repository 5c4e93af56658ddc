"""When an answer is the right one: numbers may be rounded, and what was confused with what is recognised."""

import math
import numbers
import re
from decimal import Decimal
from typing import Any

import numpy as np

from workbook.analytics.estimate import Estimate
from workbook.formatting.quantities import written

EXACT = 1e-9  # relative
FEWEST, MOST = 2, 3  # significant figures that an answer must have right, as many as it is written with
STATED = 12  # figures of an answer that are looked at: what comes after is the computer's rounding
IN_PERCENT = ("share", "change", "points")  # units that may be written in percent
WRITTEN = re.compile(
    r"(?:[A-Z]{3}|[¥€$])?\s*([+−-]?)\s*((?:\d{1,3}(?:[,_\s]\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*(%?)"
)  # a number as the pages write it: CNY 51,969 or −8 %


def value_of(expected: Any) -> Any:
    """The right answer itself, of an estimate its value."""
    return expected.value if isinstance(expected, Estimate) else expected


def kind(value: Any) -> str:
    """What sort of thing an answer is, in words."""
    if isinstance(value, bool | np.bool_):
        return "True or False"
    if isinstance(value, numbers.Real | Estimate):
        return "a number"
    if isinstance(value, str):
        return "text"
    names = {
        "Series": "a Series",
        "DataFrame": "a DataFrame",
        "ndarray": "an array",
        "NoneType": "nothing (None)",
    }
    return names.get(type(value).__name__, f"something else ({type(value).__name__})")


def read_number(text: str) -> tuple[float, bool] | None:
    """The number that a text writes, with thousands separators and a currency or without, and whether it is in percent."""
    found = WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    sign, digits, percent = found.groups()
    value = float(re.sub(r"[,_\s]", "", digits)) * (-1 if sign in ("-", "−") else 1)
    return (value / 100, True) if percent else (value, False)


def as_number(answer: Any, expected: Any) -> Any:
    """A text such as "51,969" as the number that is meant, "24 %" where a share or a change is asked for; any other answer as it is."""
    found = read_number(answer) if isinstance(answer, str) else None
    if found is None or (found[1] and unit_of(expected) not in IN_PERCENT):
        return answer
    return found[0]


def unit_of(expected: Any) -> str:
    """The unit of a right answer; a bare number between 0 and 1 is taken for a share."""
    value = value_of(expected)
    return getattr(expected, "unit", "share" if kind(value) == "a number" and 0 < value < 1 else "")


def exact(answer: Any, expected: Any) -> bool:
    """Whether an answer equals the right one."""
    answer, expected = value_of(answer), value_of(expected)
    if kind(answer) != kind(expected):
        return False
    if kind(expected) == "a number":
        return near(answer, float(expected), EXACT * abs(float(expected)))
    if isinstance(expected, str):
        return str(answer).strip().casefold() == expected.casefold()
    return bool(np.all(answer == expected))


def rounded(answer: Any, expected: Any) -> bool:
    """Whether a number is the right one in as many figures as it is written with, two at least: 0.36 and 0.358 for 0.3581, not 0.355.

    Three are enough, as a number may be computed from what a page shows.
    """
    answer, expected = value_of(answer), value_of(expected)
    if kind(answer) != "a number" or kind(expected) != "a number":
        return exact(answer, expected)
    count = min(max(figures(answer), FEWEST), MOST)
    return near(answer, float(expected), half_unit(abs(float(expected)), count) * (1 + EXACT))


def figures(answer: Any) -> int:
    """How many significant figures a number is written with; zeros at its end count for nothing."""
    try:
        written_out = Decimal(f"{float(value_of(answer)):.{STATED}g}")
    except (OverflowError, ValueError):
        return 0
    return len(written_out.normalize().as_tuple().digits) if written_out.is_finite() else 0


def half_unit(size: float, count: int) -> float:
    """Half of what the last of so many significant figures of a number counts."""
    return 10.0 ** (math.floor(math.log10(size)) - count + 1) / 2 if 0 < size < math.inf else 0.0


def near(answer: Any, expected: float, distance: float) -> bool:
    """Whether two numbers are no further apart than so much."""
    try:
        return abs(float(answer) - expected) <= max(distance, 1e-12)
    except (OverflowError, ValueError):
        return False


def confused(answer: Any, expected: Any) -> str:
    """What a number was confused with: percent, a count, the others' share, the sign; "" if with none of these."""
    answer, value = value_of(answer), value_of(expected)
    if kind(answer) != "a number" or kind(value) != "a number":
        return ""
    value, n = float(value), getattr(expected, "n", None)
    unit = unit_of(expected)
    if unit in IN_PERCENT and rounded(answer, 100 * value):
        return "That looks like percent: a share is a number between 0 and 1."
    if unit == "share" and n and near(answer, value * n, 0.5):
        return "This is their number. A share is asked for."
    if unit == "share" and rounded(answer, 1 - value):
        return "This is the share of the others."
    if value and rounded(answer, -value):
        return "The size is right, the sign is not."
    return ""


def answer_in_words(expected: Any) -> str:
    """The right answer as it is read."""
    if isinstance(expected, Estimate):
        return f"{expected:value}"
    if kind(expected) == "a number":
        value = float(expected)
        whole = abs(value) >= 1000 or (value.is_integer() and abs(value) >= 2)
        return f"{value:,.0f}" if whole else f"{value:,.4g}"
    return str(expected)


def guessed(answer: Any, expected: Any) -> str:
    """A guess as it is read; one in percent is understood where a part is asked for, and a text stays as it is."""
    if isinstance(value_of(expected), str):
        return str(answer).strip()
    unit = getattr(expected, "unit", "")
    try:
        value, percent = (
            (read_number(answer) or (answer, False)) if isinstance(answer, str) else (answer, False)
        )
        value = float(value)
    except (TypeError, ValueError):
        return str(answer)
    if percent and unit not in IN_PERCENT:
        return str(answer)
    whole = unit == "share" and value > 1
    return written(value / 100 if whole else value, unit) if unit else answer_in_words(value)
