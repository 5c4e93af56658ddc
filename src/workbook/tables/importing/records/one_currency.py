"""Money of any table in the data set's currency; rows in another are converted at a given rate, or can't be used."""

from collections.abc import Mapping as Dict
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import MONEY, columns
from workbook.tables.importing.cells.currency import code_of, currency_of_rows, exchange_rates, main_currency
from workbook.tables.importing.judged import Judged
from workbook.tables.importing.mapping.mapping import Mapping
from workbook.tables.importing.mapping.mapping_file import known_currency
from workbook.tables.importing.mapping.targets import ORDERS, plain_name
from workbook.tables.importing.readers.raw_table import Raw

NAMED = ORDERS["currency"].split()  # how a column of currencies may be called


def in_one_currency(
    raws: Sequence[Raw],
    cells: Sequence[dict[str, pd.Series]],
    judged: Sequence[Judged],
    table: str,
    mapping: Mapping,
) -> tuple[list[Judged], str, list[str]]:
    """Bring the money of all files into one currency: the one that was told, else that of most rows.

    Parameters
    ----------
    raws : the files
    cells : our columns of each, as it writes them
    judged : their rows
    table : what they hold
    mapping : may tell the currency, and rates

    Returns
    -------
    The rows anew, the currency ("" where nothing shows one), and what the account says.
    """
    about = columns(schema.CONTRACTS[table])
    money = [c for c in about.loc[about["unit"] == MONEY, "column"] if any(c in some for some in cells)]
    told = known_currency(mapping.currency, "--currency")
    if not money:
        return list(judged), told, []
    named = [
        next((raw.cells[n] for n in raw.texts.column_names if plain_name(n) in NAMED), None) for raw in raws
    ]
    amounts = [[some[c] for c in money if c in some] for some in cells]
    found, often, shown = main_currency([n for n in named if n is not None])
    if not found:
        found, often, shown = main_currency([c for some in amounts for c in some])
    if not (currency := told or found):
        return list(judged), "", []
    rows = [currency_of_rows(n, some) for n, some in zip(named, amounts, strict=True)]
    pairs = zip(judged, rows, strict=True)
    notes = (
        [f"currency: {currency}, which most cells show, {often:,} of {shown:,}"]
        if often < shown and not told
        else []
    )
    return [converted(j, r, money, currency, mapping.rates) for j, r in pairs], code_of(currency), notes


def converted(
    judged: Judged, rows: pd.Series | None, money: Sequence[str], currency: str, rates: Dict[str, float]
) -> Judged:
    """Rows with their money in a currency, and those whose can't be brought into it marked; who spent nothing is in any."""
    if rows is None:
        return judged
    there = [c for c in money if c in judged.lines]
    some = judged.lines[there].fillna(0).ne(0).any(axis=1)
    factor, reasons = exchange_rates(rows.where(some.to_numpy(), ""), currency, rates)
    lines = judged.lines.assign(**judged.lines[there].mul(factor.to_numpy(), axis=0))
    flags = judged.reasons.assign(**{reason: flag.to_numpy() for reason, flag in reasons.items()})
    return replace(judged, lines=lines, reasons=flags)
