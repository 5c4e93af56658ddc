"""The lessons: a module for each notebook, with the notebook's short name and a ``LESSON`` in it; no list of them is kept.

Nothing here imports pandas, so that ``workbook list`` answers at once.
"""

import pkgutil
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from workbook.course.lessons.lesson import Lesson
from workbook.tables.errors import choose

BESIDE = ("lesson", "limits")  # modules that are none


def names() -> list[str]:
    """Short names of the notebooks that have a lesson."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name not in BESIDE)


def lesson(name: str) -> Lesson:
    """The lesson of a notebook, by its short name, such as ``rfm_tiers``.

    Raises
    ------
    DataError
        for a name without a lesson, with the nearest.
    """
    if name not in names():
        raise choose("The lesson", name, names())
    found = import_module(f"{__name__}.{name}").LESSON
    assert isinstance(found, Lesson)
    return found


def lessons() -> dict[str, Lesson]:
    """All lessons by name."""
    return {name: lesson(name) for name in names()}


def check_parameters(name: str, parameters: Mapping[str, Any]) -> None:
    """See that parameters, by name, keep the limits of a lesson, or of all lessons where none is named.

    Raises
    ------
    DataError
        for the first that doesn't, with what is allowed and what came.
    """
    for one in [lesson(name)] if name else lessons().values():
        one.check(parameters)
