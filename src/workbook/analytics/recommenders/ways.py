"""The ways that the lesson compares, by name; and how near the best of them comes to what is possible."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.recommenders import rankers
from workbook.analytics.recommenders.comparison import by_way, means
from workbook.analytics.recommenders.histories import Split
from workbook.analytics.recommenders.implicit_models import als, user_neighbours
from workbook.analytics.recommenders.ranking import best, breadth, quality
from workbook.tables.matching import is_in

UNKNOWN = Estimate()
BEST_SELLERS, BEFORE, HYBRID = "best sellers", "bought before", "hybrid"


def texts_of(products: pd.DataFrame | None) -> pd.Series | None:
    """What is written about each product: its description, else its name; None where nothing is."""
    if products is None:
        return None
    for column in ("description", "name"):
        if column in products and products[column].notna().any():
            return products.set_index("product_id")[column]
    return None


def ways(split: Split, texts: pd.Series | None, seed: int = 0) -> dict[str, np.ndarray]:
    """Scores of each way, (people, products); without texts the way that reads them is left out.

    First come two plain counts, then ways that learn from others, then those in one.
    """
    own = {
        "next item": rankers.next_item(split),
        **({} if texts is None else {"product texts": rankers.text(split, texts)}),
        "similar products": rankers.item_neighbours(split),
        "similar people": user_neighbours(split),
        "factors": als(split, seed=seed),
    }
    counted = {BEST_SELLERS: rankers.popular(split), BEFORE: rankers.bought_before(split)}
    return {**counted, **own, HYBRID: rankers.blend(*own.values())}


def lists_of(scores: Mapping[str, np.ndarray], k: int) -> dict[str, np.ndarray]:
    """The list of each person by each way: columns of the products, best first."""
    return {name: best(some, k) for name, some in scores.items()}


def results(split: Split, lists: Mapping[str, np.ndarray], measure: str = "recall") -> pd.DataFrame:
    """One measure of each list, a row a person, a column a way."""
    return by_way({name: quality(split, items) for name, items in lists.items()}, measure)


def breadths(split: Split, lists: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Coverage and novelty of each way."""
    return pd.DataFrame({name: breadth(split, items) for name, items in lists.items()}).T


def table(split: Split, lists: Mapping[str, np.ndarray], seed: int = 0) -> pd.DataFrame:
    """Recall with its interval, NDCG, coverage and novelty of each way."""
    recall = means(results(split, lists), seed=seed).rename(columns={"value": "recall"})
    ndcg = results(split, lists, "ndcg").mean().rename("NDCG")
    return recall[["recall", "low", "high"]].join(ndcg).join(breadths(split, lists)).rename_axis("way")


@dataclass(frozen=True)
class Reached:
    """How far the best way comes from best sellers towards what is possible.

    Attributes
    ----------
    case : near (more than three quarters of the way), part, or unknown
    best : name of the best way
    found, possible, popular : recall of it, of who knows every taste, and of best sellers
    share : of the distance that is covered
    """

    case: str
    best: str
    found: Estimate
    possible: Estimate
    popular: Estimate
    share: float


def reached(recall: pd.DataFrame, ceiling: pd.Series) -> Reached:
    """Hold the best way against the ceiling, on the same people."""
    table = means(recall.assign(ceiling=ceiling))
    if recall.empty:
        return Reached("unknown", "", UNKNOWN, UNKNOWN, UNKNOWN, float("nan"))
    name = str(table["value"].drop("ceiling").idxmax())
    rows = {n: Estimate.of(table.loc[n]) for n in (name, "ceiling", BEST_SELLERS)}
    room = rows["ceiling"].value - rows[BEST_SELLERS].value
    share = (rows[name].value - rows[BEST_SELLERS].value) / room if room > 0 else float("nan")
    case = "unknown" if not rows[name].has_interval or np.isnan(share) else "near" if share > 0.75 else "part"
    return Reached(case, name, rows[name], rows["ceiling"], rows[BEST_SELLERS], share)


@dataclass(frozen=True)
class Leak:
    """What similar products seem to find, by the lines from which one learns which products are similar.

    Attributes
    ----------
    bought : all purchases
    split : where they are cut
    k : length of the lists
    """

    bought: pd.DataFrame
    split: Split
    k: int

    def recall(self, lines: pd.DataFrame) -> Estimate:
        """Recall of the next order if neighbours and histories are made of these lines."""
        there = is_in(self.split.people.to_series(), lines["customer_id"])
        learned = replace(self.split, past=lines, people=self.split.people[there])
        own = self.split.upcoming["customer_id"].isin(learned.people)
        asked = replace(learned, upcoming=self.split.upcoming[own])
        found = quality(asked, best(rankers.item_neighbours(learned), self.k))["recall"]
        return Estimate(float(found.mean()), unit="share", n=len(found))


def flattery(promised: Estimate, honest: Estimate) -> str:
    """Whether a test that has seen the answers promises too much: flattered, not seen, or unknown (nobody is asked)."""
    if not (promised.known and honest.known):
        return "unknown"
    return "flattered" if promised.value > honest.value else "not seen"
