"""Which products each session of a known customer looked at."""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block
from workbook.retailer.recommendations.fit import Fit, draw_from, usual
from workbook.retailer.recommendations.visits import Visits
from workbook.retailer.sales.supply import Shelf

BY_TASTE = 0.7  # share of products that are looked at for one's own taste; the others are what people on the whole look for


def make_views(visits: Visits, tile: pd.DataFrame, fit: Fit, shelf: Shelf, block: Block) -> pd.DataFrame:
    """Different products that each session looked at: what it clicked on the tile, what it bought, and others.

    Parameters
    ----------
    tile : visit, product, clicked; see `tile.make_tile`

    Returns
    -------
    pandas.DataFrame
        visit (row of visits), product (row of products).
    """
    rows = visits.rows
    # More than are needed, since some are drawn twice.
    visit = np.repeat(np.arange(len(rows)), 2 * rows["looked"] + 2)
    place = draw_looks(rows.iloc[visit], fit, block.rng("recommendations.views"))
    at = rows["at"].to_numpy()[visit].astype("datetime64[s]")
    drawn = pd.DataFrame({"visit": visit, "product": shelf.product(place, at)})
    clicked = tile.loc[tile["clicked"], ["visit", "product"]]
    looks = pd.concat([clicked, visits.bought, drawn]).drop_duplicates()
    looks = looks.sort_values("visit", kind="stable", ignore_index=True)
    return looks[looks.groupby("visit").cumcount() < rows["looked"].to_numpy()[looks["visit"]]]


def draw_looks(rows: pd.DataFrame, fit: Fit, rng: np.random.Generator) -> np.ndarray:
    """Draw a place for each row: by the customer's taste, or by everybody's."""
    who, month = rows["who"].to_numpy(), rows["month"].to_numpy()
    own = rng.random(len(rows)) < BY_TASTE
    return np.where(own, fit.draw(who, month, rng), draw_from(usual(), month, rng))
