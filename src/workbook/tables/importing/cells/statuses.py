"""Text → what an order's status means: a purchase, or none, in the words of several languages and systems."""

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from workbook.tables.importing.cells.distinct import by_distinct
from workbook.tables.importing.cells.flags import NO
from workbook.tables.importing.cells.ids import ids
from workbook.tables.importing.readers.dictionary_encoding import Texts

UNKNOWN = "unknown"
PARTLY = "partly refunded"  # a purchase, of which a part came back
PREFIX = "wc-"  # of WooCommerce's own statuses
NOT_CANCELLED = {*NO, "not cancelled", "not canceled", "active", "未取消", "正常"}


def read_statuses(cells: Texts) -> pd.Series:
    """What each status means: "purchase", "cancelled", "unpaid", "failed", "test", "refunded", "partly refunded"; "unknown", or "" where none is."""
    return by_distinct(cells, lambda texts: texts.map(meaning))


def says_cancelled(cells: Texts) -> pd.Series:
    """Whether each cell says that an order was cancelled: by a yes, a time, a reason; not by nothing or a no."""
    return by_distinct(
        cells, lambda texts: ids(texts).notna() & ~texts.str.strip().str.casefold().isin(NOT_CANCELLED)
    )


def says_returned(cells: Texts) -> pd.Series:
    """Whether each cell says that a line takes something back: return, refund, 退货, Gutschrift."""
    return by_distinct(cells, lambda texts: texts.map(bare_letters).isin(words_of_lines()["returned"]))


def says_sold_or_returned(cells: Texts) -> pd.Series:
    """Whether each cell says what became of a line: it was sold, or takes something back."""
    both = frozenset.union(*words_of_lines().values())
    return by_distinct(cells, lambda texts: texts.map(bare_letters).isin(both))


@cache
def words_of_lines() -> Mapping[str, frozenset[str]]:
    """Words for a line that sells, and for one that takes something back."""
    return {what: frozenset(words.split()) for what, words in known()["lines"].items()}


def meaning(text: str) -> str:
    """The same of one text."""
    word = bare_letters(text.strip().removeprefix(PREFIX))
    if not word:
        return ""
    whole, parts = meanings()
    return whole.get(word) or next((what for part, what in parts.items() if part in word), UNKNOWN)


def bare_letters(text: str) -> str:
    """A text in small letters, without accents and whatever is no letter or figure."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFKC", "".join(c for c in letters if c.isalnum() or c in "\u3099\u309a"))


@cache
def meanings() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Words, and parts of words in the order in which they are looked for, → what they mean."""
    words = {word: what for what, some in known()["words"].items() for word in some.split()}
    return words, {part: some["means"] for some in known()["parts"] for part in some["words"].split()}


@cache
def known() -> Mapping[str, Any]:
    """What the file of words holds."""
    source = resources.files("workbook.tables.importing.cells") / "statuses.toml"
    return tomllib.loads(source.read_text("utf-8"))
