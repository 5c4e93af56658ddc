"""Clean lines → the tables of a data set. Where two rows disagree the earlier one wins, and it is counted.

Texts are codes all the way (see `lines.Kept`), which are quickly compared; in the tables they are texts again.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from workbook.tables import schema
from workbook.tables.importing.lines import Kept

Names = Mapping[str, pd.Series]  # column → the texts of its codes

# What makes a product: its id, else the best stand-in that a file has.
PRODUCT = ("product_id", "product_name", "category")
PLURAL = {
    "ordered_at": "times",
    "store_id": "stores",
    "channel": "channels",
    "country": "countries",
    "city": "cities",
    "acquisition_channel": "acquisition channels",
    "product_name": "names",
    "category": "categories",
}

OURS = {  # what a table calls that which is found out about its rows
    "customers": {"since": "joined_on"},
    "orders": {"since": "ordered_at"},
    "products": {"product_name": "name"},
}
POSSIBLE = ("stores", "returns")  # tables that only some shops have


def build_tables(kept: Kept, mapped: Collection[str]) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make the tables that the lines allow.

    Parameters
    ----------
    kept : the lines
    mapped : those of our columns that the files have

    Returns
    -------
    tables : customers, orders, order_lines, and products, stores, returns where there are any
    conflicts : what the rows disagree on → how often
    """
    product = next((c for c in PRODUCT if c in mapped), "")
    named, texts = every_name(kept, product or "product_id")
    back = named[named["is_return"]]
    bought = named[~named["is_return"]] if len(back) else named
    sold = those(mapped, "quantity", "unit_price", "amount")
    timed = by_time(bought)
    about = ["customer_id", *those(mapped, "channel", "store_id")]
    orders = settle(timed, "order_id", about)
    shared = orders.loc[orders["two_customer_id"], "order_id"]
    if len(shared):
        bought, texts["order_id"] = one_customer_each(bought, shared, texts)
        orders = settle(timed := by_time(bought), "order_id", about)
    customers = settle(timed, "customer_id", those(mapped, "country", "city", "acquisition_channel"))
    found = {"customers": customers, "orders": orders}
    if product:
        rows = pd.concat([timed, by_time(back)]) if len(back) else timed
        found["products"] = settle(rows, "product_id", those(mapped, *PRODUCT[1:]))
    del timed
    lines = order_lines(bought, orders, [*(["product_id"] if product else []), *sold])
    tables = {name: in_words(table, texts).rename(columns=OURS[name]) for name, table in found.items()}
    tables["customers"]["joined_on"] = tables["customers"]["joined_on"].dt.normalize()
    tables["orders"] = with_amount(tables["orders"], lines)
    tables["order_lines"] = in_words(lines, texts)
    tables["stores"] = all_stores(bought, texts)
    tables["returns"] = build_returns(back, bought, texts, bool(product), sold)
    conflicts = {"orders with two customers, split in two": len(shared)}
    for name in ("orders", "customers", "products"):
        conflicts |= differences(found[name], name) if name in found else {}
    return (
        {name: under_contract(name, t) for name, t in tables.items() if len(t) or name not in POSSIBLE},
        {what: n for what, n in conflicts.items() if n},
    )


def those(mapped: Collection[str], *columns: str) -> list[str]:
    """Those columns that the files have."""
    return [c for c in columns if c in mapped]


def every_name(kept: Kept, product: str) -> tuple[pd.DataFrame, dict[str, pd.Series]]:
    """Lines with the product's stand-in, and an order each: the one that it ``came`` with, which is its ``order_id`` too,
    and ``told``: whether it named one.
    """
    came, orders = every_order(kept.rows, kept.texts)
    rows = kept.rows.assign(
        product_id=kept.rows[product], came=came, told=kept.rows["order_id"] >= 0, order_id=came
    )
    return rows, {**kept.texts, "product_id": kept.texts[product], "came": orders, "order_id": orders}


def under_contract(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """A table's own columns, in their order."""
    return table[[c for c in schema.CONTRACTS[name].to_schema().columns if c in table]]


def all_stores(bought: pd.DataFrame, texts: Names) -> pd.DataFrame:
    """Every store that sold something, by its id."""
    stores = bought.loc[bought["store_id"] >= 0, ["store_id"]].drop_duplicates()
    return in_words(stores, texts).sort_values("store_id", ignore_index=True)


def in_words(frame: pd.DataFrame, texts: Names) -> pd.DataFrame:
    """A frame with texts in place of their codes."""
    words = {c: texts[c].array.take(frame[c].to_numpy(), allow_fill=True) for c in frame if c in texts}
    return frame.assign(**words).reset_index(drop=True)


def by_time(rows: pd.DataFrame) -> pd.DataFrame:
    """Lines by their time; those of one time as they stand in the files."""
    at = rows["ordered_at"]
    return rows if at.is_monotonic_increasing else rows.sort_values("ordered_at", kind="stable")


def every_order(rows: pd.DataFrame, texts: Names) -> tuple[np.ndarray, pd.Series]:
    """Codes of orders, and their names; lines that name none are one order per customer and day."""
    codes, known = rows["order_id"].to_numpy(), texts["order_id"]
    none = codes < 0
    if not none.any():
        return codes, known
    some = rows.loc[none, ["customer_id", "ordered_at"]].assign(day=lambda s: s["ordered_at"].dt.normalize())
    visit = some.groupby(["customer_id", "day"], sort=False).ngroup().to_numpy()
    first = some[["customer_id", "day"]].drop_duplicates()
    names = texts["customer_id"].take(first["customer_id"]).reset_index(drop=True)
    names += first["day"].dt.strftime("-%Y%m%d").reset_index(drop=True)
    place, more = added(known, names)
    codes = codes.copy()
    codes[none] = place[visit]
    return codes, more


def added(known: pd.Series, names: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Codes of names among those known, and all names: those that weren't known come behind."""
    place = pd.Index(known).get_indexer(pd.Index(names))
    new = place < 0
    place[new] = len(known) + np.arange(new.sum())
    return place, pd.concat([known, names[new]], ignore_index=True)


def settle(rows: pd.DataFrame, key: str, columns: Sequence[str]) -> pd.DataFrame:
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


def differences(found: pd.DataFrame, what: str) -> dict[str, int]:
    """How many keys show two values of a column, or two times."""
    say = {c: found[f"two_{c}"] for c in PLURAL if f"two_{c}" in found}
    if what == "orders":
        say = {"ordered_at": found["since"] != found["until"]} | say
    return {f"{what} with two {PLURAL[c]}, the earliest taken": int(n.sum()) for c, n in say.items()}


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
    names = in_words(others, texts)
    codes, names = added(texts["came"], unused(texts["came"], names["came"] + "/" + names["customer_id"]))
    new = theirs.merge(others.assign(order_id=codes), how="left").set_axis(theirs.index)["order_id"].dropna()
    order = bought["order_id"].copy()
    order[new.index] = new.astype(order.dtype)
    return bought.assign(order_id=order), names


def unused(known: pd.Series, names: pd.Series) -> pd.Series:
    """Names that no order has; somebody's own may have that very form."""
    while (clash := names.isin(known) | names.duplicated()).any():
        names = names.where(~clash, names + "/")
    return names


def order_lines(bought: pd.DataFrame, orders: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Lines by the place of their order, numbered within it as they stand in the files."""
    place = np.empty(int(orders["order_id"].max()) + 1, dtype="int64")
    place[orders["order_id"]] = np.arange(len(orders))
    rank = place[bought["order_id"]]
    by_order = np.argsort(rank, kind="stable")
    rank = rank[by_order]
    line = np.arange(len(rank)) - np.searchsorted(rank, rank) + 1
    lines = bought[["order_id", *columns]].take(by_order)
    lines.insert(1, "line", line)
    return lines


def with_amount(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders with what their lines come to, added up in the lines' order."""
    if "amount" not in lines:
        return orders
    first = np.flatnonzero(lines["line"].to_numpy() == 1)
    return orders.assign(amount=np.add.reduceat(lines["amount"].to_numpy(), first))


def build_returns(
    back: pd.DataFrame, bought: pd.DataFrame, texts: Names, product: bool, numbers: Sequence[str]
) -> pd.DataFrame:
    """Returns as positive quantities and amounts, with the order they name if the same customer has it."""
    theirs = bought.loc[
        bought["came"].isin(back["came"]), ["came", "customer_id", "order_id"]
    ].drop_duplicates()
    order = back[["came", "customer_id"]].merge(theirs, how="left")["order_id"].set_axis(back.index)
    columns = ["customer_id", "ordered_at", "order_id", *(["product_id"] if product else [])]
    found = in_words(
        back.assign(order_id=order.where(back["told"]).fillna(-1).astype("int64"))[columns], texts
    )
    number = (back.groupby("came").cumcount() + 1).astype("str").reset_index(drop=True)
    came = in_words(back[["came"]], texts)["came"]
    size = {c: back[c].abs().to_numpy() for c in numbers if c != "unit_price"}
    return found.rename(columns={"ordered_at": "returned_at"}).assign(return_id=came + "-" + number, **size)
