"""The notebooks, as they describe themselves, each with its lesson: title, minutes, what it needs, parameters.

Read as plain JSON, because importing nbformat alone takes longer than `workbook list` may.
"""

import ast
import json
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbook.course import lessons, sections
from workbook.course.lessons.lesson import Lesson
from workbook.course.lessons.limits import spelt
from workbook.tables.errors import DataError, choose
from workbook.tables.locations import home

HEAD = re.compile(r"# (.+)")
TYPES = {"str": str, "int": int, "float": float, "bool": bool}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a notebook: name, type, default, and what its comment says."""

    name: str
    type: str
    default: Any
    comment: str


@dataclass(frozen=True)
class Notebook:
    """A notebook of the course.

    Attributes
    ----------
    id : its path without the ending, such as ``02_segmentation/01_rfm_tiers``
    path : of the file
    title : of its first cell, the question included
    lesson : what the course knows of it beyond its pages
    reading, practice : minutes to read it, and for its exercises
    section_needs : tables and ``table.column`` that some of its sections need beyond what the lesson needs
    parameters : of its cell tagged parameters
    """

    id: str
    path: Path
    title: str
    lesson: Lesson
    reading: int
    practice: int
    section_needs: tuple[str, ...]
    parameters: tuple[Parameter, ...]

    def __getstate__(self) -> dict[str, Any]:
        """All but the lesson, whose functions can't go to another process; it is found there by its name."""
        return {name: value for name, value in vars(self).items() if name != "lesson"}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Find the lesson."""
        vars(self).update(state, lesson=lessons.lesson(short(state["id"])))

    @property
    def needs(self) -> tuple[str, ...]:
        """Tables and ``table.column`` without which nothing of it can be shown."""
        return self.lesson.needs

    def lacking(self, lacks: Callable[..., list[str]]) -> list[str]:
        """What keeps a data set from saying anything here: what the notebook needs, or all tables of its sections where it needs
        none of its own; ``lacks`` gives those of some needs that the data doesn't have.
        """
        tables = {need.partition(".")[0] for need in self.section_needs} - {"truth"}
        nothing = not self.needs and tables and len(lacks(*tables)) == len(tables)
        return lacks(*(sorted(tables) if nothing else self.needs))

    @property
    def topic(self) -> str:
        """The title without its question."""
        return self.title.partition(":")[0]

    @property
    def question(self) -> str:
        """The business question that it answers: the title behind its colon."""
        question = self.title.partition(":")[2].strip()
        return question[:1].upper() + question[1:]

    @property
    def short(self) -> str:
        """What one types for it: ``rfm_tiers``."""
        return short(self.id)

    @property
    def chapter(self) -> str:
        """Folder of the chapter; empty for the start page."""
        return self.id.rpartition("/")[0]

    @property
    def names(self) -> set[str]:
        """Everything it answers to."""
        last = self.id.rpartition("/")[2]
        chapter = {self.chapter, self.chapter[:2]} if self.chapter else set()
        return {self.id, last, short(self.id)} | chapter


def short(id: str) -> str:
    """What one types for a notebook: ``rfm_tiers`` for ``02_segmentation/01_rfm_tiers``."""
    last = id.rpartition("/")[2]
    return last.partition("_")[2] if last[:2].isdigit() else last


def notebooks(folder: Path | None = None) -> list[Notebook]:
    """Return all notebooks in the order of the course."""
    root = folder or home() / "notebooks"
    return [read(path, root) for path in paths(root)]


def notebook(name: str, folder: Path | None = None) -> Notebook:
    """Return the notebook with a short name; no other is read.

    Raises
    ------
    DataError
        for a name that no notebook has, with the nearest.
    """
    root = folder or home() / "notebooks"
    found = {short(path.stem): path for path in paths(root)}
    if name not in found:
        raise choose("The notebook", name, found)
    return read(found[name], root)


def paths(root: Path) -> list[Path]:
    """Files of notebooks under a folder, in the order of the course."""
    every = {path.relative_to(root): path for path in root.rglob("*.ipynb")}
    seen = [inside for inside in every if not any(part.startswith(".") for part in inside.parts)]
    return [every[inside] for inside in sorted(seen, key=lambda inside: inside.as_posix())]


def read(path: Path, root: Path) -> Notebook:
    """Read what a notebook says of itself.

    Raises
    ------
    DataError
        if it isn't a notebook, its title or its parameters are missing, or it has no lesson.
    """
    name = path.relative_to(root).with_suffix("").as_posix()
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        reading, practice = sections.minutes(cells)
        title = HEAD.match(sections.text(cells[0]))[1]  # type: ignore[index]
        own = tuple(parameters(tagged(cells, "parameters")))
        more = sections.section_needs(cells)
    except (ValueError, KeyError, IndexError, TypeError, SyntaxError, StopIteration) as error:
        raise DataError(
            f"Notebook {name!r} must begin with its title and have a cell tagged parameters: {error!r}."
        ) from None
    if short(name) not in lessons.names():
        raise DataError(f"Notebook {name!r} has no lesson; write course/lessons/{short(name)}.py.")
    return Notebook(name, path, title, lessons.lesson(short(name)), reading, practice, more, own)


def tagged(cells: list[dict[str, Any]], tag: str) -> str:
    """Source of the first cell with a tag."""
    return next(sections.text(c) for c in cells if tag in sections.tags(c))


def parameters(source: str) -> list[Parameter]:
    """Parameters of a cell of lines ``name: type = value  # comment``."""
    lines = source.encode().splitlines()  # the syntax tree counts in bytes
    return [
        Parameter(
            name=ast.unparse(node.target),
            type=ast.unparse(node.annotation),
            default=ast.literal_eval(node.value),
            comment=after(lines[(node.end_lineno or 1) - 1], node.end_col_offset or 0),
        )
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and node.value is not None
    ]


def after(line: bytes, end: int) -> str:
    """Return the comment behind the code of a line."""
    return line[end:].decode().partition("#")[2].strip()


def select(names: list[str], among: list[Notebook]) -> list[Notebook]:
    """Notebooks that a request names, in the order of the course; all for no name.

    Raises
    ------
    DataError
        for a name that no notebook answers to, with the nearest.
    """
    for name in names:
        if not any(name in n.names for n in among):
            allowed = {short(n.id) for n in among} | {n.chapter for n in among if n.chapter}
            raise choose("A notebook or chapter", name, allowed)
    return [n for n in among if not names or set(names) & n.names]


def needed(notebook: Notebook) -> list[str]:
    """What a notebook needs, and what some of its sections need beyond that."""
    said = {"needs": notebook.needs, "and in some sections": notebook.section_needs}
    return [f"{what} {', '.join(items)}" for what, items in said.items() if items]


def description_lines(notebook: Notebook) -> list[str]:
    """What a notebook teaches of the course, and its parameters as ``-p`` takes them: default, what it is, what it may be."""
    own = [p for p in notebook.parameters if p.name != "data"]
    width = max((len(f"-p {p.name}={p.default}") for p in own), default=0)
    limits = {name: f" ({spelt(ends)})" for name, ends in notebook.lesson.all_limits.items()}
    teaches = notebook.lesson.teaches
    return [
        *([f"teaches {', '.join(teaches)}"] if teaches else []),
        *(f"{f'-p {p.name}={p.default}':{width}}  {p.comment}{limits.get(p.name, '')}" for p in own),
    ]


def typed(given: list[str], selected: list[Notebook]) -> dict[str, Any]:
    """Turn ``name=value`` requests into values of the parameters' types.

    Raises
    ------
    DataError
        for a name that no selected notebook has, a value of another type, or ``data``, which has its own option.
    """
    known = {p.name: p for n in selected for p in n.parameters if p.name != "data"}
    values = {}
    for request in given:
        name, equals, text = request.partition("=")
        if not equals:
            raise DataError(f"-p takes name=value; got {request!r}.")
        if name == "data":
            raise DataError("The data is not set by -p; say --data NAME or --data DIR.")
        if name not in known:
            raise choose("A parameter of these notebooks", name, known)
        values[name] = convert(known[name], text)
        for notebook in selected:
            notebook.lesson.check({name: values[name]})
    return values


def convert(parameter: Parameter, text: str) -> Any:
    """Turn a text into a value of a parameter's type; names that end in ``as_of`` hold an ISO date or nothing."""
    words = {"str": "text", "int": "a whole number", "float": "a number", "bool": "true or false"}
    allowed = words[parameter.type]
    if parameter.name.endswith("as_of") and text:
        from workbook.course.settings import (
            iso_date,  # pandas takes a second that `workbook list` doesn't have
        )

        return iso_date(parameter.name, text)
    try:
        if parameter.type == "bool":
            return {"true": True, "false": False}[text.lower()]
        value = TYPES[parameter.type](text)
        if not math.isfinite(value if parameter.type == "float" else 0):
            raise ValueError
    except (ValueError, KeyError):
        several = "; workbook sweep takes several values" if "," in text or ".." in text else ""
        raise DataError(f"{parameter.name} must be {allowed}; got {text!r}{several}.") from None
    return value
