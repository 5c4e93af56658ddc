"""Several rows that are one: the log of an experiment, of which a unit is one row; costs of one month and channel."""

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import key

# What becomes of a column where rows of one key are put together, of any other the first value; no other table is so.
TOGETHER = {
    "experiments": {
        "assigned_at": "min",
        "measured_on": "max",
        "ordered": "max",
        "revenue": "sum",
        "cost": "sum",
    },
    "marketing_costs": {"cost": "sum"},
}
WORDS = {
    "experiments": "a unit that has several ordered if any says so, its revenue and cost are summed, and its first day counts",
    "marketing_costs": "the costs of rows of one month, channel and purpose are summed",
}


def in_several_arms(lines: pd.DataFrame) -> tuple[pd.Series, list[str]]:
    """Rows of units that are in more than one arm of an experiment, and how contaminated each experiment is by them.

    Parameters
    ----------
    lines : rows of the table experiments, those that can't be used too
    """
    by = lines.groupby(["experiment", "unit_id"])["arm"]
    mixed = by.transform("nunique") > 1
    units = lines.assign(mixed=mixed).dropna(subset=["unit_id", "arm"])
    units = units.drop_duplicates(["experiment", "unit_id"]).groupby("experiment")["mixed"]
    doubts = [
        f"{name}: {int(some):,} of {n:,} units ({some / n:.1%}) are in more than one arm, and are left out of all; with so "
        "many that saw both, look for the cause before you trust the rest"
        for name, some, n in units.agg(["sum", "size"]).itertuples()
        if some
    ]
    return mixed, doubts


def one_row_each(frame: pd.DataFrame, table: str) -> tuple[pd.DataFrame, list[str]]:
    """Rows of one key put together, where the table is one whose rows add up; and what the account should say."""
    names = key(schema.CONTRACTS[table])
    if table not in TOGETHER or not frame.duplicated(names).any():
        return frame, []
    groups = frame.groupby(names, sort=False)
    hows = {c: TOGETHER[table].get(c, "first") for c in frame.columns.difference(names)}
    parts = {c: groups[c].sum(min_count=1) if how == "sum" else groups[c].agg(how) for c, how in hows.items()}
    one = pd.DataFrame(parts).reset_index()[list(frame.columns)]
    return one, [f"{len(frame):,} rows became {len(one):,}: {WORDS[table]}"]
