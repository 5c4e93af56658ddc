"""What is bought together: rules from baskets, by the library mlxtend behind one adapter.

A rule a → b has support (share of baskets with both), confidence (share of the baskets with a that have b) and lift
(confidence over the share of all baskets that have b) (Agrawal & Srikant 1994).
"""

import warnings
from dataclasses import dataclass
from math import comb

import pandas as pd
from scipy.stats import hypergeom

from workbook.analytics.estimate import Estimate
from workbook.tables.matching import is_in

UNKNOWN = Estimate()
MOST_BASKETS, MOST_KINDS = 50_000, 100  # the newest ones, and the kinds that most of them have
FEWEST = 10  # baskets with both; a pair that fewer have is nothing to go by
RULES = ["support", "confidence", "lift", "leverage"]


def kinds(products: pd.DataFrame | None, bought: pd.DataFrame) -> pd.Series:
    """What each product is called in a rule: style and category where they are known, else its name, else its id."""
    ids = pd.Index(bought["product_id"].unique(), name="product_id")
    about = pd.DataFrame(index=ids) if products is None else products.set_index("product_id").reindex(ids)
    told = [c for c in ("style", "category") if c in about and about[c].notna().any()]
    told = told or [c for c in ("name",) if c in about]
    words = (
        about[told].fillna("").astype(str).agg(" ".join, axis=1).str.strip() if told else pd.Series("", ids)
    )
    return words.where(words != "", ids.to_series())


def baskets(bought: pd.DataFrame, kind: pd.Series) -> pd.DataFrame:
    """A row an order, a column a kind of product: whether it is in the basket; orders of one kind alone count, too.

    Of many kinds the `MOST_KINDS` most frequent remain: pairs of others are too seldom for a rule.
    """
    newest = bought.drop_duplicates("order_id").nlargest(MOST_BASKETS, "ordered_at")["order_id"]
    lines = bought[is_in(bought["order_id"], newest)]
    named = lines.assign(kind=lines["product_id"].map(kind))
    often = named.drop_duplicates(["order_id", "kind"])["kind"].value_counts().head(MOST_KINDS)
    table = pd.crosstab(named["order_id"], named["kind"].where(named["kind"].isin(often.index), ""))
    return table.drop(columns="", errors="ignore").astype(bool)


def rules(
    table: pd.DataFrame,
    *,
    support: float = 0.005,
    fewest: int = FEWEST,
    metric: str = "lift",
    least: float = 1.0,
) -> pd.DataFrame:
    """Rules of one kind of product for one other, the highest lift first.

    Parameters
    ----------
    table : from `baskets`
    support, fewest : least share, and least number, of baskets that have both

    Returns
    -------
    pandas.DataFrame
        if, then, support, confidence, lift, leverage.
    """
    support = max(support, fewest / max(len(table), 1))
    found = all_rules(table, support=support, metric=metric, least=least)
    pairs = found[(found["antecedents"].map(len) == 1) & (found["consequents"].map(len) == 1)]
    return (
        pairs.assign(
            **{
                "if": pairs["antecedents"].map(lambda s: next(iter(s))),
                "then": pairs["consequents"].map(lambda s: next(iter(s))),
            }
        )[["if", "then", *RULES]]
        .sort_values(["lift", "if", "then"], ascending=[False, True, True])
        .reset_index(drop=True)
    )


def all_rules(table: pd.DataFrame, *, support: float, metric: str, least: float) -> pd.DataFrame:
    """Rules as mlxtend gives them; none where no two things are bought together often enough."""
    from mlxtend.frequent_patterns import association_rules, fpgrowth

    empty = pd.DataFrame(columns=["antecedents", "consequents", *RULES])
    if support > 1:  # more baskets are asked for than there are
        return empty
    frequent = fpgrowth(table, min_support=support, use_colnames=True, max_len=2)
    if frequent.empty or frequent["itemsets"].map(len).max() < 2:
        return empty
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # Zhang's metric divides by zero
        return association_rules(frequent, metric=metric, min_threshold=least)


def frequent_sets(table: pd.DataFrame, support: float) -> pd.DataFrame:
    """Sets of kinds that at least this share of baskets has: support, itemsets."""
    from mlxtend.frequent_patterns import fpgrowth

    return fpgrowth(table, min_support=support, use_colnames=True)


@dataclass(frozen=True)
class Rule:
    """The rule with the highest lift.

    Attributes
    ----------
    case : found, chance (so many baskets with both may be chance), or none
    given, then : kinds of products
    lift : of it; it was chosen among many, so that no interval is stated
    others : share of the baskets with the first that don't have the second
    """

    case: str
    given: str = ""
    then: str = ""
    lift: Estimate = UNKNOWN
    others: float = float("nan")


def strongest(found: pd.DataFrame, table: pd.DataFrame) -> Rule:
    """The first of some rules, from the baskets that they are of."""
    if found.empty:
        return Rule("none")
    row = found.iloc[0]
    case = "chance" if by_chance(row, table) > 0.05 else "found"
    lift = Estimate(float(row["lift"]), n=len(table))
    return Rule(case, row["if"], row["then"], lift, 1 - float(row["confidence"]))


def by_chance(rule: pd.Series, table: pd.DataFrame) -> float:
    """P of so many baskets with both kinds if they had nothing to do with each other, for all pairs of kinds (Bonferroni)."""
    given, then = table[rule["if"]], table[rule["then"]]
    alone = hypergeom.sf((given & then).sum() - 1, len(table), given.sum(), then.sum())
    return float(min(1.0, alone * comb(table.shape[1], 2)))
