"""What the workbook states an interval for, each as a case: one world in which the truth is known, and what was found.

A module a topic, each with its CASES.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Found:
    """What one world came to: the estimate, its interval, and the truth; without an interval low and high are missing."""

    estimate: float
    truth: float
    low: float = np.nan
    high: float = np.nan


@dataclass(frozen=True)
class Case:
    """One estimate of the workbook.

    Attributes
    ----------
    name : what is estimated, and how
    notebook : where it stands
    world : makes one world from a generator, and calls the workbook's function on it
    biased : for an estimate that is wrong on purpose, for the lesson: why; it has no coverage to keep
    at_most : worlds, where each takes seconds
    at_least : whether the page says of the interval that it covers so much *at least*, as it does where a test's miss widens it
    """

    name: str
    notebook: str
    world: Callable[[np.random.Generator], Found]
    biased: str = ""
    at_most: int = 1000
    at_least: bool = False


def cases() -> dict[str, Case]:
    """All cases by name."""
    modules = sorted(p.stem for p in Path(__file__).parent.glob("[a-z]*.py"))
    return {case.name: case for m in modules for case in import_module(f"intervals.{m}").CASES}
