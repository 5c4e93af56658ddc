"""E-mail addresses as ids of people: those that differ by case alone are one person's."""

from collections.abc import Mapping

import pandas as pd

EMAIL = r"\s*[^@\s]+@[^@\s]+\.[^@\s]+\s*"
OTHERS = (
    "e-mail addresses that differ by case alone are one person's; rows with another spelling than the first"
)


def spellings(ids: pd.Series) -> dict[str, str]:
    """E-mail addresses in small letters → as each is written first."""
    distinct = pd.Series(ids.dropna().unique(), dtype="str")
    likely = distinct[distinct.str.contains("@", regex=False)]  # far quicker than the whole pattern
    emails = likely[likely.str.fullmatch(EMAIL)].str.strip()
    first = emails.groupby(emails.str.casefold(), sort=False).first()
    return dict(first)


def as_first_written(ids: pd.Series, first: Mapping[str, str]) -> pd.Series:
    """Ids with each e-mail address as it was written first."""
    if not first:
        return ids
    return ids.str.strip().str.casefold().map(first).fillna(ids).astype(ids.dtype)
