"""What a firm's own go-live says: the margin of customers in its cities against the others, before and after.

A difference in differences (`workbook.analytics.experiments.causal`): it is the effect if both would have changed by as much.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal
from workbook.analytics.value.lifetime_value import customer_profits, line_margins
from workbook.tables.dataset import Dataset

MONTHS = 12


@dataclass(frozen=True)
class Evidence:
    """What the go-live did to the margin of a year.

    Attributes
    ----------
    case : up, down, unclear or unknown
    lift : change of the margin against what it would have been
    spread : standard deviation of a customer's change of margin over the mean margin of a year
    customers : in the go-live cities, and in the others
    means : mean margin before and after, and its change, of both
    """

    case: str
    lift: Estimate
    spread: float
    customers: tuple[int, int]
    means: pd.DataFrame

    @property
    def parts(self) -> dict[str, float | Estimate]:
        """The sum by which the change was found: here and elsewhere (changes of the mean margin), added (their difference), without
        (mean margin of the go-live cities without the system), lift (added over without).
        """
        names = ["here", "elsewhere", "added", "without"]
        if self.means.empty:
            return dict.fromkeys(names, np.nan) | {"lift": self.lift}
        elsewhere, here = (
            float(self.means["change"].get(n, np.nan)) for n in ("other cities", "go-live cities")
        )
        without = float(self.means["before"].get("go-live cities", np.nan)) + elsewhere
        return dict(zip(names, [here, elsewhere, here - elsewhere, without], strict=True)) | {
            "lift": self.lift
        }


def evidence(shop: Dataset, cities: str, began: pd.Timestamp) -> Evidence:
    """Compare customers who had come before the go-live: margin in up to 12 months from then on, against as long before.

    Parameters
    ----------
    cities : in which the system went live
    began : the day; missing where it has not come
    """
    if pd.isna(began):
        return Evidence("unknown", Estimate(unit="change"), np.nan, (0, 0), pd.DataFrame())
    here = shop.customers.set_index("customer_id")["city"].isin([c.strip() for c in cities.split(",")])
    of = margins_around(shop, began)
    treated = here.reindex(of.index).fillna(False).astype(bool)
    found = causal.difference_in_differences(of["before"], of["after"], treated)
    means = of.groupby(treated).mean()
    names = {True: "go-live cities", False: "other cities"}
    means = means.assign(change=means["after"] - means["before"])
    change = of["after"] - of["before"]
    usual = float(of["after"].mean())
    return Evidence(
        found.change.verdict,
        found.change,
        float(change.std() / usual) if usual > 0 else np.nan,
        (found.n_treated, found.n_control),
        means.rename(index=names).rename_axis(f"mean margin of a customer, {shop.currency or 'money'}"),
    )


def margins_around(shop: Dataset, began: pd.Timestamp) -> pd.DataFrame:
    """Margin of each customer who had come before a day: index customer_id; before and after it, in as long a time, at most a year."""
    over = min(shop.today + pd.Timedelta(days=1), began + pd.DateOffset(months=MONTHS))
    orders = shop.orders
    margins = line_margins(shop.order_lines, shop.products, shop.returns)
    known = orders.loc[orders["ordered_at"] < began, "customer_id"].unique()
    times = {"before": (began - (over - began), began), "after": (began, over)}
    of = {
        name: customer_profits(
            orders[(orders["ordered_at"] >= first) & (orders["ordered_at"] < last)], shop.order_lines, margins
        )
        for name, (first, last) in times.items()
    }
    return pd.DataFrame({name: made.reindex(known).fillna(0.0) for name, made in of.items()})


def true_lift(benefit: pd.DataFrame, began: pd.Timestamp, today: pd.Timestamp) -> float:
    """The true change of that margin, from the truth of the go-live; missing before it."""
    if pd.isna(began):
        return np.nan
    after = min(today + pd.Timedelta(days=1), began + pd.DateOffset(months=MONTHS))
    months = benefit[(benefit["month"] >= began.to_period("M").to_timestamp()) & (benefit["month"] < after)]
    added = months["added_known"].sum()
    without = months["margin_known"].sum() - added
    return float(added / without) if without > 0 else np.nan


def against_claim(found: Evidence, claimed: float) -> str:
    """What the measured change says of a claimed one: up or down (zero is outside of the interval), unclear (it contains both), excluded
    (it contains zero and not the claim), or unknown.
    """
    if found.case != "unclear":
        return found.case
    return "unclear" if found.lift.contains(claimed) else "excluded"
