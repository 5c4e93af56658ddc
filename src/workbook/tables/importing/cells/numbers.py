"""Text → numbers; which sign is the decimal one is found out from the whole column."""

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.tables.importing.cells.characters import ARABIC_DECIMAL, ARABIC_THOUSANDS
from workbook.tables.importing.cells.distinct import by_distinct, plain_first
from workbook.tables.importing.cells.money import parts
from workbook.tables.importing.readers.dictionary_encoding import Texts

THOUSANDS_GAP = re.compile(rf"(?<=\d)[\s'{ARABIC_THOUSANDS}](?=\d{{3}}(?!\d))")
NUMBER = re.compile(
    r"[+-]?(?=\.?\d)(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)?(?:\.\d*)?(?:e[+-]?\d{1,3})?", re.IGNORECASE
)
POINT = re.compile(r"\.\d{1,2}$|\.\d{4,}$|,\d{3}\.\d*$|^[+-]?0\.\d+$|,\d{3},\d{3}$")
COMMA = re.compile(r",\d{1,2}$|,\d{4,}$|\.\d{3},\d*$|^[+-]?0,\d+$|\.\d{3}\.\d{3}$")
EITHER = re.compile(r"[1-9]\d{0,2}\.\d{3}")  # 1.234 is a thousand and more, or one and a quarter
MYRIADS = {"千": 1e3, "万": 1e4, "萬": 1e4, "亿": 1e8, "億": 1e8}
IN_MYRIADS = re.compile(rf"^(\D*[\d.,\s]*\d)\s*([{''.join(MYRIADS)}])(\D*)$")  # 1.2万, ¥3万, 12.5 万元
WHOLE_NUMBER = r"-?[0-9]{1,15}"
PLAIN_NUMBER = rf"{WHOLE_NUMBER}(?:\.[0-9]{{1,20}})?"  # a float's text may have so many digits


def read_numbers(cells: Texts, decimal: str = ".") -> pd.Series:
    """Numbers, NaN for what is missing or isn't one: ``¥1,234.50``, ``1 234,50 kr``, ``(12.50)``, ``12.50-``, ``١٢٫٥٠``."""
    plain = PLAIN_NUMBER if decimal == "." else WHOLE_NUMBER
    return by_distinct(
        cells, lambda texts: plain_first(texts, plain, cast_numbers, lambda odd: numbers(odd, decimal))
    )


def cast_numbers(texts: pd.Series) -> pd.Series:
    """Numbers of texts that are nothing else."""
    return pd.Series(pc.cast(pa.array(texts), pa.float64()).to_numpy(zero_copy_only=False), texts.index)


def numbers(texts: pd.Series, decimal: str) -> pd.Series:
    """Numbers of distinct texts."""
    times = texts.str.extract(IN_MYRIADS)[1].map(MYRIADS).fillna(1.0)
    bare = bare_numbers(texts.str.replace(IN_MYRIADS, r"\1\3", regex=True))
    bare = bare.str.replace(ARABIC_DECIMAL, decimal, regex=False)
    below = bare.str.fullmatch(r"\(.*\)") | bare.str.fullmatch(r"[^-]+-")
    bare = bare.str.replace(re.compile(r"^\((.*)\)$|^([^-]+)-$"), r"\1\2", regex=True).str.strip()
    if decimal == ",":
        bare = bare.str.translate(str.maketrans(",.", ".,"))
    fits = bare.str.fullmatch(NUMBER) & (bare != "")
    value = bare.where(fits).str.replace(",", "", regex=False).astype("float64") * times
    return value.where(np.isfinite(value)).where(~below, -value)


def bare_numbers(texts: pd.Series) -> pd.Series:
    """Texts without currency and gaps between thousands, in plain characters."""
    bare = parts(texts)["number"].str.replace(THOUSANDS_GAP, "", regex=True)
    return bare.str.replace(re.compile(r"^([+-])\s+"), r"\1", regex=True)


def decimal_sign(columns: list[pd.Series]) -> str:
    """Tell "." from "," as the decimal sign by the numbers that can be read in one way only."""
    texts = pd.Series(pd.unique(pd.concat(columns)), dtype="str") if columns else pd.Series(dtype="str")
    bare = bare_numbers(texts[texts != ""]).str.strip("()-")
    return "," if bare.str.contains(COMMA).sum() > bare.str.contains(POINT).sum() else "."


def unclear_point(columns: list[pd.Series]) -> str:
    """What is to be said where every point of some numbers may part thousands; "" if one of them, or a comma, shows what it is."""
    texts = pd.Series(pd.unique(pd.concat(columns)), dtype="str") if columns else pd.Series(dtype="str")
    bare = bare_numbers(texts[texts != ""]).str.strip("()+-")
    pointed = bare[bare.str.contains(".", regex=False)]
    if pointed.empty or bare.str.contains(",").any() or not pointed.str.fullmatch(EITHER).all():
        return ""
    return (
        f"numbers such as {pointed.iloc[0]} are read as {float(pointed.iloc[0]):.10g}; if the point parts thousands, say so with "
        'decimal = "," under [file] in a mapping'
    )
