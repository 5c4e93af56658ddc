"""Sentences as templates: plain text with named fields, filled with results and texts of the data.

A template is ours, a field is data: what looks like markup in a field is text. A sentence with a field that isn't known
isn't said.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from string import Formatter
from typing import Any

import numpy as np
import pandas as pd

from workbook.formatting.agreement import agreeing, is_one
from workbook.formatting.durations import duration
from workbook.formatting.quantities import UNITS, written
from workbook.formatting.safe import OURS, markdown, visible


def fill(template: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
    """Fill a template.

    Parameters
    ----------
    template : text with fields such as ``{lift}``, ``{share:share}`` or ``{n:,}``; neither attributes nor items of a field
        can be asked for
    values : by name; texts, numbers, days, times, estimates, or a list of any of these

    Returns
    -------
    tuple
        plain text, and Markdown in which no field is markup; None if a field that it names isn't known.

    Raises
    ------
    KeyError
        for a field that isn't among the values.
    """
    plain, marked, words, alone, linked = "", "", "", False, False
    for ours, name, spec, _ in Formatter().parse(template):
        one = is_one(words)
        alone, linked = alone if linked else one, ours == " of "  # of 1 of 5 one is said
        ours = agreeing(ours, one=one, alone=alone) if words else ours
        plain += visible(ours)
        marked += markdown(ours, ours=OURS)
        if name is None:
            continue
        if name not in values:
            raise KeyError(
                f"a sentence names the field {name!r}; its fields are {', '.join(values) or 'none'}"
            )
        if not known(values[name]):
            return None
        words = visible(in_words(values[name], spec or ""))
        plain += words
        marked += markdown(words)
    return plain, marked


def counted(template: str, **numbers: int) -> str:
    """A sentence about numbers that are known, which its nouns and verbs agree with."""
    filled = fill(template, numbers)
    return filled[0] if filled else ""


def known(value: Any) -> bool:
    """Whether there is something to be said: not None, not missing, not empty, and not an estimate of nothing."""
    if hasattr(value, "known"):
        return bool(value.known)
    if isinstance(value, str | list | tuple | pd.Index):
        return len(value) > 0
    return (
        not pd.isna(value) and abs(value) != float("inf") if isinstance(value, float) else not pd.isna(value)
    )


def in_words(value: Any, spec: str = "") -> str:
    """A value as it stands in a sentence.

    Parameters
    ----------
    value : a list is written "a, b and c"
    spec : one of `workbook.formatting.quantities.UNITS`, or a format of Python's
    """
    if isinstance(value, list | tuple | pd.Index):
        *others, last = [in_words(v, spec) for v in value]
        return f"{', '.join(others)} and {last}" if others else last
    if spec in UNITS:
        return written(value, spec)
    if spec or isinstance(value, str):
        return format(value, spec)
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, pd.Timedelta):
        return duration(value)
    if isinstance(value, date):
        return f"{value.day} {value:%B %Y}"
    if isinstance(value, int | float) or hasattr(value, "dtype"):
        return written(float(value), "ratio") if value != int(value) else f"{int(value):,}"
    return format(value)


def as_fields(given: Any) -> dict[str, Any]:
    """Fields by name, from a mapping or the attributes of a dataclass."""
    if is_dataclass(given) and not isinstance(given, type):
        return {f.name: getattr(given, f.name) for f in fields(given)}
    return dict(given or {})
