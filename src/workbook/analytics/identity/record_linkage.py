"""Which records, phones, e-mails and names are a person's, where the systems keep no common id.

Deliberately careful: a record is somebody's by a key of the shop (an order, a member number), by an e-mail address,
or by a phone that nobody else seems to use. A phone that a household shares doesn't hand over the others' records.
"""

import re
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from workbook.analytics.identity.normalising import LEAST_DIGITS, PHONE_DIGITS, emails, phones


@dataclass(frozen=True)
class Keys:
    """What gives people away: ids, phones (digits), e-mails (lower case) and full names."""

    ids: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    names: frozenset[str] = field(default=frozenset())

    def parts(self, *, running: bool) -> list[tuple[str, str, str]]:
        """Expressions as (what must not come before, the core, what must not come after); names in ``running`` text
        only if long enough to be told from other words, else as the whole text.
        """
        found = [(NO_WORD[0], re.escape(i), NO_WORD[1]) for i in sorted(self.ids)]
        found += [(r"(?<!\d)", PREFIX + r"[\s-]?".join(p), r"(?!\d)") for p in sorted(self.phones)]
        for email in sorted(self.emails):
            box, _, domain = email.rpartition("@")
            found.append((r"(?<![\w.])", rf"{re.escape(box)}(?:\+\w+)?@{re.escape(domain)}", r"(?!\w)"))
        ends = ("", "") if running else ("^", "$")
        names = [n for n in sorted(self.names) if long(n) or not running]
        return found + [("", ends[0] + re.escape(n) + ends[1], "") for n in names]

    def find(self, values: pd.Series, *, running: bool) -> pd.Series:
        """Whether each text holds any of them."""
        if not (self.ids or self.phones or self.emails or self.names):
            return pd.Series(False, index=values.index)
        distinct = pd.Series(values.dropna().unique(), dtype="str")
        # Cheap look-ups first, then the exact expression on the few texts that are left.
        near = distinct[self.near(pa.array(distinct), running=running)]
        if near.empty:
            return pd.Series(False, index=values.index)
        exact = self.pattern(running=running)
        return values.isin([text for text in near if exact.search(text)])

    def near(self, texts: pa.Array, *, running: bool) -> np.ndarray:
        """Which texts may hold one of them: every one that does, and few that don't."""
        text = pc.utf8_lower(texts)
        digits = pc.replace_substring_regex(text, r"\D", "")
        at = pc.match_substring(text, "@")
        whole = {w.lower() for w in self.ids} | ({n.lower() for n in self.names} if not running else set())
        words = {i.lower() for i in self.ids} | (
            {n.lower() for n in self.names if long(n)} if running else set()
        )
        widest = max(map(len, self.ids), default=0)
        far = pc.greater(pc.utf8_length(text), 0 if running else widest)
        masks = [
            pc.is_in(text, pa.array(sorted(whole), pa.string())),
            pc.is_in(
                pc.utf8_slice_codeunits(digits, -PHONE_DIGITS), pa.array(sorted(self.phones), pa.string())
            ),
            has_word(text, far, words),
            has_word(digits, pc.greater_equal(pc.utf8_length(digits), LEAST_DIGITS), set(self.phones)),
            has_word(text, at, {e.rpartition("@")[0] for e in self.emails}),
        ]
        return np.logical_or.reduce([m.to_numpy(zero_copy_only=False) for m in masks])

    def pattern(self, *, running: bool) -> re.Pattern[str]:
        """One expression for all of them."""
        return re.compile("|".join("".join(p) for p in self.parts(running=running)), re.IGNORECASE)


NO_WORD = r"(?<![0-9A-Za-z])", r"(?![0-9A-Za-z])"
PREFIX = r"(?:\+?86[\s-]?)?"


def has_word(texts: pa.Array, where: pa.Array, words: set[str]) -> pa.Array:
    """Which texts, of those ``where`` is true, have one of the words in them."""
    found = np.zeros(len(texts), dtype=bool)
    rows = np.flatnonzero(where.to_numpy(zero_copy_only=False))
    some = texts.take(pa.array(rows))
    ordered = sorted(words)
    for start in range(0, len(ordered) if len(rows) else 0, WORDS_AT_ONCE):
        core = "|".join(map(re.escape, ordered[start : start + WORDS_AT_ONCE]))
        found[rows] |= pc.match_substring_regex(some, core).to_numpy(zero_copy_only=False)
    return pa.array(found)


WORDS_AT_ONCE = 150  # the quick engine slows down when an expression grows too large


def long(name: str) -> bool:
    """Whether a name is long enough to be told from other words in running text."""
    return len(name) >= 3 if chinese(name) else " " in name and len(name) >= 7


def chinese(text: str) -> bool:
    """Whether a text is of Chinese characters alone."""
    return re.fullmatch("[\u4e00-\u9fff]+", text) is not None


def records_of(
    records: pd.DataFrame, orders: pd.DataFrame, people: list[str], known: pd.DataFrame | None = None
) -> tuple[pd.Index, list[str]]:
    """Ids of the records that are of these people, and who has none.

    Parameters
    ----------
    records, orders : the tables
    people : customers
    known : customer_id, phone, email, from the people themselves
    """
    plain = plainly(records, orders)
    groups = {column: rows_by(plain[column]) for column in (*LINKS, "owner")}
    given = told_by(known)
    mine, missing = set(), []
    for person in people:
        seeds = set(groups["owner"].get(person, ()))
        for column, value in given.get(person, ()):
            seeds |= {row for row in groups[column].get(value, ()) if plain["owner"][row] in (person, None)}
        rows = grow(seeds, plain, groups, person)
        mine |= rows
        missing += [] if rows else [person]
    return pd.Index(records["record_id"].iloc[sorted(mine)]), missing


LINKS = ("key", "email", "phone")  # what two records of one person may share
Plain = dict[
    str, list[str | None]
]  # a column's values by row; lists, as single cells of a frame are slow to reach
Groups = dict[str, dict[str, list[int]]]


def plainly(records: pd.DataFrame, orders: pd.DataFrame) -> Plain:
    """Comparable values of the records: key, phone, email, name, and owner where an order tells it; None for missing."""
    of_order = orders.drop_duplicates("order_id").set_index("order_id")["customer_id"]
    columns = {
        "key": records["source_key"],
        "phone": phones(records["phone"]),
        "email": emails(records["email"]),
        "name": records["name"],
        "owner": records["source_key"].map(of_order),
    }
    return {name: [v if isinstance(v, str) else None for v in c.tolist()] for name, c in columns.items()}


def rows_by(values: list[str | None]) -> dict[str, list[int]]:
    """Rows of each value, those without one left out."""
    found: dict[str, list[int]] = {}
    for row, value in enumerate(values):
        if value is not None:
            found.setdefault(value, []).append(row)
    return found


def told_by(known: pd.DataFrame | None) -> dict[str, list[tuple[str, str]]]:
    """What people gave themselves, as (column, comparable value), by customer."""
    found: dict[str, list[tuple[str, str]]] = {}
    if known is None:
        return found
    for column, values in (("phone", phones(known["phone"])), ("email", emails(known["email"]))):
        for person, value in zip(known["customer_id"], values, strict=True):
            if isinstance(value, str):
                found.setdefault(person, []).append((column, value))
    return found


def grow(seeds: set[int], plain: Plain, groups: Groups, person: str) -> set[int]:
    """Add records that share a key, an e-mail or an uncontested phone with those found, until none is left."""
    rows, new = set(seeds), set(seeds)
    while new:
        reached = set()
        for column in LINKS:
            for value in {plain[column][row] for row in new} - {None}:
                reached |= records_of_person(groups[column][str(value)], plain, rows, person)
        new = reached - rows
        rows |= new
    return rows


def records_of_person(group: list[int], plain: Plain, rows: set[int], person: str) -> set[int]:
    """Those of a group that are the person's: all, unless another person is in it too; then those of the same name."""
    names = {n for row in rows if (n := plain["name"][row])}
    free = [row for row in group if plain["owner"][row] in (None, person)]
    written = {n for row in group if (n := plain["name"][row]) and chinese(n) and not n.endswith(TITLES)}
    strange = [n for n in written if not any(names_alike(n, m) for m in names if chinese(m))]
    contested = len(free) < len(group) or (bool(strange) and any(chinese(n) for n in names))
    return {row for row in free if not contested or plain["name"][row] in names}


TITLES = ("先生", "女士", "小姐")


def names_alike(one: str, other: str) -> bool:
    """Whether two Chinese names are equal but for a slip in one of three characters or more."""
    return one == other or (
        len(one) == len(other) >= 3 and sum(a != b for a, b in zip(one, other, strict=True)) == 1
    )


def residents(records: pd.DataFrame, mine: pd.Index, people: list[str]) -> tuple[Keys, Keys]:
    """What gives these people away and nobody else; and what they share with others."""
    own = records["record_id"].isin(mine)

    def apart(values: pd.Series) -> tuple[frozenset[str], frozenset[str]]:
        theirs = set(values[own].dropna().tolist())
        shared = set(values[~own & values.isin(list(theirs))].tolist())
        return frozenset(theirs - shared), frozenset(shared)

    (p, ps), (e, es), (n, ns) = (
        apart(phones(records["phone"])),
        apart(emails(records["email"])),
        apart(records["name"].str.strip()),
    )
    return Keys(frozenset(people), p, e, n), Keys(frozenset(), ps, es, ns)
