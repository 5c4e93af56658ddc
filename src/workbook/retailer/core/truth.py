"""What is known of each customer by whoever made the world."""

import numpy as np
import pandas as pd

from workbook.retailer.customers.demography import true_work
from workbook.retailer.customers.needs import KINDS, NEEDS, SCENES, named
from workbook.retailer.customers.people import CHANNELS
from workbook.retailer.customers.personas import SEGMENTS
from workbook.retailer.sales.assortment import CATEGORIES, STYLES
from workbook.retailer.sales.sales import Sales
from workbook.retailer.service.service_effects import Service

YEAR = 365.25 / 7  # in weeks
DIGITS = {
    "purchase_rate": 6,
    "dropout_probability": 6,
    "expected_purchases_12m": 4,
    "engagement": 3,
    "price_level": 3,
}


def true_customers(sales: Sales, service: Service) -> pd.DataFrame:
    """Rates, leaving and worth of each customer; see `tables.contracts.truth.TrueCustomers`."""
    season, folk, bought = service.timeline.season, sales.people, sales.bought
    n, now = len(folk), season.now
    gone = bought[bought["left"]].set_index("who")["inner"].reindex(range(n))
    active = ~(gone <= now).to_numpy()
    dropout = service.dropout_now(folk, now)
    weeks = float(season.clock[-1]) - now
    plain, faster = folk["rate"].to_numpy(), (folk["rate"] * folk["programme"]).to_numpy()
    rate = rates_at(sales, now)
    expected = active * expected_purchases(rate, dropout, weeks)
    margin = sales.basket["margin"].to_numpy()
    own = (bought["cause"] == "own").to_numpy()  # the marketing of those 12 months isn't made
    to_come = own & (bought["inner"] >= now).to_numpy()
    future = sales.orders[sales.seen :]
    future = future[own[future["visit"]]]
    whole_day = np.searchsorted(season.clock, gone.fillna(0), side="right") - 1
    truth = pd.DataFrame(
        {
            "customer_id": sales.ids,
            "purchase_rate": rate,
            "dropout_probability": dropout,
            "dropped_out_at": pd.Series(season.days[whole_day]).mask(gone.isna().to_numpy()),
            "active": active,
            "mean_spend": sales.basket["spend"],
            "mean_margin": margin,
            "expected_purchases_12m": expected,
            "expected_value_12m": expected * margin,
            "value_without_programme_12m": active * expected_purchases(plain, dropout, weeks) * margin,
            "value_with_programme_12m": active * expected_purchases(faster, dropout, weeks) * margin,
            "purchases_12m": np.bincount(bought.loc[to_come, "who"], minlength=n),
            "purchase_days_12m": np.bincount(days_with_an_order(future)["who"], minlength=n),
            "value_12m": np.bincount(future["who"], weights=order_margins(sales)[future.index], minlength=n),
            "engagement": folk["engagement"],
            "price_level": folk["price_level"],
            "segment": SEGMENTS["segment"].to_numpy()[folk["segment"]],
        }
    )
    return truth.round({c: DIGITS.get(c, 2) for c in truth.select_dtypes("float")})


def true_tastes(sales: Sales) -> pd.DataFrame:
    """What each customer looks for; see `tables.contracts.truth.TrueTastes`."""
    categories, _, styles = sales.wants
    shares = np.column_stack([categories, styles]).round(4)
    return pd.DataFrame(shares, columns=[*CATEGORIES["category"], *STYLES]).assign(customer_id=sales.ids)


def true_needs(sales: Sales) -> pd.DataFrame:
    """What moves each customer, and who that is; see `tables.contracts.truth.TrueNeeds`."""
    about = sales.needs
    shares = about[[*NEEDS, *SCENES]].round(2)
    return shares.assign(customer_kind=named(KINDS, about["kind"]), **true_work(about), customer_id=sales.ids)


def days_with_an_order(orders: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and day with an order, as a model of purchases counts them: who, day."""
    days = orders.assign(day=orders["ordered_at"].dt.normalize())[["who", "day"]]
    return days.drop_duplicates()


def rates_at(sales: Sales, inner: float) -> np.ndarray:
    """Purchase rate of each customer as it stands at an inner time, membership included."""
    folk, bought = sales.people, sales.bought
    own = (bought["inner"] < inner) & (bought["nth"] >= 0)
    times = np.bincount(bought["who"], weights=own, minlength=len(folk))
    return (folk["rate"] * np.where(times > folk["member_from"], folk["programme"], 1.0)).to_numpy()


def order_margins(sales: Sales) -> np.ndarray:
    """Margin of each order: what comes back is sold again, so its margin is lost and its cost is not."""
    margin = sales.lines["margin"].to_numpy().copy()
    margin[sales.back["at"]] = 0.0
    return np.bincount(sales.lines["at"], weights=margin, minlength=len(sales.orders))


def channel_sums(sales: Sales, service: Service) -> pd.DataFrame:
    """Number of customers and their expected margin in 3 years, by channel (code), to be added over blocks."""
    folk = sales.people
    dropout = service.dropout_now(folk, service.timeline.season.now)
    in_3_years = 1 + expected_purchases(rates_at(sales, service.timeline.season.now), dropout, 3 * YEAR)
    worth = pd.DataFrame({"customers": 1, "worth": in_3_years * sales.basket["margin"]})
    return worth.groupby(folk["channel"].to_numpy()).sum()


def true_channels(sums: pd.DataFrame) -> pd.DataFrame:
    """Cost and worth of a customer by channel, in expectation; see `tables.contracts.truth.TrueChannels`."""
    value = (sums["worth"] / sums["customers"]).reindex(CHANNELS.index)
    channels = (
        CHANNELS.assign(value_3y=value).dropna(subset="value_3y").rename(columns={"cost": "acquisition_cost"})
    )
    return channels[["channel", "acquisition_cost", "value_3y"]].round(2).reset_index(drop=True)


def caused_orders(sales: Sales, orders: pd.DataFrame) -> pd.DataFrame:
    """Orders that came only because of a trial or of marketing; see `tables.contracts.truth.CausedOrders`.

    Parameters
    ----------
    orders : the table of orders, whose rows are those of ``sales`` that were seen
    """
    cause = sales.bought["cause"].to_numpy()[sales.orders["visit"][: sales.seen]]
    caused = cause != "own"
    return pd.DataFrame({"order_id": orders["order_id"][caused].array, "cause": cause[caused]})


def expected_purchases(rate: np.ndarray, dropout: np.ndarray, weeks: float) -> np.ndarray:
    """Expected number of purchases in the next ``weeks`` of a customer who is active now."""
    return -np.expm1(-rate * dropout * weeks) / dropout
