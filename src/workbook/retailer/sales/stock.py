"""Stock of each store by category and week, as the ERP books deliveries and the store counts pieces; and what goes wrong.

The books hold deliveries and counts; sales and returns are the till's. Whoever adds them up finds what is missing.
"""

import numpy as np
import pandas as pd

from workbook.retailer.sales.assortment import CATEGORIES, CITIES, STORES_PER_CITY, store_ids
from workbook.retailer.sales.sales import Sales
from workbook.retailer.sales.season import Season
from workbook.retailer.sales.supply import Goods

WEEK = pd.Timedelta(days=7)
KEPT = 52  # weeks that the ERP keeps
STORES = len(CITIES) * STORES_PER_CITY
COVER = 6  # weeks of sales that a store is filled up to
LEAST = 6  # pieces of a category that a store has at least when it is filled up
EVERY = 2  # weeks between two deliveries
SLIPS = 0.03  # share of counts that are one piece off, which nobody calls an error
# Chance of each error in a store, category and week (a receipt can only be missing where there was one), and the mean number
# of pieces, from 1 on.
ERRORS = pd.DataFrame(
    [("shrinkage", 0.006, 3.0), ("miscount", 0.005, 4.0), ("missing receipt", 0.02, 0.0)],
    columns=["kind", "rate", "pieces"],
)
SHRINKAGE, MISCOUNT, RECEIPT = range(len(ERRORS))


def weeks(season: Season) -> pd.DatetimeIndex:
    """First days (Mondays) of the last whole weeks of the data, those that are kept."""
    mondays = pd.date_range(season.start, season.end - WEEK + pd.Timedelta(days=1), freq="W-MON")
    return mondays[-KEPT:]


def stock_sums(sales: Sales, season: Season, goods: Goods) -> pd.DataFrame:
    """Pieces sold and brought back by store (number), category (code) and week (number), to be added over blocks."""
    lines = sales.lines[sales.lines["at"] < sales.seen]
    orders, first = sales.orders, weeks(season)[0]
    back = sales.back[sales.back["at"].isin(lines.index)]
    sold = cells(lines, orders["ordered_at"].to_numpy()[lines["at"]], orders, first, goods)
    came = cells(sales.lines.loc[back["at"]], back["returned_at"].to_numpy(), orders, first, goods)
    shape = (STORES + 1, len(CATEGORIES), len(weeks(season)))
    frame = pd.DataFrame(
        {"sold": counted(sold, shape), "returned": counted(came, shape)},
        index=pd.MultiIndex.from_product([range(n) for n in shape], names=["store", "category", "week"]),
    )
    return frame.drop(index=0, level="store")


def cells(
    lines: pd.DataFrame, at: np.ndarray, orders: pd.DataFrame, first: pd.Timestamp, goods: Goods
) -> pd.DataFrame:
    """Store (0 online), category, week and pieces of some lines."""
    return pd.DataFrame(
        {
            "store": orders["store"].to_numpy()[lines["at"]],
            "category": goods.category[lines["product"]],
            "week": (at.astype("datetime64[s]") - first.to_datetime64())
            .astype("timedelta64[s]")
            .astype("int64")
            // int(WEEK.total_seconds()),
            "pieces": lines["quantity"].to_numpy(),
        }
    )


def counted(rows: pd.DataFrame, shape: tuple[int, ...]) -> np.ndarray:
    """Pieces in each cell of a block of this shape, flat; rows outside of its weeks are left out."""
    rows = rows[rows["week"].between(0, shape[2] - 1)]
    flat = np.ravel_multi_index((rows["store"], rows["category"], rows["week"]), shape)
    return np.bincount(flat, weights=rows["pieces"], minlength=int(np.prod(shape))).astype("int64")


def make_stock(
    sums: pd.DataFrame, season: Season, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the ERP's stock.

    Parameters
    ----------
    sums : as `stock_sums` makes them, added over all blocks

    Returns
    -------
    stock : see `tables.contracts.sales.Stock`
    errors : see `tables.contracts.sales.StockErrors`
    """
    shape = (STORES * len(CATEGORIES), len(weeks(season)))
    sold, returned = (sums.sort_index()[c].to_numpy().reshape(shape) for c in ("sold", "returned"))
    received = deliveries(sold, returned, rng)
    kind, pieces = draw_errors(received, rng)
    lost = np.where(kind == SHRINKAGE, pieces, 0)
    # A store that has too few left for what is then sold gets more: nothing is sold that isn't there.
    there = np.cumsum(received + returned - sold - lost, axis=1)
    short = np.maximum.accumulate(np.maximum(-there, 0), axis=1)
    received = received + np.diff(short, axis=1, prepend=0)
    there = there + short
    missed = (kind == RECEIPT) & (received > 0)
    kind = np.where((kind == RECEIPT) & ~missed, -1, kind)
    pieces = np.where(missed, received, pieces)
    wrong = np.where(kind == MISCOUNT, pieces * rng.choice([-1, 1], shape), 0)
    slip = rng.choice([-1, 0, 1], shape, p=[SLIPS / 2, 1 - SLIPS, SLIPS / 2])
    count = np.maximum(there + wrong + slip, 0)
    kind = np.where((kind == MISCOUNT) & (count == there), -1, kind)
    index = rows_of(shape[1], season)
    stock = index.assign(received=np.where(missed, 0, received).ravel(), counted=count.ravel())
    return stock, errors_table(index, kind, np.where(kind == MISCOUNT, np.abs(count - there), pieces))


def deliveries(sold: np.ndarray, returned: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Pieces delivered at the beginning of each week: now and then a store is filled up for the weeks to come, about right."""
    level, received = np.zeros(len(sold)), np.zeros_like(sold)
    turn = np.arange(len(sold)) % EVERY
    for week in range(sold.shape[1]):
        ahead = sold[:, week : week + COVER].sum(axis=1) * rng.lognormal(0, 0.2, len(sold))
        full = np.maximum(np.ceil(ahead), LEAST)
        due = (week % EVERY == turn) | (week == 0)
        received[:, week] = np.where(due, np.maximum(full - level, 0), 0)
        level = level + received[:, week] + returned[:, week] - sold[:, week]
    return received


def draw_errors(received: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Row of ERRORS, -1 for none, and the number of pieces, of each cell; the first week has nothing before it to err against."""
    chance = ERRORS["rate"].to_numpy() * np.stack([np.ones_like(received)] * 2 + [received > 0], axis=-1)
    kind = (rng.random(received.shape)[..., None] >= chance.cumsum(axis=-1)).sum(axis=-1)
    kind = np.where(kind == len(ERRORS), -1, kind)
    kind[:, 0] = -1
    mean = ERRORS["pieces"].to_numpy()[kind].clip(1)
    return kind, rng.geometric(1 / mean)


def rows_of(many: int, season: Season) -> pd.DataFrame:
    """Store, category and week of each row of the table."""
    grid = pd.MultiIndex.from_product(
        [store_ids(), CATEGORIES["category"], weeks(season)[:many]], names=["store_id", "category", "week"]
    )
    return grid.to_frame(index=False)


def errors_table(index: pd.DataFrame, kind: np.ndarray, pieces: np.ndarray) -> pd.DataFrame:
    """Cells that have an error, which, and of how many pieces."""
    wrong = np.flatnonzero(kind.ravel() >= 0)
    return (
        index.take(wrong)
        .assign(kind=ERRORS["kind"].to_numpy(dtype=object)[kind.ravel()[wrong]], pieces=pieces.ravel()[wrong])
        .reset_index(drop=True)
    )
