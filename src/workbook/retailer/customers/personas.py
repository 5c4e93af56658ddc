"""The kinds of people who buy here: segments that differ in age and gender, taste, price level, place and hour.

They say nothing of how often somebody buys or how long somebody stays, which is as BG/NBD has it for all. A customer's
own taste scatters widely around that of the segment, so that no clustering can find the segments without mistakes.
"""

import numpy as np
import pandas as pd

from workbook.retailer.sales.assortment import POPULAR
from workbook.retailer.sales.season import HOUR

# One row a segment: share of customers, of women among those who say it, the age at the first look from 18 on (gamma:
# shape and years), shift of the price level and of the share of orders placed online.
SEGMENTS = pd.DataFrame(
    [
        ("trend", 0.24, 0.96, 3.0, 2.6, 0.00, 0.06),
        ("business", 0.14, 0.06, 7.0, 2.8, 0.13, 0.00),
        ("family", 0.24, 0.86, 8.0, 2.2, -0.10, 0.02),
        ("classic", 0.14, 0.80, 10.0, 3.2, 0.05, -0.16),
        ("sport", 0.14, 0.58, 3.0, 4.0, -0.03, 0.04),
        ("gift", 0.10, 0.66, 3.2, 5.2, 0.05, -0.02),
    ],
    columns=["segment", "share", "women", "age_shape", "age_years", "price_level", "online"],
)
WHO = {  # for people who read, in English and Chinese
    "trend": ("fashion-seeking young women", "时尚女青年"),
    "business": ("quality-minded business men", "品质商务男士"),
    "family": ("thrifty buyers for a household", "实惠家庭"),
    "classic": ("older friends of the classic", "经典熟龄"),
    "sport": ("young people in sportswear", "运动青年"),
    "gift": ("people who buy for others", "送礼人群"),
}
APART = 1.0  # how far the segments differ from all customers taken together: 0 makes them alike in everything
UNSAID = 0.06  # share who don't say their gender
# What each segment buys of shirts, trousers, dresses, knitwear, outerwear, shoes, bags, accessories, against all.
LIKES = np.array(
    [
        [0.8, 0.7, 1.9, 0.8, 0.8, 1.1, 1.5, 1.3],
        [2.0, 1.4, 0.05, 0.9, 1.5, 1.2, 0.5, 0.4],
        [1.0, 1.5, 0.8, 1.3, 1.0, 1.0, 0.6, 0.7],
        [0.9, 0.9, 0.9, 1.8, 1.6, 0.7, 0.7, 0.6],
        [1.2, 1.5, 0.4, 0.6, 0.9, 2.2, 0.9, 0.8],
        [0.5, 0.2, 0.4, 1.1, 0.3, 0.3, 2.5, 3.5],
    ]
)
# The same for the styles commuter, street, classic, sport.
STYLED = np.array(
    [
        [0.8, 1.9, 0.5, 0.5],
        [1.6, 0.4, 1.0, 0.2],
        [1.1, 0.8, 1.0, 1.0],
        [0.9, 0.3, 2.6, 0.3],
        [0.5, 1.0, 0.3, 4.0],
        [1.0, 1.0, 1.2, 0.6],
    ]
)
OWN_STYLE = 0.8  # spread of the logarithm of a customer's own weights of the styles, around the segment's
# The same for the night, the morning, the afternoon, the evening: six hours each.
AWAKE = np.array(
    [
        [1.4, 0.6, 0.9, 1.2],
        [0.7, 0.7, 1.2, 1.1],
        [0.8, 0.9, 0.8, 1.2],
        [0.4, 1.8, 1.2, 0.4],
        [1.2, 1.0, 1.0, 1.0],
        [0.8, 1.0, 1.3, 0.8],
    ]
)


def make_personas(n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw the segment (row of SEGMENTS) of each customer."""
    return rng.choice(len(SEGMENTS), size=n, p=SEGMENTS["share"])


def by_segment(rates: np.ndarray) -> np.ndarray:
    """What each segment (row) has of something, as far from all customers as APART says."""
    return APART * rates + (1 - APART) * (SEGMENTS["share"].to_numpy() @ rates)


def of_segment(column: str, segment: np.ndarray) -> np.ndarray:
    """A column of SEGMENTS for each customer."""
    return by_segment(SEGMENTS[column].to_numpy())[segment]


def genders(segment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw what each customer says of gender."""
    women = (1 - UNSAID) * of_segment("women", segment)
    lot = rng.random(len(segment))
    return np.select([lot < women, lot < 1 - UNSAID], ["female", "male"], "not said").astype(object)


def ages(segment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw ages in years, from 18."""
    shape, years = (of_segment(c, segment) for c in ("age_shape", "age_years"))
    return 18 + rng.gamma(shape, years)


def make_styles(segment: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw the share of each style among what each customer buys in one price step, (n, styles), around the segment's."""
    weights = (POPULAR * by_segment(STYLED))[segment] * np.exp(
        OWN_STYLE * rng.standard_normal((len(segment), len(POPULAR)))
    )
    return weights / weights.sum(axis=1, keepdims=True)


def waking_hours(segment: np.ndarray) -> np.ndarray:
    """Share of a segment's purchases in each hour of the day, (n, 24)."""
    weights = HOUR * by_segment(AWAKE).repeat(6, axis=1)
    return (weights / weights.sum(axis=1, keepdims=True))[segment]
