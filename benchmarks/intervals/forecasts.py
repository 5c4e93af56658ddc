"""A year's purchases and spend as the fitted models forecast them, beside what the same customers then do.

Where the worlds follow the models' own rules, as those of the bootstrap do, this says whether the interval is right if the
model is, as the notebook words it. On the retailer itself, whose seasons and programme the model doesn't know, it says
whether the interval that the miss of a backtest widens is right.
"""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.value import acquisition, backtests, btyd, forecast
from workbook.analytics.value.lifetime_value import WEEKS_PER_YEAR
from workbook.retailer.core.truth import channel_sums, true_channels, true_customers
from workbook.retailer.core.world import World, make_world
from workbook.retailer.customers.people import CHANNELS
from workbook.retailer.sales.sales import Sales, make_sales
from workbook.tables.summary import customer_summary

NOTEBOOK = "03_loyalty/02_customer_lifetime_value"
CUSTOMERS = 300
# By Student's t an interval from few draws is as right as one from many, only wider. Three are the fewest that give one,
# and nearly all of the time goes into fits. For that reason they also begin at the truth: the same end, sooner.
DRAWS = 3
OF_CHANNEL = 600  # customers, of whom more than the 350 came back that an interval takes
SHOP_DRAWS, SHOPS, YEAR = 10, 100, 365  # draws as in the notebook; worlds; days
BUYING = {"r": (0.5, 0.9), "alpha": (4.0, 7.0), "a": (0.6, 1.0), "b": (2.5, 4.0)}
PAYING = {"p": (2.0, 3.0), "q": (5.0, 7.0), "v": (1000.0, 1600.0)}


def models(rng: np.random.Generator) -> tuple[btyd.PurchaseModel, btyd.SpendModel]:
    """How fast customers buy and leave and what they spend: as at Lanyu, give or take."""
    buying, paying = (
        pd.Series({name: rng.uniform(*ends) for name, ends in of.items()}) for of in (BUYING, PAYING)
    )
    return (
        btyd.PurchaseModel("bgnbd", buying, np.nan, CUSTOMERS),
        btyd.SpendModel("gamma-gamma", paying, np.nan, CUSTOMERS),
    )


def purchases(rng: np.random.Generator) -> Found:
    """300 customers, won over two years; without amounts, so that no time goes into fits of spend."""
    truth, _ = models(rng)
    world = forecast.simulate_histories(truth.params, ages(rng), WEEKS_PER_YEAR, rng)
    model, none = btyd.fit_purchases(world, start=truth), btyd.fit_spend(world.assign(monetary_value=0.0))
    errors = forecast.bootstrap(model, none, world, WEEKS_PER_YEAR, draws=DRAWS, seed=rng)
    return found(model.expected_purchases(world, WEEKS_PER_YEAR), errors["purchases"], world["future"])


def spend(rng: np.random.Generator) -> Found:
    """The same with amounts. The value before discounting is this times a margin, which the notebook takes as known."""
    truth, paying = models(rng)
    world = forecast.simulate_histories(truth.params, ages(rng), WEEKS_PER_YEAR, rng)
    world = forecast.simulate_spend(paying.params, world, rng)
    model, money = btyd.fit_purchases(world, start=truth), btyd.fit_spend(world, start=paying)
    errors = forecast.bootstrap(model, money, world, WEEKS_PER_YEAR, draws=DRAWS, seed=rng)
    expected = model.expected_purchases(world, WEEKS_PER_YEAR) * money.expected_spend(world)
    return found(expected, errors["spend"], world["future_spend"])


def ages(rng: np.random.Generator, customers: int = CUSTOMERS) -> np.ndarray:
    """Weeks since each customer's first purchase."""
    return rng.uniform(2, 104, customers)


def found(expected: pd.Series, errors: pd.Series, came: pd.Series, bias: float = 0.0) -> Found:
    """Put the sum over all customers with its interval beside what came; missing where there was no fit."""
    total = float(expected.sum(min_count=1))
    return Found(total, float(came.sum()), *forecast.forecast_interval(total, errors, bias=bias))


def lived(rng: np.random.Generator) -> tuple[World, Sales]:
    """The retailer as it is bundled, of another seed."""
    world = make_world(seed=int(rng.integers(2**31)))
    (block,) = world.blocks()
    return world, make_sales(world.season, world.service, world.goods, block)


def own_orders(world: World, sales: Sales) -> pd.DataFrame:
    """Orders of the customers' own accord, amount and margin of what has not come back."""
    back = sales.back.loc[sales.back["returned_at"] < world.season.end + pd.Timedelta(days=1), "at"]
    kept = sales.lines.drop(index=back).groupby("at")[["amount", "margin"]].sum()
    seen = sales.orders[: sales.seen].drop(columns="amount").join(kept).fillna({"amount": 0.0, "margin": 0.0})
    own = seen[(sales.bought["cause"] == "own").to_numpy()[seen["visit"]]]
    return own.assign(customer_id=sales.ids.take(own["who"]).array)


def shop(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame, pd.Timestamp]:
    """Its orders, the truth of the year to come, and the last day."""
    world, sales = lived(rng)
    return own_orders(world, sales), true_customers(sales, world.service), world.season.end


def shop_purchases(rng: np.random.Generator) -> Found:
    """Days with a purchase in the year after the data, of all customers, as in the notebook."""
    orders, truth, today = shop(rng)
    summary = customer_summary(orders, today)
    model, none = btyd.fit_purchases(summary), btyd.fit_spend(summary.assign(monetary_value=0.0))
    errors = forecast.bootstrap(model, none, summary, WEEKS_PER_YEAR, draws=SHOP_DRAWS, seed=rng)
    miss = backtests.worst_miss(backtests.backtests(orders, today, YEAR, spend=False))
    bias = forecast.feared(miss, errors["purchases"])
    expected = model.expected_purchases(summary, WEEKS_PER_YEAR)
    return found(expected, errors["purchases"], truth["purchase_days_12m"], bias)


def shop_value(rng: np.random.Generator) -> Found:
    """Their margin, before discounting."""
    orders, truth, today = shop(rng)
    summary = customer_summary(orders, today)
    model, money = btyd.fit_purchases(summary), btyd.fit_spend(summary)
    errors = forecast.bootstrap(model, money, summary, WEEKS_PER_YEAR, draws=SHOP_DRAWS, seed=rng)
    miss = backtests.worst_miss(backtests.backtests(orders, today, YEAR), "spend")
    kept = orders["margin"].sum() / orders["amount"].sum()
    expected = model.expected_purchases(summary, WEEKS_PER_YEAR) * money.expected_spend(summary) * kept
    return found(expected, errors["spend"], truth["value_12m"], forecast.feared(miss, errors["spend"]))


def new_customers(rng: np.random.Generator) -> Found:
    """A new customer's three years by channel: the intervals of three channels of 600 customers at once."""
    parts, true = [], []
    for _ in range(3):
        buying, paying = models(rng)
        world = forecast.simulate_histories(buying.params, ages(rng, OF_CHANNEL), WEEKS_PER_YEAR, rng)
        world = forecast.simulate_spend(paying.params, world, rng)
        first = rng.exponential(paying.mean, OF_CHANNEL)
        parts.append(world.assign(total_spend=first + world["frequency"] * world["monetary_value"]))
        true.append(paying.mean * (1 + buying.expected_repeats(3 * WEEKS_PER_YEAR)))
    channel = pd.Series(np.repeat(range(3), OF_CHANNEL))
    everybody = pd.concat(parts, ignore_index=True)
    values = acquisition.channel_values(everybody, channel, weeks=3 * WEEKS_PER_YEAR, margin=1.0)
    return all_at_once(values, pd.Series(true))


def shop_channels(rng: np.random.Generator) -> Found:
    """The same by Lanyu's five channels."""
    world, sales = lived(rng)
    orders = own_orders(world, sales)
    names = CHANNELS["channel"].take(sales.people["channel"]).array
    kept = orders["margin"].sum() / orders["amount"].sum()
    looking = {"weeks": 3 * WEEKS_PER_YEAR, "margin": kept}
    summary = customer_summary(orders, world.season.end)
    values = acquisition.channel_values(summary, pd.Series(names, sales.ids), **looking)
    truth = true_channels(channel_sums(sales, world.service)).set_index("channel")["value_3y"]
    return all_at_once(values, truth)


def all_at_once(values: pd.DataFrame, truth: pd.Series) -> Found:
    """The first channel's value, and ends that hold any truth where all channels' intervals hold theirs, else none; missing where one is."""
    true = truth.reindex(values.index)
    found = float(values["value"].iloc[0]), float(true.iloc[0])
    if values["low"].isna().any():
        return Found(*found)
    held = bool(((values["low"] <= true) & (true <= values["high"])).all())
    return Found(*found, *((-np.inf, np.inf) if held else (np.inf, np.inf)))


CASES = (
    Case("purchases of the next year, by BG/NBD and a bootstrap", NOTEBOOK, purchases),
    Case("spend of the next year, by Gamma-Gamma and a bootstrap", NOTEBOOK, spend),
    Case("purchase days of Lanyu's next year, widened by a backtest", NOTEBOOK, shop_purchases,
         at_most=SHOPS, at_least=True),
    Case("value of Lanyu's next year, widened by a backtest", NOTEBOOK, shop_value,
         at_most=SHOPS, at_least=True),
    Case("value of a new customer by channel, three channels at once", NOTEBOOK, new_customers),
    Case("value of a new customer by channel, in Lanyu, all at once", NOTEBOOK, shop_channels, at_most=SHOPS),
)  # fmt: skip
