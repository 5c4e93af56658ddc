"""Marketing contacts, and visits to the e-shop, the app and the mini-program."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import DATE, END, MENTION, MONEY, Table, column


class Campaigns(Table):
    """One row per marketing campaign on one channel."""

    campaign_id: Series[str] = column("campaign identifier", unique=True)
    name: Series[str] | None = column("its name", nullable=True)
    kind: Series[str] | None = column(
        "newsletter, sale, holiday, new collection, always on, livestream, challenge; or a trigger: abandoned cart, "
        "birthday, replenishment, win-back",
        nullable=True,
    )
    channel: Series[str] = column(
        "e-mail, SMS, app push, search ad, social ad, influencer, user content or livestream"
    )
    started_on: Series[pd.Timestamp] | None = column("first day", unit=DATE, nullable=True)
    ended_on: Series[pd.Timestamp] | None = column("last day", unit=DATE, nullable=True)
    target: Series[str] | None = column("customers it is meant for", nullable=True)

    class Config:
        metadata = {"key": ["campaign_id"], "known_from": ["started_on", MENTION]}  # noqa: RUF012


class Touchpoints(Table):
    """One row per contact sent to a customer, or per advertisement or post that a customer came across."""

    touch_id: Series[str] = column("touchpoint identifier", unique=True)
    customer_id: Series[str] = column(
        "identifier of the customer who was reached", refers="customers.customer_id"
    )
    touched_at: Series[pd.Timestamp] = column("when", unit="local time")
    channel: Series[str] = column("channel, as in campaigns.channel")
    campaign_id: Series[str] | None = column(
        "identifier of the campaign it belongs to; empty for what nobody paid for",
        nullable=True,
        refers="campaigns.campaign_id",
    )
    held_out: Series[bool] | None = column(
        "left alone at random, which happens with triggers only: it would have been contacted, and was not"
    )
    clicked: Series[pd.BooleanDtype] | None = column(
        "whether it was clicked; empty where unknown", nullable=True
    )
    cost: Series[float] | None = column("of this touch", unit=MONEY, nullable=True, ge=0)
    opened: Series[pd.BooleanDtype] | None = column(
        "whether an e-mail or a push message was opened, be it by a mail program on its own; empty where unknown",
        nullable=True,
    )

    class Config:
        metadata = {"key": ["touch_id"]}  # noqa: RUF012


class Sessions(Table):
    """One row per session in the e-shop, the app or the mini-program, as logged; logs are kept for 6 months."""

    session_id: Series[str] = column("session identifier", unique=True)
    customer_id: Series[str] | None = column(
        "customer identifier, if logged in", nullable=True, refers="customers.customer_id"
    )
    visitor_id: Series[str] | None = column("device identifier, if nobody was logged in", nullable=True)
    started_at: Series[pd.Timestamp] = column("first page or screen", unit="local time")
    channel: Series[str] | None = column("e-shop, app or mini-program", nullable=True)
    source: Series[str] | None = column("where the visitor came from; empty where not tracked", nullable=True)
    stage: Series[str] = column("furthest stage reached", isin=["visit", "view", "cart", "checkout", "order"])
    cart_amount: Series[float] | None = column(
        "worth of the cart at its fullest; empty before the cart", unit=MONEY, nullable=True, ge=0
    )
    order_id: Series[str] | None = column(
        "identifier of the order in which it ended; empty for others", nullable=True, refers="orders.order_id"
    )
    pages: Series[pd.Int64Dtype] | None = column("pages or screens seen", unit="pages", nullable=True, ge=0)
    items_viewed: Series[pd.Int64Dtype] | None = column(
        "different products looked at", unit="products", nullable=True, ge=0
    )

    class Config:
        metadata = {"key": ["session_id"]}  # noqa: RUF012


class Awareness(Table):
    """One row per week and source of visits: how many people it reached, and how many of them knew the brand.

    As the platforms report it for the weeks of the log of sessions, of which the first and the last may not be whole.
    """

    week: Series[pd.Timestamp] = column("Monday with which it begins", unit=DATE)
    source: Series[str] = column("as in sessions.source")
    impressions: Series[int] = column("times that something of the brand was shown", unit="impressions", ge=0)
    reached: Series[int] = column("different people who saw it", unit="people", ge=0)
    asked: Series[int] | None = column("of them asked whether they know the brand", unit="people", ge=0)
    aware: Series[int] | None = column("of those asked who know it", unit="people", ge=0)

    class Config:
        metadata = {"key": ["week", "source"], "known_from": ["week + 7 days"]}  # noqa: RUF012


class Prospects(Table):
    """One row per person who registered before ordering anything: what is known of them on the first day."""

    prospect_id: Series[str] = column("prospect identifier", unique=True)
    registered_at: Series[pd.Timestamp] = column("when", unit="local time")
    source: Series[str] | None = column(
        "channel that brought the person, as in customers.acquisition_channel", nullable=True
    )
    city: Series[str] | None = column("where the person lives; empty where not said", nullable=True)
    pages: Series[pd.Int64Dtype] | None = column(
        "pages seen on the first day; empty where not tracked", unit="pages", nullable=True, ge=0
    )
    app: Series[bool] | None = column("installed the app on the first day")
    newsletter: Series[bool] | None = column("subscribed to the newsletter on registering")
    offered: Series[bool] | None = column("got an offer for the first order, drawn at random")
    converted_on: Series[pd.Timestamp] | None = column(
        "day of the first order, if it came within 30 days", unit=DATE, nullable=True
    )
    customer_id: Series[str] | None = column(
        "customer that the person became with it",
        nullable=True,
        refers="customers.customer_id",
        known_from="converted_on",
    )

    class Config:
        metadata = {"key": ["prospect_id"]}  # noqa: RUF012


class TrueFunnel(Table):
    """One row per channel or source and stage: the true chance to go on to it from the stage before."""

    by: Series[str] = column("what the funnel is of", isin=["channel", "source"])
    name: Series[str] = column("channel or source, as in sessions")
    stage: Series[str] = column(
        "aware (of people reached), visit (of those), view, cart, checkout or order",
        isin=["aware", "visit", "view", "cart", "checkout", "order"],
    )
    rate: Series[float] = column("chance to go on", unit="share", ge=0, le=1)

    class Config:
        metadata = {"key": ["by", "name", "stage"]}  # noqa: RUF012


class TrueProspects(Table):
    """One row per prospect: the true chance to order within 30 days of registering."""

    prospect_id: Series[str] = column("prospect identifier", unique=True, refers="prospects.prospect_id")
    without_offer: Series[float] = column("without the offer", unit="share", ge=0, le=1)
    with_offer: Series[float] = column("with it", unit="share", ge=0, le=1)

    class Config:
        metadata = {"key": ["prospect_id"]}  # noqa: RUF012


class TrueChannelEffects(Table):
    """One row per marketing channel: the orders that came only because of its touches."""

    channel: Series[str] = column("channel, as in campaigns.channel", unique=True)
    effect: Series[float] = column(
        "expected additional orders per touch, before fatigue", unit="orders", ge=0
    )
    touches: Series[int] = column(
        "touches that happened (none held out)", unit="touches", ge=0, known_from=END
    )
    orders_expected: Series[float] = column(
        "expected additional orders of all of them, after fatigue", unit="orders", ge=0, known_from=END
    )
    orders_caused: Series[int] = column(
        "orders that they did cause up to the data's end", unit="orders", ge=0, known_from=END
    )
    fatigue_after: Series[pd.Int64Dtype] | None = column(
        "contacts in the 30 days before that lower nothing; empty where nobody tires",
        unit="contacts",
        nullable=True,
    )
    fatigue_factor: Series[float] = column(
        "factor on effect and clicks for each contact more", unit="ratio", ge=0, le=1
    )

    class Config:
        metadata = {"key": ["channel"]}  # noqa: RUF012


class TrueTriggerEffects(Table):
    """One row per kind of triggered contact: the orders that came only because of it."""

    kind: Series[str] = column("trigger, as in campaigns.kind", unique=True)
    effect: Series[float] = column(
        "expected additional orders per contact, before fatigue", unit="orders", ge=0
    )
    touches: Series[int] = column(
        "contacts that happened (none held out)", unit="touches", ge=0, known_from=END
    )
    orders_expected: Series[float] = column(
        "expected additional orders of all of them, after fatigue", unit="orders", ge=0, known_from=END
    )
    orders_caused: Series[int] = column(
        "orders that they did cause up to the data's end", unit="orders", ge=0, known_from=END
    )

    class Config:
        metadata = {"key": ["kind"]}  # noqa: RUF012


class SessionFlags(Table):
    """One row per logged session that no person made, or that was logged before."""

    session_id: Series[str] = column("session identifier", unique=True, refers="sessions.session_id")
    kind: Series[str] = column("bot, or doubled (a second row of one session)", isin=["bot", "doubled"])

    class Config:
        metadata = {"key": ["session_id"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {
    "campaigns": Campaigns,
    "touchpoints": Touchpoints,
    "sessions": Sessions,
    "awareness": Awareness,
    "prospects": Prospects,
}
TRUTH: dict[str, type[Table]] = {
    "channel_effects": TrueChannelEffects,
    "trigger_effects": TrueTriggerEffects,
    "session_flags": SessionFlags,
    "funnel": TrueFunnel,
    "prospects": TrueProspects,
}
