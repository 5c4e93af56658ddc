"""Signs and codes of currencies beside numbers: which they are, and the number without them.

CLDR, by way of Babel, knows the signs. Some stand for several currencies: "$" for two dozen dollars and pesos.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.tables.importing.cells.characters import plain_characters, plain_text
from workbook.tables.importing.cells.distinct import by_distinct, plain_first
from workbook.tables.importing.cells.languages import MAIN
from workbook.tables.importing.readers.dictionary_encoding import Texts

NO_SIGN = r"[-+]?[0-9][0-9.,]*|"
# What people write too, and CLDR doesn't list.
ALSO = {
    "$": "HKD TWD USD BBD BMD BND BSD BZD CUP DOP FJD GYD KYD LRD NAD SBD SRD XCD", "元": "CNY TWD HKD", "圆": "CNY", "圓": "CNY TWD HKD", "块": "CNY", "rmb": "CNY", "人民币": "CNY", "¥": "JPY CNY",
    "円": "JPY", "원": "KRW", "rs": "INR PKR LKR MUR SCR NPR", "руб": "RUB", "р": "RUB", "грн": "UAH", "лв": "BGN", "zl": "PLN",
    "kc": "CZK", "ntd": "TWD", "nt": "TWD", "lei": "RON MDL", "leu": "RON MDL", "sfr": "CHF", "fr": "CHF", "tl": "TRY",
    "đ": "VND", "บาท": "THB", "dhs": "AED MAD", "dh": "AED MAD", "euro": "EUR", "euros": "EUR", "eur": "EUR", "kr": "ISK", "дин": "RSD",
    "din": "RSD", "ريال": "SAR OMR QAR YER IRR", "ر.س": "SAR", "د.إ": "AED", "ج.م": "EGP", "kn": "HRK", "den": "MKD", "sgd$": "SGD", "ksh": "KES",
}  # fmt: skip
UNIT = r"[a-z]?|ft|km|um|up|cg"  # stands for something else more often than for money: 5K, 3 L, 10 ft
MONEY = r"(?!X)[A-Z]{3}|X(?:AF|CD|CG|EU|OF|PF)"  # the other X are metals, tests and units of account
SHORT = ("r", "р")  # rand and rouble
GONE = ("RUR", "VEF", "UAK", "UYW", "SDD", "EEK")  # whose sign their successor has


def currencies(cells: Texts) -> pd.Series:
    """Which currency stands in each cell, beside a number or alone.

    Parameters
    ----------
    cells : texts, of amounts or of currencies: ``€50.00``, ``50.00 EUR``, ``1 999 kr``, ``US$``, ``12.50``

    Returns
    -------
    pandas.Series
        of text, one per cell: the ISO code where it is clear ("EUR", "USD" for ``US$``); the sign itself where it
        stands for several currencies ("$", "¥", "£", "kr", "rs": see `meanings`); "" where there is none, or none that is
        known. Never missing.
    """
    return by_distinct(
        cells, lambda texts: plain_first(texts, NO_SIGN, no_currency, lambda odd: parts(odd)["currency"])
    )


def meanings(currency: str) -> frozenset[str]:
    """ISO codes that a value of `currencies` may stand for: one for a code, several for a sign, none for ""."""
    return frozenset({currency}) if currency in iso_codes() else signs().get(currency, frozenset())


def no_currency(texts: pd.Series) -> pd.Series:
    """Nothing, for each text."""
    return pd.Series("", index=texts.index, dtype="str")


def parts(texts: pd.Series) -> pd.DataFrame:
    """Distinct texts, parted into a currency and what is left of them.

    Returns
    -------
    pandas.DataFrame
        currency: as of `currencies`; number: the text without it, and without a dash for no cents (``5,- €``); where
        a currency isn't known, or two that differ stand there, the text as it was.
    """
    whole = plain_characters(texts)
    found = pc.extract_regex(pa.array(whole), r"^(?s:(?P<head>[^0-9]*)(?P<number>.*?)(?P<tail>[^0-9]*))$")
    head, number, tail = (
        pd.Series(pd.array(pc.struct_field(found, name), dtype="str"), texts.index)
        for name in ("head", "number", "tail")
    )
    before, behind = (
        affixes(side, parting) for side, parting in ((head, before_number), (tail, behind_number))
    )
    both = pd.Series(map(agreed_currency, before["sign"], behind["sign"]), texts.index, dtype="object")
    known = both.notna()
    bare = (before["left"] + number + behind["left"]).where(known, whole)
    return pd.DataFrame({"currency": both.fillna("").astype("str"), "number": bare.str.strip()})


def affixes(sides: pd.Series, parting: Callable[[str], tuple[str | None, str]]) -> pd.DataFrame:
    """Part what stands on one side of the numbers; there are far fewer of these than numbers."""
    codes, distinct = pd.factorize(sides)
    found = pd.DataFrame([parting(text) for text in distinct], columns=["sign", "left"], dtype="object")
    return found.take(codes).set_axis(sides.index)


def before_number(text: str) -> tuple[str | None, str]:
    """Part what stands before a number into a currency's sign (None if it is unknown) and signs of the number's own."""
    bare = text.strip(" -+('\"")
    point = "." if text.endswith(".") and not known_with_point(bare) else ""
    word = normal(bare)
    sign = word if not word or word in signs() else None
    return sign, "".join(c for c in text if c in "-+(") + point


def known_with_point(text: str) -> bool:
    """Whether a point at the end is an abbreviation's (Rs.500), not a number's (USD.50)."""
    return len(text) > 1 and text[-2].isalpha() and normal(text).upper() not in iso_codes()


def behind_number(text: str) -> tuple[str | None, str]:
    """The same for what stands behind a number."""
    text = re.sub(r"^[.,]\s*-+(?!\d)", "", text)
    word = normal(text.strip(" -+)'\""))
    sign = word if not word or word in signs() else None
    return sign, ("." if text[:1] == "." and not word else "") + "".join(c for c in text if c in "-)")


def agreed_currency(one: str | None, other: str | None) -> str | None:
    """The currency that two signs agree on, "" where there is none, None where they don't or one is unknown."""
    if one is None or other is None:
        return None
    some = [signs()[sign] for sign in (one, other) if sign]
    if not some:
        return ""
    common = frozenset.intersection(*some)
    return next(iter(common)) if len(common) == 1 else (one or other) if common else None


def normal(sign: str) -> str:
    """A sign without case, blanks, and the point of an abbreviation."""
    return re.sub(r"\s", "", sign).strip(".").casefold()


@cache
def iso_codes() -> frozenset[str]:
    """ISO 4217's codes of money, past and present."""
    from babel.numbers import list_currencies

    return frozenset(c for c in list_currencies() if re.fullmatch(MONEY, c) and c not in GONE)


@cache
def signs() -> Mapping[str, frozenset[str]]:
    """Every sign, normalised, → the currencies that it may stand for; a code is a sign too."""
    from babel import Locale

    found: dict[str, set[str]] = {}
    for place in MAIN:
        for code, sign in Locale.parse(place).currency_symbols.items():
            if code in iso_codes() and sign != code:
                found.setdefault(normal(plain_text(sign)), set()).add(code)
    for sign, meant in ALSO.items():
        found.setdefault(sign, set()).update(meant.split())
    plain = {s: frozenset(c) for s, c in found.items() if s in SHORT or not re.fullmatch(UNIT, s)}
    return plain | {c.casefold(): frozenset({c}) for c in iso_codes()}
