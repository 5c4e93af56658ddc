"""Shares and the ratio of two shares."""

import numpy as np
import pandas as pd

from intervals import Case, Found
from workbook.analytics import experiments


def share(rng: np.random.Generator) -> Found:
    """A share of 60 customers, anywhere between 2 and 98 %."""
    chance = rng.uniform(0.02, 0.98)
    hits = pd.Series(rng.random(60) < chance)
    return Found(hits.mean(), chance, *experiments.share_interval(hits))


def lift(rng: np.random.Generator) -> Found:
    """Two groups of 400; one orders in 10 to 40 % of cases, the other up to half as often again."""
    base, more = rng.uniform(0.1, 0.4), rng.uniform(-0.3, 0.5)
    treated, control = (pd.Series(rng.random(400) < p) for p in (base * (1 + more), base))
    found, low, high = experiments.lift(treated, control)
    return Found(found, more, low, high)


CASES = (
    Case("a share, by Wilson", "02_segmentation/01_rfm_tiers", share),
    Case("the lift of a share, by Katz", "02_segmentation/01_rfm_tiers", lift),
)
