"""What is looked at: what was clicked and bought, and otherwise by taste."""

import pandas as pd
import pytest

from workbook.retailer.core.streams import pick_rows
from workbook.retailer.recommendations import item_views, tile
from workbook.retailer.recommendations.fit import usual


def looks(shop) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tile and the views of the shop."""
    shown = tile.make_tile(shop.visits, shop.fit, shop.shelf, shop.season, shop.block)
    return shown, item_views.make_views(shop.visits, shown, shop.fit, shop.shelf, shop.block)


@pytest.fixture(scope="module")
def made(shop):
    """The tile and the views."""
    return looks(shop)


def test_each_session_looks_at_as_many_as_it_does(shop, made):
    """Different products, as many as the session looked at, but for the very few whose draws were all alike."""
    _, views = made
    number = views["visit"].value_counts().reindex(shop.visits.rows.index, fill_value=0)
    assert not views.duplicated().any()
    assert (number <= shop.visits.rows["looked"]).all()
    assert (number == shop.visits.rows["looked"]).mean() > 0.995


def test_what_was_clicked_was_looked_at(made):
    """A click leads to the product's page."""
    shown, views = made
    clicked = shown.loc[shown["clicked"], ["visit", "product"]]
    assert len(clicked.merge(views)) == len(clicked) > 0


def test_what_was_bought_was_looked_at_first(shop, made):
    """Of a session that bought, as many lines as it looked at products; the others come only then."""
    _, views = made
    bought = shop.visits.bought.drop_duplicates()
    lines = bought.groupby("visit").size()
    seen = bought.merge(views).groupby("visit").size().reindex(lines.index, fill_value=0)
    room = lines < shop.visits.rows["looked"].loc[lines.index]  # for what was clicked, too
    assert room.sum() > 50
    assert (seen[room] == lines[room]).all()


def taste_of_others(shop, views) -> float:
    """Share of views with a lift over 1, of those that were neither clicked nor bought."""
    rows = shop.visits.rows.iloc[views["visit"]]
    place = tile.place_of(shop.shelf)[views["product"]]
    return float((shop.fit.lift(rows["who"].to_numpy(), rows["month"].to_numpy(), place) > 1).mean())


def test_without_taste_views_are_what_everybody_looks_for(shop, made, monkeypatch):
    """A share of zero removes it: what is looked at fits no better than what people on the whole look for."""
    shown, views = made
    monkeypatch.setattr(item_views, "BY_TASTE", 0.0)
    flat = item_views.make_views(shop.visits, shown[:0], shop.fit, shop.shelf, shop.block)
    flat = flat[~flat["visit"].isin(shop.visits.bought["visit"])]
    share = taste_of_others(shop, flat)
    monkeypatch.setattr(item_views, "draw_looks", by_chance)
    chance = item_views.make_views(shop.visits, shown[:0], shop.fit, shop.shelf, shop.block)
    chance = chance[~chance["visit"].isin(shop.visits.bought["visit"])]
    assert abs(share - taste_of_others(shop, chance)) < 0.02
    assert taste_of_others(shop, views) > share + 0.15


def by_chance(rows, fit, rng):
    """Places as people on the whole look for them, drawn another way."""
    return pick_rows(usual()[rows["month"].to_numpy()], rng.random(len(rows)))
