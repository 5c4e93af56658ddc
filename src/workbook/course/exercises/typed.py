"""An answer typed as text: its number, its scale and its unit, as the pages write them or as people do.

A number alone is in the unit of the right answer. One with a unit is read if the right answer can be written in that unit.
"""

import re
import unicodedata
from typing import Any, NamedTuple

from workbook.analytics.estimate import Estimate
from workbook.formatting.quantities import NAMED, PARTS

SCALES = {"": 1.0, "k": 1e3, "thousand": 1e3, "million": 1e6, "billion": 1e9}
SPELLED = {
    "%": ("percent", "per cent"),
    "points": ("point", "pp", "percentage point", "percentage points"),
    "seconds": ("s", "sec"),
    "minutes": ("min",),
    "hours": ("h",),
    "days": ("d",),
    "ratio": ("times", "x", "×", "bits"),
    "CNY": ("¥", "元", "yuan", "rmb"),
    "JPY": ("¥",),
    "EUR": ("€", "euro", "euros"),
    "USD": ("$",),
    "GBP": ("£",),
}  # other ways to write a unit, in small letters
POINT = r"(?:[1-9]\d{0,2}(?:[,_\s]\d{3})+|\d+)(?:\.\d+)?|\.\d+"
COMMA = r"(?:[1-9]\d{0,2}(?:[_\s]\d{3})+|\d+),\d+"  # no separator of thousands, so a decimal comma
SIGN = r"[+−-]?"
WRITTEN = re.compile(
    rf"({SIGN})\s*([a-z]{{3}}|[¥€$£×])?\s*({SIGN})\s*(?:({POINT})|({COMMA}))"
    rf"\s*(?:({'|'.join(filter(None, SCALES))})(?![a-z]))?\s*([^\d.,;]*?)\.?",
    re.IGNORECASE,
)  # CNY 51,969 or −8 % or 1.2 million orders
ALONE = "as a number alone"
WANTED = {
    "": ALONE,
    "ratio": ALONE,
    "share": "as a share or in %",
    "change": "as a share or in %",
    "money": "as money",
}


class Typed(NamedTuple):
    """A number that was typed: its value, its unit as it was written, and what that may mean; none for a number alone."""

    value: float
    word: str
    units: frozenset[str]


def read_number(text: str) -> Typed | None:
    """The number that a text is, with thousands separators, decimal comma, scale and unit or without; else None."""
    found = WRITTEN.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return None
    minus, before, sign, point, comma, scale, after = (part or "" for part in found.groups())
    word = before or after
    units = units_of(word)
    if (before and after) or (minus and sign) or (word and not units):
        return None
    digits = re.sub(r"[,_\s]", "", point) if point else re.sub(r"[_\s]", "", comma).replace(",", ".")
    value = float(digits) * SCALES[scale.lower()]
    return Typed(-value if {minus, sign} & {"-", "−"} else value, word, units)


def units_of(word: str) -> frozenset[str]:
    """The units that a word may stand for; of one that nobody uses none."""
    small = word.lower()
    known = {unit: {unit.lower(), *ways} for unit, ways in SPELLED.items()}
    known |= {unit: {unit, unit[:-1]} | known.get(unit, set()) for unit in NAMED}
    found = {unit for unit, ways in known.items() if small in ways}
    found |= {word} if re.fullmatch("[A-Z]{3}", word) else set()
    return frozenset(found | {"money"} if any(map(str.isupper, found)) else found)


def fitting(typed: Typed, unit: str, expected: Any) -> float | None:
    """A typed number in the unit of the right answer; None where its own unit does not fit.

    A right answer that is a bare number has a unit that is not known here: it takes any, but for parts. A change may be typed as
    the factor that it is: 1.3 times for +30 %.
    """
    bare = not isinstance(expected, Estimate) and not typed.units & {"%", "points"}
    if bare or not typed.units:
        return typed.value
    if unit == "change" and "ratio" in typed.units:
        return typed.value - 1
    if unit in PARTS:
        return typed.value / 100 if "%" in typed.units or unit in typed.units else None
    return typed.value if unit in typed.units else None


def unit_wanted(typed: Typed, unit: str) -> str:
    """In which unit an answer is wanted, where it was typed in another."""
    wanted = WANTED.get(unit) or f"in {unit}"
    return f"The answer is wanted {wanted}; this is in {typed.word}."
