"""What customers looked at, what was recommended to them, and by which chances they choose."""

import pandas as pd

from workbook.retailer.core.streams import Block, Part
from workbook.retailer.recommendations import item_views, tile
from workbook.retailer.recommendations.fit import Fit
from workbook.retailer.recommendations.visits import make_visits
from workbook.retailer.sales import assortment, sequence
from workbook.retailer.sales.sales import Sales
from workbook.retailer.sales.season import Season
from workbook.retailer.sales.supply import Goods


def make_recommendations(
    log: Part, orders: pd.DataFrame, sales: Sales, goods: Goods, season: Season, block: Block
) -> Part:
    """Tables item_views and recommendations of one block; see `tables.contracts.recommendations`.

    Parameters
    ----------
    log : sessions and session_flags, from `marketing.sessions`
    orders : the table of orders
    """
    visits = make_visits(log[0]["sessions"], log[1]["session_flags"], orders, sales)
    fit = Fit(*sales.wants)
    shown = tile.make_tile(visits, fit, goods.shelf, season, block)
    views = item_views.make_views(visits, shown, fit, goods.shelf, block)
    ids, sessions = goods.products["product_id"], visits.rows["session_id"]
    return {
        "item_views": pd.DataFrame(
            {
                "session_id": sessions.take(views["visit"]).array,
                "product_id": ids.take(views["product"]).array,
            }
        ),
        "recommendations": pd.DataFrame(
            {
                "session_id": sessions.take(shown["visit"]).array,
                "product_id": ids.take(shown["product"]).array,
                "policy": pd.Series(tile.POLICIES).take(shown["policy"]).array,
                "propensity": shown["propensity"].round(6),
                "clicked": shown["clicked"],
                "bought": shown["bought"],
            }
        ),
    }, {}


def choices_truth(goods: Goods) -> dict[str, pd.DataFrame]:
    """By which chances customers choose: of products, of months, and from one line to the next."""
    place = tile.place_of(goods.shelf)
    step = place // assortment.PER_STEP % assortment.STEPS
    usual = pd.Series(assortment.popularity()[place]).round(8)
    seasons = pd.DataFrame(assortment.SEASONS.T, columns=list(assortment.CATEGORIES["category"]))
    seasons.insert(0, "month", range(1, 13))
    return {
        "products": pd.DataFrame(
            {"product_id": goods.products["product_id"], "price_step": step, "usual_share": usual}
        ),
        "seasons": seasons,
        "choices": pd.DataFrame(CHOICES, columns=["parameter", "value"]),
    }


CHOICES = [
    ("goes on in the basket", sequence.IN_BASKET),
    ("goes on in the next order", sequence.NEXT_ORDER),
    ("turn", sequence.TURN),
    ("wobble", sequence.WOBBLE),
    ("looks by taste", item_views.BY_TASTE),
    ("click", tile.CLICK),
    ("fits", tile.FITS),
    ("most", tile.MOST),
]
