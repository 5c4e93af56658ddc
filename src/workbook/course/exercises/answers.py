"""When an answer is the right one: numbers may be rounded, and what was confused with what is recognised."""

import math
import numbers
from typing import Any

import numpy as np

from workbook.analytics.estimate import Estimate
from workbook.formatting.quantities import written

EXACT = 1e-9  # relative
FIGURES = 2  # significant ones that an answer must have right
IN_PERCENT = ("share", "change", "points")  # units that may be written in percent


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


def as_number(answer: Any, expected: Any) -> Any:
    """A text such as "24 %" as the number that is meant, where a share or a change is asked for; any other answer as it is."""
    text = answer.strip() if isinstance(answer, str) else ""
    if not text.endswith("%") or unit_of(expected) not in IN_PERCENT:
        return answer
    try:
        return float(text[:-1].strip()) / 100
    except ValueError:
        return answer


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
    """Whether a number is within half a unit of the right one's second figure: 0.36 and 0.355 for 0.358, 650 for 653."""
    answer, expected = value_of(answer), value_of(expected)
    if kind(answer) != "a number" or kind(expected) != "a number":
        return exact(answer, expected)
    size = abs(float(expected))
    return near(answer, float(expected), half_unit(size) * (1 + EXACT))


def half_unit(size: float) -> float:
    """Half of what the second significant figure of a number counts."""
    return 10.0 ** (math.floor(math.log10(size)) - FIGURES + 1) / 2 if 0 < size < math.inf else 0.0


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
        return f"{value:,.0f}" if value.is_integer() and abs(value) >= 2 else f"{value:,.4g}"
    return str(expected)


def guessed(answer: Any, expected: Any) -> str:
    """A guess as it is read; one in percent for a share is understood, and a text stays as it is."""
    if isinstance(value_of(expected), str):
        return str(answer).strip()
    text = str(answer).strip().removesuffix("%").strip() if isinstance(answer, str) else answer
    unit = getattr(expected, "unit", "")
    try:
        value = float(text)
    except (TypeError, ValueError):
        return str(answer)
    percent = unit == "share" and (value > 1 or (isinstance(answer, str) and "%" in answer))
    return written(value / 100 if percent else value, unit) if unit else answer_in_words(value)
