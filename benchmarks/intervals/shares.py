"""Shares, the ratio of two shares, and the difference of two means."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics.experiments import ab_tests
from workbook.analytics.segments import class_future, class_trial


def share(rng: np.random.Generator) -> Found:
    """A share of 60 customers, anywhere between 2 and 98 %."""
    chance = rng.uniform(0.02, 0.98)
    hits = pd.Series(rng.random(60) < chance)
    return Found(hits.mean(), chance, *ab_tests.share_interval(hits))


def several_times(rng: np.random.Generator) -> tuple[pd.Series, np.ndarray, float]:
    """Tickets of 120 customers, about four each, whose own chances differ; and the mean of these."""
    chance = rng.uniform(0.1, 0.9)
    own = rng.beta(1.5 * chance, 1.5 * (1 - chance), 120)
    whose = np.repeat(np.arange(120), 1 + rng.poisson(3 * rng.gamma(1, 1, 120)))
    return pd.Series(rng.random(len(whose)) < own[whose]), whose, chance


def share_of_regulars(rng: np.random.Generator) -> Found:
    """A share of tickets, customers counted as they come."""
    hits, whose, chance = several_times(rng)
    return Found(hits.mean(), chance, *ab_tests.share_interval(hits, cluster=pd.Series(whose)))


def lift(rng: np.random.Generator) -> Found:
    """Two groups of 400; one orders in 10 to 40 % of cases, the other up to half as often again."""
    base, more = rng.uniform(0.1, 0.4), rng.uniform(-0.3, 0.5)
    treated, control = (pd.Series(rng.random(400) < p) for p in (base * (1 + more), base))
    found, low, high = ab_tests.lift(treated, control)
    return Found(found, more, low, high)


def spent(rng: np.random.Generator) -> Found:
    """Spend of half a year with a long tail, at random: 60 % of 660 come back, of 450 left alone 20 to 60 %."""
    base, basket = rng.uniform(0.2, 0.6), np.exp(7.5 + 1.05**2 / 2)
    treated, control = (
        pd.Series((rng.random(n) < p) * rng.lognormal(7.5, 1.05, n)) for n, p in ((660, 0.6), (450, base))
    )
    arms = {"treated": treated, "holdout": control}
    of = pd.concat([pd.DataFrame({"arm": name, "spent": values}) for name, values in arms.items()])
    found = class_trial.spend_difference(of, "CNY")
    return Found(found.value, (0.6 - base) * basket, found.low, found.high)


def letter_ahead(rng: np.random.Generator) -> Found:
    """How much farther apart high and low R are than high and low F: 1,000 customers, of whom those with a high R often have a high F."""
    recent = rng.random(1000) < 0.5
    frequent = rng.random(1000) < np.where(recent, 0.6, 0.3)
    came_back = rng.random(1000) < 0.15 + 0.3 * recent + 0.1 * frequent
    since = pd.DataFrame({"R": 1 + 4 * recent, "F": 1 + 4 * frequent, "M": 1, "came_back": came_back})
    of_R = 0.3 + 0.1 * (0.6 - 0.3)
    of_F = 0.1 + 0.3 * (0.3 / 0.45 - 0.2 / 0.55)  # shares of a high R among high and low F
    found = class_future.decides(since, 4).ahead
    return Found(found.value, of_R - of_F, found.low, found.high)


def baskets_apart(rng: np.random.Generator) -> Found:
    """How much farther apart high and low R are with large baskets than with small ones, of 1,200 customers."""
    small, large = rng.uniform(0.1, 0.5, 2)
    recent, third = rng.random(1200) < 0.5, np.arange(1200) // 400
    came_back = rng.random(1200) < 0.2 + np.array([small, 0.3, large])[third] * recent
    spend = {"purchases": 1, "total_spend": np.arange(1.0, 1201)}
    since = pd.DataFrame({"R": 1 + 4 * recent, "came_back": came_back, **spend})
    found = class_future.large_less_small(since, 4)
    return Found(found.value, large - small, found.low, found.high)


CASES = (
    Case("how much more R tells than F, of the same customers", "02_segmentation/01_rfm_tiers", letter_ahead),
    Case("what R tells of large baskets against small ones", "02_segmentation/01_rfm_tiers", baskets_apart),
    Case("a share, by Wilson", "02_segmentation/01_rfm_tiers", share),
    Case("a share, customers who come several times", "04_service/01_service_kpis", share_of_regulars),
    Case("the lift of a share, by Katz", "02_segmentation/01_rfm_tiers", lift),
    Case("the difference of spend per customer", "02_segmentation/01_rfm_tiers", spent),
)
