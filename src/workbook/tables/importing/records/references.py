"""What one table names of another."""

import pandas as pd

from workbook.tables import schema
from workbook.tables.contract import columns


def settle_references(
    tables: dict[str, pd.DataFrame],
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make references hold: an unknown customer is added to the customers, any other that leads nowhere is emptied.

    Returns
    -------
    tables : with references that hold; none is changed in place
    conflicts : what was done → how often
    """
    tables, conflicts = dict(tables), {}
    for table in tables:
        about = columns(schema.CONTRACTS[table]).query("refers != ''")
        for name, refers in zip(about["column"], about["refers"], strict=True):
            other, their = refers.split(".")
            frame = tables[table]
            if name not in frame or other not in tables or other == table:
                continue
            strange = frame[name].notna() & ~frame[name].isin(tables[other][their])
            if not strange.any():
                continue
            if other == "customers":
                ids = pd.DataFrame({their: frame.loc[strange, name].unique()})
                tables[other] = pd.concat([tables[other], ids], ignore_index=True)
                conflicts[f"customers of {table} who were unknown, added"] = len(ids)
            else:
                tables[table] = frame.assign(**{name: frame[name].mask(strange)})
                conflicts[f"rows of {table} whose {name} isn't among the {other}, left without"] = int(
                    strange.sum()
                )
    return tables, conflicts
