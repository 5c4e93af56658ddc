"""Clean lines → the tables of a data set. Where two rows disagree the earlier one wins, and it is counted."""

from collections.abc import Sequence

import pandas as pd

# What makes a product: its id, else the best stand-in that a file has.
PRODUCT = ("product_id", "product_name", "category")
PLURAL = {
    "ordered_at": "times",
    "store_id": "stores",
    "channel": "channels",
    "country": "countries",
    "city": "cities",
    "acquisition_channel": "acquisition channels",
    "name": "names",
    "category": "categories",
}


def build_tables(
    lines: pd.DataFrame, returns: pd.DataFrame
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make the tables that the lines allow.

    Parameters
    ----------
    lines, returns : our columns, those that are mapped; the index is the row's place in the files

    Returns
    -------
    tables : customers, orders, order_lines, and products, stores, returns where there are any
    conflicts : what the rows disagree on → how often
    """
    lines, returns = with_product(lines), with_product(returns)
    lines, split = with_order(lines)
    early = lines.sort_values("ordered_at", kind="stable")
    orders, conflicts = settle(
        early, "order_id", ["customer_id", "ordered_at", "channel", "store_id"], "orders"
    )
    if "amount" in lines:
        orders["amount"] = orders["order_id"].map(lines.groupby("order_id")["amount"].sum())
    customers, differ = settle(early, "customer_id", ["ordered_at", "country", "city", "acquisition_channel"], "customers")  # fmt: skip
    conflicts |= {"orders with two customers, split in two": split} | differ
    tables = {
        "customers": customers.assign(joined_on=customers.pop("ordered_at").dt.normalize()),
        "orders": orders,
        "order_lines": numbered(lines, orders),
    }
    if "product_id" in lines:
        goods = (
            pd.concat([early, returns]).rename(columns={"product_name": "name"}).dropna(subset="product_id")
        )
        tables["products"], differ = settle(goods, "product_id", ["name", "category"], "products")
        conflicts |= differ
    if "store_id" in lines and lines["store_id"].notna().any():
        tables["stores"] = pd.DataFrame({"store_id": sorted(lines["store_id"].dropna().unique())})
    if len(returns):
        tables["returns"] = build_returns(returns, lines)
    return tables, {what: n for what, n in conflicts.items() if n}


def with_product(lines: pd.DataFrame) -> pd.DataFrame:
    """Tell products apart by what there is: id, name, or category."""
    best = next((c for c in PRODUCT if c in lines), None)
    return lines.assign(product_id=lines[best]) if best else lines


def given_or_day(lines: pd.DataFrame) -> pd.Series:
    """Return the order id that a line came with, else one for its customer and day."""
    day = lines["customer_id"] + lines["ordered_at"].dt.strftime("-%Y%m%d")
    return lines["order_id"].fillna(day) if "order_id" in lines else day


def with_order(lines: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Give each line its order's id, one customer to an order; and count the ids that had to be split."""
    came = given_or_day(lines)
    first = lines.assign(came=came).sort_values("ordered_at", kind="stable").drop_duplicates("came")
    owner = came.map(first.set_index("came")["customer_id"])
    other = lines["customer_id"] != owner
    order = came.where(~other, came + "/" + lines["customer_id"])
    while (clash := other & order.isin(set(came))).any():  # somebody's own id has that very form
        order = order.where(~clash, order + "/")
    return lines.assign(order_id=order, came=came), int(came[other].nunique())


def settle(
    early: pd.DataFrame, key: str, columns: Sequence[str], what: str
) -> tuple[pd.DataFrame, dict[str, int]]:
    """One row per key with the earliest known value of each column, and how many keys show two."""
    columns = [c for c in columns if c in early]
    settled = early.groupby(key, sort=False)[columns].first().reset_index()
    pairs = {c: early[[key, c]].dropna().drop_duplicates() for c in columns if c in PLURAL}
    if what == "customers":
        del pairs["ordered_at"]  # everyone may come twice
    return settled, {
        f"{what} with two {PLURAL[c]}, the earliest taken": int((p[key].value_counts() > 1).sum())
        for c, p in pairs.items()
    }


def numbered(lines: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Order lines, numbered within their order as they stand in the file, in the order of ``orders``."""
    place = pd.Series(orders.index, index=orders["order_id"])
    wanted = ["order_id", "line", "product_id", "quantity", "unit_price", "amount"]
    return (
        lines.assign(line=lines.groupby("order_id").cumcount() + 1, place=lines["order_id"].map(place))
        .sort_values(["place", "line"])
        .reset_index(drop=True)
        .reindex(columns=[c for c in wanted if c in lines or c == "line"])
    )


def build_returns(returns: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Returns as positive quantities and amounts, with the order they name if the same customer has it."""
    bought = lines.drop_duplicates(["came", "customer_id"])[["came", "customer_id", "order_id"]]
    came = given_or_day(returns)
    found = returns[["customer_id"]].assign(came=returns.get("order_id")).merge(bought, "left")["order_id"]
    number = came.groupby(came).cumcount() + 1
    numbers = {c: returns[c].abs() for c in ("quantity", "amount") if c in returns}
    return pd.DataFrame(
        {
            "return_id": came + "-" + number.astype("str"),
            "customer_id": returns["customer_id"],
            "returned_at": returns["ordered_at"],
            "order_id": found.set_axis(returns.index),
            **({"product_id": returns["product_id"]} if "product_id" in returns else {}),
            **numbers,
        }
    ).reset_index(drop=True)
