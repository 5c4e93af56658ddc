"""What an exercise is: a question with its answer as a function of the data; and a question of a quiz."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

KINDS = ("predict", "compute", "choose", "repair", "write")


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
    expected : the right answer, from what the notebook hands over as ``of``: a number or an `Estimate`, whose unit and n
        let a count for a share, a percent, the complement and a wrong sign be recognised; a text or truth value; of a
        choice the letter; of a text to be written the fields of its ``model`` by name
    hint : shown after a wrong try that is no usual mistake, or when asked for
    solution : what a trainee would write in place of ``...``; of a repair all lines from the first that changes to the
        answer's; none of a text to be written, whose ``model`` it is
    nearer : the second hint; if empty, how the solution begins, and the first hint again where that would say nothing
    wrong : usual mistakes
    kind : one of `KINDS`: predict (a guess, never wrong), compute, choose (a letter), repair (of a cell that runs and makes a
        popular mistake, the first of ``wrong``), write (a text or a picture)
    options : of a choice: letter → what to say of it where it is wrong
    model : of a text to be written: the sentences of a good one, templates whose fields ``expected`` returns; one with a field that
        the data does not give is left out
    look_for : of the same: what a good one has
    """

    id: str
    question: str
    expected: Callable[[Any], Any]
    hint: str
    solution: str = ""
    wrong: tuple[Wrong, ...] = ()
    kind: str = "compute"
    nearer: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    model: tuple[str, ...] = ()
    look_for: tuple[str, ...] = ()

    @property
    def hints(self) -> tuple[str, str]:
        """The first hint, and a nearer one."""
        begins = f"the solution begins with {self.solution[: len(self.solution) // 2]} …"
        return self.hint, self.nearer or (begins if self.kind in ("compute", "repair") else self.hint)


@dataclass(frozen=True)
class Question:
    """A question of a quiz, answered from memory.

    Attributes
    ----------
    asks : the question
    options : the answers to choose from; the first letter stands for the first
    right : the letter of the right one
    why : shown with the result
    """

    asks: str
    options: tuple[str, ...]
    right: str
    why: str
