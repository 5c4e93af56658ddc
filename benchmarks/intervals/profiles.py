"""What profiles say of sizes, and what a tag is worth."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.profiles import missing, tags

NOTEBOOK = "01_digital_transformation/01_customer_360"
DAY = pd.Timestamp("2025-06-30")
STYLES = np.array(["commuter", "street", "classic", "sport"])
CUSTOMERS, LARGE = 350, 10_000


def large_sizes(rng: np.random.Generator) -> Found:
    """400 profiles; 5 to 40 % wear a large size, and who does says it less often."""
    wears, keeps = rng.uniform(0.05, 0.4), rng.uniform(0.4, 1.0)
    large = rng.random(400) < wears
    says = rng.random(400) < 0.7 * np.where(large, keeps, 1.0)
    records = pd.DataFrame({"source": "app", "size": np.where(says, np.where(large, "XL", "M"), None)})
    why = pd.Series(np.where(says, "own", None))
    row = missing.large_sizes(records.assign(record_id="X"), why, records[:0]).loc["said unasked"]
    return Found(row["value"], wears * keeps / (wears * keeps + 1 - wears), row["low"], row["high"])


def worth_of_a_tag(rng: np.random.Generator) -> Found:
    """350 customers of a large world whose tastes and rates differ; the tag is by what they bought, judged by what they buy next."""
    spread = rng.uniform(0.3, 1.5)
    rate, taste = customers(CUSTOMERS, spread, rng)
    past, later = bought(rate, taste, "2025-01-01", rng), bought(rate, taste, "2025-07-01", rng)
    events = pd.concat([past, later]).sort_values("at", ignore_index=True)
    row = tags.judged(events, DAY, (tags.NEVER,)).iloc[0]
    return Found(row["value"], worth_in_a_large_world(spread, rng), row["low"], row["high"])


def customers(n: int, spread: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Purchases expected in half a year, and share of each style, of each customer."""
    return rng.gamma(0.8, 4.0, n), rng.dirichlet(np.array([4.0, 3.0, 2.0, 1.0]) * spread, n)


def worth_in_a_large_world(spread: float, rng: np.random.Generator) -> float:
    """Expected purchases of the own tag over those of anybody, of so many customers that chance is gone."""
    rate, taste = customers(LARGE, spread, rng)
    past = bought(rate, taste, "2025-01-01", rng)
    tag = tags.top(tags.weights(past, DAY, tags.NEVER), tags.shares(past))
    who, column = tag.index.str[1:].astype(int), pd.Index(STYLES).get_indexer(tag)
    usual = rate @ taste / rate.sum()
    return float((rate[who] @ taste[who, column]) / (rate[who] @ usual[column]))


def bought(rate: np.ndarray, taste: np.ndarray, start: str, rng: np.random.Generator) -> pd.DataFrame:
    """Purchases of half a year."""
    who = np.repeat(np.arange(len(rate)), rng.poisson(rate))
    style = (rng.random(len(who))[:, None] >= taste[who].cumsum(axis=1)[:, :-1]).sum(axis=1)
    at = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, 170, len(who)), unit="D")
    return pd.DataFrame({"customer_id": [f"C{i}" for i in who], "at": at, "tag": STYLES[style]})


CASES = (
    Case("the share of large sizes that profiles say", NOTEBOOK, large_sizes),
    Case("what a tag of purchases is worth", NOTEBOOK, worth_of_a_tag),
)
