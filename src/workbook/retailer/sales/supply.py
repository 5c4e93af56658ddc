"""Who makes the goods and in which batches they come; one batch is faulty, and what is sold of it comes back."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import numbered
from workbook.retailer.core.timeline import Timeline

SUPPLIERS = (
    ("Qianjiang Garment", "CN"), ("Taihu Knitting", "CN"), ("Minhai Textile", "CN"), ("Lingnan Fashion Works", "CN"),
    ("Jialing Leather", "CN"), ("Song Hong Apparel", "VN"), ("Padma Stitching", "BD"), ("Anatolia Denim", "TR"),
)  # fmt: skip
EVERY = 8  # weeks between two batches of a product
FAULTY_RETURNS = 4.0  # factor on the chance that a piece of the faulty batch comes back
FAULTY_COMPLAINTS = 0.35  # chance that a line of it becomes a complaint


@dataclass(frozen=True)
class Goods:
    """What there is to sell: products, suppliers, batches (by product, then time), and the faulty batch's row."""

    products: pd.DataFrame
    suppliers: pd.DataFrame
    batches: pd.DataFrame
    faulty: int

    def batch_of(self, lines: pd.DataFrame, orders: pd.DataFrame) -> np.ndarray:
        """Row of the batch that each line was sold from: the newest of its product."""
        sold = orders["ordered_at"].to_numpy()[lines["at"]].astype("datetime64[s]")
        product = pd.Index(self.products["product_id"]).get_indexer(self.batches["product_id"])
        came = self.batches["received_on"].to_numpy().astype("datetime64[s]")
        first = came.min()
        span = int((max(came.max(), sold.max(initial=first)) - first).astype("int64")) + 1
        place = product * span + (came - first).astype("int64")
        wanted = lines["product"].to_numpy() * span + np.maximum((sold - first).astype("int64"), 0)
        return np.searchsorted(place, wanted, side="right") - 1

    def is_faulty(self, lines: pd.DataFrame) -> np.ndarray:
        """Whether each line was sold from the faulty batch."""
        return lines["batch"].to_numpy() == self.faulty


def make_goods(
    products: pd.DataFrame, popular: np.ndarray, timeline: Timeline, rng: np.random.Generator
) -> Goods:
    """Draw suppliers for each product and the batches they send.

    Parameters
    ----------
    products : table of products
    popular : how often each is bought, against the others
    """
    season = timeline.season
    start = season.start - pd.Timedelta(weeks=EVERY)
    rounds = int((season.days[-1] - start).days // (7 * EVERY)) + 1
    n = len(products)
    offset = rng.integers(0, EVERY, n)
    # All batches of the first round are there before the first day.
    weeks = np.where(np.arange(rounds) == 0, 0, np.arange(rounds) * EVERY + offset[:, None])
    two = rng.integers(0, len(SUPPLIERS), (n, 2))
    supplier = np.take_along_axis(two, (rng.random((n, rounds)) < 0.3).astype(int), axis=1)
    received = start + pd.to_timedelta(weeks.ravel() * 7 + rng.integers(0, 3, n * rounds), unit="D")
    best = int(np.argmax(popular))
    begins = timeline.start("faulty batch")
    of_best = np.arange(best * rounds, (best + 1) * rounds)
    faulty = int(of_best[np.argmin(np.abs(received[of_best] - begins))])
    suppliers = pd.DataFrame(SUPPLIERS, columns=["name", "country"])
    suppliers.insert(0, "supplier_id", numbered("U", len(suppliers), 2))
    batches = pd.DataFrame(
        {
            "batch_id": numbered("L", n * rounds, 5),
            "product_id": np.repeat(products["product_id"].to_numpy(), rounds),
            "supplier_id": suppliers["supplier_id"].take(supplier.ravel()).array,
            "received_on": received,
        }
    )
    return Goods(products, suppliers, batches, faulty)
