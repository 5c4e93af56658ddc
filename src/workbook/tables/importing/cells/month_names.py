"""Names of months and weekdays → what the patterns of times know; the language is found out from the whole column.

A word may be a month in two languages, and not the same one: "lis" is October in Croatian and November in Polish. So the
language that reads most of a column reads all of it, and no word is read by its beginning alone: "marraskuuta" is November.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import pandas as pd

from workbook.tables.importing.cells.characters import plain_text
from workbook.tables.importing.cells.languages import MAIN

ENGLISH = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
WORD = re.compile(r"[^\W\d_][^\d\s,/()\-:;'+]*")
# Words around a date that say nothing, and those that stay, because the patterns of times know them.
FILLERS = frozenset(
    "de del d den der the of le il lo el dia día dne dnia m г года р року год gada g năm ngày tháng kl klo uhr um at à ob o na".split()  # noqa: SIM905
)
KEPT = frozenset(
    [
        "am",
        "pm",
        "z",
        "utc",
        "gmt",
        "t",
        "h",
        "年",
        "月",
        "日",
        "时",
        "時",
        "点",
        "分",
        "秒",
        "年月",
        "上午",
        "下午",
        "晚上",
        "午前",
        "午後",
        "오전",
        "오후",
        "년",
        "월",
        "일",
        "시",
        "분",
        "초",
    ]
)
SHORTEST = 3  # letters of a beginning that is read as the one name that begins so
Words = Mapping[str, str]  # a word → the English month, or "" for what says nothing


def with_words(texts: pd.Series, words: Words) -> pd.Series:
    """Texts with English months for the words that are months, and without those that say nothing."""
    return texts.map(lambda text: WORD.sub(lambda word: words.get(without_points(word[0]), word[0]), text))


def without_points(word: str) -> str:
    """A word without the points of an abbreviation."""
    return word.replace(".", "")


def in_english() -> Words:
    """Words of dates in English."""
    return in_languages(("en", "en_GB"))


@cache
def in_languages(languages: Sequence[str]) -> Words:
    """Words of dates in languages that agree."""
    found = dict.fromkeys([*FILLERS, *weekdays(languages)], "")
    for language in languages:
        found |= {word: ENGLISH[month - 1] for word, month in months(language).items()}
    return found


def column_words(texts: pd.Series) -> tuple[Words, str]:
    """The words of a whole column of dates, and what a reader should know: in which language they were read.

    Parameters
    ----------
    texts : different texts, in small letters
    """
    counts = Counter(without_points(word) for text in texts for word in set(WORD.findall(text)))
    names = {w: n for w, n in counts.items() if w not in KEPT and w not in FILLERS}
    english = in_english()
    if set(names) <= set(english):
        return english, ""
    days: dict[str, str] = dict.fromkeys(weekdays(MAIN), "")
    names = {w: n for w, n in names.items() if w not in days or any(w in months(x) for x in MAIN)}
    best = most_read(names, MAIN) or most_read(names, every_language())
    if not best or "en" in best or "en_GB" in best:
        return {**days, **english}, ""
    meant = {word: {months(x)[word] for x in best if word in months(x)} for word in names}
    torn = sorted(word for word in names if len(meant[word]) > 1)
    sure = {word: next(iter(found)) for word, found in meant.items() if len(found) == 1}
    more = others([word for word in names if not meant[word]], best)
    found = days | dict.fromkeys(FILLERS, "") | {w: ENGLISH[m - 1] for w, m in (more | sure).items()}
    return {word: month for word, month in found.items() if word not in torn}, month_notes(best, torn)


def month_notes(best: Sequence[str], torn: Sequence[str]) -> str:
    """In which language months were read, or why not."""
    from babel import Locale

    names = list(dict.fromkeys(str(Locale.parse(x).get_language_name("en")) for x in best))[:3]
    if torn:
        return (
            f"{torn[0]!r} is one month in one language and another in another ({', '.join(names)}), and no other date of the "
            "column tells which: not read; write months as numbers"
        )
    return f"names of months are read as {' or '.join(names)}"


def most_read(names: Mapping[str, int], languages: Iterable[str]) -> list[str]:
    """Those languages that know most of the words as months."""
    score = {x: sum(n for word, n in names.items() if word in months(x)) for x in languages}
    most = max(score.values())
    return [x for x in score if score[x] == most] if most else []


def others(names: Iterable[str], best: Sequence[str]) -> dict[str, int]:
    """Months for words that the best languages don't have: a beginning of one name alone, or a month in all languages."""
    found = {}
    for word in names:
        begun = {
            m
            for x in best
            for name, m in months(x).items()
            if len(word) >= SHORTEST and name.startswith(word)
        }
        meant = begun or {months(x)[word] for x in MAIN if word in months(x)}
        if len(meant) == 1:
            found[word] = meant.pop()
    return found


@cache
def every_language() -> tuple[str, ...]:
    """Languages of CLDR, without their places."""
    from babel.localedata import locale_identifiers

    return tuple(x for x in locale_identifiers() if "_" not in x)


@cache
def months(language: str) -> Mapping[str, int]:
    """Names of months, written out and abbreviated, in and out of a date, with and without marks on letters → 1 to 12."""
    from babel.dates import get_month_names

    found: dict[str, int] = {}
    for width in ("abbreviated", "wide"):
        for context in ("format", "stand-alone"):
            for month, name in get_month_names(width, context, language).items():
                found |= dict.fromkeys(spellings(name), month)
    return found


@cache
def weekdays(languages: Sequence[str]) -> frozenset[str]:
    """Names of weekdays in some languages, but for those that mean something else in a date: 日 is a day too."""
    from babel.dates import get_day_names

    names = [
        name
        for language in languages
        for width in ("abbreviated", "wide", "short")
        for context in ("format", "stand-alone")
        for name in get_day_names(width, context, language).values()
    ]
    return frozenset(word for name in names for word in spellings(name)) - KEPT


def spellings(name: str) -> set[str]:
    """How a name is written: as it is, with plain letters, and with German's ae for ä; only what is one word."""
    words = WORD.findall(plain_text(name).casefold())
    if len(words) != 1:
        return set()
    word = without_points(words[0])
    parted = unicodedata.normalize("NFD", word)
    german = parted.replace("a\u0308", "ae").replace("o\u0308", "oe").replace("u\u0308", "ue")
    latin = "".join(c for c in parted if not unicodedata.combining(c)) if word[:1] < "\u0250" else word
    return {word, latin, unicodedata.normalize("NFC", german)}
