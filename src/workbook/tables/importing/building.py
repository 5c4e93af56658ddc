"""Clean lines → the tables of a data set. Where two rows disagree the earlier one wins, and it is counted.

The lines lie in a scratch database (see `lines.Lines`), so that a file may be larger than memory; what comes of them
are frames.
"""

from collections.abc import Collection, Sequence

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

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
DAY = "customer_id || strftime(ordered_at, '-%Y%m%d')"  # the order of a line that names none


def build_tables(
    con: duckdb.DuckDBPyConnection, mapped: Collection[str]
) -> tuple[dict[str, pd.DataFrame], dict[str, int]]:
    """Make the tables that the lines allow.

    Parameters
    ----------
    con : its table ``lines`` holds our columns, place (of the row in the files) and is_return
    mapped : those of our columns that the files have

    Returns
    -------
    tables : customers, orders, order_lines, and products, stores, returns where there are any
    conflicts : what the rows disagree on → how often
    """
    product = next((c for c in PRODUCT if c in mapped), "product_id")
    con.execute(
        f"CREATE VIEW named AS SELECT * REPLACE ({product} AS product_id), coalesce(order_id, {DAY}) AS came FROM lines"
    )
    con.execute("CREATE VIEW bought AS SELECT * REPLACE (came AS order_id) FROM named WHERE NOT is_return")
    orders, split = one_customer_each(con, [c for c in ("channel", "store_id") if c in mapped])
    lines = order_lines(con, orders, mapped)
    about = [c for c in ("country", "city", "acquisition_channel") if c in mapped]
    customers = settle(con, "bought", "customer_id", about)
    tables = {
        "customers": customers[["customer_id", *about]].assign(joined_on=customers["since"].dt.normalize()),
        "orders": with_amount(orders, lines),
        "order_lines": lines.drop(columns="rank"),
    }
    conflicts = {"orders with two customers, split in two": split}
    conflicts |= differences(orders, "orders") | differences(customers.drop(columns="until"), "customers")
    if any(c in mapped for c in PRODUCT):
        about = [c for c in ("product_name", "category") if c in mapped]
        products = settle(con, "named", "product_id", about, "is_return, ordered_at, place")
        tables["products"] = products[["product_id", *about]].rename(columns={"product_name": "name"})
        conflicts |= differences(products.drop(columns="until"), "products")
    stores = frame(con, "SELECT DISTINCT store_id FROM bought WHERE store_id IS NOT NULL ORDER BY store_id")
    returns = build_returns(con, mapped)
    tables |= {name: some for name, some in {"stores": stores, "returns": returns}.items() if len(some)}
    return tables, {what: n for what, n in conflicts.items() if n}


def frame(con: duckdb.DuckDBPyConnection, query: str) -> pd.DataFrame:
    """What a query finds; Arrow is the quicker way out of DuckDB."""
    return con.sql(query).to_arrow_table().to_pandas()


def settle(
    con: duckdb.DuckDBPyConnection,
    source: str,
    key: str,
    columns: Sequence[str],
    order: str = "ordered_at, place",
) -> pd.DataFrame:
    """Make one row per key with the earliest known value of each column.

    Returns
    -------
    pandas.DataFrame
        key, since and until (first and last time), the columns, and ``two_<column>``: whether the key shows two
        values of it; by since and place.
    """
    # Numbers are compared sooner than texts.
    ends = "".join(
        f", any_value({c}) AS {c}, min(hash({c})) FILTER ({c} IS NOT NULL) <> max(hash({c})) FILTER ({c} IS NOT NULL) "
        f"AS two_{c}"
        for c in columns
    )
    found = frame(
        con,
        f"SELECT {key}, min(ordered_at) AS since, max(ordered_at) AS until{ends} FROM {source} "
        f"WHERE {key} IS NOT NULL GROUP BY {key} ORDER BY since, min(place)",
    )
    for column in columns:
        differs = found[f"two_{column}"] = found[f"two_{column}"].fillna(False).astype(bool)
        if differs.any():  # they are few, and to sort them all for these would take long
            con.register("keys", found.loc[differs, [key]])
            query = (
                f"SELECT {key}, arg_min({column}, row({order})) AS {column} FROM {source} SEMI JOIN keys USING ({key}) "
                f"WHERE {column} IS NOT NULL GROUP BY {key}"
            )
            first = frame(con, query).set_index(key)[column]
            found.loc[differs, column] = found.loc[differs, key].map(first)
    return found


def differences(found: pd.DataFrame, what: str) -> dict[str, int]:
    """How many keys show two values of a column, or two times."""
    say = {c: found[f"two_{c}"] for c in PLURAL if f"two_{c}" in found}
    if "until" in found:
        say = {"ordered_at": found["since"] != found["until"]} | say
    return {f"{what} with two {PLURAL[c]}, the earliest taken": int(n.sum()) for c, n in say.items()}


def one_customer_each(con: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> tuple[pd.DataFrame, int]:
    """Make one row per order; an id that several customers share is split. Also says how many were."""
    orders = settle(con, "bought", "order_id", [*columns, "customer_id"])
    shared = orders.loc[orders["two_customer_id"], ["order_id"]]
    if shared.empty:
        return orders, 0
    con.register("shared", shared)
    query = "SELECT order_id AS came, customer_id FROM bought SEMI JOIN shared USING (order_id) ORDER BY ordered_at, place"
    pairs = frame(con, query).drop_duplicates()
    others = pairs[pairs.duplicated("came")]  # whoever came first keeps the id
    con.register("renamed", others.assign(order_id=unused(con, others["came"] + "/" + others["customer_id"])))
    con.execute(
        "CREATE OR REPLACE VIEW bought AS SELECT n.* REPLACE (coalesce(r.order_id, n.came) AS order_id) FROM named n "
        "LEFT JOIN renamed r ON n.came = r.came AND n.customer_id = r.customer_id WHERE NOT is_return"
    )
    return settle(con, "bought", "order_id", [*columns, "customer_id"]), len(shared)


def unused(con: duckdb.DuckDBPyConnection, ids: pd.Series) -> pd.Series:
    """Ids that no order has; somebody's own may have that very form."""
    while True:
        con.register("proposed", pd.DataFrame({"came": ids}))
        taken = frame(con, "SELECT DISTINCT came FROM named SEMI JOIN proposed USING (came)")["came"]
        clash = ids.isin(taken) | ids.duplicated()
        if not clash.any():
            return ids
        ids = ids.where(~clash, ids + "/")


def order_lines(
    con: duckdb.DuckDBPyConnection, orders: pd.DataFrame, mapped: Collection[str]
) -> pd.DataFrame:
    """Order lines, numbered within their order as they stand in the file, by ``rank``, their order's place."""
    con.register(
        "ranked", pa.table({"order_id": pa.array(orders["order_id"]), "rank": np.arange(len(orders))})
    )
    wanted = ["product_id"] if any(c in mapped for c in PRODUCT) else []
    wanted += [c for c in ("quantity", "unit_price", "amount") if c in mapped]
    some = "".join(f", {c}" for c in wanted)
    lines = frame(con, f"SELECT rank{some} FROM bought JOIN ranked USING (order_id) ORDER BY rank, place")
    rank = lines["rank"].to_numpy()
    first = np.searchsorted(rank, rank)
    order_id = orders["order_id"].array.take(rank)
    return lines.assign(order_id=order_id, line=np.arange(len(rank)) - first + 1)[
        ["rank", "order_id", "line", *wanted]
    ]


def with_amount(orders: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Orders with what their lines come to, added up in the lines' order: a sum by threads differs from run to run."""
    columns = [c for c in ("order_id", "customer_id", "since", "channel", "store_id") if c in orders]
    orders = orders[columns].rename(columns={"since": "ordered_at"})
    if "amount" not in lines:
        return orders
    first = np.flatnonzero(lines["line"].to_numpy() == 1)
    return orders.assign(amount=np.add.reduceat(lines["amount"].to_numpy(), first))


def build_returns(con: duckdb.DuckDBPyConnection, mapped: Collection[str]) -> pd.DataFrame:
    """Returns as positive quantities and amounts, with the order they name if the same customer has it."""
    numbers = "".join(f", abs({c}) AS {c}" for c in ("quantity", "amount") if c in mapped)
    product = ", r.product_id" if any(c in mapped for c in PRODUCT) else ""
    return frame(
        con,
        "WITH back AS (SELECT *, row_number() OVER (PARTITION BY came ORDER BY place) AS n FROM named WHERE is_return), "
        "theirs AS (SELECT came, customer_id, min(order_id) AS order_id FROM bought SEMI JOIN back USING (came) "
        "GROUP BY came, customer_id) "
        "SELECT r.came || '-' || r.n AS return_id, r.customer_id, r.ordered_at AS returned_at, o.order_id"
        f"{product}{numbers} FROM back r LEFT JOIN theirs o ON r.order_id = o.came AND r.customer_id = o.customer_id "
        "ORDER BY r.place",
    )
