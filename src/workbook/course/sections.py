"""A notebook's cells under their headings: what a section needs, which ones are for the curious, and how long it all takes.

Cells are plain dicts, as JSON and nbformat both have them, because importing nbformat takes longer than `workbook list` may.
"""

import copy
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from workbook.tables.extras import EXTRAS

NARRATION = "narration"  # tag of cells that only say, record or decide; their code is folded
CURIOUS = "For the curious"  # what headings of sections begin with that are folded and not counted
HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
FENCE = re.compile(r" {0,3}(```|~~~)")
# Words read in a minute; minutes for a visible code cell with what it shows, as readers took; for an exercise.
WORDS, CODE, EXERCISE = 130, 1, 4


@dataclass(frozen=True, eq=False)
class Heading:
    """A heading: its level, its text, and what its section needs beyond the notebook's own: tables, columns, extras."""

    level: int
    text: str
    needs: tuple[str, ...] = ()

    @property
    def curious(self) -> bool:
        """Whether its section is beside the core path."""
        return self.text.startswith(CURIOUS)


@dataclass(frozen=True)
class Part:
    """A code cell, or what a Markdown cell has under one heading; ``under`` are the headings that it stands under, its own last."""

    cell: Mapping[str, Any]
    source: str
    under: tuple[Heading, ...]

    @property
    def heading(self) -> Heading | None:
        """The heading that it begins with, if it does."""
        begins = self.cell["cell_type"] == "markdown" and HEADING.match(self.source)
        return self.under[-1] if begins else None

    @property
    def curious(self) -> bool:
        """Whether it is beside the core path."""
        return any(heading.curious for heading in self.under)


def text(cell: Mapping[str, Any]) -> str:
    """A cell's source, which may be stored as lines."""
    return "".join(cell["source"])


def tags(cell: Mapping[str, Any]) -> list[str]:
    """Tags of a cell."""
    return list(cell["metadata"].get("tags", []))


def needs(cell: Mapping[str, Any]) -> tuple[str, ...]:
    """What a heading's cell says that its section needs."""
    return tuple(cell["metadata"].get("workbook", {}).get("needs", ()))


def parts(cells: Sequence[Mapping[str, Any]]) -> Iterator[Part]:
    """The cells of a notebook in order, each Markdown cell cut before its headings."""
    under: tuple[Heading, ...] = ()
    for cell in cells:
        if cell["cell_type"] != "markdown":
            yield Part(cell, text(cell), under)
            continue
        for number, piece in enumerate(pieces(text(cell))):
            if found := HEADING.match(piece):
                level = len(found[1])
                own = Heading(level, found[2].strip(), needs(cell) if number == 0 else ())
                under = (*(heading for heading in under if heading.level < level), own)
            yield Part(cell, piece, under)


def pieces(source: str) -> list[str]:
    """A Markdown text cut before its headings; a ``#`` in a block of code is none."""
    found, fence = [""], ""
    for line in source.splitlines(keepends=True):
        if mark := FENCE.match(line):
            fence = "" if mark[1] == fence else fence or mark[1]
        elif not fence and HEADING.match(line) and found != [""]:
            found.append("")
        found[-1] += line
    return found


def rejoined_cells(kept: Sequence[tuple[Any, str]]) -> list[Any]:
    """Cells of the parts that were kept, those of one cell together again; one that is whole stays as it is stored."""
    cells = []
    for _, some in groupby(kept, key=lambda part: id(part[0])):
        same, sources = zip(*some, strict=True)
        cell, source = same[0], "".join(sources)
        own = cell["source"] if source == text(cell) else source.rstrip("\n")
        cells.append(type(cell)({**copy.deepcopy(dict(cell)), "source": own}))
    return cells


def section_needs(cells: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Tables and columns that sections need beyond the notebook's own, each once; extras aren't the data's matter."""
    return tuple(dict.fromkeys(need for cell in cells for need in needs(cell) if need not in EXTRAS))


def minutes(cells: Sequence[Mapping[str, Any]]) -> tuple[int, int]:
    """Minutes to read a notebook's core path, rounded to five, and minutes for its exercises."""
    core = [part for part in parts(cells) if not part.curious]
    words = sum(len(part.source.split()) for part in core if part.cell["cell_type"] == "markdown")
    code = [tags(part.cell) for part in core if part.cell["cell_type"] == "code"]
    asked = sum("exercise" in tagged for tagged in code)
    visible = sum(not {"exercise", NARRATION} & set(tagged) for tagged in code)
    return max(5, 5 * math.floor((words / WORDS + CODE * visible) / 5 + 0.5)), EXERCISE * asked
