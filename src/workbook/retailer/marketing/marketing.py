"""What winning and keeping customers costs, month by month."""

import numpy as np
import pandas as pd

from workbook.retailer.customers.people import CHANNELS
from workbook.retailer.sales.season import Season

KEEPING = 4.5  # CNY a month for each active customer
ACTIVE = 6  # months, that of an order and those after it, in which a customer is kept
SPREAD = 0.12  # of a month's cost per customer around the channel's own


def counts(customers: pd.DataFrame, orders: pd.DataFrame, season: Season) -> pd.DataFrame:
    """Customers won and customers active, by month and channel; to be added over blocks.

    Returns
    -------
    pandas.DataFrame
        index month, channel: won, active.
    """
    months = pd.date_range(season.start, season.end, freq="MS")
    grid = pd.MultiIndex.from_product([months, CHANNELS["channel"]], names=["month", "channel"])
    won = customers.groupby(
        [first_of(customers["joined_on"]), customers["acquisition_channel"].to_numpy()]
    ).size()
    active = active_customers(customers, orders, months)
    found = {"won": won.reindex(grid, fill_value=0), "active": active.reindex(grid, fill_value=0)}
    return pd.DataFrame(found, index=grid)


def make_costs(counted: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Spend by month, channel and purpose from `counts`; see `tables.contracts.marketing.MarketingCosts`."""
    by_channel = CHANNELS.set_index("channel")["cost"]
    counted = counted.reindex(
        pd.MultiIndex.from_product([counted.index.levels[0], by_channel.index], names=["month", "channel"])
    )
    each = by_channel.reindex(counted.index.get_level_values("channel")).to_numpy()
    scatter = rng.lognormal(-(SPREAD**2) / 2, SPREAD, len(counted))
    cost = pd.DataFrame(
        {
            "winning": counted["won"].to_numpy() * each * scatter,
            "keeping": counted["active"].to_numpy() * KEEPING,
        },
        index=counted.index,
    ).reset_index()
    long = cost.melt(["month", "channel"], var_name="purpose", value_name="cost")
    return long.sort_values(["month", "channel", "purpose"], ignore_index=True).round({"cost": 2})


def active_customers(customers: pd.DataFrame, orders: pd.DataFrame, months: pd.DatetimeIndex) -> pd.Series:
    """Number of customers with an order in the half year up to each month, by the channel that won them."""
    channel, names = pd.factorize(customers["acquisition_channel"])
    who = pd.Index(customers["customer_id"]).get_indexer(orders["customer_id"])
    at = orders["ordered_at"].dt
    month = ((at.year - months[0].year) * 12 + at.month - months[0].month).to_numpy()
    n = len(months) + ACTIVE
    active = np.unique((who * n + month)[:, None] + np.arange(ACTIVE))
    who, month = np.divmod(active, n)
    count = np.bincount(channel[who] * n + month, minlength=len(names) * n).reshape(len(names), n)
    grid = pd.MultiIndex.from_product([names, months], names=["channel", "month"])
    return pd.Series(count[:, : len(months)].ravel(), index=grid).swaplevel()


def first_of(time: pd.Series) -> pd.Series:
    """First day of each time's month."""
    return time.dt.normalize() - pd.to_timedelta(time.dt.day - 1, unit="D")
