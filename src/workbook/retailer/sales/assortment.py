"""What is sold and where: products in categories and price steps, and stores."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import numbered

STEPS = 8  # price steps in each category, from basic to premium
PER_STEP = 4  # products in each step of a category, one of each style
STEP_RATIO = 1.32
# One row a category: price of the lowest step, cost as a share of list price, share of what is bought,
# chance that a line comes back.
CATEGORIES = pd.DataFrame(
    [
        ("shirt", 79, 0.38, 0.20, 0.10),
        ("trousers", 99, 0.40, 0.16, 0.14),
        ("dress", 129, 0.36, 0.15, 0.17),
        ("knitwear", 109, 0.42, 0.14, 0.09),
        ("outerwear", 199, 0.44, 0.11, 0.12),
        ("shoes", 149, 0.47, 0.10, 0.13),
        ("bag", 119, 0.39, 0.06, 0.06),
        ("accessory", 39, 0.33, 0.08, 0.04),
    ],
    columns=["category", "base", "cost", "taste", "returns"],
)
# What men buy of each, against the average.
MEN = np.array([1.5, 1.5, 0.05, 0.9, 1.15, 1.3, 0.4, 0.8])
# What is bought of each in each month, January to December, against the category's average.
SEASONS = np.array(
    [
        [0.8, 0.8, 1.0, 1.1, 1.2, 1.2, 1.2, 1.2, 1.1, 0.9, 0.8, 0.7],
        [1.0, 1.0, 1.1, 1.1, 1.0, 0.9, 0.9, 0.9, 1.0, 1.1, 1.0, 1.0],
        [0.4, 0.5, 0.9, 1.3, 1.7, 2.0, 1.9, 1.6, 1.0, 0.6, 0.4, 0.4],
        [1.6, 1.3, 1.0, 0.6, 0.3, 0.2, 0.2, 0.4, 1.1, 1.6, 1.8, 1.8],
        [1.8, 1.3, 1.0, 0.5, 0.2, 0.1, 0.1, 0.2, 0.8, 1.6, 2.1, 2.2],
        [1.0, 1.0, 1.1, 1.1, 1.0, 1.0, 0.9, 0.9, 1.1, 1.0, 1.0, 1.0],
        [1.0] * 12,
        [1.2, 1.1, 0.9, 0.8, 0.9, 1.0, 1.0, 0.9, 0.9, 1.0, 1.2, 1.3],
    ]
)
POPULAR = np.array([0.46, 0.27, 0.17, 0.10])  # share of each product of a price step
STYLES = ("commuter", "street", "classic", "sport")
FABRIC = {
    "shirt": ("cotton", "linen", "silk", "denim"),
    "trousers": ("wool", "cotton", "linen", "jersey"),
    "dress": ("silk", "cotton", "knit", "satin"),
    "knitwear": ("merino", "cashmere", "cotton", "mohair"),
    "outerwear": ("wool", "down", "trench", "denim"),
    "shoes": ("leather", "canvas", "suede", "mesh"),
    "bag": ("leather", "canvas", "nylon", "straw"),
    "accessory": ("silk", "leather", "wool", "metal"),
}
CUT = ("basic", "everyday", "slim", "relaxed", "tailored", "signature", "atelier", "premium")
LAUNCHES = ((3, 1), (9, 1))  # month and day on which new products come
ARRIVALS = 8  # products that give way to a new one on each of these days
CITIES = (
    "Shanghai", "Hangzhou", "Nanjing", "Suzhou", "Beijing", "Tianjin",
    "Guangzhou", "Shenzhen", "Chengdu", "Chongqing", "Wuhan", "Xi'an",
)  # fmt: skip
STORES_PER_CITY = 2


def make_products(rng: np.random.Generator) -> pd.DataFrame:
    """Make the products, ordered by category, then price step; see `tables.schema.Products`."""
    grid = [(c, s, k) for c in range(len(CATEGORIES)) for s in range(STEPS) for k in range(PER_STEP)]
    category, step, style = (np.array(v) for v in zip(*grid, strict=True))
    price = CATEGORIES["base"].to_numpy()[category] * STEP_RATIO**step * rng.uniform(0.93, 1.07, len(grid))
    price = np.floor(price / 10) * 10 + 9
    cost = price * CATEGORIES["cost"].to_numpy()[category] * rng.uniform(0.92, 1.08, len(grid))
    names = CATEGORIES["category"].to_numpy()[category]
    return pd.DataFrame(
        {
            "product_id": [f"P{i:04d}" for i in range(1, len(grid) + 1)],
            "name": [f"{CUT[s]} {FABRIC[n][k]} {n}" for n, s, k in zip(names, step, style, strict=True)],
            "category": names,
            "style": np.array(STYLES)[style],
            "list_price": price,
            "unit_cost": cost.round(2),
            "launched_on": pd.NaT,
        }
    ).astype({"launched_on": "datetime64[us]"})


def make_arrivals(
    products: pd.DataFrame, days: pd.DatetimeIndex, rng: np.random.Generator
) -> tuple[pd.DataFrame, np.ndarray]:
    """Draw new products: on each day of `LAUNCHES` some give way to another one of their category, price step and style.

    Parameters
    ----------
    products : from `make_products`, a row for each place on the shelf
    days : of the data

    Returns
    -------
    pandas.DataFrame, numpy.ndarray
        new products, by time, with launched_on; and the place (row of ``products``) of each.
    """
    launched = [day for day in days[1:] if (day.month, day.day) in LAUNCHES]
    may_go = np.delete(np.arange(len(products)), popularity().argmax())  # the best seller stays
    places = [rng.choice(may_go, ARRIVALS, replace=False) for _ in launched]
    place = np.concatenate([np.empty(0, dtype=int), *places])
    new = products.iloc[place].reset_index(drop=True)
    price = np.floor(new["list_price"] * rng.uniform(0.93, 1.07, len(new)) / 10) * 10 + 9
    cost = new["unit_cost"] / new["list_price"] * price * rng.uniform(0.95, 1.05, len(new))
    new = new.assign(
        product_id=numbered("P", len(new), 4, first=len(products) + 1),
        name="new " + new["name"],
        list_price=price,
        unit_cost=cost.round(2),
        launched_on=np.repeat(pd.DatetimeIndex(launched), ARRIVALS),
    )
    return new, place


def make_stores(rng: np.random.Generator) -> pd.DataFrame:
    """Make the stores, two to a city, all opened before the data begins; see `tables.schema.Stores`."""
    city = np.repeat(CITIES, STORES_PER_CITY)
    opened = pd.Timestamp("2012-01-01") + pd.to_timedelta(rng.integers(0, 2900, len(city)), unit="D")
    return pd.DataFrame(
        {
            "store_id": store_ids(),
            "name": [
                f"Lanyu {c} {n}" for c, n in zip(city, ("Central", "Riverside") * len(CITIES), strict=True)
            ],
            "city": city,
            "opened_on": opened,
        }
    )


def store_ids() -> pd.Series:
    """Ids of the stores, in the order of their cities."""
    return numbered("S", len(CITIES) * STORES_PER_CITY, 2)


def popularity() -> np.ndarray:
    """Share of what is bought of each product, by customers of a middling price level."""
    steps = np.array([0.06, 0.16, 0.24, 0.23, 0.16, 0.09, 0.04, 0.02])
    return (CATEGORIES["taste"].to_numpy()[:, None, None] * steps[None, :, None] * POPULAR).ravel()
