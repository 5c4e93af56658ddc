"""Texts of a picture: what the fonts can draw, how wide it is, and where it is broken into lines."""

import re
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from itertools import accumulate
from math import ceil
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

from matplotlib.font_manager import findfont, fontManager, get_font

from workbook.formatting.safe import visible

NAME, LABEL, TITLE = 64, 120, 240  # letters of texts in a picture, at most
END = 8  # of a text that is too long; what tells two ids apart is more often there than in the middle
families = ["DejaVu Sans"]  # fonts that are looked through for a character
WIDE = "\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60"  # characters of the East, two letters wide
PARTS = re.compile(rf"[^\s{WIDE}]+\s*|[{WIDE}]\s*|\s+")  # between which a line may end


def drawable(value: Any, most: int = NAME) -> Any:
    """A text without unseen characters and those that the fonts don't have, its middle left out where it is long.

    Matplotlib warns of each character that it can't draw, and gives up the layout for a label as wide as the picture.
    """
    if not isinstance(value, str):
        return value
    text = "".join(
        c if ord(c) in characters() or ord(c) in chinese_characters() else "\ufffd" for c in visible(value)
    )
    if letters(text) <= most:
        return text
    end = text[-END:]
    room = most - letters(end) - 1
    return text[: sum(width <= room for width in accumulate(map(letters, text)))] + "…" + end


def letters(text: object) -> int:
    """How wide a text is, in letters; a Chinese character takes the room of two."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in str(text))


def fold(text: str, width: int) -> str:
    """A text in as few lines of so many letters as it needs, of about one length; a longer word is broken."""
    count = text_lines(text, width).count("\n")
    least = ceil(letters(text) / (count + 1))
    tries = (text_lines(text, narrow) for narrow in range(max(least, 1), max(width, 1)))
    return next((lines for lines in tries if lines.count("\n") == count), text_lines(text, width))


def text_lines(text: str, width: int) -> str:
    """A text in lines of at most so many letters, each as full as it can be."""
    lines = [""]
    for part in PARTS.findall(text):
        if lines[-1] and letters(lines[-1] + part.rstrip()) > width:
            lines.append("")
        while letters(part.rstrip()) > max(width, 2):
            lines[-1:] = [part[:width], ""]
            part = part[width:]
        lines[-1] += part
    return "\n".join(line.rstrip() for line in lines).strip("\n")


def longest_word(text: str) -> int:
    """Letters of the longest part of a text that isn't broken if there is room for it."""
    return max((letters(part.rstrip()) for part in PARTS.findall(text)), default=0)


@cache
def characters() -> frozenset[int]:
    """Characters that the font of the style can draw."""
    return frozenset(get_font(findfont(families[0])).get_charmap())


@cache
def chinese_characters() -> frozenset[int]:
    """Characters of the font for Chinese, which is taken along from now on: reading it costs every process a moment.

    It comes with zhplot, so that pictures look the same on machines with and without Chinese fonts.
    """
    package = find_spec("zhplot")  # which would change the settings of all pictures if it was imported
    if not package or not package.origin:
        return frozenset()
    path = Path(package.origin).with_name("fonts") / "NotoSansSC-Regular.ttf"
    fontManager.addfont(path)
    fontManager.ttflist.append(replace(fontManager.ttflist[-1], weight=700))  # it serves for bold titles too
    families.append("Noto Sans SC")
    return frozenset(get_font(path).get_charmap())
