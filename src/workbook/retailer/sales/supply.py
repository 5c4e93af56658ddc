"""Who makes the goods and in which batches they come; one batch is faulty, and what is sold of it comes back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import numbered
from workbook.retailer.core.timeline import Timeline
from workbook.retailer.sales.assortment import CATEGORIES

SUPPLIERS = (
    ("Qianjiang Garment", "CN"), ("Taihu Knitting", "CN"), ("Minhai Textile", "CN"), ("Lingnan Fashion Works", "CN"),
    ("Jialing Leather", "CN"), ("Song Hong Apparel", "VN"), ("Padma Stitching", "BD"), ("Anatolia Denim", "TR"),
)  # fmt: skip
EVERY = 8  # weeks between two batches of a product
BEFORE_LAUNCH = 3  # days that the first batch of a new product is there before it is sold
FAULTY_RETURNS = 4.0  # factor on the chance that a piece of the faulty batch comes back
FAULTY_COMPLAINTS = 0.35  # chance that a line of it becomes a complaint


@dataclass(frozen=True)
class Shelf:
    """Which product has been in which place since when; each place has a category, a price step and a style.

    Attributes
    ----------
    place, since, row : of each product, by place and time; the row is that of the products
    """

    place: np.ndarray
    since: np.ndarray
    row: np.ndarray

    @property
    def places(self) -> int:
        """How many there are."""
        return int(self.place.max()) + 1

    def product(self, place: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Rows of the products that were in some places at some times."""
        return self.row[newest(self.place, self.since, place, at)]


def make_shelf(places: int, arrived: np.ndarray, launched: np.ndarray, start: pd.Timestamp) -> Shelf:
    """Put the first products into their places, and those that arrive later into the places of others.

    Parameters
    ----------
    places : how many there are
    arrived, launched : the place of each new product, and its first day; they follow the first products
    start : the first day of the first products
    """
    place = np.concatenate([np.arange(places), arrived])
    since = np.concatenate([np.full(places, start.to_datetime64()), launched]).astype("datetime64[s]")
    by_place = np.lexsort((since, place))
    return Shelf(place[by_place], since[by_place], by_place)


def withdrawn(shelf: Shelf) -> pd.DatetimeIndex:
    """The last day on sale of each product: the one before another takes its place; missing for those that stay."""
    until = np.full(len(shelf.row), np.datetime64("NaT"), dtype="datetime64[s]")
    goes = shelf.place[1:] == shelf.place[:-1]
    until[shelf.row[:-1][goes]] = shelf.since[1:][goes] - np.timedelta64(1, "D")
    return pd.DatetimeIndex(until).as_unit("us")


def newest(group: np.ndarray, since: np.ndarray, of: np.ndarray, at: np.ndarray) -> np.ndarray:
    """The last row of a group that begins at a time or before; the rows are sorted by group, then time.

    Parameters
    ----------
    group, since : of each row
    of, at : the groups and times that are asked for; a time before the first row's counts as its
    """
    since, at = since.astype("datetime64[s]"), np.asarray(at).astype("datetime64[s]")
    first = since.min()
    span = int((max(since.max(), at.max(initial=first)) - first).astype("int64")) + 1
    place = group * span + (since - first).astype("int64")
    wanted = of * span + np.maximum((at - first).astype("int64"), 0)
    return np.searchsorted(place, wanted, side="right") - 1


@dataclass(frozen=True)
class Goods:
    """What there is to sell: products, suppliers, batches (by product, then time), the faulty batch's row, and the shelf."""

    products: pd.DataFrame
    suppliers: pd.DataFrame
    batches: pd.DataFrame
    faulty: int
    shelf: Shelf

    def batch_of(self, lines: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
        """Row of the batch that each line was sold from: the newest of its product."""
        sold = orders["ordered_at"].to_numpy()[lines["at"]]
        product = pd.Index(self.products["product_id"]).get_indexer(self.batches["product_id"])
        return newest(product, self.batches["received_on"].to_numpy(), lines["product"].to_numpy(), sold)

    @property
    def category(self) -> np.ndarray:
        """Row of CATEGORIES of each product."""
        return pd.Index(CATEGORIES["category"]).get_indexer(self.products["category"])

    @property
    def on_shelf(self) -> pd.DataFrame:
        """Products at the end of the data, a row for each place on the shelf."""
        places = np.arange(self.shelf.places)
        return self.products.iloc[self.shelf.product(places, np.full(len(places), self.shelf.since.max()))]

    def is_faulty(self, lines: pd.DataFrame) -> np.ndarray:
        """Whether each line was sold from the faulty batch."""
        return lines["batch"].to_numpy() == self.faulty


def make_goods(
    products: pd.DataFrame, shelf: Shelf, popular: np.ndarray, timeline: Timeline, rng: np.random.Generator
) -> Goods:
    """Draw suppliers for each place on the shelf, and the batches that they send of what is sold there.

    Parameters
    ----------
    products : table of products, with launched_on
    shelf : where they stand
    popular : how often is bought what stands in each place, against the others
    """
    season = timeline.season
    start = season.start - pd.Timedelta(weeks=EVERY)
    rounds = int((season.days[-1] - start).days // (7 * EVERY)) + 1
    n = shelf.places
    offset = rng.integers(0, EVERY, n)
    # All batches of the first round are there before the first day.
    weeks = np.where(np.arange(rounds) == 0, 0, np.arange(rounds) * EVERY + offset[:, None])
    two = rng.integers(0, len(SUPPLIERS), (n, 2))
    supplier = np.take_along_axis(two, (rng.random((n, rounds)) < 0.3).astype(int), axis=1)
    received = start + pd.to_timedelta(weeks.ravel() * 7 + rng.integers(0, 3, n * rounds), unit="D")
    suppliers = pd.DataFrame(SUPPLIERS, columns=["name", "country"])
    suppliers.insert(0, "supplier_id", numbered("U", len(suppliers), 2))
    place, first_supplier = np.repeat(np.arange(n), rounds), supplier[:, 0]
    of_place = pd.DataFrame(
        {
            "product": shelf.product(place, received.to_numpy()),
            "supplier": supplier.ravel(),
            "received_on": received,
        }
    )
    batches = pd.concat([of_place, first_batches(products, shelf, first_supplier)])
    batches = batches.sort_values(["product", "received_on"], kind="stable", ignore_index=True)
    of_best = np.flatnonzero(batches["product"] == int(np.argmax(popular)))
    away = np.abs(batches["received_on"].iloc[of_best] - timeline.start("faulty batch"))
    batches = pd.DataFrame(
        {
            "batch_id": numbered("L", len(batches), 5),
            "product_id": products["product_id"].take(batches["product"]).array,
            "supplier_id": suppliers["supplier_id"].take(batches["supplier"]).array,
            "received_on": batches["received_on"],
        }
    )
    return Goods(products, suppliers, batches, int(of_best[np.argmin(away)]), shelf)


def first_batches(products: pd.DataFrame, shelf: Shelf, suppliers: np.ndarray) -> pd.DataFrame:
    """The first batch of each new product: it is there some days before the first one is sold."""
    new = np.flatnonzero(products["launched_on"].notna())
    place = shelf.place[np.argsort(shelf.row)][new]
    received = products["launched_on"].iloc[new] - pd.Timedelta(days=BEFORE_LAUNCH)
    return pd.DataFrame({"product": new, "supplier": suppliers[place], "received_on": received})
