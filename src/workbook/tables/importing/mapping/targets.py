"""What a file may hold: order lines, or rows of any table under contract; and by which names its columns go.

Spellings are normalised as `mapping.plain` does; the first one that a header has is taken. A column that is not
listed goes by its own name.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

from workbook.tables import schema
from workbook.tables.contract import columns, key

SYNONYMS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (resources.files("workbook.tables.importing.mapping") / "synonyms.toml").read_text("utf-8")
)
ORDERS = SYNONYMS["orders"]
WAIT = re.compile("wait|queue|speed|duration|length|等待|排队|时长")  # names of times that took so long
# Columns that make a file one of this table rather than of another.
TELLING = {
    "orders": ("customer_id", "ordered_at"),
    "customers": ("customer_id",),
    "tickets": ("opened_at",),
    "complaints": ("text",),
    "experiments": ("unit_id", "arm"),
    "consents": ("purpose", "granted"),
}
# What can be made up for a file that lacks it, and what is then true.
MADE_UP = {
    "customer_id": "no customer: every row counts as a customer of its own",
    "experiment": "no name of the experiment: the file's name is taken",
}


@dataclass(frozen=True)
class Target:
    """What a file is taken for.

    Attributes
    ----------
    table : orders, or another table under contract
    spellings : column → the names by which it goes, the likeliest first
    required : columns without which the file can't be used
    """

    table: str
    spellings: Mapping[str, str]
    required: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that can be mapped."""
        return tuple(self.spellings)

    def matches(self, header: Sequence[str]) -> set[str]:
        """Columns that some name of the header could be."""
        names = {plain(name) for name in header}
        return {c for c, words in self.spellings.items() if names & set(words.split())}


def plain(name: str) -> str:
    """Return a column name without case, spaces, punctuation, or a unit in brackets."""
    text = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]", "", re.sub(r"[(\[{].*?[)\]}]", "", text))


def is_wait(name: str) -> bool:
    """Whether a column by this name holds how long something took, rather than when it was."""
    return bool(WAIT.search(plain(name)))


def target(table: str) -> Target:
    """Return what a file of this table may hold; a key that is missing is made from the row's number."""
    if table == "orders":
        return Target(table, ORDERS, TELLING[table])
    contract = columns(schema.CONTRACTS[table])
    known = SYNONYMS.get(table, {})
    made_up = {*MADE_UP, *(key(schema.CONTRACTS[table])[-1:] if table != "customers" else ())}
    must = contract.loc[contract["required"], "column"]
    return Target(
        table,
        {c: f"{known.get(c, '')} {plain(c)}" for c in contract["column"]},
        tuple(c for c in must if c not in made_up or c in TELLING.get(table, ())),
    )


def likeliest(header: Sequence[str], told: Sequence[str] = ()) -> str:
    """The table that a file's header fits best: by the number of columns found, orders before others.

    Parameters
    ----------
    header : the file's columns
    told : our columns that the user has mapped; a table that lacks one is out of the question
    """
    scores = {}
    for table, telling in TELLING.items():
        aim = target(table)
        found = aim.matches(header) | set(told)
        fits = set(told) <= set(aim.columns) and found >= set(telling)
        scores[table] = len(found) if fits else 0
    best = max(scores, key=lambda table: scores[table])  # the first of equals
    return best if scores[best] else "orders"
