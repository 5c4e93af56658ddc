"""Who the customers are: how they were won, what they like, how they buy. Nothing here is seen by the shop
but the columns of the table ``customers``.

Purchase rates and dropout follow BG/NBD: rate ~ Gamma(R, ALPHA), dropout ~ Beta(A, B), independent. The channel
that won a customer shifts both, so that channels differ in what their customers are worth.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import binom

from workbook.retailer.core.streams import Block
from workbook.retailer.customers.personas import LIKES, ages, by_segment, genders, make_personas, of_segment
from workbook.retailer.sales.assortment import CATEGORIES, CITIES, MEN, STEPS
from workbook.retailer.sales.season import Season

R, ALPHA = 0.62, 5.0  # purchase rate: shape, and weeks
A, B = 0.9, 3.4  # dropout after a repeat purchase
WITH_AGE, MIDDLE = (
    0.003,
    1991,
)  # by how much the price level rises with each year of age, and the year it is drawn for
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
SERVICE_CHANNELS = np.array(["phone", "app", "chat", "e-mail", "store"])  # to ask for help
ONLINE = ("e-shop", "app", "mini-program")
FIRST_ONLINE = np.array(
    [0.35, 0.97, 0.99, 0.99, 0.80]
)  # chance of a first contact online, before the level is met
JOINS_FIRST, JOINS_LATER = (
    -0.55,
    0.12,
)  # joining the programme: log odds at the first purchase, chance at each later one
KEEN = 0.9  # how much likelier those who buy often join at once: log odds per unit of log rate
NEVER = 10_000  # a number of purchases that nobody reaches
PROGRAMME = 0.10  # by how much membership raises the purchase rate
ENGAGED = 0.35  # spread of the logarithm of engagement
PERSONAL = 0.5  # share who get offers made from their data, at random


def make_people(season: Season, block: Block) -> pd.DataFrame:
    """Draw the customers of a block; a row each, by time of the first purchase.

    Returns
    -------
    pandas.DataFrame
        channel (code), first (inner weeks), rate (1/week), dropout, price_level (0..1), online (share),
        city (code), segment (code), gender, birth_year.
    """
    n, rng = block.customers, block.rng("people")
    segment = make_personas(n, block.rng("people.segment"))
    channel = rng.choice(len(CHANNELS), size=n, p=CHANNELS["share"])
    of = {c: CHANNELS[c].to_numpy()[channel] for c in ("rate", "dropout", "price_level", "online")}
    odds = rng.beta(A, B, n)
    odds = odds / (1 - odds) * of["dropout"]
    level = rng.beta(3.0, 4.2, n) + of["price_level"] + of_segment("price_level", segment)
    people = pd.DataFrame(
        {
            "channel": channel,
            "first": np.sort(rng.uniform(0, season.now, n)),
            "rate": np.maximum(rng.gamma(R, 1 / ALPHA, n) * of["rate"], 1e-6),
            "dropout": odds / (1 + odds),
            "price_level": level,
            "online": (of["online"] + of_segment("online", segment)).clip(0.05, 0.99),
            "city": rng.choice(len(CITIES), size=n),
            "segment": segment,
            "gender": genders(segment, rng),
            "birth_year": (2025 - ages(segment, rng)).astype(int).clip(1935),
        }
    )
    older = WITH_AGE * (MIDDLE - people["birth_year"])
    return people.assign(price_level=(people["price_level"] + older).clip(0.02, 0.98))


def make_tastes(people: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Draw each customer's shares of the categories, (n, categories), by segment and gender."""
    tastes = rng.dirichlet(CATEGORIES["taste"].to_numpy() * ALIKE, size=len(people))
    tastes = tastes * by_segment(LIKES)[people["segment"]]
    tastes = tastes * np.where((people["gender"] == "male").to_numpy()[:, None], MEN, 1.0)
    return tastes / tastes.sum(axis=1, keepdims=True)


def step_chances(price_level: np.ndarray) -> np.ndarray:
    """Chance that a customer of this price level picks each price step, (n, steps)."""
    return binom.pmf(np.arange(STEPS), STEPS - 1, np.asarray(price_level)[:, None])


def make_habits(
    people: pd.DataFrame, prefer: np.ndarray, claims: Mapping[str, float], block: Block
) -> pd.DataFrame:
    """Add to people how they deal with the shop.

    Returns
    -------
    pandas.DataFrame
        people and: prefers (code of the service channel), uses_online, first_online, member_from (number of the
        purchase with which they join, from 0), engagement (mean 1), programme (factor on a member's rate), personal.
    """
    n = len(people)
    engagement = np.exp(block.rng("people.engagement").normal(-(ENGAGED**2) / 2, ENGAGED, n))
    shares = CHANNELS["share"].to_numpy()
    first_online = shifted(FIRST_ONLINE, shares, claims["first-contact-online"])[people["channel"]]
    return people.assign(
        prefers=block.rng("people.prefers").choice(len(prefer), size=n, p=prefer),
        uses_online=block.rng("people.uses_online").random(n) < claims["use-online"],
        first_online=block.rng("people.first_contact").random(n) < first_online,
        member_from=joining(people["rate"].to_numpy(), block.rng("people.member")),
        engagement=engagement,
        programme=programme_factor(engagement, claims["engagement-repurchase"]),
        personal=block.rng("people.personal").random(n) < PERSONAL,
    )


def programme_factor(engagement: np.ndarray | pd.Series, tenth: float) -> np.ndarray | pd.Series:
    """What membership multiplies a customer's purchase rate by.

    Parameters
    ----------
    engagement : of each customer, against the average
    tenth : by how much a tenth more engagement raises repurchase, the claim engagement-repurchase
    """
    power = np.log1p(tenth) / np.log(1.1)
    usual = np.exp(power * (power - 1) * ENGAGED**2 / 2)
    return (1 + PROGRAMME) * engagement**power / usual


def joining(rate: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Number of the purchase with which each customer joins the programme; those who buy often join sooner."""
    at_once = rng.random(len(rate)) < expit(JOINS_FIRST + KEEN * np.log(rate * ALPHA / R))
    later = rng.geometric(JOINS_LATER, len(rate))
    return np.where(at_once, 0, np.where(later > 12, NEVER, later))


def shifted(chances: np.ndarray, weights: np.ndarray, level: float) -> np.ndarray:
    """Shift the log odds of some chances together until their weighted mean is ``level``."""
    log_odds = np.log(chances / (1 - chances))
    by = brentq(lambda x: np.average(expit(log_odds + x), weights=weights) - level, -30, 30)
    return expit(log_odds + by)


def customers_table(
    people: pd.DataFrame, joined: pd.Series, member_since: pd.Series, ids: pd.Series
) -> pd.DataFrame:
    """What the shop knows of its customers; see `tables.contracts.sales.Customers`."""
    return pd.DataFrame(
        {
            "customer_id": ids,
            "joined_on": joined.dt.normalize().to_numpy(),
            "acquisition_channel": CHANNELS["channel"].to_numpy()[people["channel"]],
            "gender": people["gender"],
            "birth_year": people["birth_year"],
            "city": np.array(CITIES)[people["city"]],
            "first_contact": np.where(people["first_online"], "online", "store"),
            "service_channel": SERVICE_CHANNELS[people["prefers"]],
            "uses_online": people["uses_online"],
            "member_since": member_since.dt.normalize().to_numpy(),
        }
    )
