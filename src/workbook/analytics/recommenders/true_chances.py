"""By which chances the customers of a synthetic retailer choose: how good a list can be, and who clicks on what.

Each of the four parts of the truth is a table; see `tables.contracts.recommendations` and `tables.contracts.truth`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import binom

from workbook.analytics.recommenders.comparison import FEWEST
from workbook.analytics.recommenders.histories import Split

STYLES = ["commuter", "street", "classic", "sport"]
HIGHEST = 7  # price step


@dataclass(frozen=True)
class Chances:
    """What customers look for.

    Attributes
    ----------
    tastes : shares of categories and styles, and price_level, by customer_id
    products : category, style, price_step and usual_share, by product_id
    seasons : factor of each category, by month
    choices : value of each parameter
    """

    tastes: pd.DataFrame
    products: pd.DataFrame
    seasons: pd.DataFrame
    choices: pd.Series

    @property
    def categories(self) -> list[str]:
        """Names of the categories."""
        return list(self.seasons.columns)

    def of(self, customers: pd.Index, months: np.ndarray, products: pd.Index) -> np.ndarray:
        """Chance that a line which a customer buys in a month is of each product, (customers, products).

        It is what the taste of the customer and the month say, whatever was bought before.
        """
        who, what = self.tastes.reindex(customers), self.products.reindex(products)
        category = who[self.categories].to_numpy() * self.seasons.loc[months].to_numpy()
        category = category / category.sum(axis=1, keepdims=True)
        step = binom.pmf(np.arange(HIGHEST + 1), HIGHEST, who[["price_level"]].to_numpy())
        style = who[STYLES].to_numpy()
        return (
            category[:, pd.Index(self.categories).get_indexer(what["category"])]
            * step[:, what["price_step"]]
            * style[:, pd.Index(STYLES).get_indexer(what["style"])]
        )

    def usual(self, months: np.ndarray, products: pd.Index) -> np.ndarray:
        """Share of each product in what people on the whole look for in some months, (months, products)."""
        what = self.products.reindex(products)
        all_categories = self.products.drop_duplicates(["category", "style", "price_step"])
        weight = all_categories.groupby("category")["usual_share"].sum().reindex(self.categories).to_numpy()
        factor = self.seasons.loc[months].to_numpy()
        whole = (factor * weight).sum(axis=1, keepdims=True)
        of_category = factor[:, pd.Index(self.categories).get_indexer(what["category"])]
        return what["usual_share"].to_numpy() * of_category / whole

    def clicks(self, customers: pd.Index, months: np.ndarray, products: pd.Index) -> np.ndarray:
        """Chance that each customer clicks on each product that is shown in a month, (customers, products)."""
        lift = self.of(customers, months, products) / self.usual(months, products)
        return np.minimum(self.choices["click"] * lift ** self.choices["fits"], self.choices["most"])


def true_chances(truth: Mapping[str, pd.DataFrame], products: pd.DataFrame) -> Chances:
    """Put the tables of the truth together."""
    about = products[["product_id", "category", "style"]].merge(truth["products"], on="product_id")
    level = truth["customers"].set_index("customer_id")["price_level"]
    return Chances(
        truth["tastes"].set_index("customer_id").join(level),
        about.set_index("product_id"),
        truth["seasons"].set_index("month"),
        truth["choices"].set_index("parameter")["value"],
    )


def months_of(split: Split) -> np.ndarray:
    """The month of each person's next order."""
    return (
        split.upcoming.groupby("customer_id")["ordered_at"].first().reindex(split.people).dt.month.to_numpy()
    )


def by_taste(split: Split, chances: Chances) -> np.ndarray:
    """Scores of somebody who knows every taste and the month of the next order, (people, products)."""
    return chances.of(split.people, months_of(split), split.products)


def expected_recall(split: Split, chances: Chances, items: np.ndarray) -> pd.Series:
    """Share of the lines of the next order that is expected to be in each person's list, by taste and month."""
    return pd.Series(
        np.take_along_axis(by_taste(split, chances), items, axis=1).sum(axis=1), index=split.people
    )


def with_last(split: Split, chances: Chances) -> np.ndarray:
    """The same of somebody who knows also what each person bought last, for the first line of the next order.

    The number that picked the category of the last line lies evenly in that category's part. If the run begins there it is
    turned on by `turn` to `turn` and `wobble`; further on in a run, where the last turn isn't known, by `turn` give or take
    a `wobble`. With the chance to go on the next line has the category that the turned number picks, and the style.
    """
    month, own = months_of(split), by_taste(split, chances)
    last = split.past.groupby("customer_id")[["product_id", "ordered_at"]].last().reindex(split.people)
    before = chances.products.reindex(last["product_id"])
    then = chances.tastes.reindex(split.people)[chances.categories].to_numpy()
    shares = [then * chances.seasons.loc[m].to_numpy() for m in (last["ordered_at"].dt.month, month)]
    old, new = (np.cumsum(s / s.sum(axis=1, keepdims=True), axis=1) for s in shares)
    at = pd.Index(chances.categories).get_indexer(before["category"])
    turned = landing(old, new, at, chances.choices)
    what = chances.products.reindex(split.products)
    category = turned[:, pd.Index(chances.categories).get_indexer(what["category"])]
    same = before["style"].to_numpy()[:, None] == what["style"].to_numpy()
    step = binom.pmf(
        what["price_step"].to_numpy(),
        HIGHEST,
        chances.tastes.reindex(split.people)[["price_level"]].to_numpy(),
    )
    goes_on = chances.choices["goes on in the next order"]
    return (1 - goes_on) * own + goes_on * category * same * step


def landing(
    old: np.ndarray, new: np.ndarray, at: np.ndarray, choices: pd.Series, points: int = 24
) -> np.ndarray:
    """Chance of each category for a number that lay in category ``at`` and is turned on, (people, categories).

    Parameters
    ----------
    old, new : upper ends of the categories' parts, then and now
    """
    row = np.arange(len(at))
    high = old[row, at]
    low = np.where(at > 0, old[row, at - 1], 0.0)
    evenly = (np.arange(points) + 0.5) / points
    place = low[:, None, None] + (high - low)[:, None, None] * evenly[:, None]
    turn, wobble = choices["turn"], choices["wobble"]
    by = turn + wobble * np.concatenate([evenly, triangle(evenly)])
    first = 1 - choices["goes on in the next order"]
    weight = np.concatenate([np.full(points, first), np.full(points, 1 - first)]) / points
    number = (place + by) % 1.0  # (people, points, 2 × points)
    below = (number[..., None] < new[:, None, None, :]).astype(float)
    upto = (below * weight[:, None]).sum(axis=2).mean(axis=1)
    return np.diff(upto, prepend=0.0, axis=1)


def triangle(evenly: np.ndarray) -> np.ndarray:
    """Quantiles of the difference of two numbers that are spread evenly from 0 to 1."""
    return np.where(evenly < 0.5, np.sqrt(2 * evenly) - 1, 1 - np.sqrt(2 * (1 - evenly)))


def session_clicks(log: pd.DataFrame, split: Split, chances: Chances) -> np.ndarray:
    """Chance of a click on each product in each session of a log, (sessions, products)."""
    return chances.clicks(pd.Index(log["customer_id"]), log["started_at"].dt.month.to_numpy(), split.products)


def by_place(
    clicks: np.ndarray, log: pd.DataFrame, split: Split, lists: Mapping[str, np.ndarray]
) -> pd.DataFrame:
    """Expected share of sessions that click on what stands at each place of their list, 1 for the first, a column a list.

    Parameters
    ----------
    clicks : from `session_clicks`
    """
    row = split.people.get_indexer(log["customer_id"])
    found = {
        name: np.take_along_axis(clicks, items[row], axis=1).mean(axis=0)
        if len(row)
        else np.full(items.shape[1], np.nan)
        for name, items in lists.items()
    }
    table = pd.DataFrame(found)
    return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="place in the list"))


@dataclass(frozen=True)
class Winners:
    """Whose list finds most of the next order, and whose first product is clicked most.

    Attributes
    ----------
    case : same, different, or unknown
    offline, online : names
    found, also : recall of the first, and of the second
    clicked, less : true share of clicks on the first product of the online winner, and of the offline one
    last : the last place of a list
    clicked_last, less_last : the same at that place
    """

    case: str
    offline: str = ""
    online: str = ""
    found: float = float("nan")
    also: float = float("nan")
    clicked: float = float("nan")
    less: float = float("nan")
    last: int = 0
    clicked_last: float = float("nan")
    less_last: float = float("nan")

    @property
    def both(self) -> list[str]:
        """The names of the two, once if they are one."""
        return list(dict.fromkeys(name for name in (self.offline, self.online) if name))


def winners(recalls: pd.DataFrame, places: pd.DataFrame, k: int) -> Winners:
    """Compare the best list of k offline with the best first product online.

    Parameters
    ----------
    recalls : a row a person, a column a way; of fewer than `FEWEST` people nothing is said
    places : from `by_place`
    """
    recall = recalls.mean()
    if len(recalls) < FEWEST or places.isna().all(axis=None):
        return Winners("unknown")
    last = places.index[min(k, len(places)) - 1]
    offline, online = str(recall.idxmax()), str(places.iloc[0].idxmax())
    at_both = [float(places.loc[at, way]) for at in (places.index[0], last) for way in (online, offline)]
    case = "same" if offline == online else "different"
    clicked, less, clicked_last, less_last = at_both
    found, also = float(recall[offline]), float(recall[online])
    return Winners(case, offline, online, found, also, clicked, less, int(last), clicked_last, less_last)
