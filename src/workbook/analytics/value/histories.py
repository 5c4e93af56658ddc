"""Two customers who have been silent for equally long, whose rhythms differ: who of them is late, and who has left?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.value.btyd import PurchaseModel

FEWEST, MOST = (
    3,
    8,
)  # repeat purchases of those whose history is shown: enough for a rhythm, few enough to count
LATE = 1.5  # times the own rhythm: who is silent for no longer is hardly late
CLEAR = 8.0  # times the own rhythm: who is silent for so long is clearly late
SAME, SAME_SHARE = 7, 0.1  # days, or share of them, by which the two silences may differ
APART = 0.1  # of two chances that are worth a sentence
TRIED = 200  # of those who are hardly late, the longest silent first
STAYING = 0.95  # chance above which a long silence counts for nothing
ORDINARY = 21  # days of silence, at least: after fewer nobody asks
NOTHING = Estimate()  # that is known


def two_rhythms(summary: pd.DataFrame) -> pd.Series:
    """Choose two customers of equal silence: A far beyond the own rhythm, B within it.

    Parameters
    ----------
    summary : of `customer_summary`

    Returns
    -------
    pandas.Series
        customer_id by the names A and B; without rows where no two such customers are.
    """
    shown = summary[summary["frequency"].between(FEWEST, MOST) & (summary["days_since_last"] >= ORDINARY)]
    late = shown["days_since_last"] / rhythm(shown)
    regular = (
        shown.loc[late <= LATE, "days_since_last"].sort_values(ascending=False, kind="stable").head(TRIED)
    )
    for slow, silence in regular.items():
        alike = late[(shown["days_since_last"] - silence).abs() <= max(SAME, SAME_SHARE * silence)]
        clear = alike[alike >= CLEAR]  # of these the slowest, whose purchases can be told apart in a picture
        quick = clear.idxmin() if len(clear) else alike.idxmax()
        if alike[quick] >= 2 * LATE:
            return pd.Series({"A": quick, "B": slow}, name="customer_id")
    return pd.Series(dtype=object, name="customer_id")


def rhythm(summary: pd.DataFrame) -> pd.Series:
    """Days between two purchases, on average, of customers who came back."""
    return (7 * summary["recency"] / summary["frequency"]).where(summary["recency"] > 0)


def timelines(two: pd.Series, orders: pd.DataFrame, today: pd.Timestamp) -> pd.Series:
    """Purchases of customers, by their names, as days before today, the earliest first.

    Parameters
    ----------
    two : customer_id by name
    orders : customer_id, ordered_at
    today : last day of the data
    """
    day = orders["ordered_at"].dt.normalize()
    bought = {name: sorted(set(day[orders["customer_id"] == customer])) for name, customer in two.items()}
    rows = [(name, (today - at).days) for name, days in bought.items() for at in days]
    found = pd.DataFrame(rows, columns=["customer", "ago"]).astype({"ago": int})
    return found.set_index("customer")["ago"].rename("days ago, today on the right")


@dataclass(frozen=True)
class Two:
    """Two customers side by side.

    Attributes
    ----------
    case : two, or fewer where there are no two such customers
    silence : days that both have been silent, about
    quick, slow : days between two purchases of A and of B
    quick_waits, slow_waits : the silence over the usual wait of A and of B
    """

    case: str
    silence: Estimate = NOTHING
    quick: Estimate = NOTHING
    slow: Estimate = NOTHING
    quick_waits: float = np.nan
    slow_waits: float = np.nan


def side_by_side(two: pd.Series, summary: pd.DataFrame) -> Two:
    """What differs between the two, and what doesn't."""
    if two.empty:
        return Two("fewer")
    of = summary.loc[two]
    between = rhythm(of).round()
    figures = [of["days_since_last"].mean().round(), *between]
    waits = of["days_since_last"] / rhythm(of)
    silence, quick, slow = (Estimate(float(number), unit="days") for number in figures)
    return Two("two", silence, quick, slow, float(waits.iloc[0]), float(waits.iloc[1]))


def both_vocabularies(two: pd.Series, summary: pd.DataFrame) -> pd.DataFrame:
    """The same customers in the words of RFM and of the purchase models.

    Returns
    -------
    pandas.DataFrame
        a row per word, with its text and unit; a column per customer.
    """
    of = summary.loc[two].set_axis(two.index)
    weeks = of[["recency", "T"]].round(1)
    rows = {
        ("RFM", "recency", "days since the last purchase"): of["days_since_last"],
        ("model", "recency", "weeks from the first to the last purchase"): weeks["recency"],
        ("model", "T", "weeks from the first purchase to today"): weeks["T"],
        ("RFM", "frequency", "orders"): of["purchases"],
        ("model", "frequency", "repeat purchase days, the first left out"): of["frequency"],
    }
    texts = {word: values.map("{:g}".format) for word, values in rows.items()}
    found = pd.DataFrame.from_dict(texts, orient="index", columns=list(two.index))
    return found.set_axis(pd.MultiIndex.from_tuples(list(rows), names=["text", "word", "meaning"]))


def chances(two: pd.Series, summary: pd.DataFrame, model: PurchaseModel) -> pd.DataFrame:
    """Chance of each to be a customer still: columns value and unit, index the name; missing without a fit."""
    of = summary.loc[two].set_axis(two.index)
    return pd.DataFrame({"value": model.alive(of), "unit": "share"})


@dataclass(frozen=True)
class WhoIsLeft:
    """Chance of both to be a customer still: case B (B's is higher), A, alike, both (nobody seems to leave), or unknown."""

    case: str
    A: Estimate = NOTHING
    B: Estimate = NOTHING


def who_is_left(of_two: pd.DataFrame) -> WhoIsLeft:
    """Read the table of `chances`."""
    if len(of_two) < 2 or of_two["value"].isna().any():
        return WhoIsLeft("unknown")
    quick, slow = of_two["value"]
    if min(quick, slow) > STAYING:
        case = "both"
    else:
        case = "alike" if abs(slow - quick) < APART else "B" if slow > quick else "A"
    return WhoIsLeft(case, *(Estimate(float(np.clip(c, 0, 1)), unit="share") for c in (quick, slow)))
