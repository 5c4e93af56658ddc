"""How well each place on the shelf fits a customer in a month, against how well it fits people on the whole."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from workbook.retailer.core.streams import pick_rows
from workbook.retailer.sales.assortment import CATEGORIES, PER_STEP, SEASONS, STEPS, popularity


@dataclass(frozen=True)
class Fit:
    """What each customer of a block looks for.

    Attributes
    ----------
    tastes, steps, styles : chances of categories, price steps and styles, a row per customer; see `sales.sales.Wants`
    """

    tastes: np.ndarray
    steps: np.ndarray
    styles: np.ndarray

    def draw(self, who: np.ndarray, month: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Draw the places that customers look for in some months (0 to 11)."""
        chances = self.tastes[who] * SEASONS.T[month], self.steps[who], self.styles[who]
        category, step, style = (pick_rows(c, rng.random(len(who))) for c in chances)
        return (category * STEPS + step) * PER_STEP + style

    def lift(self, who: np.ndarray, month: np.ndarray, place: np.ndarray) -> np.ndarray:
        """How many times likelier customers are to look for a place in a month than people on the whole are."""
        category, step, style = place // (STEPS * PER_STEP), place // PER_STEP % STEPS, place % PER_STEP
        wanted, row = self.tastes[who] * SEASONS.T[month], np.arange(len(who))
        own = wanted[row, category] / wanted.sum(axis=1)
        return own * self.steps[who, step] * self.styles[who, style] / usual()[month, place]


@cache
def usual() -> np.ndarray:
    """Share of what people on the whole look for of each place in each month, (12, places)."""
    by_month = popularity().reshape(len(CATEGORIES), -1)[None] * SEASONS.T[:, :, None]
    flat = by_month.reshape(12, -1)
    return flat / flat.sum(axis=1, keepdims=True)


def draw_from(chances: np.ndarray, row: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw a column by the chances of a row, for many rows of one small table."""
    upto = np.cumsum(chances, axis=1)
    upto = upto / np.maximum(upto[:, -1:], 1e-300) + np.arange(len(chances))[:, None]
    found = np.searchsorted(upto.ravel(), row + rng.random(len(row)), side="right")
    return found - row * chances.shape[1]
