"""What takes points away: goods sent back, payment with points, and expiry.

It depends on the balance, and so on all that came before: these entries are settled in rounds, the first of every
member, then the second, and so on.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.retailer.core.epoch_seconds import last_of, seconds
from workbook.retailer.core.streams import Block
from workbook.retailer.loyalty.points_earned import EXPIRE, GAIN, KINDS, REDEEM, TAKE_BACK, gain
from workbook.retailer.sales.season import Season

# The rules of the programme, as members read them.
STEP, STEP_WORTH = 500, 25.0  # points redeemed at a time, and the CNY that they pay
MOST_PAID = 0.5  # share of an order that points may pay
LIVES = 12  # months from the end of the month of earning to expiry

# How members use it.
REDEEMS = 0.55  # chance to want to pay with points, of those who mind prices most
ALL_IN = 0.35  # share of those who then take as many steps as they can; the others take one
OVERDRAWN = 0.003  # share of wishes to redeem that may go too far

AFTER = 2**36  # moments (see `moment`) of one customer


def take_backs(
    back: pd.DataFrame, points: np.ndarray, order: np.ndarray, orders: pd.DataFrame, season: Season
) -> pd.DataFrame:
    """Points of lines that came back: columns as in GAIN, points being the most that is taken.

    Parameters
    ----------
    back : at (row of lines), returned_at
    points, order : of each line: points that it earned, row of its order
    """
    back = back[(back["at"] < len(points)) & (seconds(back["returned_at"]) <= last_of(season))]
    row = order[back["at"]]
    wished = gain(
        TAKE_BACK, orders["who"].to_numpy()[row], seconds(back["returned_at"]), points[back["at"]], row
    )
    return wished[wished["points"] > 0].assign(over=False, old=0)


def redemptions(folk: pd.DataFrame, orders: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Orders whose customer would pay with points, if there are enough; those who mind prices more often.

    Columns as in GAIN, points being the most that is wished for, and over: whether nobody looks at the balance.
    """
    rng, n = block.rng("loyalty.redemptions"), len(orders)
    who = orders["who"].to_numpy()
    wants = rng.random(n) < REDEEMS * (1 - folk["price_level"].to_numpy()[who])
    most = (MOST_PAID * orders["amount"].to_numpy() // STEP_WORTH).astype("int64")
    steps = np.where(rng.random(n) < ALL_IN, most, np.minimum(most, 1))
    over = rng.random(n) < OVERDRAWN
    member = orders["at"].to_numpy() >= folk["since"].to_numpy()[who]
    row = np.flatnonzero(wants & member & (steps > 0))
    return gain(REDEEM, who[row], orders["at"].to_numpy()[row], steps[row] * STEP, row).assign(
        over=over[row], old=0
    )


def expiries(gains: pd.DataFrame, season: Season) -> pd.DataFrame:
    """Month ends at which points of a member may run out: columns as in GAIN, and old: last second of their earning."""
    month = gains["at"].to_numpy().astype("datetime64[s]").astype("datetime64[M]").astype("int64")
    pairs = np.unique(gains["who"].to_numpy().astype("int64") * 100_000 + month)
    who, month = pairs // 100_000, pairs % 100_000
    at, old = last_second(month + LIVES), last_second(month)
    here = at <= last_of(season)
    return gain(EXPIRE, who[here], at[here], 0).assign(over=False, old=old[here])


def last_second(month: np.ndarray) -> np.ndarray:
    """Last second of months that are counted from 1970."""
    return (month + 1).astype("datetime64[M]").astype("datetime64[s]").astype("int64") - 1


def settle(gains: pd.DataFrame, wishes: pd.DataFrame, n: int) -> pd.DataFrame:
    """What is in fact taken from the balances: the oldest points go first, and no more than there are.

    Parameters
    ----------
    gains : columns of GAIN; all that is added
    wishes : columns of GAIN; over (whether nobody looks at the balance) and old (second up to which points that are
        left run out); what may be taken, see `take_backs`, `redemptions`, `expiries`
    n : customers

    Returns
    -------
    pandas.DataFrame
        columns of GAIN with points below 0, and error: overdrawn where nobody looked at the balance.
    """
    gains, wishes = (f.iloc[np.argsort(moment(f), kind="stable")] for f in (gains, wishes))
    got = Gained(moment(gains), np.concatenate([[0], np.cumsum(gains["points"])]))
    have, old = got.until(wishes), got.until(wishes.assign(at=wishes["old"], kind=EXPIRE))
    who, kind, most, blind = (wishes[c].to_numpy() for c in ("who", "kind", "points", "over"))
    spent, taken, over = (
        np.zeros(n, dtype="int64"),
        np.zeros(len(wishes), dtype="int64"),
        np.zeros(len(wishes), dtype=bool),
    )
    for row in rounds(who):
        balance = np.maximum(have[row] - spent[who[row]], 0)
        over[row] = blind[row] & (balance < most[row])
        steps = np.minimum(most[row], balance) // STEP + over[row]
        run_out = np.maximum(old[row] - spent[who[row]], 0)
        cases = [kind[row] == REDEEM, kind[row] == EXPIRE]
        taken[row] = np.select(cases, [steps * STEP, run_out], np.minimum(most[row], balance))
        spent[who[row]] += taken[row]
    return wishes[GAIN].assign(points=-taken, error=np.where(over, "overdrawn", ""))[taken > 0]


def moment(entries: pd.DataFrame) -> np.ndarray:
    """Place of each entry in the order of customer, time and kind, as one number."""
    return (entries["who"] * AFTER + entries["at"] * len(KINDS) + entries["kind"]).to_numpy(dtype="int64")


@dataclass(frozen=True)
class Gained:
    """Points gained: place of each entry (see `moment`), in order, and their sum before each, over all customers."""

    place: np.ndarray
    total: np.ndarray

    def until(self, entries: pd.DataFrame) -> np.ndarray:
        """Points that each entry's customer has gained before it."""
        here = np.searchsorted(self.place, moment(entries))
        start = np.searchsorted(self.place, entries["who"].to_numpy(dtype="int64") * AFTER)
        return self.total[here] - self.total[start]


def rounds(who: np.ndarray) -> list[np.ndarray]:
    """Rows of the first entry of each customer, then of the second, and so on; ``who`` is in order."""
    nth = np.arange(len(who)) - np.searchsorted(who, who)
    by_turn = np.argsort(nth, kind="stable")
    return np.split(by_turn, np.cumsum(np.bincount(nth))[:-1]) if len(who) else []
