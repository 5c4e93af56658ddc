"""Stages of a customer's life, by the days since the first and the last purchase, and the tiers that are said to follow.

The stages are those of docs/glossary.md, in the words of the plan and of the handbook.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.rfm_tiers import value_tiers
from workbook.tables.summary import customer_summary

NEW, SLEEPING, LOST = 90, 180, 365  # days since the first purchase; since the last, twice
MATURE = 4  # days with a purchase
UNKNOWN = Estimate()
LEAST_YEARS = 91 / 365.25  # a customer of a month isn't worth twelve times that month
STAGES = ["new", "active", "sleeping", "lost"]
HANDBOOK = ["new", "growth", "mature", "decline", "(lost: no stage)"]
# The handbook's shortcut from stage to tier; of the new it says nothing.
SHORTCUT = {"growth": "high", "mature": "high", "decline": "low"}
# What the handbook prescribes for each tier, and what has to be shown before money is spent on it.
TREATMENTS = pd.DataFrame(
    [
        ("high", "高价值", "exclusive service, priority, made to order", "does it keep anybody who would have left?"),
        ("middle", "中价值", "usual service, offers, regular call-back", "who of them would spend more if called?"),
        ("low", "低价值", "simpler service, lower prices, more marketing", "was price the reason, or is the need small?"),
    ],
    columns=["tier", "tier_zh", "what is prescribed", "what has to be shown first"],
)  # fmt: skip


def stages(summary: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """The stage of each customer: new, active, sleeping or lost.

    Parameters
    ----------
    summary : from `workbook.customer_summary`
    as_of : its day
    """
    age, silent = (as_of - summary["first_order_on"]).dt.days, summary["days_since_last"]
    found = np.select([age < NEW, silent >= LOST, silent >= SLEEPING], ["new", "lost", "sleeping"], "active")
    return pd.Series(pd.Categorical(found, STAGES, ordered=True), summary.index, name="stage")


def handbook_stages(orders: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """The handbook's stage of each customer: new, growth, mature, decline, or none for the lost.

    Decline is less ordered in the last half year than in the one before, or sleeping; of the others growth has up to three
    days with a purchase, mature more.

    Parameters
    ----------
    orders : a row per order: customer_id, ordered_at, amount
    as_of : last day that counts
    """
    summary = customer_summary(orders, as_of)
    half_years = (as_of - orders["ordered_at"].dt.normalize()).dt.days // SLEEPING
    spent = [
        orders["amount"].where(half_years == ago, 0.0).groupby(orders["customer_id"]).sum() for ago in (0, 1)
    ]
    declines = (spent[0] < spent[1]).reindex(summary.index)
    stage = stages(summary, as_of).astype(str)
    size = np.where(summary["frequency"] + 1 >= MATURE, "mature", "growth")
    named = {"new": "new", "sleeping": "decline", "lost": HANDBOOK[-1]}
    found = stage.map(named).where(stage != "active", np.where(declines, "decline", size))
    return pd.Series(pd.Categorical(found, HANDBOOK, ordered=True), summary.index, name="stage")


def yearly_spend(summary: pd.DataFrame, as_of: pd.Timestamp) -> pd.Series:
    """Spend a year since the first purchase; a customer of under three months is counted as one of three months."""
    years = ((as_of - summary["first_order_on"]).dt.days + 1) / 365.25
    return (summary["total_spend"] / years.clip(lower=LEAST_YEARS)).rename("yearly spend")


@dataclass(frozen=True)
class Shortcut:
    """Whether the tier follows from the stage.

    Attributes
    ----------
    case : follows (it is right for nine of ten, and more), misses, or unknown where no stage says anything
    right : share of the customers of whom the stage says a tier that are in this tier
    high : of those whose stage says high, the share in the high tier
    lost : of the high tier, the share of whom the stage says low, or nothing
    """

    case: str
    right: Estimate
    high: Estimate
    lost: Estimate


def shortcut(stage: pd.Series, tier: pd.Series) -> Shortcut:
    """Hold the handbook's tier, which follows from the stage, against one by what customers spend.

    Parameters
    ----------
    stage : from `handbook_stages`
    tier : from `rfm_tiers.value_tiers`; customers who aren't in it are left out
    """
    said = stage.reindex(tier.index).astype(str).map(SHORTCUT)
    tier = tier.astype(str)
    right = share_of((said == tier)[said.notna()])
    high = share_of((tier == "high")[said == "high"])
    lost = share_of((said != "high")[tier == "high"])
    case = "unknown" if not right.known else "follows" if right.value >= 0.9 else "misses"
    return Shortcut(case, right, high, lost)


def share_of(hits: pd.Series) -> Estimate:
    """The share of True; unknown for none at all."""
    return Estimate(float(hits.mean()) if len(hits) else np.nan, unit="share", n=len(hits))


def tiers_within(stage: pd.Series, tier: pd.Series) -> pd.DataFrame:
    """Share of each stage in each tier, and the customers of the stage; stages without customers are left out."""
    counted = pd.crosstab(stage.reindex(tier.index).astype(str), tier.astype(str))
    counted = counted.reindex([s for s in HANDBOOK if s in counted.index]).reindex(columns=["high", "middle", "low"], fill_value=0)  # fmt: skip
    shares = counted.div(counted.sum(axis=1), axis=0)
    return shares.rename_axis(index="stage", columns=None).assign(customers=counted.sum(axis=1))


def tier_profile(yearly: pd.Series, tier: pd.Series) -> pd.DataFrame:
    """Customers of each tier, what one spends a year in the middle, and the tier's share of all yearly spend."""
    by = yearly.groupby(tier, observed=True)
    found = {
        "customers": by.size(),
        "median yearly spend": by.median(),
        "share of spend": by.sum() / yearly.sum(),
    }
    return pd.DataFrame(found).reindex(["high", "middle", "low"]).dropna(how="all").rename_axis("tier")


def high_tiers_agree(measures: dict[str, pd.Series]) -> pd.DataFrame:
    """Of the high tier by one measure, the share that is in the high tier by each other; measures nobody has are left out."""
    high = {name: value_tiers(m) == "high" for name, m in measures.items() if m.notna().any()}
    rows = {one: {other: float(high[other][of].mean()) for other in high} for one, of in high.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("high tier by")


def tastes(
    orders: pd.DataFrame, lines: pd.DataFrame, products: pd.DataFrame, classes: pd.Series, most: int = 8
) -> pd.DataFrame:
    """Of each class, the share of customers by the category on which they spent most.

    Parameters
    ----------
    classes : class by customer
    most : categories that are shown, the largest first

    Returns
    -------
    pandas.DataFrame
        index class, a column per category; rows of classes without a known category are left out.
    """
    category = products.drop_duplicates("product_id").set_index("product_id")["category"]
    buyer = orders.set_index("order_id")["customer_id"]
    bought = pd.DataFrame({
        "customer_id": lines["order_id"].map(buyer), "category": lines["product_id"].map(category), "amount": lines["amount"],
    }).dropna()  # fmt: skip
    spent = bought.groupby(["customer_id", "category"])["amount"].sum().reset_index()
    favourite = spent.sort_values("amount").groupby("customer_id")["category"].last()
    table = pd.crosstab(classes.reindex(favourite.index).astype(object), favourite, normalize="index")
    order = favourite.value_counts().index[:most]
    rows: Sequence[str] = [name for name in classes.cat.categories if name in table.index]
    return table.reindex(index=rows, columns=order).rename_axis(index="class", columns="favourite category")


@dataclass(frozen=True)
class OneTaste:
    """The most common favourite of one class, and its share."""

    of: str = ""
    category: str = ""
    share: Estimate = UNKNOWN


def widest(table: pd.DataFrame) -> OneTaste:
    """The class that agrees least on what it likes, from `tastes`."""
    if table.empty:
        return OneTaste()
    name = table.max(axis=1).idxmin()
    return OneTaste(
        str(name), str(table.loc[name].idxmax()), Estimate(float(table.loc[name].max()), unit="share")
    )
