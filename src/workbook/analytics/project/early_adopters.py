"""Firms with a system and without: a gap that is there without any effect, because large firms adopt early."""

import numpy as np
import pandas as pd

from workbook.analytics.estimate import Estimate
from workbook.analytics.experiments import causal

FIRMS = 400
ADOPTS = 1.4  # log odds of having a system for each standard deviation of the logarithm of size
SIZE = 0.05  # repurchase rate gained with each standard deviation of size, by brand, range and stores
USUAL, SCATTER = 0.40, 0.06  # mean repurchase rate, and what else differs between firms


def firms(effect: float, seed: int, *, number: int = FIRMS, adopts: float = ADOPTS) -> pd.DataFrame:
    """Draw firms: size (standardised logarithm), system, repurchase (rate).

    Parameters
    ----------
    effect : what the system adds to the repurchase rate
    adopts : how much likelier large firms are to have a system
    """
    rng = np.random.default_rng(seed)
    size = rng.standard_normal(number)
    system = rng.random(number) < 1 / (1 + np.exp(-adopts * size))
    rate = USUAL + SIZE * size + effect * system + SCATTER * rng.standard_normal(number)
    return pd.DataFrame({"size": size, "system": system, "repurchase": rate.clip(0, 1)})


def gap(some: pd.DataFrame) -> Estimate:
    """Repurchase of firms with a system against those without, relative."""
    return causal.compare(some["repurchase"], some["system"]).change


def gap_of_equals(some: pd.DataFrame) -> Estimate:
    """The same among firms of equal size, by weights."""
    return causal.weighted(some["repurchase"], some["system"], some[["size"]]).change


def mean_gaps(effects: list[float], seed: int, worlds: int = 20) -> pd.DataFrame:
    """Mean gap as it stands and among equals over several worlds, by true effect in points: a row an effect."""
    rows = {}
    for effect in effects:
        each = [firms(effect, seed + 1000 * i) for i in range(worlds)]
        plain, equal = (float(np.mean([how(some).value for some in each])) for how in (gap, gap_of_equals))
        rows[100 * effect] = {
            "gap, relative": plain,
            "among equal firms": equal,
            "effect put in, relative": effect / USUAL,
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("effect put in, points")
