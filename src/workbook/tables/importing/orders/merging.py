"""Parts of an import, each made by itself, put together: what several of them say of one customer or product."""

from collections.abc import Sequence

import pandas as pd

from workbook.tables.importing.orders.lines import Kept, with_texts


def telling(kept: Kept, columns: Sequence[str]) -> Kept:
    """Those lines alone that say of these columns what none before them does, with just the texts that they need."""
    return coded_rows(with_texts(new_to(kept.rows, columns), kept.texts), columns)


def new_to(rows: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Those rows that say of some columns what no earlier row does, with what orders them."""
    some = rows.loc[~rows.duplicated(columns), ["is_return", "ordered_at", *columns]]
    return some.rename_axis("place").reset_index()


def merged(parts: Sequence[Kept]) -> Kept:
    """Lines of several parts under the same codes, those first that are to win."""
    words = pd.concat([with_texts(part.rows, part.texts) for part in parts])
    return coded_rows(words.sort_values(["is_return", "ordered_at", "place"]), list(parts[0].texts))


def coded_rows(words: pd.DataFrame, columns: Sequence[str]) -> Kept:
    """Rows with codes in place of the texts of some columns."""
    codes, texts = {}, {}
    for column in columns:
        codes[column], known = pd.factorize(words[column])
        texts[column] = pd.Series(known, dtype="str")
    return Kept(words.assign(**codes), texts)


def stacked(frames: Sequence[pd.DataFrame], by: str) -> pd.DataFrame:
    """Frames one below the other, in the order of a column, or of their index."""
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    together = pd.concat(frames)
    together = together.sort_values(by, kind="stable") if by else together.sort_index()
    return together.reset_index(drop=True)
