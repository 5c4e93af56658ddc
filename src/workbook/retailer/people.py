"""Who the customers are: how they were won, what they like, how they buy. Nothing here is seen by the shop
but the columns of the table ``customers``.

Purchase rates and dropout follow BG/NBD: rate ~ Gamma(R, ALPHA), dropout ~ Beta(A, B), independent. The channel
that won a customer shifts both, so that channels differ in what their customers are worth.
"""

import numpy as np
import pandas as pd
from scipy.stats import binom

from workbook.retailer.assortment import CATEGORIES, CITIES, STEPS
from workbook.retailer.season import Season

R, ALPHA = 0.62, 5.0  # purchase rate: shape, and weeks
A, B = 0.9, 3.4  # dropout after a repeat purchase
ALIKE = 6.0  # how alike tastes are (Dirichlet concentration)
# One row a channel: share of new customers, purchase rate and dropout against the average, shift of the price
# level, share of orders placed online, cost of winning one customer in CNY.
CHANNELS = pd.DataFrame(
    [
        ("store walk-in", 0.33, 1.00, 1.00, 0.02, 0.30, 190.0),
        ("search", 0.24, 1.00, 1.00, 0.00, 0.80, 330.0),
        ("livestream", 0.21, 0.65, 1.45, -0.10, 0.95, 150.0),
        ("social content", 0.12, 1.15, 0.95, 0.03, 0.85, 430.0),
        ("referral", 0.10, 1.45, 0.70, 0.05, 0.60, 300.0),
    ],
    columns=["channel", "share", "rate", "dropout", "price_level", "online", "cost"],
)
ONLINE = ("e-shop", "app", "mini-program")


def make_people(n: int, season: Season, rng: np.random.Generator) -> pd.DataFrame:
    """Draw ``n`` customers; a row each, by time of the first purchase.

    Returns
    -------
    pandas.DataFrame
        channel (code), first (inner weeks), rate (1/week), dropout, price_level (0..1), online (share),
        city (code), gender, birth_year.
    """
    channel = rng.choice(len(CHANNELS), size=n, p=CHANNELS["share"])
    of = {c: CHANNELS[c].to_numpy()[channel] for c in ("rate", "dropout", "price_level", "online")}
    odds = rng.beta(A, B, n)
    odds = odds / (1 - odds) * of["dropout"]
    level = rng.beta(3.0, 4.2, n) + of["price_level"]
    return pd.DataFrame(
        {
            "channel": channel,
            "first": np.sort(rng.uniform(0, season.now, n)),
            "rate": np.maximum(rng.gamma(R, 1 / ALPHA, n) * of["rate"], 1e-6),
            "dropout": odds / (1 + odds),
            "price_level": level.clip(0.02, 0.98),
            "online": of["online"],
            "city": rng.choice(len(CITIES), size=n),
            "gender": rng.choice(["female", "male", "not said"], size=n, p=[0.66, 0.28, 0.06]),
            "birth_year": (2025 - 18 - rng.gamma(3.2, 5.2, n)).astype(int).clip(1935),
        }
    )


def make_tastes(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw each customer's shares of the categories, (n, categories)."""
    return rng.dirichlet(CATEGORIES["taste"].to_numpy() * ALIKE, size=n)


def step_chances(price_level: np.ndarray) -> np.ndarray:
    """Chance that a customer of this price level picks each price step, (n, steps)."""
    return binom.pmf(np.arange(STEPS), STEPS - 1, np.asarray(price_level)[:, None])


def customers_table(people: pd.DataFrame, joined: pd.DatetimeIndex) -> pd.DataFrame:
    """What the shop knows of its customers; see `tables.schema.Customers`."""
    return pd.DataFrame(
        {
            "customer_id": customer_ids(len(people)),
            "joined_on": joined.normalize(),
            "acquisition_channel": CHANNELS["channel"].to_numpy()[people["channel"]],
            "gender": people["gender"],
            "birth_year": people["birth_year"],
            "city": np.array(CITIES)[people["city"]],
        }
    )


def customer_ids(n: int) -> np.ndarray:
    """Ids of ``n`` customers: C000001 and on."""
    return numbered("C", n, 6)


def numbered(letter: str, n: int, width: int) -> np.ndarray:
    """Ids 1 to ``n`` with a letter before and zeros in front."""
    if n == 0:
        return np.array([], dtype=object)
    return np.char.add(letter, np.char.zfill(np.arange(1, n + 1).astype(str), width)).astype(object)
