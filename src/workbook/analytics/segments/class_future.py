"""What a class knew of the future: customers sorted on a past day, and who has come back since."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import pilot_cities
from workbook.analytics.experiments.ab_tests import compare_rates, share_interval
from workbook.analytics.experiments.several import level_of_each
from workbook.analytics.segments.rfm_tiers import MEASURES, kept_summary, rfm, value_tiers
from workbook.tables.dataset import Dataset

UNKNOWN = Estimate()
FEWEST = 20  # customers of a class; the share of fewer is hardly known
BASKETS = ("small baskets", "middle", "large baskets")
ENDS = ["value", "low", "high"]


def came_back_since(shop: Dataset, past: pd.Timestamp, *, bins: int = 5, high_from: int = 4) -> pd.DataFrame:
    """Sort customers as of a past day, and see who has ordered since, up to the shop's today.

    Returns
    -------
    pandas.DataFrame
        `rfm_tiers.rfm` of that day with came_back; no rows where nobody had kept an order yet.
    """
    if not (shop.orders["ordered_at"] < past + pd.Timedelta(days=1)).any():
        return (
            rfm(kept_summary(shop.orders, shop.today, shop.returns, shop.order_lines))
            .assign(came_back=False)
            .head(0)
        )
    summary = kept_summary(shop.orders, past, shop.returns, shop.order_lines)
    later = shop.orders.loc[shop.orders["ordered_at"] >= past + pd.Timedelta(days=1), "customer_id"]
    scored = rfm(summary, bins=bins, high_from=high_from)
    return scored.assign(came_back=scored.index.isin(later))  # fmt: skip


def by_class(since: pd.DataFrame) -> pd.DataFrame:
    """Share that came back by class: n, and value with low and high (Wilson, 95 %, each class alone).

    Classes with fewer than `FEWEST` customers are left out.

    Parameters
    ----------
    since : from `came_back_since`
    """
    rows = {
        name: [len(part), part["came_back"].mean(), *share_interval(part["came_back"])]
        for name, part in since.groupby("class", observed=True)
        if len(part) >= FEWEST
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["n", "value", "low", "high"]).rename_axis(
        "class"
    )


def by_letter(since: pd.DataFrame, high_from: int) -> pd.DataFrame:
    """How far apart a high and a low score are in the share that came back, letter by letter.

    Parameters
    ----------
    since : from `came_back_since`
    high_from : a score from here on counts as high

    Returns
    -------
    pandas.DataFrame
        index R, F, M; the shares of high and low, and their difference as value with low and high (Newcombe; all letters'
        intervals hold at once in 95 % of cases); a letter of which all scores are high, or none, is left out.
    """
    high = {letter: since[letter] >= high_from for letter in MEASURES}
    telling = {letter: scores for letter, scores in high.items() if scores.any() and not scores.all()}
    rows = {letter: apart(since["came_back"], scores, len(telling)) for letter, scores in telling.items()}
    columns = ["high score", "low score", *ENDS]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("letter")


def apart(came_back: pd.Series, high: pd.Series, comparisons: int) -> list[float]:
    """Shares of high and low, and their difference with an interval that holds together with those of so many in all."""
    found = compare_rates(came_back[high], came_back[~high], level_of_each(0.95, comparisons))
    _, low_share, high_share, value, _, low, high_end, *_ = found
    return [high_share, low_share, value, low, high_end]


@dataclass(frozen=True)
class Decides:
    """Which letter tells most about who comes back.

    Attributes
    ----------
    case : first (beyond doubt), close (chance may have put it first), unknown
    letter, apart : the first, and the difference between its high and low scores, in points
    second, second_apart : the next one
    ahead : how much farther apart the first one's scores are, in points
    """

    case: str
    letter: str = ""
    apart: Estimate = UNKNOWN
    second: str = ""
    second_apart: Estimate = UNKNOWN
    ahead: Estimate = UNKNOWN


def decides(since: pd.DataFrame, high_from: int) -> Decides:
    """Which letter decides: whether the two largest differences of `by_letter` differ, by the interval of their difference.

    Both are of the same customers, so the intervals of the letters may overlap where their difference is sure.
    """
    letters = by_letter(since, high_from)
    ranked = letters.reindex(letters["value"].abs().sort_values(ascending=False).index)
    if len(ranked) < 2:
        return Decides("unknown")
    first, second = (Estimate.of(ranked.iloc[i], "points") for i in (0, 1))
    parts = [
        pd.DataFrame(
            {
                "customer_id": since.index,
                "treated": number == 0,
                "after": (since[name] >= high_from).to_numpy() == (ranked["value"].iloc[number] >= 0),
                "outcome": since["came_back"].to_numpy(),
            }
        )
        for number, name in enumerate(ranked.index[:2])
    ]
    ahead = pilot_cities.difference(pd.concat(parts))
    sure = ahead.verdict == "up" and not first.contains(0)
    case = "first" if sure else "close" if ahead.known else "unknown"
    return Decides(case, ranked.index[0], first, ranked.index[1], second, ahead)


def class_share(classes: pd.DataFrame, name: str) -> Estimate:
    """The share of one class that came back, from `by_class`; unknown for a class that isn't there."""
    return Estimate.of(classes.loc[name], "share") if name in classes.index else Estimate(unit="share")


def too_late(share: Estimate) -> str:
    """Whether few or many of a class came back, or unknown."""
    if not share.known:
        return "unknown"
    return "few" if share.value < 0.5 else "many"


def ends(classes: pd.DataFrame) -> Mapping[str, object]:
    """The classes of which the least and the largest share came back; empty for fewer than two."""
    if len(classes) < 2:
        return {"least": "", "most": "", "least_share": Estimate(), "most_share": Estimate()}
    least, most = classes["value"].idxmin(), classes["value"].idxmax()
    return {"least": least, "most": most, "least_share": class_share(classes, least), "most_share": class_share(classes, most)}  # fmt: skip


def by_basket(since: pd.DataFrame, high_from: int) -> pd.DataFrame:
    """How much R tells of customers with small, middle and large baskets.

    Parameters
    ----------
    since : from `came_back_since`
    high_from : a score from here on counts as high

    Returns
    -------
    pandas.DataFrame
        a row per third of customers by their mean purchase: customers, bought once (share), came back (share), and how far
        high and low R are apart in it, as value with low and high; the intervals of the thirds hold at once.
    """
    rows = {}
    for name, part in since.groupby(thirds(since), observed=True):
        of_R = apart(part["came_back"], part["R"] >= high_from, len(BASKETS))[2:]
        rows[name] = [len(part), (part["purchases"] == 1).mean(), part["came_back"].mean(), *of_R]
    columns = ["customers", "bought once", "came back", *ENDS]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("a third by basket")


def thirds(since: pd.DataFrame) -> pd.Series:
    """The third of each customer by the mean purchase: one of `BASKETS`."""
    return value_tiers(since["total_spend"] / since["purchases"], (1 / 3, 1 / 3, 1 / 3), BASKETS)


def large_less_small(since: pd.DataFrame, high_from: int) -> Estimate:
    """How much farther apart high and low R are with large baskets than with small ones, in points; from `came_back_since`."""
    third = thirds(since)
    rows = pd.DataFrame(
        {
            "customer_id": since.index,
            "treated": (third == BASKETS[-1]).to_numpy(),
            "after": (since["R"] >= high_from).to_numpy(),
            "outcome": since["came_back"].to_numpy(),
        }
    )
    return pilot_cities.difference(rows[third.isin([BASKETS[0], BASKETS[-1]]).to_numpy()])
