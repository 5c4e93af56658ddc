"""When an answer is the right one: numbers may be rounded, and what was confused with what is recognised."""

import math
import numbers
import re
from decimal import Decimal
from typing import Any

import numpy as np

from workbook.analytics.estimate import Estimate
from workbook.course.exercises.typed import fitting, read_number, unit_wanted
from workbook.formatting.quantities import PARTS, written

EXACT = 1e-9  # relative
FEWEST, MOST = 2, 3  # significant figures that an answer must have right, as many as it is written with
STATED = 12  # figures of an answer that are looked at: what comes after is the computer's rounding
SHOWN = 4  # figures that a bare right answer is confirmed with, beside all before the point
IN_PERCENT = {"share": 1, "points": 1, "change": 2}  # sizes above which a guess in a unit was made in percent


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
    """A text such as "51,969" or "12 days" as the number that is meant, "24 %" where a share or a change is asked for.

    A text in another unit than the right answer's, and any other answer, stays as it is.
    """
    typed = read_number(answer) if isinstance(answer, str) else None
    found = None if typed is None else fitting(typed, unit_of(expected), expected)
    return answer if found is None else found


def another_unit(answer: Any, expected: Any) -> str:
    """Which unit is wanted, where an answer was typed in another; "" if it was not."""
    typed = read_number(answer) if isinstance(answer, str) else None
    if typed is None or fitting(typed, unit_of(expected), expected) is not None:
        return ""
    return unit_wanted(typed, unit_of(expected))


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
        return plain(str(answer)) == plain(expected)
    return bool(np.all(answer == expected))


def plain(text: str) -> str:
    """A text without what tells nothing apart: case, spaces, and commas between letters."""
    return re.sub(r"[\s,;]", "", text).casefold()


def rounded(answer: Any, expected: Any, most: int = MOST) -> bool:
    """Whether a number is the right one in as many figures as it is written with, two at least: 0.36 and 0.358 for 0.3581, not 0.355.

    Three are enough for a right answer, as it may be computed from what a page shows; ``most`` is how many are looked at.
    """
    answer, expected = value_of(answer), value_of(expected)
    if kind(answer) != "a number" or kind(expected) != "a number":
        return exact(answer, expected)
    count = min(max(figures(answer), FEWEST), most)
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
    if unit in PARTS and rounded(answer, 100 * value):
        return "That looks like percent: a share is a number between 0 and 1."
    if unit == "share" and n and near(answer, value * n, 0.5):
        return "This is their number. A share is asked for."
    if unit == "share" and rounded(answer, 1 - value, STATED):
        return "This is the share of the others."
    if value and rounded(answer, -value, STATED):
        return "The size is right, the sign is not."
    return ""


def answer_in_words(expected: Any) -> str:
    """The right answer as it is read."""
    if isinstance(expected, Estimate):
        return f"{expected:value}"
    return in_figures(float(expected)) if kind(expected) == "a number" else str(expected)


def in_figures(value: float) -> str:
    """A bare number as a page has it: 36,572, 0.2146, 2.5."""
    if not math.isfinite(value) or not value:
        return f"{value:g}"
    digits = max(0, SHOWN - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if digits else text


def in_unit_of(expected: Any, value: Any) -> str:
    """Another number in the right answer's unit, as it is read."""
    alike = isinstance(expected, Estimate) and kind(value) == "a number"
    return (
        f"{Estimate(float(value_of(value)), unit=expected.unit):value}" if alike else answer_in_words(value)
    )


def guessed(answer: Any, expected: Any) -> str:
    """A guess as it is read, with the digits that it was made with; 40 for a share or a change is percent, and a text stays as it is."""
    if isinstance(value_of(expected), str):
        return str(answer).strip()
    unit = getattr(expected, "unit", "")
    try:
        value = float(as_number(answer, expected))
    except (TypeError, ValueError, OverflowError):
        return str(answer).strip()
    value = value / 100 if abs(value) > IN_PERCENT.get(unit, math.inf) else value
    return written(value, unit, digits_of(value, unit)) if unit else answer_in_words(value)


def digits_of(value: float, unit: str) -> int:
    """Decimals, two at most, that a value of a unit was written with: one for 12.5 % and for 0.125."""
    figures = f"{100 * value if unit in PARTS else value:.10g}"
    return min(2, len(figures.partition(".")[2])) if "e" not in figures else 0
