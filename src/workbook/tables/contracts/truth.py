"""What only the maker of a synthetic world knows."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import END, ROW, Table, column


class TrueCustomers(Table):
    """One row per customer: what the synthetic retailer knows and nobody else could."""

    customer_id: Series[str] = column("customer identifier", unique=True, refers="customers.customer_id")
    purchase_rate: Series[float] = column(
        "purchases a week while active, season averaged out", unit="1/week", gt=0
    )
    dropout_probability: Series[float] = column(
        "chance of leaving for good after each repeat purchase", unit="share", ge=0, le=1
    )
    dropped_out_at: Series[pd.Timestamp] = column(
        "the moment of leaving; empty where it lies beyond the next 12 months",
        unit="local time",
        nullable=True,
        known_from=ROW,
    )
    active: Series[bool] = column("has not left by the end of the data", known_from=END)
    mean_spend: Series[float] = column(
        "expected amount of one purchase, returns not taken off", unit="CNY", gt=0
    )
    mean_margin: Series[float] = column(
        "expected margin of one purchase: net of discount, returns and cost of goods", unit="CNY"
    )
    expected_purchases_12m: Series[float] = column(
        "expected purchases in the 12 months after the data's end, of the customer's own accord: without those that trials "
        "and marketing would cause; at times a second order follows on one",
        unit="purchases",
        ge=0,
        known_from=END,
    )
    expected_value_12m: Series[float] = column(
        "expected margin of those purchases", unit="CNY", known_from=END
    )
    value_without_programme_12m: Series[float] = column(
        "the same, were the customer no member", unit="CNY", known_from=END
    )
    value_with_programme_12m: Series[float] = column(
        "the same, were the customer a member", unit="CNY", known_from=END
    )
    purchases_12m: Series[int] = column(
        "purchases of the customer's own accord that then happened in this world",
        unit="purchases",
        ge=0,
        known_from=END,
    )
    purchase_days_12m: Series[int] = column(
        "days with such a purchase, which is what models of purchases count",
        unit="days",
        ge=0,
        known_from=END,
    )
    value_12m: Series[float] = column("margin of those purchases, in this world", unit="CNY", known_from=END)
    engagement: Series[float] = column(
        "engagement with the programme against the average", unit="ratio", gt=0
    )
    price_level: Series[float] = column(
        "taste for dear things: 0 basic to 1 premium", unit="share", ge=0, le=1
    )
    segment: Series[str] = column(
        "the kind of person, which shows in age, gender, taste, style, price level, place and hour",
        isin=["trend", "business", "family", "classic", "sport", "gift"],
    )

    class Config:
        metadata = {"key": ["customer_id"]}  # noqa: RUF012


class TrueTastes(Table):
    """One row per customer: what is looked for on a purchase, before the month has its say.

    The share of each category, and of each style within a category and price step. Each month multiplies the shares of the
    categories by what the season wants of them. Of the price steps, 0 to 7, a customer picks by the binomial distribution
    with `price_level` of `truth/customers`.
    """

    customer_id: Series[str] = column("customer identifier", unique=True, refers="customers.customer_id")
    shirt: Series[float] = column("share of shirts", unit="share", ge=0, le=1)
    trousers: Series[float] = column("share of trousers", unit="share", ge=0, le=1)
    dress: Series[float] = column("share of dresses", unit="share", ge=0, le=1)
    knitwear: Series[float] = column("share of knitwear", unit="share", ge=0, le=1)
    outerwear: Series[float] = column("share of outerwear", unit="share", ge=0, le=1)
    shoes: Series[float] = column("share of shoes", unit="share", ge=0, le=1)
    bag: Series[float] = column("share of bags", unit="share", ge=0, le=1)
    accessory: Series[float] = column("share of accessories", unit="share", ge=0, le=1)
    commuter: Series[float] = column("share of the commuter style", unit="share", ge=0, le=1)
    street: Series[float] = column("share of the street style", unit="share", ge=0, le=1)
    classic: Series[float] = column("share of the classic style", unit="share", ge=0, le=1)
    sport: Series[float] = column("share of the sport style", unit="share", ge=0, le=1)

    class Config:
        metadata = {"key": ["customer_id"], "known_from": ["customer_id"]}  # noqa: RUF012


class TrueNeeds(Table):
    """One row per customer: what moves this customer, what the orders are for, and what of income and occupation is true.

    In each order one of the four needs speaks, with the chance given here, and picks payment and delivery. Each order is for one
    of the three scenes, with the chance given here.
    """

    customer_id: Series[str] = column("customer identifier", unique=True, refers="customers.customer_id")
    price: Series[float] = column("weight of a low price", unit="share", ge=0, le=1)
    quality: Series[float] = column("weight of quality", unit="share", ge=0, le=1)
    convenience: Series[float] = column("weight of convenience", unit="share", ge=0, le=1)
    emotion: Series[float] = column("weight of care, identity and company", unit="share", ge=0, le=1)
    gift: Series[float] = column("expected share of orders that are gifts", unit="share", ge=0, le=1)
    everyday: Series[float] = column("expected share of orders for everyday use", unit="share", ge=0, le=1)
    business: Series[float] = column("expected share of orders for business", unit="share", ge=0, le=1)
    customer_kind: Series[str] = column(
        "kind of customer, by the people or the firm that is bought for",
        isin=["private", "family", "firm", "key account"],
    )
    income_band: Series[str] = column("true monthly income, bands as in customers.income_band")
    occupation: Series[str] = column("true occupation, as in customers.occupation")

    class Config:
        metadata = {"key": ["customer_id"], "known_from": ["customer_id"]}  # noqa: RUF012


class TrueChannels(Table):
    """One row per acquisition channel: its true cost and worth."""

    channel: Series[str] = column("acquisition channel", unique=True)
    acquisition_cost: Series[float] = column("true mean cost of winning one customer", unit="CNY", ge=0)
    value_3y: Series[float] = column(
        "expected margin of a customer in the 3 years from the first purchase, that one included", unit="CNY"
    )

    class Config:
        metadata = {"key": ["channel"]}  # noqa: RUF012


class CausedOrders(Table):
    """One row per order that came only because of a trial or of marketing; all others would have come anyway."""

    order_id: Series[str] = column("order identifier", unique=True, refers="orders.order_id")
    cause: Series[str] = column("the experiment, or the channel or kind of campaign, that caused it")

    class Config:
        metadata = {"key": ["order_id"]}  # noqa: RUF012


class TrueEffects(Table):
    """One row per experiment, unit and arm: what that arm would do to the unit, in expectation.

    On the chance to order in the window, or for missions on the number of orders. Both columns follow from the rates and
    chances of the world, and from where the unit stood on the day of assignment; nothing that was then observed is in them.
    Personal offers, whose effect is the same for all (the claim clv-analytics), are left out.
    """

    experiment: Series[str] = column("name of the experiment")
    unit_id: Series[str] = column("identifier of the customer or visitor")
    arm: Series[str] = column("name of the treatment, against none")
    without: Series[float] = column(
        "expected of the unit without any arm of this experiment", unit="share or orders", ge=0
    )
    effect: Series[float] = column("expected effect", unit="points or orders")

    class Config:
        metadata = {"key": ["experiment", "unit_id", "arm"]}  # noqa: RUF012


class TrueEvents(Table):
    """One row per event: what changed at the retailer, and when."""

    event: Series[str] = column("name of the event", unique=True)
    starts_at: Series[pd.Timestamp] = column("first moment", unit="local time")
    ends_at: Series[pd.Timestamp] = column(
        "moment when it is over; the end of the data if it lasts", unit="local time", known_from=ROW
    )
    what: Series[str] = column("what happened")

    class Config:
        metadata = {"key": ["event"]}  # noqa: RUF012


TRUTH: dict[str, type[Table]] = {
    "customers": TrueCustomers,
    "tastes": TrueTastes,
    "needs": TrueNeeds,
    "channels": TrueChannels,
    "caused_orders": CausedOrders,
    "effects": TrueEffects,
    "events": TrueEvents,
}
