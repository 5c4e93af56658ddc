"""What a file may hold: order lines, or rows of any table under contract; and by which names its columns go.

Spellings are normalised as `plain_name` does; the first one that a header has is taken. A column that is not
listed goes by its own name.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import resources

from workbook.tables import schema
from workbook.tables.contract import columns, key
from workbook.tables.errors import DataError

KNOWN = tomllib.loads(
    (resources.files("workbook.tables.importing.mapping") / "synonyms.toml").read_text("utf-8")
)
GENERAL = frozenset(KNOWN.pop("general").split())  # names that say little of which table it is
EVERYWHERE = KNOWN.pop("everywhere")  # what stands for … in the names of a column
SYNONYMS: Mapping[str, Mapping[str, str]] = {
    table: {column: words.replace("…", EVERYWHERE.get(column, "")) for column, words in section.items()}
    for table, section in KNOWN.items()
}
ORDERS = SYNONYMS["orders"]
WAIT = re.compile("wait|queue|speed|duration|length|等待|排队|时长")  # names of times that took so long
# Columns that make a file one of this table rather than of another.
TELLING = {
    "orders": ("customer_id", "ordered_at"),
    "customers": ("customer_id",),
    "tickets": ("opened_at",),
    "complaints": ("text",),
    "experiments": ("unit_id", "arm"),
    "message_log": ("content", "propensity"),
    "item_views": ("session_id", "product_id"),
    "recommendations": ("session_id", "product_id", "propensity", "clicked"),
    "consents": ("purpose", "granted"),
    "products": ("product_id", "name"),
    "stores": ("store_id", "name"),
}
UNIT = (
    r"[(\[{].*?[)\]}]|[\W_]in[\W_]+(?:days|hours|hrs|h|minutes|mins|min|seconds|secs|sec|s)\W*$"  # of a name
)
NAMED = 4  # columns that say which table it is
SLIGHT = 0.1  # what a general name counts, beside one that a single table has
NEAR = 0.75  # of the best table's score; another one that comes nearer can't be told from it
# What can be made up for a file that lacks it, and what is then true.
MADE_UP = {
    "customer_id": "no customer: every row counts as a customer of its own",
    "experiment": "no name of the experiment: the file's name is taken",
    "source": "no name of the system: the file's name is taken",
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

    @cached_property
    def names(self) -> frozenset[str]:
        """Every name that one of its columns goes by."""
        return frozenset(word for words in self.spellings.values() for word in words.split())


@cache
def plain_name(name: str) -> str:
    """Return a column name without case, accents, spaces, punctuation, or its unit."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    text = unicodedata.normalize("NFKC", re.sub("[\u0300-\u036f]", "", text))
    return re.sub(r"[\W_]", "", re.sub(UNIT, "", text))


def is_wait(name: str) -> bool:
    """Whether a column by this name holds how long something took, rather than when it was."""
    return bool(WAIT.search(plain_name(name)))


@cache
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
        {c: f"{known.get(c, '')} {plain_name(c)}" for c in dict.fromkeys([*known, *contract["column"]])},
        tuple(c for c in must if c not in made_up or c in TELLING.get(table, ())),
    )


def all_targets() -> list[Target]:
    """All that a file may hold."""
    return [target(table) for table in schema.CONTRACTS]


def likeliest(header: Sequence[str], told: Sequence[str] = ()) -> str:
    """The table that a file's header fits best, orders before others.

    Each name counts the more, the fewer tables know it; those that many have hardly count.

    Parameters
    ----------
    header : the file's columns
    told : our columns that the user has mapped; a table that lacks one is out of the question

    Raises
    ------
    DataError
        if another table fits nearly as well, and each knows a name that the other doesn't.
    """
    scores = table_scores(header, told)
    if not scores:
        return "orders"
    best, *others = sorted(scores, key=lambda table: -scores[table])  # the first of equals
    near = [t for t in others if scores[t] > NEAR * scores[best] and told_apart(header, best, t)]
    if near:
        one, other = (", ".join(own_names(header, *pair)) for pair in ((best, near[0]), (near[0], best)))
        raise DataError(
            f"it may hold {best} ({one}) or {near[0]} ({other}): say --table {best} or --table {near[0]}."
        )
    return best


def as_likely(header: Sequence[str], told: Sequence[str], best: str) -> list[str]:
    """Other tables that a header fits as well as the best, its names being too general to tell."""
    scores = table_scores(header, told)
    return [t for t in scores if t != best and scores[t] >= scores.get(best, 1)]


def better_fit(header: Sequence[str], table: str) -> str:
    """What to say of a guess where the names of another table, that a header makes possible, fit more of it; "" if none does."""
    names, best = {plain_name(name) for name in header}, best_possible(header)
    own, better = (len(names & target(t).names) if t else 0 for t in (table, best))
    if better <= max(2 * own, 2):
        return ""
    return (
        f"taken for {table}, whose names fit {own} of {len(names)} columns, and those of {best} {better}: say --table {best} if "
        "that is what it holds"
    )


def best_possible(header: Sequence[str]) -> str:
    """The table of which a header has all that it can't be without, and most names, two or more; "" if there is none."""
    names = {plain_name(name) for name in header}
    fits = {t: len(names & target(t).names) for t in schema.CONTRACTS if possible(names, t)}
    best = max(fits, key=lambda t: fits[t], default="")
    return best if fits.get(best, 0) > 1 else ""


def possible(names: Set[str], table: str) -> bool:
    """Whether plain names hold all that a table can't be without."""
    aim = target(table)
    return all(names & {*aim.spellings[c].split()} for c in aim.required)


def table_scores(header: Sequence[str], told: Sequence[str]) -> dict[str, float]:
    """How well the names of a header fit each table that they make possible."""
    aims = [target(table) for table in TELLING]
    names = {plain_name(name) for name in header}
    weight = {n: SLIGHT if n in GENERAL else 1 / max(sum(n in a.names for a in aims), 1) for n in names}
    scores = {}
    for aim in aims:
        found: dict[str, str] = {}  # a name counts once, and so does a column
        for column, words in aim.spellings.items():
            some = names.intersection(words.split()) - set(found.values())
            found |= {column: max(sorted(some), key=weight.__getitem__)} if some else {}
        there = {*found, *told}
        if set(told) <= set(aim.columns) and there >= set(TELLING[aim.table]):
            scores[aim.table] = sum(weight[name] for name in found.values())
    return scores


def told_apart(header: Sequence[str], one: str, other: str) -> bool:
    """Whether each of two tables knows a name of the header, and no general one, that the other doesn't."""
    return bool(own_names(header, one, other) and own_names(header, other, one))


def own_names(header: Sequence[str], table: str, other: str) -> list[str]:
    """Those names of a header that a table knows and another doesn't, but for general ones."""
    own = target(table).names - target(other).names - GENERAL
    return [name for name in header if plain_name(name) in own]


def telling_names(header: Sequence[str], table: str) -> list[str]:
    """Those names of a header, the first few, that say that it is of this table."""
    scores = {
        n: sum(plain_name(n) in target(other).names for other in TELLING)
        for n in header
        if plain_name(n) not in GENERAL
    }
    return sorted((n for n in scores if plain_name(n) in target(table).names), key=scores.__getitem__)[:NAMED]
