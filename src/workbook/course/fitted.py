"""A notebook fitted to a data set: without sections whose tables or extras aren't there, and what only the course is about."""

import copy
import re
import shlex
from dataclasses import replace
from typing import Any

from workbook.course import catalogue, data_gaps, sections
from workbook.course.edits import said_to_be_fitted
from workbook.course.sections import Heading
from workbook.formatting.safe import visible
from workbook.tables.dataset import Dataset, whole
from workbook.tables.extras import EXTRAS, installing, not_installed

COURSE, EXERCISE = "course", "exercise"  # tags of single cells, code and Markdown
UNTRUE = "Nobody knows the truth behind this data"
LATER = "The truth of it isn't known on this day"


def fitted(notebook: Any, data: Dataset | None, *, exercises: bool, folder: str = "") -> Any:
    """Copy a notebook without what the data can't show, and what isn't installed.

    A section that needs a table, a column or an extra that is missing becomes one line, which says what would bring it. On
    data that isn't synthetic, cells tagged ``course`` are left out.

    Parameters
    ----------
    notebook : as JSON or nbformat has it; it isn't written into
    data : as of the day that is looked at; None for the bundled data, which has all that the course needs
    exercises : keep cells tagged ``exercise``, which are the questions and model answers too
    folder : of the data, as it is named in commands; the data's name if not given

    Returns
    -------
    dict
        of the same kind.
    """
    dropped = {COURSE} if data and not data.synthetic else set()
    dropped |= set() if exercises else {EXERCISE}
    kept: list[tuple[Any, str]] = []
    for part in sections.parts(notebook["cells"]):
        gone = next((heading for heading in part.under if missing(heading, data)), None)
        if gone and part.heading is gone:
            kept.append((part.cell, left_out(gone, data, folder)))
        elif not gone and not dropped & set(sections.tags(part.cell)):
            kept.append((part.cell, part.source))
    new = copy.deepcopy({key: value for key, value in notebook.items() if key != "cells"})
    made = type(notebook)({**new, "cells": sections.rejoined_cells(kept)})
    complete = not data or (data.synthetic and not data.lacks(*sections.section_needs(notebook["cells"])))
    return made if complete else said_to_be_fitted(made)


def missing(heading: Heading, data: Dataset | None) -> list[str]:
    """What a heading's section needs and the data doesn't have; else the extras that aren't installed."""
    of_data = [need for need in heading.needs if need not in EXTRAS]
    return (data.lacks(*of_data) if data else []) or not_installed(heading.needs)


def section_lacks(notebook: Any, data: Dataset) -> list[str]:
    """Tables and columns that a notebook's sections need, that the data doesn't have, and that an import would bring.

    A synthetic shop has the columns that it can have: nobody brings it more.
    """
    lacks = data.lacks(*sections.section_needs(notebook["cells"]))
    return [need for need in lacks if not of_truth(need) and not (data.synthetic and of_column(need))]


def of_truth(need: str) -> bool:
    """Whether this is needed of the truth, which nothing brings."""
    return need.partition(".")[0] == "truth"


def of_column(need: str) -> bool:
    """Whether this is a column, not a table."""
    return "." in need


def left_out(heading: Heading, data: Dataset | None, folder: str) -> str:
    """One line in the place of a section."""
    lacks = [need for need in missing(heading, data) if not of_truth(need)]
    if data is None or set(lacks) & set(EXTRAS):
        bring = " and ".join(code(installing(extra)) for extra in lacks)
        return f"*Left out: {stopped(heading.text)}* It needs more than the core: {bring} installs it.\n\n"
    if not lacks:
        return f"*Left out: {stopped(heading.text)}* {LATER if data.synthetic else UNTRUE}.\n\n"
    if not replace(data, tables=whole(data.tables)).lacks(*lacks):
        told = f"{capital(data_gaps.lacking_in_words(lacks))} up to {data.end:%d %B %Y}"
        return f"*Left out: {stopped(heading.text)}* {told}.\n\n"
    if data.synthetic and all(map(of_column, lacks)):
        told = capital(data_gaps.lacking_in_words(lacks))
        return f"*Left out: {stopped(heading.text)}* {told}; data of a shop of your own may have it.\n\n"
    bring = " and ".join(code(command) for command in data_gaps.commands(lacks, folder or data.name))
    them = "brings it" if len(data_gaps.by_table(lacks)) == 1 else "bring them"
    return f"*Left out: {stopped(heading.text)}* {capital(data_gaps.lacking_in_words(lacks))}; {bring} {them}.\n\n"


def stopped(text: str) -> str:
    """A heading as a sentence; a question has its mark already."""
    return text if text.endswith("?") else f"{text}."


def capital(text: str) -> str:
    """A sentence's beginning."""
    return text[:1].upper() + text[1:]


def code(text: str) -> str:
    """A text as code in Markdown, backticks and all."""
    fence = "`" * (1 + max((len(ticks) for ticks in re.findall("`+", text)), default=0))
    return f"{fence}{visible(text)}{fence}"


def advice(lesson: str, data: Dataset, folder: str = "") -> str:
    """What somebody should know who set ``data`` in a notebook that isn't fitted to it; "" where all of it has its tables.

    Parameters
    ----------
    lesson : short name of the notebook
    data : the whole of it
    folder : of the data, as it is named in commands; the data's name if not given
    """
    notebook = catalogue.notebook(lesson)
    lacks = data.lacks(*notebook.needs, *notebook.section_needs)
    if data.synthetic and not data.lacks(*notebook.needs):
        return ""
    told = data_gaps.lacking_in_words([need for need in lacks if not of_truth(need)])
    why = (
        f"{capital(told)}, so parts of this notebook have"
        if told
        else "Parts of this notebook are about the course, or have"
    )
    command = f"workbook lab {lesson} --data {shlex.quote(folder or data.name)}"
    return f"{why} nothing to show here: {code(command)} makes a copy without them."


def without_outputs(notebook: Any) -> Any:
    """Take the outputs off a notebook that is one's own already: they are of other data."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return notebook
