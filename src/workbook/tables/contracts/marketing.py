"""What is spent on customers."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, MONEY, Table, column


class MarketingCosts(Table):
    """One row per month, channel and purpose: what was spent on winning or on keeping customers."""

    month: Series[pd.Timestamp] = column("first day of the month", unit=DATE)
    channel: Series[str] = column("acquisition channel, as in customers.acquisition_channel")
    purpose: Series[str] = column("winning new customers or keeping old ones", isin=["winning", "keeping"])
    cost: Series[float] = column("spent", unit=MONEY, ge=0)

    class Config:
        metadata = {"key": ["month", "channel", "purpose"], "known_from": ["month + 1 month"]}  # noqa: RUF012


class Experiments(Table):
    """One row per experiment and unit: which arm it was given at random, and what it did then."""

    experiment: Series[str] = column("name of the experiment")
    unit_id: Series[str] = column("identifier of the customer, or of the visitor of the marketplace shop")
    arm: Series[str] = column("name of the treatment")
    assigned_at: Series[pd.Timestamp] | None = column(
        "day on which the groups were drawn", unit=DATE, nullable=True
    )
    measured_on: Series[pd.Timestamp] | None = column(
        "day on which the outcome was read, the last of its window; outcomes are known from then on",
        unit=DATE,
        nullable=True,
    )
    before: Series[float] | None = column("spent in as long a time before", unit=MONEY, nullable=True, ge=0)
    ordered: Series[int] = column(
        "1 if it ordered in the window of the outcome, else 0", ge=0, le=1, known_from="measured_on"
    )
    revenue: Series[float] | None = column(
        "spent in that window", unit=MONEY, nullable=True, ge=0, known_from="measured_on"
    )
    cost: Series[float] | None = column(
        "of treating this unit, coupon redeemed included",
        unit=MONEY,
        nullable=True,
        ge=0,
        known_from="measured_on",
    )

    class Config:
        metadata = {"key": ["experiment", "unit_id"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"marketing_costs": MarketingCosts, "experiments": Experiments}
