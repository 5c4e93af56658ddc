"""A few units of each arm, as somebody would look at them, and how far two such groups lie apart by chance alone."""

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate

EACH = 10  # units of each arm


def first_of_each(pair: pd.DataFrame, control: str, arm: str) -> pd.DataFrame:
    """The first units of both arms side by side: yes if it ordered, no if not.

    Parameters
    ----------
    pair : units in the order of the file, with arm and ordered (0 or 1)
    """
    columns = {name: pair.loc[pair["arm"] == name, "ordered"].head(EACH) for name in (control, arm)}
    words = {name: values.map({1: "yes", 0: "no"}).reset_index(drop=True) for name, values in columns.items()}
    table = pd.DataFrame(words)
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="ordered?"))


def leads_by_chance(pair: pd.DataFrame, *, draws: int, seed: int) -> pd.Series:
    """How far two groups of `EACH` lie apart if both are drawn from all units, whatever their arm.

    Returns
    -------
    pandas.Series
        lead in orders → share of draws; empty for fewer than twice as many units.
    """
    orders, rest = int(pair["ordered"].sum()), int((1 - pair["ordered"]).sum())
    if orders + rest < 2 * EACH:
        return pd.Series(dtype=float)
    rng = np.random.default_rng(seed)
    first = rng.hypergeometric(orders, rest, EACH, draws)
    second = rng.hypergeometric(orders - first, rest - (EACH - first), EACH)
    lead = pd.Series(np.abs(first - second)).value_counts(normalize=True)
    named = lead.reindex(range(lead.index.max() + 1), fill_value=0.0)
    return named.rename("share of draws").rename_axis("lead, in orders")


def at_least(leads: pd.Series, lead: int) -> Estimate:
    """Share of the draws with such a lead or a larger one."""
    return Estimate(float(leads[leads.index >= lead].sum()) if len(leads) else np.nan, unit="share")
