"""Lines of totals, which stand among the rows and are none."""

import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.raw_table import Raw

TOTAL = "a line of totals"
WORDS = """
    total|totals|grand total|sum|sum total|subtotal|sub total|sub-total|overall|overall total|total general|total général|sous-total|
    somme|summe|gesamt|gesamtsumme|endsumme|zwischensumme|insgesamt|totale|totale generale|subtotale|totaal|subtotaal|suma|suma total|
    gran total|razem|suma końcowa|итого|всего|итог|общий итог|合计|总计|小计|共计|总和|合計|総計|小計|總計|總和|합계|총계|소계|toplam|genel toplam|
    yhteensä|summa|totalsumma|i alt|sum totalt|totalt|celkem|spolu|összesen|végösszeg|ukupno|skupaj|σύνολο|รวม|รวมทั้งหมด|tổng|tổng cộng|
    jumlah|total keseluruhan|الإجمالي|المجموع|الاجمالي|סה"כ|कुल|कुल योग|جمع|جمع کل
"""
SPELLED = "|".join(re.split(r"\s*[|\n]\s*", WORDS.strip().replace("|\n", "\n")))
WORD = rf"(?i)^\s*(?:{SPELLED})\s*[:：]?\s*$"  # of RE2, which goes through millions of texts in no time
FIRST = 3  # columns in one of which the word stands, with nothing before it
LAST = 5  # rows of a file among which a total needs no blank cell


def without_totals(raw: Raw, last: bool) -> Raw:
    """Reject lines whose first filled cell says that they are totals: if a cell is blank, or among the last of a file."""
    columns = raw.texts.columns[:FIRST]
    if not any(pc.any(matches(chunk.dictionary)).as_py() for column in columns for chunk in column.chunks):
        return raw
    is_total, before = np.zeros(len(raw.row), dtype=bool), np.ones(len(raw.row), dtype=bool)
    for column in columns:
        codes, texts = as_codes(column)
        is_total |= before & matches(pa.array(texts, pa.large_string())).to_numpy(zero_copy_only=False)[codes]
        before &= (texts.str.strip() == "").to_numpy()[codes]
    place = np.flatnonzero(is_total)
    blank = has_blank(raw.texts.take(place))
    at_end = last and (~blank).sum() == 1  # several whole rows are those of somebody called so
    place = place[blank | (at_end & (len(raw.row) - place <= LAST))]
    trouble = raw.trouble.copy()
    trouble.iloc[place] = trouble.iloc[place].where(trouble.iloc[place] != "", TOTAL)
    return replace(raw, trouble=trouble)


def matches(texts: pa.Array) -> pa.Array:
    """Tell which texts are a word for a total."""
    return pc.match_substring_regex(texts, WORD)


def has_blank(rows: pa.Table) -> np.ndarray:
    """Tell of some rows whether a cell of theirs is blank."""
    blank = np.zeros(len(rows), dtype=bool)
    for column in rows.columns:
        codes, texts = as_codes(column)
        blank |= (texts.str.strip() == "").to_numpy()[codes]
    return blank
