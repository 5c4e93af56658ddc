"""Zones behind times: each time is kept as its own clock shows it, so that clocks of several places are told."""

import re
from collections.abc import Iterable

import pandas as pd

from workbook.tables.importing.cells.date_order import PLAIN_TIME
from workbook.tables.importing.cells.distinct import not_plain

AT_END = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}:?\d{2})$")  # a zone behind a time
NO_ZONE = "none"
SUMMER = 60  # minutes by which a place's clock goes forward


def zones_of(texts: pd.Series) -> frozenset[str]:
    """The zones that some times show, as they are written, "none" for a time without one."""
    odd = not_plain(texts, PLAIN_TIME)  # the others have none
    shown = odd.str.strip().str.extract(AT_END, expand=False).fillna(NO_ZONE)
    plain = {NO_ZONE} if len(odd) < len(texts) else set()
    return frozenset(shown.str.replace("Z", "+00:00")) | plain


def several_places(zones: Iterable[str]) -> str:
    """What is to be said of times whose zones aren't one place's; "" if they may be, in summer and in winter."""
    found = sorted(set(zones))
    if len(found) < 2 or in_summer_too(found):
        return ""
    return (
        f"times carry different zones ({', '.join(found)}): each is kept as its own clock shows it, so that what lies "
        "between two of them may be hours off; bring them to one zone first"
    )


def one_place(zones: Iterable[str]) -> str:
    """What is to be said of times that two zones an hour apart belong to; "" if they are of one zone, or of several places."""
    found = sorted(set(zones))
    if len(found) < 2 or not in_summer_too(found):
        return ""
    return (
        f"times carry the zones {' and '.join(found)}, as one place does in summer and in winter: each is kept as its own "
        "clock shows it"
    )


def in_summer_too(zones: Iterable[str]) -> bool:
    """Whether zones lie within an hour of each other."""
    if NO_ZONE in zones:
        return False
    minutes = [int(z[0] + "1") * (60 * int(z[1:3]) + int(z[-2:])) for z in zones]
    return max(minutes) - min(minutes) <= SUMMER
