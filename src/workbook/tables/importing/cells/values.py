"""Words → the values of our own columns, where other systems have their own."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

import pandas as pd

from workbook.tables import schema
from workbook.tables.importing.cells.statuses import bare_letters

NAMED = 8  # words that a note shows


def our_values(
    cells: pd.Series, values: pd.Series, table: str, column: str
) -> tuple[pd.Series, list[str], list[str]]:
    """The values of a column of text by our names for them; one that isn't known stays. And what is to be said of it.

    Parameters
    ----------
    cells : as the file writes them
    values : the same, as they were read
    table, column : ours

    Returns
    -------
    values, what was assumed, and words that aren't known
    """
    words = known().get(table, {}).get(column, {})
    if not words:
        return values, [], []
    ours = cells.map({text: words.get(bare_letters(text)) for text in cells.unique()})
    renamed = cells[ours.notna() & (ours != cells.str.strip())].drop_duplicates()
    few = [f"{text.strip()!r} → {ours[place] or 'none yet'}" for place, text in renamed.head(NAMED).items()]
    more = f" and {len(renamed) - NAMED} more" if len(renamed) > NAMED else ""
    found = ours.astype("str").where(ours.notna(), values).mask(ours == "")
    notes = [f"values by our names: {', '.join(few)}{more}"] if few else []
    if any(check.name == "isin" for check in schema.CONTRACTS[table].to_schema().columns[column].checks):
        return found, notes, []  # the contract allows no other, and that is said of them
    allowed = list(dict.fromkeys(filter(None, words.values())))
    odd = values[ours.isna() & values.notna()]
    odd = odd[~odd.str.startswith(tuple(allowed))]  # "refused: why" is one of ours
    return found, notes, unknown_words(odd, allowed)


def unknown_words(odd: pd.Series, allowed: Sequence[str]) -> list[str]:
    """What to say of words whose meaning isn't known, the most frequent first."""
    if odd.empty:
        return []
    often = odd.value_counts()
    few = ", ".join(f"{text!r} ({n:,})" for text, n in often.head(NAMED).items())
    more = f" and {len(often) - NAMED} more" if len(often) > NAMED else ""
    return [
        f"what {few}{more} means isn't known here: such rows stay as they are, and count as none of "
        f"{', '.join(allowed)}; if it is one of these, put that in its place in a copy"
    ]


@cache
def known() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Table → column → word → our value."""
    source = resources.files("workbook.tables.importing.cells") / "values.toml"
    return {
        table: {
            column: {word: ours for ours, words in values.items() for word in words.split()}
            for column, values in columns.items()
        }
        for table, columns in tomllib.loads(source.read_text("utf-8")).items()
    }
