"""Erasing people from every table, and the proof that nothing of them is left.

It works on a copy: a new data set comes back, and files are never touched. What the law makes a shop keep (orders
and invoices, ten years for tax) stays under a drawn pseudonym of which no key is kept: GDPR art. 17(3)(b) and 18,
PIPL art. 47. A teaching aid, and no legal advice; backups need a rule of their own, which no table can show.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from workbook.analytics.identity.record_linkage import Keys, records_of, residents
from workbook.tables import schema
from workbook.tables.dataset import Dataset

# table, column that names the person, what is done with the row, why
TREATMENT = pd.DataFrame(
    [
        ("customers", "customer_id", "strip", "orders refer to it; all else about the person goes"),
        ("orders", "customer_id", "pseudonymise", "tax: kept ten years, then deleted"),
        ("returns", "customer_id", "pseudonymise", "tax: part of the order"),
        ("consents", "customer_id", "pseudonymise", "proof of what was lawful: GDPR 7(1), 17(3)(e)"),
        ("privacy_requests", "customer_id", "pseudonymise", "proof that the request was met: GDPR 5(2)"),
        ("processing_log", "customer_id", "pseudonymise", "record of processing: GDPR 5(2), PIPL 55–56"),
        ("referrals", "referred_id", "pseudonymise", "the other person's reward hangs on it"),
        ("referrals", "referrer_id", "pseudonymise", "the other person's history hangs on it"),
        ("points", "customer_id", "delete", "no duty to keep"),
        ("touchpoints", "customer_id", "delete", "no duty to keep"),
        ("sessions", "customer_id", "delete", "no duty to keep"),
        ("experiments", "unit_id", "delete", "no duty to keep"),
        ("tickets", "customer_id", "delete", "no duty to keep"),
        ("surveys", "customer_id", "delete", "no duty to keep"),
        ("complaints", "customer_id", "delete", "free text about a person; claims are settled first: GDPR 17(3)(e)"),
        ("source_records", "", "delete", "name, phone, e-mail; found by link, as no id is kept there"),
    ],
    columns=["table", "column", "action", "why"],
)  # fmt: skip
KEEP_YEARS = 10
GONE = "[erased]"
FREE_TEXT = ("text",)  # columns of running text, where a name may stand among other words


@dataclass(frozen=True)
class Erased:
    """What an erasure run did.

    Attributes
    ----------
    data : the data set afterwards; it has no truth, which would know the erased
    account : rows before, deleted, pseudonymised and redacted, and what is left, by table
    keys : what could give the erased away, for the proof; to be destroyed after it
    unlinked : those for whom no record with name, phone or e-mail was found: ask them how they are known
    shared : phones, e-mails and names that others have too; they stay with the others
    """

    data: Dataset
    account: pd.DataFrame
    keys: Keys = field(repr=False)
    unlinked: list[str]
    shared: Keys = field(repr=False)


def erase(
    data: Dataset,
    ids: list[str],
    as_of: pd.Timestamp,
    seed: int | np.random.Generator,
    *,
    known: pd.DataFrame | None = None,
) -> Erased:
    """Erase people: delete, pseudonymise or strip their rows, table by table, as TREATMENT says.

    A second run with the same ids finds nobody, and changes nothing.

    Parameters
    ----------
    data : is not changed
    ids : customers
    as_of : day of the run; what the law makes keep is kept for KEEP_YEARS before it
    seed : for the pseudonyms, which are drawn and not made from the id
    known : customer_id, phone, email: what the people themselves gave with the request
    """
    there = everybody(data)
    people = sorted(set(ids) & there)
    records = data.source_records
    mine, missing = records_of(records, data.orders, people, known)
    keys, shared = residents(records, mine, people)
    names = pseudonyms(people, there, np.random.default_rng(seed))
    tables, account = {}, []
    old = data.orders.loc[
        data.orders["customer_id"].isin(people)
        & (data.orders["ordered_at"] < as_of - pd.DateOffset(years=KEEP_YEARS)),
        "order_id",
    ]
    for name, frame in data.tables.items():
        tables[name], done = treat(name, frame, names, keys, old, mine)
        account.append({"table": name, "rows before": len(frame), **done, "rows left": len(tables[name])})
    told = pd.DataFrame(account).set_index("table")
    return Erased(replace(data, tables=tables, truth=None), told, keys, missing, shared)


def everybody(data: Dataset) -> set[str]:
    """All ids of customers that any table knows."""
    named = TREATMENT[TREATMENT["column"] != ""]
    return set().union(
        *(
            data.table(t)[c].dropna().unique().tolist()
            for t, c in zip(named["table"], named["column"], strict=True)
        )
    )


def pseudonyms(people: list[str], there: set[str], rng: np.random.Generator) -> dict[str, str]:
    """A drawn name for each person, which nobody of those ``there`` has."""
    taken, found = set(there), {}
    for person in people:
        while (drawn := f"erased-{rng.integers(16**10):010x}") in taken:
            pass
        taken.add(drawn)
        found[person] = drawn
    return found


def treat(
    name: str, frame: pd.DataFrame, names: dict[str, str], keys: Keys, old: pd.Series, mine: pd.Index
) -> tuple[pd.DataFrame, dict[str, int]]:
    """One table afterwards, and how many rows were deleted, pseudonymised and redacted."""
    rules = TREATMENT[(TREATMENT["table"] == name) & TREATMENT["column"].isin(frame.columns)]
    theirs = {r.column: frame[r.column].isin(names) for r in rules.itertuples()}
    hit = pd.DataFrame(theirs, index=frame.index).any(axis=1)
    gone = frame["order_id"].isin(old) if "order_id" in frame else pd.Series(False, index=frame.index)
    if name == "source_records":
        gone |= frame["record_id"].isin(mine)
    if (rules["action"] == "delete").any():
        gone |= hit
    kept, hit = frame[~gone], hit[~gone]
    kept = kept.assign(**{column: renamed(kept[column], names) for column in theirs})
    if (rules["action"] == "strip").any():
        kept = strip(name, kept, hit)
    clean, redacted = redact(kept, keys)
    return clean, {
        "deleted": int(gone.sum()),
        "pseudonymised": int(hit.sum()),
        "redacted": int((redacted & ~hit).sum()),
    }


def renamed(values: pd.Series, names: dict[str, str]) -> pd.Series:
    """Ids with those in ``names`` replaced; only the few that are get looked up."""
    hit = values.isin(names)
    return values.mask(hit, values[hit].map(names).astype(values.dtype))


def strip(name: str, frame: pd.DataFrame, hit: pd.Series) -> pd.DataFrame:
    """Empty every column of the rows hit but the key; one that can't be empty gets a value that says nothing."""
    contract = schema.columns(schema.CONTRACTS[name]).set_index("column")
    blank = {}
    for column in frame.columns.difference(schema.key(schema.CONTRACTS[name])):
        values = frame[column]
        nothing = pd.NA if contract.loc[column, "empty"] else EMPTY.get(contract.loc[column, "type"], GONE)
        blank[column] = values.mask(
            hit,
            pd.Series(nothing, index=values.index, dtype=values.dtype if nothing is pd.NA else None).astype(
                values.dtype
            ),
        )
    return frame.assign(**blank)[list(frame.columns)]


EMPTY = {"boolean": False, "integer": 0, "number": 0.0, "datetime": pd.Timestamp("1970-01-01")}


def redact(frame: pd.DataFrame, keys: Keys) -> tuple[pd.DataFrame, pd.Series]:
    """Put GONE in place of what gives the erased away, in any text; and say in which rows."""
    touched = pd.Series(False, index=frame.index)
    for column in frame.select_dtypes("str"):
        running = column in FREE_TEXT
        hit = keys.find(frame[column], running=running)
        if hit.any():
            clean = frame.loc[hit, column].str.replace(keys.pattern(running=running), GONE, regex=True)
            frame = frame.assign(**{column: frame[column].mask(hit, clean)})
            touched |= hit
    return frame, touched


def traces(data: Dataset, keys: Keys) -> pd.DataFrame:
    """Search every text of every table for what gives the erased away.

    Returns
    -------
    pandas.DataFrame
        A row a trace: table, column, row (its key) and text. Empty: nothing is left.
    """
    parts = []
    for name, frame in data.tables.items():
        for column in frame.select_dtypes("str"):
            rows = frame[keys.find(frame[column], running=column in FREE_TEXT)]
            if len(rows):
                row = joined(rows[schema.key(schema.CONTRACTS[name])].astype("str"))
                parts.append(
                    pd.DataFrame({"table": name, "column": column, "row": row, "text": rows[column]})
                )
    blank = pd.DataFrame(columns=["table", "column", "row", "text"], dtype="str")
    return pd.concat(parts, ignore_index=True) if parts else blank


def joined(columns: pd.DataFrame) -> pd.Series:
    """Columns of text as one, with a blank between."""
    first, *others = (columns[c] for c in columns)
    return first.str.cat(others, sep=" ") if others else first


def differences(before: Dataset, after: Dataset) -> pd.Series:
    """Rows of each table that are no longer there as they were, by table."""
    return pd.Series(
        {name: changed(frame, after.table(name)) for name, frame in before.tables.items()}, dtype=int
    )


def changed(before: pd.DataFrame, after: pd.DataFrame) -> int:
    """Number of rows of ``before``, as a bag, that ``after`` doesn't have."""
    after = after[list(before.columns)]
    if before.empty or before.equals(after):  # as most tables are
        return 0
    old, new = (pd.util.hash_pandas_object(f, index=False).value_counts() for f in (before, after))
    return int((old - new.reindex(old.index).fillna(0)).clip(lower=0).sum())
