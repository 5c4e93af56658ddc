"""What an exercise is: a question with its answer as a function of the data."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class CannotAnswer(Exception):
    """Raised by ``expected`` when the data at hand has no answer; the text says why."""


@dataclass(frozen=True)
class Wrong:
    """A usual mistake: an expression in ``of`` (and pd, np) that makes it, and what to say about it."""

    expression: str
    says: str


@dataclass(frozen=True)
class Exercise:
    """A question with its answer as a function of the data.

    Attributes
    ----------
    id : unique, beginning with a word for its notebook
    question : as in the notebook
    expected : right answer, from what the notebook hands over as ``of``
    hint : shown after a wrong try that is no usual mistake, or when asked for
    solution : the expression that a trainee would write in place of ``...``
    wrong : usual mistakes
    tolerance : how far off a number may be, relative to the right one
    """

    id: str
    question: str
    expected: Callable[[Any], Any]
    hint: str
    solution: str
    wrong: tuple[Wrong, ...]
    tolerance: float = 0.005
