"""Customers in the four dimensions of the deck: customer, product, store, behaviour; only what the purpose needs."""

from collections.abc import Callable

import pandas as pd

from workbook.analytics.privacy.consent import holding, last_answers
from workbook.analytics.profiles import tags
from workbook.formatting.quantities import written
from workbook.tables.dataset import Dataset

PURPOSE = "profiling"
YEAR = pd.Timedelta(days=365)
NO_LIKES = pd.DataFrame({"customer_id": [], "content": []}, dtype="str")


def allowed(shop: Dataset, purpose: str = PURPOSE) -> pd.Index:
    """Customers whose consent to a purpose holds on the day; all of them where no consents are on record."""
    consents = shop.table("consents")
    if consents.empty:
        return pd.Index(shop.customers["customer_id"])
    last = last_answers(consents, shop.today)
    return pd.Index(last.loc[(last["purpose"] == purpose) & holding(last), "customer_id"].unique())


def opened(records: pd.DataFrame, owner: pd.Series, people: pd.Index, shop: Dataset) -> pd.DataFrame:
    """Records whose profile may be looked at, with their customer: those of customers whose consent holds.

    Where the shop has no consents on record, all of them are opened, also those that are nobody's.

    Parameters
    ----------
    records : source_records
    owner : customer of each record, by record_id
    people : as `allowed` has them
    """
    known = records.assign(customer_id=records["record_id"].map(owner))
    return known if shop.table("consents").empty else known[known["customer_id"].isin(people)]


def usual_size(shop: Dataset, sizes: tuple[str, ...]) -> pd.Series:
    """The size that each customer bought most, of those that are written in these words."""
    lines = shop.order_lines[shop.order_lines["size"].isin(sizes)]
    bought = lines.join(shop.orders.set_index("order_id")["customer_id"], on="order_id")
    return most(bought, "size")


def most(frame: pd.DataFrame, column: str) -> pd.Series:
    """The commonest value of a column for each customer; of equally common ones the first of the alphabet."""
    count = (
        frame.dropna(subset=column)
        .groupby(["customer_id", column], observed=True)
        .size()
        .reset_index(name="n")
    )
    ordered = count.sort_values(["n", column], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates("customer_id").set_index("customer_id")[column]


def dimensions(
    shop: Dataset, people: pd.Index, half_life: float, likes: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per customer, columns (dimension, what); what the data doesn't have is left out.

    Parameters
    ----------
    shop : as of its day
    people : customers who may be looked at; nobody else is joined
    half_life : days, of the tags
    likes : customer_id, content of what they liked, where records were tied to customers
    """
    orders = shop.orders[shop.orders["customer_id"].isin(people)]
    lines = shop.order_lines[shop.order_lines["order_id"].isin(orders["order_id"])]
    bought = lines.join(orders.set_index("order_id")["customer_id"], on="order_id")
    bought = bought.merge(
        shop.products.drop(columns=["sizes", "colours"], errors="ignore"), on="product_id", how="left"
    )
    last_year = orders[orders["ordered_at"] > shop.today - YEAR]
    visits = shop.table("store_visits")
    visits = visits[visits["customer_id"].isin(people)]
    listed = shop.customers.set_index("customer_id")
    worn = bought[bought["size"].str.len() < 4] if "size" in bought else bought
    events = tags.taste_events(orders, lines, shop.products)
    liked = NO_LIKES if likes is None else likes
    made: dict[tuple[str, str], Callable[[], pd.Series]] = {
        ("customer", "age"): lambda: shop.today.year - listed["birth_year"].astype("Int64"),
        ("customer", "spent on an order"): lambda: orders.groupby("customer_id")["amount"].mean(),
        ("customer", "size"): lambda: most(worn[~worn["size"].str.isdigit()], "size"),
        ("customer", "colour"): lambda: most(bought, "colour"),
        ("customer", "tag"): lambda: tags.top(
            tags.weights(events, shop.today, half_life), tags.shares(events)
        ),
        ("product", "style"): lambda: most(bought, "style"),
        ("product", "category"): lambda: most(bought, "category"),
        ("store", "home store"): lambda: most(orders, "store_id"),
        ("store", "visits"): lambda: visits.groupby("customer_id").size(),
        ("store", "visits with advice"): lambda: (
            visits[visits["interaction"].isin(["advice", "fitting"])].groupby("customer_id").size()
        ),
        ("behaviour", "orders in a year"): lambda: last_year.groupby("customer_id").size(),
        ("behaviour", "likes"): lambda: liked.groupby("customer_id").size(),
        ("behaviour", "content liked most"): lambda: most(liked, "content"),
    }
    found = {}
    for name, make in made.items():
        try:
            values = make()
        except (KeyError, AttributeError):  # a column or table that this shop doesn't have
            continue
        if values.notna().any():
            found[name] = values.reindex(people)
    frame = pd.DataFrame(found, index=people.rename("customer_id"))
    counts = [c for c in frame if c[1] in ("visits", "visits with advice", "orders in a year")]
    return frame.fillna(dict.fromkeys(counts, 0))


def liked(activity: pd.DataFrame, owned: pd.Series, people: pd.Index) -> pd.DataFrame:
    """What customers who may be looked at liked: customer_id, content.

    Parameters
    ----------
    activity : social_activity
    owned : customer of each record, by record_id
    people : who may be looked at
    """
    likes = activity[activity["kind"] == "like"]
    found = likes.assign(customer_id=likes["record_id"].map(owned))
    return found[found["customer_id"].isin(people)][["customer_id", "content"]].reset_index(drop=True)


def fullest(table: pd.DataFrame) -> str:
    """The customer of whom most is known; of equals the one who ordered most in a year, then the first id."""
    order = table.notna().sum(axis=1).to_frame("things")
    order["orders"] = table.get(("behaviour", "orders in a year"), pd.Series(0, index=table.index))
    order = order.sort_index().sort_values(["things", "orders"], ascending=False, kind="stable")
    return str(order.index[0]) if len(order) else ""


MONEY = ("spent on an order",)


def view(table: pd.DataFrame, customer_id: str, currency: str = "") -> pd.DataFrame:
    """One customer's whole view, and of how many of all customers in the table each thing is known.

    Parameters
    ----------
    currency : of the shop, for amounts

    Returns
    -------
    pandas.DataFrame
        Index dimension, what; this customer (as it is read, empty where it isn't known), and the share of customers of whom
        it is known. No row where the customer isn't in the table.
    """
    found = table[table.index == customer_id]
    rows = [
        (*column, as_read(value, (currency or "money") if column[1] in MONEY else "ratio"), share)
        for column, share in table.notna().mean().items()
        for value in found[column]
    ]
    names = ["dimension", "what", "this customer", f"share known, of {len(table):,}"]
    return pd.DataFrame(rows, columns=names).set_index(names[:2])


def as_read(value: object, unit: str) -> str:
    """A value of a view as it is read, numbers in whole ones, nothing where it is missing."""
    if pd.isna(value):
        return ""
    return written(value, unit, 0) if isinstance(value, float) else str(value)
