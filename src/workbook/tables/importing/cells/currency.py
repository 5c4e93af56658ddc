"""One currency to a data set: rows in another are converted at a given rate, or are no rows of it."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from workbook.tables.importing.cells.money import currencies, meanings
from workbook.tables.importing.readers.dictionary_encoding import Texts, as_codes


def main_currency(columns: Iterable[Texts]) -> tuple[str, int, int]:
    """The currency that most cells show: a code, or a sign that stands for several; "" where none does.

    Returns
    -------
    currency, the cells that show it, the cells that show any
    """
    shown = pd.concat([pd.Series(dtype="float64"), *(count_currencies(cells) for cells in columns)])
    total = shown.groupby(level=0, sort=False).sum().sort_values(ascending=False, kind="stable")
    return (str(total.index[0]), int(total.iloc[0]), int(total.sum())) if len(total) else ("", 0, 0)


def count_currencies(cells: Texts) -> pd.Series:
    """How often each currency stands in some cells."""
    codes, texts = as_codes(cells)
    shown = currencies(texts)
    often = pd.Series(np.bincount(codes[codes >= 0], minlength=len(texts)), index=shown.array)
    return often[often.index != ""].groupby(level=0, sort=False).sum().astype("float64")


def currency_of_rows(named: Texts | None, amounts: Iterable[Texts]) -> pd.Series | None:
    """The currency of each row: the named one, else that of its first amount with a sign; None if no row shows any."""
    found: pd.Series | None = None
    for cells in ([named] if named is not None else []) + list(amounts):
        codes, texts = as_codes(cells)
        shown = currencies(texts)
        if (shown == "").all():
            continue
        each = pd.Series(pd.concat([shown, pd.Series([""])]).array.take(codes))  # -1 is the last, nothing
        found = each if found is None else found.mask(found == "", each)
    return found


def exchange_rates(
    rows: pd.Series, currency: str, rates: Mapping[str, float]
) -> tuple[pd.Series, dict[str, pd.Series]]:
    """What the money of each row is to be multiplied by, and the rows that can't be converted, by reason.

    Parameters
    ----------
    rows : currency of each row, "" where none is said: the data set's
    currency : the data set's; a code, or a sign that stands for several
    rates : code → units of the data set's currency to one of its own
    """
    factor, reasons = pd.Series(1.0, index=rows.index), {}
    for theirs in rows.unique():
        if not theirs or same(theirs, currency):
            continue
        given = sorted(meanings(theirs) & set(rates))
        if len(given) == 1:
            factor = factor.mask(rows == theirs, rates[given[0]])
        else:
            reasons[f"in {theirs}; the data set is in {currency} (a mapping's [rates] converts)"] = (
                rows == theirs
            )
    return factor, reasons


def same(one: str, other: str) -> bool:
    """Whether two currencies, codes or signs, may be the same."""
    return one == other or bool(meanings(one) & meanings(other))


def code_of(currency: str) -> str:
    """A currency's code; "" for a sign that stands for several."""
    return currency if len(currency) == 3 and currency.isalpha() and currency.isupper() else ""
