"""What is chosen and asked when an order is paid: payment, delivery, and what the order is for.

One of the customer's needs speaks in each order; it picks payment and delivery. The scene is kept for some orders only: those
where somebody asked, and gifts that were to be wrapped. So gifts are recorded more often than the rest.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers.needs import NEEDS, SCENES, named

IN_STORE = ("alipay", "wechat", "card", "cash")
# One row a need, as in NEEDS.
PAYS_IN_STORE = np.array(
    [
        [0.34, 0.42, 0.12, 0.12],
        [0.30, 0.36, 0.30, 0.04],
        [0.42, 0.50, 0.06, 0.02],
        [0.32, 0.48, 0.16, 0.04],
    ]
)
ONLINE = ("alipay", "wechat", "card", "instalments")
PAYS_ONLINE = np.array(
    [
        [0.38, 0.28, 0.04, 0.30],
        [0.44, 0.26, 0.26, 0.04],
        [0.50, 0.44, 0.04, 0.02],
        [0.42, 0.42, 0.08, 0.08],
    ]
)
DELIVERIES = ("standard", "express", "locker", "store")  # the last: fetched in a store
DELIVERED = np.array(
    [
        [0.62, 0.03, 0.30, 0.05],
        [0.45, 0.30, 0.10, 0.15],
        [0.12, 0.58, 0.26, 0.04],
        [0.50, 0.22, 0.08, 0.20],
    ]
)
ASKED = {False: 0.45, True: 0.25}  # share of orders in a store, and online, whose scene is asked and said
WRAPPED = 0.35  # share of gifts that are to be wrapped, and so recorded without being asked
SLIPS = 0.06  # share of answers that are another scene than the true one, or the same by chance


def make_choices(orders: pd.DataFrame, needs: pd.DataFrame, block: Block) -> dict[str, pd.Series]:
    """What the till keeps of each order beside the goods: scene, payment, delivery.

    Parameters
    ----------
    orders : who (row of ``needs``), online
    needs : the columns of NEEDS and SCENES; see `customers.needs.make_needs`
    """
    who, online = orders["who"].to_numpy(), orders["online"].to_numpy()
    rng = block.rng("checkout")
    speaks = draw_rows(needs[list(NEEDS)].to_numpy()[who], rng)
    at_till, on_page = (draw_rows(pays[speaks], rng) for pays in (PAYS_IN_STORE, PAYS_ONLINE))
    names = tuple(dict.fromkeys([*IN_STORE, *ONLINE]))
    paid = np.where(online, np.array([names.index(n) for n in ONLINE])[on_page], at_till)
    delivered = np.where(online, draw_rows(DELIVERED[speaks], rng), -1)
    scene = scene_known(needs[list(SCENES)].to_numpy()[who], online, block.rng("checkout.scene"))
    return {
        "scene": named(SCENES, scene),
        "payment": named(names, paid),
        "delivery": named(DELIVERIES, delivered),
    }


def scene_known(shares: np.ndarray, online: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The scene that is kept of each order (code of SCENES); -1 where nobody asked.

    Parameters
    ----------
    shares : of each scene among the orders of who placed this one, (orders, scenes)
    online : whether it was placed online
    """
    true = draw_rows(shares, rng)
    wrapped = (true == SCENES.index("gift")) & (rng.random(len(true)) < WRAPPED)
    asked = rng.random(len(true)) < np.where(online, ASKED[True], ASKED[False])
    slip = rng.random(len(true)) < SLIPS
    said = np.where(slip, rng.integers(0, len(SCENES), len(true)), true)
    return np.where(wrapped, true, np.where(asked, said, -1))
