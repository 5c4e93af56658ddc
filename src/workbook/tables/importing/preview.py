"""What an import would bring, before it is written: the first rows, and for each column how full it is and samples."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from workbook.tables.importing.cells.ids import says_something
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.joining import cells_of
from workbook.tables.importing.mapping.mapping import Found
from workbook.tables.importing.readers.dictionary_encoding import as_codes, decoded
from workbook.tables.importing.readers.raw_table import Raw

ROWS = 5  # that are shown of a table
SAMPLES = 3  # of a column
LOOKED_AT = 500  # rows in which samples are looked for
LONGEST = 24  # characters of a cell


def samples(raw: Raw, found: Sequence[Found], judged: Judged) -> list[dict[str, Any]]:
    """For each mapped column how many of a piece's cells are filled, and how the first different ones were read.

    Returns
    -------
    A dictionary a column: column, theirs, filled (share), samples (theirs → ours).
    """
    ours = judged.lines.head(LOOKED_AT)
    ours = ours.join(decoded(judged.texts.slice(0, LOOKED_AT)).set_axis(ours.index)) if judged.texts.column_names else ours  # fmt: skip
    shown = []
    for f in found:
        cells = cells_of(raw.texts, f)
        codes, texts = as_codes(cells)
        filled = says_something(texts).to_numpy()[codes] if len(texts) else codes > 0
        head = texts.take(codes[:LOOKED_AT]).reset_index(drop=True)
        shown.append(
            {
                "column": f.column,
                "filled": float(filled.mean()) if len(filled) else 0.0,
                "samples": pairs(head, ours[f.column].reset_index(drop=True) if f.column in ours else None),
            }
        )
    return shown


def pairs(theirs: pd.Series, ours: pd.Series | None) -> list[str]:
    """The first different filled cells, each with what it became, where that is another text."""
    first = theirs[theirs.str.strip() != ""].drop_duplicates().head(SAMPLES)
    became = ["" for _ in first] if ours is None else [value_shown(ours[i]) for i in first.index]
    return [
        one_line(text) if now in ("", text) else f"{one_line(text)} → {one_line(now)}"
        for text, now in zip(first, became, strict=True)
    ]


def value_shown(value: Any) -> str:
    """A value as it is shown."""
    if pd.isna(value):
        return "(empty)"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d %H:%M:%S}".removesuffix(":00").removesuffix(" 00:00")
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def one_line(text: str) -> str:
    """A cell on one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def first_rows(frame: pd.DataFrame) -> list[list[str]]:
    """The header and the first rows of a table, as texts."""
    head = frame.head(ROWS)
    return [list(map(str, head.columns))] + [[one_line(value_shown(v)) for v in row] for row in head.itertuples(index=False)]  # fmt: skip
