"""Stock: what the till sold and took back explains each count, but for the errors that truth lists and single pieces."""

import numpy as np
import pandas as pd
import pytest

from workbook.retailer.sales import stock
from workbook.retailer.sales.assortment import CATEGORIES
from workbook.retailer.sales.season import make_season
from workbook.tables.contracts import sales as contracts
from workbook.tables.dataset import validate

KEY = ["store_id", "category", "week"]


def sums(mean: float = 2.0, months: int = 24, seed: int = 1) -> pd.DataFrame:
    """Draw what stores sold and took back."""
    many = len(stock.weeks(make_season(months)))
    index = pd.MultiIndex.from_product(
        [range(1, stock.STORES + 1), range(len(CATEGORIES)), range(many)], names=["store", "category", "week"]
    )
    rng = np.random.default_rng(seed)
    sold = rng.poisson(mean, len(index))
    return pd.DataFrame({"sold": sold, "returned": rng.binomial(sold, 0.1)}, index=index)


def made(sold: pd.DataFrame, months: int = 24, seed: int = 1) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make the stock, with what is unexplained in each week after the first."""
    table, errors = stock.make_stock(sold, make_season(months), np.random.default_rng(seed))
    before = table.groupby(["store_id", "category"])["counted"].shift()
    expected = before + table["received"] - sold["sold"].to_numpy() + sold["returned"].to_numpy()
    return table.assign(gap=table["counted"] - expected), errors


def test_tables_keep_their_contracts():
    """A row per store, category and week, at most 52 weeks; no count below zero; truth names such rows."""
    table, errors = made(sums())
    validate({"stock": table.drop(columns="gap")}, {"stock": contracts.Stock})
    validate({"stock_errors": errors}, contracts.TRUTH)
    assert len(table) == stock.STORES * len(CATEGORIES) * 52
    assert (table["week"].dt.day_of_week == 0).all()
    assert len(errors.merge(table, on=KEY)) == len(errors)


def test_without_errors_and_slips_every_count_is_explained(monkeypatch):
    """With their rates at zero nothing is unexplained, to the piece."""
    monkeypatch.setattr(stock, "ERRORS", stock.ERRORS.assign(rate=0.0))
    monkeypatch.setattr(stock, "SLIPS", 0.0)
    table, errors = made(sums())
    assert (table["gap"].dropna() == 0).all()
    assert errors.empty


def test_each_error_shows_as_its_kind_says(monkeypatch):
    """Pieces that vanish are gone for good, a wrong count is right the week after, what wasn't booked is there."""
    monkeypatch.setattr(stock, "SLIPS", 0.0)
    table, errors = made(sums())
    rows = table.merge(errors, on=KEY, how="left")
    rows["after"] = rows.groupby(["store_id", "category"])["gap"].shift(-1)
    rows["calm"] = rows.groupby(["store_id", "category"])["kind"].shift(-1).isna()
    rows["quiet"] = rows.groupby(["store_id", "category"])["kind"].shift(1).ne("miscount") & rows["calm"]
    lonely = rows[rows["quiet"] & rows["after"].notna()].set_index("kind")
    assert set(errors["kind"]) == set(stock.ERRORS["kind"])
    assert (lonely.loc["shrinkage", "gap"] == -lonely.loc["shrinkage", "pieces"]).all()
    assert (lonely.loc["shrinkage", "after"] == 0).all()
    assert (lonely.loc["miscount", "gap"].abs() == lonely.loc["miscount", "pieces"]).all()
    assert (lonely.loc["miscount", "after"] == -lonely.loc["miscount", "gap"]).all()
    assert (lonely.loc["missing receipt", "gap"] == lonely.loc["missing receipt", "pieces"]).all()
    assert (lonely.loc["missing receipt", "received"] == 0).all()


def test_errors_come_as_often_as_their_rates():
    """Shrinkage strikes a share of all cells but those of the first week."""
    _, errors = made(sums(mean=4.0))
    n = stock.STORES * len(CATEGORIES) * 51
    for kind in ("shrinkage", "miscount"):
        rate = stock.ERRORS.set_index("kind")["rate"][kind]
        assert abs((errors["kind"] == kind).sum() - n * rate) < 4 * np.sqrt(n * rate)


@pytest.mark.parametrize("mean", [0.0, 0.3, 300.0])
def test_nothing_is_sold_that_is_not_there(mean):
    """However little or much a store sells, what it has never falls below zero; the planned deliveries are usually enough."""
    sold = sums(mean=mean)
    table, _ = made(sold)
    assert (table["counted"] >= 0).all()
    assert (table["received"] >= 0).all()


def test_a_short_world_has_few_weeks():
    """One month has its whole weeks only, and they lie in it."""
    season = make_season(1)
    table, _ = made(sums(months=1), months=1)
    assert table["week"].nunique() == len(stock.weeks(season)) == 4
    assert table["week"].min() >= season.start
    assert table["week"].max() + pd.Timedelta(days=6) <= season.end


def test_the_till_explains_the_stock_of_the_world(small):
    """Sold and returned pieces of the tables, put beside the counts, leave a gap in few weeks that truth doesn't know."""
    lines = small.order_lines.merge(small.orders, on="order_id").merge(small.products, on="product_id")
    lines["week"] = lines["ordered_at"].dt.to_period("W-SUN").dt.start_time
    back = small.returns.merge(small.orders[["order_id", "store_id"]], on="order_id").merge(
        small.products, on="product_id"
    )
    back["week"] = back["returned_at"].dt.to_period("W-SUN").dt.start_time
    sold, came = (f.groupby(KEY)["quantity"].sum() for f in (lines, back))
    table = small.stock.set_index(KEY).sort_index()
    before = table.groupby(level=KEY[:2])["counted"].shift()
    moved = came.reindex(table.index).fillna(0) - sold.reindex(table.index).fillna(0)
    gap = (table["counted"] - before - table["received"] - moved).dropna()
    known = small.truth["stock_errors"].set_index(KEY).index
    odd = gap.index[gap.abs() > 2]
    after = known.set_levels(known.levels[2] + stock.WEEK, level=2)  # a wrong count shows twice
    assert odd.isin(known.append(after)).mean() > 0.95
    assert 0.02 < (gap != 0).mean() < 0.12
