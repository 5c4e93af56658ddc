"""What winning and keeping customers costs, month by month."""

import numpy as np
import pandas as pd

from workbook.retailer.people import CHANNELS

KEEPING = 4.5  # CNY a month for each customer who bought in the last half year
SPREAD = 0.12  # of a month's cost per customer around the channel's own


def make_costs(
    customers: pd.DataFrame, orders: pd.DataFrame, months: pd.DatetimeIndex, rng: np.random.Generator
) -> pd.DataFrame:
    """Spend by month, channel and purpose; see `tables.schema.MarketingCosts`."""
    channel = pd.Index(CHANNELS["channel"], name="channel")
    grid = pd.MultiIndex.from_product([months, channel], names=["month", "channel"])
    won = customers.groupby(
        [first_of(customers["joined_on"]), customers["acquisition_channel"].to_numpy()]
    ).size()
    each = CHANNELS.set_index("channel")["cost"].reindex(grid.get_level_values("channel")).to_numpy()
    winning = (
        won.reindex(grid, fill_value=0).to_numpy() * each * rng.lognormal(-(SPREAD**2) / 2, SPREAD, len(grid))
    )
    keeping = active_customers(customers, orders, months).reindex(grid, fill_value=0).to_numpy() * KEEPING
    cost = pd.DataFrame({"winning": winning, "keeping": keeping}, index=grid).reset_index()
    long = cost.melt(["month", "channel"], var_name="purpose", value_name="cost")
    return long.sort_values(["month", "channel", "purpose"], ignore_index=True).round({"cost": 2})


def active_customers(customers: pd.DataFrame, orders: pd.DataFrame, months: pd.DatetimeIndex) -> pd.Series:
    """Number of customers with an order in the half year up to each month, by the channel that won them."""
    channel = customers.set_index("customer_id")["acquisition_channel"]
    seen = pd.DataFrame(
        {"month": first_of(orders["ordered_at"]), "customer_id": orders["customer_id"]}
    ).drop_duplicates()
    active = pd.concat(
        seen.assign(month=seen["month"] + pd.DateOffset(months=k)) for k in range(6)
    ).drop_duplicates()
    active = active[active["month"].isin(months)]
    return (
        active.assign(channel=channel.reindex(active["customer_id"]).to_numpy())
        .groupby(["month", "channel"])
        .size()
    )


def first_of(time: pd.Series) -> pd.Series:
    """First day of each time's month."""
    return time.dt.normalize() - pd.to_timedelta(time.dt.day - 1, unit="D")
