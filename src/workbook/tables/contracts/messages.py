"""Messages that an engine chose among several, with what chance, and what each brought."""

import pandas as pd
from pandera.typing import Series

from workbook.tables.contract import MONEY, Table, column

SETTLED = "sent_at + 3 days"  # from then on it is known what a message brought


class MessageLog(Table):
    """One row per message: which of several was chosen, by what chance, and what it brought. Any log of choices will do."""

    message_id: Series[str] = column("message identifier", unique=True)
    customer_id: Series[str] | None = column(
        "identifier of the customer who got it", nullable=True, refers="customers.customer_id"
    )
    sent_at: Series[pd.Timestamp] | None = column("when it was sent", unit="local time", nullable=True)
    context: Series[str] | None = column(
        "what the engine knew when it chose, in a word: at Lanyu younger or older women or men, or not said",
        nullable=True,
    )
    recent: Series[pd.BooleanDtype] | None = column(
        "whether the customer had bought in the 45 days before that week", nullable=True
    )
    messages_before: Series[pd.Int64Dtype] | None = column(
        "messages of the engine to the same customer in the 3 weeks before",
        unit="messages",
        nullable=True,
        ge=0,
    )
    channels: Series[str] | None = column(
        "channels that the customer's consents allowed, with a plus between them", nullable=True
    )
    scene: Series[str] | None = column(
        "in what situation it was to arrive: commute, evening or weekend", nullable=True
    )
    channel: Series[str] | None = column("e-mail, SMS or app push", nullable=True)
    content: Series[str] = column(
        "what was chosen: coupon, new arrivals, styling advice, influencer or user outfits; in another log the arm"
    )
    propensity: Series[float] = column(
        "chance with which the engine chose just this scene, channel and content for this customer",
        unit="share",
        gt=0,
        le=1,
    )
    reward: Series[float] = column(
        "what counts as success: 1 if it was clicked within 3 days, else 0; in another log any number",
        known_from=SETTLED,
    )
    ordered: Series[pd.BooleanDtype] | None = column(
        "whether the click became an order in the marketplace shop, whose orders are not in orders",
        nullable=True,
        known_from=SETTLED,
    )
    margin: Series[float] | None = column(
        "margin of that order, discount taken off; 0 without one",
        unit=MONEY,
        nullable=True,
        known_from=SETTLED,
    )
    unsubscribed: Series[pd.BooleanDtype] | None = column(
        "whether the customer wants no more of these messages after it", nullable=True, known_from=SETTLED
    )

    class Config:
        metadata = {"key": ["message_id"], "known_from": ["sent_at"]}  # noqa: RUF012


class TrueMessageValues(Table):
    """One row per kind of reader and message: what it brings in expectation, of a reader without messages in the weeks before."""

    segment: Series[str] = column("segment of the reader, as in the truth of customers")
    recent: Series[bool] = column("whether the reader has bought in the 45 days before that week")
    scene: Series[str] = column("scene, as in message_log")
    channel: Series[str] = column("channel, as in message_log")
    content: Series[str] = column("content, as in message_log")
    clicks: Series[float] = column("chance of a click", unit="share", ge=0, le=1)
    orders: Series[float] = column("chance of an order", unit="share", ge=0, le=1)
    margin: Series[float] = column("expected margin", unit="CNY", ge=0)

    class Config:
        metadata = {"key": ["segment", "recent", "scene", "channel", "content"]}  # noqa: RUF012


class TrueMessageFatigue(Table):
    """One row per number of messages in the 3 weeks before: what they do to the next one."""

    messages_before: Series[int] = column(
        "messages in the 3 weeks before", unit="messages", ge=0, unique=True
    )
    factor: Series[float] = column("factor on clicks, orders and margin", unit="ratio", ge=0, le=1)
    unsubscribes: Series[float] = column("chance to unsubscribe on the message", unit="share", ge=0, le=1)

    class Config:
        metadata = {"key": ["messages_before"]}  # noqa: RUF012


TABLES: dict[str, type[Table]] = {"message_log": MessageLog}
TRUTH: dict[str, type[Table]] = {
    "message_values": TrueMessageValues,
    "message_fatigue": TrueMessageFatigue,
}
