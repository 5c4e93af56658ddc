"""Mistakes that are made before the first score, and what each of them does to the customers of a shop.

A till's journal has a row per line, and a row with a minus for what came back. What follows counts the wrong rows of it,
breaks ties by their order, or deletes the best customers as outliers.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.segments.rfm_tiers import quantile_scores
from workbook.tables.matching import is_in

REACH = (
    1.5  # times the distance of the quartiles, from which on the rule calls a value an outlier (Tukey 1977)
)
NOBODY, RICH = 0.01, 2.0  # share of customers who are hardly anybody; times their share that is far more
BEST = 10  # customers


def journal(orders: pd.DataFrame, lines: pd.DataFrame, returns: pd.DataFrame) -> pd.DataFrame:
    """Sales and returns as a till's journal has them.

    Parameters
    ----------
    orders, lines : what was sold; an order without lines is one
    returns : what came back; all of one order and day is one document

    Returns
    -------
    pandas.DataFrame
        customer_id, document, at, sale (false for what came back) and amount, which is below 0 then; in order of time.
    """
    of = ["order_id", "customer_id", "ordered_at"]
    sold = orders[[*of, "amount"]].merge(
        lines[["order_id", "amount"]], "left", "order_id", suffixes=("", "_line")
    )
    sales = sold.assign(
        amount=sold["amount_line"].fillna(sold["amount"]), document=sold["order_id"], sale=True
    )
    day = returns["returned_at"].dt.strftime(", back on %Y-%m-%d")
    back = returns.assign(
        document=returns["order_id"].fillna("a return") + day, sale=False, amount=-returns["amount"]
    )
    columns = ["customer_id", "document", "at", "sale", "amount"]
    parts = [sales.rename(columns={"ordered_at": "at"}), back.rename(columns={"returned_at": "at"})]
    both = pd.concat([part[columns] for part in parts if len(part)] or [sales.assign(at=pd.NaT)[columns]])
    return both.sort_values(["at", "sale"], ascending=[True, False], kind="stable").reset_index(drop=True)  # fmt: skip


def example(rows: pd.DataFrame) -> pd.DataFrame:
    """The journal of one customer who shows all of it: several lines in one order, and something sent back."""
    lines = rows[rows["sale"]].groupby("document").size().rename("lines")
    largest = rows.join(lines, on="document").groupby("customer_id")["lines"].max()
    of = rows.groupby("customer_id")["sale"].agg(["size", "all"]).join(largest)
    fits = of[~of["all"] & (of["lines"] > 1)]
    chosen = (fits if len(fits) else of).sort_values("size", kind="stable").index[:1]
    return rows[rows["customer_id"].isin(chosen)]


def effects(rows: pd.DataFrame, as_of: pd.Timestamp, bins: int = 5) -> pd.DataFrame:
    """What three ways to misread a journal do, against orders counted once and returns taken off.

    Parameters
    ----------
    rows : from `journal`
    as_of : day of the recency
    bins : number of scores

    Returns
    -------
    pandas.DataFrame
        a row per mistake: change of all purchases and of all spend (relative), and the share of customers with another
        score in any of R, F, M.
    """
    sales = rows[rows["sale"]]
    right = measured(sales.groupby("customer_id")["document"].nunique(), sales, rows, as_of)
    everything = rows[is_in(rows["customer_id"], right.index)]
    ways = {
        "lines counted as purchases": measured(sales.groupby("customer_id").size(), sales, rows, as_of),
        "rows with a minus dropped": measured(right["purchases"], sales, sales, as_of),
        "returns counted as purchases": measured(
            everything.groupby("customer_id")["document"].nunique(), everything, rows, as_of
        ),
    }
    found = {
        name: [*(way[["purchases", "total_spend"]].sum() / right[["purchases", "total_spend"]].sum() - 1), rescored(right, way, bins)]
        for name, way in ways.items()
    }  # fmt: skip
    columns = ["change of purchases", "change of spend", "customers with another score"]
    return pd.DataFrame.from_dict(found, orient="index", columns=columns).rename_axis("mistake")


def measured(
    purchases: pd.Series, dated: pd.DataFrame, paid: pd.DataFrame, as_of: pd.Timestamp
) -> pd.DataFrame:
    """R, F and M of each customer from the rows that somebody takes for purchases, for their dates, and for their money."""
    last = dated.groupby("customer_id")["at"].max().dt.normalize().reindex(purchases.index)
    spend = paid.groupby("customer_id")["amount"].sum().reindex(purchases.index)
    return pd.DataFrame(
        {"days_since_last": (as_of - last).dt.days, "purchases": purchases, "total_spend": spend}
    )


def rescored(right: pd.DataFrame, way: pd.DataFrame, bins: int) -> float:
    """Share of customers whose scores differ between two readings."""
    differ = pd.Series(False, index=right.index)
    for measure in right:
        more = measure != "days_since_last"
        one, other = (quantile_scores(frame[measure], bins, more_is_better=more) for frame in (right, way))
        differ |= (one != other.reindex(one.index)).fillna(True).astype(bool)
    return float(differ.mean())


@dataclass(frozen=True)
class Worst:
    """The mistake that gives most customers another score, and their share."""

    mistake: str
    share: Estimate


def worst(found: pd.DataFrame) -> Worst:
    """The worst of `effects`."""
    share = found["customers with another score"]
    return Worst(str(share.idxmax()), Estimate(float(share.max()), unit="share"))


@dataclass(frozen=True)
class Outliers:
    """Whom the rule of the quartiles would delete.

    Attributes
    ----------
    case : few (hardly anybody), alike (about as much of the spend as of the customers), rich (far more), unknown
    above : the largest spend that the rule keeps
    customers, spend : share that it deletes
    kept : of the ten who spent most, how many it keeps
    """

    case: str
    above: Estimate
    customers: Estimate
    spend: Estimate
    kept: int


def is_outlier(spend: pd.Series) -> pd.Series:
    """Whether the rule of the quartiles would delete a customer, see `REACH`."""
    quarter, three = spend.quantile([0.25, 0.75])
    reach = REACH * (three - quarter)
    return ~spend.between(quarter - reach, three + reach)


def outliers(spend: pd.Series, currency: str) -> Outliers:
    """Apply the rule of the quartiles to what customers spent.

    Parameters
    ----------
    spend : by customer
    currency : of the amounts
    """
    out, n = is_outlier(spend), len(spend)
    customers = Estimate(float(out.mean()), unit="share", n=n)
    share = Estimate(float(spend[out].sum() / spend.sum()) if spend.sum() > 0 else np.nan, unit="share", n=n)
    above = Estimate(float(spend[~out].max()), unit=currency)
    case = "few" if customers.value < NOBODY else "rich" if share.value >= RICH * customers.value else "alike"
    kept = int((~out)[spend.nlargest(BEST).index].sum())
    return Outliers(case if share.known else "unknown", above, customers, share, kept)


def deleted_by_class(spend: pd.Series, classes: pd.Series) -> pd.DataFrame:
    """Customers of each class, and the share of them that the rule would delete; classes without customers are left out."""
    by = is_outlier(spend).groupby(classes, observed=True)
    return pd.DataFrame({"customers": by.size(), "share that is deleted": by.mean()})
