"""Beside a data set, the column of ids is the one whose values the data set knows, whatever its name."""

from collections.abc import Mapping

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import by_id_alone, key
from workbook.tables.errors import DataError
from workbook.tables.importing.cells.ids import ids
from workbook.tables.importing.mapping.mapping import Mapping as Columns
from workbook.tables.importing.mapping.targets import target
from workbook.tables.importing.readers.dictionary_encoding import as_codes
from workbook.tables.importing.readers.raw_table import Raw
from workbook.tables.importing.records.references import named_by
from workbook.tables.importing.tally import columns_of

LEAST = 3  # known ids that a column must have, or chance may have brought them
BETTER = 2  # times the known ids of the column that was guessed by its name
EACH_ITS_OWN = 0.9  # of a list's rows have an id of their own
MOST = 0.5  # of the ids that a table names should be known


def by_known_ids(
    raw: Raw, table: str, mapping: Columns, pairs: dict[str, str], old: Mapping[str, pd.DataFrame]
) -> tuple[dict[str, str], list[str]]:
    """Columns that hold ids which a data set knows, where the names of columns say otherwise, or nothing.

    Parameters
    ----------
    raw : the file, or its first piece
    table : what it is taken for
    mapping, pairs : what was told; nothing is found for these columns
    old : the data set's tables

    Returns
    -------
    pairs : our column → theirs
    doubts : what the account says of each
    """
    if mapping.columns or not raw.named:
        return {}, []
    try:
        guessed = {f.column: f.theirs for f in columns_of(raw, mapping, pairs, raw, target(table))}
    except DataError:  # which names what is lacking, if it isn't found here
        guessed = {}
    found, say = {}, []
    for column, ours, a_list in known_columns(table, old):
        if column in pairs or column not in target(table).columns:
            continue
        better, hits, before = best(raw, set(ours), guessed.get(column, ""), a_list)
        if better:
            found[column] = better
            was = (
                f"; {guessed[column]}, by its name the likelier, has {before:,}" if column in guessed else ""
            )
            say.append(
                f"{column}: {better} is taken, which has {hits:,} of the {len(set(ours)):,} ids known here{was}"
            )
    return found, say


def known_columns(table: str, old: Mapping[str, pd.DataFrame]) -> list[tuple[str, pd.Series, bool]]:
    """Our columns that hold ids of the data set: which, these ids, and whether the table lists them."""
    contract = schema.CONTRACTS[table]
    if by_id_alone(contract):
        return [(key(contract)[0], named_by(old, table), True)]
    pairs = schema.references(contract)
    if table == "orders":
        pairs = pairs | {"product_id": "products.product_id"}
    there = [(c, *refers.split(".")) for c, refers in pairs.items()]
    return [(c, old[other][their], False) for c, other, their in there if other in old]


def best(raw: Raw, known: set[str], guessed: str, a_list: bool) -> tuple[str, int, int]:
    """The column with by far the most known ids, how many it has, and how many that of the guess has; "" if it is that."""
    hits = dict.fromkeys(raw.texts.column_names, 0)
    for name in hits:
        _, texts = as_codes(raw.texts.column(name))
        distinct = ids(texts).dropna()
        share = len(distinct) / max(len(raw.row), 1) if a_list else distinct.isin(known).mean()
        if len(distinct) and (name == guessed or share >= (EACH_ITS_OWN if a_list else MOST)):
            hits[name] = int(distinct.isin(known).sum())
    first = max(hits, key=hits.__getitem__)
    before = hits.get(guessed, 0)
    enough = hits[first] >= LEAST and hits[first] > BETTER * before
    return (first if enough and first != guessed else "", hits[first], before)
