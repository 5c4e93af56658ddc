"""What customers who do not leave are worth: the margin of the years to come, with leaving as it is and rarer.

The purchases are BG/NBD's (`workbook.analytics.value.btyd`): who leaves does so after a purchase. A system that makes leaving
rarer earns nothing on its first day; it earns what those go on to buy who would have left.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.value import btyd
from workbook.analytics.value.lifetime_value import WEEKS_PER_YEAR, line_margins, margin_share
from workbook.tables.dataset import Dataset
from workbook.tables.summary import customer_summary

MONTHS = 12
STAYS = 0.95  # share of customers active by the model, or of the second third who come in the last: hardly any leaving to prevent
SILENT = 180  # days
NOTHING = Estimate()  # that is known


@dataclass(frozen=True)
class Base:
    """Customers to whom a system would come, and what is known of their purchases.

    Attributes
    ----------
    case : fitted, nobody_leaves (the model finds hardly any leaving to prevent, and the orders show none), overlooked (the model finds
        hardly any, but ever fewer come), or not_fitted (too few buy again)
    summary : a row a customer, time in weeks
    model : of their purchases
    each : expected margin of one purchase of each
    sales : their revenue in the last 12 months
    margin : share of it that is left after goods and returns
    later : of those who bought in the first third of the time, the share that bought in the second, and in the last
    """

    case: str
    summary: pd.DataFrame
    model: btyd.PurchaseModel
    each: pd.Series
    sales: float
    margin: float
    later: tuple[Estimate, Estimate] = (NOTHING, NOTHING)

    @property
    def customers(self) -> int:
        """How many there are."""
        return len(self.summary)

    @property
    def active(self) -> float:
        """How many of them are expected to be still active."""
        return float(self.model.alive(self.summary).sum(min_count=1))

    def by_month(self, months: int, change: float = 0.0) -> np.ndarray:
        """Expected margin of each month to come, with leaving after a purchase changed by a share from now on."""
        if not self.model.fitted:
            return np.full(months, np.nan)
        at = np.arange(1, months + 1) * WEEKS_PER_YEAR / MONTHS
        worth = self.each * self.model.alive(self.summary)
        same = self.summary.assign(worth=worth).groupby(["frequency", "T"], as_index=False)["worth"].sum()
        total = same["worth"].to_numpy() @ self.model.purchases_if_active(same, at, 1 + change)
        return np.diff(total, prepend=0.0)


def base(shop: Dataset, orders: pd.DataFrame, without: pd.Series, otherwise: float) -> Base:
    """Customers whom a system would come to, with a model of purchases that is fitted to all customers.

    Parameters
    ----------
    orders : those to learn from
    without : customers who are to be in the base, their ids
    otherwise : margin where the data can't tell
    """
    summary = customer_summary(orders, shop.today)
    model = btyd.fit_purchases(summary)
    lines = shop.order_lines
    kept = margin_share(lines, line_margins(lines, shop.products, shop.returns), otherwise)
    own = summary[summary.index.isin(without)]
    each = own["total_spend"] / (own["frequency"] + 1)
    year = orders[orders["ordered_at"] >= shop.today + pd.Timedelta(days=1) - pd.DateOffset(months=MONTHS)]
    sales = float(year.loc[year["customer_id"].isin(own.index), "amount"].sum())
    later = later_thirds(orders[orders["customer_id"].isin(own.index)], shop.today)
    return Base(base_case(model, own, *later), own, model, kept * each, sales, kept, later)


def later_thirds(orders: pd.DataFrame, today: pd.Timestamp) -> tuple[Estimate, Estimate]:
    """Of those who bought in the first third of the time, the share that bought in the second, and in the last.

    Where customers leave, ever fewer come, whatever a model says; a busy season at the end hides some of that.

    Parameters
    ----------
    orders : customer_id, ordered_at, up to ``today``
    today : last day of the data
    """
    day = orders["ordered_at"].dt.normalize()
    third = (3 * (day - day.min()).dt.days) // ((today - day.min()).days + 1)
    first, *later = (set(orders.loc[third == number, "customer_id"]) for number in range(3))
    n = len(first)
    middle, last = (Estimate(len(first & part) / n if n else np.nan, unit="share", n=n) for part in later)
    return middle, last


def base_case(model: btyd.PurchaseModel, summary: pd.DataFrame, middle: Estimate, last: Estimate) -> str:
    """What the model, and what `later_thirds`, make of these customers, see `Base`."""
    if not model.fitted:
        return "not_fitted"
    if float(model.alive(summary).mean()) <= STAYS:
        return "fitted"
    return "nobody_leaves" if last.value >= STAYS * middle.value else "overlooked"


def silence(base: Base) -> dict[str, Estimate]:
    """Share of the customers active by the model, share silent for half a year, and `later_thirds`: what a reader sets against each other."""
    n, quiet = base.customers, base.summary["days_since_last"] > SILENT
    active = base.active / n if n else np.nan
    middle, last = base.later
    return {
        "active": Estimate(active, unit="share", n=n),
        "silent": Estimate(float(quiet.mean()) if n else np.nan, unit="share", n=n),
        "middle": middle,
        "last": last,
    }


def not_in(customers: pd.DataFrame, orders: pd.DataFrame, cities: str) -> pd.Series:
    """Ids of the customers of orders who do not live in cities that have the system already; without cities, all."""
    everybody = pd.Series(orders["customer_id"].unique(), dtype="str")
    if "city" not in customers or not cities.strip():
        return everybody
    named = [city.strip() for city in cities.split(",")]
    there = customers.loc[customers["city"].isin(named), "customer_id"]
    return everybody[~everybody.isin(there)]


def years_of(base: Base, years: int, change: float) -> pd.DataFrame:
    """Margin by year: index year from 1; as it is, with rarer leaving, added, and added as a share of it."""
    plain, kept = (base.by_month(years * MONTHS, c).reshape(years, MONTHS).sum(axis=1) for c in (0.0, change))
    table = pd.DataFrame({"as it is": plain, "with the system": kept}, index=range(1, years + 1)).rename_axis(
        "year"
    )
    added = table["with the system"] - table["as it is"]
    return table.assign(added=added, share=added / table["as it is"])


def first_year_share(years: pd.DataFrame) -> Estimate:
    """By how much rarer leaving raises the margin of the first year."""
    return Estimate(float(years["share"].iloc[0]), unit="change")


def added_by_month(base: Base, months: int, change: float) -> pd.DataFrame:
    """Margin added in each month: if the margin itself rose by the claim from the first day on, and by those who stay."""
    plain, kept = base.by_month(months), base.by_month(months, change)
    frame = pd.DataFrame(
        {"if margin rose by the claim": -change * plain, "from customers who stay": kept - plain}
    )
    return frame.set_axis(range(1, months + 1)).rename_axis("month after the go-live")


def described(base: Base, unit: str) -> pd.DataFrame:
    """What is known of the base: index what; value, unit; what is not known is left out."""
    rows = {
        "customers without the system": (base.customers, "customers"),
        "of these still active, by the model": (base.active, "customers"),
        "their sales in the last 12 months": (base.sales, unit),
        "margin on sales": (base.margin, "share"),
    }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "unit"]).dropna()
