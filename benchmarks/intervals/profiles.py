"""What profiles say of sizes, and what a tag is worth."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.profiles import missing, tags

NOTEBOOK = "01_digital_transformation/01_customer_360"
DAY = pd.Timestamp("2025-06-30")
STYLES = np.array(["commuter", "street", "classic", "sport"])
CUSTOMERS, LARGE = 350, 10_000


def sizes(rng: np.random.Generator) -> tuple[pd.DataFrame, float, float]:
    """The table of 400 profiles, of which 5 to 40 % wear a large size and say it less often, and who buy what they wear; the true shares."""
    wears, keeps = rng.uniform(0.05, 0.4), rng.uniform(0.4, 1.0)
    large = rng.random(400) < wears
    says = rng.random(400) < 0.7 * np.where(large, keeps, 1.0)
    customers = pd.Series([f"C{i}" for i in range(400)])
    bought = pd.Series(np.where(large, "XL", "M"), index=customers)
    records = pd.DataFrame(
        {"customer_id": customers, "source": "app", "size": bought.where(says, None).to_numpy()}
    )
    table = missing.large_sizes(records, pd.Series(np.where(says, "own", None)), bought)
    speak = wears * keeps / (wears * keeps + 1 - wears)
    silent = wears * (1 - 0.7 * keeps) / (1 - 0.7 * (wears * keeps + 1 - wears))
    return table, speak, silent


def large_sizes(rng: np.random.Generator) -> Found:
    """The share of large sizes among those who say one."""
    table, speak, _ = sizes(rng)
    row = table.loc["said unasked"]
    return Found(row["value"], speak, row["low"], row["high"])


def silent_less_said(rng: np.random.Generator) -> Found:
    """How much more often those wear a large size who left it empty."""
    table, speak, silent = sizes(rng)
    gap = missing.silence(table).gap
    return Found(gap.value, silent - speak, gap.low, gap.high)


def worth_of_a_tag(rng: np.random.Generator) -> Found:
    """350 customers of a large world whose tastes and rates differ; the tag is by what they bought, judged by what they buy next."""
    spread = rng.uniform(0.3, 1.5)
    rate, taste = customers(CUSTOMERS, spread, rng)
    past, later = bought(rate, taste, "2025-01-01", rng), bought(rate, taste, "2025-07-01", rng)
    events = pd.concat([past, later]).sort_values("at", ignore_index=True)
    row = tags.judged(events, DAY, (tags.NEVER,)).iloc[0]
    return Found(row["value"], worth_in_a_large_world(spread, tags.NEVER, rng), row["low"], row["high"])


def what_forgetting_adds(rng: np.random.Generator) -> Found:
    """The same world: how much more often a tag that forgets nothing is bought than one of 30 to 180 days half-life."""
    spread, half_life = rng.uniform(0.3, 1.5), float(rng.integers(30, 181))
    rate, taste = customers(CUSTOMERS, spread, rng)
    past, later = bought(rate, taste, "2025-01-01", rng), bought(rate, taste, "2025-07-01", rng)
    events = pd.concat([past, later]).sort_values("at", ignore_index=True)
    found = tags.difference(events, DAY, half_life)
    seed = int(rng.integers(2**32))  # both in the same large world
    short, kept = (
        worth_in_a_large_world(spread, h, np.random.default_rng(seed)) for h in (half_life, tags.NEVER)
    )
    return Found(found.value, (1 + kept) / (1 + short) - 1, found.low, found.high)


def customers(n: int, spread: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Purchases expected in half a year, and share of each style, of each customer."""
    return rng.gamma(0.8, 4.0, n), rng.dirichlet(np.array([4.0, 3.0, 2.0, 1.0]) * spread, n)


def worth_in_a_large_world(spread: float, half_life: float, rng: np.random.Generator) -> float:
    """Expected purchases of the own tag over those of anybody, less 1, of so many customers that chance is gone."""
    rate, taste = customers(LARGE, spread, rng)
    past = bought(rate, taste, "2025-01-01", rng)
    tag = tags.top(tags.weights(past, DAY, half_life), tags.shares(past))
    who, column = tag.index.str[1:].astype(int), pd.Index(STYLES).get_indexer(tag)
    usual = rate @ taste / rate.sum()
    return float((rate[who] @ taste[who, column]) / (rate[who] @ usual[column])) - 1


def bought(rate: np.ndarray, taste: np.ndarray, start: str, rng: np.random.Generator) -> pd.DataFrame:
    """Purchases of half a year."""
    who = np.repeat(np.arange(len(rate)), rng.poisson(rate))
    style = (rng.random(len(who))[:, None] >= taste[who].cumsum(axis=1)[:, :-1]).sum(axis=1)
    at = pd.Timestamp(start) + pd.to_timedelta(rng.integers(0, 170, len(who)), unit="D")
    return pd.DataFrame({"customer_id": [f"C{i}" for i in who], "at": at, "tag": STYLES[style]})


CASES = (
    Case("the share of large sizes of those who say one", NOTEBOOK, large_sizes),
    Case("how much more often the silent wear a large size", NOTEBOOK, silent_less_said),
    Case("what a tag of purchases is worth", NOTEBOOK, worth_of_a_tag),
    Case("what forgetting adds to a tag", NOTEBOOK, what_forgetting_adds),
)
