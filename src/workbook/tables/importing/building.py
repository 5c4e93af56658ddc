"""Clean lines → the tables of a data set. Where two rows disagree the earlier one wins, and it is counted.

Texts are codes all the way (see `lines.Kept`), which are quickly compared; in the tables they are texts again.
"""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

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
    product = next((c for c in PRODUCT if c in mapped), "product_id")
    numbers = [c for c in ("quantity", "unit_price", "amount") if c in mapped]
    of_order, of_customer, of_product = (
        [c for c in some if c in mapped]
        for some in (("channel", "store_id"), ("country", "city", "acquisition_channel"), PRODUCT[1:])
    )
    came, orders_named = every_order(kept.rows, kept.texts)
    texts = {**kept.texts, "product_id": kept.texts[product], "came": orders_named}
    named = kept.rows.assign(product_id=kept.rows[product], came=came)
    back = named[named["is_return"]]
    bought = named[~named["is_return"]] if len(back) else named
    bought, texts["order_id"], split = one_customer_each(bought.assign(order_id=bought["came"]), texts)
    timed = by_time(bought)
    orders = settle(timed, "order_id", [*of_order, "customer_id"])
    customers = settle(timed, "customer_id", of_customer)
    lines = order_lines(bought, orders, [*(["product_id"] if product in mapped else []), *numbers])
    tables = {
        "customers": in_words(customers[["customer_id", *of_customer]], texts).assign(
            joined_on=customers["since"].dt.normalize()
        ),
        "orders": with_amount(
            in_words(orders[["order_id", "customer_id", "since", *of_order]], texts), lines
        ),
        "order_lines": in_words(lines, texts),
    }
    conflicts = {"orders with two customers, split in two": split}
    conflicts |= differences(orders, "orders") | differences(customers.drop(columns="until"), "customers")
    if product in mapped:
        products = settle(pd.concat([timed, by_time(back)]), "product_id", of_product)
        tables["products"] = in_words(products[["product_id", *of_product]], texts).rename(
            columns={"product_name": "name"}
        )
        conflicts |= differences(products.drop(columns="until"), "products")
    stores = np.unique(bought["store_id"][bought["store_id"] >= 0])
    tables["stores"] = in_words(pd.DataFrame({"store_id": stores}), texts).sort_values(
        "store_id", ignore_index=True
    )
    tables["returns"] = build_returns(back, bought, texts, mapped)
    return (
        {name: t for name, t in tables.items() if len(t) or name not in ("stores", "returns")},
        {what: n for what, n in conflicts.items() if n},
    )


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
    if "until" in found:
        say = {"ordered_at": found["since"] != found["until"]} | say
    return {f"{what} with two {PLURAL[c]}, the earliest taken": int(n.sum()) for c, n in say.items()}


def one_customer_each(bought: pd.DataFrame, texts: Names) -> tuple[pd.DataFrame, pd.Series, int]:
    """Split an order that several customers share: whoever came first keeps its name.

    Returns
    -------
    bought : with the new codes in ``order_id``
    names : of all orders
    split : number of orders that were shared
    """
    owners = bought.groupby("came", sort=False)["customer_id"]
    several = owners.min() != owners.max()
    shared = several.index[several]
    if shared.empty:
        return bought, texts["came"], 0
    theirs = by_time(bought[bought["came"].isin(shared)])[["came", "customer_id"]]
    pairs = theirs.drop_duplicates()
    others = pairs[pairs.duplicated("came")].reset_index(drop=True)
    names = in_words(others, texts)
    codes, names = added(texts["came"], unused(texts["came"], names["came"] + "/" + names["customer_id"]))
    new = theirs.merge(others.assign(order_id=codes), how="left").set_axis(theirs.index)["order_id"].dropna()
    order = bought["order_id"].copy()
    order[new.index] = new.astype(order.dtype)
    return bought.assign(order_id=order), names, len(shared)


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
    orders = orders.rename(columns={"since": "ordered_at"})
    if "amount" not in lines:
        return orders
    first = np.flatnonzero(lines["line"].to_numpy() == 1)
    return orders.assign(amount=np.add.reduceat(lines["amount"].to_numpy(), first))


def build_returns(
    back: pd.DataFrame, bought: pd.DataFrame, texts: Names, mapped: Collection[str]
) -> pd.DataFrame:
    """Returns as positive quantities and amounts, with the order they name if the same customer has it."""
    theirs = bought.loc[
        bought["came"].isin(back["came"]), ["came", "customer_id", "order_id"]
    ].drop_duplicates()
    told = back["order_id"] >= 0
    place = (
        back[["order_id", "customer_id"]]
        .rename(columns={"order_id": "came"})
        .merge(theirs, how="left", on=["came", "customer_id"])["order_id"]
        .where(told.to_numpy())
    )
    number = (back.groupby("came").cumcount() + 1).astype("str")
    columns = ["product_id"] if any(c in mapped for c in PRODUCT) else []
    found = in_words(
        back.assign(order_id=place.fillna(-1).astype("int64").to_numpy())[
            ["came", "customer_id", "ordered_at", "order_id", *columns]
        ],
        texts,
    ).rename(columns={"came": "return_id", "ordered_at": "returned_at"})
    found["return_id"] += "-" + number.to_numpy()
    return found.assign(**{c: back[c].abs().to_numpy() for c in ("quantity", "amount") if c in mapped})
