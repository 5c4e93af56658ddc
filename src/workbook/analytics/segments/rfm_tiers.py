"""RFM scores, the eight classes, value tiers, and how customers move between them.

One direction throughout: a higher score is better, so a *recent* buyer has a *high* R. Equal values always get
equal scores, whatever their number, so that no class depends on the order of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.tables.errors import DataError
from workbook.tables.returned import came_back_whole
from workbook.tables.summary import customer_summary

# What each letter is measured by, and whether more of it is better.
MEASURES = {"R": ("days_since_last", False), "F": ("purchases", True), "M": ("total_spend", True)}

# The eight classes of standard practice, with the deck's types and labels where they apply.
CLASSES = pd.DataFrame(
    [
        (True, True, True, "key value", "重要价值", "gold mine", "high-value",
         "early access and a named contact; ask for referrals, don't discount"),
        (True, False, True, "key growth", "重要发展", "", "",
         "bring the next purchase forward: matching pieces, an invitation"),
        (False, True, True, "key retain", "重要保持", "", "at-risk",
         "call or write in person, ask what went wrong"),
        (False, False, True, "key win-back", "重要挽留", "", "at-risk",
         "one strong reason to come back, tested against a holdout"),
        (True, True, False, "general value", "一般价值", "", "",
         "raise the basket: bundles, a threshold for free delivery"),
        (True, False, False, "general growth", "一般发展", "potential", "potential",
         "a welcome series towards the second purchase"),
        (False, True, False, "general retain", "一般保持", "", "at-risk",
         "a low-cost reminder, no discount"),
        (False, False, False, "general win-back", "一般挽留", "sleeping", "at-risk",
         "contact rarely, and only where a test shows that it pays"),
    ],
    columns=["R_high", "F_high", "M_high", "class", "class_zh", "teaching_type", "label", "action"],
)  # fmt: skip
CLASS_NAMES = list(CLASSES["class"])
BITS = np.array([4, 2, 1])  # of R, F and M, where they are high: each class has one sum
ROW_OF_BITS = np.argsort((CLASSES[["R_high", "F_high", "M_high"]] @ BITS).to_numpy())


def quantile_scores(values: pd.Series, bins: int = 5, *, more_is_better: bool = True) -> pd.Series:
    """Score values 1 (worst) to ``bins`` (best) by their rank, equal values equally.

    A value's rank is the mean rank of all that equal it, so a crowd of ties gets the score of its middle.
    Missing values get no score.

    Raises
    ------
    DataError
        if ``bins`` is below 2.
    """
    if bins < 2:
        raise DataError(f"bins must be a whole number from 2 on; got {bins}.")
    share = values.rank(method="average", pct=True, ascending=more_is_better)
    # A share of 0.6 is stored as 0.6000000001 at times; without rounding it would be one score too high.
    return np.ceil((share * bins).round(9)).astype("Int64")


def cut_scores(values: pd.Series, cuts: Sequence[float], *, more_is_better: bool = True) -> pd.Series:
    """Score values by fixed cuts instead of quantiles: one more for each cut that is reached.

    A value equal to a cut is on its better side: with cuts (30, 90) on days since the last purchase, 30 days
    score 3, 31 to 90 days 2, more 1.
    """
    if list(cuts) != sorted(set(cuts)):
        raise DataError(f"cuts must rise without repeats; got {list(cuts)}.")
    edges = np.asarray(cuts, dtype=float)
    if more_is_better:
        score = np.searchsorted(edges, values.to_numpy(dtype=float), side="right")
    else:
        score = len(edges) - np.searchsorted(edges, values.to_numpy(dtype=float), side="left")
    return pd.Series(score + 1, index=values.index).astype("Int64").mask(values.isna())


def rfm(
    summary: pd.DataFrame,
    *,
    bins: int = 5,
    high_from: int = 4,
) -> pd.DataFrame:
    """Score each customer on R, F and M, and name the class.

    Parameters
    ----------
    summary
        a row per customer with days_since_last, purchases, total_spend (see `kept_summary`)
    bins
        number of scores
    high_from
        a score from here on counts as high

    Returns
    -------
    pandas.DataFrame
        summary's rows with days_since_last, purchases, total_spend, R, F, M (1 = worst), class, label.

    Raises
    ------
    DataError
        if high_from is out of range.
    """
    if not 2 <= high_from <= bins:
        raise DataError(f"high_from must lie between 2 and bins ({bins}); got {high_from}.")
    scored = summary[[measure for measure, _ in MEASURES.values()]].copy()
    for letter, (measure, more) in MEASURES.items():
        scored[letter] = quantile_scores(summary[measure], bins, more_is_better=more)
    return name_classes(scored, high_from)


def name_classes(scored: pd.DataFrame, high_from: int) -> pd.DataFrame:
    """Add the class and the deck's label to scores R, F and M."""
    rows = class_rows(scored, high_from)
    label = CLASSES["label"].reindex(rows).to_numpy()
    return scored.assign(**{"class": pd.Categorical.from_codes(rows, CLASS_NAMES), "label": label})


def class_rows(scored: pd.DataFrame, high_from: int) -> np.ndarray:
    """Row of CLASSES that each customer belongs to, -1 where a score is missing."""
    scores = scored[list(MEASURES)].to_numpy(dtype=float, na_value=np.nan)
    rows = ROW_OF_BITS[(scores >= high_from) @ BITS]
    return np.where(np.isnan(scores).any(axis=1), -1, rows)


def class_shares(scored: pd.DataFrame, high_from: int) -> pd.Series:
    """Share of customers in each class if their scores R, F and M are high from another one on."""
    classes = pd.Categorical.from_codes(class_rows(scored, high_from), CLASS_NAMES)
    return pd.Series(classes, name="class").value_counts(normalize=True, sort=False)


def class_profile(scored: pd.DataFrame, by: str = "class") -> pd.DataFrame:
    """Profile the classes: customers, share of customers and of spend, and the medians that describe them."""
    groups = scored.groupby(by, observed=False)
    return pd.DataFrame(
        {
            "customers": groups.size(),
            "share": groups.size() / len(scored),
            "spend_share": groups["total_spend"].sum() / scored["total_spend"].sum(),
            "median_days": groups["days_since_last"].median(),
            "median_purchases": groups["purchases"].median(),
            "median_spend": groups["total_spend"].median(),
        }
    )


def value_tiers(
    values: pd.Series,
    shares: Sequence[float] = (0.5, 0.3, 0.2),
    names: Sequence[str] = ("low", "middle", "high"),
) -> pd.Series:
    """Divide customers into tiers by rank, from low to high; equal values share a tier.

    Parameters
    ----------
    values : what a customer is worth, by any measure
    shares : share of customers in each tier, lowest first, adding up to 1
    names : of the tiers, lowest first

    Returns
    -------
    pandas.Series
        ordered categorical, index of ``values``.
    """
    if len(shares) != len(names) or not np.isclose(sum(shares), 1) or min(shares) <= 0:
        raise DataError(
            f"shares must be above 0, add up to 1, one for each of {list(names)}; got {list(shares)}."
        )
    rank = values.rank(method="average", pct=True)
    tier = np.searchsorted(np.cumsum(shares)[:-1].round(9), rank.to_numpy().round(9), side="left")
    named = pd.Categorical.from_codes(np.where(rank.isna(), -1, tier), categories=list(names), ordered=True)
    return pd.Series(named, index=values.index)


def kept_summary(
    orders: pd.DataFrame,
    as_of: pd.Timestamp,
    returns: pd.DataFrame,
    lines: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Summarise what customers bought and kept: an order that came back whole is no purchase.

    Recency and frequency are of the orders that were kept, in part at least; what was spent is of all, net of all returns.
    Who kept nothing isn't in it.

    Parameters
    ----------
    orders : a row per order
    as_of : last day that counts, of orders and of returns
    returns : what came back; none of a later day counts
    lines : the orders' lines, see `came_back_whole`

    Returns
    -------
    pandas.DataFrame
        as of `customer_summary`
    """
    back = returns[returns["returned_at"] < as_of.normalize() + pd.Timedelta(days=1)]
    kept = orders[~came_back_whole(orders, back, lines)]
    if kept.empty:
        return customer_summary(orders, as_of, returns=back).head(0)
    net = customer_summary(orders, as_of, returns=back)["total_spend"]
    found = customer_summary(kept, as_of)
    return found.assign(total_spend=net.reindex(found.index))


def rfm_at(
    orders: pd.DataFrame,
    returns: pd.DataFrame,
    dates: Sequence[pd.Timestamp],
    lines: pd.DataFrame | None = None,
    *,
    bins: int = 5,
    high_from: int = 4,
) -> pd.DataFrame:
    """Return each customer's class at several dates, one column a date; who has kept nothing yet: missing."""
    first = orders["ordered_at"].min().normalize()
    columns = {
        date: rfm(kept_summary(orders, date, returns, lines), bins=bins, high_from=high_from)["class"]
        if date >= first
        else pd.Series(dtype=pd.CategoricalDtype(CLASS_NAMES))
        for date in dates
    }
    return pd.DataFrame(columns)


def migration(before: pd.Series, after: pd.Series) -> pd.DataFrame:
    """Count customers by class at two dates: rows before (with a row ``new``), columns after.

    Parameters
    ----------
    before, after : class by customer; missing where not yet a customer
    """
    names = CLASS_NAMES
    start = before.astype(object).reindex(after.index).where(lambda s: s.notna(), "new")
    start = pd.Categorical(start, categories=[*names, "new"])
    end = pd.Categorical(after.to_numpy(), categories=names)
    return pd.crosstab(pd.Series(start, name="before"), pd.Series(end, name="after"), dropna=False).reindex(
        index=[*names, "new"], columns=names, fill_value=0
    )


def stayed(moves: pd.DataFrame) -> Estimate:
    """Share of the customers who had a class before that have the same one after, from `migration`."""
    old = moves.drop(index="new")
    same, total = np.diag(old).sum(), int(old.to_numpy().sum())
    return Estimate(float(same / total) if total else np.nan, unit="share", n=total)


def pareto(values: pd.Series, top: float = 0.2) -> float:
    """Share of the total that the best ``top`` of customers account for (at least one customer)."""
    n = max(1, round(len(values) * top))
    return float(values.nlargest(n).sum() / values.sum())


def changed(scores: pd.Series, again: pd.Series) -> Estimate:
    """Share of customers who got another score the second time."""
    return Estimate(float((scores != again.reindex(scores.index)).mean()), unit="share", n=len(scores))


@dataclass(frozen=True)
class Shapes:
    """What makes scoring difficult: share that bought once; days that half are silent for or longer; what the best fifth brings."""

    once: Estimate
    half_silent: Estimate
    best_fifth: Estimate


def shapes(summary: pd.DataFrame) -> Shapes:
    """The shapes of the three measures of `MEASURES`, a row per customer."""
    n = len(summary)
    return Shapes(
        Estimate(float((summary["purchases"] == 1).mean()), unit="share", n=n),
        Estimate(float(summary["days_since_last"].median()), unit="days", n=n),
        Estimate(pareto(summary["total_spend"]), unit="share", n=n),
    )


@dataclass(frozen=True)
class Portion:
    """What one class is of the whole: its name, its share of customers and of spend."""

    name: str
    customers: Estimate
    spend: Estimate


def portion(profile: pd.DataFrame, name: str = "") -> Portion:
    """The portion of a class, of that with most spend if none is named.

    Parameters
    ----------
    profile : from `class_profile`
    """
    name = name or str(profile["spend_share"].fillna(0).idxmax())
    shares = profile.loc[name, ["share", "spend_share"]]
    return Portion(name, *(Estimate(float(share), unit="share") for share in shares))


def high_m_low_r(profile: pd.DataFrame) -> int:
    """Number of customers with a high M and a low R, from `class_profile`."""
    names = CLASSES.loc[CLASSES["M_high"] & ~CLASSES["R_high"], "class"]
    return int(profile.loc[list(names), "customers"].sum())
