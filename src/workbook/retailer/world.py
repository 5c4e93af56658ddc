"""All parts of the retailer put together, and the truth behind them."""

import numpy as np
import pandas as pd

from workbook.retailer import assortment, buying, marketing, people
from workbook.retailer.season import Season, make_season
from workbook.retailer.streams import stream
from workbook.tables import schema
from workbook.tables.dataset import Dataset, validate
from workbook.tables.errors import DataError

YEAR = 365.25 / 7  # in weeks


def generate(customers: int = 5000, months: int = 24, seed: int = 2026) -> Dataset:
    """Make the retailer's data and its truth; the same settings give the same data to the bit.

    Parameters
    ----------
    customers : number of customers won in the period, from 1
    months : whole months up to the end of 2025, from 1
    seed : of all randomness, from 0

    Raises
    ------
    DataError
        for a setting out of range.
    """
    for name, value, least in (("customers", customers, 1), ("months", months, 1), ("seed", seed, 0)):
        if value < least:
            raise DataError(f"{name} must be a whole number from {least} on; got {value}.")
    season = make_season(months)
    folk = people.make_people(customers, season, stream(seed, "people"))
    tastes = people.make_tastes(customers, stream(seed, "tastes"))
    steps = people.step_chances(folk["price_level"].to_numpy())
    products = assortment.make_products(stream(seed, "products"))
    stores = assortment.make_stores(stream(seed, "stores"))

    bought = buying.purchase_times(folk, float(season.clock[-1]), stream(seed, "purchases"))
    orders = buying.make_orders(bought, folk, season, stream(seed, "orders"))
    lines = buying.make_lines(orders, tastes, steps, products, stream(seed, "lines"))
    back = buying.make_returns(lines, orders, products, stream(seed, "returns"))
    basket = buying.expected_basket(folk, tastes, steps, products)

    tomorrow = season.end + pd.Timedelta(days=1)
    seen = int((orders["ordered_at"] < tomorrow).sum())  # orders are by time, so the seen ones come first
    seen_lines = lines[lines["at"] < seen]
    order_table = buying.orders_table(orders[:seen], seen_lines, customers)
    first = order_table.groupby("customer_id")["ordered_at"].min()
    joined = pd.DatetimeIndex(first.reindex(people.customer_ids(customers)))
    customer_table = people.customers_table(folk, joined)
    month_starts = pd.date_range(season.start, season.end, freq="MS")
    tables = {
        "customers": customer_table,
        "products": products,
        "stores": stores,
        "orders": order_table,
        "order_lines": lines_table(seen_lines, order_table, products),
        "returns": returns_table(back[back["returned_at"] < tomorrow], lines, orders, products, customers),
        "marketing_costs": marketing.make_costs(
            customer_table, order_table, month_starts, stream(seed, "marketing")
        ),
    }
    truth = {
        "customers": true_customers(folk, season, bought, basket, orders[seen:], lines, back),
        "channels": true_channels(folk, basket),
    }
    return Dataset(
        name="lanyu",
        tables=validate(tables, schema.CONTRACTS),
        start=season.start,
        end=season.end,
        currency="CNY",
        truth=validate(truth, schema.TRUTH),
        facts={"customers": customers, "months": months, "seed": seed},
    )


def lines_table(lines: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame) -> pd.DataFrame:
    """What the till keeps of a line; see `tables.schema.OrderLines`."""
    kept = lines[["line", "quantity", "unit_price", "amount"]].reset_index(drop=True)
    kept.insert(0, "order_id", orders["order_id"].to_numpy()[lines["at"]])
    kept.insert(2, "product_id", products["product_id"].to_numpy()[lines["product"]])
    return kept


def returns_table(
    back: pd.DataFrame, lines: pd.DataFrame, orders: pd.DataFrame, products: pd.DataFrame, n: int
) -> pd.DataFrame:
    """What the till keeps of a return, by time; see `tables.schema.Returns`."""
    back = back.sort_values(["returned_at", "at"], ignore_index=True)
    line = lines.iloc[back["at"]].reset_index(drop=True)
    order = orders.iloc[line["at"]].reset_index(drop=True)
    return pd.DataFrame(
        {
            "return_id": people.numbered("R", len(back), 7),
            "customer_id": people.customer_ids(n)[order["who"]],
            "returned_at": back["returned_at"],
            "order_id": order["order_id"],
            "line": line["line"],
            "product_id": products["product_id"].to_numpy()[line["product"]],
            "quantity": line["quantity"],
            "amount": line["amount"],
        }
    )


def true_customers(
    folk: pd.DataFrame,
    season: Season,
    bought: pd.DataFrame,
    basket: pd.DataFrame,
    future: pd.DataFrame,
    lines: pd.DataFrame,
    back: pd.DataFrame,
) -> pd.DataFrame:
    """What is known of each customer by whoever made the world; see `tables.schema.TrueCustomers`."""
    n, now = len(folk), season.now
    gone = bought[bought["left"]].set_index("who")["inner"].reindex(range(n))
    active = ~(gone <= now).to_numpy()
    expected = active * expected_purchases(folk["rate"], folk["dropout"], float(season.clock[-1]) - now)
    margin = lines["margin"].to_numpy().copy()
    margin[back["at"]] = 0.0  # what comes back is sold again: its margin is lost, its cost is not
    of_order = np.bincount(lines["at"], weights=margin)
    whole_day = np.searchsorted(season.clock, gone.fillna(0), side="right") - 1
    truth = pd.DataFrame(
        {
            "customer_id": people.customer_ids(n),
            "purchase_rate": folk["rate"],
            "dropout_probability": folk["dropout"],
            "dropped_out_at": pd.Series(season.days[whole_day]).mask(gone.isna().to_numpy()),
            "active": active,
            "mean_spend": basket["spend"],
            "mean_margin": basket["margin"],
            "expected_purchases_12m": expected,
            "expected_value_12m": expected * basket["margin"],
            "purchases_12m": np.bincount(bought.loc[bought["inner"] >= now, "who"], minlength=n),
            "value_12m": np.bincount(future["who"], weights=of_order[future.index], minlength=n),
        }
    )
    return truth.assign(**truth.select_dtypes("float").round(6))


def true_channels(folk: pd.DataFrame, basket: pd.DataFrame) -> pd.DataFrame:
    """Cost and worth of a customer by channel, in expectation; see `tables.schema.TrueChannels`."""
    in_3_years = 1 + expected_purchases(folk["rate"], folk["dropout"], 3 * YEAR)
    worth = (in_3_years * basket["margin"]).groupby(folk["channel"]).mean()
    channels = people.CHANNELS.assign(value_3y=worth.reindex(people.CHANNELS.index))
    channels = channels.dropna(subset="value_3y").rename(columns={"cost": "acquisition_cost"})
    return channels[["channel", "acquisition_cost", "value_3y"]].round(2).reset_index(drop=True)


def expected_purchases(rate: pd.Series, dropout: pd.Series, weeks: float) -> pd.Series:
    """Expected number of purchases in the next ``weeks`` of a customer who is active now."""
    return -np.expm1(-rate * dropout * weeks) / dropout
