"""What is written of the notebooks elsewhere and follows from them: README's table, the start notebook's, and minutes.

``python -m workbook.course.contents`` writes it, as does ``make notebooks``.
"""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from workbook.course import catalogue, sections
from workbook.course.catalogue import Notebook
from workbook.tables.errors import DataError
from workbook.tables.locations import home

BEGIN, END = "<!-- notebooks: written by make notebooks -->\n", "<!-- end of notebooks -->"
MINUTES = re.compile(r"(?m)\A(# .+\n+\*\*.+?)(?: · \d+ minutes.*)?$")  # end the line under a notebook's title


def outdated(root: Path) -> dict[Path, str]:
    """Files of a project whose text doesn't follow from its notebooks, each with the text that does.

    Raises
    ------
    DataError
        for a file without the place that is written here.
    """
    found = catalogue.notebooks(root / "notebooks")
    pages = {n.path: json.loads(n.path.read_text(encoding="utf-8")) for n in found}
    write_start(pages[found[0].path], found[1:])
    times = {n.id: sections.minutes(pages[n.path]["cells"]) for n in found}
    for n in found:
        write_minutes(pages[n.path]["cells"][0], n.id, *times[n.id])
    texts = {path: json.dumps(page, indent=1, ensure_ascii=False) + "\n" for path, page in pages.items()}
    readme = root / "README.md"
    texts[readme] = with_lines_between(readme.read_text(encoding="utf-8"), listing(found, times), readme.name)
    return {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}


def write_start(page: dict[str, Any], others: Sequence[Notebook]) -> None:
    """Write the other notebooks' table into the page that leads to them."""
    cell = next((c for c in page["cells"] if BEGIN in sections.text(c)), page["cells"][-1])
    heads = ["| chapter | question | notebook |", "|---|---|---|"]
    rows = [f"| {n.chapter.replace('_', ' ')} | {n.question} | [{n.short}]({n.id}.ipynb) |" for n in others]
    text = with_lines_between(sections.text(cell), [*heads, *rows], "the start notebook")
    cell["source"] = text.splitlines(keepends=True)


def write_minutes(cell: dict[str, Any], name: str, reading: int, practice: int) -> None:
    """Write a notebook's minutes into its first cell."""
    said = rf"\1 · {reading} minutes to read" + (f", {practice} for exercises" if practice else "")
    text, count = MINUTES.subn(said, sections.text(cell), count=1)
    if not count:
        raise DataError(
            f"Under its title {name} must have a line of its Chinese one, **中文**, which gets the minutes."
        )
    cell["source"] = text.splitlines(keepends=True)


def listing(found: Sequence[Notebook], times: dict[str, tuple[int, int]]) -> list[str]:
    """README's table: a row per notebook."""
    rows = [f"| `{n.id}` | {times[n.id][0]} + {times[n.id][1]} | {n.question} |" for n in found]
    return ["| notebook | minutes to read + for exercises | its question |", "|---|---|---|", *rows]


def with_lines_between(text: str, lines: Sequence[str], name: str) -> str:
    """A text with other lines between its two marks."""
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise DataError(f"{name} must have the lines {BEGIN.strip()!r} and {END!r} around its table.")
    return f"{head}{BEGIN}\n" + "\n".join(lines) + f"\n\n{END}{tail}"


def main() -> None:
    """Write what is outdated, and say what that was."""
    for path, text in outdated(home()).items():
        path.write_text(text, encoding="utf-8")
        print(f"written: {path.relative_to(home())}")


if __name__ == "__main__":
    main()
