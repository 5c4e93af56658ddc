"""Put texts together: lines that fit a place and a mark, parts in some order, slots filled, slips of the keyboard.

A *line* is a tuple (where, marks, words): ``("late|lost", "12", "...")`` may be said where the cause is late or lost and
the mark (a grade, a sentiment) is 1 or 2. Everything is drawn for all rows at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

L = TypeVar("L")  # one language's lines, of some kind of text
Line = tuple[str, str, str]
Texts = NDArray[np.object_]
Whole = NDArray[np.intp]


@dataclass(frozen=True)
class Menu:
    """Lines, and which of them fit each place and mark: options[place, mark, 0 .. counts[place, mark])."""

    words: Texts
    options: Whole
    counts: Whole

    def pick(self, place: Whole, mark: Whole, rng: np.random.Generator) -> Texts:
        """Draw a line for each row, each that fits being as likely; "" where none does."""
        nth = (rng.random(len(place)) * self.counts[place, mark]).astype(np.intp)
        return self.words[self.options[place, mark, nth]]


def menu(lines: Iterable[Line], places: Mapping[str, Sequence[str]], marks: str) -> Menu:
    """Sort lines under places, each with the names it answers to, and marks, one character each."""
    lines = list(lines)
    _check_places(lines, places, marks)
    fitting = [
        [
            [
                i
                for i, (where, which, _) in enumerate(lines)
                if m in which and set(where.split("|")) & set(names)
            ]
            for m in marks
        ]
        for names in places.values()
    ]
    counts = np.array([[len(f) for f in row] for row in fitting], dtype=np.intp)
    options = np.full((*counts.shape, max(1, counts.max())), len(lines), dtype=np.intp)
    for p, row in enumerate(fitting):
        for m, found in enumerate(row):
            options[p, m, : len(found)] = found
    return Menu(words_of([*(words for _, _, words in lines), ""]), options, counts)


def _check_places(lines: list[Line], places: Mapping[str, Sequence[str]], marks: str) -> None:
    known = {name for names in places.values() for name in names}
    for where, which, words in lines:
        if strange := {*where.split("|")} - known:
            raise ValueError(
                f"a line's place must be one of {sorted(known)}, got {sorted(strange)}: {words!r}"
            )
        if strange := {*which} - {*marks}:
            raise ValueError(f"a line's marks must be among {marks!r}, got {sorted(strange)}: {words!r}")


def words_of(strings: Iterable[str]) -> Texts:
    """Return strings as an array of Python objects, which numpy indexes by row."""
    strings = list(strings)
    out = np.empty(len(strings), dtype=object)
    out[:] = strings
    return out


def codes(column: pd.Series, allowed: Sequence[object], name: str) -> Whole:
    """Number each value by its place among those allowed."""
    number = pd.Index(allowed).get_indexer(pd.Index(column))
    if (number < 0).any():
        strange = sorted(map(repr, set(np.asarray(column, dtype=object)[number < 0])))
        raise ValueError(f"{name} must be one of {list(allowed)}, got {strange}")
    return number


def by_language(
    frame: pd.DataFrame,
    languages: Mapping[str, L],
    write: Callable[[pd.DataFrame, L, np.random.Generator], Texts],
    rng: np.random.Generator,
) -> pd.Series:
    """Write the text of each row in its ``language``, one language after the other."""
    language = codes(frame["language"], list(languages), "language")
    texts = np.empty(len(frame), dtype=object)
    for k, words in enumerate(languages.values()):
        rows = np.flatnonzero(language == k)
        texts[rows] = write(frame.iloc[rows], words, rng)
    return pd.Series(texts, index=frame.index, dtype="str", name="text")


def blurred(mark: Whole, levels: int, share: float, rng: np.random.Generator) -> Whole:
    """Shift a share of the marks by one, within 0 .. levels - 1: people exaggerate, others play down."""
    step = np.where(rng.random(len(mark)) < 0.5, -1, 1) * (rng.random(len(mark)) < share)
    return np.clip(mark + step, 0, levels - 1)


def joined_parts(
    parts: Sequence[Texts], order: Whole, orders: Sequence[Sequence[int]], between: Texts
) -> Texts:
    """Join each row's parts in its order, leaving out the empty ones."""
    out = np.empty(len(order), dtype=object)
    for k, places in enumerate(orders):
        rows = np.flatnonzero(order == k)
        columns = (parts[p][rows] for p in places)
        out[rows] = [
            sep.join(filter(None, row))
            for sep, row in zip(between[rows], zip(*columns, strict=True), strict=True)
        ]
    return out


def slipped(texts: Texts, share: float, slip: Callable[[str, float], str], rng: np.random.Generator) -> Texts:
    """Let a share of the texts slip once; ``slip`` gets the text and a number in [0, 1) that says how."""
    rows = np.flatnonzero(rng.random(len(texts)) < share)
    out = texts.copy()
    out[rows] = [slip(text, u) for text, u in zip(texts[rows], rng.random(len(rows)), strict=True)]
    return out


def slip_in(lines: ModuleType) -> Callable[[str, float], str]:
    """Return how who writes this language slips: by sound where it has characters that sound the same."""
    return slip_of_sound(lines.HOMOPHONES) if hasattr(lines, "HOMOPHONES") else slip_of_key


def slip_of_key(text: str, u: float) -> str:
    """Drop a letter, swap two, type one twice, or lose a space."""
    if len(text) < 8:
        return text
    kind, u = divmod(u * 4, 1)
    i = 1 + int(u * (len(text) - 3))
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    if kind == 2:
        return text[:i] + text[i] + text[i:]
    gap = text.find(" ", i)
    return text if gap < 0 else text[:gap] + text[gap + 1 :]


def slip_of_sound(pairs: Sequence[tuple[str, str]]) -> Callable[[str, float], str]:
    """Write a character that sounds the same: the slip of those who type Chinese by sound."""

    def slip(text: str, u: float) -> str:
        first = int(u * len(pairs))
        for right, wrong in (*pairs[first:], *pairs[:first]):
            if right in text:
                return text.replace(right, wrong, 1)
        return text

    return slip
