"""Ways to rank products for people: each gives a score for every person and product, the higher the better.

What a way can't tell, it leaves to popularity.
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from workbook.analytics.recommenders.histories import Split, counts

RECENT = 90  # days whose sales make a product popular
SHRINK = 50.0  # lines of popularity that are added to what was seen to follow on a product
CONSTANT = 60.0  # of reciprocal rank fusion, as published


def popularity(split: Split, days: int = RECENT) -> np.ndarray:
    """Share of each product in the lines of the last days before the cut, (products,)."""
    recent = split.past["ordered_at"] >= split.cut - pd.Timedelta(days=days)
    lines = split.past.loc[recent, "product_id"]
    sold = np.bincount(known(split.products, lines), minlength=len(split.products)).astype(float)
    return (sold + 1e-3) / (sold + 1e-3).sum()


def known(products: pd.Index, ids: pd.Series) -> np.ndarray:
    """Columns of the products among some ids that have one."""
    column = products.get_indexer(ids)
    return column[column >= 0]


def popular(split: Split, days: int = RECENT) -> np.ndarray:
    """The same products for everybody: those that sold best."""
    return np.broadcast_to(popularity(split, days), (len(split.people), len(split.products)))


def else_popular(scores: np.ndarray, split: Split) -> np.ndarray:
    """Scores of which equals are parted by popularity."""
    top = np.maximum(scores.max(axis=1, keepdims=True, initial=0.0), 1e-12)
    return scores / top + 1e-6 * popularity(split) / popularity(split).max(initial=0.0)


def bought_before(split: Split) -> np.ndarray:
    """What a person has bought most often: nothing is learned from others, and hard to beat where people buy the same again.

    Li, Jullien, Ariannezhad & de Rijke (2023, doi 10.1145/3587153) hold published methods against it.
    """
    return else_popular(np.asarray(split.bought[split.rows].todense()), split)


def cosine(columns: csr_array) -> np.ndarray:
    """How alike columns are: the cosine of the angle between each two, 1 with itself (Sarwar et al. 2001, doi 10.1145/371920.372071)."""
    together = np.asarray((columns.T @ columns).todense())
    length = np.sqrt(np.diag(together))
    return np.asarray(together / np.maximum(np.outer(length, length), 1e-12))


def item_neighbours(split: Split, history: csr_array | None = None) -> np.ndarray:
    """Products that are bought by the same people as those that a person has bought, which may be bought again.

    Parameters
    ----------
    history : what counts as a person's history, (customers, products), if it isn't what was bought
    """
    once = split.bought.sign()
    own = (once if history is None else history)[split.rows]
    return else_popular(own @ cosine(once), split)


def following(split: Split) -> np.ndarray:
    """Chance of each product (column) to follow on each (row): counted, and shrunk towards popularity."""
    product = pd.Series(split.products.get_indexer(split.past["product_id"]))
    before = product.groupby(split.past["customer_id"].to_numpy()).shift(fill_value=-1)
    there = ((before >= 0) & (product >= 0)).to_numpy()
    n = len(split.products)
    pairs = csr_array((np.ones(there.sum()), (before[there], product[there])), shape=(n, n))
    followed = np.asarray(pairs.todense())
    return (followed + SHRINK * popularity(split)) / (followed.sum(axis=1, keepdims=True) + SHRINK)


def last_items(split: Split) -> np.ndarray:
    """Column of the product that each person bought last; -1 if it is no longer on sale."""
    last = split.past.groupby("customer_id")["product_id"].last()
    return split.products.get_indexer(last.reindex(split.people))


def next_item(split: Split) -> np.ndarray:
    """What most often follows on the product that was bought last: a Markov chain of first order."""
    last = last_items(split)
    chance = np.vstack([following(split), popularity(split)])
    return else_popular(chance[last], split)


def text_vectors(descriptions: pd.Series) -> csr_array:
    """TF-IDF of words and pairs of words, a row a product, each of length 1."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return csr_array(TfidfVectorizer(ngram_range=(1, 2)).fit_transform(descriptions.fillna("").astype(str)))


def text(split: Split, descriptions: pd.Series) -> np.ndarray:
    """Products whose descriptions are like those of what a person has bought, whether or not anybody bought them yet.

    Parameters
    ----------
    descriptions : text by product id; what was bought and is no longer on sale counts, too
    """
    return content(split, text_vectors(descriptions), descriptions.index)


def content(
    split: Split, vectors: csr_array, products: pd.Index, shown: csr_array | None = None
) -> np.ndarray:
    """Products like those that a person has bought: cosines with each of them, added up.

    Parameters
    ----------
    vectors : a row of length 1 for each of ``products``
    shown : the same of products as they are on sale, if that isn't as they were when they were bought
    """
    profile = counts(split.past, split.people, products) @ vectors
    of_products = (vectors if shown is None else shown)[products.get_indexer(split.products)]
    return else_popular(np.asarray((profile @ of_products.T).todense()), split)


def blend(*scores: np.ndarray) -> np.ndarray:
    """Several ways in one: each gives 1 / (60 + rank) (reciprocal rank fusion: Cormack et al. 2009, doi 10.1145/1571941.1572114)."""
    total = np.zeros(scores[0].shape)
    points = np.broadcast_to(1 / (CONSTANT + 1 + np.arange(scores[0].shape[1])), scores[0].shape)
    given = np.empty_like(total)
    for one in scores:
        np.put_along_axis(given, np.argsort(-one, axis=1, kind="stable"), points, axis=1)
        total += given
    return total


def similar(split: Split, products: pd.DataFrame, near: float = 1 / 8) -> np.ndarray:
    """What goes with the product that was bought last, by rule: same style, another category, about the same price.

    Parameters
    ----------
    products : with style, category and list_price
    near : by how much the rank of the price in its category may differ, as a share
    """
    about = products.set_index("product_id").reindex(split.products)
    price = about.groupby("category")["list_price"].rank(pct=True).to_numpy()
    last = last_items(split)
    style, category = about["style"].to_numpy(), about["category"].to_numpy()
    goes = (style[last][:, None] == style) & (category[last][:, None] != category)
    goes &= (np.abs(price[last][:, None] - price) <= near) & (last >= 0)[:, None]
    return else_popular(goes * popularity(split), split)
