"""Clean lines → the tables of a data set. Where two rows disagree the earlier one wins, and it is counted.

Texts are codes all the way (see `lines.Kept`), which are quickly compared; in the tables they are texts again.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.importing.cells.scenes import read_scenes
from workbook.tables.importing.orders.lines import SPLIT, Kept, Names, with_new_codes, with_texts
from workbook.tables.importing.orders.merging import merged, stacked, telling
from workbook.tables.importing.orders.returning import build_returns, purchases_of, with_purchase
from workbook.tables.importing.orders.totals import build_refunds, settle_totals
from workbook.tables.importing.readers.raw_table import summed

# What makes a product: its id, else the best stand-in that a file has.
PRODUCT = ("product_id", "product_name", "category")
PLURAL = {
    "ordered_at": "times",
    "store_id": "stores",
    "channel": "channels",
    "country": "countries",
    "city": "cities",
    "acquisition_channel": "acquisition channels",
    "scene": "scenes",
    "payment": "ways to pay",
    "delivery": "ways of delivery",
    "product_name": "names",
    "category": "categories",
}

OURS = {  # what a table calls that which is found out about its rows
    "customers": {"since": "joined_on"},
    "orders": {"since": "ordered_at"},
    "products": {"product_name": "name"},
}
POSSIBLE = ("stores", "returns")  # tables that only some shops have
ORDER = {"stores": "store_id", "returns": ""}  # of the rows of several parts
SOLD = ("quantity", "unit_price", "amount")
Tables = dict[str, pd.DataFrame]
SHARED = "orders with two customers, split in two"


@dataclass(frozen=True)
class Part:
    """What some lines come to, all lines of their orders among them.

    Attributes
    ----------
    sales : orders and order_lines in codes, where an order's is its place; empty where they are on disk
    names : the texts of these codes
    stores, returns : tables, but for the contract; returns by their place among all rows read
    purchases : of what came back, see `purchases_of`
    people, goods : lines that tell of customers and of products, those first that are to win
    conflicts : what the lines say of an order in two ways → how often
    """

    sales: Tables
    names: Names
    stores: pd.DataFrame
    returns: pd.DataFrame
    purchases: pd.DataFrame
    people: Kept
    goods: Kept
    conflicts: Counter[str]


def build_part(kept: Kept, mapped: Collection[str], pairs: np.ndarray) -> Part:
    """Make of some lines what can be told without the others.

    Parameters
    ----------
    kept : the lines
    mapped : those of our columns that the files have
    pairs : `pair_hash` of what came back, in all parts
    """
    product = product_of(mapped)
    rows, texts = with_product(kept, product or "product_id")
    back = rows[rows["is_return"]]
    bought = rows[~rows["is_return"]] if len(back) else rows
    sold = [c for c in those(mapped, *SOLD) if c in rows]
    timed = by_time(bought)
    about = ["customer_id", *those(mapped, "channel", "store_id", "scene", "payment", "delivery")]
    found = one_row_per_key(timed, "order_id", about)
    shared = found.loc[found["two_customer_id"], "order_id"]
    if len(shared):
        bought, texts["order_id"] = one_customer_each(bought, shared, texts)
        found = one_row_per_key(timed := by_time(bought), "order_id", about)
    lines = order_lines(bought, found, [*(["product_id"] if product else []), *sold])
    orders, lines = settle_totals(with_amount(found, lines), lines, bought)
    refunds, refunded = build_refunds(orders, texts, lines)
    returns = [build_returns(back, bought, texts, bool(product), sold), refunds]
    orders = orders.assign(order_id=np.arange(len(found)))
    return Part(
        sales={"orders": orders, "order_lines": lines},
        names={
            **texts,
            "order_id": texts["order_id"].take(found["order_id"]),
            "scene": read_scenes(texts["scene"]),
        },
        stores=all_stores(bought, texts),
        returns=pd.concat([some for some in returns if len(some)] or [pd.DataFrame()]),
        purchases=purchases_of(Kept(bought, texts), lines, pairs),
        people=Kept(timed, texts),
        goods=Kept(pd.concat([timed, by_time(back)]) if len(back) else timed, texts),
        conflicts=summed([Counter({SHARED: len(shared)}), disagreements(found, "orders"), refunded]),
    )


def without_sales(part: Part, mapped: Collection[str]) -> Part:
    """A part whose sales are on disk, with those of its lines alone that tell something new."""
    return replace(
        part,
        sales={},
        names={},
        people=telling(part.people, customer_columns(mapped)),
        goods=telling(part.goods, product_columns(mapped)),
    )


def build_tables(parts: Sequence[Part], mapped: Collection[str]) -> tuple[Tables, Tables, dict[str, int]]:
    """Make the tables that the lines of all parts allow.

    Returns
    -------
    tables : customers, the sales of a part that has them, and products, stores, returns where there are any
    codes : those of them that come of one part's lines, in its codes
    conflicts : what the rows disagree on → how often
    """
    key, *about = customer_columns(mapped)
    customers, texts = keys_of_all([part.people for part in parts], key, about)
    conflicts = summed([*(part.conflicts for part in parts), disagreements(customers, "customers")])
    codes = {"customers": customers.assign(since=customers["since"].dt.normalize())}
    tables = {"customers": table_of("customers", codes["customers"], texts)}
    if product_of(mapped):
        key, *about = product_columns(mapped)
        codes["products"], texts = keys_of_all([part.goods for part in parts], key, about)
        conflicts.update(disagreements(codes["products"], "products"))
        tables["products"] = table_of("products", codes["products"], texts)
    for name, by in ORDER.items():
        tables[name] = stacked([getattr(part, name) for part in parts], by)
    tables["returns"] = with_purchase(tables["returns"], [part.purchases for part in parts])
    for name in POSSIBLE:
        tables[name] = under_contract(name, tables[name])
    tables["stores"] = tables["stores"].drop_duplicates(ignore_index=True)
    for part in parts:
        tables |= sales_of(part)
        codes |= part.sales
    there = [n for n in schema.CONTRACTS if n in tables and (len(tables[n]) or n not in POSSIBLE)]
    return (
        {name: tables[name] for name in there},
        codes if len(parts) == 1 else {},
        {what: n for what, n in conflicts.items() if n},
    )


def sales_of(part: Part) -> Tables:
    """A part's orders and order_lines, in words."""
    return {name: table_of(name, codes, part.names) for name, codes in part.sales.items()}


def table_of(name: str, codes: pd.DataFrame, texts: Names) -> pd.DataFrame:
    """A table in words, with the columns of its contract."""
    return under_contract(name, with_texts(codes, texts).rename(columns=OURS.get(name, {})))


def keys_of_all(parts: Sequence[Kept], key: str, columns: Sequence[str]) -> tuple[pd.DataFrame, Names]:
    """Settle what the lines of all parts say of a key; and the texts of its codes."""
    kept = parts[0] if len(parts) == 1 else merged(parts)
    return one_row_per_key(kept.rows, key, columns), kept.texts


def product_of(mapped: Collection[str]) -> str:
    """What tells products apart; "" if nothing does."""
    return next((c for c in PRODUCT if c in mapped), "")


def customer_columns(mapped: Collection[str]) -> list[str]:
    """The customer, and what the files say of one."""
    return ["customer_id", *those(mapped, "country", "city", "acquisition_channel")]


def product_columns(mapped: Collection[str]) -> list[str]:
    """The product, and what the files say of one."""
    return ["product_id", *those(mapped, *PRODUCT[1:])]


def those(mapped: Collection[str], *columns: str) -> list[str]:
    """Those columns that the files have."""
    return [c for c in columns if c in mapped]


def with_product(kept: Kept, product: str) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Lines with the product's stand-in, and the order that each ``came`` with, which is its ``order_id`` too."""
    rows = kept.rows.assign(product_id=kept.rows[product], came=kept.rows["order_id"])
    return rows, {**kept.texts, "product_id": kept.texts[product], "came": kept.texts["order_id"]}


def under_contract(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table's own columns, in their order."""
    return table[[c for c in schema.CONTRACTS[name].to_schema().columns if c in table]]


def all_stores(bought: pd.DataFrame, texts: Names) -> pd.DataFrame:
    """Every store that sold something, by its id."""
    stores = bought.loc[bought["store_id"] >= 0, ["store_id"]].drop_duplicates()
    return with_texts(stores, texts).sort_values("store_id", ignore_index=True)


def by_time(rows: pd.DataFrame) -> pd.DataFrame:
    """Lines by their time; those of one time as they stand in the files."""
    at = rows["ordered_at"]
    return rows if at.is_monotonic_increasing else rows.sort_values("ordered_at", kind="stable")


def one_row_per_key(rows: pd.DataFrame, key: str, columns: Sequence[str]) -> pd.DataFrame:
    """Make one row per key with the earliest known value of each column.

    Parameters
    ----------
    rows : lines, those first that are to win
    key, columns : columns of codes

    Returns
    -------
    pandas.DataFrame
        key, since and until (first and last time), the columns, and ``two_<column>``: whether the key shows two
        values of it; by since.
    """
    rows = rows if (rows[key] >= 0).all() else rows[rows[key] >= 0]
    groups = rows.groupby(key, sort=False)
    found = groups["ordered_at"].agg(since="min", until="max")
    for column in columns:
        known = rows[column] >= 0
        values = groups[column] if known.all() else rows[known].groupby(key, sort=False)[column]
        found[column] = values.first().reindex(found.index, fill_value=-1)
        found[f"two_{column}"] = (values.min() != values.max()).reindex(found.index, fill_value=False)
    return found.sort_values("since", kind="stable").reset_index()


def disagreements(found: pd.DataFrame, what: str) -> Counter[str]:
    """How many keys show two values of a column, or two times."""
    say = {c: found[f"two_{c}"] for c in PLURAL if f"two_{c}" in found}
    if what == "orders":
        say = {"ordered_at": found["since"] != found["until"]} | say
    return Counter({f"{what} with two {PLURAL[c]}, the earliest taken": int(n.sum()) for c, n in say.items()})


def one_customer_each(
    bought: pd.DataFrame, shared: pd.Series, texts: Names
) -> tuple[pd.DataFrame, pd.Series]:
    """Split orders that several customers share: whoever came first keeps its name.

    Returns
    -------
    bought : with the new codes in ``order_id``
    names : of all orders
    """
    theirs = by_time(bought[bought["came"].isin(shared)])[["came", "customer_id"]]
    pairs = theirs.drop_duplicates()
    others = pairs[pairs.duplicated("came")].reset_index(drop=True)
    names = with_texts(others, texts)
    codes, names = with_new_codes(
        texts["came"], unused_ids(texts["came"], names["came"] + SPLIT + names["customer_id"])
    )
    new = theirs.merge(others.assign(order_id=codes), how="left").set_axis(theirs.index)["order_id"].dropna()
    order = bought["order_id"].copy()
    order[new.index] = new.astype(order.dtype)
    return bought.assign(order_id=order), names


def unused_ids(known: pd.Series, names: pd.Series) -> pd.Series:
    """Names that no order has; somebody's own may have that very form."""
    while (clash := names.isin(known) | names.duplicated()).any():
        names = names.where(~clash, names + SPLIT)
    return names


def order_lines(bought: pd.DataFrame, orders: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Lines by their order, which its place stands for, numbered within it as they stand in the files."""
    place = np.empty(int(orders["order_id"].max()) + 1 if len(orders) else 0, dtype="int64")
    place[orders["order_id"]] = np.arange(len(orders))
    rank = place[bought["order_id"]]
    by_order = np.argsort(rank, kind="stable")
    rank = rank[by_order]
    line = np.arange(len(rank)) - np.searchsorted(rank, rank) + 1
    lines = bought[list(columns)].take(by_order)
    lines.insert(0, "order_id", rank)
    lines.insert(1, "line", line)
    return lines


def with_amount(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders with what their lines come to, added up in the lines' order."""
    if "amount" not in lines:
        return orders
    first = np.flatnonzero(lines["line"].to_numpy() == 1)
    return orders.assign(amount=np.add.reduceat(lines["amount"].to_numpy(), first))
