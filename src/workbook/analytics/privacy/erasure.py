"""Erasing people from every table, and the proof that nothing of them is left.

It works on a copy: a new data set comes back, and files are never touched. What the law makes a shop keep (orders
and invoices, ten years for tax) stays under a drawn pseudonym of which no key is kept. For Chinese tax the ground is the
last paragraph of PIPL art. 47, with art. 29 of the implementing rules of the Tax Collection Law; GDPR art. 17(3)(b) speaks
of duties under the law of the European Union or of a member state only. A consent or a request under a name without a
key proves nothing of a person. Who may need the proof for a claim (GDPR 17(3)(e)) keeps it apart and locked, by name,
before the run. A teaching aid, and no legal advice; backups need a rule of their own, which no table can show.

The tables that come back don't tell who a pseudonym was: it is drawn by the system's own generator, which nobody can run
again; rows stand in the order of their keys, which is chance for those of a pseudonym; times of what is kept are cut to the
day, so that no minute leads to a record that the search missed; and no facts stay from which a world could be made again.
Two things can't be hidden as long as orders are kept with their day. The rows of one person stay together. And where a shop
numbers its customers in the order of their first purchase, the first order tells the number: only numbers that are drawn
tell nothing.
"""

import secrets
from dataclasses import dataclass, field, replace

import pandas as pd

from workbook.analytics.identity.record_linkage import Keys, records_of, residents
from workbook.analytics.privacy.processing_checks import GRANTED
from workbook.tables import schema
from workbook.tables.dataset import Dataset

# table, column that names the person, what is done with the row, why
TREATMENT = pd.DataFrame(
    [
        ("customers", "customer_id", "strip", "orders refer to it; all else about the person goes"),
        ("orders", "customer_id", "pseudonymise", "tax: kept ten years (PIPL 47, last paragraph), then deleted"),
        ("returns", "customer_id", "pseudonymise", "tax: part of the order"),
        ("consents", "customer_id", "pseudonymise", "counts stay right; without a key it proves nothing"),
        ("privacy_requests", "customer_id", "pseudonymise", "counts stay right; without a key it proves nothing"),
        ("processing_log", "customer_id", "pseudonymise", "who did what stays on record: GDPR 5(2), PIPL 56 (three years)"),
        ("referrals", "referred_id", "pseudonymise", "the other person's reward hangs on it"),
        ("referrals", "referrer_id", "pseudonymise", "the other person's history hangs on it"),
        ("points", "customer_id", "delete", "no duty to keep"),
        ("touchpoints", "customer_id", "delete", "no duty to keep"),
        ("message_log", "customer_id", "delete", "no duty to keep"),
        ("sessions", "customer_id", "delete", "no duty to keep"),
        ("item_views", "", "delete", "part of the session"),
        ("recommendations", "", "delete", "part of the session"),
        ("prospects", "customer_id", "delete", "no duty to keep"),
        ("experiments", "unit_id", "delete", "no duty to keep"),
        ("tickets", "customer_id", "delete", "no duty to keep"),
        ("surveys", "customer_id", "delete", "no duty to keep"),
        ("complaints", "customer_id", "delete", "free text about a person; claims are settled first: GDPR 17(3)(e)"),
        ("store_visits", "customer_id", "delete", "no duty to keep"),
        ("source_records", "", "delete", "name, phone, e-mail; found by link, as no id is kept there"),
        ("profile_changes", "", "delete", "part of the record"),
        ("social_activity", "", "delete", "part of the record"),
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
    data : the data set afterwards; it has no truth and no facts, which would know the erased
    account : rows before, deleted, pseudonymised and redacted (a text, or only the hour of an invoice), and what is left, by table
    keys : what could give the erased away, for the proof; to be destroyed after it
    unlinked : those for whom no record with name, phone or e-mail was found: ask them how they are known
    shared : phones, e-mails and names that others have too; they stay with the others
    """

    data: Dataset
    account: pd.DataFrame
    keys: Keys = field(repr=False)
    unlinked: list[str] = field(repr=False)
    shared: Keys = field(repr=False)


def erase(
    data: Dataset,
    ids: list[str],
    as_of: pd.Timestamp,
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
    known : customer_id, phone, email: what the people themselves gave with the request
    """
    there = everybody(data)
    people = sorted(set(ids) & there)
    records = data.source_records
    mine, missing = records_of(records, data.orders, people, known)
    keys, shared = residents(records, mine, people)
    names = pseudonyms(people, there)
    tables, account = {}, []
    logged = data.sessions.loc[data.sessions["customer_id"].isin(people), "session_id"]
    sold = data.orders[data.orders["customer_id"].isin(people)]
    old = sold.loc[sold["ordered_at"] < as_of - pd.DateOffset(years=KEEP_YEARS), "order_id"]
    for name, frame in data.tables.items():
        tables[name], done = treat(name, frame, names, keys, sold["order_id"], old, mine, logged)
        account.append({"table": name, "rows before": len(frame), **done, "rows left": len(tables[name])})
    told = pd.DataFrame(account).set_index("table")
    return Erased(replace(data, tables=tables, truth=None, facts={}), told, keys, missing, shared)


def granted(requests: pd.DataFrame) -> list[str]:
    """Customers whose erasure was granted, wholly or in part."""
    asked = requests[requests["kind"] == "erasure"]
    return sorted(set(asked.loc[asked["outcome"].str.startswith(GRANTED, na=False), "customer_id"]))


@dataclass(frozen=True)
class Whom:
    """Whom a run erases: case asked (all whose erasure was granted) or longest_silent (one, where none is on record)."""

    case: str
    people: list[str]
    n: int


def whom(requests: pd.DataFrame, orders: pd.DataFrame) -> Whom:
    """All whose erasure was granted; where there are none, the customer who has been silent for longest."""
    if people := granted(requests):
        return Whom("asked", people, len(people))
    last = orders.groupby("customer_id")["ordered_at"].max().sort_index()
    return Whom("longest_silent", list(last.nsmallest(1).index), min(1, len(last)))


def everybody(data: Dataset) -> set[str]:
    """All ids of customers that any table knows."""
    named = TREATMENT[TREATMENT["column"] != ""]
    return set().union(
        *(
            data.table(t)[c].dropna().unique().tolist()
            for t, c in zip(named["table"], named["column"], strict=True)
        )
    )


def pseudonyms(people: list[str], there: set[str]) -> dict[str, str]:
    """A drawn name for each person, which nobody of those ``there`` has; no seed gives it a second time."""
    taken, found = set(there), {}
    for person in people:
        while (drawn := f"erased-{secrets.token_hex(5)}") in taken:
            pass
        taken.add(drawn)
        found[person] = drawn
    return found


def treat(
    name: str,
    frame: pd.DataFrame,
    names: dict[str, str],
    keys: Keys,
    sold: pd.Series,
    old: pd.Series,
    mine: pd.Index,
    logged: pd.Series,
) -> tuple[pd.DataFrame, dict[str, int]]:
    """One table afterwards, and how many rows were deleted, pseudonymised and redacted.

    Parameters
    ----------
    name, frame : the table
    names : pseudonym of each person
    keys : what gives them away in texts
    sold, old : ids of their orders, and of those of them that need not be kept
    mine, logged : ids of the records and of the sessions that are theirs
    """
    rules = TREATMENT[(TREATMENT["table"] == name) & TREATMENT["column"].isin(frame.columns)]
    theirs = {r.column: frame[r.column].isin(names) for r in rules.itertuples()}
    hit = pd.DataFrame(theirs, index=frame.index).any(axis=1)
    of_order = among(frame, "order_id", sold) & ~hit
    gone = among(frame, "order_id", old)
    gone |= among(frame, "record_id", mine) | among(frame, "session_id", logged)
    if (rules["action"] == "delete").any():
        nobodys = frame[list(theirs)].isna().all(axis=1)
        gone |= hit | (of_order & nobodys)
    kept, hit, of_order = frame[~gone], hit[~gone], of_order[~gone]
    kept = kept.assign(**{column: renamed(kept[column], names) for column in theirs})
    if (rules["action"] == "strip").any():
        kept = strip(name, kept, hit)
    kept, cut = to_days(kept, hit | (of_order if not theirs else False))
    clean, redacted = redact(kept, keys)
    if hit.any():  # the place of a row must not tell what its key doesn't
        clean = clean.sort_values(schema.key(schema.CONTRACTS[name]))
    return clean.reset_index(drop=True), {
        "deleted": int(gone.sum()),
        "pseudonymised": int(hit.sum()),
        "redacted": int(((redacted | cut) & ~hit).sum()),
    }


def among(frame: pd.DataFrame, column: str, values: pd.Series | pd.Index) -> pd.Series:
    """Whether each row has one of the values; of no row where there is no such column."""
    return frame[column].isin(values) if column in frame else pd.Series(False, index=frame.index)


def to_days(frame: pd.DataFrame, hit: pd.Series) -> tuple[pd.DataFrame, pd.Series]:
    """Cut the times of the rows hit to the day, and say which rows that changed."""
    times = frame.select_dtypes("datetime")
    days = times.apply(lambda at: at.mask(hit, at.dt.normalize()))
    return frame.assign(**{c: days[c] for c in days}), (days.ne(times) & times.notna()).any(axis=1)


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


def changes(run: Erased) -> pd.DataFrame:
    """The account of the tables that a run changed, the largest first."""
    changed = run.account[["deleted", "pseudonymised", "redacted"]].sum(axis=1)
    return run.account[changed > 0].sort_values("rows before", ascending=False)


def strangers_touched(before: Dataset, run: Erased) -> int:
    """Number of tables in which more rows changed than the run accounts for."""
    told = run.account[["deleted", "pseudonymised", "redacted"]].sum(axis=1)
    return int((differences(before, run.data) != told).sum())


def proved(counts: dict[str, int]) -> str:
    """Whether a search for the erased came back clean, or traces are left; unknown where it found nothing before either."""
    if not counts["traces before"]:
        return "unknown"
    return "traces" if counts["traces after"] else "clean"


def left_behind(data: Dataset, people: list[str]) -> pd.DataFrame:
    """Hold what a run finds against the truth of whose record each is: from the data, and with a phone that each gave.

    Parameters
    ----------
    data : before the run, with its truth
    people : who is erased

    Returns
    -------
    pandas.DataFrame
        Index run; records truly theirs, still there, and customers without a known record.
    """
    whose = data.truth["identities"] if data.truth else pd.DataFrame(columns=["record_id", "customer_id"])
    theirs = whose.loc[whose["customer_id"].isin(people), "record_id"]
    given = own_phones(data.source_records, whose, people)
    rows = {}
    for name, known in {"as above": None, "with the phone that each gave": given}.items():
        found, missing = records_of(data.source_records, data.orders, people, known)
        rows[name] = [len(theirs), int((~theirs.isin(found)).sum()), len(missing)]
    columns = ["records truly theirs", "still there", "customers without a known record"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("run")


def own_phones(records: pd.DataFrame, identities: pd.DataFrame, people: list[str]) -> pd.DataFrame:
    """A phone of each person, with the e-mail of the same record: what they would give if they were asked.

    Returns
    -------
    pandas.DataFrame
        customer_id, phone, email; as ``known`` of `erase`.
    """
    whose = records.merge(identities[["record_id", "customer_id"]], on="record_id")
    theirs = whose[whose["customer_id"].isin(people)].dropna(subset="phone")
    return theirs.drop_duplicates("customer_id")[["customer_id", "phone", "email"]]


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
