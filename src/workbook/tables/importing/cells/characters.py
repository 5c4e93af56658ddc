"""Characters of all scripts → those that numbers and times are read in: digits, signs, blanks."""

import unicodedata
from functools import cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

MINUS = "‐‑‒–—−﹣－➖"
APOSTROPHES = "’‘ʼ′´`＇"
DIRECTION = "\u200b\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
LAST_DIGIT = 0x20000  # no script has digits beyond
ARABIC_DECIMAL, ARABIC_THOUSANDS = "٫", "٬"


def plain_characters(texts: pd.Series) -> pd.Series:
    """Texts with 0 to 9 for the digits of any script, "-" for any minus, and no wide letters or marks of direction.

    Arabic's decimal and thousands signs stay: what they become depends on how the rest of a column is written.
    """
    if all_ascii(texts):
        return texts.str.strip()
    return texts.map(plain_text)


def small_letters(texts: pd.Series) -> pd.Series:
    """The same in small letters, as texts are compared."""
    plain = plain_characters(texts)
    return plain.str.lower() if all_ascii(plain) else plain.map(str.casefold)


def all_ascii(texts: pd.Series) -> bool:
    """Whether no text has a character beyond ASCII; far quicker than to look at each."""
    return bool(pc.all(pc.string_is_ascii(pa.array(texts, pa.large_string()))).as_py() is not False)


def plain_text(text: str) -> str:
    """The same of one text."""
    wide = text if text.isascii() else unicodedata.normalize("NFKC", text).translate(same_in_ascii())
    return wide.strip()


def plain_digits(texts: pd.Series) -> pd.Series:
    """Texts with 0 to 9 for the digits of any script, and otherwise as they are."""
    return texts if all_ascii(texts) else texts.map(lambda text: text.translate(digits()))


@cache
def digits() -> dict[int, str]:
    """Every character that Unicode calls a decimal digit → 0 to 9; Python's regular expressions call them digits too."""
    return {ord(c): str(unicodedata.decimal(c)) for c in map(chr, range(LAST_DIGIT)) if c.isdecimal()}


@cache
def same_in_ascii() -> dict[int, str | None]:
    """Characters → what they mean in a number or a time."""
    return (
        digits()
        | dict.fromkeys(map(ord, MINUS), "-")
        | dict.fromkeys(map(ord, APOSTROPHES), "'")
        | dict.fromkeys(map(ord, DIRECTION))
        | {ord("،"): ",", ord("；"): ";"}
    )
