"""Words for what was bought: a noun in its number or with its measure word, its parts, sizes and colours."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from workbook.retailer.texts import grammar as g

KINDS = ("shirt", "trousers", "dress", "knitwear", "outerwear", "shoes", "bag", "accessory")


class Wardrobe:
    """A language's garments, from rows (kind, noun, …, three parts, four sizes), and its colours."""

    def __init__(self, rows: Iterable[tuple[Any, ...]], colours: Sequence[str]) -> None:
        kinds, wordings, parts, sizes = zip(
            *((r[0], _wording(*r[1:-2]), r[-2], r[-1]) for r in rows), strict=True
        )
        self.nouns = g.menu([(k, "1", str(i)) for i, k in enumerate(kinds)], {k: (k,) for k in KINDS}, "1")
        self.wordings = list(wordings)
        self.parts, self.sizes = np.array(parts, dtype=object), np.array(sizes, dtype=object)
        self.colours = g.words_of(colours)

    def slots(self, kind: g.Whole, rng: np.random.Generator) -> list[dict[str, Any]]:
        """Words to fill in for each row: a garment of its kind, a part, two sizes and two colours of it."""
        n = len(kind)
        which = self.nouns.pick(kind, np.zeros(n, dtype=np.intp), rng).astype(np.intp)
        part = self.parts[which, rng.integers(0, self.parts.shape[1], n)]
        size, size2 = (self.sizes[which, i] for i in _two(self.sizes.shape[1], n, rng))
        colour, colour2 = (self.colours[i] for i in _two(len(self.colours), n, rng))
        return [
            {**self.wordings[w], "part": p, "size": s, "size2": s2, "colour": c, "colour2": c2}
            for w, p, s, s2, c, c2 in zip(which, part, size, size2, colour, colour2, strict=True)
        ]


def _two(of: int, n: int, rng: np.random.Generator) -> tuple[g.Whole, g.Whole]:
    """Two different numbers below ``of`` for each row."""
    first = rng.integers(0, of, n)
    return first, (first + rng.integers(1, of, n)) % of


def _wording(noun: str, how: str | bool, wear: str, once: str) -> dict[str, str]:
    """Words that follow the noun: in English its number, in Chinese its measure word."""
    if isinstance(how, str):
        return {"noun": noun, "mw": how, "wear": wear, "once": once}
    pair = ("these", "they", "them", "are", "have") if how else ("this", "it", "it", "is", "has")
    this, it, them, be, have = pair
    return {
        "noun": noun, "the": f"the {noun}", "The": f"The {noun}", "a": f"a pair of {noun}" if how else f"a {noun}",
        "this": f"{this} {noun}", "This": f"{this.capitalize()} {noun}", "it": it, "It": it.capitalize(), "them": them,
        "is": be, "has": have, "wear": wear, "once": once,
    }  # fmt: skip
