"""What the course knows of a notebook beyond its pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from workbook.course.exercises.exercise import Exercise, Question
from workbook.course.lessons.limits import COMMON, Limits, keep
from workbook.tables.errors import DataError


@dataclass(frozen=True)
class Lesson:
    """What the course knows of a notebook beyond its pages.

    Attributes
    ----------
    needs : tables, and ``table.column``, without which nothing of it can be shown; its sections say what else they need
    limits : least and most of each number, or time with its unit, among its parameters; those of the same name have the same in all lessons
    not_above : parameter → another one that it must not exceed
    teaches : items of the course that it teaches, by their Chinese terms
    exercises : that it asks
    quiz : questions at its end
    """

    needs: tuple[str, ...]
    limits: Limits = field(default_factory=dict)
    not_above: Mapping[str, str] = field(default_factory=dict)
    teaches: tuple[str, ...] = ()
    exercises: tuple[Exercise, ...] = ()
    quiz: tuple[Question, ...] = ()

    @property
    def all_limits(self) -> Limits:
        """Its limits, and those of parameters that every notebook has."""
        return {**COMMON, **self.limits}

    def check(self, parameters: Mapping[str, Any]) -> None:
        """See that parameters, by name, keep their limits; one that has none here may be anything.

        Raises
        ------
        DataError
            for the first that doesn't, with what is allowed and what came.
        """
        for name, ends in self.all_limits.items():
            if name in parameters:
                keep(name, parameters[name], ends)
        for name, bound in self.not_above.items():
            if {name, bound} <= parameters.keys() and parameters[name] > parameters[bound]:
                raise DataError(
                    f"{name} must not be above {bound}, which is {parameters[bound]}; got {parameters[name]}."
                )
