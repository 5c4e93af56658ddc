"""What each customer buys, where, when and how dear: traits for clusters, from order lines, or from orders alone."""

import numpy as np
import pandas as pd

PRIOR = 4.0  # lines of an average customer that are added to everybody's, so that one line isn't a taste
NAMES = 8  # of a choice that become a trait each; the rarer ones are "other"
LEFT = 100  # customers that must be left; else fewer lines are asked for
PARTS = ("night", "morning", "afternoon", "evening")  # six hours each
CHOICES = ("category", "style", "place", "hours")
KINDS_BOUGHT = ("one", "two or three", "four or more")  # categories
LEVEL = "price level"  # the trait that is no share
OF_VISITS = ("place", "hours")  # choices that all lines of an order have in common


def bought(
    orders: pd.DataFrame, lines: pd.DataFrame | None = None, products: pd.DataFrame | None = None
) -> pd.DataFrame:
    """One row per line that was bought, or per order where no lines are known, with what was chosen.

    Returns
    -------
    pandas.DataFrame
        customer_id, order_id, ordered_at, amount, dear (log price against others of the category, or of everything), and those
        of CHOICES that the data has and that differ.
    """
    known = orders.dropna(axis=1, how="all").rename(columns={"amount": "paid"})
    if lines is None or lines.empty:
        found = known.assign(amount=known.get("paid", 1.0))
    else:
        sold = lines.drop(columns=["line", "batch_id"], errors="ignore").dropna(axis=1, how="all")
        found = sold.merge(known, on="order_id")
        found = (
            found.merge(about_products(products), on="product_id", how="left")
            if "product_id" in found
            else found
        )
    found = found.assign(place=place(found), hours=hours(found["ordered_at"]))
    found = found.assign(dear=dear(found), amount=found.get("amount", 1.0))
    kept = [c for c in CHOICES if c in found and len(found[c].dropna().unique()) > 1]
    return found[["customer_id", "order_id", "ordered_at", "amount", "dear", *kept]]


def first_choice(lines: pd.DataFrame) -> str:
    """The first of CHOICES that the data has."""
    return next(c for c in CHOICES if c in lines)


def about_products(products: pd.DataFrame | None) -> pd.DataFrame:
    """Category and style of products, where they are known."""
    if products is None or "product_id" not in products:
        return pd.DataFrame({"product_id": pd.Series(dtype="str")})
    return products[[c for c in ("product_id", "category", "style") if c in products]]


def place(found: pd.DataFrame) -> pd.Series:
    """Store or online where both are known, else the channel as the data names it."""
    channel = found.get("channel", pd.Series(index=found.index, dtype="str"))
    in_store = channel.eq("store") | found.get("store_id", pd.Series(index=found.index, dtype="str")).notna()
    if in_store.any() and not in_store.all():
        return pd.Series(np.where(in_store, "store", "online"), index=found.index)
    return channel


def hours(at: pd.Series) -> pd.Series:
    """Part of the day; of dates without a time of day, weekend or working day."""
    if (at == at.dt.normalize()).all():
        return pd.Series(np.where(at.dt.day_of_week >= 5, "weekend", "working day"), index=at.index)
    return pd.Series(np.array(PARTS)[at.dt.hour // 6], index=at.index)


def dear(found: pd.DataFrame) -> pd.Series:
    """Logarithm of what one piece cost, less the mean of its category, or of everything; 0 where no price is known."""
    price = next((found[c] for c in ("unit_price", "amount", "paid") if c in found), None)
    if price is None:
        return pd.Series(0.0, index=found.index)
    logs = np.log(price.where(price > 0))
    group = found["category"] if "category" in found else pd.Series("", index=found.index)
    return (logs - logs.groupby(group.fillna("")).transform("mean")).fillna(0.0)


def fewest(lines: pd.DataFrame, least: int) -> int:
    """Lines that a customer must have: ``least``, or fewer if not LEFT customers have so many."""
    counts = lines.groupby("customer_id").size().sort_values(ascending=False)
    at = min(LEFT, len(counts)) - 1
    return int(max(1, min(least, counts.iloc[at]))) if len(counts) else 1


def traits(lines: pd.DataFrame, least: int) -> pd.DataFrame:
    """Shares of what each customer chose, and how dear it was: one row per customer of enough lines.

    Each customer's lines are averaged with PRIOR lines of everybody (the mean of a Dirichlet posterior), so that few lines pull
    little; place and hours by visits in the same way.

    Parameters
    ----------
    lines : from `bought`
    least : lines that a customer must have, see `fewest`

    Returns
    -------
    pandas.DataFrame
        index customer_id; a column ``category dress`` … for each choice, of two alternatives the first; ``price level``.
    """
    many = lines.groupby("customer_id")["order_id"].transform("size") >= fewest(lines, least)
    some = lines[many]
    n = some.groupby("customer_id").size()
    visits = some.drop_duplicates("order_id")
    known = [c for c in CHOICES if c in some and some[c].notna().any()]
    shares = [choice_shares(visits if c in OF_VISITS else some, c) for c in known]
    level = (some.groupby("customer_id")["dear"].sum() / (n + PRIOR)).rename(LEVEL)
    found = pd.concat([*shares, level], axis=1)
    return found.loc[:, found.std(ddof=0) > 1e-12]


def choice_shares(rows: pd.DataFrame, choice: str) -> pd.DataFrame:
    """Share of each name of one choice among those of a customer's rows (lines, or visits) of which it is known, averaged with
    everybody's.
    """
    known, customers = rows.dropna(subset=[choice]), pd.Index(rows["customer_id"].unique())
    names = known[choice].value_counts().index[:NAMES]
    named = known.assign(named=known[choice].where(known[choice].isin(names), "other"))
    counts = named.pivot_table(index="customer_id", columns="named", aggfunc="size", fill_value=0)
    counts = counts.reindex(customers.sort_values().rename("customer_id"), fill_value=0)
    of_all = counts.sum() / counts.to_numpy().sum()
    shares = (counts + PRIOR * of_all).div(counts.sum(axis=1) + PRIOR, axis=0)
    shares = shares.iloc[:, :1] if shares.shape[1] == 2 else shares
    return shares.add_prefix(f"{choice} ")


def shuffled(lines: pd.DataFrame, seed: int) -> pd.DataFrame:
    """The same shop dealt out again at random: each customer has as many lines and visits as before, from what all chose.

    Nobody has a taste in it. What belongs to goods (category, style, how dear) goes from line to line, what belongs to visits
    (place, hours) from order to order.
    """
    rng, dealt = np.random.default_rng(seed), lines.copy()
    goods = [c for c in ("category", "style", "dear") if c in lines]
    dealt[goods] = lines[goods].iloc[rng.permutation(len(lines))].to_numpy()
    places = [c for c in OF_VISITS if c in lines]
    visits = lines.drop_duplicates("order_id").set_index("order_id")[places]
    others = visits.iloc[rng.permutation(len(visits))].set_axis(visits.index)
    dealt[places] = others.reindex(lines["order_id"]).to_numpy()
    return dealt.astype({"dear": float})


def category_count(lines: pd.DataFrame) -> pd.Series:
    """How many categories each customer of three lines or more bought: one, two or three, more."""
    if "category" not in lines:
        return pd.Series(dtype="str", name="categories bought")
    by = lines.dropna(subset=["category"]).groupby("customer_id")["category"].agg(["size", "nunique"])
    many = by.loc[by["size"] >= 3, "nunique"]
    names = np.select([many == 1, many <= 3], KINDS_BOUGHT[:2], KINDS_BOUGHT[2])
    return pd.Series(pd.Categorical(names, KINDS_BOUGHT), index=many.index, name="categories bought")
