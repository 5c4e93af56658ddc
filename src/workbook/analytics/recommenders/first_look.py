"""One customer's purchases in words, before anything is computed."""

import numpy as np
import pandas as pd

from workbook.analytics.recommenders.histories import Split

LINES = (4, 9)  # bought before, at least and at most


def example(split: Split) -> str:
    """A customer with some purchases before and two or more products in the next order: the one with the most in common.

    What is in common is counted in products that others bought together, so that every shop has such a customer.
    """
    number = split.past.groupby("customer_id").size().reindex(split.people)
    coming = split.upcoming.groupby("customer_id")["product_id"].nunique()
    if not len(split.people):
        return ""
    fits = number[number.between(*LINES) & (coming.reindex(split.people) >= 2)]
    some = fits.index if len(fits) else split.people
    twice = split.past[split.past["customer_id"].isin(some)].groupby("customer_id")["product_id"]
    alike = twice.size() - twice.nunique()
    return str(alike.reindex(some).idxmax())


def in_words(lines: pd.DataFrame, products: pd.DataFrame | None, who: str) -> pd.DataFrame:
    """Day and what was bought: the product's name, else its id; and its category and style where they are known."""
    own = lines[lines["customer_id"] == who]
    days = own["ordered_at"].dt.strftime("%Y-%m-%d").to_numpy()
    found = pd.DataFrame({"day": days, "product": own["product_id"].to_numpy()})
    if products is None:
        return found.set_index("day")
    about = products.set_index("product_id").reindex(own["product_id"])
    if "name" in about:
        found["product"] = about["name"].fillna(pd.Series(about.index, about.index)).to_numpy()
    for column in ("category", "style"):
        if column in about and about[column].notna().any():
            found[column] = about[column].to_numpy()
    return found.set_index("day")


def listed(split: Split, items: np.ndarray, products: pd.DataFrame | None, who: str) -> pd.DataFrame:
    """One customer's list in words, best first, with what of it was in the next order; empty for a customer without one.

    Parameters
    ----------
    items : columns of ``split.products``, (people, k)
    """
    ids = split.products[items[split.people == who].ravel()]
    own = split.upcoming.loc[split.upcoming["customer_id"] == who, "product_id"]
    hits = np.where(ids.isin(own), "yes", "")
    place = pd.RangeIndex(1, len(ids) + 1, name="place")
    return pd.DataFrame({"product": named(products, ids).array, "in the next order": hits}, index=place)


def named(products: pd.DataFrame | None, ids: pd.Index) -> pd.Index:
    """Products as they are read: the name, with the style where there is one; else the id, with the category."""
    if products is None:
        return pd.Index(ids, name="product")
    about = products.set_index("product_id").reindex(ids)
    name = pd.Series(ids, ids, dtype=object)
    words = about["name"].fillna(name) if "name" in about else name
    kind = about.get("style" if "name" in about else "category", pd.Series("", ids)).fillna("")
    return pd.Index((kind + " · " + words).str.removeprefix(" · "), name="product")
