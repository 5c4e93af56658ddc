"""What a message is worth: by its scene, channel and content, by who reads it and when that person last bought.

Each chance is a product of factors, so that every part of it can be switched off. A message says little to who has
just had others: see `TIRING`.
"""

import numpy as np
import pandas as pd

from workbook.retailer.customers.personas import SEGMENTS

SCENES = ("commute", "evening", "weekend")
# One row a channel: purpose of the consent that it needs, what a message costs in CNY.
CHANNELS = pd.DataFrame(
    [("e-mail", "marketing email", 0.01), ("SMS", "marketing sms", 0.05), ("app push", "app push", 0.0)],
    columns=["channel", "purpose", "cost"],
)
# One row a content: factor on clicks, on the chance that a click becomes an order, on the margin of that order.
CONTENTS = pd.DataFrame(
    [
        ("coupon", 1.15, 1.30, 0.60),
        ("new arrivals", 0.95, 1.00, 1.10),
        ("styling advice", 0.80, 1.25, 1.15),
        ("influencer", 1.25, 0.45, 1.00),
        ("user outfits", 0.95, 1.10, 1.00),
    ],
    columns=["content", "clicks", "orders", "margin"],
)
CLICKS = 0.07  # chance of a click, of an average message to somebody who hasn't bought lately
RECENT, RECENT_CLICKS = 45, 2.2  # days since an order that count as lately, and factor on clicks then
ORDERS = 0.4  # chance that a click becomes an order
MARGIN, MARGIN_SPREAD = 110.0, 0.5  # CNY that such an order leaves on average; spread of its logarithm
APART = 1.0  # power of all factors that differ between messages; 0 makes all messages alike
TIRING = 0.65  # factor on clicks for each message of the weeks before; 1 tires nobody
MEMORY = 3  # weeks for which a message is remembered
UNSUBSCRIBES = (
    0.006  # chance to unsubscribe on a message, times one more than the messages of the weeks before
)
# Liking of each content (columns as in CONTENTS) by each segment (rows as in SEGMENTS), against all.
LIKED = np.array(
    [
        [0.7, 1.1, 0.5, 1.8, 1.6],
        [0.6, 1.7, 1.6, 0.4, 0.4],
        [1.8, 0.7, 0.8, 0.6, 1.0],
        [0.9, 1.1, 2.0, 0.3, 0.6],
        [0.8, 1.3, 0.6, 1.3, 1.5],
        [1.1, 1.5, 1.2, 0.7, 0.6],
    ]
)
# How each content suits each channel (rows as in CHANNELS).
FITS = np.array([[1.0, 1.1, 1.3, 0.8, 0.8], [1.3, 0.8, 0.6, 0.7, 0.6], [0.9, 1.1, 0.9, 1.3, 1.4]])
# How each scene suits each segment (columns as in SCENES).
MOMENT = np.array(
    [
        [0.8, 1.3, 0.9],
        [1.4, 0.9, 0.7],
        [0.7, 1.1, 1.2],
        [1.0, 0.8, 1.2],
        [1.1, 1.0, 0.9],
        [0.9, 1.0, 1.1],
    ]
)


def click_chances(segment: np.ndarray, recent: np.ndarray) -> np.ndarray:
    """Chance of a click on each message by a rested reader, (n, scenes, channels, contents).

    Parameters
    ----------
    segment : (n,) rows of SEGMENTS
    recent : (n,) whether an order came lately
    """
    differ = (
        MOMENT[segment][:, :, None, None]
        * FITS[None, None]
        * (LIKED[segment] * CONTENTS["clicks"].to_numpy())[:, None, None, :]
    )
    return CLICKS * np.where(recent, RECENT_CLICKS, 1.0)[:, None, None, None] * differ**APART


def order_chances() -> np.ndarray:
    """Chance that a click on each content becomes an order, (contents,)."""
    return ORDERS * CONTENTS["orders"].to_numpy() ** APART


def order_margins() -> np.ndarray:
    """Mean margin in CNY of an order that each content brings, (contents,)."""
    return MARGIN * CONTENTS["margin"].to_numpy() ** APART


def tiredness(before: np.ndarray) -> np.ndarray:
    """Factor on clicks after so many messages in the weeks before."""
    return TIRING ** np.asarray(before, dtype="float64")


def leaving(before: np.ndarray) -> np.ndarray:
    """Chance to unsubscribe on a message after so many in the weeks before."""
    return UNSUBSCRIBES * (1 + np.asarray(before, dtype="float64"))


def true_message_values() -> pd.DataFrame:
    """What each message does to each kind of reader; see `tables.contracts.messages.TrueMessageValues`."""
    names = [
        list(SEGMENTS["segment"]),
        [False, True],
        list(SCENES),
        list(CHANNELS["channel"]),
        list(CONTENTS["content"]),
    ]
    grid = pd.MultiIndex.from_product(
        names, names=["segment", "recent", "scene", "channel", "content"]
    ).to_frame(index=False)
    clicks = click_chances(np.repeat(np.arange(len(SEGMENTS)), 2), np.tile([False, True], len(SEGMENTS)))
    orders = clicks * order_chances()
    return grid.assign(
        clicks=clicks.ravel().round(6),
        orders=orders.ravel().round(6),
        margin=(orders * order_margins()).ravel().round(4),
    )


def true_message_fatigue() -> pd.DataFrame:
    """What messages of the weeks before do; see `tables.contracts.messages.TrueMessageFatigue`."""
    before = np.arange(MEMORY + 1)
    return pd.DataFrame(
        {
            "messages_before": before,
            "factor": tiredness(before).round(6),
            "unsubscribes": leaving(before).round(6),
        }
    )
